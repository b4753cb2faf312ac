"""A member of staff at the inbox of a running service: a browser without scripts, which posts the page's own forms."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import requests


@dataclass(slots=True)
class Form:
    """One form of a page: where it goes, and what its fields hold."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Page:
    """A page as somebody reads it."""

    address: str
    status: int
    html: str
    text: str
    forms: list[Form]
    links: list[str]

    def form(self, ending: str) -> Form:
        """The form whose address ends so; fails if the page has none."""
        found = [form for form in self.forms if form.action.endswith(ending)]
        assert found, f"{self.address} has no form to {ending!r}; it has {[form.action for form in self.forms]}"
        return found[0]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._open: Form | None = None
        self._named = ""
        self._unread = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag in ("script", "style"):
            self._unread += 1
        elif tag == "a" and "href" in found:
            self.links.append(found["href"])
        elif tag == "form":
            self._open = Form(found.get("action", ""))
            self.forms.append(self._open)
        elif self._open is not None:
            self._field(self._open, tag, found)

    def _field(self, form: Form, tag: str, found: dict[str, str]) -> None:
        name = found.get("name", "")
        if tag in ("input", "textarea") and name and found.get("type") != "checkbox":
            form.fields[name] = found.get("value", "")
        elif tag == "select":
            self._named, form.choices[name] = name, []
        elif tag == "option":
            form.choices[self._named].append(found.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._unread -= 1
        elif tag == "form":
            self._open = None

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.pieces.append(data)


class Desk:
    """Signed in as one member of staff. Every page must open; `refused` is for those that must not."""

    def __init__(self, address: str, handle: str, password: str, *, verify: str | bool = True) -> None:
        self.address, self.handle = address, handle
        self.http = requests.Session()
        self.http.trust_env, self.http.verify = False, verify
        form = self.opens("/sign-in").form("/sign-in")
        page = self.sends(form, staff_id=handle, password=password)
        assert "Signed in as" in page.text, page.text

    def opens(self, path: str, *, status: int = 200) -> Page:
        """Go to a page."""
        page = self._read(self.http.get(self._full(path), timeout=10))
        assert page.status == status, f"{path}: {page.status}"
        return page

    def sends(self, form: Form, **values: str) -> Page:
        """Fill in a form and send it; the page that comes of it."""
        answer = self.http.post(self._full(form.action), data={**form.fields, **values}, timeout=10)
        page = self._read(answer)
        assert page.status == 200, f"{form.action}: {page.status}\n{page.text}"
        return page

    def queue(self) -> Page:
        """The inbox."""
        return self.opens("/inbox")

    def waiting(self) -> list[str]:
        """The addresses of the conversations that stand in the queue, in its order, closed ones left out."""
        html = self.queue().html.partition('id="title-closed"')[0]
        return re.findall(r'href="(/inbox/[0-9a-f]{32})"', html)

    def conversation(self, name: str) -> Page:
        """Open the conversation with somebody, by the name in the queue."""
        html = self.queue().html
        found = re.findall(r'<a id="to-[0-9a-f]+" href="(/inbox/[0-9a-f]{32})">(.*?)</a>', html, re.DOTALL)
        named = [path for path, words in found if name in words]
        assert named, f"nobody called {name!r} in the queue"
        return self.opens(named[0])

    def claims(self, page: Page) -> Page:
        """Press "I have it"."""
        return self.sends(page.form("/claim"))

    def replies(self, page: Page, words: str) -> Page:
        """Write to the person."""
        return self.sends(page.form("/reply"), words=words)

    def resolves(self, page: Page, agreed: str) -> Page:
        """Close it, with what was agreed."""
        return self.sends(page.form("/resolve"), agreed=agreed)

    def close(self) -> None:
        """Leave the desk."""
        self.http.close()

    def _full(self, path: str) -> str:
        return path if path.startswith("http") else f"{self.address}{path}"

    def _read(self, answer: requests.Response) -> Page:
        reader = _Reader()
        reader.feed(answer.text)
        text = re.sub(r"\s+", " ", "".join(reader.pieces))
        return Page(answer.url, answer.status_code, answer.text, text, reader.forms, reader.links)
