"""All that a rehearsal led to, and how it differs from what a story tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from service.core.model import Urgency
from service.core.steps.shape import Later
from service.core.story import LeadsTo
from service.core.story_write import span

# Put before a person, but not because of an answer or a silence: the plan that was followed, and what staff are told.
APART: Final = {"plan": "", "undelivered": "not delivered", "opted_out": "opted out"}

IN_WORDS: Final = {
    "answer": "an answer",
    "words": "words of their own",
    "silence": "silence",
    "offer": "they took an offer",
    "step": "the flow says so",
    "unclear": "we were not clear, twice",
    "hung_up": "the call was over too soon",
    "person": "they asked for a person",
    "help": "they asked for help",
    "call": "they asked for a call",
    "plan": "their plan for silence",
    "outside_checkin": "words outside a check-in",
    "undelivered": "a text did not arrive",
    "less_safe": "a wish that would make them less safe",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a person must look."""

    urgency: Urgency
    kind: str
    step: str = ""
    choice: str | None = None
    because: tuple[str, ...] = ()  # what the urgency rules saw, in plain words

    def __str__(self) -> str:
        where = " ".join(part for part in (self.step, self.choice) if part)
        told = f" ({'; '.join(self.because)})" if self.because else ""
        return f"{self.urgency.label}: {IN_WORDS.get(self.kind, self.kind)}{f' at {where}' if where else ''}{told}"


@dataclass(slots=True)
class Outcome:
    """What happened, all of it. `skipped`: consents that were passed over, which is no, and leaves things as they were."""

    reasons: list[Reason] = field(default_factory=list)
    page: bool = False
    promised: bool = False
    plan: str | None = None
    notes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    consent: dict[str, bool] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)
    keeps: dict[str, str] = field(default_factory=dict)
    later: list[Later] = field(default_factory=list)
    staff_told: list[str] = field(default_factory=list)

    @property
    def escalation(self) -> Urgency | None:
        """The most urgent thing that a person must look at."""
        return max((reason.urgency for reason in self.reasons if reason.kind not in APART), default=None)

    def note(self, kind: str, values: tuple[str, ...]) -> None:
        """Needs or an idea, each once."""
        before = self.notes.get(kind, ())
        self.notes[kind] = (*before, *(value for value in values if value not in before))


def as_told(happened: Outcome) -> LeadsTo:
    """All that happened, as a story would say it."""
    return LeadsTo(
        line=0,
        escalation=happened.escalation,
        page=happened.page or None,
        promise=happened.promised if happened.escalation in (Urgency.SOON, Urgency.URGENT) else None,
        plan=happened.plan,
        notes=dict(happened.notes),
        consent=dict(happened.consent),
        keeps=dict(happened.keeps),
        later=tuple(happened.later),
        staff_told=tuple(happened.staff_told),
    )


def differences(told: LeadsTo, happened: Outcome) -> list[str]:
    """What the story says and did not happen, and what happened and the story leaves out; one sentence each."""
    return [
        *_differ("escalation", _label(told.escalation), _label(happened.escalation)),
        *(() if told.page is None else _differ("page", _page(told.page), _page(happened.page))),
        *(() if told.promise is None else _differ("promise", _promise(told.promise), _promise(happened.promised))),
        *_differ("plan", told.plan, happened.plan),
        *_notes(told, happened),
        *_consents(told, happened),
        *_tables("keeps", told.keeps, happened.keeps),
        *_differ("later", _later(told.later), _later(tuple(happened.later))),
        *_differ("staff_told", ", ".join(told.staff_told) or None, ", ".join(happened.staff_told) or None),
    ]


def _differ(what: str, told: str | None, happened: str | None) -> Iterator[str]:
    if told == happened:
        return
    if told is None:
        yield f"{what}: {happened} happened, and the story does not say so"
    elif happened is None:
        yield f"{what}: the story says {told}, and it did not happen"
    else:
        yield f"{what}: the story says {told}, and it was {happened}"


def _label(urgency: Urgency | None) -> str | None:
    return None if urgency is None else urgency.label


def _page(paged: bool) -> str:
    return "trained_staff" if paged else "nobody"


def _promise(given: bool) -> str:
    return "given" if given else "none"


def _later(later: tuple[Later, ...]) -> str | None:
    return ", ".join(f"{one.flow} in {span(one.after)}" for one in sorted(later, key=lambda one: one.flow)) or None


def _notes(told: LeadsTo, happened: Outcome) -> Iterator[str]:
    for kind in sorted({*told.notes, *happened.notes}):
        if kind not in told.notes or kind not in happened.notes:
            yield from _differ("notes", kind if kind in told.notes else None, kind if kind in happened.notes else None)
        elif (wanted := told.notes[kind]) is not None:
            yield from _differ(f"notes: {kind}", _set(wanted), _set(happened.notes[kind]))


def _set(values: tuple[str, ...]) -> str:
    return f"[{', '.join(sorted(values))}]"


def _consents(told: LeadsTo, happened: Outcome) -> Iterator[str]:
    """A consent that was skipped may be told as no, or left out."""
    wanted = {purpose: granted for purpose, granted in told.consent.items() if granted or purpose not in happened.skipped}
    yield from _tables("consent", _words(wanted), _words(happened.consent))


def _words(consents: Mapping[str, bool]) -> dict[str, str]:
    return {purpose: "yes" if granted else "no" for purpose, granted in consents.items()}


def _tables(what: str, told: Mapping[str, str], happened: Mapping[str, str]) -> Iterator[str]:
    for key in sorted({*told, *happened}):
        yield from _differ(f"{what}: {key}", told.get(key), happened.get(key))
