"""What a key means at a question in a call: the same things that a text can mean, and a few that only keys can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from service.core.flow_state import Again, Back, Heard, Pressed, Skipped, Slower, State, Words
from service.core.model import Urgency
from service.core.steps.shape import NONE, PAGE, Step, StepKind

PERSON_KEY: Final = "0"
YES_KEY: Final = "1"  # yes is 1 and no is 2, always
NO_KEY: Final = "2"
SLOWER_KEY: Final = "8"
AGAIN_KEY: Final = "9"
BACK_KEY: Final = "*"
DONE_KEY: Final = "#"

_TWO_AND_TWO = 4  # digits: 0312 is 3 December, 1430 is half past two, and as hours 1012 is from ten until twelve
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Key(StrEnum):
    """What one key does."""

    ANSWER = "answer"
    DIGIT = "digit"
    LISTEN = "listen"
    PERSON = "person"
    SLOWER = "slower"
    AGAIN = "again"
    BACK = "back"
    SKIP = "skip"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class ForPerson:
    """The person wants a person, at whatever question they are (V02)."""


@dataclass(frozen=True, slots=True)
class Listen:
    """The person wants to say this answer in their own words, and agrees that it is recorded (V13)."""

    step: str


# Everywhere, also where nothing is asked (V02, V04).
STANDING: Final[Mapping[str, Key]] = {
    PERSON_KEY: Key.PERSON,
    SLOWER_KEY: Key.SLOWER,
    AGAIN_KEY: Key.AGAIN,
    BACK_KEY: Key.BACK,
}
# While somebody speaks after the tone.
LISTENING: Final[Mapping[str, Key]] = {PERSON_KEY: Key.PERSON, DONE_KEY: Key.DONE}


def times_on_offer(step: Step, times: Sequence[str], page: int = 0) -> tuple[str, ...]:
    """The moments of the rota that a call offers at that question; none once somebody would rather say another."""
    return () if step.kind is not StepKind.TIME or step.keeps or page else tuple(times[:PAGE])


def digits_at(step: Step, times: Sequence[str] = ()) -> int:
    """How many digits its answer has at most, where it is keyed digit by digit and ended by #; else 0.

    `times`: those on offer there.
    """
    if step.kind is StepKind.NUMBER and step.range is not None:
        return step.range.digits or len(str(step.range.high))
    two_and_two = step.kind is StepKind.DATE or (step.kind is StepKind.TIME and not times)
    return _TWO_AND_TWO if two_and_two else 0


def keys_at(step: Step, answers: Sequence[str], *, digits: int = 0, given: bool = False) -> Mapping[str, Key]:
    """What each key means at that question. `answers`: the keys of the answers on offer; `given`: some were given."""
    if digits:
        keys = dict.fromkeys("123456789", Key.DIGIT)
        return {**keys, PERSON_KEY: Key.PERSON, BACK_KEY: Key.BACK, DONE_KEY: Key.DONE}
    if step.kind is StepKind.SCALE and step.range is not None:
        answers = [str(number) for number in range(step.range.low, step.range.high + 1)]
    keys = {**dict.fromkeys(answers, Key.ANSWER), **STANDING, DONE_KEY: Key.DONE if given else Key.SKIP}
    return {**keys, YES_KEY: Key.LISTEN, NO_KEY: Key.SKIP} if step.kind is StepKind.OPEN else keys


def heard(step: Step, keys: str, state: State, times: Sequence[str] = ()) -> Heard | ForPerson | Listen:
    """What the keys mean at that question: most of them one key, at a number all digits, with the # that ended them.

    A key that means nothing there is an answer that was not understood, as its digit would be in a text (I18).
    `times`: the moments that the rota gives, as in the facts of the turn.
    """
    if digits_at(step, times_on_offer(step, times, state.page)):
        return _digits(step, keys)
    match keys:
        case "0":
            return ForPerson()
        case "*":
            return Back()
        case "#":
            return Skipped()
        case "8":
            return Slower()
        case "9" | "":
            return Again()
        case _:
            return _answer(step, keys.removesuffix(DONE_KEY), state)


def _digits(step: Step, keys: str) -> Heard | ForPerson:
    """8 and 9 are digits here; 0 alone is a person."""
    if keys in (BACK_KEY, DONE_KEY):
        return Back() if keys == BACK_KEY else Skipped()
    typed = keys.removesuffix(DONE_KEY)
    if typed == PERSON_KEY:
        return ForPerson()
    if not typed.isdecimal():
        return Again()  # a slip half-way: nothing of it counts
    return _words(_two_and_two(step, typed))


def _two_and_two(step: Step, typed: str) -> str:
    """Keyed days and times in the words that a text would have, where they are any."""
    first, second = typed[:2], typed[2:]
    if len(typed) != _TWO_AND_TWO:
        return typed
    if step.kind is StepKind.TIME:
        return f"{first}:00-{second.replace('24', '00')}:00" if step.keeps else f"{first}:{second}"
    if step.kind is StepKind.DATE and 1 <= int(second) <= len(_MONTHS):
        return f"{int(first)} {_MONTHS[int(second) - 1]}"
    return typed


def _answer(step: Step, key: str, state: State) -> Heard | Listen:
    if step.kind is StepKind.OPEN:
        # Asked is only whether we may record: another key is no answer to that, and no words of theirs either.
        return Listen(step.id) if key == YES_KEY else Skipped() if key == NO_KEY else Again()
    choice = _choice(step, key)
    if not step.many or choice is None or (choice == NONE and not state.given):
        return _words(key)  # "none" stands alone, so it is the whole answer at once
    return Again() if choice == NONE or choice in state.given else Pressed(choice)


def _choice(step: Step, key: str) -> str | None:
    """Digits keep their choices, also when only some of these are left."""
    place = int(key) if key.isdecimal() and len(key) == 1 else 0
    return step.choice_ids[place - 1] if 1 <= place <= len(step.choice_ids) else None


def _words(typed: str) -> Words:
    return Words(typed, Urgency.ROUTINE)
