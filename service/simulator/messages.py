"""One text message as the carrier knows it, and as Twilio's Message and Media resources show it."""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from .errors import DELIVERY_ERRORS
from .segments import segments

API = "/2010-04-01"
API_VERSION = "2010-04-01"
FINAL = frozenset({"delivered", "undelivered", "failed", "received"})


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or sound that came with a text; `data` is base64."""

    sid: str
    content_type: str
    data: str

    @classmethod
    def of(cls, sent: dict[str, Any]) -> Media:
        """From JSON {content_type, data} (or with its sid); raises ValueError if the data is not base64."""
        base64.b64decode(sent["data"], validate=True)
        return cls(sent.get("sid") or new_sid("ME"), str(sent["content_type"]), sent["data"])


@dataclass(slots=True)
class Message:
    """A text on its way; times are Unix milliseconds. The book changes it as the ledger's events say."""

    sid: str
    direction: str
    sender: str | None
    recipient: str
    body: str
    status: str
    created_ms: int
    updated_ms: int
    sent_ms: int | None = None
    error_code: int | None = None
    media: tuple[Media, ...] = ()
    status_callback: str | None = None
    service_sid: str | None = None
    validity_s: int = 36_000
    by_carrier: bool = False
    deleted: bool = False

    @property
    def phone(self) -> str:
        """The number of the simulated phone at the other end."""
        return self.sender or "" if self.direction == "inbound" else self.recipient

    @property
    def num_segments(self) -> int:
        """Parts billed; 0 until a messaging service has chosen a sender."""
        return segments(self.body) if self.sender else 0


def new_sid(kind: str) -> str:
    """A fresh identifier in Twilio's form: two letters and 32 hex digits."""
    return kind + uuid.uuid4().hex


def message_uri(account_sid: str, sid: str) -> str:
    """The path of a Message resource, without its ending."""
    return f"{API}/Accounts/{account_sid}/Messages/{sid}"


def message_resource(message: Message, account_sid: str) -> dict[str, object]:
    """Twilio's api.v2010.account.message, every property of it."""
    uri = message_uri(account_sid, message.sid)
    return {
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "body": message.body,
        "date_created": rfc_2822(message.created_ms),
        "date_sent": rfc_2822(message.sent_ms) if message.sent_ms else None,
        "date_updated": rfc_2822(message.updated_ms),
        "direction": message.direction,
        "error_code": message.error_code,
        "error_message": DELIVERY_ERRORS.get(message.error_code, "Unknown error") if message.error_code else None,
        "from": message.sender,
        "messaging_service_sid": message.service_sid,
        "num_media": str(len(message.media)),
        "num_segments": str(message.num_segments),
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.recipient,
        "uri": f"{uri}.json",
    }


def media_resource(media: Media, message: Message, account_sid: str) -> dict[str, object]:
    """Twilio's api.v2010.account.message.media."""
    return {
        "account_sid": account_sid,
        "content_type": media.content_type,
        "date_created": rfc_2822(message.created_ms),
        "date_updated": rfc_2822(message.created_ms),
        "parent_sid": message.sid,
        "sid": media.sid,
        "uri": f"{message_uri(account_sid, message.sid)}/Media/{media.sid}.json",
    }


def rfc_2822(at_ms: int) -> str:
    """A time as Twilio writes it: "Fri, 24 May 2019 17:44:46 +0000"."""
    return format_datetime(datetime.fromtimestamp(at_ms // 1000, UTC))
