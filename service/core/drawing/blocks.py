"""Each card as a block of known height: its words wrapped, its answers in rows, its marks at their ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from service.core.drawing.cards import Card, Mark, Row
from service.core.drawing.measure import width, wrap
from service.core.drawing.shapes import Box, Look, Shape, Text, Thing, Track

PAD: Final = 26.0
# Sizes of type: read from two metres on a sheet as wide as a door is high.
WORDS, LABEL, ASIDE, MARK_WORDS = 34.0, 32.0, 25.0, 28.0
KEY: Final = 46.0  # the square with an answer's key
MARK: Final = 46.0  # the height of a mark
GAP: Final = 14.0
_ROUND: Final = {"question": 10.0, "says": 44.0, "does": 0.0, "end": 44.0}
POINT: Final = 22.0  # how far a mark's point reaches


@dataclass(slots=True)
class Block:
    """One card with its things, placed from its own left upper corner."""

    width: float
    height: float = 0.0
    things: list[Thing] = field(default_factory=list)
    branch: float = 0.0  # the height at which the way to it comes in
    leaves: bool = True  # whether the way goes on after it


class Pen:
    """Writes down a block from top to bottom. `leading` is the height of a line, in font sizes."""

    def __init__(self, block: Block, leading: float) -> None:
        self.block, self.leading, self.y = block, leading, 0.0

    def words(
        self, text: str, size: float, *, x: float = PAD, right: float = PAD, bold: bool = False, look: Look = "ink"
    ) -> None:
        """Wrapped words, and on below them."""
        for line in wrap(text, size, self.block.width - x - right, bold=bold):
            self.block.things.append(Text(x, self.y + size * (0.5 + self.leading / 2), line, size, bold, look))
            self.y += size * self.leading

    def space(self, height: float) -> None:
        """Room before what comes next."""
        self.y += height


def block_of(card: Card, wide: float, leading: float, name: str) -> Block:
    """The card, as wide as it may be."""
    block = Block(wide, leaves=card.shape != "end")
    pen = Pen(block, leading)
    if card.only_if or card.after_urgent:
        _band(card, pen)
    block.branch = pen.y / 2 if pen.y else 44
    pen.space(PAD)
    _heading(card, pen)
    if card.why:
        pen.space(4)
        pen.words(card.why, ASIDE, x=_indent(card), look="quiet")
    for row in card.rows:
        pen.space(GAP)
        _row(row, pen)
    for note in card.notes:
        pen.space(GAP)
        pen.words(note, ASIDE, x=_indent(card), look="quiet")
    if card.silence:
        _silence(card.silence, pen)
    pen.space(PAD - 4)
    block.height = pen.y
    dashed = bool(card.only_if)
    rounding = _ROUND[card.shape]
    block.things.insert(0, Box(0, 0, wide, block.height, "paper", rounding, 0))
    thick = 5 if card.shape == "question" else 3
    block.things.append(Box(0, 0, wide, block.height, "none", rounding, thick, dashed, name))
    return block


def _indent(card: Card) -> float:
    return PAD + 64 if card.letter else PAD + (20 if card.shape in ("says", "end") else 0)


def _band(card: Card, pen: Pen) -> None:
    """The condition, before anything else: who meets this at all."""
    wide = pen.block.width
    lines = [line for line in (card.only_if, card.after_urgent) if line]
    pen.space(12)
    first = len(pen.block.things)
    for line in lines:
        pen.words(line, ASIDE + 2, x=PAD + 30, bold=True)
    pen.space(12)
    rounding = _ROUND[card.shape]
    pen.block.things[first:first] = [
        Box(0, 0, wide, pen.y + rounding, "band", rounding, 0),
        Box(0, pen.y, wide, rounding, "paper", 0, 0),
    ]


def _heading(card: Card, pen: Pen) -> None:
    top = pen.y
    if card.letter:
        pen.block.things += [
            Box(PAD, top, 50, 50, "ink", 25, 0),
            Text(PAD + 25, top + 37, card.letter, 32, True, "paper", "middle"),
        ]
    right = PAD
    for mark in reversed(card.marks):
        right += _mark(mark, pen, top, right) + GAP
    pen.words(card.words, WORDS, x=_indent(card), right=right, bold=card.shape == "question")
    if card.letter or card.marks:
        pen.y = max(pen.y, top + 52)


def _row(row: Row, pen: Pen) -> None:
    top, right = pen.y, PAD
    for mark in reversed(row.marks):
        right += _mark(mark, pen, top, right) + GAP
    x = PAD + 64
    pen.block.things += [
        Box(x, top, KEY, KEY, "paper", 6, 3),
        Text(x + KEY / 2, top + 34, row.key, 29, True, "ink", "middle"),
    ]
    begin = top + (KEY - LABEL * pen.leading) / 2
    pen.y = max(begin, top) if pen.leading < 1.5 else begin
    before = len(pen.block.things)
    pen.words(row.words, LABEL, x=x + KEY + 18, right=right + (60 if row.marks else 0))
    if row.marks and isinstance(last := pen.block.things[before], Text):
        _pointer(last, pen, top + KEY / 2, right)
    pen.y = max(pen.y, top + KEY)


def _pointer(label: Text, pen: Pen, y: float, right: float) -> None:
    """From the answer to its mark, so that the eye finds whose it is."""
    start = label.x + width(label.words, label.size) + 12
    end = pen.block.width - right + GAP - 4
    if end - start > 30:
        pen.block.things.append(Track(((start, y), (end, y)), arrow=True))


def _mark(mark: Mark, pen: Pen, top: float, right: float) -> float:
    """A mark that ends `right` of the block's edge; its width."""
    wide = mark_width(mark)
    pen.block.things += mark_things(mark, pen.block.width - right - wide, top)
    return wide


