"""Signing in: who gets in, who waits, and that nobody is ever locked out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.store.schema import sessions, signin_failures, staff
from service.usecases import staff_accounts
from service.usecases.passwords import Passwords, WeakPassword
from service.usecases.signin import Attempt, InvitationOver, MustWait, SignedIn, SignIn, WrongSignIn
from tests.support.inbox_house import CHEAP, PASSWORD, House

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
OFFICE, STRANGER = "198.51.100.7", "203.0.113.9"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.close()


@pytest.fixture
def door(house: House) -> SignIn:
    return SignIn(house.deps, CHEAP)


@pytest.fixture
def each_house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """On SQLite and on PostgreSQL, for what the databases do differently."""
    house = House(tmp_path, database_url)
    yield house
    house.close()


def knock(door: SignIn, password: str = PASSWORD, *, who: str = "amina", at: datetime = NOW, **more: str) -> SignedIn:
    return door.sign_in(Attempt(who, password, more.get("address", OFFICE), more.get("known")), at)


def fail(door: SignIn, times: int, *, at: datetime = NOW, **more: str) -> datetime:
    """Fail so often, each time as soon as one may; the moment after the last."""
    for _ in range(times):
        while True:
            try:
                knock(door, "a wrong password", at=at, **more)
            except MustWait as wait:
                at += wait.seconds * SECOND
            except WrongSignIn:
                break
    return at


def test_the_right_name_and_password_open_a_session(door: SignIn) -> None:
    signed = knock(door)
    session = door.find(signed.token, NOW, active=True)
    assert session is not None
    assert session.member.id == "amina"


@pytest.mark.parametrize("typed", ["Amina", " amina ", "AMINA"])
def test_a_name_is_taken_as_phones_write_it(door: SignIn, typed: str) -> None:
    assert knock(door, who=typed).staff_id == "amina"


@pytest.mark.parametrize(
    ("who", "password"),
    [("amina", "four words in a raw"), ("nobody", PASSWORD), ("", ""), ("amina", ""), ("amina", "x" * 100_000)],
)
def test_anything_else_is_refused_in_the_same_words(door: SignIn, who: str, password: str) -> None:
    with pytest.raises(WrongSignIn, match=r"^wrong name or password$"):
        knock(door, password, who=who)


def test_somebody_who_left_the_team_is_refused_and_their_session_is_over(house: House, door: SignIn) -> None:
    house.account("zoe")  # has an account, and stands no longer in config/team.yml
    with pytest.raises(WrongSignIn):
        knock(door, who="zoe")


def test_an_account_without_a_password_is_refused(house: House, door: SignIn) -> None:
    with house.database.write() as tx:
        tx.execute(staff.update().where(staff.c.id == "amina").values(password_hash=None))
    with pytest.raises(WrongSignIn):
        knock(door)


def test_the_cookie_is_not_what_the_store_keeps(house: House, door: SignIn) -> None:
    token = knock(door).token
    with house.database.read() as connection:
        kept = connection.execute(sessions.select()).one()
    assert token not in repr(kept)
    assert door.find(kept.id, NOW, active=False) is None


def test_waits_grow_from_a_second_to_a_minute_and_no_further(door: SignIn) -> None:
    at, waits = fail(door, 5), []
    for _ in range(9):
        with pytest.raises(MustWait) as wait:
            knock(door, at=at)
        waits.append(wait.value.seconds)
        at = fail(door, 1, at=at)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_the_right_password_gets_in_once_the_wait_is_over(door: SignIn) -> None:
    at = fail(door, 30)
    with pytest.raises(MustWait):
        knock(door, at=at)
    assert knock(door, at=at + MINUTE).staff_id == "amina"


def test_while_waiting_not_even_the_right_password_is_looked_at(door: SignIn) -> None:
    at = fail(door, 8)
    with pytest.raises(MustWait):
        knock(door, at=at)


def test_a_stranger_who_keeps_failing_does_not_slow_a_browser_that_signed_in_before(door: SignIn) -> None:
    known = knock(door).known
    at = fail(door, 40, address=STRANGER)
    assert knock(door, at=at, known=known).known == known


def test_a_browser_that_signed_in_before_waits_for_its_own_failures(door: SignIn) -> None:
    known = knock(door).known
    at = fail(door, 8, known=known)
    with pytest.raises(MustWait):
        knock(door, at=at, known=known)


def test_a_browser_known_for_one_name_is_strange_for_another(door: SignIn) -> None:
    known = knock(door, who="ben").known
    at = fail(door, 8)
    with pytest.raises(MustWait):
        knock(door, at=at, known=known)


@pytest.mark.parametrize("forged", ["abc.def", ".", "", "é.é", "x" * 5000])
def test_a_forged_browser_cookie_is_a_stranger(door: SignIn, forged: str) -> None:
    at = fail(door, 8)
    with pytest.raises(MustWait):
        knock(door, at=at, known=forged)


def test_one_address_that_tries_many_names_waits_too(door: SignIn) -> None:
    for number in range(20):
        with pytest.raises(WrongSignIn):
            knock(door, who=f"guess-{number}", address=STRANGER)
    with pytest.raises(MustWait):
        knock(door, who="one-more", address=STRANGER)
    assert knock(door).staff_id == "amina"


def test_failures_are_forgotten_after_a_quarter_of_an_hour(door: SignIn) -> None:
    at = fail(door, 12)
    assert knock(door, at=at + 15 * MINUTE + SECOND).staff_id == "amina"


def test_a_success_forgets_what_was_mistyped_here_and_not_what_a_stranger_tried(house: House, door: SignIn) -> None:
    fail(door, 3)
    fail(door, 2, address=STRANGER)
    with pytest.raises(MustWait):
        knock(door, at=NOW)
    knock(door, at=NOW + SECOND)
    with house.database.read() as connection:
        assert len(connection.execute(signin_failures.select()).all()) == 2


def test_what_is_kept_of_a_failure_names_neither_account_nor_address(house: House, door: SignIn) -> None:
    with pytest.raises(WrongSignIn):
        knock(door, who="my-password-in-the-wrong-field")
    with house.database.read() as connection:
        kept = repr(connection.execute(signin_failures.select()).all())
    assert "password" not in kept
    assert OFFICE not in kept


def test_many_guesses_at_the_same_moment_are_counted_before_they_are_checked(each_house: House) -> None:
    checked: list[str] = []
    door = SignIn(each_house.deps, CHEAP)

    def guess() -> None:
        try:
            knock(door, "a wrong password")
        except WrongSignIn:
            checked.append("checked")
        except MustWait:
            pass

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(checked) == 5


def test_a_session_ends_after_fifteen_idle_minutes(door: SignIn) -> None:
    token = knock(door).token
    assert door.find(token, NOW + 14 * MINUTE, active=True) is not None
    assert door.find(token, NOW + 28 * MINUTE, active=True) is not None
    assert door.find(token, NOW + 43 * MINUTE + SECOND, active=True) is None


def test_a_page_that_refreshes_by_itself_keeps_nobody_signed_in(door: SignIn) -> None:
    token = knock(door).token
    for minute in range(15):
        assert door.find(token, NOW + minute * MINUTE, active=False) is not None
    assert door.find(token, NOW + 15 * MINUTE, active=False) is None


def test_a_session_ends_after_twelve_hours_however_busy(door: SignIn) -> None:
    token = knock(door).token
    for step in range(1, 72):
        assert door.find(token, NOW + step * 10 * MINUTE, active=True) is not None
    last = door.find(token, NOW + 719 * MINUTE, active=True)
    assert last is not None
    assert last.ends_at == NOW + timedelta(hours=12)
    assert door.find(token, NOW + 720 * MINUTE, active=True) is None


def test_signing_out_ends_the_session_at_once(door: SignIn) -> None:
    token = knock(door).token
    session = door.find(token, NOW, active=True)
    assert session is not None
    door.sign_out(session, NOW)
    assert door.find(token, NOW, active=True) is None


@pytest.mark.parametrize("token", [None, "", "nonsense", "é" * 400])
def test_a_strange_cookie_is_nobody(door: SignIn, token: str | None) -> None:
    assert door.find(token, NOW, active=True) is None


def test_moving_the_demos_clock_signs_nobody_out(house: House, door: SignIn) -> None:
    token = knock(door).token
    house.deps.clock.move(timedelta(days=3))
    assert door.find(token, NOW + MINUTE, active=True) is not None


def test_an_invitation_sets_the_password_once_and_a_session_runs_its_course(each_house: House) -> None:
    house, door = each_house, SignIn(each_house.deps, CHEAP)
    token = staff_accounts.invite(house.deps, "ben", "07700 900321", NOW)
    assert door.invited(token, NOW + 23 * timedelta(hours=1)) == "ben"
    door.accept(token, "another four words", NOW)
    assert knock(door, "another four words", who="ben").staff_id == "ben"
    with pytest.raises(InvitationOver):
        door.accept(token, "yet another password", NOW)
    session = door.find(knock(door, "another four words", who="ben").token, NOW + MINUTE, active=True)
    assert session is not None
    assert staff_accounts.sign_out_everywhere(house.deps, "ben", NOW + MINUTE) == 2


def test_an_invitation_ends_after_a_day(house: House, door: SignIn) -> None:
    token = staff_accounts.invite(house.deps, "ben", "07700 900321", NOW)
    with pytest.raises(InvitationOver):
        door.accept(token, "another four words", NOW + timedelta(hours=24))


def test_a_new_invitation_replaces_the_one_before(house: House, door: SignIn) -> None:
    first = staff_accounts.invite(house.deps, "ben", "07700 900321", NOW)
    second = staff_accounts.invite(house.deps, "ben", "07700 900321", NOW)
    with pytest.raises(InvitationOver):
        door.invited(first, NOW)
    assert door.invited(second, NOW) == "ben"


def test_a_weak_password_leaves_the_invitation_usable(house: House, door: SignIn) -> None:
    token = staff_accounts.invite(house.deps, "ben", "07700 900321", NOW)
    with pytest.raises(WeakPassword):
        door.accept(token, "short", NOW)
    assert door.accept(token, "another four words", NOW) == "ben"


def test_a_new_password_signs_everybody_out_of_the_account(house: House, door: SignIn) -> None:
    token = knock(door).token
    staff_accounts.reset_password(house.deps, CHEAP, "amina", "another four words", NOW)
    assert door.find(token, NOW, active=True) is None
    assert knock(door, "another four words").staff_id == "amina"


def test_a_hash_with_older_parameters_is_made_anew_at_the_next_sign_in(house: House) -> None:
    SignIn(house.deps, Passwords(memory_kib=128, passes=1)).sign_in(Attempt("amina", PASSWORD, OFFICE), NOW)
    with house.database.read() as connection:
        kept = connection.execute(staff.select().where(staff.c.id == "amina")).one().password_hash
    assert "m=128," in kept
