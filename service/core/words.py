"""The service's own words, in English, each under its key: what participants and staff hear that no flow says.

They never name the service: a person is discreet until they choose otherwise. Times stand only in braces, filled from
the rota.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from service.core.drawing_words import ON_DRAWINGS
from service.core.marked import pgettext

CONTEXT = "service/"


_TO_PARTICIPANTS = (
    pgettext("service/yes", "Yes"),
    pgettext("service/no", "No"),
    # NOTE: {when} reads "14:20 today", "09:00 tomorrow", "09:00 on Monday".
    pgettext("service/receipt.soon", "Thank you. We have kept your words. A person will read them by {when}."),
    pgettext(
        "service/receipt.soon.unknown_time",
        "Thank you. We have kept your words. A person will read them. We cannot say when.",
    ),
    pgettext("service/receipt.routine", "Thank you. We have kept your answer."),
    pgettext(
        "service/receipt.urgent.on_duty",
        "Thank you for telling us. A trained worker is being told now and should answer you by {when}.",
    ),
    pgettext(
        "service/receipt.urgent.later",
        "Thank you for telling us. No trained worker is here right now. The next one is here at {when}.",
    ),
    pgettext(
        "service/receipt.urgent.none",
        "Thank you for telling us. We cannot say when a trained worker will see this. You need not wait for us.",
    ),
    # NOTE: {numbers} is a list such as "999 (emergencies), 116 123 (someone to talk to)".
    pgettext("service/crisis.numbers", "If you are in danger now, you can ring {numbers}."),
    pgettext("service/crisis.unknown_numbers", "If you are in danger now, ring the emergency number where you are."),
    pgettext("service/kept_words", "Thank you. We have kept your words for a person to read."),
    pgettext("service/asked_again", "Here is the question once more."),
    pgettext("service/offer_person", "Would you like a person to answer you? Text 0 and one will."),
    pgettext("service/person", "Thank you for asking. A person will answer you by {when}."),
    pgettext("service/person.unknown_time", "Thank you for asking. A person will answer you. We cannot say when."),
    # NOTE: {stop} and {start} are the first words under stop: and start: in this language's language.yml.
    pgettext(
        "service/help",
        "This is a machine. People read what you write, by {when}. For a person, text 0. To stop our texts, text {stop}.",
    ),
    pgettext(
        "service/help.unknown_time",
        "This is a machine. People read what you write, but we cannot say when."
        " For a person, text 0. To stop our texts, text {stop}.",
    ),
    pgettext("service/stop.done", "That is fine. We will not text you again. To come back at any time, text {start}."),
    pgettext("service/start.done", "Good to hear from you. We will text you again. To stop our texts, text {stop}."),
    # NOTE: {language} is your own language's name.
    pgettext("service/language.changed", "We will write in {language} from now on."),
    pgettext("service/language.offer", "You can text us the name of your language: {languages}."),
    # NOTE: stands as a choice under a list of languages.
    pgettext("service/language.more", "More languages"),
    pgettext(
        "service/media",
        "Something came that is not words. We cannot open it here. A person will see that it came."
        " You can tell us in words too.",
    ),
    pgettext(
        "service/unknown_number",
        "Hello. This is a machine. We do not know your number yet. A person will read this.",
    ),
    pgettext(
        "service/not_joined",
        "Thank you for your text. A person will read it. Nothing starts unless you choose it.",
    ),
    # NOTE: answers somebody who asks WHY. {why} is whole sentences of the question: "So that we notice changes."
    pgettext("service/why", "Here is why we ask. {why} You can skip it."),
    # NOTE: answers WHY where nothing was asked.
    pgettext("service/why.unknown", "We have no question open with you just now. For a person, text 0."),
    # NOTE: answers somebody who asks to be called.
    pgettext("service/call", "Thank you for asking. A person will call you by {when}."),
    pgettext("service/call.unknown_time", "Thank you for asking. A person will call you. We cannot say when."),
    # NOTE: to somebody who asked us beforehand to text when they do not answer. No blame and no hurry.
    pgettext(
        "service/plan.text",
        "Hello. It has been quiet, and you asked us to text you then. There is no hurry. For a person, text 0.",
    ),
    # NOTE: said where a flow's words may not be said, or would name the service. It must give nothing away.
    pgettext("service/neutral", "Hello. Thank you for getting in touch."),
)

# What an offer asks (yes or no), and what a yes is told. {when} comes from the rota.
_OFFERS = (
    pgettext("service/offer.call", "Would you like a person to call you?"),
    pgettext("service/offer.call.promised", "A person will call you by {when}."),
    pgettext("service/offer.call.promised.unknown_time", "A person will call you. We cannot say when."),
    pgettext("service/offer.text", "Would you like a person to write to you?"),
    pgettext("service/offer.text.promised", "A person will write to you by {when}."),
    pgettext("service/offer.text.promised.unknown_time", "A person will write to you. We cannot say when."),
    pgettext("service/offer.person", "Would you like to talk with a person?"),
    pgettext("service/offer.person.promised", "A person will answer you by {when}."),
    pgettext("service/offer.person.promised.unknown_time", "A person will answer you. We cannot say when."),
    # NOTE: a peer has been through the same and is no trained worker.
    pgettext("service/offer.peer", "Would you like to hear from someone who knows this from their own life?"),
    pgettext("service/offer.peer.promised", "We will ask a peer for you. A person will tell you more by {when}."),
    pgettext(
        "service/offer.peer.promised.unknown_time",
        "We will ask a peer for you. A person will tell you more. We cannot say when.",
    ),
)

# How a question may be answered: a line of its own under it. Flows name no digit, so these do.
_HINTS = (
    # NOTE: {example} is two digits with a space between, "1 2".
    pgettext("service/many", "You can choose more than one, such as {example}."),
    # NOTE: stands under "1 Light … 5 Too much".
    pgettext("service/scale", "Any number from {low} to {high}."),
    pgettext("service/number", "A number from {low} to {high}."),
    # NOTE: {digits} is a number: 4.
    pgettext("service/number.digits", "Number of digits: {digits}."),
    # NOTE: {example} reads "Tuesday 14:00".
    pgettext("service/time", "A day and a time, such as {example}."),
    # NOTE: the hours at which somebody may be reached. {example} reads "10:00-12:00".
    pgettext("service/hours", "From when until when, such as {example}."),
    # NOTE: {example} reads "3 December".
    pgettext("service/date", "A day, such as {example}."),
    # NOTE: {answer} is what was understood: "Tuesday 14:00", "Food or money, Someone to talk to".
    pgettext("service/read_back", "We noted: {answer}. If that is not right, tell us in your own words."),
)

# What a flow's braces say: each has a form for the time when nothing is known.
_IN_FLOWS = (
    pgettext("service/reply_promise", "A person will read this by {when}."),
    pgettext("service/reply_promise.unknown_time", "A person will read this. We cannot say when."),
    # NOTE: said where nothing waits for a person; it follows "Thank you."
    pgettext("service/reply_promise.routine", "We have kept your answer."),
    # NOTE: {when} reads "17:00 today", "09:00 on Monday".
    pgettext("service/read_hours.on_duty", "Someone is here to read until {when}."),
    pgettext("service/read_hours.later", "Someone is here to read next at {when}."),
    pgettext("service/read_hours.always", "Someone is here to read at any hour."),
    pgettext("service/read_hours.unknown_time", "We cannot say when someone is here to read."),
    # NOTE: {amount} is what one text costs the person, with its currency: "£0.10".
    pgettext("service/price", "An answer by text costs you about {amount}."),
    pgettext("service/price.unknown", "An answer costs what a text costs."),
)

# The time of day is written by the rule `time:` in language.yml, the day by Unicode's own data.
_TIMES = (
    # NOTE: each of these must fit where {when} stands in the sentences above.
    pgettext("service/when.today", "{time} today"),
    pgettext("service/when.tomorrow", "{time} tomorrow"),
    # NOTE: {day} is a weekday, "Monday".
    pgettext("service/when.weekday", "{time} on {day}"),
    # NOTE: {day} is a date, "Monday 2 November".
    pgettext("service/when.date", "{time} on {day}"),
    # NOTE: an answer to "When?" as we say it back: "Tuesday 14:00". {day} is a weekday.
    pgettext("service/time.on_day", "{day} {time}"),
    # NOTE: two times of day, "10:00 to 12:00".
    pgettext("service/time.between", "{first} to {last}"),
)

# Only heard, in calls. A choice is said before its key: "Good" … "press 1".
_IN_CALLS = (
    # NOTE: {key} is a digit, or the word for the key * or #.
    pgettext("service/voice.press", "press {key}"),
    # NOTE: what people call the key *.
    pgettext("service/voice.star", "star"),
    # NOTE: what people call the key #.
    pgettext("service/voice.hash", "hash"),
    # NOTE: from here to voice.time.other, "press …" follows after a pause.
    pgettext("service/voice.person", "For a person"),
    pgettext("service/voice.offer_person", "If you would like to talk with a person"),
    pgettext("service/voice.skip", "To skip this"),
    pgettext("service/voice.again", "To hear this again"),
    pgettext("service/voice.slower", "For more time"),
    pgettext("service/voice.done", "When you have finished"),
    pgettext("service/voice.change", "If that is not right"),
    pgettext("service/voice.time.other", "For another time"),
    pgettext("service/voice.many", "You can choose more than one, one after the other."),
    # NOTE: after one choice was given; the choices that are left follow.
    pgettext("service/voice.many.more", "Anything else?"),
    pgettext("service/voice.scale", "Or press any number from {low} to {high}."),
    pgettext("service/voice.number", "Key in a number from {low} to {high}."),
    # NOTE: {digits} is a number: 4.
    pgettext("service/voice.number.digits", "Key in the digits one by one. Number of digits: {digits}."),
    pgettext("service/voice.date", "Key in the day and the month, two digits for each."),
    pgettext("service/voice.time", "Key in the hour and the minutes, two digits for each."),
    # NOTE: 1012 is from 10 o'clock until 12.
    pgettext("service/voice.hours", "Key in from which hour, and until which hour, two digits for each."),
    # NOTE: asked before anything is recorded, yes or no. 3 minutes is the most that is recorded.
    pgettext("service/voice.record", "May we record what you say, up to 3 minutes? A person will hear it."),
    pgettext("service/voice.speak", "Please speak after the tone."),
    pgettext("service/voice.kept_words", "Thank you. We have kept that for a person."),
    # NOTE: what was understood follows: "Tuesday 14:00".
    pgettext("service/voice.read_back", "This is what we noted."),
    # NOTE: where nothing was heard. The question follows once more.
    pgettext("service/voice.no_hurry", "There is no hurry."),
    # NOTE: the last words of a call. We never hang up first.
    pgettext("service/voice.finish", "That is all from us. You can hang up whenever you like."),
)

_TO_STAFF = (
    # NOTE: to staff. Nothing here may tell who needs help or what they wrote.
    pgettext("service/page", "Someone needs a trained worker. Reply {code} to take it, or open the inbox."),
    pgettext(
        "service/page.again",
        "Someone is still waiting for a trained worker. Reply {code} to take it, or open the inbox.",
    ),
    pgettext("service/page.taken_by", "{name} has it. Thank you."),
    pgettext("service/page.you_have_it", "You have it. Open the inbox."),
    pgettext("service/page.handed_over", "A colleague has handed something to you. Open the inbox."),
    pgettext("service/page.unknown_code", "We do not know that code. Open the inbox to see who is waiting."),
    pgettext(
        "service/page.alarm",
        "Nobody has taken an urgent message yet. Please reach a trained worker now. The inbox shows who was told.",
    ),
    pgettext("service/staff.opted_out", "Someone you are with has stopped texts. Open the inbox."),
    pgettext(
        "service/staff.invite",
        "Hello {name}. You are on our team list now. When someone needs a trained worker, we text this number.",
    ),
)

SERVICE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        context.removeprefix(CONTEXT): english
        for group in (_TO_PARTICIPANTS, _OFFERS, _HINTS, _IN_FLOWS, _TIMES, _IN_CALLS, _TO_STAFF, ON_DRAWINGS)
        for context, english in group
    }
)

# A variable that nobody could fill is said as the sentence under this key; a missing name goes with its comma, and
# whatever else is missing takes its sentence with it.
MISSING: Mapping[str, str] = MappingProxyType(
    {
        "reply_promise": "reply_promise.unknown_time",
        "read_hours": "read_hours.unknown_time",
        "crisis_lines": "crisis.unknown_numbers",
        "price": "price.unknown",
    }
)
