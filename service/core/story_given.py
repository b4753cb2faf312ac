"""What is so when a story begins, as it is written: the hour, the person, and what was answered before."""

from __future__ import annotations

from typing import Final

from service.core import story_values as values
from service.core.story import Given
from service.core.yaml_lines import Fields, Sheet, Table, Text, Written

GIVEN_KEYS: Final = (
    *("now", "on_duty", "name", "language", "silence_plan", "delivery", "promise_kept", "ideas", "discreet"),
    *("role", "my", "consents", "answers", "last"),
)


def read_given(sheet: Sheet, written: Written) -> Given:
    """What is given, with every problem noted in the sheet."""
    flat = tuple(key.value for key, _ in written.pairs if key.value.startswith("my.")) if isinstance(written, Table) else ()
    fields = Fields(sheet, written, "given", (*GIVEN_KEYS, *flat), ())
    my = words_of(sheet, fields, "my")
    my |= {key.removeprefix("my."): text.value for key in flat if (text := fields.text(key)) is not None}
    if (plan := fields.value("silence_plan", values.silence_plan)) is not None:
        my["silence_plan"] = plan
    return Given(
        line=written.line,
        now=fields.value("now", values.hour),
        on_duty=fields.value("on_duty", values.yes_or_no),
        name=value_of(fields, "name"),
        language=value_of(fields, "language"),
        delivered=fields.value("delivery", values.delivery) is not False,
        promise_kept=fields.value("promise_kept", values.yes_or_no) is True,
        ideas=fields.value("ideas", values.whole_number),
        discreet=fields.value("discreet", values.yes_or_no),
        role=fields.value("role", values.role),
        my=my,
        consents=yes_or_no(sheet, fields, "consents"),
        answers=several(fields, "answers"),
        last=several(fields, "last"),
    )


def value_of(fields: Fields, key: str) -> str | None:
    """The one value under a key, as written."""
    text = fields.text(key)
    return None if text is None else text.value


def words_of(sheet: Sheet, fields: Fields, key: str) -> dict[str, str]:
    """A table of single values."""
    table = fields.table(key)
    found: dict[str, str] = {}
    for name, written in table.pairs if table else ():
        if isinstance(written, Text) and written.value:
            found[name.value] = written.value
        else:
            sheet.wrong(name.line, f"{name.value} takes one value; write {name.value}: …")
    return found


def yes_or_no(sheet: Sheet, fields: Fields, key: str) -> dict[str, bool]:
    """A table of yes and no."""
    found: dict[str, bool] = {}
    for name, written in words_of(sheet, fields, key).items():
        if written in ("yes", "no"):
            found[name] = written == "yes"
        else:
            fields.wrong(key, f"{name} is yes or no, not {written}; write {name}: yes")
    return found


def several(fields: Fields, key: str) -> dict[str, tuple[str, ...]]:
    """A table of one value or a list of them under each name."""
    table = fields.table(key)
    if table is None:
        return {}
    inner = Fields(fields.sheet, table, key, tuple(name.value for name, _ in table.pairs), ())
    return {name.value: tuple(text.value for text in inner.texts(name.value)) for name, _ in table.pairs}
