"""Runs flows with people: begins a check-in, hears an answer or a silence, and carries out what the flow asks for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, literal_column, or_, select, update

from service.core.answers import understand
from service.core.effects import Ask
from service.core.flow import advance
from service.core.flow_file import Flow
from service.core.flow_state import Heard, Silence, Started, State, Words
from service.core.model import Channel, Urgency
from service.core.phrases import Wording
from service.core.schedule import local_day, next_allowed
from service.core.steps.shape import StepKind
from service.core.urgency import assess
from service.store import due_rows
from service.store.ids import new_id
from service.store.prepared import Prepared
from service.store.schema import attempts, checkins, dues, messages
from service.usecases.carrying import Carrying
from service.usecases.facts import facts_of
from service.usecases.later import begin_row
from service.usecases.raising import Raised
from service.usecases.releases import Release
from service.usecases.render import pack, render
from service.usecases.render.shared import Line, Speaker, part_line
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
    flow = turn.release.flows[flow_name]
    if not _is_for(turn, flow) or phone_is_busy(turn):
        return False
    turn.at.checkin_id = new_id()
    turn.at.release_id, turn.at.flow = turn.release.id, flow_name
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


def _is_for(turn: Turn, flow: Flow) -> bool:
    """The first check-in is for whom we have invited, all others for who has joined, and those for staff for the team."""
    if flow.for_staff:
        return turn.at.participant_state == "staff" and turn.at.staff_id in turn.release.config.team
    return turn.at.participant_state == ("invited" if flow.name == WELCOME else "joined")


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
    for body in _asked(turn, release, flow, state):
        turn.text(body, "reply", checkin_id=turn.at.checkin_id)


def explain(turn: Turn) -> None:
    """Say why we ask, and the open question once more; it counts as no turn, and its silence goes on as before."""
    release, flow, state = _under_way(turn)
    asked = _asked(turn, release, flow, state)
    for body in pack([Wording(one, one) for one in (_why(turn, release, flow, state), *asked)]):
        turn.text(body, "reply", checkin_id=turn.at.checkin_id)


def _asked(turn: Turn, release: Release, flow: Flow, state: State) -> list[str]:
    if state.waiting is None:
        return []
    values = flow_values(turn, state.answers, flow.variables)
    again = (Ask(state.waiting, page=state.page, given=state.given),)
    return render(again, flow, release.languages, turn.language, values, turn.discreet)


def _why(turn: Turn, release: Release, flow: Flow, state: State) -> str:
    """The question's own reason, else what the check-in is for."""
    values = flow_values(turn, state.answers, flow.variables)
    speaker = Speaker(flow, release.languages, turn.language, values, turn.discreet, Channel.SMS)
    own = part_line(flow.step(state.waiting), "why", speaker) if state.waiting is not None else None
    for line in (own, Line(f"{flow.name}/purpose", flow.purpose, values)):
        words = "" if line is None else speaker.words(line).full
        if speaker.may_hear(words):
            return turn.say("why", why=words)
    return turn.say("why.unknown")


def is_an_answer(turn: Turn, words: str, *, own_words: bool) -> bool:
    """Whether the open question understands these words; `own_words` is what a question for own words makes of them."""
    if turn.at.checkin_id is None:
        return False
    release, flow, state = _under_way(turn)
    if state.waiting is None:
        return False
    step = flow.step(state.waiting)
    if step.kind is StepKind.OPEN:
        return own_words
    vocabulary, today = release.languages.vocabulary(flow, turn.language), local_day(turn.now, turn.zone)
    return understand(step, words, vocabulary, today=today) is not None


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
    step = advance(flow, state, heard, turn.now, facts_of(turn, release, flow), vocabulary)
    done = Carrying(turn, release, flow, lane, step.state)
    for effect in step.effects:
        done.carry(effect)
    done.say()
    _keep_state(turn, step.state, done.finished)
    return Went(done.understood, tuple(done.raised), done.finished)


def _keep_state(turn: Turn, state: State, finished: str | None) -> None:
    checkin_id = str(turn.at.checkin_id)
    document = json.dumps(state.to_json(), ensure_ascii=False, separators=(",", ":"))
    sealed = turn.deps.keys.seal(turn.contact.id, "checkins", "state", checkin_id, document)
    turn.writes.change(checkins, checkin_id, {"state": sealed, "changed_at": turn.now, "status": finished or "open"})
    turn.at.checkin_state = sealed
    if finished:
        due_rows.cancel(turn.tx, turn.now, finished, checkin_id=checkin_id, kind="silence")
        turn.at.checkin_id = None
