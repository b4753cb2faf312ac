"""The staff pages in a real browser: by keyboard alone, without scripts, narrow, at night, and under attack."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import make_server

from service.core.model import Urgency
from service.store.schema import sessions
from service.usecases import escalations, staff_accounts
from tests.support.inbox_house import PASSWORD, House

pytestmark = pytest.mark.browser

AXE = (Path(__file__).resolve().parents[1] / "data" / "axe.min.js").read_text(encoding="utf-8")
PICTURES = Path(__file__).resolve().parents[1] / "output" / "inbox"
AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SPAN = {"rule": "ur.danger", "reason": "may not be safe", "start": 4, "end": 18}

ATTACKS = (
    "<script>window.hurt=1</script>",
    "<img src=x onerror=window.hurt=1>",
    '"><svg onload=window.hurt=1>',
    "'><iframe srcdoc='<script>parent.hurt=1</script>'></iframe>",
    "</textarea><script>window.hurt=1</script>",
    "</title><script>window.hurt=1</script>",
    "<a href=javascript:window.hurt=1 autofocus onfocus=window.hurt=1>x</a>",
    "{{ 7*7 }}{% for x in [1] %}hurt{% endfor %}",
    "<style>body{display:none}</style>",
    "<meta http-equiv=refresh content=0;url=/hurt>",
    "<base href=//evil.example/>",
    "<form action=/sign-out method=post><button autofocus>hi</button></form>",
    "<details open ontoggle=window.hurt=1>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=window.hurt=1>",
    "\u202egnp.exe\u2066 <b>bold</b> \u0000 &lt;script&gt;",
    "<template><script>window.hurt=1</script></template>",
    "<!--><img src=x onerror=window.hurt=1>-->",
    "]]><script>window.hurt=1</script>",
)


@pytest.fixture(scope="module")
def chrome(chromium_path: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.close()


@pytest.fixture
def site(house: House) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, house.app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_browser(chrome: Browser, site: str) -> Iterator[Callable[..., Page]]:
    contexts: list[BrowserContext] = []

    def open_one(**options: Any) -> Page:
        context = chrome.new_context(base_url=site, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_browser: Callable[..., Page]) -> Page:
    return open_browser()


def sign_in(page: Page, handle: str = "amina") -> None:
    page.goto("/sign-in")
    page.get_by_label("Sign-in name").fill(handle)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def faults(page: Page) -> list[str]:
    """What axe finds wrong, with the element."""
    page.evaluate(AXE)
    found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", AA)
    return [f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]]


def story(house: House) -> dict[str, str]:
    """An evening: something urgent in Urdu, something in Spanish, an unknown number, something closed."""
    urdu = house.escalation(
        Urgency.URGENT, name="نور", words="میں محفوظ نہیں ہوں، وہ گھر واپس آ گیا ہے", language="ur", because=[SPAN], ago=4,
        promised_for=house.now + timedelta(minutes=11),
    )  # fmt: skip
    out = {"direction": "out", "language": "ur", "state": "delivered"}
    house.text(house.contact_of(urdu), "شکریہ کہ آپ نے ہمیں بتایا۔", kind="receipt", **out)
    spanish = house.escalation(
        Urgency.SOON, name="Luz Marina", words="No tenemos comida hasta el viernes", language="es", ago=95,
        because=[{"rule": "es.food", "reason": "has no food", "start": 0, "end": 19}],
        promised_for=house.now - timedelta(minutes=5),
    )  # fmt: skip
    mine = house.escalation(Urgency.URGENT, name="Dewi", words="he's outside the door again", ago=25)
    escalations.claim(house.deps, mine, "amina")
    house.text(house.contact_of(mine), "I am here, Dewi. Can I ring you?", direction="out", kind="staff", staff_id="amina",
               state="failed", error_code=30003, language="en")  # fmt: skip
    unknown = house.escalation(Urgency.SOON, name=None, kind="unknown_number", words="is this still the number?", ago=300)
    routine = house.escalation(Urgency.ROUTINE, name="Mari", words="thank you for the call", ago=2000)
    closed = house.escalation(
        Urgency.SOON, name="Tom", words="ok", ago=400, state="resolved", resolved_by="ben", resolved_at=house.now
    )
    return {"urdu": urdu, "spanish": spanish, "mine": mine, "unknown": unknown, "routine": routine, "closed": closed}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(house: House, open_browser: Callable[..., Page], scheme: str) -> None:
    page, told = open_browser(color_scheme=scheme), story(house)
    join = staff_accounts.invite(house.deps, "ben", "07700 900321", house.now)
    found: dict[str, list[str]] = {}

    def look(path: str) -> None:
        page.goto(path)
        found[path] = faults(page)

    for path in ("/sign-in", f"/join/{join}", "/join/used-up"):
        look(path)
    page.goto("/sign-in")
    page.get_by_label("Sign-in name").fill("amina")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    found["a failed sign-in"] = faults(page)
    sign_in(page)
    for path in ("/inbox", "/help", f"/inbox/{'0' * 32}", "/counts", *(f"/inbox/{one}" for one in told.values())):
        look(path)
    page.goto(f"/inbox/{told['mine']}")
    page.evaluate("document.querySelector('#agreed').removeAttribute('required')")
    page.get_by_role("button", name="Close it").click()
    found["a form with something missing"] = faults(page)
    for handle, path in (("cora", "/counts"), ("audrey", "/audit"), ("petra", "/")):
        page.context.clear_cookies()
        sign_in(page, handle)
        look(path)
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_by_keyboard_alone_from_sign_in_to_resolved(house: House, page: Page) -> None:
    escalation_id = house.escalation(Urgency.URGENT, name="Noor")
    house.escalation(Urgency.SOON, name="Somebody else")
    page.goto("/sign-in")

    def go_to(name: str) -> None:
        """Tab until the focus is on what has this name; it is always to be seen there."""
        for _ in range(40):
            page.keyboard.press("Tab")
            focused = page.evaluate(
                "(() => { const e = document.activeElement; return e.labels?.[0]?.textContent || e.textContent.trim(); })()"
            )
            if name in focused:
                assert page.evaluate("document.activeElement.matches(':focus-visible')")
                assert page.evaluate(
                    "(() => { const r = document.activeElement.getBoundingClientRect();"
                    " return r.height > 0 && r.top >= 0 && r.bottom <= innerHeight; })()"
                ), f"{name} has the focus out of sight"
                return
        raise AssertionError(f"the keyboard does not reach {name!r}")

    go_to("Skip to the content")
    go_to("Sign-in name")
    page.keyboard.type("amina")
    go_to("Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/inbox")
    go_to("Noor")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{escalation_id}")
    go_to("I have it")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="You have it.")).to_be_focused()
    go_to("Your reply")
    page.keyboard.type("I am here.")
    go_to("Send the reply")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your reply is on its way.")).to_be_visible()
    go_to("What was agreed")
    page.keyboard.type("She is with her sister.")
    go_to("Close it")
    page.keyboard.press("Space")
    expect(page.get_by_text("It is closed.")).to_be_visible()
    assert house.replies(escalation_id) == ["I am here."]
    assert house.row(escalation_id).state == "resolved"


def test_without_scripts_everything_still_works(house: House, open_browser: Callable[..., Page]) -> None:
    escalation_id = house.escalation(Urgency.URGENT, name="Noor")
    page = open_browser(java_script_enabled=False)
    sign_in(page)
    page.get_by_role("link", name="Noor").click()
    page.get_by_role("button", name="I have it").click()
    page.get_by_label("Your reply").fill("I am here.")
    page.get_by_role("button", name="Send the reply").click()
    page.get_by_label("What was agreed").fill("She is safe.")
    page.get_by_role("button", name="Close it").click()
    expect(page.get_by_text("It is closed.")).to_be_visible()
    assert house.row(escalation_id).state == "resolved"


def test_words_of_an_attacker_are_only_words(house: House, page: Page) -> None:
    sign_in(page)
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda message: broken.append(message.text) if "Content Security Policy" in message.text else None)
    page.on("dialog", lambda dialog: broken.append(dialog.message))
    for number, attack in enumerate(ATTACKS):
        because = [{"rule": "x", "reason": attack, "start": 1, "end": len(attack) - 1}]
        escalation_id = house.escalation(Urgency.URGENT, name=attack, words=attack, because=because, language="en")
        escalations.claim(house.deps, escalation_id, "amina")
        page.goto("/inbox")
        page.goto(f"/inbox/{escalation_id}")
        shown = page.locator(".bubble .words").inner_text()
        assert shown in (attack, attack.replace("\u0000", ""), attack.replace("\u0000", "\ufffd")), number
        page.get_by_label("Your reply").fill(attack)
        page.get_by_role("button", name="Send the reply").click()
        page.get_by_label("What was agreed").fill(attack)
        page.get_by_role("button", name="Close it").click()
        expect(page.get_by_text("It is closed.")).to_be_visible()
        assert page.evaluate("window.hurt") is None, attack
        assert page.locator("main").is_visible()
        assert page.url.partition("?")[0].endswith(escalation_id)
    assert broken == []


def test_the_queue_refreshes_and_keeps_focus_and_place(house: House, page: Page) -> None:
    for number in range(25):
        house.escalation(Urgency.SOON, name=f"Person {number:02d}", ago=100 - number)
    sign_in(page)
    page.get_by_role("link", name="Person 20").focus()
    page.evaluate("window.stayed = true")
    before = page.evaluate("scrollY")
    house.escalation(Urgency.URGENT, name="Newly Here")
    expect(page.get_by_role("link", name="Newly Here")).to_be_visible()
    expect(page.get_by_role("link", name="Person 20")).to_be_focused()
    expect(page.locator("#news-urgent")).to_have_text("Urgent: one more person is waiting.")
    expect(page).to_have_title("(26) Inbox · Alongside")
    assert page.evaluate("window.stayed") is True
    assert abs(page.evaluate("scrollY") - before) < 5
    house.escalation(Urgency.SOON, name="Also Here")
    expect(page.locator("#news-soon")).to_have_text("Soon: one more person is waiting.")


def test_what_is_being_written_survives_news_and_a_claim_by_somebody_else(house: House, page: Page) -> None:
    escalation_id = house.escalation(Urgency.URGENT, name="Noor")
    escalations.claim(house.deps, escalation_id, "amina")
    sign_in(page)
    page.goto(f"/inbox/{escalation_id}")
    words = page.get_by_label("Your reply")
    words.click()
    page.keyboard.type("I was just wri")
    house.text(house.contact_of(escalation_id), "are you there?")
    expect(page.get_by_text("are you there?")).to_be_visible()
    expect(page.locator("#news-soon")).to_have_text("They wrote again.")
    expect(words).to_be_focused()
    page.keyboard.type("ting")
    expect(words).to_have_value("I was just writing")
    escalations.hand_over(house.deps, escalation_id, "amina", "ben")
    expect(page.get_by_text("Ben has it").first).to_be_visible()
    expect(page.get_by_label("What you wrote. It was not sent")).to_have_value("I was just writing")


def test_two_clicks_send_one_reply(house: House, page: Page) -> None:
    escalation_id = house.escalation(Urgency.URGENT)
    escalations.claim(house.deps, escalation_id, "amina")
    sign_in(page)
    page.goto(f"/inbox/{escalation_id}")
    page.get_by_label("Your reply").fill("I am here.")
    page.get_by_role("button", name="Send the reply").dblclick()
    expect(page.get_by_text("Your reply is on its way.")).to_be_visible()
    assert house.replies(escalation_id) == ["I am here."]


def test_an_ended_session_covers_the_page_and_keeps_the_draft(house: House, page: Page) -> None:
    escalation_id = house.escalation(Urgency.URGENT, words="words to be covered")
    escalations.claim(house.deps, escalation_id, "amina")
    sign_in(page)
    page.goto(f"/inbox/{escalation_id}")
    page.get_by_label("Your reply").fill("half a sentence")
    with house.database.write() as tx:
        tx.execute(sessions.update().values(ended_at=house.now))
    expect(page.get_by_role("heading", name="You were signed out")).to_be_focused()
    expect(page.get_by_text("words to be covered")).to_be_hidden()
    expect(page).to_have_title("Signed out")
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in again").click()
    other = opened.value
    other.get_by_label("Sign-in name").fill("amina")
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url("**/inbox")
    page.get_by_role("button", name="I have signed in").click()
    expect(page.get_by_label("Your reply")).to_have_value("half a sentence")
    page.get_by_role("button", name="Send the reply").click()
    expect(page.get_by_text("Your reply is on its way.")).to_be_visible()
    assert house.replies(escalation_id) == ["half a sentence"]


def test_another_member_who_signs_in_there_does_not_get_the_draft(house: House, page: Page) -> None:
    escalation_id = house.escalation(Urgency.URGENT)
    escalations.claim(house.deps, escalation_id, "amina")
    sign_in(page)
    page.goto(f"/inbox/{escalation_id}")
    page.get_by_label("Your reply").fill("for nobody else")
    with house.database.write() as tx:
        tx.execute(sessions.update().values(ended_at=house.now))
    expect(page.get_by_role("heading", name="You were signed out")).to_be_visible()
    other = page.context.new_page()
    sign_in(other, "ben")
    page.get_by_role("button", name="I have signed in").click()
    expect(page.get_by_text("Signed in as Ben Ortiz")).to_be_visible()
    assert "for nobody else" not in page.content()


def test_an_unreachable_service_is_said_after_half_a_minute(house: House, page: Page) -> None:
    page.clock.install()
    house.escalation(Urgency.SOON)
    sign_in(page)
    page.route("**/inbox/part", lambda route: route.abort())
    for _ in range(14):
        page.clock.run_for(3_000)
        page.wait_for_timeout(30)
    expect(page.get_by_text("This page has had no news since")).to_be_visible()
    page.unroute("**/inbox/part")
    page.clock.run_for(3_500)
    expect(page.get_by_text("This page has had no news since")).to_be_hidden()


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_nothing_is_cut_off_and_every_target_is_large_enough(
    house: House, open_browser: Callable[..., Page], width: int
) -> None:
    page, told = open_browser(viewport={"width": width, "height": 800}), story(house)
    house.text(house.contact_of(told["mine"]), "x" * 300 + " https://example.org/" + "y" * 200)
    paths = ["/sign-in", "/inbox", "/help", *(f"/inbox/{one}" for one in told.values())]
    sign_in(page)
    for path in paths:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        small = page.evaluate(
            "[...document.querySelectorAll('main a, main button, main input:not([type=hidden]), main select, header a,"
            " header button, footer a')].filter(e => e.getClientRects().length && !e.closest('.hint, p:not(.back)'))"
            ".map(e => [e.textContent.trim(), e.getBoundingClientRect().height]).filter(([, h]) => h < 24)"
        )
        assert small == [], path


def test_somebody_who_wants_less_motion_gets_none(house: House, open_browser: Callable[..., Page]) -> None:
    page = open_browser(reduced_motion="reduce")
    house.escalation(Urgency.SOON)
    sign_in(page)
    moving = "[...document.querySelectorAll('*')].filter(e => parseFloat(getComputedStyle(e).transitionDuration) > 0).length"
    assert page.evaluate(moving) == 0


def test_pictures_for_people_to_look_at(house: House, open_browser: Callable[..., Page]) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    told = story(house)
    for name, options in {
        "day": {"viewport": {"width": 1100, "height": 900}},
        "night": {"viewport": {"width": 1100, "height": 900}, "color_scheme": "dark"},
        "phone": {"viewport": {"width": 360, "height": 780}, "device_scale_factor": 2},
    }.items():
        page = open_browser(**options)
        page.goto("/sign-in")
        page.screenshot(path=PICTURES / f"{name}-sign-in.png", full_page=True)
        sign_in(page)
        page.screenshot(path=PICTURES / f"{name}-queue.png", full_page=True)
        for which in ("urdu", "spanish", "mine"):
            page.goto(f"/inbox/{told[which]}")
            page.screenshot(path=PICTURES / f"{name}-{which}.png", full_page=True)
    assert len(list(PICTURES.glob("*.png"))) == 15
