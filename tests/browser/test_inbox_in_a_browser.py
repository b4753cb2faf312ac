"""The staff pages at work in a real browser: by keyboard alone, without scripts, with news coming in, under attack."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from service.core.model import Urgency
from service.store.schema import sessions
from service.usecases import escalations
from tests.support.inbox_browser import sign_in
from tests.support.inbox_house import PASSWORD, House

pytestmark = pytest.mark.browser

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


def test_by_keyboard_alone_from_sign_in_to_resolved(house: House, page: Page) -> None:
    escalation_id = house.escalation(Urgency.URGENT, name="Noor")
    house.escalation(Urgency.SOON, name="Somebody else")
    page.goto("/sign-in")

    def go_to(name: str) -> None:
        """Tab until the focus is on what has this name; it is always to be seen there."""
        for _ in range(40):
            page.keyboard.press("Tab")
            focused = page.evaluate("(e => e.labels?.[0]?.textContent || e.textContent.trim())(document.activeElement)")
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
