"""A story as a coordinator would write it: the text of one entry of a stories file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

from service.core.config_values import WEEK
from service.core.story import (
    HASH,
    ONCE,
    STAR,
    TWICE,
    Chooses,
    Given,
    HangsUp,
    Hour,
    LeadsTo,
    Line,
    Passes,
    Person,
    Presses,
    Says,
    Silent,
    Staff,
    Story,
)

_PLAIN: Final = re.compile(r"[^\W_](?:[\w ?!.'’-]|,(?= ))*", re.UNICODE)
_UNREADABLE: Final = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")  # that YAML will not read as they stand
_KEYS: Final = {HASH: "hash", STAR: "star"}


def written(story: Story) -> str:
    """The entry, from its dash to the end of its last line."""
    lines = [f"- story: {quoted(story.name)}"]
    if story.channel is not None:
        lines.append(f"  channel: {story.channel.value}")
    if story.language is not None:
        lines.append(f"  language: {story.language}")
    if given := dict(_given(story.given)):
        lines.append(f"  given: {_table(given)}")
    lines += ["  says:", *(f"    - {_line(line)}" for line in story.says)]
    lines.append(f"  leads_to: {_table(dict(_leads_to(story.leads_to)))}")
    return "\n".join(lines) + "\n"


def quoted(words: str) -> str:
    """The words as YAML reads them back: in "quotes" where anything in them could mean something else."""
    if _PLAIN.fullmatch(words) and not words.endswith(" "):
        return words
    return _UNREADABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(words, ensure_ascii=False))


def span(length: timedelta) -> str:
    """A time in the largest unit that says it exactly: 2 days."""
    minutes = int(length.total_seconds()) // 60
    for unit, size in (("week", 10080), ("day", 1440), ("hour", 60)):
        if minutes and minutes % size == 0:
            return f"{minutes // size} {unit}{'' if minutes == size else 's'}"
    return f"{minutes} minute{'' if minutes == 1 else 's'}"


def _table(values: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in values.items()) + "}"


def _several(values: tuple[str, ...]) -> str:
    return quoted(values[0]) if len(values) == 1 else f"[{', '.join(map(quoted, values))}]"


def _yes_no(values: Mapping[str, bool]) -> str:
    return _table({key: "yes" if value else "no" for key, value in values.items()})


def _words(values: Mapping[str, str]) -> str:
    return _table({key: quoted(value) for key, value in values.items()})


def _answers(values: Mapping[str, tuple[str, ...]]) -> str:
    return _table({key: _several(value) for key, value in values.items()})


def _given(given: Given) -> Iterator[tuple[str, str]]:
    if given.now is not None:
        yield "now", _hour(given.now)
    for key, value in (("on_duty", given.on_duty), ("discreet", given.discreet)):
        if value is not None:
            yield key, "yes" if value else "no"
    for name, words in (("name", given.name), ("language", given.language), ("role", given.role)):
        if words is not None:
            yield name, quoted(words)
    if not given.delivered:
        yield "delivery", "fails"
    if given.promise_kept:
        yield "promise_kept", "yes"
    if given.ideas is not None:
        yield "ideas", str(given.ideas)
    if given.my:
        yield "my", _words(given.my)
    if given.consents:
        yield "consents", _yes_no(given.consents)
    for key, answers in (("answers", given.answers), ("last", given.last)):
        if answers:
            yield key, _answers(answers)


def _hour(hour: Hour) -> str:
    return f"{WEEK[hour.weekday].title()} {hour.minute // 60:02}:{hour.minute % 60:02}"


def _line(line: Line) -> str:
    match line:
        case Says(words):
            return f"service: {quoted(words)}"
        case Chooses(values):
            return f"chooses: {_several(values)}"
        case Person(words):
            return f"person: {quoted(words)}"
        case Presses(keys):
            return f"presses: {_KEYS.get(keys, keys)}"
        case Silent(None, times=times):
            return f"silent: {TWICE if times > 1 else ONCE}"
        case Silent(length) if length is not None:
            return f"silent: {span(length)}"
        case Passes(length):
            return f"passes: {span(length)}"
        case HangsUp():
            return "hangs_up: true"
        case Staff(does):
            return f"staff: {does}"
        case _:
            raise AssertionError(line)


def _leads_to(told: LeadsTo) -> Iterator[tuple[str, str]]:
    found = list(_happened(told))
    yield from found or [("nothing", "true")]


def _happened(told: LeadsTo) -> Iterator[tuple[str, str]]:
    if told.escalation is not None:
        yield "escalation", told.escalation.label
    if told.page:
        yield "page", "trained_staff"
    if told.promise is not None:
        yield "promise", "given" if told.promise else "none"
    if told.notes:
        whole = {kind: _several(values) for kind, values in told.notes.items() if values}
        yield "notes", _table(whole) if len(whole) == len(told.notes) else f"[{', '.join(told.notes)}]"
    if told.consent:
        yield "consent", _yes_no(told.consent)
    if told.keeps:
        yield "keeps", _words(told.keeps)
    if told.plan is not None:
        yield "plan", told.plan
    if told.later:
        yield "later", _several(tuple(f"{one.flow} in {span(one.after)}" for one in told.later))
    if told.staff_told:
        yield "staff_told", _several(told.staff_told)
