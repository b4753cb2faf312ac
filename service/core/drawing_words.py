"""The words of a drawing of a flow, which a group looks at together; the flow's own words stand between these."""

from __future__ import annotations

from typing import Final

from service.core.marked import pgettext

ON_DRAWINGS: Final = (
    pgettext("service/draw.decided_by", "Who decided this: {words}"),
    pgettext("service/draw.not_for", "Not for: {words}"),
    pgettext("service/draw.starts", "Begins: {when}"),
    pgettext("service/draw.starts.every_day", "every day"),
    pgettext("service/draw.starts.every_week", "every week"),
    pgettext("service/draw.starts.on_joining", "when somebody joins"),
    pgettext("service/draw.starts.when_asked", "when somebody asks for it"),
    # NOTE: {time} here and below is a length of time, "2 days".
    pgettext("service/draw.starts.after_escalation", "{time} after something was put before a person"),
    # NOTE: {conditions} reads "A: Hard or Up and down". A is the letter of a question on the drawing.
    pgettext("service/draw.only_if", "Only if {conditions}"),
    pgettext("service/draw.not", "not {answers}"),
    pgettext("service/draw.answered", "answered"),
    pgettext("service/draw.unanswered", "not answered"),
    pgettext("service/draw.last_time", "last time"),
    pgettext("service/draw.language", "their language"),
    pgettext("service/draw.language.unknown", "we do not know their language yet"),
    pgettext("service/draw.promise_kept", "a promise to them was kept"),
    # NOTE: {purpose} is the name of a consent: checkins, answers, peers.
    pgettext("service/draw.consent_to", "they agreed to {purpose}"),
    pgettext("service/draw.known", "known"),
    pgettext("service/draw.unknown", "not known"),
    # NOTE: from here to shared_phone: what the person has chosen. "shared phone: Yes", "pace: not known".
    pgettext("service/draw.my.pace", "pace"),
    pgettext("service/draw.my.channel", "text or call"),
    pgettext("service/draw.my.silence_plan", "plan for silence"),
    pgettext("service/draw.my.safe_hours", "good hours"),
    pgettext("service/draw.my.name", "name"),
    pgettext("service/draw.my.shared_phone", "shared phone"),
    pgettext("service/draw.on_duty.yes", "somebody is on duty"),
    pgettext("service/draw.on_duty.no", "nobody is on duty"),
    pgettext("service/draw.channel.sms", "by text"),
    pgettext("service/draw.channel.voice", "in a call"),
    pgettext("service/draw.urgent", "Urgent"),
    pgettext("service/draw.urgent.means", "A trained worker is alerted at once"),
    pgettext("service/draw.soon", "Soon"),
    pgettext("service/draw.soon.means", "A person looks at it, on the daily list"),
    pgettext("service/draw.own_words", "In their own words. A person reads or hears them."),
    pgettext("service/draw.many", "More than one can be chosen."),
    # NOTE: {then} is one of the next four.
    pgettext("service/draw.silence", "No answer after {time}: {then}"),
    pgettext("service/draw.silence.remind", "No answer after {time}: we ask once more. Still none: {then}"),
    pgettext("service/draw.then.close", "it ends here"),
    pgettext("service/draw.then.soon", "a person looks, soon"),
    pgettext("service/draw.then.urgent", "a trained worker is alerted"),
    pgettext("service/draw.then.my_silence_plan", "what they chose for their silence. Nothing chosen: a person looks, soon"),
    pgettext("service/draw.need", "Goes into the list of needs."),
    pgettext("service/draw.idea", "Goes into the list of ideas."),
    pgettext("service/draw.consent", "Their yes or no is kept, with its date and these words."),
    pgettext("service/draw.kept", "Remembered for next time."),
    # NOTE: {words} is what is said after an answer which shows that we were not clear.
    pgettext("service/draw.otherwise", "After another answer: {words}"),
    # NOTE: {letter} is the letter of a step on the drawing.
    pgettext("service/draw.go", "on to {letter}"),
    pgettext("service/draw.later", "In {time} this begins: {flow}"),
    pgettext("service/draw.after_urgent", "Also after something urgent"),
    pgettext("service/draw.end", "The end"),
    pgettext("service/draw.always", "Every question can be skipped. 0 is a person, at any moment."),
    pgettext("service/draw.urgent.ends", "After something urgent we say who comes, and when. Nothing else is asked."),
)
