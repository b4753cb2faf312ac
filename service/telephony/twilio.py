"""Texts through Twilio's own client. One try a call, at most 2 s to connect and 5 s to read, and never an exception."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from service.telephony import codes
from service.telephony.codes import Kind, Meaning, Tell
from service.telephony.port import (
    Accepted,
    BadNumber,
    CarrierUnreachable,
    Listed,
    OptedOut,
    Outcome,
    Permanent,
    Retry,
    Unknown,
)
from service.telephony.signature import OVERRIDES

if TYPE_CHECKING:
    from service.telephony.twilio_http import Carrier

STATUS_PATH = "/hooks/twilio/status/"
VALID_SECONDS = (1, 36_000)
LIST_PAGE, LIST_LIMIT = 500, 20_000
UNREACHABLE_WAIT = 2
MISCONFIGURED_WAIT = 30


@dataclass(frozen=True, slots=True)
class Account:
    """A Twilio account. `username` and `password` are an API key and its secret, or the account's SID and its token."""

    sid: str
    username: str
    password: str = field(repr=False)
    sender: str = field(repr=False)
    """Our number in E.164, or the SID of a messaging service (`MG…`)."""


class Twilio:
    """The `Telephony` of a real account, or of a stand-in carrier at `api_address`. Safe between threads."""

    def __init__(
        self,
        account: Account,
        *,
        public_address: str,
        api_address: str = "https://api.twilio.com",
        dice: Callable[[], float] = random.random,
    ) -> None:
        self._account = account
        self._callbacks = public_address.rstrip("/") + STATUS_PATH
        self._api_address = api_address
        self._dice = dice
        self._lock = threading.Lock()
        self._client: Any = None
        self._carrier: Carrier | None = None

    def prepare(self) -> None:
        """Import Twilio's client now, so that the first page does not wait for it (a third of a second)."""
        from service.telephony.twilio_http import Carrier, new_client

        with self._lock:
            if self._client is None:
                self._carrier = Carrier(self._api_address)
                account = self._account
                self._client = new_client(account.sid, account.username, account.password, self._carrier)

    def send_text(self, *, to: str, body: str, token: str, valid_for: timedelta) -> Outcome:
        """Send once. The carrier drops the text if it is still queued after `valid_for` (1 s to 10 h)."""
        self.prepare()
        shortest, longest = VALID_SECONDS
        ours = self._account.sender
        sender = {"messaging_service_sid": ours} if ours.startswith("MG") else {"from_": ours}
        try:
            message = self._client.messages.create(
                to=to,
                body=body,
                status_callback=f"{self._callbacks}{quote(token, safe='')}{OVERRIDES}",
                validity_period=int(min(max(valid_for.total_seconds(), shortest), longest)),
                **sender,
            )
            return _accepted(message)
        except Exception as error:  # a send ends in an outcome whatever happens, or its attempt would have none
            return self._outcome_of(error)

    def texts_since(self, since: datetime) -> Sequence[Listed]:
        """The inbound texts of the account's list, oldest first; to our own number where we have one."""
        self.prepare()
        ours = self._account.sender
        to = {} if ours.startswith("MG") else {"to": ours}
        try:
            found = self._client.messages.list(date_sent_after=since, page_size=LIST_PAGE, limit=LIST_LIMIT, **to)
        except Exception as error:  # the next look brings what this one could not
            raise CarrierUnreachable(type(error).__name__) from None
        texts = [one for one in found if one.direction == "inbound" and one.sid]
        return [
            Listed(one.sid, str(one.from_ or ""), str(one.body or ""), int(one.num_media or 0), one.date_sent)
            for one in reversed(texts)
        ]

    def close(self) -> None:
        """Close the connections."""
        if self._carrier is not None:
            self._carrier.close()

    def _outcome_of(self, error: Exception) -> Outcome:
        from service.telephony.twilio_http import misconfigured, refusal, unreachable

        refused = refusal(error)
        if refused is not None:
            code, status = refused
            return self._outcome_in_table(code, codes.of_send(code, status), status)
        if unreachable(error):
            return Retry(None, self._jittered(UNREACHABLE_WAIT))
        if misconfigured(error):
            return Retry(None, self._jittered(MISCONFIGURED_WAIT), alarm=True)
        if isinstance(error, UnicodeEncodeError):
            return Permanent(None, alarm=True)
        # The class only: the message of an error may hold the number or the words.
        return Unknown(type(error).__name__)

    def _outcome_in_table(self, code: int | None, meaning: Meaning, status: int) -> Outcome:
        alarm = Tell.OPERATOR in meaning.tell
        shown = status if code is None else code
        match meaning.kind:
            case Kind.RETRY:
                return Retry(shown, self._jittered(meaning.wait), alarm)
            case Kind.OPTED_OUT:
                return OptedOut(shown)
            case Kind.BAD_NUMBER:
                return BadNumber(shown)
            case Kind.UNKNOWN:
                return Unknown(f"HTTP {status}")
            case Kind.PERMANENT | Kind.WARNING:
                return Permanent(shown, alarm)

    def _jittered(self, seconds: int) -> timedelta:
        # Half to one and a half: callers that were refused together do not come back together.
        return timedelta(seconds=seconds * (0.5 + self._dice()))


def _accepted(message: Any) -> Outcome:
    if not isinstance(message.sid, str) or not message.sid:
        return Unknown("an answer without a message id")
    return Accepted(message.sid, str(message.status))
