"""Where a text is used, in plain words: what a translator needs to know before anything else."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from service.core.flow_file import Flow
from service.core.model import Channel
from service.core.steps.shape import Step
from service.core.words import CONTEXT


class Way(Enum):
    """How words reach somebody."""

    SENT = "sent"
    HEARD = "heard"  # only ever said in a call
    TYPED = "typed"  # what people write to us
    SHOWN = "shown"  # on paper, or to staff on a page


# The service's own words, by how their keys begin; the longest that fits counts.
_SERVICE: Final[Mapping[str, str]] = {
    "": "the service's own words, by text",
    "yes": "an answer under a question, by text and by call",
    "no": "an answer under a question, by text and by call",
    "receipt": "by text, after somebody wrote or said words of their own",
    "receipt.urgent": "by text, after somebody wrote that they may be in danger",
    "crisis": "stands where a text has {crisis_lines}, and after words that may mean danger",
    "kept_words": "by text, after an answer that was not understood",
    "asked_again": "by text, before a question that is asked once more",
    "offer_person": "by text, after many answers by the machine",
    "offer": "a question whether somebody would like a person, and what follows a yes",
    "person": "by text, after somebody asked for a person",
    "help": "by text, after somebody asked how this works",
    "stop": "by text, once, after somebody stopped our texts",
    "start": "by text, after somebody began them again",
    "language": "by text, about the choice of a language",
    "media": "by text, after a picture or a sound",
    "unknown_number": "by text, to a number that we do not know",
    "not_joined": "by text, to somebody who has not joined",
    "why": "by text, after somebody asked why we ask",
    "call": "by text, after somebody asked to be called",
    "plan": "by text, to somebody who chose beforehand what their silence means",
    "neutral": "by text, to a phone that others may read",
    "many": "under a question, by text",
    "scale": "under a question, by text",
    "number": "under a question, by text",
    "time": "under a question, by text, or inside it",
    "hours": "under a question, by text",
    "date": "under a question, by text",
    "read_back": "by text, after an answer: what was understood",
    "reply_promise": "stands where a text has {reply_promise}",
    "read_hours": "stands where a text has {read_hours}",
    "price": "stands where a text has {price}",
    "when": "stands where a text has {when}: how a time is said",
    "voice": "only heard, in calls",
    "page": "by text, to staff",
    "staff": "by text, to staff",
    "draw": "on the drawing of a flow, on paper",
}
_SERVICE_WAYS: Final[Mapping[str, Way]] = {"voice": Way.HEARD, "draw": Way.SHOWN}
_HEADS: Final[Mapping[str, str]] = {
    "purpose": "what {flow} is for; said to somebody who asks why",
    "wellbeing": "how {flow} thinks about being well; on its drawing",
    "decided_by": "who decided on {flow}; on its drawing",
    "not_for": "what {flow} is not for; on its drawing",
}
_PARTS: Final[Mapping[str, str]] = {
    "why": "the answer to somebody who asks why, at {step}",
    "discreet": "{step} on a phone that others may read",
    "low": "the lowest number at {step}",
    "high": "the highest number at {step}",
    "otherwise": "said after an answer to {step} which shows that we were not clear",
    "because": "the reason that staff read, of {step}",
}


def place_of(context: str, flows: Mapping[str, Flow]) -> tuple[str, Way]:
    """Where the text of a context is used, in plain words, and how it reaches somebody."""
    if context.startswith(CONTEXT):
        return _of_service(context.removeprefix(CONTEXT))
    flow_name, _, rest = context.partition("/")
    flow = flows[flow_name]
    if "/" not in rest:
        way = Way.SENT if rest == "purpose" else Way.SHOWN
        return _HEADS.get(rest, f"the {rest} of {{flow}}").format(flow=flow_name), way
    step_id, _, part = rest.partition("/")
    return _of_step(flow, flow.step(step_id), part)


def words_of_step(step: Step) -> str:
    """What a step says first, by the name of its part: ask, say, or none."""
    return next((part for part in ("ask", "say") if part in step.words), "")


def _of_service(key: str) -> tuple[str, Way]:
    pieces = key.split(".")
    known = next(
        (".".join(pieces[:count]) for count in range(len(pieces), 0, -1) if ".".join(pieces[:count]) in _SERVICE), ""
    )
    return _SERVICE[known], _SERVICE_WAYS.get(pieces[0], Way.SENT)


def _of_step(flow: Flow, step: Step, part: str) -> tuple[str, Way]:
    kind = "question" if step.is_question else "step"
    named = f"the {kind} “{step.id}” of {flow.name}"
    if part.startswith("choices."):
        return _of_choice(step, part.removeprefix("choices."), named)
    if part in _PARTS:
        return _PARTS[part].format(step=named), Way.SHOWN if part == "because" else Way.SENT
    channels = _channels(flow, step, part)
    said = " and ".join({Channel.SMS: "by text", Channel.VOICE: "by call"}[one] for one in channels)
    return f"{named}, {said}" if said else f"{named}, not said on any channel of the flow", _way(channels)


def _of_choice(step: Step, choice: str, named: str) -> tuple[str, Way]:
    bare = choice.removesuffix(".words")
    digit = step.choice_ids.index(bare) + 1
    if bare != choice:
        return f"other ways in which people may write or say answer {digit} to {named}", Way.TYPED
    return f"answer {digit} to {named}", Way.SENT


def _channels(flow: Flow, step: Step, part: str) -> tuple[Channel, ...]:
    """The channels on which a part of a step is what is said."""
    if part in (Channel.SMS.value, Channel.VOICE.value):
        own = Channel(part)
        return (own,) if own in flow.channels else ()
    return tuple(channel for channel in flow.channels if channel.value not in step.words)


def _way(channels: tuple[Channel, ...]) -> Way:
    if not channels:
        return Way.SHOWN
    return Way.SENT if Channel.SMS in channels else Way.HEARD
