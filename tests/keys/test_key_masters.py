"""Master keys and key files: rotated without a pause, never quietly made anew, never readable by others."""

import os
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from cryptography.exceptions import UnsupportedAlgorithm

from service.keys import (
    KeyDestroyed,
    KeyFileRefused,
    KeysBusy,
    KeysError,
    MasterUnknown,
    masters,
    open_keys,
)
from service.keys.database import Database, locked
from service.keys.files import fingerprint, read_keys, write_keys
from tests.keys.people import HER, HER_WORDS, seal

ROOT = Path(__file__).parents[2]


# Master keys


def test_rotation_old_then_both_then_new_only(keys, opened, master_file, watch):
    old, new = read_keys(master_file).keys[0], os.urandom(32)
    blob, other = seal(keys), opened()
    assert keys.rewrap(new) == 2
    assert read_keys(master_file).keys == (new, old)
    watch.now += 61  # nothing cached any more: the other process meets a master key that it does not know yet
    assert other.open(HER, "messages", "body", "m1", blob) == HER_WORDS
    other.ensure("new")
    assert keys.counts() == {fingerprint(new): 3}
    keys.retire_old_masters()
    assert read_keys(master_file).keys == (new,)
    assert keys.master_version == other.master_version == fingerprint(new)
    assert opened().open(HER, "messages", "body", "m1", blob) == HER_WORDS


def test_an_old_master_that_still_wraps_a_key_is_not_retired(keys, master_file, monkeypatch):
    monkeypatch.setattr(keys, "_rewrap_batch", lambda: 0)
    keys.rewrap(os.urandom(32))
    monkeypatch.undo()
    with pytest.raises(KeysError, match="rewrap again"):
        keys.retire_old_masters()
    assert len(read_keys(master_file).keys) == 2
    assert keys.rewrap(read_keys(master_file).keys[0]) == 2
    keys.retire_old_masters()


def test_a_process_with_a_retired_master_takes_the_new_one_and_inserts(keys, opened, monkeypatch):
    late = opened()
    keys.rewrap(os.urandom(32))
    keys.retire_old_masters()
    # As if the file had been replaced between its look at the file and its insert.
    refresh, calls = late._masters.refresh, []
    monkeypatch.setattr(late._masters, "refresh", lambda: calls.append(1) or (len(calls) > 1 and refresh()))
    late.ensure_many(["new"])
    assert keys.open("new", "messages", "body", "m1", seal(late, contact="new")) == HER_WORDS


def test_a_destroyed_key_stays_destroyed_through_a_rotation(keys):
    keys.destroy(HER)
    assert keys.rewrap(os.urandom(32)) == 1
    with pytest.raises(KeyDestroyed):
        keys.ensure(HER)


def test_another_stores_master_key_is_refused_at_the_start(keys, opened, master_file):
    write_keys(master_file, (os.urandom(32),))
    with pytest.raises(KeyFileRefused, match="does not open this key store"):
        opened()


def test_a_key_wrapped_by_an_unknown_master_is_told_apart(keys, master_file, watch):
    keys.ensure("new")
    write_keys(master_file, (os.urandom(32),))
    watch.now += 61
    keys._masters.refresh()
    with pytest.raises(MasterUnknown):
        seal(keys, contact="new")


@pytest.mark.parametrize("name", ["master", "master.index"])
def test_a_lost_key_file_is_never_quietly_made_anew(keys, opened, master_file, name):
    master_file.with_name(name).unlink()
    with pytest.raises(KeyFileRefused, match="restore it from its backup"):
        opened()


def test_another_index_key_is_refused(keys, opened, master_file):
    write_keys(master_file.with_name("master.index"), (os.urandom(32),))
    with pytest.raises(KeyFileRefused, match="no known number would be recognised"):
        opened()


# Files


def modes(folder):
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}


