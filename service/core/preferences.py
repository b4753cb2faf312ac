"""What a person may decide about how we are in touch: one table of preferences and the values that each can have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_HOURS: Final = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d-(?:[01]\d|2[0-3]):[0-5]\d")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_CODE: Final = re.compile(r"[0-9]{4}")

CODE_DIGITS: Final = 4  # V18: a PIN has at most four


@dataclass(frozen=True, slots=True)
class Preference:
    """One preference: its fixed values, and the form of any other value; with neither, a person's own words."""

    name: str
    values: tuple[str, ...] = ()
    form: re.Pattern[str] | None = None
    example: str = ""
    secret: bool = False  # never part of an answer, a condition or a state

    @property
    def is_words(self) -> bool:
        """Whether any words are a value."""
        return not self.values and self.form is None

    def knows(self, value: str) -> bool:
        """Whether it can have that value."""
        if self.is_words:
            return bool(value.strip())
        return value in self.values or (self.form is not None and self.form.fullmatch(value) is not None)


PREFERENCES: Final[Mapping[str, Preference]] = {
    preference.name: preference
    for preference in (
        Preference("pace", ("slower", "usual")),
        Preference("channel", ("sms", "voice")),
        Preference("silence_plan", ("nothing", "text", "call", "contact")),
        Preference("safe_hours", ("morning", "afternoon", "evening", "any"), _HOURS, "10:00-12:00"),
        Preference("shared_phone", ("yes", "no")),
        Preference("language", form=_LANGUAGE, example="ur"),
        Preference("name"),
        Preference("code", form=_CODE, example="0417", secret=True),
    )
}
# What a flow may set without asking: not what only the person can say.
SETTABLE: Final = ("pace", "channel", "silence_plan", "safe_hours", "shared_phone", "language")
