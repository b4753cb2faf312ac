"""How a text travels: its encoding, its parts as the carrier counts them, and which characters make it dear."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

# 3GPP TS 23.038, section 6.2.1: the default alphabet, and the extension table whose characters cost two.
_GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENSION = frozenset("\f^{}\\[~]|€")

_GSM = _GSM_BASIC | _GSM_EXTENSION

# A part holds 140 octets; where there are several, six are the header that joins them (3GPP TS 23.040, 9.2.3.24.1).
_PART_BITS = 1120
_HEADER_BITS = 48

_ZWNJ, _ZWJ = 0x200C, 0x200D


@dataclass(frozen=True, slots=True)
class Parts:
    """What one text costs: its encoding ("GSM-7" or "UCS-2"), its parts, and the characters that force UCS-2."""

    encoding: str
    segments: int
    costly: tuple[str, ...]

    @property
    def one(self) -> bool:
        """Whether it travels as one part, which is what a text should be."""
        return self.segments == 1


def parts(text: str) -> Parts:
    """Counts a text as Twilio does; never raises, and an empty text is one part (vectors: tests/data)."""
    if not set(text) - _GSM:
        return Parts("GSM-7", _segments([14 if char in _GSM_EXTENSION else 7 for char in text]), ())
    costly = tuple(dict.fromkeys(char for char in text if char not in _GSM))
    clusters = graphemes(text) if any(map(_joins, set(text))) else text
    return Parts("UCS-2", _segments([16 * _units(cluster) for cluster in clusters]), costly)


def graphemes(text: str) -> Iterator[str]:
    """The characters as a reader sees them: what a carrier does not cut in two. Together they are the whole text."""
    start = 0
    for at in range(1, len(text)):
        if _breaks(text, start, at):
            yield text[start:at]
            start = at
    if text:
        yield text[start:]


def _segments(sizes: list[int]) -> int:
    """How many parts the characters fill, in order, each of `sizes` bits kept whole."""
    if sum(sizes) <= _PART_BITS:
        return 1
    room = _PART_BITS - _HEADER_BITS
    count, used = 1, 0
    for size in sizes:
        if size > room:  # longer than any part (stacked marks): no carrier can keep it whole
            count, used = count + (used + size - 1) // room, (used + size - 1) % room + 1
        elif used + size > room:
            count, used = count + 1, size
        else:
            used += size
    return count


def _units(cluster: str) -> int:
    return len(cluster) + sum(char > "\uffff" for char in cluster)


@lru_cache(4096)
def _joins(char: str) -> bool:
    """Whether it may be one with a neighbour: most texts have no such character, and then need no rule."""
    code = ord(char)
    return _joins_back(code) or _is_prepended(code) or _is_hangul(code) or _is_pictograph(code)


def _breaks(text: str, start: int, at: int) -> bool:
    """Whether a reader sees a new character at `at` (Unicode UAX 29, rules GB3 to GB13, from general categories)."""
    before, here = ord(text[at - 1]), ord(text[at])
    if _is_control(before) or _is_control(here):
        return True  # also between CR and LF: the carrier counts them apart
    if _joins_back(here) or _is_prepended(before):
        return False
    if _is_hangul(before) and _is_hangul(here):
        return not _hangul_joins(before, here)
    if 0x1F3FB <= here <= 0x1F3FF:  # a skin tone colours the picture it follows, and nothing else
        return not _is_pictograph(before) or _is_flag_half(before) or 0x1F3FB <= before <= 0x1F3FF
    if before == _ZWJ and _is_pictograph(here):
        return False
    if _is_flag_half(before) and _is_flag_half(here):
        return (at - start) % 2 == 0
    return True


def _is_control(code: int) -> bool:
    return unicodedata.category(chr(code)) in ("Cc", "Cf", "Zl", "Zp", "Cs") and not (
        code in (_ZWNJ, _ZWJ) or _is_prepended(code) or 0xE0020 <= code <= 0xE007F
    )


# Spacing marks that stand alone all the same: UAX 29, table 2, the exceptions of SpacingMark.
_STANDING_MARKS = frozenset(
    (0x102B, 0x102C, 0x1038, 0x1062, 0x1063, 0x1064, *range(0x1067, 0x106E), 0x1083, *range(0x1087, 0x108D), 0x108F)
) | {0x109A, 0x109B, 0x109C, 0x1A61, 0x1A63, 0x1A64, 0xAA7B, 0xAA7D, 0x11720, 0x11721}


def _joins_back(code: int) -> bool:
    """Whether it belongs to the character before it: marks, joiners, the tags of a flag."""
    if code in (_ZWNJ, _ZWJ, 0x0E33, 0x0EB3, 0xFF9E, 0xFF9F) or 0xE0020 <= code <= 0xE007F:
        return True
    return unicodedata.category(chr(code)) in ("Mn", "Me", "Mc") and code not in _STANDING_MARKS


def _is_prepended(code: int) -> bool:
    return 0x0600 <= code <= 0x0605 or code in (0x06DD, 0x070F, 0x08E2, 0x0D4E, 0x110BD, 0x111C2, 0x111C3)


def _is_hangul(code: int) -> bool:
    return 0x1100 <= code <= 0x11FF or 0xA960 <= code <= 0xA97C or 0xAC00 <= code <= 0xD7FB


def _hangul_kind(code: int) -> str:
    """L, V, T, LV or LVT: where a syllable stands (UAX 29, rules GB6 to GB8)."""
    if code <= 0x115F or 0xA960 <= code <= 0xA97C:
        return "L"
    if 0xAC00 <= code <= 0xD7A3:
        return "LV" if (code - 0xAC00) % 28 == 0 else "LVT"
    return "V" if code <= 0x11A7 or 0xD7B0 <= code <= 0xD7C6 else "T"


def _hangul_joins(before: int, here: int) -> bool:
    follows = {"L": ("L", "V", "LV", "LVT"), "LV": ("V", "T"), "V": ("V", "T"), "LVT": ("T",), "T": ("T",)}
    return _hangul_kind(here) in follows[_hangul_kind(before)]


def _is_pictograph(code: int) -> bool:
    return 0x1F000 <= code <= 0x1FAFF or 0x2600 <= code <= 0x27BF


def _is_flag_half(code: int) -> bool:
    return 0x1F1E6 <= code <= 0x1F1FF
