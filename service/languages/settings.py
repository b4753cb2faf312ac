"""A language's own file, language.yml: its names, its direction, and the words by which people use the service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

from babel.dates import format_datetime

from service.core.answer_time_words import WEEKDAYS
from service.core.keywords import CARRIER_WORDS, fold
from service.core.model import Problem
from service.core.yaml_lines import Fields, Sheet, Table, Text, Unclear, Written

DAYS = ("today", "tomorrow", *WEEKDAYS)
LISTS = (
    *("also_called", "stop", "start", "help", "person", "why", "call", "stop_phrases", "yes", "no", "skip", "joins"),
    *("numbers", "days", "months", *DAYS),
)
VALUES = ("name", "direction", "reviewer", "reviewed_on", "time", "time_at_one", "date")
NEEDED = ("name", "direction", "time")
# These stand in every file. A language that is new has no words there yet: the English ones are understood meanwhile.
WORDS_NEEDED = ("stop", "start", "help", "person", "why", "call", "yes", "no", "skip")
# Two of these may not be the same word: nobody could tell which was meant.
KEYWORDS = ("stop", "stop_phrases", "start", "help", "person", "why", "call")
ANSWERS = ("yes", "no", "skip")
_NAMES = {"days": (7, "Monday"), "months": (12, "January")}

Settings = dict[str, object]


def read_settings(text: str, file: str, *, may_lack_words: bool = True) -> tuple[Settings, list[Problem]]:
    """The settings as plain JSON values, and everything that is wrong with the file. `lines` has where each word stands."""
    sheet = Sheet(file, text)
    written = sheet.read()
    if written is None:
        return {}, sheet.problems
    fields = Fields(sheet, written, "a language", (*VALUES, *LISTS, "plain"), NEEDED)
    settings: Settings = {key: value.value for key in VALUES if (value := fields.text(key)) is not None}
    lists = {key: fields.texts(key) for key in LISTS}
    settings.update({key: [text.value for text in texts] for key, texts in lists.items()})
    settings["lines"] = {key: {text.value: text.line for text in texts} for key, texts in lists.items() if texts}
    settings["plain"] = _spelling(sheet, fields.table("plain"))
    for key, understand in _UNDERSTOOD.items():
        fields.value(key, understand)
    if fields.get("reviewer") is not None and fields.get("reviewed_on") is None:
        sheet.wrong(fields.line, "reviewer is named but not when; write reviewed_on: 2026-11-24")
    _say_what_is_missing(sheet, written, lists, may_lack_words=may_lack_words)
    _say_what_is_doubtful(sheet, lists)
    return settings, sheet.problems


def shared_words(files: Mapping[str, Settings]) -> list[Problem]:
    """Words that ask for one thing here and another thing there: the person's language may not be known yet."""
    problems: list[Problem] = []
    owner: dict[str, tuple[str, str]] = {}
    for file, settings in files.items():
        for key in KEYWORDS:
            meaning = "stop" if key == "stop_phrases" else key
            for word in strings(settings, key):
                first = owner.setdefault(fold(word), (meaning, file))
                if first[0] != meaning:
                    message = f"“{word}” is under {key} here and under {first[0]} in {first[1]}; keep it in one place"
                    problems.append(Problem(file, line_of(settings, key, word), message))
    return problems


def strings(settings: Mapping[str, object], key: str) -> tuple[str, ...]:
    """The words under a key, as written; empty where there are none."""
    written = settings.get(key)
    return tuple(str(word) for word in written) if isinstance(written, list | tuple) else ()


def line_of(settings: Mapping[str, object], key: str, word: str) -> int:
    """The line of its file on which a word stands."""
    lines = settings.get("lines")
    under = lines.get(key) if isinstance(lines, Mapping) else None
    return int(under.get(word, 1)) if isinstance(under, Mapping) else 1


def _spelling(sheet: Sheet, table: Table | None) -> dict[str, str]:
    spelling = {}
    for key, value in table.pairs if table is not None else ():
        if len(key.value) == 1 and isinstance(value, Text):
            spelling[key.value] = value.value
        else:
            sheet.wrong(key.line, "plain has one character before each colon and its plain spelling after it")
    return spelling


def _say_what_is_missing(
    sheet: Sheet, written: Written, lists: Mapping[str, tuple[Text, ...]], *, may_lack_words: bool
) -> None:
    keys = {key.value: key.line for key, _ in written.pairs} if isinstance(written, Table) else {}
    for key in WORDS_NEEDED:
        if key not in keys:
            sheet.wrong(1, f"{key} is missing in a language; write {key}: …")
        elif not lists[key] and not may_lack_words:
            sheet.wrong(keys[key], f"{key} has no words, and every language falls back on these; write {key}: [one, other]")
    for key, (count, first) in _NAMES.items():
        if lists[key] and len(lists[key]) != count:
            sheet.wrong(keys[key], f"{key} has {len(lists[key])} names; write all {count}, beginning with {first}")


def _say_what_is_doubtful(sheet: Sheet, lists: Mapping[str, tuple[Text, ...]]) -> None:
    for group in (KEYWORDS, ANSWERS):
        seen: dict[str, str] = {}
        for key in group:
            for word in lists[key]:
                other = seen.setdefault(fold(word.value), key)
                if other != key:
                    sheet.wrong(word.line, f"“{word.value}” is under {other} and under {key}; keep it in one place")
    for key in ("stop", "start"):
        for told in lists[key][:1]:
            if fold(told.value) in CARRIER_WORDS:
                sheet.wrong(
                    told.line,
                    f"carriers act on “{told.value}” by themselves, so we must not ask for it; put another word first",
                )
    for answer in ANSWERS:
        _refuse_keywords(sheet, lists, answer)


def _refuse_keywords(sheet: Sheet, lists: Mapping[str, tuple[Text, ...]], answer: str) -> None:
    """An answer that is also a keyword would never be heard as an answer."""
    keywords: Iterable[Text] = (word for key in KEYWORDS for word in lists[key])
    taken = {fold(word.value) for word in keywords}
    for word in lists[answer]:
        if fold(word.value) in taken:
            sheet.wrong(word.line, f"“{word.value}” is a word of its own, so it can't mean {answer}; take one out")


def _direction(written: str) -> str:
    if written not in ("ltr", "rtl"):
        raise Unclear("write ltr (left to right) or rtl (right to left)")
    return written


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Unclear("write the day as 2026-11-24") from None


def _clock(written: str) -> str:
    return _pattern(written, "20", "write the time of day as Unicode does, such as HH:mm or B h:mm")


def _calendar(written: str) -> str:
    return _pattern(written, "11", "write the date as Unicode does, such as EEEE d MMMM")


def _pattern(written: str, has: str, advice: str) -> str:
    try:
        shown = format_datetime(datetime(2026, 5, 11, 14, 20), written, locale="en")  # noqa: DTZ001 - only a sample
    except (ValueError, AttributeError, KeyError):
        shown = ""
    if has not in shown:
        raise Unclear(advice)
    return written


_UNDERSTOOD: Mapping[str, Callable[[str], object]] = {
    "direction": _direction,
    "reviewed_on": _day,
    "time": _clock,
    "time_at_one": _clock,
    "date": _calendar,
}
