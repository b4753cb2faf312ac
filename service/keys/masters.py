"""The master keys that a process holds: they wrap each contact's own key, and are changed without a pause."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from sqlalchemy import Connection, insert, select

from service.keys.database import contact_keys, key_metadata
from service.keys.errors import KeyFileRefused, KeysError, MasterUnknown, SealBroken
from service.keys.files import KEY_BYTES, KeyFile, file_state, fingerprint, first_use, read_keys, write_keys

VERSION = 1
NONCE_BYTES = 12


def cipher(key: bytes) -> AESGCMSIV:
    """AES-GCM-SIV (RFC 8452) with this key; KeysError where the OpenSSL at hand has none."""
    try:
        return AESGCMSIV(key)
    except UnsupportedAlgorithm:
        raise KeysError(
            "this OpenSSL has no AES-GCM-SIV: install cryptography from its wheel, or OpenSSL 3.2 or newer"
        ) from None


def place(table: str, column: str, row: str, version: int) -> bytes:
    """What a sealed value is bound to. Each part carries its length, so no two places are written alike."""
    return f"{len(table)}:{table}|{len(column)}:{column}|{len(row)}:{row}|{version}".encode()


def encrypt(by: AESGCMSIV, plain: bytes, table: str, column: str, row: str) -> bytes:
    """The version byte, a fresh nonce, and the ciphertext."""
    nonce = os.urandom(NONCE_BYTES)
    return bytes((VERSION,)) + nonce + by.encrypt(nonce, plain, place(table, column, row, VERSION))


def decrypt(by: AESGCMSIV, blob: bytes, table: str, column: str, row: str) -> bytes:
    """What `encrypt` was given; SealBroken for anything else."""
    if len(blob) < 1 + NONCE_BYTES + 16 or blob[0] != VERSION:
        raise SealBroken(f"{table}.{column}: not sealed by a version that we know")
    nonce, sealed = blob[1 : 1 + NONCE_BYTES], blob[1 + NONCE_BYTES :]
    try:
        return by.decrypt(nonce, sealed, place(table, column, row, VERSION))
    except InvalidTag:
        raise SealBroken(f"{table}.{column}: changed, moved, or sealed for somebody else") from None


class Masters:
    """The master keys of one file: the first wraps, all unwrap. Re-read as soon as the file is another."""

    def __init__(self, path: Path, keys: KeyFile) -> None:
        self.path = path
        self._take(keys)

    def _take(self, keys: KeyFile) -> None:
        # One assignment: a thread in the middle of wrapping sees the old set or the new one, whole.
        self._held = (keys, {fingerprint(key): cipher(key) for key in keys.keys})

    @property
    def keys(self) -> tuple[bytes, ...]:
        """The keys themselves, the one in use first."""
        return self._held[0].keys

    @property
    def current(self) -> str:
        """The fingerprint of the master key that wraps new keys."""
        return fingerprint(self.keys[0])

    @property
    def held(self) -> frozenset[str]:
        """The fingerprints of every master key that this process can unwrap with."""
        return frozenset(self._held[1])

    def refresh(self) -> None:
        """Take the file's keys again if somebody rotated them."""
        if file_state(self.path) != self._held[0].state:
            self._take(read_keys(self.path))

    def wrap(self, contact_id: str, key: bytes) -> tuple[str, bytes]:
        """The master's fingerprint, and the contact's key as it may be stored."""
        master, by = next(iter(self._held[1].items()))
        return master, encrypt(by, key, "contact_keys", "wrapped", contact_id)

    def unwrap(self, contact_id: str, master: str, wrapped: bytes) -> bytes:
        """The contact's key; MasterUnknown where its master key is not in our file."""
        if master not in self._held[1]:
            self.refresh()
        by = self._held[1].get(master)
        if by is None:
            raise MasterUnknown(f"a key is wrapped by master key {master}, which is not in {self.path}")
        return decrypt(by, wrapped, "contact_keys", "wrapped", contact_id)

    def put_first(self, connection: Connection, new: bytes) -> None:
        """From now on `new` wraps and the others still unwrap. The caller holds the write lock."""
        if len(new) != KEY_BYTES:
            raise KeyFileRefused(f"a master key is {KEY_BYTES} bytes")
        if new != self.keys[0]:
            write_keys(self.path, (new, *(key for key in self.keys if key != new)))
        self._take(read_keys(self.path))
        register(connection, self.current, "master")

    def keep_only_current(self) -> None:
        """Forget every master key but the one in use. The caller has made sure that nothing is wrapped by them."""
        write_keys(self.path, self.keys[:1])
        self._take(read_keys(self.path))


def registered(connection: Connection, purpose: str) -> frozenset[str]:
    """The fingerprints that the key store knows for a purpose, `master` or `index`."""
    query = select(key_metadata.c.fingerprint).where(key_metadata.c.purpose == purpose)
    return frozenset(connection.execute(query).scalars())


def register(connection: Connection, print_: str, purpose: str) -> None:
    """Have the key store know a key by its fingerprint."""
    if print_ not in registered(connection, purpose):
        connection.execute(insert(key_metadata).values(fingerprint=print_, purpose=purpose))


def open_masters(connection: Connection, path: Path) -> Masters:
    """The masters of this store: made on first use, and never made anew for a store that has one already."""
    known = registered(connection, "master")
    masters = Masters(path, read_keys(path) if known else first_use(path))
    used = select(contact_keys.c.master).where(contact_keys.c.master.is_not(None)).distinct()
    missing = frozenset(connection.execute(used).scalars()) - masters.held
    if missing or (known and not known & masters.held):
        wanted = ", ".join(sorted(missing or known))
        raise KeyFileRefused(f"{path}: does not open this key store; it needs the master key {wanted}")
    register(connection, masters.current, "master")
    return masters


def open_index(connection: Connection, path: Path) -> bytes:
    """The index key of this store. Another one would make every known number a stranger's, so it is refused."""
    known = registered(connection, "index")
    key = (read_keys(path) if known else first_use(path)).keys[0]
    if known and fingerprint(key) not in known:
        raise KeyFileRefused(f"{path}: is another store's index key; with it no known number would be recognised")
    register(connection, fingerprint(key), "index")
    return key
