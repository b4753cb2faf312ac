"""A picture as SVG: one file without scripts, links or fonts of its own, with words for whoever cannot see it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from service.core.drawing.shapes import Box, Look, Picture, Shape, Text, Thing, Track

FONTS: Final = "'Noto Sans', 'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"
_PAPER, _INK, _QUIET = "#ffffff", "#1b1b1b", "#4a4a4a"
_FILL: Final[dict[Look, str]] = {
    "ink": _INK,
    "quiet": _QUIET,
    "urgent": "#8a1200",
    "soon": "#ffe3a3",
    "band": "#e6eef5",
    "paper": _PAPER,
    "none": "none",
}
_EDGE: Final[dict[Look, str]] = {"urgent": "#ffffff", "soon": "#5c3d00"}


def as_svg(picture: Picture, *, title: str, told: str, code: str, right_to_left: bool) -> str:
    """The whole file. `told`: the picture in words."""
    mirror = picture.width if right_to_left else None
    wide, high = round(picture.width), round(picture.height)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}"'
        f' role="img" aria-labelledby="title told" xml:lang={quoteattr(code)} font-family="{FONTS}">',
        f'<title id="title">{escape(_plain(title))}</title>',
        f'<desc id="told">{escape(_plain(told))}</desc>',
        f'<rect width="{wide}" height="{high}" fill="{_PAPER}"/>',
        *(line for thing in picture.things for line in _drawn(thing, mirror)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _drawn(thing: Thing, mirror: float | None) -> Iterator[str]:
    match thing:
        case Text():
            yield _text(thing, mirror)
        case Box():
            yield _box(thing, mirror)
        case Shape(points, look, thick):
            edge = f'stroke="{_EDGE.get(look, _INK)}" stroke-width="{thick:g}"'
            yield f'<polygon points="{_points(points, mirror)}" fill="{_FILL[look]}" {edge}/>'
        case Track():
            yield from _track(thing, mirror)


def _text(text: Text, mirror: float | None) -> str:
    x, anchor = text.x, text.anchor
    direction = ""
    if mirror is not None:
        x = mirror - x
        if _runs_right_to_left(text.words):
            direction = ' direction="rtl"'
        elif anchor != "middle":
            anchor = "end" if anchor == "start" else "start"
    weight = ' font-weight="700"' if text.bold else ""
    placed = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return (
        f'<text x="{x:g}" y="{text.y:g}" font-size="{text.size:g}"{weight}{placed}{direction}'
        f' fill="{_FILL[text.look]}">{escape(_plain(text.words))}</text>'
    )


def _box(box: Box, mirror: float | None) -> str:
    x = box.x if mirror is None else mirror - box.x - box.width
    edge = f' stroke="{_INK}" stroke-width="{box.thick:g}"' if box.thick else ""
    dashes = ' stroke-dasharray="14 8"' if box.dashed else ""
    rounding = f' rx="{box.round:g}"' if box.round else ""
    group = f' class="card" id="{box.group}"' if box.group else ""
    size = f'width="{box.width:g}" height="{box.height:g}"'
    return f'<rect x="{x:g}" y="{box.y:g}" {size}{rounding} fill="{_FILL[box.look]}"{edge}{dashes}{group}/>'


def _track(track: Track, mirror: float | None) -> Iterator[str]:
    yield f'<polyline points="{_points(track.points, mirror)}" fill="none" stroke="{_INK}" stroke-width="4"/>'
    if track.arrow:
        (before_x, before_y), (x, y) = track.points[-2:]
        length = max(abs(x - before_x), abs(y - before_y)) or 1
        along_x, along_y = (x - before_x) / length, (y - before_y) / length
        tip = (x + 8 * along_x, y + 8 * along_y)
        back = (x - 12 * along_x, y - 12 * along_y)
        left = (back[0] - 10 * along_y, back[1] + 10 * along_x)
        right = (back[0] + 10 * along_y, back[1] - 10 * along_x)
        yield f'<polygon points="{_points((tip, left, right), mirror)}" fill="{_INK}"/>'


def _points(points: tuple[tuple[float, float], ...], mirror: float | None) -> str:
    return " ".join(f"{x if mirror is None else mirror - x:g},{y:g}" for x, y in points)


def _runs_right_to_left(words: str) -> bool:
    """By the first letter that has a direction (UAX 9, P2)."""
    strong = (unicodedata.bidirectional(character) for character in words)
    return next((kind for kind in strong if kind in ("L", "R", "AL")), "R") != "L"


def _plain(words: str) -> str:
    """No control character may stand in XML."""
    return "".join(one if one >= " " or one == "\n" else " " for one in words)
