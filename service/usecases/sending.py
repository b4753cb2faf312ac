"""Sends one text: checked again at the last moment, attempted once, its outcome recorded as a closed union."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, assert_never

from sqlalchemy import Connection, Row, select, update

from service.core.model import Urgency
from service.core.schedule import in_safe_hours, next_allowed
from service.store import deliveries, due_rows, people
from service.store.ids import new_id
from service.store.schema import attempts, dues, messages
from service.telephony.port import Accepted, BadNumber, OptedOut, Outcome, Permanent, Retry, Unknown
from service.usecases.deps import Deps
from service.usecases.escalations import may_take
from service.usecases.failing import could_not_send
from service.usecases.replies import ANSWER_WINDOW
from service.usecases.turn import clock_time

_TIMES_HOLD = timedelta(minutes=5)  # "is being told now", "today": true of a receipt that goes at once
_PAGE_VALID = timedelta(minutes=2)
_TEXT_VALID = timedelta(hours=4)
_LONGEST_WAIT = timedelta(minutes=5)
_UNKNOWN_WAIT = timedelta(seconds=2)
_QUICK_TRIES = 4  # answers lost in a row, after which the same text goes out less often: it may have arrived each time
_STAFF_KINDS = frozenset({"page", "notice"})
_ANSWERS = frozenset({"reply", "receipt", "staff", "stop"})


@dataclass(frozen=True, slots=True)
class Job:
    """One attempt that is on disk and now has to be made."""

    due_id: int
    fence: int
    tries: int
    attempt_id: str
    message_id: str
    contact_id: str
    kind: str
    token: str
    to: str
    body: str


def prepare(deps: Deps, tx: Connection, due: Row[Any], now: datetime) -> Job | None:
    """Check cause, consent, opt-out and safe hours once more and note the attempt; None when nothing may be sent now."""
    row = deliveries.to_send(tx, due.id)
    stop = _why_not(deps, row, now)
    if stop is not None:
        _drop(deps, tx, due, row, stop, now)
        return None
    wait = None if (due.detail or {}).get("any_hour") else _wait(row, now)
    if wait is not None:
        due_rows.put_off(tx, due.id, due.fence, wait, "safe hours", untried=True)
        return None
    to = deps.keys.open(row.contact_id, "contacts", "phone", row.contact_id, row.phone)
    if not _may_go_out(deps, to):
        _drop(deps, tx, due, row, "trial mode", now)
        return None
    body = deps.keys.open(row.contact_id, "messages", "body", row.id, row.body)
    if row.kind == "receipt" and now - due.made_at > _TIMES_HOLD and not deliveries.promise_stands(tx, row.id, now):
        body = _say_no_time(deps, tx, row)
    token = deps.new_token()
    job = Job(due.id, due.fence, due.tries, new_id(), row.id, row.contact_id, row.kind, token, to, body)
    attempt = {"id": job.attempt_id, "due_id": due.id, "message_id": row.id, "token": job.token}
    tx.execute(attempts.insert(), [{**attempt, "fence": due.fence, "started_at": now}])
    return job


def _say_no_time(deps: Deps, tx: Connection, row: Row[Any]) -> str:
    """A receipt that was held up until its time is over would tell a lie: it goes without one (I17)."""
    release = deps.releases.current()
    language = row.language or release.config.service.language
    body = release.languages.say(language, "receipt.soon.unknown_time")
    sealed = deps.keys.seal(row.contact_id, "messages", "body", row.id, body)
    tx.execute(messages.update().where(messages.c.id == row.id).values(body=sealed))
    return body


def make(deps: Deps, job: Job) -> Outcome:
    """The call itself. No transaction is open meanwhile."""
    valid_for = _PAGE_VALID if job.kind in _STAFF_KINDS else _TEXT_VALID
    return deps.telephony.send_text(to=job.to, body=job.body, token=job.token, valid_for=valid_for)


def record(deps: Deps, job: Job, outcome: Outcome) -> None:
    """Write down what became of the attempt; each outcome has its branch."""
    now = deps.clock.now()
    with deps.database.write() as tx:
        people.lock(tx, job.contact_id)  # before its due rows: contact → escalation → due
        match outcome:
            case Accepted(provider_id, status):
                deliveries.finish_attempt(tx, job.attempt_id, now, "accepted", None, provider_id)
                due_rows.finish_whoever_holds_it(tx, job.due_id, "done", "accepted", now)
                accepted(tx, job.message_id, provider_id, status, now)
                count_silence_from(tx, job.message_id, now)
            case Permanent(code):
                _give_up(deps, tx, job, outcome, "permanent", code, now)
            case OptedOut(code):
                _give_up(deps, tx, job, outcome, "opted_out", code, now)
            case BadNumber(code):
                _give_up(deps, tx, job, outcome, "bad_number", code, now)
            case Retry(code, after):
                deliveries.finish_attempt(tx, job.attempt_id, now, "retry", code, None)
                pause = min(after * 2 ** min(job.tries - 1, 6), max(after, _LONGEST_WAIT))
                if due_rows.put_off(tx, job.due_id, job.fence, now + pause, "retry"):
                    could_not_send(deps, tx, job.message_id, outcome, now)
            case Unknown():
                deliveries.finish_attempt(tx, job.attempt_id, now, "unknown", None, None)
                rest = min(_UNKNOWN_WAIT * 2 ** min(job.tries, 10), _LONGEST_WAIT) if job.tries > _QUICK_TRIES else None
                due_rows.wait_for_callback(tx, job.due_id, job.fence, now + rest if rest else None)
            case _:
                assert_never(outcome)


def accepted(tx: Connection, message_id: str, provider_id: str, status: str, now: datetime) -> None:
    """The provider has it: the message's state, the page's, and callbacks that came before this answer."""
    known = {"provider": "twilio", "provider_id": provider_id}
    tx.execute(messages.update().where(messages.c.id == message_id, messages.c.provider_id.is_(None)).values(known))
    deliveries.rise(tx, message_id, status if status in deliveries.RANKS else "queued", None)
    deliveries.page_accepted(tx, message_id, now)


def count_silence_from(tx: Connection, message_id: str, now: datetime) -> None:
    """Silence counts from known delivery, or until it is known from acceptance: not from when a question was written."""
    query = select(dues.c.id, dues.c.detail).where(
        dues.c.message_id == message_id, dues.c.kind == "silence", dues.c.state == "waiting"
    )
    for row in tx.execute(query).all():
        after = timedelta(seconds=row.detail["after"])
        tx.execute(update(dues).where(dues.c.id == row.id).values(run_at=now + after))


def _give_up(deps: Deps, tx: Connection, job: Job, outcome: Outcome, name: str, code: int | None, now: datetime) -> None:
    deliveries.finish_attempt(tx, job.attempt_id, now, name, code, None)
    if due_rows.finish_whoever_holds_it(tx, job.due_id, "done", name, now):
        deliveries.rise(tx, job.message_id, "failed", code)
        could_not_send(deps, tx, job.message_id, outcome, now)


def _why_not(deps: Deps, row: Row[Any], now: datetime) -> str | None:
    """Why this text must never go, or None. A page that somebody answered meanwhile is one (I6)."""
    if row.phone is None or row.phone_index is None:
        return "erased"
    if row.kind in _STAFF_KINDS:
        return _why_no_page(deps, row, now)
    if row.opted_out_at is not None and row.kind != "stop":
        return "opted out"
    if row.participant_state in ("declined", "left") and row.kind not in _ANSWERS:
        return "no consent"
    return None


def _why_no_page(deps: Deps, row: Row[Any], now: datetime) -> str | None:
    if row.wave_ended_at is not None:
        return "acknowledged"
    if row.kind == "page" and not may_take(deps.releases.current(), row.staff_id, Urgency.URGENT, now):
        return "not trained"
    return None


def _wait(row: Row[Any], now: datetime) -> datetime | None:
    """Until when a text to a participant must wait (I8): what we start keeps to safe hours, an answer has 30 minutes."""
    if row.kind in _STAFF_KINDS or row.kind == "stop" or row.participant_id is None:
        return None
    if row.kind in _ANSWERS and row.last_in_at is not None and now - row.last_in_at <= ANSWER_WINDOW:
        return None
    hours = clock_time(row.safe_from), clock_time(row.safe_to)
    return None if in_safe_hours(now, *hours, row.zone) else next_allowed(now, *hours, row.zone)


def _may_go_out(deps: Deps, to: str) -> bool:
    sending = deps.sending
    return sending.to_simulator or to in sending.test_numbers or deps.releases.current().reviewed


def _drop(deps: Deps, tx: Connection, due: Row[Any], row: Row[Any], why: str, now: datetime) -> None:
    due_rows.finish(tx, due.id, due.fence, "cancelled", why, now)
    state = "held" if why == "trial mode" else "cancelled"
    tx.execute(messages.update().where(messages.c.id == row.id).values(state=state, note=why))
    if row.kind in _STAFF_KINDS and why in ("trial mode", "not trained"):
        could_not_send(deps, tx, row.id, Permanent(None), now)  # nobody waits for an answer to a page that never goes


def never_sent(tx: Connection, message_id: str) -> None:
    """The message's state, where its row of due work was given up."""
    waiting = messages.update().where(messages.c.id == message_id, messages.c.state == "waiting")
    tx.execute(waiting.values(state="failed", state_rank=deliveries.FAILED_RANK, note="could not be sent"))
