"""The simulated phones, and the words on which a carrier acts by itself (Twilio's default opt-out handling)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

E164 = re.compile(r"\+[1-9][0-9]{6,14}")

STOP_WORDS = frozenset({"stop", "stopall", "unsubscribe", "end", "quit", "cancel", "revoke", "optout"})
START_WORDS = frozenset({"start", "unstop", "yes"})
HELP_WORDS = frozenset({"help", "info"})

CARRIER_REPLIES = {
    "stop": "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe.",
    "start": "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    "help": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}


class Kind(StrEnum):
    """Whose phone it is."""

    PARTICIPANT = "participant"
    STAFF = "staff"


@dataclass(slots=True)
class Phone:
    """A phone that texts and is texted; `thread` holds message sids in the order in which the phone saw them."""

    number: str
    name: str = ""
    language: str = "en"
    kind: Kind = Kind.PARTICIPANT
    declared: bool = False
    stopped: bool = False
    changed: int = 0
    thread: list[str] = field(default_factory=list)

    def described(self) -> dict[str, object]:
        """The phone as the control API shows it."""
        return {
            "number": self.number,
            "name": self.name,
            "language": self.language,
            "kind": str(self.kind),
            "stopped": self.stopped,
        }


def is_number(text: str) -> bool:
    """Whether this is a number in E.164 form, as Twilio's To must be."""
    return E164.fullmatch(text) is not None


def carrier_keyword(body: str, stopped: bool) -> str | None:
    """ "stop", "start" or "help" if the carrier itself acts on this text: one such word and nothing else.

    "start" only for a phone that had stopped: a lone YES from anyone else is an answer like any other.
    """
    word = body.strip().casefold()
    if word in STOP_WORDS:
        return "stop"
    if word in START_WORDS and stopped:
        return "start"
    return "help" if word in HELP_WORDS and not stopped else None
