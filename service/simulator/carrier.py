"""The carrier itself: takes texts from the service and from the phones, and carries them to the other side."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urlsplit

from .book import Book
from .callbacks import inbound_params, status_params
from .errors import ApiError
from .faults import Faults
from .holds import Holds
from .ledger import Event, Ledger
from .messages import Media, Message, new_sid
from .phones import CARRIER_REPLIES, Kind, carrier_keyword, is_number
from .pool import Pool
from .signing import sign
from .twiml import BadAnswer, texts_in
from .webhooks import Courier, Outcome, Webhook

SENT_AFTER_S = 0.02
DELIVERED_AFTER_S = 0.06
LONGEST_BODY = 1600
VALIDITY_EXPIRED = 30036


@dataclass(frozen=True, slots=True)
class Account:
    """Whose carrier this is, and where it calls."""

    sid: str
    auth_token: str
    service_number: str
    sms_url: str
    fallback_url: str | None = None
    inbox_url: str | None = None
    sign_fragment: bool = False

    def sign(self, url: str, params: Mapping[str, str]) -> str:
        """The signature of a webhook; whether Twilio counts the #… in is not documented, so it can be chosen."""
        return sign(url if self.sign_fragment else urldefrag(url).url, params, self.auth_token)


class Carrier:
    """Everything behind the simulator's HTTP. Opening it goes on with what an earlier one left undone."""

    def __init__(self, account: Account, ledger_path: str | Path) -> None:
        self.account = account
        self.ledger = Ledger(ledger_path)
        self.book = Book()
        self.faults = Faults()
        self.holds = Holds(self.record)
        self._lock = threading.RLock()
        self._pool = Pool()
        self._courier = Courier(self._pool, self.faults, self.holds, self.record, account.sign)
        for event in self.ledger.since(0):
            self.book.apply(event)
        self._resume()

    def close(self) -> None:
        """Let go of everything: held requests, threads, connections, the ledger."""
        self.holds.close()
        self._pool.stop()
        self._courier.close()
        self.ledger.close()

    def record(self, kind: str, **fields: object) -> Event:
        """Write an event and take it into the book, in one step."""
        with self._lock:
            event = self.ledger.append(kind, **fields)
            self.book.apply(event)
            return event

    def accept(self, form: Mapping[str, str]) -> Message:
        """Take a message from the service (Twilio's Create Message form); raises ApiError."""
        to, sender = form.get("To", "").strip(), form.get("From", "").strip() or None
        group = form.get("MessagingServiceSid", "").strip() or None
        self._check(to, sender, group, form)
        with self._lock:
            if to in self.book.phones and self.book.phones[to].stopped:
                raise ApiError(21610)
            fields: dict[str, object] = {"status_callback": form["StatusCallback"]} if "StatusCallback" in form else {}
            if "ValidityPeriod" in form:
                fields["validity_period"] = int(form["ValidityPeriod"])
            if group:
                fields["messaging_service_sid"] = group
            status = "accepted" if group else "queued"
            return self._take_out("accepted", to, form["Body"], None if group else sender, status, **fields)

    def text(self, number: str, body: str, media: Sequence[Media] = ()) -> Message:
        """A phone texts the service."""
        event = self.record(
            "text",
            sid=new_sid("MM" if media else "SM"),
            direction="inbound",
            status="received",
            to=self.account.service_number,
            body=body,
            media=[{"sid": one.sid, "content_type": one.content_type, "data": one.data} for one in media],
            **{"from": number},
        )
        message = self.book.messages[event["sid"]]
        self._heed_keyword(number, body)
        self._notify_inbound(message)
        return message

    def declare_phone(self, number: str, name: str, language: str, kind: Kind) -> None:
        """Put a phone on the page, or change how it is described."""
        self.record("phone", number=number, name=name, language=language, phone_kind=str(kind))

    def release(self, hold_id: int | None = None, phone: str | None = None, discard: bool = False) -> int:
        """Let held requests and frozen webhooks go, and hold no more (except when one is named); returns how many."""
        if hold_id is None:
            self.faults.remove_actions(("hold", "freeze"), phone)
        return self.holds.release(hold_id, phone, discard)

    def _check(self, to: str, sender: str | None, group: str | None, form: Mapping[str, str]) -> None:
        if not to:
            raise ApiError(21604)
        if not sender and not group:
            raise ApiError(21603)
        if group and not (group.startswith("MG") and len(group) == 34):
            raise ApiError(21701)
        if not form.get("Body", "").strip():
            raise ApiError(21602)
        if not is_number(to):
            raise ApiError(21211)
        if not group and sender != self.account.service_number:
            raise ApiError(21606)
        if to == self.account.service_number:
            raise ApiError(21266)
        if len(form["Body"]) > LONGEST_BODY:
            raise ApiError(21617)
        _check_options(form)

    def _take_out(self, kind: str, to: str, body: str, sender: str | None, status: str, **fields: object) -> Message:
        direction = "outbound-api" if kind == "accepted" else "outbound-reply"
        event = self.record(
            kind, sid=new_sid("SM"), direction=direction, status=status, to=to, body=body, **{"from": sender}, **fields
        )
        message = self.book.messages[event["sid"]]
        self._carry(message)
        return message

    def _heed_keyword(self, number: str, body: str) -> None:
        stopped = self.book.phone(number).stopped
        keyword = carrier_keyword(body, stopped)
        if keyword is None or (keyword == "stop" and stopped):
            return
        if keyword != "help":
            self.record("opted_out" if keyword == "stop" else "opted_in", number=number)
        sender = self.account.service_number
        self._take_out("replied", number, CARRIER_REPLIES[keyword], sender, "queued", by_carrier=True)

    def _carry(self, message: Message) -> None:
        faults = {fault.action: fault for fault in self.faults.strike("delivery", message.phone, message.sid)}
        if "drop" in faults:
            return
        delay_s = faults["delay"].seconds if "delay" in faults else 0.0
        # A delayed message leaves the phone's queue, so that others can overtake it, as they do on real networks.
        key: tuple[str, str] = ("message", message.sid) if delay_s else ("phone", message.phone)
        left_s = message.validity_s - (time.time() - message.created_ms / 1000)
        if message.status == "accepted":
            self._pool.submit(key, partial(self._move, message, "queued"))
        if delay_s > left_s:
            self._pool.submit(key, partial(self._move, message, "failed", VALIDITY_EXPIRED), max(left_s, 0.0))
            return
        end, code = _end(faults)
        if message.status != "sent" and end != "failed":
            self._pool.submit(key, partial(self._move, message, "sent"), delay_s + SENT_AFTER_S)
        self._pool.submit(key, partial(self._move, message, end, code), delay_s + DELIVERED_AFTER_S)

    def _move(self, message: Message, status: str, error_code: int | None = None) -> None:
        sender = message.sender or self.account.service_number
        fields = {"error_code": error_code} if error_code else {}
        self.record("status", sid=message.sid, status=status, to=message.recipient, **{"from": sender}, **fields)
        if message.status_callback:
            self._notify_status(message, status, error_code)

    def _notify_status(self, message: Message, status: str, error_code: int | None) -> None:
        params = status_params(message, status, error_code, self.account.sid)
        url = message.status_callback or ""
        self._courier.send(Webhook("status", message.sid, status, message.phone, url, params), _no_answer)

    def _notify_inbound(self, message: Message) -> None:
        account = self.account
        params = inbound_params(message, account.sid)
        webhook = Webhook("inbound", message.sid, "received", message.phone, account.sms_url, params, account.fallback_url)
        self._courier.send(webhook, self._answered)

    def _answered(self, webhook: Webhook, outcome: Outcome) -> None:
        try:
            texts = texts_in(outcome.status or 0, outcome.headers or {}, outcome.body)
        except BadAnswer as error:
            self._courier.warn(webhook, error.code)
            return
        for text in texts:
            if not self.book.phone(webhook.phone).stopped:
                self._take_out("replied", webhook.phone, text, self.account.service_number, "queued")

    def _resume(self) -> None:
        for channel, sid, status in list(self.book.pending):
            message = self.book.messages[sid]
            if channel == "inbound":
                self._notify_inbound(message)
            else:
                self._notify_status(message, status, message.error_code if status == message.status else None)
        for message in self.book.unfinished():
            self._carry(message)


def _check_options(form: Mapping[str, str]) -> None:
    callback = form.get("StatusCallback")
    if callback is not None and (urlsplit(callback).scheme not in ("http", "https") or not urlsplit(callback).hostname):
        raise ApiError(21609)
    validity = form.get("ValidityPeriod", "1")
    if not validity.isdecimal() or not 1 <= int(validity) <= 36_000:
        raise ApiError(20001)


def _end(faults: Mapping[str, Any]) -> tuple[str, int | None]:
    for status in ("failed", "undelivered"):
        if status in faults:
            return status, faults[status].code
    return "delivered", None


def _no_answer(webhook: Webhook, outcome: Outcome) -> None:
    """Twilio does nothing with the answer to a status callback."""
