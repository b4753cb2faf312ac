"""The inbox's plain words for times, reasons, deliveries and what happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from service.core.language_codes import english_name

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_WEEKDAY_KNOWN = timedelta(days=6)

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "words": "Wrote in their own words",
        "answer": "Chose an answer that somebody must look at",
        "silence": "Did not answer a check-in",
        "plan": "Did not answer a check-in, and has a plan for that",
        "plan.call": "Did not answer, and asked us to ring them when they do not answer",
        "plan.contact": "Did not answer, and asked us to ring the person they chose",
        "hung_up": "The call ended before we could ask whether they are safe",
        "unclear": "We did not explain something well, twice: they need a person to explain it",
        "step": "Their answers came to something that somebody must look at",
        "offer.call": "Asked for a call",
        "offer.text": "Asked for a person to write to them",
        "offer.person": "Asked to talk with a person",
        "offer.peer": "Asked to hear from a peer",
        "less_safe": "Says that nobody else uses this phone now, and said before that somebody does: ask by phone",
        "help": "Asked for help",
        "person": "Asked for a person",
        "call": "Asked to be called",
        "media": "Sent a picture or a recording, which we can't show",
        "unknown_number": "Wrote from a number that we do not know",
        "outside_checkin": "Wrote outside a check-in",
        "opted_out": "Wrote after stopping our texts",
        "undelivered": "Our text did not reach them",
        "undelivered.question": "The question did not reach them",
        "garbled": "A text arrived that can't be read",
    }
)

HAPPENINGS: Mapping[str, str] = MappingProxyType(
    {
        "opened": "Came up",
        "raised": "Became more urgent",
        "text": "They wrote again",
        "paged": "{who} was alerted",
        "page_accepted": "The alert to {who} was sent",
        "page_failed": "The alert to {who} could not be sent",
        "climbed": "Nobody answered in time: the next was asked",
        "alarm": "Nobody had it: the operator was told",
        "claimed": "{who} took it",
        "acknowledged": "{who} took it by text",
        "replied": "{who} replied",
        "passed_on": "{who} can't take it",
        "handed_over": "{who} handed it over to {to}",
        "resolved": "{who} closed it",
        "reopened": "Opened again",
        "opted_out": "They stopped our texts",
        "undelivered": "A text of ours was not delivered",
        "promise_broken": "The promised time passed without an answer",
        "forgotten": "Nothing was answered after it was taken: asked again",
    }
)

# What is added to an escalation although nobody wrote, or is more than a text.
_NO_TEXT = frozenset(
    {"silence", "plan", "hung_up", "unclear", "step", "offer", "less_safe", "call", "person", "help", "undelivered"}
)

DELIVERIES: Mapping[str, str] = MappingProxyType(
    {
        "waiting": "waiting to be sent",
        "sent": "sent, not confirmed by their phone yet",
        "delivered": "delivered",
        "failed": "not delivered",
        "cancelled": "not sent",
        "held": "held back, not sent",
    }
)

NOTES: Mapping[str, str] = MappingProxyType(
    {
        "media": "with a picture or a recording, which we can't show",
        "garbled": "part of it could not be read",
        "keyword": "a keyword of the service",
        "after opt-out": "after they stopped our texts",
    }
)


def clock_time(moment: datetime, now: datetime, zone: str) -> str:
    """A moment as staff say it: "14:20", "yesterday, 14:20", "Monday, 14:20", "3 November, 14:20"."""
    place = ZoneInfo(zone)
    local, today = moment.astimezone(place), now.astimezone(place).date()
    hour = f"{local:%H:%M}"
    days = (local.date() - today).days
    near = {0: "", 1: "tomorrow, ", -1: "yesterday, "}.get(days)
    if near is not None:
        return near + hour
    if abs(local.date() - today) <= _WEEKDAY_KNOWN:
        return f"{local:%A}, {hour}"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local.day} {local:%B}{year}, {hour}"


def lasting(length: timedelta) -> str:
    """How long, in the two largest units: "less than a minute", "1 hour 5 minutes", "3 days"."""
    if length < _MINUTE:
        return "less than a minute"
    days, rest = divmod(length, _DAY)
    hours, minutes = divmod(rest // _MINUTE, 60)
    units = [(days, "day"), (hours, "hour"), (minutes, "minute")]
    while not units[0][0]:
        units.pop(0)
    return " ".join(f"{many} {unit}{'' if many == 1 else 's'}" for many, unit in units[:2] if many)


def seconds(many: int) -> str:
    """How long to wait: "1 second", "40 seconds"."""
    return f"{many} second{'' if many == 1 else 's'}"


def language(code: str | None) -> str:
    """A language as English-speaking staff call it: "Urdu"."""
    return english_name(code) if code else "language not known"


def why(reason: Mapping[str, Any]) -> str:
    """Why somebody must look, in words of ours only, and what else was asked for since."""
    sentence = "; ".join(dict.fromkeys((_one(reason), *(_lower(_one(one)) for one in reason.get("also") or ()))))
    return sentence[:1].upper() + sentence[1:]


def _one(reason: Mapping[str, Any]) -> str:
    found = list(dict.fromkeys(str(one["reason"]) for one in reason.get("because") or () if one.get("reason")))
    return "; ".join(found) or str(reason.get("ours") or "").rstrip(".") or _of_kind(reason)


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _of_kind(reason: Mapping[str, Any]) -> str:
    kind = str(reason.get("kind"))
    closer = "question" if kind == "undelivered" and reason.get("step") else reason.get("choice")
    return REASONS.get(f"{kind}.{closer}") or REASONS.get(kind, "Somebody must look at this")


def where_asked(reason: Mapping[str, Any]) -> str:
    """The question that it came from, for the conversation page, or nothing."""
    if not reason.get("flow"):
        return ""
    step = f", question “{reason['step']}”" if reason.get("step") else ""
    choice = f", answer “{reason['choice']}”" if reason.get("choice") else ""
    return f"Check-in “{reason['flow']}”{step}{choice}"


def happening(kind: str, who: str, to: str, detail: Mapping[str, Any] = MappingProxyType({})) -> str:
    """One line of the timeline; what came besides texts says what it was."""
    if kind == "text" and detail.get("kind") in _NO_TEXT:
        return _of_kind(detail)
    sentence = HAPPENINGS.get(kind, kind.replace("_", " ").capitalize())
    return sentence.format(who=who or "Somebody", to=to or "a colleague")


def delivery(state: str, trouble: str | None) -> str:
    """What became of a text of ours."""
    said = DELIVERIES.get(state, state)
    return f"{said}: {trouble}" if trouble and state != "delivered" else said


def first_name(name: str) -> str:
    """What a colleague is called in a conversation."""
    return name.split()[0] if name.split() else name
