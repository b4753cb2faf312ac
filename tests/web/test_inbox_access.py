"""Who may see what of people, for every route of the service's pages (I13), and that each look is kept (I12)."""

from __future__ import annotations

from typing import Any

import pytest

from service.core.model import Duty, Urgency
from service.web.inbox.access import ACCESS, Anybody, may
from tests.support.inbox_house import Browser, House

TEAM = {
    "amina": "trained staff",
    "lena": "trained staff whose training has lapsed",
    "petra": "a peer",
    "cora": "a coordinator",
    "audrey": "an auditor",
    "sam": "the operator",
}
WORDS, NAME = "she said it was the blue door", "Noor Example"
REFUSED, SENT_AWAY = 403, 303


def routes(house: House) -> list[tuple[str, str, str]]:
    """Every endpoint, method and path of the blueprint, with an escalation's id in it."""
    found = []
    escalation_id = house.escalation(Urgency.SOON, words=WORDS, name=NAME)
    for rule in house.app().url_map.iter_rules():
        path = str(rule).replace("<string(length=32):escalation_id>", escalation_id).replace("<token>", "no-such-token")
        path = path.replace("<path:filename>", "inbox.css")
        found += [(rule.endpoint, method, path) for method in sorted((rule.methods or set()) & {"GET", "POST"})]
    return found


def ask(browser: Browser, method: str, path: str) -> Any:
    return browser.get(path) if method == "GET" else browser.post(path)


def test_every_route_stands_in_the_table_and_the_table_names_no_others(house: House) -> None:
    assert {endpoint for endpoint, _, _ in routes(house)} == set(ACCESS)


