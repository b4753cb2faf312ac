"""The two key files: the master key (wraps each contact's key) and the index key (keyed hash of numbers).

A file holds one key a line, 64 hexadecimal digits. The first line is in use; further lines are only read with, which
is how a master key is rotated without a pause.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from service.keys.errors import KeyFileRefused

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class KeyFile:
    """The keys of one file, the one in use first, and the file's state when it was read."""

    keys: tuple[bytes, ...]
    state: tuple[int, int, int]


def fingerprint(key: bytes) -> str:
    """Sixteen hexadecimal digits that name a key and tell nothing about it."""
    return hmac.digest(key, b"alongside|fingerprint|v1", hashlib.sha256)[:8].hex()


def private_file(path: Path) -> None:
    """Make the file (and its folder) for its owner alone, unless it is there; refuses one that others can read."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        refuse_shared(path)


def refuse_shared(path: Path) -> None:
    """KeyFileRefused if anybody but the owner may read or write the file."""
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        raise KeyFileRefused(f"{path}: others may read it (mode {mode:o}); run: chmod 600 {path}")


def file_state(path: Path) -> tuple[int, int, int]:
    """Changes whenever the file is replaced or rewritten."""
    stat = path.stat()
    return (stat.st_ino, stat.st_mtime_ns, stat.st_size)


def read_keys(path: Path) -> KeyFile:
    """The keys in a file; KeyFileRefused says what is wrong with it."""
    try:
        refuse_shared(path)
        state = file_state(path)
        lines = path.read_text("ascii").split()
    except FileNotFoundError:
        raise KeyFileRefused(
            f"{path}: no such key file; restore it from its backup, nothing can be read without it"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileRefused(f"{path}: cannot be read as a key file ({type(error).__name__})") from None
    if not lines or any(not _is_key(line) for line in lines):
        raise KeyFileRefused(f"{path}: is not a key file; write one key a line, 64 hexadecimal digits (32 bytes)")
    return KeyFile(tuple(bytes.fromhex(line) for line in lines), state)


def write_keys(path: Path, keys: tuple[bytes, ...]) -> None:
    """Replace the file's keys, all or nothing: a reader sees the old file or the new one, also after a power cut."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
        file.writelines(f"{key.hex()}\n" for key in keys)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _sync_folder(path.parent)


def first_use(path: Path, make: Callable[[int], bytes] = secrets.token_bytes) -> KeyFile:
    """The file's keys; a new one is made where there is no file. The caller holds a lock."""
    if not path.exists():
        write_keys(path, (make(KEY_BYTES),))
    return read_keys(path)


def _is_key(line: str) -> bool:
    try:
        return len(line) == 2 * KEY_BYTES and len(bytes.fromhex(line)) == KEY_BYTES
    except ValueError:
        return False


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
