"""What a webhook's answer asks the carrier to do: send the texts in <Message>, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree


class BadAnswer(Exception):
    """An answer that Twilio would raise a warning about; carries Twilio's code for it."""

    def __init__(self, code: int) -> None:
        super().__init__(f"the answer of the webhook is refused with {code}")
        self.code = code


def texts_in(status: int, headers: Mapping[str, str], body: bytes) -> tuple[str, ...]:
    """The texts to send back, in order; raises BadAnswer (12300 content type, 12100 not TwiML)."""
    if status == 204:
        return ()
    kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in ("text/xml", "application/xml", "text/html", "text/plain"):
        raise BadAnswer(12300)
    if not body.strip():
        return ()
    if kind == "text/plain":
        return (body.decode("utf-8", "replace"),)
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise BadAnswer(12100) from error
    if root.tag != "Response":
        raise BadAnswer(12100)
    return tuple(_words(message) for message in root.iter("Message"))


def _words(message: ElementTree.Element) -> str:
    parts = [body.text or "" for body in message.iter("Body")] or [message.text or ""]
    return "".join(parts).strip()
