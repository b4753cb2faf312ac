"""What a picture is made of: texts, boxes and lines with their places. A picture that runs right to left is mirrored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Anchor = Literal["start", "middle", "end"]
Look = Literal["ink", "quiet", "urgent", "soon", "band", "paper", "none"]


@dataclass(frozen=True, slots=True)
class Text:
    """One line of words; `x` is where it begins, or its middle, and `y` its base line."""

    x: float
    y: float
    words: str
    size: float
    bold: bool = False
    look: Look = "ink"
    anchor: Anchor = "start"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; `group` names the card that it is the outline of."""

    x: float
    y: float
    width: float
    height: float
    look: Look
    round: float = 0
    thick: float = 3
    dashed: bool = False
    group: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """A closed outline."""

    points: tuple[tuple[float, float], ...]
    look: Look
    thick: float = 3


@dataclass(frozen=True, slots=True)
class Track:
    """A line from place to place, with an arrow at its end if `arrow`."""

    points: tuple[tuple[float, float], ...]
    arrow: bool = False


Thing = Text | Box | Shape | Track


@dataclass(frozen=True, slots=True)
class Picture:
    """All of it, in the order in which it is drawn."""

    width: float
    height: float
    things: tuple[Thing, ...]


def moved(thing: Thing, dx: float, dy: float) -> Thing:
    """The same a little further right and down."""
    match thing:
        case Text(x, y, words, size, bold, look, anchor):
            return Text(x + dx, y + dy, words, size, bold, look, anchor)
        case Box(x, y, width, height, look, round, thick, dashed, group):
            return Box(x + dx, y + dy, width, height, look, round, thick, dashed, group)
        case Shape(points, look, thick):
            return Shape(tuple((x + dx, y + dy) for x, y in points), look, thick)
        case Track(points, arrow):
            return Track(tuple((x + dx, y + dy) for x, y in points), arrow)
