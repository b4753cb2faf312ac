"""Passwords of staff: argon2id, the same work whether or not the name exists, and few at once."""

from __future__ import annotations

import base64
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 1024
_FEWEST_DIFFERENT = 5
_AT_ONCE = 2  # each hash takes 19 MiB and a core for 50 ms: more at once would slow the webhooks
_PATIENCE = 5.0  # seconds that a sign-in waits for its turn


class TooBusy(Exception):
    """More people sign in than the machine can check; a few seconds later it can."""


class WeakPassword(ValueError):
    """The password was refused; the message says what to do instead."""


class Passwords:
    """Hashes and checks. OWASP's parameters of 2024 for argon2id: 19 MiB, two passes, one lane."""

    def __init__(self, *, memory_kib: int = 19 * 1024, passes: int = 2, lanes: int = 1) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=lanes)
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        salt, digest = (base64.b64encode(bytes(size)).rstrip(b"=").decode() for size in (16, 32))
        self._nobodys = f"$argon2id$v=19$m={memory_kib},t={passes},p={lanes}${salt}${digest}"

    def hash(self, password: str) -> str:
        """The hash to keep; TooBusy."""
        with self._turn():
            return self._hasher.hash(_same_on_every_keyboard(password))

    def matches(self, kept: str | None, password: str) -> bool:
        """Whether it is the one; without a kept hash the same work is done and the answer is no. TooBusy."""
        with self._turn():
            try:
                return self._hasher.verify(kept or self._nobodys, _same_on_every_keyboard(password)) and bool(kept)
            except (VerificationError, InvalidHashError):
                return False

    def is_old(self, kept: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(kept)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=_PATIENCE):
            raise TooBusy("too many sign-ins at once")
        try:
            yield
        finally:
            self._turns.release()


def check_new(password: str, staff_id: str) -> None:
    """WeakPassword for one that is too short, too long or guessed at once. Length counts, not the kinds of signs
    (NIST SP 800-63B section 3.1.1.2: no composition rules)."""
    if len(password) < SHORTEST:
        raise WeakPassword(f"Write at least {SHORTEST} characters. Four words in a row do well.")
    if len(password) > LONGEST:
        raise WeakPassword(f"Write at most {LONGEST} characters.")
    if len(set(password)) < _FEWEST_DIFFERENT:
        raise WeakPassword("This has too few different characters. Four words in a row do well.")
    if password.casefold().replace(staff_id.casefold(), "") == "":
        raise WeakPassword("This is your sign-in name. Four words in a row do well.")


def _same_on_every_keyboard(password: str) -> str:
    return unicodedata.normalize("NFKC", password[: LONGEST + 1])
