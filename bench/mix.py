"""What people write on an ordinary day, in the shares that the webhook's measurement states."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from bench.houses import Person, number
from bench.load import Text

SHARES = {"inside a check-in": 0.30, "outside": 0.62, "unknown number": 0.05, "keyword": 0.02, "urgent": 0.01}
_STRANGERS = 50_000_000

INSIDE = ("2", "4", "up and down", "1", "a bit tired, otherwise fine", "not now", "ok", "thank you for asking")
OUTSIDE = (
    "Thanks, see you on Tuesday",
    "ok",
    "Could you tell me when the group meets this week?",
    "The heating is still off, the landlord said he would come on Monday",
    "I had a good talk with my sister yesterday",
    "thank you",
    "What was the address of the food bank again? I can't find the leaflet",
    "My phone was broken, sorry that I did not answer earlier",
)
STRANGER = ("Hi, a friend gave me this number", "who is this?", "Is this the advice service? I have a question")
KEYWORDS = ("HELP", "info", "0")
URGENT = ("I want to kill myself", "I can't go on like this any more")


def texts(count: int, checking_in: Sequence[Person], others: Sequence[Person], seed: int) -> Iterator[Text]:
    """So many texts, the same for the same seed; nobody writes in the wrong order because nobody waits for an answer."""
    chance = random.Random(seed)
    kinds = chance.choices(list(SHARES), weights=list(SHARES.values()), k=count)
    for place, kind in enumerate(kinds):
        sender, words = _one(kind, chance, checking_in, others)
        yield Text(f"IN{seed:08x}{place:024x}", sender, words)


def _one(kind: str, chance: random.Random, checking_in: Sequence[Person], others: Sequence[Person]) -> tuple[str, str]:
    match kind:
        case "inside a check-in":
            return chance.choice(checking_in).number, chance.choice(INSIDE)
        case "unknown number":
            return number(_STRANGERS + chance.randrange(10_000_000)), chance.choice(STRANGER)
        case "keyword":
            return chance.choice(others).number, chance.choice(KEYWORDS)
        case "urgent":
            return chance.choice(others).number, chance.choice(URGENT)
        case _:
            return chance.choice(others).number, chance.choice(OUTSIDE)
