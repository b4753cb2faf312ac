"""What workers do on the staff pages: claim, reply, pass on, hand over, close; twice, too late, and not allowed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from service.core.model import Urgency
from service.store.schema import contacts
from tests.support.inbox_house import Browser, House, plain, shown

URGENT, SOON = Urgency.URGENT, Urgency.SOON


def test_the_whole_path_claim_reply_resolve(house: House, amina: Browser) -> None:
    escalation_id = house.escalation(URGENT)
    page = amina.sees(f"/inbox/{escalation_id}")
    assert "Your reply" not in page
    claimed = amina.post(f"/inbox/{escalation_id}/claim")
    assert claimed.status_code == 303
    assert "You have it." in plain(amina.sees(claimed.headers["Location"]))
    replied = amina.post(f"/inbox/{escalation_id}/reply", words="I am here.\r\nCan I ring you?")
    assert replied.status_code == 303
    assert house.replies(escalation_id) == ["I am here.\nCan I ring you?"]
    page = plain(amina.sees(replied.headers["Location"]))
    assert "Your reply is on its way." in page
    assert "waiting to be sent" in page
    closed = amina.post(f"/inbox/{escalation_id}/resolve", agreed="She is with her sister.")
    page = plain(amina.sees(closed.headers["Location"]))
    assert "What was agreed She is with her sister." in page
    assert "Amina closed it" in page


def test_whoever_claims_second_hears_who_has_it(house: House, amina: Browser, ben: Browser) -> None:
    escalation_id = house.escalation(URGENT)
    amina.post(f"/inbox/{escalation_id}/claim")
    late = ben.post(f"/inbox/{escalation_id}/claim")
    page = plain(ben.sees(late.headers["Location"]))
    assert "Somebody else took it a moment before you." in page
    assert "Amina has it" in page
    assert "Your reply" not in page


def test_a_reply_by_somebody_who_has_it_no_longer_is_not_sent_and_not_lost(
    house: House, amina: Browser, ben: Browser
) -> None:
    escalation_id = house.escalation(URGENT)
    amina.post(f"/inbox/{escalation_id}/claim")
    response = ben.post(f"/inbox/{escalation_id}/reply", words="something carefully worded")
    assert response.status_code == 409
    assert "something carefully worded" in shown(response)
    assert house.replies(escalation_id) == []


def test_the_same_form_twice_is_one_reply(house: House, amina: Browser) -> None:
    escalation_id = house.escalation(URGENT)
    for _ in range(2):
        amina.post(f"/inbox/{escalation_id}/claim")
    for _ in range(3):
        assert amina.post(f"/inbox/{escalation_id}/reply", words="I am here.", once="a-form").status_code == 303
    amina.post(f"/inbox/{escalation_id}/reply", words="And now something else.")
    assert house.replies(escalation_id) == ["I am here.", "And now something else."]
    for _ in range(2):
        assert amina.post(f"/inbox/{escalation_id}/resolve", agreed="all well").status_code == 303


def test_a_reply_outside_safe_hours_waits_unless_it_is_sent_now_anyway(house: House, amina: Browser) -> None:
    minutes = house.now.hour * 60 + house.now.minute
    later = ((minutes + 300) % 1440, (minutes + 360) % 1440)
    escalation_id = house.escalation(SOON, safe=later)
    with house.database.write() as tx:
        quiet = {"last_in_at": house.now - timedelta(hours=2)}
        tx.execute(contacts.update().where(contacts.c.id == house.contact_of(escalation_id)).values(quiet))
    amina.post(f"/inbox/{escalation_id}/claim")
    page = plain(amina.sees(f"/inbox/{escalation_id}"))
    assert "outside their safe hours: your reply goes out at" in page
    assert "Send it now anyway" in page
    kept = amina.post(f"/inbox/{escalation_id}/reply", words="Tomorrow then.")
    assert kept.headers["Location"].endswith("note=replied-later")
    now = amina.post(f"/inbox/{escalation_id}/reply", words="It can't wait.", now="yes")
    assert now.headers["Location"].endswith("note=replied")


def test_somebody_who_stopped_texts_is_not_texted(house: House, amina: Browser) -> None:
    escalation_id = house.escalation(SOON, opted_out=True)
    amina.post(f"/inbox/{escalation_id}/claim")
    page = plain(amina.sees(f"/inbox/{escalation_id}"))
    assert "They stopped our texts" in page
    assert "Your reply" not in page
    response = amina.post(f"/inbox/{escalation_id}/reply", words="but I must")
    assert response.status_code == 409
    assert "but I must" in shown(response)
    assert house.replies(escalation_id) == []


@pytest.mark.parametrize(
    ("deed", "fields", "said", "field"),
    [
        ("reply", {"words": " \r\n "}, "Write a reply first.", "words"),
        ("reply", {"words": "x" * 5001}, "too long for a text", "words"),
        ("resolve", {"agreed": ""}, "Write what was agreed", "agreed"),
        ("hand-over", {"to": ""}, "Choose a colleague.", "to"),
        ("hand-over", {"to": "nobody-of-that-name"}, "Choose a colleague.", "to"),
    ],
)
def test_a_form_that_lacks_something_says_what_beside_the_field(
    house: House, amina: Browser, deed: str, fields: dict[str, str], said: str, field: str
) -> None:
    escalation_id = house.escalation(URGENT)
    amina.post(f"/inbox/{escalation_id}/claim")
    response = amina.post(f"/inbox/{escalation_id}/{deed}", **fields)
    page = response.get_data(as_text=True)
    assert response.status_code == 400
    assert said in page
    assert f'href="#{field}"' in page
    assert re.search(rf'id="{field}"[^>]*aria-describedby="[^"]*{field}-error"[^>]*aria-invalid="true"', page)


def test_handing_over_offers_only_those_who_may_take_it(house: House, amina: Browser) -> None:
    escalation_id = house.escalation(URGENT)
    amina.post(f"/inbox/{escalation_id}/claim")
    page = amina.sees(f"/inbox/{escalation_id}")
    assert re.findall(r'<option value="([^"]+)"', page) == ["ben"]
    amina.post(f"/inbox/{escalation_id}/hand-over", to="ben")
    assert house.row(escalation_id).claimed_by == "ben"
    assert "Amina handed it over to Ben" in plain(amina.sees(f"/inbox/{escalation_id}"))


@pytest.mark.parametrize("to", ["petra", "lena", "cora"])
def test_handing_something_urgent_to_a_peer_or_to_lapsed_staff_is_refused(house: House, amina: Browser, to: str) -> None:
    escalation_id = house.escalation(URGENT)
    amina.post(f"/inbox/{escalation_id}/claim")
    assert amina.post(f"/inbox/{escalation_id}/hand-over", to=to).status_code == 403
    assert house.row(escalation_id).claimed_by == "amina"


def test_passing_on_asks_no_reason_and_lets_go(house: House, amina: Browser) -> None:
    escalation_id = house.escalation(URGENT)
    amina.post(f"/inbox/{escalation_id}/claim")
    amina.post(f"/inbox/{escalation_id}/cannot-take")
    assert house.row(escalation_id).state == "open"
    assert house.row(escalation_id).claimed_by is None


def test_one_key_closes_what_is_not_urgent_and_never_what_is(house: House, amina: Browser) -> None:
    soon, urgent = house.escalation(SOON), house.escalation(URGENT)
    assert "Read, nothing needed" in amina.sees(f"/inbox/{soon}")
    assert "Read, nothing needed" not in amina.sees(f"/inbox/{urgent}")
    amina.post(f"/inbox/{soon}/nothing-needed")
    assert house.row(soon).state == "resolved"
    assert amina.post(f"/inbox/{urgent}/nothing-needed").status_code == 403
    assert house.row(urgent).state == "open"


def test_what_arrived_after_the_page_was_read_is_not_closed_unread(house: House, amina: Browser) -> None:
    escalation_id = house.escalation(Urgency.SOON)
    page = amina.sees(f"/inbox/{escalation_id}")
    seen = re.search(r'name="seen" form="nothing-needed" value="([0-9a-f]{32})"', page)
    assert seen is not None
    house.text(house.contact_of(escalation_id), "and I have no food")
    late = amina.post(f"/inbox/{escalation_id}/nothing-needed", seen=seen[1])
    assert late.status_code == 409
    assert "They wrote again while you had this page open" in plain(shown(late))
    assert house.row(escalation_id).state == "open"
    newest = re.search(r'name="seen" form="nothing-needed" value="([0-9a-f]{32})"', amina.sees(f"/inbox/{escalation_id}"))
    assert newest is not None
    assert amina.post(f"/inbox/{escalation_id}/nothing-needed", seen=newest[1]).status_code == 303
    assert house.row(escalation_id).state == "resolved"
