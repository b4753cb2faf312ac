"""How the staff pages look: to axe (WCAG 2.2 AA), narrow, at night, with less motion; and pictures to see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page

from service.core.model import Urgency
from service.usecases import escalations, staff_accounts
from tests.support.inbox_browser import sign_in
from tests.support.inbox_house import House

pytestmark = pytest.mark.browser

AXE = (Path(__file__).resolve().parents[1] / "data" / "axe.min.js").read_text(encoding="utf-8")
PICTURES = Path(__file__).resolve().parents[1] / "output" / "inbox"
AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SPAN = {"rule": "ur.danger", "reason": "may not be safe", "start": 4, "end": 18}


def faults(page: Page) -> list[str]:
    """What axe finds wrong, with the element."""
    page.evaluate(AXE)
    found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", AA)
    return [f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]]


def story(house: House) -> dict[str, str]:
    """An evening: something urgent in Urdu, something in Spanish, an unknown number, something closed."""
    urdu = house.escalation(
        Urgency.URGENT,
        name="نور",
        words="میں محفوظ نہیں ہوں، وہ گھر واپس آ گیا ہے",
        language="ur",
        because=[SPAN],
        ago=4,
        promised_for=house.now + timedelta(minutes=11),
    )
    out = {"direction": "out", "language": "ur", "state": "delivered"}
    house.text(house.contact_of(urdu), "شکریہ کہ آپ نے ہمیں بتایا۔", kind="receipt", **out)
    spanish = house.escalation(
        Urgency.SOON, name="Luz Marina", words="No tenemos comida hasta el viernes", language="es", ago=95,
        because=[{"rule": "es.food", "reason": "has no food", "start": 0, "end": 19}],
        promised_for=house.now - timedelta(minutes=5),
    )  # fmt: skip
    mine = house.escalation(Urgency.URGENT, name="Dewi", words="he's outside the door again", ago=25)
    escalations.claim(house.deps, mine, "amina")
    failed = {"direction": "out", "kind": "staff", "staff_id": "amina", "state": "failed", "error_code": 30003}
    house.text(house.contact_of(mine), "I am here, Dewi. Can I ring you?", language="en", **failed)
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
