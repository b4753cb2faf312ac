"""A wave: one run up the ladder, from the first page until a human says "I have it"."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from service.core.ladder import Step, climb
from service.core.routing import candidates
from service.store import due_rows, people
from service.store.ids import new_id
from service.store.schema import dues, escalations, events, pages, waves
from service.store.writes import Writes
from service.usecases.deps import Deps
from service.usecases.outbox import Text, due_row, queue
from service.usecases.releases import Release

_CODE_REST = timedelta(days=2)  # a code comes back no sooner: an old page may still lie on somebody's phone


@dataclass(frozen=True, slots=True)
class Alert:
    """What paging needs to know. Nothing in it tells a member of staff who the person is."""

    escalation_id: str
    language: str
    first: str | None = None  # the member who had it before: they are asked first
    without: frozenset[str] = frozenset()  # said that they can't take it


@dataclass(slots=True)
class Wave:
    """A wave under way, and how far up the ladder it is."""

    id: str
    escalation_id: str
    number: int
    code: str
    rung: int = 0
    climbs: int = 0
    asked: set[str] = field(default_factory=set)
    alarmed_at: datetime | None = None

    def progress(self) -> dict[str, Any]:
        """The columns that change with each rung."""
        return {
            "rung": self.rung,
            "climbs": self.climbs,
            "asked": sorted(self.asked),
            "alarmed_at": self.alarmed_at,
        }


def event_row(escalation_id: str, kind: str, now: datetime, **more: Any) -> dict[str, Any]:
    """A row of the timeline with every column."""
    return {
        "id": new_id(),
        "escalation_id": escalation_id,
        "at": now,
        "kind": kind,
        "staff_id": more.get("staff_id"),
        "message_id": more.get("message_id"),
        "detail": more.get("detail"),
    }


def start(deps: Deps, writes: Writes, release: Release, alert: Alert, now: datetime) -> str:
    """Begin a new wave and page its first rung; ends the wave before it. Returns the wave's id."""
    number = end(writes.tx, alert.escalation_id, "new wave", now) + 1
    wave = Wave(new_id(), alert.escalation_id, number, _free_code(deps, writes.tx, now), asked=set(alert.without))
    _alert_next(deps, writes, release, wave, alert, now)
    writes.add(waves, {**wave.progress(), "id": wave.id, "escalation_id": wave.escalation_id, "number": number,
                       "code": wave.code, "started_at": now})  # fmt: skip
    return wave.id


def go_on(deps: Deps, writes: Writes, release: Release, wave_id: str, now: datetime) -> bool:
    """The time of a rung is over: alert the next. False when the wave has ended or somebody has it."""
    query = (
        select(waves, escalations.c.language, escalations.c.state.label("escalation_state"))
        .join(escalations, escalations.c.id == waves.c.escalation_id)
        .where(waves.c.id == wave_id)
    )
    row = writes.tx.execute(query).one()
    if row.ended_at is not None or row.escalation_state != "open":
        return False
    wave = Wave(row.id, row.escalation_id, row.number, row.code, row.rung, row.climbs, set(row.asked), row.alarmed_at)
    writes.add(events, event_row(row.escalation_id, "climbed", now, detail={"rung": row.rung}))
    _alert_next(deps, writes, release, wave, Alert(row.escalation_id, row.language or ""), now)
    writes.tx.execute(update(waves).where(waves.c.id == wave_id).values(wave.progress()))
    return True


def end(tx: Connection, escalation_id: str, because: str, now: datetime, *, by: str | None = None) -> int:
    """End the running wave, take back its pages that were not sent; the number of waves so far."""
    running = update(waves).where(waves.c.escalation_id == escalation_id, waves.c.ended_at.is_(None))
    values: dict[str, Any] = {"ended_at": now, "ended_because": because}
    if by is not None:
        values |= {"acknowledged_at": now, "acknowledged_by": by}
    for row in tx.execute(running.values(values).returning(waves.c.id)).all():
        due_rows.cancel(tx, now, because, wave_id=row.id)
    count = select(func.max(waves.c.number)).where(waves.c.escalation_id == escalation_id)
    return tx.execute(count).scalar() or 0


def by_code(tx: Connection, code: str) -> Row[Any] | None:
    """The newest wave with this code, also an ended one: a late acknowledger hears who has it."""
    query = select(waves).where(waves.c.code == code).order_by(waves.c.started_at.desc()).limit(1)
    return tx.execute(query).first()


def _free_code(deps: Deps, tx: Connection, now: datetime) -> str:
    """A code that no wave of the last two days and no running wave has."""
    for _ in range(200):
        code = deps.new_code()
        row = by_code(tx, code)
        if row is None or (row.ended_at is not None and row.started_at < now - _CODE_REST):
            return code
    raise RuntimeError("no free wave code: more than 9,000 waves in two days")


