"""What a use case refuses, with its evidence; the words that a person reads are made at the edge."""

from __future__ import annotations


class UseCaseError(Exception):
    """Something that was asked for can't be done."""


class NotFound(UseCaseError):
    """There is no such thing, or not any more."""


class NotAllowed(UseCaseError):
    """This member of staff may not do that: not trained staff, or the training has lapsed."""

    def __init__(self, staff_id: str, what: str) -> None:
        super().__init__(f"{staff_id} may not {what}")
        self.staff_id = staff_id
        self.what = what


class NotHolder(UseCaseError):
    """Somebody else has this escalation, or nobody yet."""

    def __init__(self, held_by: str | None) -> None:
        super().__init__(f"held by {held_by or 'nobody'}")
        self.held_by = held_by


class NewWords(UseCaseError):
    """They wrote again since the page was read: what nobody has read is not closed."""


class AlreadyResolved(UseCaseError):
    """The escalation was closed meanwhile."""
