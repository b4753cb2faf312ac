"""Where the cards stand: one way down, with a siding for whatever not everybody meets, in as many columns as suit a wall."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from service.core.drawing.blocks import MARK, PAD, Block, Pen, block_of, mark_things, mark_width
from service.core.drawing.cards import Card, Head, Mark, Speaker
from service.core.drawing.measure import width, wrap
from service.core.drawing.shapes import Box, Picture, Text, Thing, Track, moved

MARGIN: Final = 60.0
COLUMN: Final = 900.0
SIDING: Final = 112.0  # how far right a card stands that not everybody meets
WAY: Final = 46.0  # where the way runs, from a column's left edge
BETWEEN: Final = 52.0  # from card to card
GUTTER: Final = 150.0
PILL: Final = 62.0
MOST_COLUMNS: Final = 5
SHEET: Final = 2**0.5  # the sides of a sheet of paper (ISO 216)


def laid_out(head: Head, cards: Sequence[Card], speaker: Speaker, leading: float) -> Picture:
    """The picture whose sides are most like those of a sheet of paper, upright or lying."""
    blocks = [
        block_of(card, COLUMN - (SIDING if card.only_if else 0), leading, f"card-{place}")
        for place, card in enumerate(cards)
    ]
    tried = [_in_columns(head, cards, blocks, speaker, leading, count) for count in range(1, MOST_COLUMNS + 1)]
    return min(tried, key=_unlike_paper)


def _unlike_paper(picture: Picture) -> float:
    """1 for a full sheet; more for every part by which it is too long, too square, or empty."""
    ratio = picture.width / picture.height
    long = max(ratio, 1 / ratio) / SHEET
    covered = sum(thing.width * thing.height for thing in picture.things if isinstance(thing, Box) and thing.group)
    return max(long, 1 / long) * (picture.width * picture.height / covered if covered else 1)


def _in_columns(
    head: Head, cards: Sequence[Card], blocks: Sequence[Block], speaker: Speaker, leading: float, count: int
) -> Picture:
    wide = 2 * MARGIN + count * COLUMN + (count - 1) * GUTTER
    things: list[Thing] = []
    top = _heading(head, wide, leading, things)
    columns = _split([block.height + BETWEEN for block in blocks], count)
    bottoms: list[float] = []
    for place, (first, last) in enumerate(columns):
        x = MARGIN + place * (COLUMN + GUTTER)
        y = _pill(head.starts, x, top, things) if place == 0 else top
        bottoms.append(_column(list(zip(cards, blocks, strict=True))[first:last], x, y, things))
    low = max(bottoms) + BETWEEN
    _join(bottoms, top, things)
    end = MARGIN + (len(columns) - 1) * (COLUMN + GUTTER)
    things.append(Track(((end + WAY, bottoms[-1]), (end + WAY, bottoms[-1] + BETWEEN - 8)), arrow=True))
    _pill(speaker.say("draw.end"), end, bottoms[-1] + BETWEEN, things)
    bottom = _legend(head.name, speaker, wide, max(low, bottoms[-1] + BETWEEN + PILL) + 46, leading, things)
    return Picture(wide, bottom + MARGIN, tuple(things))


def _split(heights: Sequence[float], count: int) -> list[tuple[int, int]]:
    """So many columns of cards in order, the highest as low as can be: from which card to which."""
    low, high = max(heights, default=0.0), sum(heights)
    while high - low > 1:
        middle = (low + high) / 2
        if len(_filled(heights, middle)) <= count:
            high = middle
        else:
            low = middle
    return _filled(heights, high)


def _filled(heights: Sequence[float], room: float) -> list[tuple[int, int]]:
    columns: list[tuple[int, int]] = []
    first, used = 0, 0.0
    for place, height in enumerate(heights):
        if used and used + height > room:
            columns.append((first, place))
            first, used = place, 0.0
        used += height
    return [*columns, (first, len(heights))]


def _column(cards: Sequence[tuple[Card, Block]], x: float, y: float, things: list[Thing]) -> float:
    """The cards of one column, and the way that joins them; where the way ends."""
    way = x + WAY
    begun = y
    for card, block in cards:
        top = y + BETWEEN
        if card.only_if:
            left = x + SIDING
            things.append(Track(((way, top + block.branch), (left - 6, top + block.branch)), arrow=True))
            if block.leaves:
                back = top + block.height - 26
                things.append(Track(((left, back), (way + 8, back)), arrow=True))
        else:
            left = x
            things.append(Track(((way, begun), (way, top - 8)), arrow=True))
            begun = top + block.height
        things += [moved(thing, left, top) for thing in block.things]
        y = top + block.height
    if begun < y:
        things.append(Track(((way, begun), (way, y))))
    return y


def _join(bottoms: Sequence[float], top: float, things: list[Thing]) -> None:
    """From the foot of each column to the head of the next."""
    for place, bottom in enumerate(bottoms[:-1]):
        x = MARGIN + place * (COLUMN + GUTTER)
        gutter, there, low = x + COLUMN + GUTTER / 2, x + COLUMN + GUTTER + WAY, bottom + BETWEEN * 0.7
        points = ((x + WAY, bottom), (x + WAY, low), (gutter, low), (gutter, top - 24), (there, top - 24), (there, top))
        things.append(Track(points))


def _heading(head: Head, wide: float, leading: float, things: list[Thing]) -> float:
    block = Block(wide)
    pen = Pen(block, leading)
    pen.y = MARGIN - 20
    pen.words(head.purpose, 58, x=MARGIN, right=MARGIN, bold=True)
    pen.space(14)
    for line in head.lines:
        pen.words(line, 30, x=MARGIN, right=MARGIN, look="quiet")
    things += block.things
    return pen.y + 70


def _pill(words: str, x: float, y: float, things: list[Thing]) -> float:
    """A rounded box at which the way begins or ends; where it ends."""
    size = 30.0
    lines = wrap(words, size, COLUMN - 2 * PAD, bold=True)
    wide = max(width(line, size, bold=True) for line in lines) + 2 * PAD
    high = PILL + (len(lines) - 1) * size * 1.5
    things.append(Box(x, y, wide, high, "ink", PILL / 2, 0))
    things += [Text(x + PAD, y + 42 + n * size * 1.5, line, size, True, "paper") for n, line in enumerate(lines)]
    return y + high


def _legend(name: str, speaker: Speaker, wide: float, y: float, leading: float, things: list[Thing]) -> float:
    """What the marks mean, and what holds everywhere."""
    block = Block(wide)
    pen = Pen(block, leading)
    pen.y = y
    block.things.append(Track(((MARGIN, y), (wide - MARGIN, y))))
    pen.space(30)
    for mark in (Mark("urgent", speaker.say("draw.urgent")), Mark("soon", speaker.say("draw.soon"))):
        top = pen.y
        block.things += mark_things(mark, MARGIN, top)
        pen.y = top + (MARK - 30 * leading) / 2
        pen.words(speaker.say(f"draw.{mark.kind}.means"), 30, x=MARGIN + mark_width(mark) + 24, right=MARGIN)
        pen.y = max(pen.y, top + MARK) + 18
    for key in ("draw.always", "draw.urgent.ends"):
        pen.words(speaker.say(key), 30, x=MARGIN, right=MARGIN)
    pen.words(name, 25, x=MARGIN, right=MARGIN, look="quiet")
    things += block.things
    return pen.y
