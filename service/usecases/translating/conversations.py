"""Told conversations as a phone shows them, each with the texts that stand in it: where a translator sees their words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from service.core.model import Channel
from service.core.phrases import Wording
from service.core.story import Chooses, Story
from service.core.story_file import channels_of
from service.core.text import Parts, parts
from service.languages import Languages
from service.languages.language import SOURCE, Language
from service.languages.sources import Source
from service.usecases.rehearsal import Happening, Stage, play, read_stories
from service.usecases.translating.examples import Examples
from service.usecases.translating.places import Way, place_of
from service.usecases.translating.work import Work

ALONE: Final = "By themselves"

# Marks around words, which no text holds: Unicode's private letters.
_OPEN, _CLOSE = 0xF0000, "\ue001"
_MARKED = re.compile("([\U000f0000-\U000ffffd])|\ue001")


@dataclass(frozen=True, slots=True)
class Bubble:
    """One text, or what is said at once in a call. `parts` only of a text."""

    words: str
    contexts: tuple[str, ...] = ()
    parts: Parts | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing in a conversation: what the service says, beside its English, or what somebody does."""

    who: str  # service, person, staff or time
    bubbles: tuple[Bubble, ...]
    english: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """A story of a flow, told in one language."""

    flow: str
    title: str
    channel: Channel
    moments: tuple[Moment, ...]

    @property
    def contexts(self) -> frozenset[str]:
        """The texts that are said in it."""
        return frozenset(context for moment in self.moments for one in moment.bubbles for context in one.contexts)


def conversations(work: Work, today: date) -> list[Conversation]:
    """Told stories in which together every text stands that any story says, then the texts that none does."""
    told = _Told(work, today)
    found: list[Conversation] = []
    covered: set[str] = set()
    for story, channel in told.candidates():
        if told.contexts(story, channel) <= covered:
            continue
        conversation = told.conversation(story, channel)
        if conversation is not None and not conversation.contexts <= covered:
            covered |= conversation.contexts
            found.append(conversation)
    order = list(work.release.flows)
    return [*sorted(found, key=lambda one: order.index(one.flow)), *_alone(work, covered)]


class _Marking(Languages):
    """Says everything in one language between marks, by which one finds the text of a catalog that it came from."""

    def __init__(self, languages: Mapping[str, Language]) -> None:
        super().__init__(languages)
        self.marked = ""
        self.contexts: dict[str, int] = {}

    def phrase(
        self, language: str, context: str, english: str, values: Mapping[str, object], plural: str | None = None
    ) -> Wording:
        """As ever, between marks."""
        said = super().phrase(language, context, english, values, plural)
        if language != self.marked:
            return said
        mark = chr(_OPEN + self.contexts.setdefault(context, len(self.contexts)))
        return Wording(f"{mark}{said.full}{_CLOSE}", f"{mark}{said.plain}{_CLOSE}")


class _Told:
    """The stories of a home, told in one language."""

    def __init__(self, work: Work, today: date) -> None:
        release = work.release
        self._work, self._today = work, today
        self._stage = Stage(release.flows, release.languages, release.rules, release.config)
        self._marking = _Marking.from_snapshot(work.snapshot)
        self._marking.marked = work.code
        self._marked_stage = replace(self._stage, languages=self._marking)
        self._stories, _ = read_stories(work.snapshot["stories"], self._stage, set())
        self._marked: dict[tuple[str, str, Channel], list[_Marks]] = {}

    def candidates(self) -> Iterator[tuple[Story, Channel]]:
        """Every story by text, then every one by call."""
        for channel in (Channel.SMS, Channel.VOICE):
            for story in self._stories:
                if channel in channels_of(story, self._stage.flows[story.flow]):
                    yield story, channel

    def contexts(self, story: Story, channel: Channel) -> set[str]:
        """The texts that are said in it."""
        return {context for marks in self._marks(story, channel) for context in marks.contexts}

    def conversation(self, story: Story, channel: Channel) -> Conversation | None:
        """The story; None where it goes otherwise in this language, as where somebody's own words are in another. What
        it leads to need not be the same: rules for urgent words are not."""
        own = self._in_language(story)
        played = play(self._stage, own, channel, self._work.code, self._today)
        marks = self._marks(story, channel)
        went_otherwise = any(one.line != own.leads_to.line for one in played.differs)
        if went_otherwise or len(marks) != len(played.transcript):
            return None
        english = play(self._stage, story, channel, SOURCE, self._today).transcript
        beside = english if len(english) == len(played.transcript) else ()
        moments = [
            _moment(one, marks[place], beside[place] if beside else None) for place, one in enumerate(played.transcript)
        ]
        return Conversation(story.flow, story.name, channel, tuple(moments))

    def _in_language(self, story: Story) -> Story:
        """The story of somebody who chooses this language, where it tells of a choice among languages."""
        codes = self._stage.languages.codes
        says = tuple(
            replace(line, values=(self._work.code,)) if isinstance(line, Chooses) and line.values[0] in codes else line
            for line in story.says
        )
        return replace(story, says=says)

    def _marks(self, story: Story, channel: Channel) -> list[_Marks]:
        key = (story.flow, story.name, channel)
        if key not in self._marked:
            played = play(self._marked_stage, self._in_language(story), channel, self._work.code, self._today)
            names = {number: context for context, number in self._marking.contexts.items()}
            self._marked[key] = [_marks_in(one, names) for one in played.transcript]
        return self._marked[key]


