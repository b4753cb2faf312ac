"""Whatever happens, in whatever order: the invariants of the design hold after every step."""

from __future__ import annotations

import contextlib
import itertools
import re
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import func, select

from service.core.model import Urgency
from service.store.schema import attempts, contacts, dues, escalations, messages, pages, promises, waves
from service.telephony.port import Accepted, BadNumber, OptedOut, Outcome, Permanent, Retry, Unknown
from service.usecases.errors import UseCaseError
from service.usecases.escalations import cannot_take, claim, hand_over, read_nothing_needed, resolve
from service.usecases.replies import reply
from tests.support.house import AMINA, BEN, PARTICIPANT, SAM, STRANGER
from tests.usecases.homes import Village, home

PETRA, LENA = "+447700900108", "+447700900109"
STAFF = {"amina": AMINA, "ben": BEN, "sam": SAM, "petra": PETRA, "lena": LENA}
ROTA = "shifts:\n  - {who: [petra, lena, amina, ben], days: every day, from: 06:00, to: 22:00}\n"
PEOPLE = st.sampled_from([PARTICIPANT, STRANGER])
WORKERS = st.sampled_from(["amina", "ben"])
WORDS = {
    "urgent": ["I am not safe", "I want to die", "3 and he is hurting me"],
    "soon": ["the boiler broke", "hello?", "3 but"],
    "routine": ["1", "2", "3", "ok", "thank you", "٣"],
    "keyword": ["HELP", "0", "START", "español", "English", "STOP"],
}
OUTCOMES = st.sampled_from(
    [
        Retry(20429, timedelta(seconds=2)),
        Retry(20003, timedelta(seconds=30), alarm=True),
        Unknown("timeout"),
        BadNumber(21211),
        Permanent(30034, alarm=True),
        OptedOut(21610),
    ]
)
STATUSES = st.sampled_from(["queued", "sent", "delivered", "undelivered", "failed", "read", "nonsense"])
_SIDS = itertools.count(1)


