"""A stories file's text to its stories, or every problem in it at once, each with its line and what to write instead."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import PurePosixPath
from typing import Final

from service.core import story_values as values
from service.core.flow_file import Flow
from service.core.model import Channel, Problem, Urgency
from service.core.steps.shape import Later
from service.core.story import (
    SKIP,
    Chooses,
    Given,
    HangsUp,
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
from service.core.story_checks import check_given, check_story
from service.core.story_given import read_given, several, words_of, yes_or_no
from service.core.yaml_lines import Fields, Many, Sheet, Table, Written, suggest

STORY_KEYS: Final = ("story", "channel", "language", "given", "says", "leads_to")
LEADS_TO_KEYS: Final = (
    *("nothing", "escalation", "page", "promise", "notes", "consent", "keeps", "plan", "later", "staff_told"),
)


class StoryProblems(Exception):
    """The stories cannot be used; `problems` holds all that is wrong, by line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def flow_of(file: str) -> str:
    """The flow whose stories a file holds: weekly-check-in for flows/weekly-check-in.stories.yml."""
    return PurePosixPath(file.replace("\\", "/")).name.removesuffix(".stories.yml")


def load_stories(
    text: str, file: str, flow: Flow | None = None, flows: Collection[str] = (), languages: Collection[str] = ()
) -> tuple[Story, ...]:
    """The stories in a file's text; StoryProblems with every problem if there is any.

    With the `flow` they are told of, its steps and answers are looked at too; `flows` and `languages` are the names
    of all there are, where they are known.
    """
    sheet = Sheet(file, text)
    written = sheet.read()
    stories: list[Story] = []
    if written is not None and not isinstance(written, Many):
        sheet.wrong(written.line, "this is no list of stories; begin each with - story: and what it is about")
    elif written is not None and not written.items:
        sheet.wrong(written.line, "no story stands here; begin each with - story: and what it is about")
    for item in written.items if isinstance(written, Many) else ():
        story = _story(sheet, item, flow_of(file))
        if story is not None:
            stories.append(story)
    _names_once(sheet, stories)
    if flow is not None:
        for story in stories:
            check_story(story, flow, flows, languages, sheet.wrong)
    if sheet.problems:
        raise StoryProblems(tuple(sorted(sheet.problems, key=lambda problem: problem.line)))
    return tuple(stories)


def _names_once(sheet: Sheet, stories: list[Story]) -> None:
    seen: dict[str, int] = {}
    for story in stories:
        first = seen.setdefault(story.name, story.line)
        if first != story.line:
            sheet.wrong(story.line, f"two stories are called “{story.name}”, the first in line {first}; rename one")


def _story(sheet: Sheet, written: Written, flow: str) -> Story | None:
    before = len(sheet.problems)
    fields = Fields(sheet, written, "a story", STORY_KEYS, ("story", "says", "leads_to"))
    name = fields.text("story")
    channel = fields.value("channel", values.channel)
    language = fields.text("language")
    given = _given(sheet, fields)
    says = [_line(sheet, item) for item in fields.many("says")]
    leads_to = _leads_to(sheet, fields)
    if len(sheet.problems) > before or name is None or leads_to is None:
        return None
    return Story(
        name=name.value,
        flow=flow,
        file=sheet.file,
        line=written.line,
        leads_to=leads_to,
        says=tuple(line for line in says if line is not None),
        given=given,
        channel=channel,
        language=language.value if language else None,
    )


# given


def load_given(text: str, file: str, flow: Flow, languages: Collection[str]) -> Given:
    """What a file of its own gives, written as under `given` in a story; StoryProblems with every problem."""
    sheet = Sheet(file, text)
    written = sheet.read()
    given = Given() if written is None else read_given(sheet, written)
    check_given(given, flow, languages, sheet.wrong)
    if sheet.problems:
        raise StoryProblems(tuple(sorted(sheet.problems, key=lambda problem: problem.line)))
    return given


def _given(sheet: Sheet, story: Fields) -> Given:
    written = story.get("given")
    return Given() if written is None else read_given(sheet, written)


# says


