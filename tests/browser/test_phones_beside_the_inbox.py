"""The demo's page: phones and inbox side by side, with the told story on them. Also makes the README's first picture."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from service.cli import _cast
from service.cli._stage import Stage, stage
from service.cli._walkthrough import NOT_SAFE, PASSWORD

PICTURES = Path(__file__).resolve().parent.parent / "output" / "pictures"
NOOR = _cast.PARTICIPANTS[0]

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stage")]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("demo") / "data") as house:
        house.carrier.phone(NOOR.number, NOOR.name, NOOR.language, "participant")
        _cast.hire(house, PASSWORD)
        _cast.at_a_decent_hour(house)
        yield house


@pytest.fixture(scope="module")
def page(chromium_path: Path, house: Stage) -> Iterator[Page]:
    arguments = ["--no-sandbox", "--disable-background-networking", "--disable-quic"]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(chromium_path), args=arguments)
        page = browser.new_context(viewport={"width": 1500, "height": 1130}).new_page()
        page.goto(house.settings.api_address)
        yield page
        browser.close()


def until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def test_the_told_story_is_seen_on_the_phones_and_in_the_inbox(house: Stage, page: Page) -> None:
    _cast.check_in(house, _cast.join(house, NOOR), NOOR)
    for words in ("۳", NOT_SAFE):
        before = len(house.carrier.heard(NOOR.number))
        page.get_by_label("Text", exact=False).first.fill(words)
        page.get_by_role("button", name="Send").first.click()
        _cast.wait_for(house, NOOR.number, before + 1)
    code = "".join(filter(str.isdigit, _cast.wait_for(house, _cast.AMINA.number, 1)[0]))
    house.moves_clock(minutes=5)
    _cast.wait_for(house, _cast.BEN.number, 1)
    house.carrier.text(_cast.BEN.number, code)
    _cast.wait_for(house, _cast.BEN.number, 2)
    inbox = page.frame_locator("iframe")
    inbox.locator("#staff_id").fill("ben")
    inbox.locator("#password").fill(PASSWORD)
    inbox.locator("button.main").click()
    inbox.get_by_role("link", name="Noor").first.click()
    inbox.locator("#words").fill("میں بین ہوں۔ کیا آپ اکیلی ہیں؟")
    before = len(house.carrier.heard(NOOR.number))
    inbox.get_by_role("button", name="Send the reply").click()
    _cast.wait_for(house, NOOR.number, before + 1)
    until(lambda: "میں بین ہوں" in page.locator("body").inner_text())
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.wait_for_timeout(1500)
    page.screenshot(path=PICTURES / "phones-and-inbox.png")
    assert "Because they wrote" in inbox.locator("body").inner_text()
    alone = page.context.new_page()
    alone.set_viewport_size({"width": 1100, "height": 1000})
    path = page.frames[1].url.split("?")[0]
    alone.goto(path)
    alone.screenshot(path=PICTURES / "conversation.png")
    alone.close()


def test_the_page_says_that_nothing_leaves_the_machine(page: Page) -> None:
    assert "Nothing here leaves this machine" in page.locator("body").inner_text()


def test_nothing_on_the_page_breaks_its_own_rules(house: Stage, page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.reload()
    page.wait_for_timeout(1000)
    assert said == []
