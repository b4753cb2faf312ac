"""The whole service in one process, over a real database, with a carrier in memory and a clock that tests move."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from service.keys import open_keys
from service.languages import read_home
from service.store.engine import Database
from service.store.ids import new_id
from service.store.schema import metadata, staff
from service.telephony.fake import FakeTelephony
from service.usecases.deps import Deps, Sending
from service.usecases.due_work import drain
from service.usecases.joining import Invitation, invite
from service.usecases.receive import Inbound, Received, receive_text
from service.usecases.releases import Releases, build, store_release
from service.usecases.statuses import hear_status
from tests.support.phone import Phone

HOME = Path(__file__).resolve().parent.parent.parent
TUESDAY = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
LANES = ("urgent", "reply", "bulk")
# What somebody answers in the welcome who says nothing of their phone, agrees to all but a peer, and has understood.
AGREES = ("skip", "1", "1", "2", "1")

# Ofcom's numbers for drama: they belong to nobody.
PARTICIPANT, AMINA, BEN, SAM, STRANGER = (f"+44770090010{n}" for n in range(5))


class TestClock:
    """A clock that stands still until it is moved."""

    __test__ = False
    movable = True

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def move(self, by: timedelta) -> datetime:
        self._now += by
        return self._now


class Rung:
    """A bell that remembers."""

    def __init__(self) -> None:
        self.rung: list[str] = []

    def ring(self, lane: str) -> bool:
        self.rung.append(lane)
        return True

    def answer(self, lane: str) -> None:
        self.rung = [one for one in self.rung if one != lane]

    def reachable(self) -> bool:
        return True


class House:
    """Everything a story needs. `settle` does what is due, in every lane, until nothing is."""

    agrees_by = AGREES

    def __init__(self, url: str, folder: Path, *, now: datetime = TUESDAY, home: Path = HOME) -> None:
        self.database = Database(url)
        metadata.create_all(self.database.engine)
        self.carrier = FakeTelephony()
        self.clock = TestClock(now)
        self.bell = Rung()
        codes = itertools.count(4101)
        self.deps = Deps(
            database=self.database,
            clock=self.clock,
            keys=open_keys(f"sqlite:///{folder / 'keys.sqlite'}"),
            bell=self.bell,
            telephony=self.carrier,
            releases=Releases(self.database),
            sending=Sending(to_simulator=True),
            secret=b"s" * 32,
            new_code=lambda: str(next(codes)),
        )
        self._sids = itertools.count(1)
        self.publish(home)
        self.phones: list[Phone] = []

    def publish(self, home: Path = HOME, today: date | None = None) -> None:
        """Make a home the running release, also one that would not pass every check."""
        snapshot = read_home(home)
        day = today or self.clock.now().date()
        release = store_release(self.database, snapshot, build(snapshot, day), "a test", self.clock.now())
        self.deps.releases.keep(release)

    def phone(self, number: str, name: str) -> Phone:
        """A phone of somebody whom the service may or may not know."""
        phone = Phone(self, number, name)
        self.phones.append(phone)
        return phone

    def participant(self, name: str = "Noor", language: str = "en", number: str = PARTICIPANT) -> Phone:
        """Somebody who was invited and has said yes."""
        phone = self.phone(number, name)
        invite(self.deps, Invitation(number, name, language))
        self.settle()
        return self.agrees(phone)

    def agrees(self, phone: Phone) -> Phone:
        """Somebody who was invited goes through the welcome."""
        for answer in self.agrees_by:
            phone.texts(answer)
        return phone.catches_up()

    def staff(self, handle: str, number: str) -> Phone:
        """A member of the team whose number is in the store."""
        contact = new_id()
        keys = self.deps.keys
        keys.ensure(contact)
        row = {"id": contact, "phone_index": keys.index(number), "created_at": self.clock.now()}
        row |= {"phone": keys.seal(contact, "contacts", "phone", contact, number), "language_chosen": False}
        with self.database.write() as tx:
            from service.store.schema import contacts

            tx.execute(contacts.insert(), [row])
            tx.execute(staff.insert(), [{"id": handle, "contact_id": contact, "made_at": self.clock.now()}])
        return self.phone(number, handle)

    def text(self, number: str, words: str, *, sid: str | None = None, media: int = 0, odd: str | None = None) -> None:
        """A phone texts the service, and everything that follows at once is done."""
        self.receive(number, words, sid=sid, media=media, odd=odd)
        self.settle()

    def receive(
        self, number: str, words: str, *, sid: str | None = None, media: int = 0, odd: str | None = None
    ) -> Received:
        """The webhook's use case alone."""
        sid = sid or f"IN{next(self._sids):032d}"
        return receive_text(self.deps, Inbound("twilio", sid, number, words, media, odd))

    def heard(self, number: str, at_least: int) -> list[str]:
        return self.carrier.accepted_by(number)

    def settle(self) -> None:
        """Do what is due now."""
        while sum(drain(self.deps, lane) for lane in LANES):
            pass

    def passes(self, **how_long: float) -> None:
        """Time passes, and what falls due meanwhile is done."""
        self.clock.move(timedelta(**how_long))
        self.settle()

    def deliver(self, status: str = "delivered", code: int | None = None, *, last: int = 1) -> None:
        """The carrier reports on the last text that was accepted."""
        sent = [one for one in self.carrier.sent if hasattr(one.outcome, "provider_id")][-last]
        hear_status(self.deps, sent.token, sent.outcome.provider_id, status, code)
        self.settle()

    def close(self) -> None:
        """Every phone heard what it expected, and nothing else."""
        for phone in self.phones:
            phone.hears_nothing()
        self.database.close()
