"""One table: who may use which page. A route that is not in it is open to nobody, and fails a test (I13)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from service.core.model import Duty


class Anybody(Enum):
    """Those who need no duty."""

    VISITOR = "without signing in"
    MEMBER = "signed in, whatever the duty"


Who = Anybody | frozenset[Duty]

_WORKERS = frozenset({Duty.TRAINED_STAFF})
_COORDINATORS = frozenset({Duty.COORDINATOR})
_AUDITORS = frozenset({Duty.AUDITOR})

ACCESS: Mapping[str, Who] = MappingProxyType(
    {
        "inbox.static": Anybody.VISITOR,
        "inbox.sign_in": Anybody.VISITOR,
        "inbox.join": Anybody.VISITOR,
        "inbox.session": Anybody.VISITOR,  # says only whether the cookie it was sent is still good
        "inbox.home": Anybody.MEMBER,
        "inbox.help": Anybody.MEMBER,
        "inbox.sign_out": Anybody.MEMBER,
        "inbox.stay": Anybody.MEMBER,
        "inbox.queue": _WORKERS,
        "inbox.queue_part": _WORKERS,
        "inbox.conversation": _WORKERS,
        "inbox.conversation_part": _WORKERS,
        "inbox.claim": _WORKERS,
        "inbox.cannot_take": _WORKERS,
        "inbox.reply": _WORKERS,
        "inbox.hand_over": _WORKERS,
        "inbox.resolve": _WORKERS,
        "inbox.nothing_needed": _WORKERS,
        "inbox.counts": _COORDINATORS,
        "inbox.audit": _AUDITORS,
    }
)


def may(who: Who, duties: frozenset[Duty]) -> bool:
    """Whether a member with these duties may use a page that is for `who`."""
    return isinstance(who, Anybody) or not who.isdisjoint(duties)
