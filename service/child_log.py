"""The file that a supervised process prints to: private, appended to, set aside when it is long."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

LONGEST = 20_000_000
"""Bytes after which the file is set aside as NAME.log.1, over the one before."""


@dataclass(frozen=True, slots=True)
class ChildLog:
    """One process's log file."""

    path: Path

    def open(self) -> BinaryIO:
        """The file, to hand to a process."""
        return open(self.path, "ab", opener=_private)

    def last_lines(self, count: int = 8) -> list[str]:
        """The end of what was printed."""
        with open(self.path, "rb") as file:
            file.seek(max(0, self.path.stat().st_size - 4000))
            return file.read().decode(errors="replace").splitlines()[-count:]

    def set_aside_if_long(self) -> None:
        """Keep at most two files; what is printed in the instant of the change may be lost."""
        # The process holds the file open, so it is copied and emptied rather than renamed.
        if not self.path.exists() or self.path.stat().st_size <= LONGEST:
            return
        with open(self.path.with_name(self.path.name + ".1"), "wb", opener=_private) as aside:
            aside.write(self.path.read_bytes())
        os.truncate(self.path, 0)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
