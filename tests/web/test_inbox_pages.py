"""What the staff pages say and do, as somebody without scripts meets them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from service.core.model import Urgency
from service.store.schema import messages
from tests.support.inbox_house import Browser, House, plain, shown

URGENT, SOON, ROUTINE = Urgency.URGENT, Urgency.SOON, Urgency.ROUTINE
SPAN = {"rule": "en.danger", "reason": "may not be safe", "start": 5, "end": 13}


def title(page: str) -> str:
    return page.partition("<title>")[2].partition("</title>")[0]


def test_the_queue_is_read_by_urgency_then_unclaimed_then_by_waiting(house: House, amina: Browser) -> None:
    house.escalation(SOON, name="Fourth", ago=500)
    house.escalation(URGENT, name="Third", ago=90, state="claimed", claimed_by="ben")
    house.escalation(URGENT, name="Second", ago=2)
    house.escalation(URGENT, name="First", ago=30)
    house.escalation(ROUTINE, name="Fifth", ago=9000)
    page = plain(amina.sees("/inbox"))
    places = [page.index(name) for name in ("First", "Second", "Third", "Fourth", "Fifth")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"ago": 0}, "Waiting less than a minute"),
        ({"ago": 65}, "Waiting 1 hour 5 minutes"),
        ({"ago": 3 * 24 * 60}, "Waiting 3 days"),
        ({"name": None, "number": "+447700900123"}, "Unknown number ··· 123"),
        ({"language": "ur"}, "Urdu"),
        ({"because": [SPAN]}, "May not be safe"),
        ({"kind": "silence"}, "Did not answer a check-in"),
        ({"state": "claimed", "claimed_by": "amina"}, "You have it"),
        ({"state": "claimed", "claimed_by": "ben"}, "Ben has it"),
        ({"state": "claimed", "claimed_by": "somebody-who-left"}, "somebody-who-left has it"),
        ({}, "Nobody has it yet"),
        ({"opted_out": True}, "Stopped our texts"),
    ],
)
def test_a_row_says_in_plain_words(house: House, amina: Browser, more: dict[str, Any], said: str) -> None:
    house.escalation(SOON, **more)
    assert said in plain(amina.sees("/inbox"))


def test_a_broken_promise_says_so(house: House, amina: Browser) -> None:
    house.escalation(SOON, promised_for=house.now - timedelta(minutes=5))
    assert re.search(r"Late: promised by \d\d:\d\d", plain(amina.sees("/inbox")))


def test_an_answered_promise_is_not_late(house: House, amina: Browser) -> None:
    then = house.now - timedelta(minutes=5)
    house.escalation(SOON, promised_for=then, answered_at=then, state="claimed", claimed_by="ben")
    page = plain(amina.sees("/inbox"))
    assert "Late:" not in page


def test_somebody_who_wrote_again_after_an_answer_is_seen(house: House, amina: Browser) -> None:
    then = house.now - timedelta(minutes=20)
    house.escalation(SOON, answered_at=then, state="claimed", claimed_by="ben")
    assert "Wrote again" in plain(amina.sees("/inbox"))


def test_the_title_counts_what_nobody_has_yet(house: House, amina: Browser) -> None:
    assert title(amina.sees("/inbox")) == "Inbox · Alongside"
    house.escalation(URGENT)
    house.escalation(SOON)
    house.escalation(SOON, state="claimed", claimed_by="ben")
    house.escalation(ROUTINE)
    assert title(amina.sees("/inbox")) == "(2) Inbox · Alongside"


def test_the_queue_takes_three_statements_however_long_it_is(house: House, amina: Browser) -> None:
    for _ in range(12):
        house.escalation(SOON)
    amina.sees("/inbox")
    asked: list[str] = []

    def note(_c: object, _u: object, statement: str, *_: object) -> None:
        if "FROM escalations" in statement or "FROM participants" in statement or "FROM contacts" in statement:
            asked.append(statement)

    event.listen(house.database.engine, "before_cursor_execute", note)
    amina.get("/inbox/part")
    event.remove(house.database.engine, "before_cursor_execute", note)
    assert len([one for one in asked if "participant_contacts" in one or "GROUP BY" in one]) == 3


def test_an_idle_queue_answers_304_and_news_come_through(house: House, amina: Browser) -> None:
    first = amina.get("/inbox/part")
    tag = {"If-None-Match": first.headers["ETag"]}
    again = amina.get("/inbox/part", headers=tag)
    assert again.status_code in (200, 304)  # a minute may have passed between the two
    if again.status_code == 304:
        assert again.get_data() == b""
    house.escalation(URGENT, name="Newly Here")
    assert "Newly Here" in amina.get("/inbox/part", headers=tag).get_data(as_text=True)


def test_it_says_who_is_on_duty_and_that_this_is_a_trial(amina: Browser) -> None:
    page = plain(amina.sees("/inbox"))
    assert "On duty now: Amina, Ben." in page
    assert "Trial mode." in page


def test_a_service_that_is_not_well_says_so_on_the_page(amina: Browser) -> None:
    assert "Not everything works." in plain(amina.sees("/inbox"))  # no worker and no clock run in this house


def test_the_words_that_raised_it_are_marked_with_the_reason_beside_them(house: House, amina: Browser) -> None:
    page = amina.sees(f"/inbox/{house.escalation(URGENT, words='I am not safe tonight', because=[SPAN])}")
    assert "I am <mark>not safe</mark> tonight" in page
    assert "Because they wrote “ not safe ”: may not be safe." in plain(page)


def test_each_message_runs_in_its_own_direction_and_says_its_language(house: House, amina: Browser) -> None:
    escalation_id = house.escalation(SOON, words="میں محفوظ نہیں ہوں", language="ur")
    contact_id = house.contact_of(escalation_id)
    house.text(contact_id, "main theek hun", language="ur")
    page = amina.sees(f"/inbox/{escalation_id}")
    assert '<p class="words" lang="ur" dir="rtl">میں محفوظ نہیں ہوں' in page
    assert '<p class="words" lang="ur" dir="ltr">main theek hun' in page
    assert "Urdu, written from right to left" in plain(page)


@pytest.mark.parametrize(
    ("state", "code", "said"),
    [
        ("delivered", None, "delivered"),
        ("failed", 30003, "not delivered: the phone is off or out of reach"),
        ("failed", 99999, "not delivered: the carrier's code 99999"),
        ("waiting", None, "waiting to be sent"),
        ("cancelled", 21610, "not sent: opted out with STOP"),
    ],
)
def test_a_delivery_is_told_in_words(house: House, amina: Browser, state: str, code: int | None, said: str) -> None:
    escalation_id = house.escalation(SOON)
    out = {"direction": "out", "kind": "staff", "staff_id": "ben", "state": state, "error_code": code}
    house.text(house.contact_of(escalation_id), "Hello, this is Ben", **out)
    page = plain(amina.sees(f"/inbox/{escalation_id}")).replace("&#39;", "'")
    assert said in page
    assert re.search(r"Ben \d\d:\d\d Hello, this is Ben", page)


def test_erased_words_say_that_they_were_erased(house: House, amina: Browser) -> None:
    escalation_id = house.escalation(SOON, words="gone now", name="Gone Now")
    house.keys.destroy(house.contact_of(escalation_id))
    assert "A person whose name was erased" in plain(amina.sees("/inbox"))
    assert "These words were erased." in plain(amina.sees(f"/inbox/{escalation_id}"))


def test_a_long_conversation_is_read_in_pages(house: House, amina: Browser) -> None:
    escalation_id = house.escalation(SOON, words="the very first")
    for number in range(65):
        house.text(house.contact_of(escalation_id), f"text number {number:03d}")
    page = amina.sees(f"/inbox/{escalation_id}")
    assert "text number 064" in page
    assert "the very first" not in page
    earlier = re.search(r'href="([^"]+before=[^"]+)"', page)
    assert earlier is not None
    assert "the very first" in amina.sees(earlier[1])


def test_what_was_agreed_before_stands_where_the_next_worker_reads_it(house: House, amina: Browser, ben: Browser) -> None:
    first = house.escalation(SOON)
    ben.post(f"/inbox/{first}/claim")
    ben.post(f"/inbox/{first}/resolve", agreed="She rings the fuel fund on Thursday.")
    assert house.row(first).state == "resolved"
    row = house.row(first)
    second = house.escalation(SOON, name=None)
    from service.store.schema import escalations

    with house.database.write() as tx:
        same = {"person_id": row.person_id, "participant_id": row.participant_id}
        tx.execute(escalations.update().where(escalations.c.id == second).values(same))
    assert "She rings the fuel fund on Thursday." in plain(amina.sees(f"/inbox/{second}"))


def test_an_unknown_conversation_is_a_page_that_says_so(amina: Browser) -> None:
    response = amina.get(f"/inbox/{'0' * 32}")
    assert response.status_code == 404
    assert "There is nothing here" in shown(response)


def test_notes_in_an_address_are_never_shown_as_written(house: House, amina: Browser) -> None:
    escalation_id = house.escalation(SOON)
    assert "forged-note" not in amina.sees(f"/inbox/{escalation_id}?note=forged-note")


def test_pages_of_the_service_to_staff_are_not_part_of_a_conversation(house: House, amina: Browser) -> None:
    escalation_id = house.escalation(SOON)
    for kind in ("page", "notice"):
        house.text(house.contact_of(escalation_id), "code 4711", direction="out", kind=kind, state="sent")
    assert "4711" not in amina.sees(f"/inbox/{escalation_id}")
    with house.database.read() as connection:
        assert len(connection.execute(messages.select()).all()) == 3
