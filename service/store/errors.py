"""What the store says when it can't."""

from __future__ import annotations


class StoreError(Exception):
    """The store could not do what was asked."""


class StoreRefused(StoreError):
    """Nothing was written: busy, full, or out of reach. The caller may say 503 and be asked again."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the store refused: {reason}")
        self.reason = reason


class WrongSchema(StoreError):
    """The database is not at the revision that this program knows."""

    def __init__(self, found: str | None, wanted: str) -> None:
        at = f"the database is at revision {found or 'none'}, this program needs {wanted}"
        super().__init__(f"{at}: run 'alongside migrate'")
        self.found = found
        self.wanted = wanted
