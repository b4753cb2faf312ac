"""What tests of the staff pages do in a browser."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.support.inbox_house import PASSWORD


def sign_in(page: Page, handle: str = "amina") -> None:
    page.goto("/sign-in")
    page.get_by_label("Sign-in name").fill(handle)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
