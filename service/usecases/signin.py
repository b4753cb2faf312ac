"""Signing in to the inbox: throttled, never locked. Times here are real: moving the demo's clock signs nobody out."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from service.core.team import Member
from service.store import audit, staff_queries
from service.store.ids import new_id
from service.usecases.deps import Deps
from service.usecases.passwords import Passwords, check_new

IDLE = timedelta(minutes=15)
LONGEST_SESSION = timedelta(hours=12)
_SEEN_EVERY = timedelta(seconds=30)  # a session's last use is written no oftener
_REMEMBER = timedelta(minutes=15)  # failures older than this no longer slow anybody down
_FORGET = timedelta(days=1)
_LONGEST_WAIT = 60
_FREE_FOR_ACCOUNT = 5
_FREE_FOR_ADDRESS = 20  # an office shares one address


class WrongSignIn(Exception):
    """The name or the password is wrong, or the account has none: never said which."""


class MustWait(Exception):
    """Too many failures just now: nothing was checked."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


class InvitationOver(Exception):
    """The sign-up address was used, is too old, or never was."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody typed, and where they sit. `known` is the cookie of a browser that signed in before."""

    staff_id: str
    password: str
    address: str
    known: str | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`token` goes into the session cookie, `known` into the one that remembers this browser."""

    staff_id: str
    token: str
    known: str


@dataclass(frozen=True, slots=True)
class Session:
    """A living session and the member of the team whose it is."""

    id: str
    member: Member
    seen_at: datetime
    ends_at: datetime  # at the latest; sooner when idle


class SignIn:
    """Opens, finds and ends sessions."""

    def __init__(self, deps: Deps, passwords: Passwords) -> None:
        self._deps = deps
        self._passwords = passwords
        self._key = hmac.digest(deps.secret, b"alongside|signin|v1", hashlib.sha256)

    def sign_in(self, attempt: Attempt, now: datetime) -> SignedIn:
        """A new session; WrongSignIn, MustWait, TooBusy. Each attempt counts as failed until it has succeeded, so that
        many at the same moment are not checked before the first is counted."""
        staff_id = attempt.staff_id.strip().casefold()
        known = attempt.known if self._knows(staff_id, attempt.known) else None
        account = self._hash("known", f"{staff_id}|{known}") if known else self._hash("account", staff_id)
        address = self._hash("address", attempt.address)
        self._count(account, address, now, strange=known is None)
        with self._deps.database.read() as connection:
            row = staff_queries.account(connection, staff_id)
        kept = row.password_hash if row and staff_id in self._deps.releases.current().config.team else None
        if not self._passwords.matches(kept, attempt.password) or kept is None:
            raise WrongSignIn("wrong name or password")
        fresh = self._passwords.hash(attempt.password) if self._passwords.is_old(kept) else None
        token = secrets.token_urlsafe(32)
        with self._deps.database.write() as tx:
            if fresh:
                staff_queries.rehash(tx, staff_id, kept, fresh)
            staff_queries.forget_failures(tx, {account, self._hash("account", staff_id)}, address)
            staff_queries.open_session(tx, _digest(token), staff_id, now)
            audit.record(tx, self._deps.clock.now(), staff_id, "signed in", "staff", staff_id)
        return SignedIn(staff_id, token, known or self._mint(staff_id))

    def find(self, token: str | None, now: datetime, *, active: bool) -> Session | None:
        """The session of a cookie, if it lives and its member is in the team now. `active`: a person did this."""
        if not token:
            return None
        with self._deps.database.read() as connection:
            row = staff_queries.session(connection, _digest(token), now - IDLE, now - LONGEST_SESSION)
        member = self._deps.releases.current().config.team.get(row.staff_id) if row else None
        if row is None or member is None:
            return None
        if active and now - row.seen_at > _SEEN_EVERY:
            with self._deps.database.write() as tx:
                staff_queries.see_session(tx, row.id, now)
        seen_at = now if active else row.seen_at
        return Session(row.id, member, seen_at, min(seen_at + IDLE, row.made_at + LONGEST_SESSION))

    def sign_out(self, session: Session, now: datetime) -> None:
        """End this session."""
        with self._deps.database.write() as tx:
            staff_queries.end_session(tx, session.id, now)

    def invited(self, token: str, now: datetime) -> str:
        """Whose sign-up address this is; InvitationOver."""
        with self._deps.database.read() as connection:
            staff_id = staff_queries.invited_by(connection, _digest(token), now)
        if staff_id is None or staff_id not in self._deps.releases.current().config.team:
            raise InvitationOver("used, too old, or unknown")
        return staff_id

    def accept(self, token: str, password: str, now: datetime) -> str:
        """Set the password by a sign-up address, which works once; InvitationOver, WeakPassword, TooBusy."""
        staff_id = self.invited(token, now)
        check_new(password, staff_id)
        kept = self._passwords.hash(password)
        with self._deps.database.write() as tx:
            won = staff_queries.use_invitation(tx, _digest(token), kept, now)
            if won is not None:
                audit.record(tx, self._deps.clock.now(), won, "password set", "staff", won)
        if won is None:
            raise InvitationOver("used meanwhile")
        return staff_id

    def _count(self, account: str, address: str, now: datetime, *, strange: bool) -> None:
        """Count one more attempt; MustWait. A browser that signed in before is counted apart, so that a stranger who
        keeps failing at somebody's account slows only strange browsers down (OWASP, "device cookies")."""
        with self._deps.database.write() as tx:
            staff_queries.one_at_a_time(tx, account, address)
            rows = staff_queries.failures(tx, account=account, address=address, since=now - _REMEMBER)
            waits = (
                _wait([row.at for row in rows if row.account == account], _FREE_FOR_ACCOUNT, now),
                _wait([row.at for row in rows if row.address == address], _FREE_FOR_ADDRESS, now) if strange else 0,
            )
            if max(waits) > 0:
                raise MustWait(max(waits))
            failure = {"id": new_id(), "account": account, "address": address, "at": now}
            staff_queries.add_failure(tx, failure, now - _FORGET)

    def _knows(self, staff_id: str, known: str | None) -> bool:
        nonce, _, proof = (known or "").partition(".")
        return hmac.compare_digest(proof.encode(), self._hash("browser", f"{staff_id}|{nonce}").encode())

    def _mint(self, staff_id: str) -> str:
        nonce = secrets.token_urlsafe(16)
        return f"{nonce}.{self._hash('browser', f'{staff_id}|{nonce}')}"

    def _hash(self, purpose: str, value: str) -> str:
        return hmac.digest(self._key, f"{purpose}|{value}".encode(), hashlib.sha256).hex()


def _wait(failed_at: list[datetime], free: int, now: datetime) -> int:
    """Whole seconds still to wait: none for the first failures, then 1, 2, 4 … and 60 at most after the last one."""
    beyond = len(failed_at) - free
    if beyond < 0:
        return 0
    seconds = min(_LONGEST_WAIT, 1 << min(beyond, 10))
    return max(0, ceil(seconds - (now - max(failed_at)).total_seconds()))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
