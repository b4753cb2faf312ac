"""Every Twilio error code that the service meets, in one table: what it means for the message, and who is told.

A code comes from the answer to a send, from a status callback, or from Twilio's warnings about our webhooks (its
error log). Each has its page: twilio.com/docs/api/errors/CODE.

One rule stands behind the table: **a fault of our account or configuration never marks a participant's message as
failed.** A wrong token, a suspended account or a wrong sender number is a Retry that alarms the operator, so all that
waits is sent once a person has put it right. Only what is wrong with the message or the number itself is given up, and
then staff are told, because somebody was not reached. A code we don't know is given up, and the operator told too.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, StrEnum


class Kind(StrEnum):
    """What a code means for the message it came with."""

    PERMANENT = "permanent"
    RETRY = "retry"
    UNKNOWN = "unknown"
    OPTED_OUT = "opted out"
    BAD_NUMBER = "bad number"
    WARNING = "warning"
    """About a webhook of ours: no message of ours is affected."""


class Tell(Flag):
    """Who must hear of it. Staff hear that a person was not reached; the operator, that something of ours is wrong."""

    NOBODY = 0
    STAFF = 1
    OPERATOR = 2
    BOTH = STAFF | OPERATOR


@dataclass(frozen=True, slots=True)
class Meaning:
    """One row: the code in plain words, what it means for the message, who is told, seconds to wait before a retry."""

    name: str
    kind: Kind
    tell: Tell = Tell.NOBODY
    wait: int = 0


def _account(name: str) -> Meaning:
    return Meaning(name, Kind.RETRY, Tell.OPERATOR, wait=30)


def _ours(name: str) -> Meaning:
    return Meaning(name, Kind.PERMANENT, Tell.BOTH)


def _number(name: str) -> Meaning:
    return Meaning(name, Kind.BAD_NUMBER, Tell.STAFF)


def _webhook(name: str) -> Meaning:
    return Meaning(name, Kind.WARNING, Tell.OPERATOR)


ERROR_CODES: dict[int, Meaning] = {
    # The account and its credentials.
    10001: _account("account is not active"),
    10003: _account("incoming call rejected: account is not active"),
    20003: _account("authentication failed, or the account is suspended"),
    20005: _account("account is not active"),
    20404: _account("the account's address does not exist"),
    # The load.
    20429: Meaning("too many requests: never processed, safe to retry", Kind.RETRY, wait=2),
    20500: Meaning("internal server error: perhaps sent", Kind.UNKNOWN),
    20503: Meaning("service unavailable: perhaps sent", Kind.UNKNOWN),
    21611: Meaning("the sender's queue is full", Kind.RETRY, Tell.OPERATOR, wait=30),
    # The sender and the settings.
    21212: _account("our number is not valid"),
    21603: _account("our number is missing"),
    21606: _account("our number cannot text this one"),
    21609: _account("our status callback address is not valid"),
    21659: _account("our number is not one of Twilio's"),
    21660: _account("our number belongs to another account"),
    21661: _account("our number cannot send texts"),
    21703: _account("the messaging service is not usable"),
    21704: _account("the messaging service has no numbers"),
    # The message.
    21408: _ours("texts to this country are not enabled"),
    21602: _ours("the message is empty"),
    21605: _ours("the message is too long"),
    21608: _ours("a trial account may text verified numbers only"),
    21612: _ours("there is no route from our number to this one"),
    21617: _ours("the message is too long"),
    21619: _ours("the message is empty"),
    # The number.
    21211: _number("not a valid number"),
    21214: _number("the number cannot be reached"),
    21217: _number("not a valid number"),
    21265: _number("the number is a short code"),
    21266: _number("the number is our own"),
    21604: _number("the number is missing"),
    21610: Meaning("opted out with STOP", Kind.OPTED_OUT, Tell.STAFF),
    21614: _number("not a mobile number"),
    21635: _number("the number is a landline"),
    # The delivery, as the status callback tells it.
    30001: Meaning("the queue overflowed", Kind.RETRY, Tell.OPERATOR, wait=30),
    30002: _account("account suspended between accepting and sending"),
    30003: Meaning("the phone is off or out of reach", Kind.RETRY, Tell.STAFF, wait=1800),
    30004: Meaning("blocked by the phone or its carrier", Kind.PERMANENT, Tell.STAFF),
    30005: _number("the number is unknown or no longer in service"),
    30006: _number("a landline, or a carrier that cannot be reached"),
    30007: _ours("filtered by a carrier as unwanted"),
    30008: Meaning("not delivered, for a reason the carrier does not give", Kind.RETRY, Tell.STAFF, wait=300),
    30034: _ours("our number is not registered with the carriers"),
    30036: Meaning("not delivered while it was still valid", Kind.PERMANENT, Tell.STAFF),
    30450: _ours("blocked as suspected message pumping"),
    # Twilio's warnings about our webhooks. Texts that met one come back through the reconciler.
    11200: _webhook("a webhook could not be fetched"),
    11205: _webhook("a webhook could not be reached in time"),
    11217: _webhook("a webhook answered 429, which Twilio does not support"),
    11243: _webhook("the rp override in a webhook's address is not valid"),
    12100: _webhook("a webhook's TwiML could not be parsed"),
    12300: _webhook("a webhook's answer had the wrong content type"),
}

_LOST = Meaning("the carrier failed: perhaps sent", Kind.UNKNOWN)
_STRANGE = Meaning("a code that is not in our table", Kind.PERMANENT, Tell.BOTH)
_UNSAID = Meaning("not delivered, no code given", Kind.RETRY, Tell.STAFF, wait=300)

_BY_STATUS: dict[int, Meaning] = {
    401: _account("authentication failed"),
    403: _account("not allowed"),
    404: _account("the carrier's address does not exist"),
    405: _account("the carrier's address takes no messages"),
    407: _account("a proxy asks for credentials"),
    408: _LOST,
    425: Meaning("too early", Kind.RETRY, wait=2),
    429: ERROR_CODES[20429],
}


def of_send(code: int | None, http_status: int) -> Meaning:
    """What a refused send means. A 5xx is never taken as 'not sent', whatever its code; a code counts before a 4xx."""
    if http_status >= 500 or http_status < 400:
        return _LOST
    if code in ERROR_CODES:
        return ERROR_CODES[code]
    return _BY_STATUS.get(http_status, _STRANGE)


def of_delivery(code: int | None) -> Meaning:
    """What a status callback of `failed` or `undelivered` means; carriers may give no code."""
    if code is None:
        return _UNSAID
    return ERROR_CODES.get(code, _STRANGE)
