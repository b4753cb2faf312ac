"""Runs flows with people: begins a check-in, hears an answer or a silence, and carries out what the flow asks for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from sqlalchemy import bindparam, literal_column, or_, select, update

from service.core.effects import Ask
from service.core.flow import advance
from service.core.flow_file import Flow
from service.core.flow_state import Facts, Heard, Silence, Started, State, Words
from service.core.model import Channel, Urgency
from service.core.rota import on_duty
from service.core.routing import reads
from service.core.schedule import local_day, next_allowed
from service.core.urgency import assess
from service.store import due_rows
from service.store.ids import new_id
from service.store.prepared import Prepared
from service.store.schema import attempts, checkins, consents, dues, messages
from service.usecases.carrying import Carrying, begin_row
from service.usecases.raising import Raised
from service.usecases.releases import Release
from service.usecases.render import render
from service.usecases.turn import Turn
from service.usecases.values import flow_values

WELCOME = "welcome"
_LATER = timedelta(hours=1)


_ASKED = Prepared(
    select(attempts.c.id)
    .join(messages, messages.c.id == attempts.c.message_id)
    .where(messages.c.contact_id == bindparam("contact"), messages.c.at >= bindparam("since"))
    .where(messages.c.checkin_id == bindparam("checkin"))
    .where(
        or_(
            attempts.c.outcome.is_(None),
            attempts.c.outcome == literal_column("'accepted'"),
            attempts.c.outcome == literal_column("'unknown'"),
        )
    )
    .limit(1)
)
_CONSENTS = Prepared(
    select(consents.c.purpose, consents.c.granted)
    .where(consents.c.participant_id == bindparam("participant"))
    .order_by(consents.c.at)
)


@dataclass(frozen=True, slots=True)
class Went:
    """What a turn of a flow came to."""

    understood: bool
    raised: tuple[Raised, ...]
    finished: str | None


def begin(turn: Turn, flow_name: str, *, lane: str = "bulk") -> bool:
    """Begin a check-in with the person of this turn; False where none may begin now."""
    if turn.at.participant_id is None or turn.at.checkin_id is not None or turn.contact.opted_out_at is not None:
        return False
    if turn.at.urgency == Urgency.URGENT and turn.at.escalation_id is not None:
        return False
    wanted = ("invited",) if flow_name == WELCOME else ("joined",)
    if turn.at.participant_state not in wanted or phone_is_busy(turn):
        return False
    turn.at.checkin_id = new_id()
    turn.at.release_id, turn.at.flow = turn.release.id, flow_name
    flow = turn.release.flows[flow_name]
    turn.writes.add(
        checkins,
        {
            "id": turn.at.checkin_id,
            "participant_id": turn.at.participant_id,
            "contact_id": turn.contact.id,
            "release_id": turn.release.id,
            "flow": flow_name,
            "language": turn.language,
            "state": b"",
            "status": "open",
            "opened_at": turn.now,
            "changed_at": turn.now,
        },
    )
    turn.writes.flush()
    _go_on(turn, turn.release, flow, None, Started(), lane)
    return True


def phone_is_busy(turn: Turn) -> bool:
    """Whether somebody else who uses this phone is being asked something: nobody could tell whose answer came."""
    open_here = select(checkins.c.id).where(checkins.c.contact_id == turn.contact.id, checkins.c.status == "open")
    others = open_here.where(checkins.c.participant_id != turn.at.participant_id)
    return turn.tx.execute(others.limit(1)).first() is not None


def begin_later(turn: Turn, flow_name: str) -> None:
    """Begin in an hour, in their safe hours: one conversation at a time on one phone."""
    at = next_allowed(turn.now + _LATER, *turn.safe_hours, turn.zone)
    turn.writes.add(dues, begin_row(turn, flow_name, at))


def hear(turn: Turn, words: str, urgency: Urgency) -> Went | None:
    """The person of this turn, who has a check-in open, wrote these words; None if its question never went out yet."""
    release, flow, state = _under_way(turn)
    if not _was_asked(turn, state):
        return None
    urgency = max(urgency, _as_an_answer(turn, words, str(state.waiting)))
    return _go_on(turn, release, flow, state, Words(words, urgency), "reply")


def _as_an_answer(turn: Turn, words: str, question: str) -> Urgency:
    """Some words mean more as an answer: "not really" to the question whether somebody is safe. It only raises."""
    rules = turn.release.rules
    if not any(question in language.asked for language in rules.languages):
        return Urgency.ROUTINE
    found = assess(words, rules, question=question)
    if turn.assessment is None or found.urgency > turn.assessment.urgency:
        turn.assessment = found
    return found.urgency


def _was_asked(turn: Turn, state: State) -> bool:
    """Whether the carrier was given the question, or its reminder: nobody answers, or consents to, what they never saw."""
    if turn.sent_at is not None and state.since is not None and turn.sent_at < state.since:
        return False
    if state.reminded or state.again or state.since is None:
        return True
    of = {"contact": turn.contact.id, "checkin": turn.at.checkin_id, "since": state.since}
    return _ASKED.first(turn.tx, of) is not None


def hear_silence(turn: Turn, step: str, number: int) -> Went:
    """Nothing was answered in the time that the flow gave."""
    release, flow, state = _under_way(turn)
    return _go_on(turn, release, flow, state, Silence(step, number), "bulk")


def ask_again(turn: Turn) -> None:
    """Say the open question once more, in the language that the person has just chosen."""
    release, flow, state = _under_way(turn)
    if state.waiting is None:
        return
    values = flow_values(turn, state.answers, flow.variables)
    again = (Ask(state.waiting, page=state.page),)
    for body in render(again, flow, release.languages, turn.language, values, turn.discreet):
        turn.text(body, "reply", checkin_id=turn.at.checkin_id)


def asks_for_language(turn: Turn) -> bool:
    """Whether the open question is which language they would like."""
    _, flow, state = _under_way(turn)
    return state.waiting is not None and flow.step(state.waiting).keeps == "language"


def close(turn: Turn, status: str) -> None:
    """End the open check-in with nothing more said."""
    ended = update(checkins).where(checkins.c.id == turn.at.checkin_id)
    turn.tx.execute(ended.values(status=status, changed_at=turn.now))
    due_rows.cancel(turn.tx, turn.now, status, checkin_id=turn.at.checkin_id)
    turn.at.checkin_id = None


def _under_way(turn: Turn) -> tuple[Release, Flow, State]:
    release = turn.deps.releases.get(str(turn.at.release_id))
    document = turn.deps.keys.open(
        turn.contact.id, "checkins", "state", str(turn.at.checkin_id), turn.at.checkin_state or b""
    )
    return release, release.flows[str(turn.at.flow)], State.from_json(json.loads(document))


def _go_on(turn: Turn, release: Release, flow: Flow, state: State | None, heard: Heard, lane: str) -> Went:
    vocabulary = release.languages.vocabulary(flow, turn.language)
    step = advance(flow, state, heard, turn.now, _facts(turn, release), vocabulary)
    done = Carrying(turn, release, flow, lane, step.state)
    for effect in step.effects:
        done.carry(effect)
    done.say()
    _keep_state(turn, step.state, done.finished)
    return Went(done.understood, tuple(done.raised), done.finished)


def _facts(turn: Turn, release: Release) -> Facts:
    current = turn.release.config
    trained = reads(current.team)
    today = local_day(turn.now, current.rota.zone)
    return Facts(
        channel=Channel.SMS,
        language=turn.language,
        language_known=bool(turn.contact.language_chosen),
        languages=release.languages.codes,
        consents=_Consents(turn),
        on_duty=any(trained(who, today) for who in on_duty(current.rota, turn.now)),
    )


class _Consents(Mapping[str, bool]):
    """What a participant has agreed to, read when a flow first asks: most never do."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    @cached_property
    def _given(self) -> dict[str, bool]:
        rows = _CONSENTS.all(self._turn.tx, {"participant": self._turn.at.participant_id})
        return {row.purpose: row.granted for row in rows}

    def __getitem__(self, purpose: str) -> bool:
        return self._given[purpose]

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)


def _keep_state(turn: Turn, state: State, finished: str | None) -> None:
    checkin_id = str(turn.at.checkin_id)
    document = json.dumps(state.to_json(), ensure_ascii=False, separators=(",", ":"))
    sealed = turn.deps.keys.seal(turn.contact.id, "checkins", "state", checkin_id, document)
    turn.writes.change(checkins, checkin_id, {"state": sealed, "changed_at": turn.now, "status": finished or "open"})
    turn.at.checkin_state = sealed
    if finished:
        due_rows.cancel(turn.tx, turn.now, finished, checkin_id=checkin_id, kind="silence")
        turn.at.checkin_id = None