def _line(sheet: Sheet, written: Written) -> Line | None:
    if not isinstance(written, Table) or len(written.pairs) != 1:
        sheet.wrong(written.line, f"each line of says has one thing; write one of: {', '.join(_LINES)}, and a colon")
        return None
    key = written.pairs[0][0]
    if key.value not in _LINES:
        sheet.wrong(key.line, f"{key.value} is not known in says; {suggest(key.value, tuple(_LINES))}")
        return None
    return _LINES[key.value](Fields(sheet, written, "a line of says", (key.value,), (key.value,)), key.line)


def _service(fields: Fields, line: int) -> Line | None:
    words = fields.text("service")
    return Says(words.value, line) if words else None


def _chooses(fields: Fields, line: int) -> Line | None:
    chosen = tuple(text.value for text in fields.texts("chooses"))
    if SKIP in chosen and len(chosen) > 1:
        fields.wrong("chooses", "skip stands alone; write chooses: skip")
    return Chooses(chosen, line) if chosen else None


def _person(fields: Fields, line: int) -> Line | None:
    words = fields.text("person")
    return Person(words.value, line) if words else None


def _presses(fields: Fields, line: int) -> Line | None:
    keys = fields.value("presses", values.keys)
    return Presses(keys, line) if keys else None


def _silent(fields: Fields, line: int) -> Line | None:
    length = fields.value("silent", values.silence)
    return Silent(length.span, line, length.times) if length else None


def _passes(fields: Fields, line: int) -> Line | None:
    span = fields.value("passes", values.span)
    return Passes(span, line) if span else None


def _hangs_up(fields: Fields, line: int) -> Line | None:
    return HangsUp(line) if fields.value("hangs_up", values.true) else None


def _staff(fields: Fields, line: int) -> Line | None:
    deed = fields.value("staff", values.deed)
    return Staff(deed, line) if deed else None


_LINES: Final[Mapping[str, Callable[[Fields, int], Line | None]]] = {
    "service": _service,
    "chooses": _chooses,
    "person": _person,
    "presses": _presses,
    "silent": _silent,
    "hangs_up": _hangs_up,
    "passes": _passes,
    "staff": _staff,
}


# leads_to


def _leads_to(sheet: Sheet, story: Fields) -> LeadsTo | None:
    written = story.get("leads_to")
    if written is None:
        return None
    fields = Fields(sheet, written, "leads_to", LEADS_TO_KEYS, ())
    given = [key for key in LEADS_TO_KEYS if fields.get(key) is not None]
    if not given:
        sheet.wrong(written.line, "leads_to says nothing; write what happens, or nothing: true")
    nothing = fields.value("nothing", values.true)
    if nothing and len(given) > 1:
        fields.wrong("nothing", f"nothing happens, and yet {given[1]} stands here; take one of them out")
    told = [fields.parsed("staff_told", text, values.told) for text in fields.texts("staff_told")]
    later = [fields.parsed("later", text, values.later) for text in fields.texts("later")]
    escalation = fields.value("escalation", values.urgency)
    page = fields.value("page", values.page)
    if page and escalation is not Urgency.URGENT:
        fields.wrong("page", "only something urgent pages anybody; write escalation: urgent, or take page out")
    return LeadsTo(
        line=written.line,
        escalation=escalation,
        page=page,
        promise=fields.value("promise", values.promise),
        plan=fields.value("plan", values.silence_plan),
        notes=_notes(fields),
        consent=yes_or_no(sheet, fields, "consent"),
        keeps=words_of(sheet, fields, "keeps"),
        later=tuple(Later(*one) for one in later if one),
        staff_told=tuple(one for one in told if one),
    )


def _notes(fields: Fields) -> dict[str, tuple[str, ...] | None]:
    """`need`, `[need, idea]`, or `{need: [food, company]}`."""
    if isinstance(fields.get("notes"), Table):
        found: dict[str, tuple[str, ...] | None] = dict(several(fields, "notes"))
    else:
        found = {text.value: None for text in fields.texts("notes")}
    for kind in found:
        if kind not in ("need", "idea"):
            fields.wrong("notes", f"{kind} is no ledger; {suggest(kind, ('need', 'idea'))}")
    return found


def channels_of(story: Story, flow: Flow) -> tuple[Channel, ...]:
    """The channels that a story means: its own, else all of the flow's."""
    return (story.channel,) if story.channel else flow.channels
