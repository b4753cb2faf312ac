"""What nobody is told in a rehearsal: what was raised, kept and noted."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from service.core.story_write import span
from service.usecases.rehearsal import Outcome


def before(outcome: Outcome) -> Outcome:
    """The outcome as it is now, to see later what has come to it."""
    return deepcopy(outcome)


def happened(outcome: Outcome, since: Outcome | None) -> Iterator[str]:
    """A line for each thing that has happened since."""
    was = since or Outcome()
    for reason in outcome.reasons[len(was.reasons) :]:
        yield f"put before a person, {reason}"
    if outcome.page and not was.page:
        yield "trained staff are paged"
    if outcome.promised and not was.promised:
        yield "a time was promised"
    for kind, values in outcome.notes.items():
        if kind not in was.notes or values != was.notes[kind]:
            yield f"noted as {kind}{': ' if values else ''}{', '.join(values)}"
    for purpose, granted in outcome.consent.items():
        if was.consent.get(purpose) != granted:
            yield f"consent to {purpose}: {'yes' if granted else 'no'}"
    for name, value in outcome.keeps.items():
        if was.keeps.get(name) != value:
            yield f"kept, {name}: {value}"
    if outcome.plan is not None and was.plan is None:
        yield f"their plan for silence is followed: {outcome.plan}"
    for later in outcome.later[len(was.later) :]:
        yield f"{later.flow} begins in {span(later.after)}"
    for told in outcome.staff_told[len(was.staff_told) :]:
        yield f"staff are told: {told}"