def test_a_route_that_is_not_in_the_table_is_open_to_nobody(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.web.inbox.guard.ACCESS", {k: v for k, v in ACCESS.items() if k != "inbox.queue"})
    browser = Browser(house.app())
    browser.sign_in("amina")
    assert browser.get("/inbox").status_code == REFUSED


@pytest.mark.parametrize("handle", TEAM)
def test_each_duty_opens_its_routes_and_no_others(house: House, handle: str) -> None:
    duties = house.deps.releases.current().config.team[handle].duties
    app = house.app()
    browser = Browser(app)
    for endpoint, method, path in routes(house):
        if endpoint in ("inbox.sign_out", "inbox.sign_in"):
            continue
        browser.sign_in(handle)
        refused = ask(browser, method, path).status_code == REFUSED
        assert refused is not may(ACCESS[endpoint], duties), f"{TEAM[handle]}: {method} {endpoint}"


def test_a_visitor_reaches_nothing_but_the_entrance(house: House) -> None:
    for endpoint, method, path in routes(house):
        response = ask(Browser(house.app()), method, path)
        if ACCESS[endpoint] is Anybody.VISITOR:
            assert response.status_code in (200, 401, 410), endpoint
        else:
            assert response.status_code in (SENT_AWAY, 401), endpoint
        assert NAME not in response.get_data(as_text=True)


@pytest.mark.parametrize("handle", ["petra", "cora", "audrey", "sam"])
def test_whoever_is_not_trained_staff_sees_no_name_and_no_word_anywhere(house: House, handle: str) -> None:
    browser = Browser(house.app())
    browser.sign_in(handle)
    for _, method, path in [route for route in routes(house) if route[0] != "inbox.sign_out"]:
        shown = ask(browser, method, path).get_data(as_text=True)
        assert WORDS not in shown, path
        assert NAME not in shown, path


def test_trained_staff_see_the_queue_without_words_and_the_conversation_with_them(house: House) -> None:
    escalation_id = house.escalation(Urgency.URGENT, words=WORDS, name=NAME)
    browser = Browser(house.app())
    browser.sign_in("amina")
    assert NAME in browser.sees("/inbox")
    assert WORDS not in browser.sees("/inbox")
    assert WORDS in browser.sees(f"/inbox/{escalation_id}")


def test_lapsed_staff_see_that_something_urgent_waits_and_nothing_of_whose_it_is(house: House) -> None:
    urgent = house.escalation(Urgency.URGENT, words=WORDS, name=NAME)
    house.escalation(Urgency.SOON, words="something else", name="Somebody Soon")
    browser = Browser(house.app())
    browser.sign_in("lena")
    page = browser.sees("/inbox")
    assert NAME not in page
    assert "Somebody Soon" in page
    assert "1 not shown to you" in page
    refused = browser.get(f"/inbox/{urgent}")
    assert refused.status_code == REFUSED
    assert WORDS not in refused.get_data(as_text=True)
    assert "Your training has ended" in refused.get_data(as_text=True)


@pytest.mark.parametrize("deed", ["claim", "cannot-take", "reply", "hand-over", "resolve", "nothing-needed"])
def test_lapsed_staff_can_do_nothing_with_something_urgent(house: House, deed: str) -> None:
    urgent = house.escalation(Urgency.URGENT)
    browser = Browser(house.app())
    browser.sign_in("lena")
    response = browser.post(f"/inbox/{urgent}/{deed}", words="hello", agreed="nothing", to="amina")
    assert response.status_code == REFUSED
    assert house.row(urgent).state == "open"
    assert house.audited("refused")


def test_a_look_is_in_the_audit_with_who_whose_and_how_much(house: House) -> None:
    escalation_id = house.escalation(Urgency.SOON, words=WORDS)
    browser = Browser(house.app())
    browser.sign_in("amina")
    browser.sees("/inbox")
    assert house.audited("read conversation") == []
    browser.sees(f"/inbox/{escalation_id}")
    (look,) = house.audited("read conversation")
    assert (look.staff_id, look.object_id) == ("amina", escalation_id)
    assert look.detail == {"person": house.row(escalation_id).person_id, "messages": 1}


def test_nothing_is_shown_if_the_look_can_not_be_kept(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from service.store.errors import StoreRefused

    escalation_id = house.escalation(Urgency.SOON, words=WORDS)
    browser = Browser(house.app())
    browser.sign_in("amina")

    def refuse(*_: object, **__: object) -> None:
        raise StoreRefused("the disk is full")

    monkeypatch.setattr("service.store.audit.record", refuse)
    response = browser.get(f"/inbox/{escalation_id}")
    assert response.status_code == 503
    assert WORDS not in response.get_data(as_text=True)


def test_a_refused_look_is_kept_too(house: House) -> None:
    escalation_id = house.escalation(Urgency.SOON)
    browser = Browser(house.app())
    browser.sign_in("petra")
    browser.get(f"/inbox/{escalation_id}")
    (look,) = house.audited("refused")
    assert (look.staff_id, look.object_id, look.detail) == ("petra", escalation_id, {"what": "conversation"})


def test_what_is_typed_into_an_address_does_not_reach_the_audit(house: House) -> None:
    browser = Browser(house.app())
    browser.sign_in("petra")
    browser.get(f"/inbox/{'her-name-is-in-the-address-here!'}")
    (look,) = house.audited("refused")
    assert look.object_id is None


def test_a_refresh_without_news_is_no_look_and_one_with_news_is(house: House) -> None:
    escalation_id = house.escalation(Urgency.SOON)
    browser = Browser(house.app())
    browser.sign_in("amina")
    part = f"/inbox/{escalation_id}/part"
    tag = browser.get(part).headers["ETag"]
    for _ in range(3):
        assert browser.get(part, headers={"If-None-Match": tag}).status_code == 304
    assert len(house.audited("read conversation")) == 1
    house.text(house.contact_of(escalation_id), WORDS)
    fresh = browser.get(part, headers={"If-None-Match": tag})
    assert WORDS in fresh.get_data(as_text=True)
    assert len(house.audited("read conversation")) == 2


def test_a_conversation_closed_for_more_than_a_day_is_no_longer_open_to_curious_eyes(house: House) -> None:
    from datetime import timedelta

    long_ago = house.now - timedelta(hours=25)
    old = house.escalation(Urgency.SOON, words=WORDS, state="resolved", resolved_by="ben", resolved_at=long_ago)
    browser = Browser(house.app())
    browser.sign_in("amina")
    assert browser.get(f"/inbox/{old}").status_code == REFUSED
    assert house.audited("refused")


def test_the_auditor_reads_who_looked_and_no_words(house: House) -> None:
    escalation_id = house.escalation(Urgency.SOON, words=WORDS, name=NAME)
    worker, auditor = Browser(house.app()), Browser(house.app())
    worker.sign_in("amina")
    worker.sees(f"/inbox/{escalation_id}")
    auditor.sign_in("audrey")
    page = auditor.sees("/audit")
    assert "read conversation" in page
    assert escalation_id in page
    assert WORDS not in page
    assert house.audited("read the audit")


def test_a_coordinator_sees_numbers_only(house: House) -> None:
    house.escalation(Urgency.URGENT, words=WORDS, name=NAME)
    browser = Browser(house.app())
    browser.sign_in("cora")
    page = browser.sees("/counts")
    assert "Urgent" in page
    assert NAME not in page
    assert WORDS not in page


def test_somebody_with_two_duties_has_both(house: House) -> None:
    browser = Browser(house.app())
    browser.sign_in("ben")
    assert 'href="/counts"' in browser.sees("/inbox")
    assert browser.get("/counts").status_code == 200


def test_the_table_knows_only_duties_that_there_are() -> None:
    for who in ACCESS.values():
        assert isinstance(who, Anybody) or who <= set(Duty)
