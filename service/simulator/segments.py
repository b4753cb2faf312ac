"""How many parts a carrier bills a text as: GSM 03.38 in 7 bits, or UCS-2 as soon as one character needs it."""

from __future__ import annotations

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_ESCAPED = frozenset("^{}\\[~]|€\f")


def segments(body: str) -> int:
    """The number of parts; 160 and 153 septets in GSM-7, 70 and 67 UTF-16 units in UCS-2. An empty body is one part."""
    if all(char in GSM_7 or char in GSM_7_ESCAPED for char in body):
        return _pack([2 if char in GSM_7_ESCAPED else 1 for char in body], alone=160, joined=153)
    return _pack([2 if ord(char) > 0xFFFF else 1 for char in body], alone=70, joined=67)


def _pack(widths: list[int], alone: int, joined: int) -> int:
    if sum(widths) <= alone:
        return 1
    parts, used = 1, 0
    for width in widths:
        if used + width > joined:
            parts, used = parts + 1, 0
        used += width
    return parts