def _alert_next(deps: Deps, writes: Writes, release: Release, wave: Wave, alert: Alert, now: datetime) -> None:
    """Page whom the ladder names next; members who have no number yet are passed without waiting."""
    config = release.config
    for _ in range(len(config.team) + len(config.ladder.rungs)):
        step = _step(release, wave, alert, now)
        reached = [(who, contact) for who in step.page if (contact := people.staff_contact(writes.tx, who))]
        wave.asked |= set(step.page)
        wave.rung = step.rung + 1
        if reached or step.alarm:
            break
    for who, contact in reached:
        _page(deps, writes, release, wave, who, contact, now)
    if step.alarm:
        wave.alarmed_at = now
        _alarm(deps, writes, release, wave, now)
    writes.add(
        dues,
        due_row(
            lane="urgent",
            kind="climb",
            unique_key=f"climb:{wave.id}:{wave.climbs}",
            run_at=now + step.wait,
            made_at=now,
            escalation_id=wave.escalation_id,
            wave_id=wave.id,
        ),
    )
    wave.climbs += 1


def _step(release: Release, wave: Wave, alert: Alert, now: datetime) -> Step:
    config = release.config
    step = climb(config.ladder, config.team, config.rota, now, alert.language, wave.rung, frozenset(wave.asked))
    knows_them = alert.first if alert.first not in wave.asked else None
    if knows_them in candidates(config.team, config.rota, now, alert.language, frozenset(wave.asked)):
        return replace(step, page=(str(knows_them),))
    return step


def _page(deps: Deps, writes: Writes, release: Release, wave: Wave, who: str, contact: Row[Any], now: datetime) -> None:
    language = staff_language(release, who)
    key = "page" if wave.climbs == 0 else "page.again"
    text = Text(
        contact_id=contact.id,
        body=release.languages.say(language, key, code=wave.code),
        kind="page",
        lane="urgent",
        cause=f"page:{wave.id}:{wave.climbs}",
        language=language,
        escalation_id=wave.escalation_id,
        wave_id=wave.id,
        staff_id=who,
        in_order=False,
    )
    message_id = queue(deps, writes, text, now)
    page = {"id": new_id(), "wave_id": wave.id, "staff_id": who, "rung": wave.rung - 1, "message_id": message_id}
    writes.add(pages, {**page, "made_at": now})
    writes.add(events, event_row(wave.escalation_id, "paged", now, staff_id=who, message_id=message_id))


def _alarm(deps: Deps, writes: Writes, release: Release, wave: Wave, now: datetime) -> None:
    """Tell the operator that the top of the ladder was reached and nobody has it yet."""
    operator = release.config.operator
    writes.add(events, event_row(wave.escalation_id, "alarm", now, staff_id=operator))
    contact = people.staff_contact(writes.tx, operator)
    if contact is None:
        return
    language = staff_language(release, operator)
    text = Text(
        contact_id=contact.id,
        body=release.languages.say(language, "page.alarm", code=wave.code),
        kind="notice",
        lane="urgent",
        cause=f"alarm:{wave.id}:{wave.climbs}",
        language=language,
        escalation_id=wave.escalation_id,
        wave_id=wave.id,
        staff_id=operator,
        in_order=False,
    )
    queue(deps, writes, text, now)


def staff_language(release: Release, who: str) -> str:
    """The first language of a member that the release has, else the service's."""
    member = release.config.team.get(who)
    spoken = [code for code in member.languages if code in release.languages.codes] if member else []
    return spoken[0] if spoken else release.config.service.language


def tell(deps: Deps, writes: Writes, release: Release, escalation_id: str, who: str, key: str, now: datetime) -> None:
    """One text to a member of staff about an escalation, outside any wave. Says nothing of the person."""
    contact = people.staff_contact(writes.tx, who)
    if contact is None:
        return
    language = staff_language(release, who)
    text = Text(
        contact_id=contact.id,
        body=release.languages.say(language, key),
        kind="notice",
        lane="urgent",
        cause=f"{key}:{escalation_id}:{new_id()}",
        language=language,
        escalation_id=escalation_id,
        staff_id=who,
        in_order=False,
    )
    queue(deps, writes, text, now)


def pass_on(deps: Deps, writes: Writes, release: Release, alert: Alert, who: str, now: datetime) -> None:
    """Somebody can't take it: whoever is next is alerted at once, in this wave or in a new one."""
    query = select(waves).where(waves.c.escalation_id == alert.escalation_id, waves.c.ended_at.is_(None))
    row = writes.tx.execute(query).first()
    if row is None:
        start(deps, writes, release, replace(alert, without=alert.without | {who}), now)
        return
    asked = sorted({*row.asked, who})
    writes.tx.execute(update(waves).where(waves.c.id == row.id).values(asked=asked))
    due_rows.hasten(writes.tx, row.id, now)
