"""The told story, run by itself over real processes: each line is checked before it is printed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from rich.console import Console

from service.cli import _cast
from service.cli._cast import AMINA, BEN, PARTICIPANTS, NothingCame
from service.cli._stage import Stage
from service.cli._visitor import InboxRefused, Visitor

NOOR = PARTICIPANTS[0]
PASSWORD = "a-long-walk-in-november"
NOT_SAFE = "میں محفوظ نہیں ہوں، وہ مجھے مار ڈالے گا"
REPLIES = (
    ("before", "میں بین ہوں۔ کیا آپ اکیلی ہیں؟"),
    ("after", "میں آپ کے ساتھ ہوں۔"),
    ("before", "دروازہ بند کر لیں۔"),
    ("after", "میں ابھی فون کرتا ہوں۔"),
)
_QUICKLY = 2.0  # seconds from her text to the page


class DidNotHappen(Exception):
    """A line of the story did not come true."""


@dataclass(slots=True)
class Teller:
    """Prints what happened, and when."""

    console: Console
    began: float = field(default_factory=time.monotonic)

    def tell(self, who: str, what: str, note: str = "") -> None:
        """One line of the transcript."""
        at = time.monotonic() - self.began
        self.console.print(f"[dim]{at:6.2f} s[/]  [bold]{who:<12}[/] {_one_line(what)}", end="", soft_wrap=True)
        self.console.print(f"  [dim]{note}[/]" if note else "", soft_wrap=True)


def walk(console: Console, house: Stage) -> int:
    """Run the story; 0 only if every line of it happened."""
    teller = Teller(console)
    try:
        _Story(house, teller).run()
    except (DidNotHappen, NothingCame, InboxRefused) as error:
        console.print(f"\n[bold]It did not happen:[/] {error}", markup=True)
        return 1
    console.print("\nEvery line of the story happened.")
    return 0


class _Story:
    def __init__(self, house: Stage, teller: Teller) -> None:
        self.house, self.tell = house, teller.tell
        self.carrier = house.carrier

    def run(self) -> None:
        self.people_join()
        self.she_answers_and_is_not_safe()
        self.nobody_answers_and_the_next_is_paged()
        path = self.ben_claims_and_reads()
        self.worker_dies_four_times(path)
        self.she_stops_a_day_later(path)

    def people_join(self) -> None:
        _cast.hire(self.house, PASSWORD)
        _cast.at_a_decent_hour(self.house)
        participant_id = _cast.join(self.house, NOOR)
        self.tell("Noor", "is invited, and says yes", "each consent with its wording and date")
        self.tell("to Noor", _cast.check_in(self.house, participant_id, NOOR), "her check-in, in Urdu")

    def she_answers_and_is_not_safe(self) -> None:
        heard = len(self.carrier.heard(NOOR.number))
        self.carrier.text(NOOR.number, "۳")
        self.tell("Noor", "۳", "an Urdu digit")
        self.tell("to Noor", _cast.wait_for(self.house, NOOR.number, heard + 1)[-1])
        text = self.carrier.text(NOOR.number, NOT_SAFE)
        self.tell("Noor", NOT_SAFE)
        page = _cast.wait_for(self.house, AMINA.number, 1)[-1]
        took = self.seconds_until_paged(text)
        self.tell("to Amina", page, f"paged {took:.2f} s after the text")
        _must(took <= _QUICKLY, f"the page took {took:.2f} s")
        _must(NOT_SAFE not in page and NOOR.number not in page, "a page says who or what")
        self.tell("to Noor", _cast.wait_for(self.house, NOOR.number, heard + 2)[-1], "the truth about when")

    def seconds_until_paged(self, text: str) -> float:
        """From her text to the moment at which the carrier took the page, by the carrier's own ledger."""
        events = self.carrier.ledger()
        sent = next(one["at_ms"] for one in events if one["kind"] == "text" and one["sid"] == text)
        taken = next(one["at_ms"] for one in events if one["kind"] == "accepted" and one["to"] == AMINA.number)
        return float(taken - sent) / 1000

    def nobody_answers_and_the_next_is_paged(self) -> None:
        self.tell("Amina", "does not answer")
        self.house.moves_clock(minutes=5)
        self.tell("(clock)", "five minutes pass")
        self.tell("to Ben", _cast.wait_for(self.house, BEN.number, 1)[-1])

    def ben_claims_and_reads(self) -> str:
        code = "".join(letter for letter in self.carrier.heard(BEN.number)[0] if letter.isdigit())
        self.carrier.text(BEN.number, code)
        self.tell("Ben", code)
        self.tell("to Ben", _cast.wait_for(self.house, BEN.number, 2)[-1], "the claim")
        self.carrier.text(AMINA.number, code)
        self.tell("to Amina", _cast.wait_for(self.house, AMINA.number, 2)[-1], "she asks a minute late")
        self.ben = Visitor(self.house.settings.public_address, "ben", PASSWORD)
        path = self.ben.first()
        page = self.ben.read(path)
        _must("Because they wrote" in page, "the page does not say why")
        _must(NOT_SAFE.split("،")[0] in page, "the page does not show her words")
        self.tell("Ben", "sees why it was raised and reads the thread in the inbox")
        return path

    def worker_dies_four_times(self, path: str) -> None:
        heard = len(self.carrier.heard(NOOR.number))
        for number, (when, words) in enumerate(REPLIES, start=1):
            self.carrier.fault(where="rest", action="hold", when=when, count=1, phone=NOOR.number)
            self.ben.does(path, "reply", words=words)
            _until(lambda: bool(self.carrier.held()), "the carrier has the request and does not answer")
            self.house.kill("worker")
            self.carrier.release(discard=when == "before")
            self.tell("Ben", words, f"the worker is killed with -9 {when} the carrier's answer")
            said = _cast.wait_for(self.house, NOOR.number, heard + number, 40.0)
            _must(said[-1] == words, "her phone shows something else")
            self.tell("to Noor", said[-1])
        time.sleep(2.0)
        said = self.carrier.heard(NOOR.number)
        _must(all(said.count(words) == 1 for _, words in REPLIES), "a reply came twice, or not at all")
        self.tell("(counted)", "four replies, each on her phone once", "nothing lost, nothing twice")

    def she_stops_a_day_later(self, path: str) -> None:
        self.house.moves_clock(days=1)
        self.tell("(clock)", "a day passes; Ben has not closed it")
        word = self.house.deps.releases.current().languages.word("ur", "stop")
        heard = len(self.carrier.heard(NOOR.number))
        told = len(self.carrier.heard(BEN.number))
        self.carrier.text(NOOR.number, word)
        self.tell("Noor", word)
        self.tell("to Noor", _cast.wait_for(self.house, NOOR.number, heard + 1)[-1], "confirmed")
        self.tell("to Ben", _cast.wait_for(self.house, BEN.number, told + 1)[-1])
        _until(lambda: "stopped our texts" in self.ben.read(path), "the inbox shows that she stopped")
        time.sleep(2.0)
        _must(len(self.carrier.heard(NOOR.number)) == heard + 1, "she was texted again after she stopped")
        self.tell("Ben", "sees in the inbox that she stopped texts; what is owed to her stays open")


def _must(true: bool, otherwise: str) -> None:
    if not true:
        raise DidNotHappen(otherwise)


def _until(true: Callable[[], bool], what: str, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise DidNotHappen(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.02)


def _one_line(text: str) -> str:
    return " / ".join(line for line in text.splitlines() if line.strip())