@dataclass(frozen=True, slots=True)
class _Marks:
    """The texts of one thing that was said: each context with its words, in the order in which they begin."""

    said: tuple[tuple[str, str], ...]

    @property
    def contexts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(context for context, _ in self.said))


def _marks_in(happening: Happening, names: Mapping[int, str]) -> _Marks:
    words = "\n".join(_said(happening))
    found: list[list[Any]] = []
    still_open: list[int] = []
    place = 0
    for match in _MARKED.finditer(words):
        between = words[place : match.start()]
        place = match.end()
        for one in still_open:
            found[one][1] += between
        if match[1]:
            found.append([names[ord(match[1]) - _OPEN], ""])
            still_open.append(len(found) - 1)
        elif still_open:
            still_open.pop()
    return _Marks(tuple((context, said) for context, said in found))


def _said(happening: Happening) -> Sequence[str]:
    """The texts of a turn, or all that is said in it at once."""
    if happening.said.prompts:
        return ["\n".join(prompt.words for prompt in happening.said.prompts)]
    return happening.said.texts


def _moment(happening: Happening, marks: _Marks, english: Happening | None) -> Moment:
    if happening.who != "service":
        return Moment(happening.who, (Bubble(happening.words),))
    texts, is_text = _said(happening), bool(happening.said.texts)
    bubbles = tuple(
        Bubble(text, _in_bubble(text, marks, alone=len(texts) == 1), parts(text) if is_text else None) for text in texts
    )
    return Moment("service", bubbles, tuple(_said(english)) if english is not None else ())


def _in_bubble(text: str, marks: _Marks, *, alone: bool) -> tuple[str, ...]:
    if alone:
        return marks.contexts
    return tuple(dict.fromkeys(context for context, said in marks.said if said and said in text))


def _alone(work: Work, covered: set[str]) -> Iterator[Conversation]:
    """What no story says: each text as it would be sent or heard."""
    ours, english = Examples(work), Examples(work, SOURCE)
    left: dict[tuple[str, Channel], list[Moment]] = {}

    def moment(source: Source) -> Moment:
        sent = ours.sent(source)
        return Moment("service", (Bubble(sent.words, (source.context,), sent.parts),), (english.sent(source).words,))

    for context, source in work.sources.items():
        way = place_of(context, work.release.flows)[1]
        if context in covered or way in (Way.TYPED, Way.SHOWN):
            continue
        flow, channel = context.partition("/")[0], Channel.VOICE if way is Way.HEARD else Channel.SMS
        asked = work.sources.get(context.removesuffix("why") + "ask")
        if context.endswith("/why") and asked is not None:
            wish = Moment("person", (Bubble(work.languages.word(work.code, "why")),))
            yield Conversation(flow, f"Why, at {context.split('/')[1]}", channel, (moment(asked), wish, moment(source)))
        else:
            left.setdefault((flow, channel), []).append(moment(source))
    for (flow, channel), found in left.items():
        yield Conversation(flow, ALONE, channel, tuple(one for one in found if one.bubbles[0].words))
