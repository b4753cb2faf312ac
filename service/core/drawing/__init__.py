"""A flow as a picture that a group can look at on a wall."""

from __future__ import annotations

from service.core.drawing.cards import Speaker, cards_of, head_of, told
from service.core.drawing.layout import laid_out
from service.core.drawing.svg import as_svg
from service.core.flow_file import Flow

__all__ = ["Speaker", "draw"]

# Urdu is drawn in Nastaliq, whose words hang from above the line to below it.
_LEADING = {"ur": 1.9, "ar": 1.6, "bn": 1.5}
_USUAL_LEADING = 1.32


def draw(flow: Flow, speaker: Speaker) -> str:
    """The SVG text of the picture, in the speaker's language."""
    head, cards = head_of(flow, speaker), cards_of(flow, speaker)
    picture = laid_out(head, cards, speaker, _LEADING.get(speaker.code, _USUAL_LEADING))
    return as_svg(
        picture,
        title=f"{head.name}: {head.purpose}",
        told=told(head, cards, speaker),
        code=speaker.code,
        right_to_left=speaker.right_to_left,
    )
