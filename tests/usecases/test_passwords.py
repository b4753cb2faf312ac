"""Passwords: which are taken, and the same work for every name."""

from __future__ import annotations

import threading
import time

import pytest

from service.usecases.passwords import Passwords, TooBusy, WeakPassword, check_new
from tests.support.inbox_house import CHEAP, PASSWORD


@pytest.mark.parametrize("weak", ["", "elevenchars", "aaaaaaaaaaaaaaaa", "abababababab", "benbenbenbenben", "x" * 1025])
def test_weak_passwords_are_refused_with_what_to_do(weak: str) -> None:
    with pytest.raises(WeakPassword, match=r"\.$"):
        check_new(weak, "ben")


@pytest.mark.parametrize("good", ["four words in a row", "correct horse battery", "۱۲۳۴۵۶۷۸۹۰۱۲", "лошадь скрепка да"])
def test_long_passwords_of_any_signs_are_taken(good: str) -> None:
    check_new(good, "ben")


def test_a_password_is_the_same_from_every_keyboard() -> None:
    kept = CHEAP.hash("cafe\u0301 and four words")
    assert CHEAP.matches(kept, "caf\u00e9 and four words")


def test_a_name_that_does_not_exist_costs_the_same_work() -> None:
    passwords = Passwords()
    kept = passwords.hash(PASSWORD)

    def fastest(hashed: str | None) -> float:
        times = []
        for _ in range(5):
            began = time.process_time()
            assert passwords.matches(hashed, "a wrong password") is False
            times.append(time.process_time() - began)
        return min(times)

    assert fastest(None) > 0.5 * fastest(kept)


def test_the_parameters_are_those_that_owasp_asks_for_at_least() -> None:
    assert Passwords().hash(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_at_most_two_hashes_are_made_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.usecases.passwords._PATIENCE", 0.05)
    passwords, entered, leave = Passwords(memory_kib=64, passes=1), threading.Barrier(3), threading.Event()

    def hold() -> None:
        with passwords._turn():
            entered.wait()
            leave.wait()

    threads = [threading.Thread(target=hold) for _ in range(2)]
    for thread in threads:
        thread.start()
    entered.wait()
    with pytest.raises(TooBusy):
        passwords.hash(PASSWORD)
    leave.set()
    for thread in threads:
        thread.join()
    assert passwords.hash(PASSWORD)
