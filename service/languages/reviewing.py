"""Who has checked a language, written into its language.yml; every other line stays as it is."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Final

from service.core.yaml_lines import Fields, Sheet

_LINE: Final = "^{key}:.*$"


def with_reviewer(text: str, name: str, day: date) -> str:
    """The text of a language.yml with one more reviewer, and the day on which somebody last checked words."""
    before = _reviewer(text)
    names = [one.strip() for one in before.split(",") if one.strip()]
    names += [] if name in names else [name]
    return _with(_with(text, "reviewer", _quoted(", ".join(names))), "reviewed_on", day.isoformat())


def _reviewer(text: str) -> str:
    sheet = Sheet("", text)
    written = sheet.read()
    if written is None:
        return ""
    found = Fields(sheet, written, "a language", ("reviewer",), ()).text("reviewer")
    return found.value if found is not None else ""


def _with(text: str, key: str, value: str) -> str:
    line = re.compile(_LINE.format(key=key), re.MULTILINE)
    written = f"{key}: {value}"
    if line.search(text):
        return line.sub(lambda _: written, text, count=1)
    return f"{text.rstrip()}\n{written}\n"


def _quoted(words: str) -> str:
    """Words as YAML reads them back."""
    return words if re.fullmatch(r"[^\W\d_][\w ,.'-]*", words) else json.dumps(words, ensure_ascii=False)
