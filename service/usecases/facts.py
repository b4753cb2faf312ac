"""What a flow may ask about the person and the hour. All of it is read only when it asks: most turns never do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar, cast, overload

from sqlalchemy import bindparam, literal_column, select

from service.core.conditions import Known
from service.core.flow_file import Flow
from service.core.flow_state import Facts, State
from service.core.model import Channel
from service.core.promises import times_to_offer
from service.core.rota import on_duty
from service.core.routing import reads
from service.core.schedule import local_day
from service.store.prepared import Prepared
from service.store.schema import checkins, consents, escalations, promises
from service.usecases.preferences import chosen_by
from service.usecases.releases import Release
from service.usecases.turn import Turn

_Value = TypeVar("_Value")
_RECENT = 5  # check-ins looked through for the last one in which something was answered

_CONSENTS = Prepared(
    select(consents.c.purpose, consents.c.granted)
    .where(consents.c.participant_id == bindparam("participant"))
    .order_by(consents.c.at, consents.c.id)
)
_LAST = Prepared(
    select(checkins.c.id, checkins.c.contact_id, checkins.c.state)
    .where(checkins.c.participant_id == bindparam("participant"), checkins.c.flow == bindparam("of_flow"))
    .where(checkins.c.status != literal_column("'open'"), checkins.c.changed_at >= bindparam("since"))
    .order_by(checkins.c.changed_at.desc(), checkins.c.id.desc())
    .limit(_RECENT)
)
_KEPT = Prepared(
    select(promises.c.id)
    .join(escalations, escalations.c.id == promises.c.escalation_id)
    .where(escalations.c.person_id == bindparam("person"), promises.c.state == literal_column("'kept'"))
    .limit(1)
)


def facts_of(turn: Turn, release: Release, flow: Flow, channel: Channel = Channel.SMS) -> Facts:
    """The facts of one turn of a flow; whoever looks at one of them makes it be read."""
    return Facts(
        channel=channel,
        language=turn.language,
        language_known=bool(turn.contact.language_chosen),
        languages=release.languages.codes,
        consents=_Lazily(lambda: _consents(turn)),
        on_duty=cast("bool", _Whether(lambda: _is_somebody_on_duty(turn))),
        my=_Lazily(lambda: _preferences(turn)),
        last=_Lazily(lambda: _last_answers(turn, flow)),
        promise_kept=cast("bool", _Whether(lambda: _was_a_promise_kept(turn))),
        times=cast("tuple[str, ...]", _Several(lambda: _times(turn))),
        today=local_day(turn.now, turn.zone),
    )


def _consents(turn: Turn) -> Mapping[str, bool]:
    rows = _CONSENTS.all(turn.tx, {"participant": turn.at.participant_id})
    return {row.purpose: row.granted for row in rows}


def _is_somebody_on_duty(turn: Turn) -> bool:
    current = turn.release.config
    trained, today = reads(current.team), local_day(turn.now, current.rota.zone)
    return any(trained(who, today) for who in on_duty(current.rota, turn.now))


def _preferences(turn: Turn) -> Mapping[str, str]:
    return chosen_by(turn.deps, turn.tx, turn.at.participant_id) if turn.at.participant_id else {}


def _last_answers(turn: Turn, flow: Flow) -> Mapping[str, Known]:
    """What they answered when this flow last came to something, for as long as answers are kept."""
    since = turn.now - flow.keep_answers
    of = {"participant": turn.at.participant_id, "of_flow": flow.name, "since": since}
    for row in _LAST.all(turn.tx, of):
        document = turn.deps.keys.open(row.contact_id, "checkins", "state", row.id, row.state) if row.state else "{}"
        answers = State.from_json(json.loads(document)).answers
        if any(isinstance(answer, tuple) for answer in answers.values()):
            return answers
    return {}


def _was_a_promise_kept(turn: Turn) -> bool:
    return _KEPT.first(turn.tx, {"person": turn.person_id}) is not None


def _times(turn: Turn) -> Sequence[str]:
    return times_to_offer(turn.release.config, turn.now, turn.safe_hours, turn.zone)


class _Lazily(Mapping[str, _Value], Generic[_Value]):
    """A mapping that is read when somebody first looks into it."""

    def __init__(self, read: Callable[[], Mapping[str, _Value]]) -> None:
        self._read = read

    @cached_property
    def _found(self) -> Mapping[str, _Value]:
        return self._read()

    def __getitem__(self, key: str) -> _Value:
        return self._found[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


class _Several(Sequence[str]):
    """As `_Lazily`, for a row of things."""

    def __init__(self, read: Callable[[], Sequence[str]]) -> None:
        self._read = read

    @cached_property
    def _found(self) -> Sequence[str]:
        return self._read()

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: Any) -> Any:
        return self._found[place]

    def __len__(self) -> int:
        return len(self._found)


class _Whether:
    """As `_Lazily`, for what is so or not."""

    def __init__(self, read: Callable[[], bool]) -> None:
        self._read = read

    @cached_property
    def _found(self) -> bool:
        return self._read()

    def __bool__(self) -> bool:
        return self._found
