"""Phone numbers: as people write them, as carriers want them, and as anyone may see them."""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType, ValidationResult


class BadPhone(ValueError):
    """Not a phone number that a person can be reached on; `masked` is the only trace of what was written."""

    def __init__(self, message: str, masked: str) -> None:
        super().__init__(message)
        self.masked = masked


class Line(StrEnum):
    """What may stand at the other end: whether a text can arrive is certain only for a mobile."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    UNKNOWN = "unknown"


# Numbers that Ofcom keeps out of service, for stories and demonstrations (Ofcom, "Numbers for drama").
_DRAMA_MOBILE = "+447700900"

_MOBILE = frozenset((PhoneNumberType.MOBILE,))
_LANDLINE = frozenset((PhoneNumberType.FIXED_LINE,))
_NOBODY_LIVES_THERE = frozenset(
    (
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
        PhoneNumberType.PAGER,
    )
)
_WHY_IMPOSSIBLE = {
    ValidationResult.TOO_SHORT: "It has too few digits. Write the whole number, with its area or network code.",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "Its area code is missing. Write the whole number.",
    ValidationResult.TOO_LONG: "It has too many digits. Write one number only.",
    ValidationResult.INVALID_LENGTH: "A digit is missing or too many. Please look at it again.",
    ValidationResult.INVALID_COUNTRY_CODE: "We do not know its country. Begin with + and the country code.",
}


@lru_cache(maxsize=4096)  # of known people: the metadata is slow to ask, and a carrier asks it on every text
def normalise(raw: str, country: str) -> str:
    """The number in E.164 ("+447700900123"), read as someone in `country` ("GB") writes it; BadPhone if it is none.

    A range that the metadata does not know is taken if a mobile may have its length: metadata is always older than the
    newest range that a carrier has opened.
    """
    if any(char.isalpha() for char in raw):
        raise BadPhone("There are letters in this number. Write digits only.", mask(raw))
    try:
        number = phonenumbers.parse(raw, country.upper())
    except NumberParseException as error:
        raise BadPhone(_unreadable(error.error_type), mask(raw)) from None
    if phonenumbers.is_valid_number(number):
        reason = ValidationResult.IS_POSSIBLE
    else:
        reason = phonenumbers.is_possible_number_for_type_with_reason(number, PhoneNumberType.MOBILE)
    if reason != ValidationResult.IS_POSSIBLE:
        raise BadPhone(_WHY_IMPOSSIBLE.get(reason, "This does not look like a phone number."), mask(raw))
    if phonenumbers.number_type(number) in _NOBODY_LIVES_THERE:
        raise BadPhone("This is a business or premium number. Write the person's own number.", mask(raw))
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def line(e164: str) -> Line:
    """A hint, for the person who types a number in: can a text arrive there?"""
    if e164.startswith(_DRAMA_MOBILE):
        return Line.MOBILE
    kind = phonenumbers.number_type(_known(e164))
    return Line.MOBILE if kind in _MOBILE else Line.LANDLINE if kind in _LANDLINE else Line.UNKNOWN


def region(e164: str) -> str | None:
    """The country ("GB") whose numbering plan it belongs to, or None."""
    number = _known(e164)
    found = phonenumbers.region_code_for_number(number)
    return found if found is not None else phonenumbers.region_code_for_country_code(number.country_code or 0)


def mask(number: str) -> str:
    """What a page or a message to staff may show: "··· 123", the last three digits."""
    digits = "".join(str(unicodedata.decimal(char)) for char in number if unicodedata.decimal(char, None) is not None)
    return f"··· {digits[-3:]}" if len(digits) > 6 else "···"


def _known(e164: str) -> PhoneNumber:
    return phonenumbers.parse(e164, None)


def _unreadable(error_type: int) -> str:
    if error_type == NumberParseException.INVALID_COUNTRY_CODE:
        return _WHY_IMPOSSIBLE[ValidationResult.INVALID_COUNTRY_CODE]
    if error_type == NumberParseException.TOO_LONG:
        return _WHY_IMPOSSIBLE[ValidationResult.TOO_LONG]
    return "This is not a phone number. Write it as you would dial it."
