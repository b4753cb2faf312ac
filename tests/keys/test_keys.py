"""What is sealed opens in its place only, and never again once its key is destroyed; on SQLite and PostgreSQL."""

import threading
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.keys import KeyDestroyed, KeyMissing, SealBroken, open_keys
from service.keys.cache import Cache
from service.keys.database import contact_keys
from service.keys.masters import place
from tests.keys.people import HER, HER_NUMBER, HER_WORDS, HIM, seal

# Sealing


def test_what_is_sealed_opens_in_its_place(keys):
    blob = seal(keys)
    assert keys.open(HER, "messages", "body", "m1", blob) == HER_WORDS
    assert blob[0] == 1
    assert HER_WORDS.encode() not in blob
    assert seal(keys) != blob, "a fresh nonce each time"


@pytest.mark.parametrize(
    ("contact", "table", "column", "row"),
    [
        (HIM, "messages", "body", "m1"),
        (HER, "answers", "body", "m1"),
        (HER, "messages", "raw", "m1"),
        (HER, "messages", "body", "m2"),
        (HER, "messagesbody", "", "m1"),
    ],
)
def test_what_is_sealed_opens_nowhere_else(keys, contact, table, column, row):
    with pytest.raises(SealBroken) as refused:
        keys.open(contact, table, column, row, seal(keys))
    assert HER_WORDS not in str(refused.value)


@pytest.mark.parametrize("spoil", [lambda b: b[:0], lambda b: b[:20], lambda b: b"\x02" + b[1:], lambda b: b[:-1] + b"\0\0"])
def test_spoilt_bytes_are_refused(keys, spoil):
    with pytest.raises(SealBroken):
        keys.open(HER, "messages", "body", "m1", spoil(seal(keys)))


piece = st.text(alphabet="a:1", max_size=2)
cuts = st.tuples(st.integers(0, 5), st.integers(0, 5)).map(sorted)


@given(st.lists(piece, min_size=5, max_size=5), cuts, cuts)
def test_no_two_places_are_written_alike(pieces, here, there):
    def cut(at):
        return tuple("|".join(pieces[start:end]) for start, end in zip([0, *at], [*at, 5], strict=True))

    assert (place(*cut(here), 1) == place(*cut(there), 1)) is (cut(here) == cut(there))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_words_come_back_as_they_were(keys, text):
    assert keys.open(HER, "messages", "body", "m1", seal(keys, text=text)) == text


def test_a_number_is_looked_up_by_a_keyed_hash(keys, opened, tmp_path):
    assert keys.index(HER_NUMBER) == opened().index(HER_NUMBER)
    assert keys.index(HER_NUMBER) != keys.index("+447700900124")
    assert len(keys.index(HER_NUMBER)) == 64
    another = open_keys(f"sqlite:///{tmp_path / 'another.sqlite'}")
    assert another.index(HER_NUMBER) != keys.index(HER_NUMBER)
    another.close()


# A key for each contact


def test_a_contact_without_a_key_is_an_error_not_a_new_key(keys):
    with pytest.raises(KeyMissing):
        seal(keys, contact="stranger")


def test_ensuring_again_keeps_the_key(keys, opened):
    blob = seal(keys)
    keys.ensure(HER)
    other = opened()
    other.ensure(HER)
    other.ensure_many([HER, "new"])
    assert other.open(HER, "messages", "body", "m1", blob) == HER_WORDS


def test_many_contacts_get_their_keys_at_once(keys):
    keys.ensure_many(f"c{number}" for number in range(1_203))
    assert sum(keys.counts().values()) == 1_205


def test_a_key_is_durable_for_others_once_ensure_returns(keys, opened):
    keys.ensure("new")
    blob = seal(keys, contact="new")
    assert opened().open("new", "messages", "body", "m1", blob) == HER_WORDS


