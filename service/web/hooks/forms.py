"""A webhook's form as it came, however odd it is: nothing that is signed is ever refused for its shape."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from urllib.parse import parse_qsl

from service.usecases.receive import Inbound

MAX_BODY = 4 * 1024 * 1024  # bytes; Twilio's own longest text is 1,600 characters
_ODD_ID = "odd-"

Pairs = Sequence[tuple[str, str]]


def parse(body: bytes) -> Pairs:
    """Every pair of a form body; bad UTF-8 becomes U+FFFD, empty values are kept."""
    return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, errors="replace")


def first(pairs: Pairs, name: str) -> str:
    """The first value of a name, or nothing."""
    return next((value for key, value in pairs if key == name), "")


def every(pairs: Pairs, name: str) -> str:
    """All values of a name, a line each: a second body is words of the person too."""
    return "\n".join(value for key, value in pairs if key == name)


def number(pairs: Pairs, name: str) -> int | None:
    """A whole number of at most nine digits, or None."""
    value = first(pairs, name)
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


def inbound(pairs: Pairs, raw: bytes) -> Inbound:
    """The text of a webhook. Without an id of the provider it gets one from its content, so that a repeat is known."""
    provider_id = first(pairs, "MessageSid") or first(pairs, "SmsSid") or first(pairs, "SmsMessageSid")
    body = every(pairs, "Body")
    media = number(pairs, "NumMedia") or 0
    return Inbound(
        provider="twilio",
        provider_id=_short(provider_id) or _ODD_ID + hashlib.sha256(raw).hexdigest()[:56],
        sender=first(pairs, "From")[:64],
        body=body.replace("\x00", "\ufffd"),
        media=media,
        odd=_oddity(provider_id, first(pairs, "From"), body, media),
    )


def _short(provider_id: str) -> str:
    """An id that fits its column; a longer one is no id of Twilio's."""
    return provider_id if len(provider_id) <= 64 and provider_id.isascii() and provider_id.isprintable() else ""


def _oddity(provider_id: str, sender: str, body: str, media: int) -> str | None:
    if not _short(provider_id) or not sender:
        return "fields missing"
    if "\ufffd" in body or "\x00" in body:
        return "garbled"
    if not body.strip() and not media:
        return "empty"
    return None
