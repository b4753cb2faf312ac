"""The JSON Schema of a flow file, for editors that help while somebody writes: made from the loader's own tables.

It knows the keys, and the values that stand in a table. What only shows when steps are seen together, the check tells.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from service.core.flow_fields import DURATION, ID, ID_RULE
from service.core.flow_head import FOR, HEADER_KEYS, HEADER_WORDS, READERS, STARTS
from service.core.flow_when import COMPARISONS, WHEN_WORDS
from service.core.model import Channel
from service.core.preferences import PREFERENCES, SETTABLE, Preference
from service.core.steps import QUESTIONS, STEP_TYPES
from service.core.steps.choices import CHOICE_KEYS
from service.core.steps.number import MOST_DIGITS
from service.core.steps.reading import ACTION_KEYS, NOTES, OFFERS, RAISES, SILENCE_LEADS_TO
from service.core.steps.scale import MOST
from service.core.steps.shape import StepKind
from service.core.steps.step_type import StepType
from service.core.steps.yes_no import LABELS

Schema = dict[str, Any]

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_WORDS: Final[Schema] = {"$ref": "#/$defs/words"}
_ID: Final[Schema] = {"$ref": "#/$defs/id"}
_SPAN: Final[Schema] = {"$ref": "#/$defs/span"}
_WHEN: Final[Schema] = {"$ref": "#/$defs/when"}


def schema_text() -> str:
    """The schema as it stands in schema/flow.schema.json."""
    return json.dumps(flow_schema(), ensure_ascii=False, indent=2) + "\n"


def flow_schema() -> Schema:
    """The schema of a flow file, JSON Schema 2020-12."""
    head = {key: _described(_HEAD.get(key, _WORDS), key) for key in (*HEADER_KEYS, "for")}
    return {
        "$schema": _DIALECT,
        "title": "A flow of Alongside",
        "description": "A conversation plan. flows/README.md explains every key; `alongside check` checks all of it.",
        **_table({**head, "steps": _steps()}, needs=HEADER_KEYS),
        "$defs": {
            "words": {"type": ["string", "number", "boolean"], "minLength": 1},
            "id": {"type": "string", "pattern": f"^{ID.pattern}$", "description": ID_RULE},
            "span": {"type": "string", "pattern": f"^{DURATION.pattern}$", "description": "30 minutes, 2 hours, 1 day"},
            "when": _when(),
            **{kind.value: _step(step_type) for kind, step_type in STEP_TYPES.items()},
        },
    }


def _table(properties: Mapping[str, Any], needs: Iterable[str] = ()) -> Schema:
    """A mapping of these keys and no other."""
    table: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return {**table, "required": list(needs)} if needs else table


def _one_of(values: Iterable[str]) -> Schema:
    return {"enum": list(values)}


def _flag(*values: bool) -> Schema:
    return {"enum": [*values, *(str(value).lower() for value in values)]}


def _number(low: int, high: int) -> Schema:
    return {"type": "integer", "minimum": low, "maximum": high}


def _described(schema: Schema, key: str) -> Schema:
    return {**schema, "description": _MEANS[key]} if key in _MEANS else schema


def _steps() -> Schema:
    return {"type": "array", "minItems": 1, "items": {"anyOf": [{"$ref": f"#/$defs/{kind}"} for kind in STEP_TYPES]}}


def _step(step_type: StepType) -> Schema:
    """A step of one type: its own key, those it needs, and all that it may have."""
    keys = {key: _described(_value(step_type, key), key) for key in step_type.keys}
    table = _table(keys, needs=dict.fromkeys((step_type.key, *step_type.needs)))
    if "teach_back" in keys:
        table["dependentRequired"] = {"teach_back": ["otherwise"], "otherwise": ["teach_back"]}
    return table


def _value(step_type: StepType, key: str) -> Schema:
    if key == "keeps":
        return _one_of(QUESTIONS[step_type.kind].kept)
    if key == step_type.key:
        return _KINDS[step_type.kind]
    return _VALUES[key]


def _actions() -> dict[str, Schema]:
    return {key: _described(_KINDS[StepKind(key)], key) for key in ACTION_KEYS}


def _choice() -> Schema:
    keys = {**{key: _WORDS for key in CHOICE_KEYS if key not in ACTION_KEYS}, **_actions()}
    return {"anyOf": [_WORDS, _table(keys, needs=("label",))]}


def _choices() -> Schema:
    return {
        "type": "object",
        "minProperties": 2,
        "maxProperties": 4,
        "propertyNames": _ID,
        "additionalProperties": _choice(),
    }


def _when() -> Schema:
    some = {"type": "array", "items": _WHEN, "minItems": 1}
    words = {word: _number(0, 999_999_999) for word in COMPARISONS}
    words |= {word: _flag(True, False) if word == "given" else _answers() for word in WHEN_WORDS if word not in words}
    compared = {**_table(words), "minProperties": 1, "maxProperties": 1}
    return {
        "type": "object",
        "minProperties": 1,
        "properties": {"all": some, "any": some},
        "additionalProperties": {"anyOf": [*_answers()["anyOf"], compared]},
        "description": "Who is asked: {week: hard}, {load: {at_least: 4}}, {any: [{…}, {…}]}",
    }


def _answers() -> Schema:
    return {"anyOf": [_WORDS, {"type": "array", "items": _WORDS, "minItems": 1}]}


def _preference(preference: Preference) -> Schema:
    if preference.form is None:
        return _one_of(preference.values)
    form = {"type": "string", "pattern": f"^(?:{preference.form.pattern})$"}
    return {"anyOf": [_one_of(preference.values), form]} if preference.values else form


_HEAD: Final[Mapping[str, Schema]] = {
    "flow": _ID,
    "starts": {
        "anyOf": [_one_of(STARTS), {"type": "string", "pattern": f"^{DURATION.pattern} after an escalation$"}],
    },
    "read_by": _one_of(READERS),
    "for": _one_of(FOR),
    "keep_answers": _SPAN,
    "channels": {
        "anyOf": [_one_of(Channel), {"type": "array", "minItems": 1, "items": _one_of(Channel)}],
    },
    **dict.fromkeys(HEADER_WORDS, _WORDS),
}
_VALUES: Final[Mapping[str, Schema]] = {
    "id": _ID,
    "when": _WHEN,
    "after_urgent": _flag(True, False),
    **dict.fromkeys(("why", "discreet", "sms", "voice", "ask", "low", "high", "otherwise", "because"), _WORDS),
    "silence": _table({"remind": _SPAN, "then": _one_of(SILENCE_LEADS_TO)}),
    "many": _flag(True, False),
    "notes": _one_of(NOTES),
    "consent": _ID,
    "teach_back": _table({"right": _ID}, needs=("right",)),
}
_KINDS: dict[StepKind, Schema] = {
    StepKind.SAY: {"anyOf": [_WORDS, _table({"one": _WORDS, "other": _WORDS}, needs=("one", "other"))]},
    StepKind.LANGUAGES: {"const": "languages"},
    StepKind.SCALE: _table({"from": _number(1, MOST), "to": _number(1, MOST)}, needs=("from", "to")),
    StepKind.NUMBER: {
        "anyOf": [
            _table({"from": _number(1, 999_999_999), "to": _number(1, 999_999_999)}, needs=("from", "to")),
            _table({"digits": _number(1, MOST_DIGITS)}, needs=("digits",)),
        ]
    },
    **dict.fromkeys((StepKind.OPEN, StepKind.TIME, StepKind.DATE, StepKind.END), _flag(True)),
    StepKind.OFFER: _one_of(OFFERS),
    StepKind.RAISES: _one_of(RAISES),
    StepKind.SET: {**_table({name: _preference(PREFERENCES[name]) for name in SETTABLE}), "minProperties": 1},
    StepKind.LATER: _table({"flow": _ID, "in": _SPAN}, needs=("flow", "in")),
    **dict.fromkeys((StepKind.RUN, StepKind.GO), _ID),
}
_MEANS: Final[Mapping[str, str]] = {
    "flow": "The file's own name, without .yml.",
    "starts": "When it begins.",
    "purpose": "Why people are asked this; they can ask for it.",
    "wellbeing": "What being well means here.",
    "decided_by": "Which group decided this, and when.",
    "not_for": "What it is not for.",
    "read_by": "Who reads the answers. Urgent things always go to trained staff.",
    "for": "A flow for the team, of which only counts are read.",
    "keep_answers": "How long answers are kept.",
    "channels": "By text, by phone, or both.",
    "id": "The step's name: small letters, digits, - and _.",
    "when": "Who is asked: {week: hard}, {load: {at_least: 4}}, {any: [{…}, {…}]}.",
    "after_urgent": "Goes on also after something urgent.",
    "ask": "The question. It names no key or digit: the service adds them.",
    "why": "Why this is asked, in words that the person may read.",
    "discreet": "What stands there on a phone that others may read.",
    "sms": "What stands there by text.",
    "voice": "What stands there in a call.",
    "silence": "What no answer leads to.",
    "many": "Several answers may be given.",
    "notes": "The ledger that the answer is written into.",
    "keeps": "The preference that the answer becomes.",
    "consent": "The consent that is kept, with its date and wording.",
    "teach_back": "The choice that shows that our own words were clear.",
    "otherwise": "Said after any other answer, before the question is asked once more.",
    "low": "What the lowest number means.",
    "high": "What the highest number means.",
    "because": "What staff should know.",
    "say": "Words, or their forms for one and for more.",
    "choices": "2 to 4 answers, or `languages`. The first is digit 1.",
    "yes_no": "1 is yes and 2 is no, always.",
    "scale": "Numbers between two ends, 7 at most.",
    "number": "A number in a range, or so many digits.",
    "open": "The person's own words, which a person reads.",
    "time": "A time of the week.",
    "date": "A day of the calendar.",
    "offer": "What is offered; yes goes before a person soon.",
    "raises": "How soon a person must see it. Never taken back.",
    "set": "Preferences and their values.",
    "run": "The flow whose steps stand here.",
    "later": "Another flow, begun a while from now.",
    "go": "The step that comes next.",
    "end": "The check-in is over, for those whom `when` fits.",
}
_KINDS[StepKind.CHOICES] = _choices()
_KINDS[StepKind.YES_NO] = {"anyOf": [_flag(True), _table(dict.fromkeys(LABELS, _table(_actions())))]}
