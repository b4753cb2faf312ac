"""A member of staff at the real inbox, over HTTP, by its forms: what a browser without JavaScript would do."""

from __future__ import annotations

import html
import re

import requests

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_CONVERSATION = re.compile(r'href="(/inbox/[0-9a-f]{32})"')
_TAG = re.compile(r"<[^>]+>")


class InboxRefused(Exception):
    """The inbox did not do what was asked."""


class Visitor:
    """One signed-in browser."""

    def __init__(self, address: str, staff_id: str, password: str) -> None:
        """Sign in; InboxRefused if that fails."""
        self._address = address
        self._session = requests.Session()
        self._session.trust_env = False
        page = self._page("/sign-in")
        form = {"csrf_token": _token(page), "staff_id": staff_id, "password": password}
        answer = self._session.post(f"{address}/sign-in", data=form, timeout=20)
        if answer.status_code != 200 or "/sign-in" in answer.url:
            raise InboxRefused(f"{staff_id} could not sign in: {answer.status_code}")

    def queue(self) -> str:
        """The words of the queue page."""
        return _words(self._page("/inbox"))

    def first(self) -> str:
        """The path of the conversation at the top of the queue."""
        found = _CONVERSATION.search(self._page("/inbox"))
        if found is None:
            raise InboxRefused("the queue is empty")
        return found[1]

    def read(self, path: str) -> str:
        """The words of a conversation's page."""
        return _words(self._page(path))

    def does(self, path: str, deed: str, **fields: str) -> None:
        """Send one of the conversation's forms: claim, reply, resolve, hand-over, cannot-take, nothing-needed."""
        form = {"csrf_token": _token(self._page(path)), **fields}
        answer = self._session.post(f"{self._address}{path}/{deed}", data=form, timeout=20)
        if answer.status_code != 200:
            raise InboxRefused(f"{deed}: {answer.status_code}")

    def _page(self, path: str) -> str:
        answer = self._session.get(f"{self._address}{path}", timeout=20)
        if answer.status_code != 200:
            raise InboxRefused(f"{path}: {answer.status_code}")
        return answer.text


def _token(page: str) -> str:
    found = _TOKEN.search(page)
    if found is None:
        raise InboxRefused("a page has no form")
    return html.unescape(found[1])


def _words(page: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", page)).split())