def test_every_file_is_the_owners_alone_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        keys = open_keys(f"sqlite:///{tmp_path / 'kept' / 'keys.sqlite'}")
        keys.ensure(HER)
    finally:
        os.umask(before)
    found = modes(tmp_path / "kept")
    assert {"keys.sqlite", "keys.sqlite.master", "keys.sqlite.master.index", "keys.sqlite.lock"} <= set(found)
    assert set(found.values()) == {0o600}
    assert stat.S_IMODE((tmp_path / "kept").stat().st_mode) == 0o700
    keys.close()


@pytest.mark.parametrize("name", ["keys.sqlite", "keys.sqlite.master", "keys.sqlite.master.index"])
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602])
def test_a_file_that_others_may_read_is_refused_with_what_to_do(tmp_path, name, mode):
    url = f"sqlite:///{tmp_path / 'keys.sqlite'}"
    open_keys(url).close()
    (tmp_path / name).chmod(mode)
    with pytest.raises(KeyFileRefused, match=f"run: chmod 600 .*{name}"):
        open_keys(url)


@pytest.mark.parametrize("text", ["", "secret", "ab" * 31, "zz" * 32, "ab" * 32 + "\nxyz", "ключ"])
def test_a_file_that_is_no_key_file_is_refused_without_showing_it(tmp_path, text):
    path = tmp_path / "master"
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    with pytest.raises(KeyFileRefused) as refused:
        read_keys(path)
    assert not text or text not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense", "is not an address"),
        ("sqlite://", "must name a file"),
        ("sqlite:///:memory:", "must name a file"),
        ("mysql://a/b", "must be a sqlite"),
        ("postgresql://a/b", "ALONGSIDE_MASTER_KEY_FILE"),
    ],
)
def test_an_address_that_will_not_do_is_refused_with_what_to_write(url, says):
    with pytest.raises(KeysError, match=says):
        open_keys(url)


def test_an_openssl_without_the_cipher_fails_at_the_start(tmp_path, monkeypatch):
    def none_here(_key):
        raise UnsupportedAlgorithm("AES-GCM-SIV")

    monkeypatch.setattr(masters, "AESGCMSIV", none_here)
    with pytest.raises(KeysError, match="has no AES-GCM-SIV"):
        open_keys(f"sqlite:///{tmp_path / 'keys.sqlite'}")


# Several processes

OPEN = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from service.keys import open_keys
keys = open_keys({url!r}, Path({file!r}))
for number in range({many}):
    keys.ensure("shared-%d" % number)
    keys.ensure("own-{process}-%d" % number)
print(keys.index("+1"), keys.master_version)
"""


def test_processes_that_start_at_once_make_the_same_keys_and_starve_nobody(database_url, master_file, opened):
    started = time.monotonic()
    running = [
        subprocess.Popen(
            [
                sys.executable,
                "-c",
                OPEN.format(root=str(ROOT), url=database_url, file=str(master_file), many=20, process=number),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(3)
    ]
    said = {process.communicate(timeout=30)[0] for process in running}
    assert [process.returncode for process in running] == [0, 0, 0]
    assert len(said) == 1
    assert sum(opened().counts().values()) == 20 + 3 * 20
    assert time.monotonic() - started < 20


def test_a_lock_that_is_held_too_long_is_an_error_not_a_wait_for_ever(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'keys.sqlite'}")
    lock = tmp_path / "keys.sqlite.lock"
    with locked(lock), pytest.raises(KeysBusy), locked(lock, patience=0.05):
        pass
    with locked(lock, patience=0.05):
        pass
    database.close()


def test_a_writer_waits_its_turn_at_the_file_lock(tmp_path):
    keys = open_keys(f"sqlite:///{tmp_path / 'keys.sqlite'}")
    writing = threading.Thread(target=keys.ensure, args=(HER,))
    with locked(tmp_path / "keys.sqlite.lock"):
        writing.start()
        writing.join(0.2)
        assert writing.is_alive()
    writing.join(5)
    assert keys.counts() == {keys.master_version: 1}
    keys.close()
