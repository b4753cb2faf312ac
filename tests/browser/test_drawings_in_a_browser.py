"""The pictures of flows as a real browser draws them: with its own fonts, no words leave their card or the page."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from service.cli.draw import picture
from service.languages import read_home
from service.settings import PROJECT
from service.usecases.releases import build

pytestmark = pytest.mark.browser

OUTSIDE = """() => {
  const inside = (one, other) => one.x >= other.x - 1 && one.y >= other.y - 1
    && one.x + one.width <= other.x + other.width + 1 && one.y + one.height <= other.y + other.height + 1
  const cards = [...document.querySelectorAll('.card')].map(card => card.getBBox())
  const page = document.documentElement.viewBox.baseVal
  return [...document.querySelectorAll('text')].filter(text => {
    const box = text.getBBox(), x = box.x + box.width / 2, y = box.y + box.height / 2
    const around = cards.filter(card => x > card.x && x < card.x + card.width && y > card.y && y < card.y + card.height)
    return !inside(box, page) || !around.every(card => inside(box, card))
  }).map(text => text.textContent)
}"""


def test_no_words_leave_their_card_or_the_page_in_any_language(chrome: Browser, tmp_path: Path) -> None:
    release = build(read_home(PROJECT), date(2026, 11, 24))
    page = chrome.new_page()
    outside = {}
    for flow in release.flows.values():
        for code in release.languages.codes:
            file = tmp_path / f"{flow.name}-{code}.svg"
            file.write_text(picture(flow, release.languages, code), "utf-8")
            page.goto(file.as_uri())
            assert page.evaluate("document.querySelectorAll('text').length") > 10
            if found := page.evaluate(OUTSIDE):
                outside[flow.name, code] = found
    page.close()
    assert outside == {}
