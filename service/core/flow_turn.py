"""What comes of one turn of a flow, and why there may be none."""

from __future__ import annotations

from dataclasses import dataclass

from service.core.effects import Effect
from service.core.flow_state import State


class FlowError(Exception):
    """A flow cannot go on as it was asked to."""


class FlowEnded(FlowError):
    """The check-in is over; what was heard belongs elsewhere."""


class FlowStuck(FlowError):
    """More steps than any flow needs ran in one turn."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The state after what was heard, and what follows from it, in the order in which the person meets it."""

    state: State
    effects: tuple[Effect, ...]
