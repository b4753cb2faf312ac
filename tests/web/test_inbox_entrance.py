"""The entrance: cookies, headers, forms of strangers, time-outs and what is kept of a draft."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask, Request
from werkzeug.test import EnvironBuilder

from service.core.model import Urgency
from service.store.schema import sessions
from service.usecases import staff_accounts
from service.web.security import Address, UnsafeAddress, client_address, own_path, secure
from tests.support.inbox_house import PASSWORD, Browser, House

HTTPS = "https://alongside.example"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@pytest.fixture
def browser(house: House) -> Browser:
    return Browser(house.app())


def cookies(response: Any) -> dict[str, str]:
    return {one.partition("=")[0]: one for one in response.headers.getlist("Set-Cookie")}


def let_time_pass(house: House, minutes: int) -> None:
    """As if everybody had sat idle for so long."""
    with house.database.write() as tx:
        row = tx.execute(sessions.select()).first()
        assert row is not None
        tx.execute(sessions.update().values(seen_at=row.seen_at - timedelta(minutes=minutes)))


def test_over_https_cookies_are_bound_to_this_host(tmp_path: Path) -> None:
    house = House(tmp_path, address=HTTPS)
    browser = Browser(house.app(), HTTPS)
    page = browser.get("/sign-in")
    assert set(cookies(page)) == {"__Host-alongside-form"}
    found = cookies(browser.sign_in("amina"))
    assert {"__Host-alongside", "__Host-alongside-known"} <= set(found)
    for cookie in [*cookies(page).values(), *found.values()]:
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
    assert browser.get("/inbox").status_code == 200
    house.close()


def test_on_this_machine_plain_http_is_enough(browser: Browser) -> None:
    assert {"alongside", "alongside-known"} <= set(cookies(browser.sign_in("amina")))


@pytest.mark.parametrize("address", ["http://alongside.example", "http://10.0.0.8:8000", "ftp://localhost", "localhost"])
def test_plain_http_to_another_machine_is_refused_at_the_start(address: str) -> None:
    with pytest.raises(UnsafeAddress, match="write https://"):
        Address(address)


@pytest.mark.parametrize("path", ["/sign-in", "/inbox", "/static/inbox.css", "/no/such/page", "/inbox/part"])
def test_every_answer_carries_the_headers(browser: Browser, path: str) -> None:
    headers = browser.get(path).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in headers["Cache-Control"] or path.startswith("/static/")


def test_only_the_given_origin_may_frame_the_pages(house: House) -> None:
    app = Flask("framed", static_folder=None)
    secure(app, Address(house.address), b"x" * 32, frame_ancestors="http://127.0.0.1:9000")
    headers = app.test_client().get("/").headers
    assert headers["Content-Security-Policy"].endswith("frame-ancestors http://127.0.0.1:9000")


def test_no_page_holds_a_style_or_a_script_of_its_own() -> None:
    folder = Path(__file__).resolve().parents[2] / "service" / "web" / "templates"
    for template in folder.rglob("*.html"):
        text = template.read_text()
        assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=|\|\s*safe|javascript:", text), template


def test_a_post_without_the_forms_token_does_nothing(house: House, browser: Browser) -> None:
    browser.sign_in("amina")
    escalation_id = house.escalation(Urgency.URGENT)
    for deed in ("claim", "reply", "resolve", "hand-over", "cannot-take", "nothing-needed"):
        response = browser.post(f"/inbox/{escalation_id}/{deed}", token="", words="kept words")
        assert response.status_code == 400
    assert browser.post("/sign-out", token="").status_code == 400
    assert browser.post("/sign-in", token="", staff_id="amina", password=PASSWORD).status_code == 400
    assert house.row(escalation_id).state == "open"


def test_a_refused_form_gives_the_words_back(house: House, browser: Browser) -> None:
    browser.sign_in("amina")
    response = browser.post(f"/inbox/{house.escalation(Urgency.URGENT)}/reply", token="", words="kept <words>")
    assert "kept &lt;words&gt;" in response.get_data(as_text=True)


def test_a_token_of_another_browser_is_worth_nothing(house: House, browser: Browser) -> None:
    browser.sign_in("amina")
    stranger = Browser(house.app()).token()
    assert browser.post(f"/inbox/{house.escalation(Urgency.URGENT)}/claim", token=stranger).status_code == 400


@pytest.mark.parametrize(("site", "status"), [("same-origin", 303), ("none", 303), ("cross-site", 403), ("same-site", 403)])
def test_a_form_on_another_site_is_refused_even_with_a_token(house: House, browser: Browser, site: str, status: int) -> None:
    browser.sign_in("amina")
    data = {"csrf_token": browser.token()}
    path = f"/inbox/{house.escalation(Urgency.URGENT)}/claim"
    response = browser.client.post(path, data=data, base_url=house.address, headers={"Sec-Fetch-Site": site})
    assert response.status_code == status


def test_what_is_signed_otherwise_needs_no_form_token(house: House) -> None:
    app, hooks = Flask("hooked", static_folder=None), Blueprint("hooks", __name__)
    hooks.add_url_rule("/hooks/x", "x", lambda: "taken", methods=["POST"])
    app.register_blueprint(hooks)
    secure(app, Address(house.address), b"x" * 32, signed=(hooks,))
    assert app.test_client().post("/hooks/x", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_wrong_names_and_wrong_passwords_read_the_same(house: House) -> None:
    pages = []
    for who, password in (("amina", "not the password"), ("nobody", PASSWORD)):
        response = Browser(house.app()).sign_in(who, password)
        assert response.status_code == 401
        pages.append(re.sub(r'value="[^"]*"|content="[^"]*"', "", response.get_data(as_text=True)))
    assert pages[0] == pages[1]


def test_after_many_failures_the_page_says_how_long_and_that_nobody_is_locked_out(browser: Browser) -> None:
    for _ in range(5):
        browser.sign_in("amina", "not the password")
    response = browser.sign_in("amina")
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "1"
    assert "Please wait 1 second and try again. You are not locked out." in response.get_data(as_text=True)


def test_sign_in_goes_on_to_where_one_was_going(house: House, browser: Browser) -> None:
    path = f"/inbox/{house.escalation(Urgency.SOON)}"
    away = browser.get(path).headers["Location"]
    assert away == f"/sign-in?next={path}"
    assert f'name="next" value="{path}"' in browser.sees(away)
    assert browser.sign_in("amina", next=path).headers["Location"] == path


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb", "evil", ""]
)
def test_sign_in_goes_nowhere_else(browser: Browser, wanted: str) -> None:
    assert own_path(wanted) is None
    assert browser.sign_in("amina", next=wanted).headers["Location"] == "/"


def test_signing_out_ends_it_on_the_server(house: House, browser: Browser) -> None:
    token = cookies(browser.sign_in("amina"))["alongside"].partition("=")[2].partition(";")[0]
    assert browser.post("/sign-out").status_code == 303
    thief = Browser(house.app())
    thief.client.set_cookie("alongside", token, domain="127.0.0.1")
    assert thief.get("/inbox").status_code == 303


def test_fifteen_idle_minutes_end_it_and_refreshing_does_not_count(house: House, browser: Browser) -> None:
    browser.sign_in("amina")
    let_time_pass(house, 14)
    assert browser.get("/inbox/part").status_code == 200
    assert browser.get("/session").get_json()["who"] == "amina"
    let_time_pass(house, 2)
    assert browser.get("/inbox/part").status_code == 401
    assert browser.get("/session").get_json() == {"who": None, "seconds": 0}
    assert browser.get("/inbox").status_code == 303


def test_saying_that_one_is_still_here_keeps_the_session(house: House, browser: Browser) -> None:
    browser.sign_in("amina")
    let_time_pass(house, 14)
    assert browser.get("/session").get_json()["seconds"] <= 60
    token = {"X-CSRFToken": browser.token()}
    let_time_pass(house, 0)
    assert browser.client.post("/session", base_url=house.address, headers=token).get_json()["seconds"] > 800


def test_a_reply_written_before_a_time_out_is_kept_through_sign_in_and_not_sent(house: House, browser: Browser) -> None:
    escalation_id = house.escalation(Urgency.URGENT)
    browser.sign_in("amina")
    browser.post(f"/inbox/{escalation_id}/claim")
    token = browser.token()
    let_time_pass(house, 16)
    words = 'It took me "ten" minutes\nto find these <words>'
    asked = browser.post(f"/inbox/{escalation_id}/reply", token=token, words=words)
    page = asked.get_data(as_text=True)
    assert asked.status_code == 401
    assert "What you wrote is kept" in page
    fields = {name: _unescape(value) for name, value in re.findall(r'name="(draft_\w+)" value="([^"]*)"', page)}
    assert fields["draft_words"] == words
    back = browser.sign_in("amina", **fields)
    assert back.status_code == 200
    assert re.search(r"<textarea id=\"words\"[^>]*>It took me &#34;ten&#34; minutes\nto find", back.get_data(as_text=True))
    assert house.replies(escalation_id) == []
    assert browser.post(f"/inbox/{escalation_id}/reply", words=fields["draft_words"]).status_code == 303
    assert house.replies(escalation_id) == [words]


def test_a_draft_does_not_carry_a_peer_into_a_conversation(house: House, browser: Browser) -> None:
    escalation_id = house.escalation(Urgency.URGENT, words="secret words")
    draft = {"draft_field": "words", "draft_for": escalation_id, "draft_words": "hello"}
    response = browser.sign_in("petra", **draft)
    assert response.status_code == 403
    assert "secret words" not in response.get_data(as_text=True)


def test_the_sign_up_address_sets_a_password_once(house: House, browser: Browser) -> None:
    token = staff_accounts.invite(house.deps, "cora", "07700 900321", datetime.now(UTC))
    assert "Your sign-in name is <strong>cora</strong>" in browser.sees(f"/join/{token}")
    assert "Write at least 12 characters" in browser.post(f"/join/{token}", password="short").get_data(as_text=True)
    assert browser.post(f"/join/{token}", password="quite another phrase").status_code == 303
    assert browser.get(f"/join/{token}").status_code == 410
    assert browser.post(f"/join/{token}", password="quite another phrase").status_code == 410
    assert browser.sign_in("cora", "quite another phrase").headers["Location"] == "/"
    assert browser.get("/").headers["Location"] == "/counts"


@pytest.mark.parametrize(
    ("handle", "place"), [("amina", "/inbox"), ("ben", "/inbox"), ("cora", "/counts"), ("audrey", "/audit")]
)
def test_each_member_begins_where_their_work_is(browser: Browser, handle: str, place: str) -> None:
    browser.sign_in(handle)
    assert browser.get("/").headers["Location"] == place


@pytest.mark.parametrize("handle", ["petra", "sam"])
def test_whoever_has_nothing_to_see_here_is_told_so(browser: Browser, handle: str) -> None:
    browser.sign_in(handle)
    assert "nothing of people for you to see here" in browser.sees("/")


@pytest.mark.parametrize(
    ("forwarded", "proxies", "found"),
    [
        ("", 0, "192.0.2.1"),
        ("203.0.113.5", 0, "192.0.2.1"),
        ("203.0.113.5", 1, "203.0.113.5"),
        ("10.9.9.9, 203.0.113.5", 1, "203.0.113.5"),
        ("203.0.113.5, 10.0.0.1", 2, "203.0.113.5"),
        ("203.0.113.5", 2, "192.0.2.1"),
        ("not an address", 1, "unknown"),
        ("2001:db8:1:2:3:4:5:6", 1, "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.5", 1, "203.0.113.5"),
    ],
)
def test_the_address_that_is_counted(forwarded: str, proxies: int, found: str) -> None:
    builder = EnvironBuilder(
        environ_base={"REMOTE_ADDR": "192.0.2.1"}, headers=[("X-Forwarded-For", forwarded)] if forwarded else []
    )
    assert client_address(Request(builder.get_environ()), proxies) == found


def _unescape(value: str) -> str:
    from html import unescape

    return unescape(value)