def mark_width(mark: Mark) -> float:
    """How wide a mark is."""
    return width(mark.words, MARK_WORDS, bold=True) + 2 * POINT + 14


def mark_things(mark: Mark, x: float, top: float) -> list[Thing]:
    """A mark with its left upper corner there. Its shape says what its word says."""
    wide, low = mark_width(mark), top + MARK
    things: list[Thing] = []
    if mark.kind == "urgent":
        things.append(_octagon(x, top - 3, wide, MARK + 6, 18, "urgent", 3))
        things.append(_octagon(x + 6, top + 3, wide - 12, MARK - 6, 14, "urgent", 2))
    elif mark.kind == "soon":
        tip = (x + wide, top + MARK / 2)
        things.append(Shape(((x, top), (x + wide - POINT, top), tip, (x + wide - POINT, low), (x, low)), "soon", 3))
    else:
        things.append(Box(x, top, wide, MARK, "paper", MARK / 2, 3))
    centre = x + (wide - (POINT if mark.kind == "soon" else 0)) / 2
    look: Look = "paper" if mark.kind == "urgent" else "ink"
    things.append(Text(centre, top + 33, mark.words, MARK_WORDS, True, look, "middle"))
    return things


def _octagon(x: float, y: float, wide: float, high: float, cut: float, look: Look, thick: float) -> Shape:
    right, low = x + wide, y + high
    corners: Sequence[tuple[float, float]] = (
        *((x + cut, y), (right - cut, y), (right, y + cut), (right, low - cut)),
        *((right - cut, low), (x + cut, low), (x, low - cut), (x, y + cut)),
    )
    return Shape(tuple(corners), look, thick)


def _silence(words: str, pen: Pen) -> None:
    """Silence is an answer too: below a line, with the face of a clock."""
    pen.space(GAP + 4)
    pen.block.things.append(Track(((PAD, pen.y), (pen.block.width - PAD, pen.y))))
    pen.space(12)
    x, y = PAD + 64 + KEY / 2, pen.y + 18
    pen.block.things += [
        Box(x - 17, y - 17, 34, 34, "paper", 17, 3),
        Track(((x, y - 10), (x, y), (x + 8, y + 5))),
    ]
    pen.words(words, ASIDE, x=PAD + 64 + KEY + 18)
