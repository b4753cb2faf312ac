"""Keys at rest: a key for each contact, wrapped by a master key, kept apart from what it seals."""

from __future__ import annotations

import hashlib
import hmac
import os
import time
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from service.keys.cache import Cache
from service.keys.database import Database, contact_keys, key_metadata
from service.keys.errors import KeyDestroyed, KeyMissing, KeysError
from service.keys.files import KEY_BYTES
from service.keys.masters import Masters, cipher, decrypt, encrypt, open_index, open_masters

CACHE_SIZE = 5_000
CACHE_SECONDS = 60.0
BATCH = 500
TRY_EVERY = 5.0  # seconds
_KEY = select(contact_keys.c.master, contact_keys.c.wrapped).where(contact_keys.c.contact_id == bindparam("contact"))


class Keys:
    """Seals, opens and destroys. Safe between threads; after a fork open a new one (see `open_keys`)."""

    def __init__(self, database: Database, masters: Masters, index_key: bytes, monotonic: Callable[[], float]) -> None:
        self._database = database
        self._masters = masters
        self._index_key = index_key
        self._cache: Cache[AESGCMSIV] = Cache(CACHE_SIZE, CACHE_SECONDS, monotonic)
        self._monotonic = monotonic
        self._tried_at, self._writable = float("-inf"), True
        self._insert = postgresql.insert if database.dialect == "postgresql" else sqlite.insert

    @property
    def master_version(self) -> str:
        """The fingerprint of the master key in use: what logs call the key version."""
        return self._masters.current

    def index(self, e164: str) -> str:
        """The keyed hash by which a number is looked up: 64 hexadecimal digits of HMAC-SHA256."""
        return self.hashed("phone", e164)

    def hashed(self, purpose: str, text: str) -> str:
        """A keyed hash of something that must be compared and never read again, in 64 hexadecimal digits."""
        return hmac.digest(self._index_key, f"{purpose}|v1|{text}".encode(), hashlib.sha256).hex()

    def ensure(self, contact_id: str) -> None:
        """The contact has a key, durably, once this returns. KeyDestroyed if the contact was erased."""
        try:
            self._cipher(contact_id)
        except KeyMissing:
            self.ensure_many((contact_id,))

    def ensure_many(self, contact_ids: Iterable[str]) -> None:
        """As `ensure`, in transactions of up to 500 contacts; those with a key keep it."""
        waiting = iter(contact_ids)
        while batch := list(islice(waiting, BATCH)):
            self._masters.refresh()
            try:
                self._insert_missing(batch)
            except IntegrityError:  # our master key was retired between the look at its file and the insert
                self._masters.refresh()
                self._insert_missing(batch)

    def seal(self, contact_id: str, table: str, column: str, row: str, text: str) -> bytes:
        """The text, encrypted for one place: it opens nowhere else. Raises KeyMissing, KeyDestroyed."""
        return encrypt(self._cipher(contact_id), text.encode(), table, column, row)

    def open(self, contact_id: str, table: str, column: str, row: str, blob: bytes) -> str:
        """The text that was sealed for this place. Raises KeyMissing, KeyDestroyed, SealBroken."""
        return decrypt(self._cipher(contact_id), blob, table, column, row).decode()

    def destroy(self, contact_id: str) -> None:
        """Nothing sealed for this contact can be opened any more: here at once, elsewhere within 60 s. Repeatable."""
        gone = {"master": None, "wrapped": None}
        tombstone = self._insert(contact_keys).values(contact_id=contact_id, **gone)
        with self._database.write() as connection:
            connection.execute(tombstone.on_conflict_do_update(index_elements=["contact_id"], set_=gone))
        self._cache.drop(contact_id)
        self._database.scrub()

    def rewrap(self, new_master: bytes) -> int:
        """Make `new_master` the one in use and wrap every contact's key by it; returns how many were wrapped anew.

        The old master keys stay in the file, so every process can read throughout; see `retire_old_masters`.
        """
        with self._database.set_up() as connection:
            self._masters.refresh()
            self._masters.put_first(connection, new_master)
        return sum(iter(self._rewrap_batch, 0))

    def retire_old_masters(self) -> None:
        """Drop the master keys that are not in use from store and file; KeysError while they still wrap a key."""
        self._masters.refresh()
        current = self._masters.current
        old = (key_metadata.c.purpose == "master") & (key_metadata.c.fingerprint != current)
        try:
            with self._database.write() as connection:
                connection.execute(delete(key_metadata).where(old))
        except IntegrityError:
            raise KeysError("old master keys still wrap some contacts' keys: rewrap again, then retire them") from None
        self._masters.keep_only_current()

    def counts(self) -> dict[str | None, int]:
        """How many contacts' keys each master key wraps, by its fingerprint; None counts the destroyed ones."""
        query = select(contact_keys.c.master, func.count()).group_by(contact_keys.c.master)
        with self._database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def writable(self) -> bool:
        """Whether a contact could be given a key now: a row is written and taken back, every five seconds at most."""
        now = self._monotonic()
        if now - self._tried_at >= TRY_EVERY:
            row = {"contact_id": "a trial of the disk", "master": None, "wrapped": None}
            try:
                with self._database.write() as connection:
                    connection.execute(self._insert(contact_keys).values(row))
                    connection.execute(delete(contact_keys).where(contact_keys.c.contact_id == row["contact_id"]))
                self._writable = True
            except KeysError:
                self._writable = False
            self._tried_at = now
        return self._writable

    def close(self) -> None:
        """Give back the database's connections."""
        self._database.close()

    def _cipher(self, contact_id: str) -> AESGCMSIV:
        kept = self._cache.get(contact_id)
        return self._load(contact_id) if kept is None else kept

    def _load(self, contact_id: str) -> AESGCMSIV:
        read_at = self._cache.now()
        with self._database.read() as connection:
            row = connection.execute(_KEY, {"contact": contact_id}).one_or_none()
        if row is None:
            raise KeyMissing(f"contact {contact_id} has no key")
        if row.wrapped is None:
            raise KeyDestroyed(f"contact {contact_id} was erased")
        loaded = cipher(self._masters.unwrap(contact_id, row.master, row.wrapped))
        self._cache.put(contact_id, loaded, read_at)
        return loaded

    def _insert_missing(self, contact_ids: list[str]) -> None:
        rows = []
        for contact_id in contact_ids:
            master, wrapped = self._masters.wrap(contact_id, os.urandom(KEY_BYTES))
            rows.append({"contact_id": contact_id, "master": master, "wrapped": wrapped})
        erased = select(contact_keys.c.contact_id).where(
            contact_keys.c.contact_id.in_(contact_ids), contact_keys.c.wrapped.is_(None)
        )
        with self._database.write() as connection:
            connection.execute(self._insert(contact_keys).on_conflict_do_nothing(), rows)
            gone = connection.execute(erased.limit(1)).scalar()
            if gone is not None:
                raise KeyDestroyed(f"contact {gone} was erased")

    def _rewrap_batch(self) -> int:
        current = self._masters.current
        query = select(contact_keys).where(contact_keys.c.master != current).limit(BATCH)
        done = 0
        with self._database.write() as connection:
            for row in connection.execute(query).all():
                key = self._masters.unwrap(row.contact_id, row.master, row.wrapped)
                master, wrapped = self._masters.wrap(row.contact_id, key)
                # The old master in the condition: a key destroyed meanwhile must stay destroyed.
                same = (contact_keys.c.contact_id == row.contact_id) & (contact_keys.c.master == row.master)
                connection.execute(update(contact_keys).where(same).values(master=master, wrapped=wrapped))
                done += 1
        return done


def open_keys(url: str, master_key_file: Path | None = None, *, monotonic: Callable[[], float] = time.monotonic) -> Keys:
    """The key store at `url`. Its key files are made on first use, beside the SQLite file or where told.

    The index key's file is the master key's with `.index` added. Raises KeysError (KeyFileRefused, KeysBusy).
    """
    database = Database(url)
    try:
        path = master_key_file or _beside(database)
        with database.set_up() as connection:
            masters = open_masters(connection, path)
            index_key = open_index(connection, path.with_name(path.name + ".index"))
    except BaseException:
        database.close()
        raise
    return Keys(database, masters, index_key, monotonic)


def _beside(database: Database) -> Path:
    if database.path is None:
        raise KeysError("a key store on PostgreSQL needs ALONGSIDE_MASTER_KEY_FILE: a path away from the database")
    return database.path.with_name(database.path.name + ".master")
