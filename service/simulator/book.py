"""Everything the carrier knows, built up from the ledger's events and from nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .ledger import Event
from .messages import FINAL, Media, Message
from .phones import Kind, Phone

Pending = tuple[str, str, str]


class Book:
    """Messages and phones. `apply` is the only way to change it, so a restart leads to the same book."""

    def __init__(self) -> None:
        self.phones: dict[str, Phone] = {}
        self.messages: dict[str, Message] = {}
        self.order: list[str] = []
        self.pending: dict[Pending, None] = {}
        self._apply: dict[str, Callable[[Event], None]] = {
            "phone": self._phone,
            "accepted": self._accepted,
            "replied": self._accepted,
            "text": self._text,
            "status": self._status,
            "opted_out": self._opted,
            "opted_in": self._opted,
            "webhook": self._webhook,
            "redacted": self._redacted,
            "deleted": self._deleted,
        }

    def apply(self, event: Event) -> None:
        """Take one event of the ledger into account; kinds that change nothing are passed over."""
        if change := self._apply.get(event["kind"]):
            change(event)

    def phone(self, number: str) -> Phone:
        """The phone with this number; one that nobody declared is there as soon as it is texted."""
        if number not in self.phones:
            self.phones[number] = Phone(number)
        return self.phones[number]

    def thread(self, number: str) -> list[Message]:
        """The messages that this phone saw or should have seen, oldest first."""
        phone = self.phones.get(number)
        return [self.messages[sid] for sid in phone.thread] if phone else []

    def newest_first(self, after: str | None = None) -> Iterator[Message]:
        """Every message that was not deleted, as Twilio lists them; with `after`, only those older than that sid."""
        older = self.order[: self.order.index(after)] if after in self.messages else self.order
        return (message for sid in reversed(older) if not (message := self.messages[sid]).deleted)

    def unfinished(self) -> list[Message]:
        """Outgoing messages that have not reached an end state."""
        return [message for message in self.messages.values() if message.status not in FINAL]

    def _phone(self, event: Event) -> None:
        phone = self.phone(event["number"])
        phone.name, phone.language, phone.kind = event["name"], event["language"], Kind(event["phone_kind"])
        phone.declared, phone.changed = True, event["seq"]

    def _accepted(self, event: Event) -> None:
        message = self._message(event, sender=event["from"], recipient=event["to"])
        message.status_callback = event.get("status_callback")
        message.service_sid = event.get("messaging_service_sid")
        message.validity_s = event.get("validity_period", message.validity_s)
        message.by_carrier = event.get("by_carrier", False)

    def _text(self, event: Event) -> None:
        message = self._message(event, sender=event["from"], recipient=event["to"])
        message.sent_ms = event["at_ms"]
        message.media = tuple(Media(**media) for media in event["media"])
        self._seen(message, event)
        self.pending[("inbound", message.sid, "received")] = None

    def _message(self, event: Event, sender: str | None, recipient: str) -> Message:
        at_ms: int = event["at_ms"]
        message = Message(event["sid"], event["direction"], sender, recipient, event["body"], event["status"], at_ms, at_ms)
        self.messages[message.sid] = message
        self.order.append(message.sid)
        return message

    def _status(self, event: Event) -> None:
        message = self.messages[event["sid"]]
        message.status, message.updated_ms = event["status"], event["at_ms"]
        message.error_code = event.get("error_code")
        message.sender = event["from"]
        if message.status == "sent":
            message.sent_ms = event["at_ms"]
        if message.status in FINAL:
            self._seen(message, event)
        if message.status_callback:
            self.pending[("status", message.sid, message.status)] = None

    def _seen(self, message: Message, event: Event) -> None:
        phone = self.phone(message.phone)
        phone.thread.append(message.sid)
        phone.changed = event["seq"]

    def _opted(self, event: Event) -> None:
        phone = self.phone(event["number"])
        phone.stopped, phone.changed = event["kind"] == "opted_out", event["seq"]

    def _webhook(self, event: Event) -> None:
        self.pending.pop((event["channel"], event["sid"], event["status"]), None)

    def _redacted(self, event: Event) -> None:
        message = self.messages[event["sid"]]
        message.body, message.updated_ms = "", event["at_ms"]
        self.phone(message.phone).changed = event["seq"]

    def _deleted(self, event: Event) -> None:
        self.messages[event["sid"]].deleted = True


def as_seen(message: Message) -> dict[str, Any]:
    """A message as the phone shows it; `arrived` is False for one that the carrier could not deliver."""
    return {
        "sid": message.sid,
        "direction": message.direction,
        "body": message.body,
        "media": [media.content_type for media in message.media],
        "status": message.status,
        "error_code": message.error_code,
        "arrived": message.status in ("received", "delivered"),
        "by_carrier": message.by_carrier,
        "at_ms": message.updated_ms,
    }