class Life(RuleBasedStateMachine):
    """One service, one participant, one stranger, a team of five and a carrier that does what it likes."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name)
        self.house = Village(f"sqlite:///{path / 'test.sqlite'}", path, home=home(rota=ROTA))
        for handle, number in STAFF.items():
            self.house.staff(handle, number)
        self.house.participant()
        self.house.phones.clear()
        self.texts: dict[str, tuple[str, str]] = {}
        self.ended: dict[str, int] = {}  # a wave's code → how many of its pages had gone when it was seen to be over

    def teardown(self) -> None:
        if hasattr(self, "house"):
            self.house.close()
            self.folder.cleanup()

    # What happens

    @rule(who=PEOPLE, kind=st.sampled_from(list(WORDS)), which=st.integers(0, 5))
    def somebody_texts(self, who: str, kind: str, which: int) -> None:
        words = WORDS[kind][which % len(WORDS[kind])]
        stopped = self.stopped(who)
        heard = len(self.sent_to(who))
        sid = f"SM{next(_SIDS)}"
        self.texts[sid] = (who, words)
        self.house.text(who, words, sid=sid)
        if kind == "urgent":
            row = self.open_of(who)
            assert row is not None
            assert (row.urgency, row.state) == (Urgency.URGENT, "open")
        if stopped and words != "START":
            assert len(self.sent_to(who)) == heard

    @precondition(lambda self: self.texts)
    @rule(data=st.data())
    def a_webhook_comes_again(self, data: st.DataObject) -> None:
        sid = data.draw(st.sampled_from(sorted(self.texts)))
        who, words = self.texts[sid]
        assert self.house.receive(who, words, sid=sid).again
        self.house.settle()

    @rule(seconds=st.sampled_from([2, 30, 300, 900, 1800, 7200, 86_400]))
    def time_passes(self, seconds: int) -> None:
        self.house.passes(seconds=seconds)

    @rule()
    def leases_run_out(self) -> None:
        self.house.really_passes(15)

    @rule()
    def a_check_in_begins(self) -> None:
        self.house.check_in()

    @rule(who=st.sampled_from(["amina", "ben", "petra", "lena"]), data=st.data())
    def somebody_texts_a_code(self, who: str, data: st.DataObject) -> None:
        codes = self.house.values(select(waves.c.code))
        code = data.draw(st.sampled_from([*codes, "1234"]))
        self.house.text(STAFF[who], code, sid=f"SM{next(_SIDS)}")

    @rule(who=WORKERS, what=st.sampled_from(["claim", "reply", "resolve", "pass", "hand over", "close"]), data=st.data())
    def a_worker_does_something(self, who: str, what: str, data: st.DataObject) -> None:
        rows = self.house.values(select(escalations.c.id))
        if not rows:
            return
        this, other = data.draw(st.sampled_from(rows)), "ben" if who == "amina" else "amina"
        does: dict[str, Any] = {
            "claim": lambda: claim(self.house.deps, this, who),
            "reply": lambda: reply(self.house.deps, this, who, f"I am here {next(_SIDS)}"),
            "resolve": lambda: resolve(self.house.deps, this, who, "We spoke."),
            "pass": lambda: cannot_take(self.house.deps, this, who),
            "hand over": lambda: hand_over(self.house.deps, this, who, other),
            "close": lambda: read_nothing_needed(self.house.deps, this, who),
        }
        with contextlib.suppress(UseCaseError):
            does[what]()
        self.house.settle()

    @rule(outcomes=st.lists(OUTCOMES, min_size=1, max_size=3))
    def the_carrier_will_not(self, outcomes: list[Outcome]) -> None:
        self.house.carrier.answers_next(*outcomes)

    @rule(number=st.sampled_from([AMINA, BEN, PARTICIPANT]), outcome=st.one_of(st.none(), OUTCOMES))
    def the_carrier_treats_a_number_so(self, number: str, outcome: Outcome | None) -> None:
        self.house.carrier.answers_to(number, outcome)

    @rule(data=st.data(), status=STATUSES, code=st.sampled_from([None, 30003, 30005, 30007, 30036, 21610]))
    def the_carrier_calls_back(self, data: st.DataObject, status: str, code: int | None) -> None:
        given = [one for one in self.house.carrier.sent if isinstance(one.outcome, Accepted | Unknown)]
        if given:
            one = data.draw(st.sampled_from(given))
            self.house.callback(one, status, code, provider_id=getattr(one.outcome, "provider_id", f"SM{one.token}"))

    @rule(who=PEOPLE, urgent=st.booleans(), lane=st.sampled_from(["urgent", "reply", "bulk"]))
    def a_process_dies_with_a_claim(self, who: str, urgent: bool, lane: str) -> None:
        sid = f"SM{next(_SIDS)}"
        self.texts[sid] = (who, "I am not safe" if urgent else "the boiler broke")
        self.house.receive(*self.texts[sid], sid=sid)
        self.house.claim_row(lane)
        self.house.settle()

    # What always holds

    @invariant()
    def i1_every_text_is_stored_once(self) -> None:
        if hasattr(self, "house"):
            query = select(messages.c.provider_id).where(
                messages.c.direction == "in", messages.c.provider_id.in_(self.texts)
            )
            assert sorted(self.house.values(query)) == sorted(self.texts)

    @invariant()
    def i3_and_i5_one_open_escalation_a_person_and_none_without_a_due_row(self) -> None:
        if not hasattr(self, "house"):
            return
        rows = self.house.open_escalations()
        assert len(rows) == len({row.person_id for row in rows})
        looks = select(dues.c.escalation_id).where(dues.c.state == "waiting", dues.c.kind.in_(["climb", "watch"]))
        assert {row.id for row in rows} <= set(self.house.values(looks))
        climbs = self.house.values(looks.where(dues.c.kind == "climb"))
        unclaimed = {row.id for row in rows if row.urgency == Urgency.URGENT and row.state == "open"}
        assert set(climbs) == unclaimed
        assert max(Counter(climbs).values(), default=0) <= 1

    @invariant()
    def i6_no_page_goes_after_its_wave_has_ended(self) -> None:
        if not hasattr(self, "house"):
            return
        gone = Counter(code for one in self.house.carrier.sent for code in re.findall(r"Reply (\d{4})", one.body))
        for code in self.house.values(select(waves.c.code).where(waves.c.ended_at.is_not(None))):
            assert gone[code] == self.ended.setdefault(code, gone[code])

    @invariant()
    def i7_nothing_is_accepted_twice(self) -> None:
        if hasattr(self, "house"):
            of = dict(self.house.rows(select(attempts.c.token, attempts.c.message_id)))
            took = Counter(of[one.token] for one in self.house.carrier.sent if isinstance(one.outcome, Accepted))
            assert max(took.values(), default=0) <= 1

    @invariant()
    def i16_peers_and_lapsed_training_are_never_paged(self) -> None:
        if hasattr(self, "house"):
            assert set(self.house.values(select(pages.c.staff_id))) <= {"amina", "ben"}
            assert not [one for one in self.house.carrier.sent if one.to in (PETRA, LENA) and "Reply" in one.body]

    @invariant()
    def i17_no_promise_is_forgotten(self) -> None:
        if hasattr(self, "house"):
            late = select(promises.c.id).join(escalations).where(promises.c.state == "given")
            assert self.house.values(late.where(promises.c.due_at < self.house.clock.now())) == []

    @invariant()
    def nothing_is_set_aside_or_grows_without_end(self) -> None:
        if hasattr(self, "house"):
            count = select(func.count()).select_from(dues)
            assert self.house.values(count.where(dues.c.state == "broken")) == [0]
            assert self.house.values(count.where(dues.c.state == "waiting"))[0] < 150

    # Looks

    def sent_to(self, number: str) -> list[str]:
        return [one.body for one in self.house.carrier.sent if one.to == number]

    def stopped(self, number: str) -> bool:
        query = select(contacts.c.opted_out_at).where(contacts.c.phone_index == self.house.deps.keys.index(number))
        return any(moment is not None for moment in self.house.values(query))

    def open_of(self, number: str) -> Any:
        index = self.house.deps.keys.index(number)
        query = select(escalations).join(contacts, contacts.c.id == escalations.c.contact_id)
        rows = self.house.rows(query.where(contacts.c.phone_index == index, escalations.c.state != "resolved"))
        return rows[0] if rows else None


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=10,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
