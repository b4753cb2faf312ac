"""The service's own words, in English, each under its key: what participants and staff hear that no flow says.

They never name the service: a person is discreet until they choose otherwise. Times stand only in braces, filled from
the rota.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CONTEXT = "service/"


def pgettext(context: str, english: str) -> tuple[str, str]:
    """Marks words for Babel's extractor, under the name it knows."""
    return context, english


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
        "This is a machine. People read what you write, by {when}."
        " For a person, text 0. To stop our texts, text {stop}.",
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
    # NOTE: said where a flow's words may not be said, or would name the service. It must give nothing away.
    pgettext("service/neutral", "Hello. Thank you for getting in touch."),
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
        for context, english in (*_TO_PARTICIPANTS, *_IN_FLOWS, *_TIMES, *_TO_STAFF)
    }
)

# A variable that nobody could fill is said as the sentence under this key; a missing name goes with its comma, and
# whatever else is missing takes its sentence with it.
MISSING: Mapping[str, str] = MappingProxyType(
    {
        "reply_promise": "reply_promise.unknown_time",
        "read_hours": "read_hours.unknown_time",
        "crisis_lines": "crisis.unknown_numbers",
    }
)