def test_threads_that_ensure_the_same_contact_share_its_key(keys, opened):
    blobs = []

    def first_text():
        mine = opened()
        mine.ensure("new")
        blobs.append(seal(mine, contact="new"))

    threads = [threading.Thread(target=first_text) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [keys.open("new", "messages", "body", "m1", blob) for blob in blobs] == [HER_WORDS] * 6


# Erasing


def test_a_destroyed_key_opens_nothing_and_is_never_made_again(keys, opened):
    blob = seal(keys)
    keys.destroy(HER)
    keys.destroy(HER)
    for process in (keys, opened()):
        with pytest.raises(KeyDestroyed):
            process.open(HER, "messages", "body", "m1", blob)
        with pytest.raises(KeyDestroyed):
            seal(process)
        with pytest.raises(KeyDestroyed):
            process.ensure(HER)
        with pytest.raises(KeyDestroyed):
            process.ensure_many([HER, "new"])
    assert keys.open(HIM, "messages", "body", "m1", seal(keys, contact=HIM)) == HER_WORDS


def test_a_contact_erased_before_it_had_a_key_never_gets_one(keys):
    keys.destroy("stranger")
    with pytest.raises(KeyDestroyed):
        keys.ensure("stranger")


def test_another_process_forgets_a_destroyed_key_within_a_minute(keys, opened, watch):
    other = opened()
    blob = seal(other)
    keys.destroy(HER)
    watch.now += 59.9
    assert other.open(HER, "messages", "body", "m1", blob) == HER_WORDS
    watch.now += 0.1
    with pytest.raises(KeyDestroyed):
        other.open(HER, "messages", "body", "m1", blob)


def test_using_a_cached_key_does_not_keep_it_longer(keys, opened, watch):
    other = opened()
    blob = seal(other)
    keys.destroy(HER)
    for _ in range(6):
        other.open(HER, "messages", "body", "m1", blob)
        watch.now += 10
    with pytest.raises(KeyDestroyed):
        other.open(HER, "messages", "body", "m1", blob)


def test_no_copy_of_a_destroyed_key_stays_in_the_files(tmp_path):
    keys = open_keys(f"sqlite:///{tmp_path / 'keys.sqlite'}")
    keys.ensure_many([HER, HIM])
    with keys._database.read() as connection:
        rows = {row.contact_id: row.wrapped for row in connection.execute(contact_keys.select())}
    keys.destroy(HER)
    everything = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert rows[HIM] in everything
    assert rows[HER] not in everything
    keys.close()


# The cache


def test_the_cache_is_bounded_and_drops_what_was_used_longest_ago(watch):
    cache = Cache(2, 60.0, watch)
    for name in "ab":
        cache.put(name, name, watch.now)
    cache.get("a")
    cache.put("c", "c", watch.now)
    assert [cache.get(name) for name in "abc"] == ["a", None, "c"]
    assert len(cache) == 2


def test_the_time_it_took_to_read_a_key_counts(watch):
    cache = Cache(2, 60.0, watch)
    read_at = cache.now()
    watch.now += 10
    cache.put("a", "a", read_at)
    watch.now += 50
    assert cache.get("a") is None


def test_sealing_and_opening_are_fast_with_a_cached_key(keys):
    blob = seal(keys)

    def microseconds(action, times=2_000):
        started = time.perf_counter()
        for _ in range(times):
            action()
        return (time.perf_counter() - started) / times * 1e6

    best = min(microseconds(lambda: seal(keys)) for _ in range(5))
    best += min(microseconds(lambda: keys.open(HER, "messages", "body", "m1", blob)) for _ in range(5))
    assert best < 30


def test_a_store_that_cannot_be_written_says_so_and_notices_when_it_can_again(tmp_path, watch):
    file = tmp_path / "keys.sqlite"
    keys = open_keys(f"sqlite:///{file}", tmp_path / "master", monotonic=watch)
    assert keys.writable()
    with keys._database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE contact_keys RENAME TO away")
    watch.now += 4
    assert keys.writable(), "not looked at again so soon"
    watch.now += 2
    assert not keys.writable()
    with keys._database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO contact_keys")
    watch.now += 6
    assert keys.writable()
    assert keys.counts() == {}, "the trial leaves nothing behind"
    keys.close()
