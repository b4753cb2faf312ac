"""Reads the head of a flow file: what it is for, when it starts, who decided it and who reads the answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Final

from service.core.flow_fields import Fields, did_you_mean, duration_in
from service.core.flow_plan import Flow
from service.core.model import Channel
from service.core.steps.shape import Phrase

HEADER_WORDS: Final = ("purpose", "wellbeing", "decided_by", "not_for")
HEADER_KEYS: Final = ("flow", "starts", *HEADER_WORDS, "read_by", "keep_answers", "channels", "steps")
STARTS: Final = ("every day", "every week", "on joining", "when asked")
AFTER_ESCALATION: Final = "2 days after an escalation"
READERS: Final = ("trained_staff", "peers", "counts")
FOR: Final = ("staff",)

AFTER_DAYS: Final = re.compile(r"(.*) after an escalation")
_WRITE: Final[Mapping[str, str]] = {
    "flow": "write the file's own name without .yml",
    "starts": f"write one of: {', '.join(STARTS)}, {AFTER_ESCALATION}",
    "purpose": "say in a sentence why people are asked this",
    "wellbeing": "say in a sentence what being well means here",
    "decided_by": "say which group decided this, or `No group has decided this yet.`",
    "not_for": "say what it is not for, such as `Emergencies. {read_hours}`",
    "read_by": "write trained_staff, or peers, or for a flow for staff counts",
    "keep_answers": "say how long answers are kept, such as `90 days`",
    "channels": "write [sms], [voice] or [sms, voice]",
    "steps": "write the steps, each beginning with `- id:`",
}


def read_head(fields: Fields, file: str) -> Flow:
    """The flow without its steps."""
    fields.refuse_unknown((*HEADER_KEYS, "for"))
    for key in HEADER_KEYS:
        if key not in fields:
            fields.wrong(key, f"`{key}:` is missing; {_WRITE[key]}")
    for_staff = fields.one_of("for", FOR) == "staff"
    channels = fields.several("channels", [channel.value for channel in Channel])
    starts = fields.text("starts") or ""
    after_escalation = _after_escalation(starts)
    return Flow(
        name=_read_name(fields, file),
        starts=starts if after_escalation else _read_starts(fields, starts),
        header={part: Phrase(part, fields.text(part) or "", fields.line(part)) for part in HEADER_WORDS},
        read_by=_read_by(fields, for_staff),
        keep_answers=fields.duration("keep_answers") or timedelta(),
        channels=tuple(map(Channel, channels)),
        steps=(),
        for_staff=for_staff,
        after_escalation=after_escalation,
        file=file,
    )


def _read_name(fields: Fields, file: str) -> str:
    name = fields.id("flow") or ""
    stem = PurePosixPath(file.replace("\\", "/")).stem
    if name and name != stem:
        fields.wrong("flow", f"the file is called `{stem}` and the flow `{name}`; write `flow: {stem}`")
    return name


def _after_escalation(starts: str) -> timedelta | None:
    match = AFTER_DAYS.fullmatch(starts)
    return None if match is None else duration_in(match[1])


def _read_starts(fields: Fields, starts: str) -> str:
    if starts and starts not in STARTS:
        fields.wrong("starts", f"`starts` cannot be `{starts}`; {did_you_mean(starts, (*STARTS, AFTER_ESCALATION))}")
        return ""
    return starts


def _read_by(fields: Fields, for_staff: bool) -> str:
    reader = fields.one_of("read_by", READERS) or ""
    if reader == "counts" and not for_staff:
        fields.wrong("read_by", "only a flow for staff is read as `counts`; write trained_staff, or add `for: staff`")
    elif for_staff and reader not in ("", "counts"):
        fields.wrong("read_by", f"a flow for staff is never read by `{reader}`; write counts, or take `for` out")
    return reader
