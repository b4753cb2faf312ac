"""The told story: an Urdu check-in, unsafe words, a page that nobody answers, the next one, a claim, a reply."""

from __future__ import annotations

import time
from dataclasses import dataclass

from service.cli._stage import Stage
from tests.journeys.team import amina, asks_how_the_week_was, ben, code_in, desk
from tests.support.desk import Desk, Page
from tests.support.phone import Phone
from tests.support.stage_phones import StagePhones

NOOR = "+447700900101"
NOT_SAFE = "میں محفوظ نہیں ہوں، وہ مجھے مار ڈالے گا"
IS_BEING_TOLD = "تربیت یافتہ کارکن کو ابھی خبر دی جا رہی ہے"
REPLY = "میں بین ہوں۔ کیا آپ اکیلی ہیں؟"
AGREED = "Her sister is with her; we speak tomorrow at ten."


@dataclass(slots=True)
class Told:
    """Where everybody stands after Ben's reply is on her phone."""

    noor: Phone
    amina: Phone
    ben: Phone
    desk: Desk
    page: Page
    paged_within: float  # seconds from her text to the page on Amina's phone


def tell(stage: Stage, phones: StagePhones) -> Told:
    """From her check-in to Ben's reply on her phone; every text and page of it is checked."""
    first, second = amina(phones), ben(phones)
    noor, person = phones.participant(NOOR, "Noor", "ur")
    asks_how_the_week_was(stage, person)
    assert "3 " in noor.next()
    noor.texts("۳")
    safe = noor.next()
    assert "2 " in safe, "an Urdu digit was not understood"
    assert "3 " not in safe, "that was the first question again"
    began = time.monotonic()
    noor.texts(NOT_SAFE)
    page = first.next()
    took = time.monotonic() - began
    code = code_in(page)
    _says_nothing_of_her(page)
    assert IS_BEING_TOLD in noor.next()
    stage.moves_clock(minutes=5)
    again = second.next()
    assert code_in(again) == code
    _says_nothing_of_her(again)
    second.texts(code).hears("You have it")
    first.texts(code).hears("Ben has it")
    at_desk = desk(stage, "ben")
    shown = at_desk.conversation("Noor")
    assert "Because they wrote" in shown.text
    assert NOT_SAFE in shown.text
    assert 'dir="rtl"' in shown.html
    assert "You have it" in shown.text
    shown = at_desk.replies(shown, REPLY)
    noor.hears(REPLY)
    return Told(noor, first, second, at_desk, shown, took)


def _says_nothing_of_her(page: str) -> None:
    assert "Noor" not in page
    assert NOOR[-6:] not in page
    assert not any(word in page for word in NOT_SAFE.split())
