"""A language as a spreadsheet, and what stands in one: every cell is text, so that nothing in it is ever a formula."""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from service.usecases.translating.rows import Row, State

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

CONTEXT, WHERE, FORM, ENGLISH, TRANSLATION, STATE, SENT, COSTLY, NOTE, AROUND = (
    *("context", "where it is used", "form", "English", "translation", "state"),
    *("as it is sent", "costly letters", "note", "the conversation around it"),
)
COLUMNS: Final = {
    CONTEXT: 28,
    WHERE: 30,
    FORM: 16,
    ENGLISH: 44,
    TRANSLATION: 44,
    STATE: 14,
    SENT: 40,
    COSTLY: 10,
    NOTE: 30,
    AROUND: 60,
}
NEEDED: Final = (CONTEXT, ENGLISH, TRANSLATION)

_THEIRS: Final = (TRANSLATION, SENT, AROUND)  # columns in the language itself
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_ESCAPED_RETURN: Final = "_x000D_"
_LONGEST: Final = 32_000  # characters that a cell holds
_LARGEST: Final = 20_000_000  # bytes
_TOO_LARGE: Final = 200_000_000  # bytes, unpacked
# What a file raises that was cut off, or that is something else under this name.
_BROKEN: Final = (
    *(zipfile.BadZipFile, zlib.error, OSError, EOFError, SyntaxError, NotImplementedError),
    *(AttributeError, LookupError, TypeError, ValueError),
)
_READING_ORDER: Final = {"ltr": 1, "rtl": 2}


class NoSheet(Exception):
    """The file is no spreadsheet that this can read; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a spreadsheet, by the names of its columns. `odd`: cells that hold no words, each with what they are."""

    number: int
    cells: dict[str, str]
    odd: dict[str, str]


def write_sheet(path: Path, rows: Iterable[Row], code: str, direction: str) -> None:
    """Write a language's texts as .xlsx; a right-to-left language has its sheet the other way round. The sheet is called
    by the code, so that it never comes back as another language."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = code
    sheet.sheet_view.rightToLeft = direction == "rtl"
    sheet.freeze_panes = "B2"
    _write_line(sheet, 1, list(COLUMNS), direction, bold=True)
    count = 1
    for count, row in enumerate(rows, start=2):
        _write_line(sheet, count, _cells(row), direction, state=row.state)
    _finish(sheet, count)
    book.save(path)


def read_sheet(path: Path) -> tuple[str, list[Line]]:
    """What the first sheet is called, and its rows under their headings; NoSheet if there is none to read."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    broken = (*_BROKEN, InvalidFileException)
    try:
        _refuse_what_is_too_large(path)
        with warnings.catch_warnings(action="ignore"):  # of what a spreadsheet may have and a translation has not
            book = load_workbook(path, read_only=True, data_only=False)
            sheet = book.worksheets[0]
            title, lines = str(sheet.title), list(_lines(sheet.iter_rows()))
            book.close()
    except broken as error:
        raise NoSheet("it is no .xlsx; open it where it was written, and save it as Excel workbook (.xlsx)") from error
    return title, lines


def _refuse_what_is_too_large(path: Path) -> None:
    with zipfile.ZipFile(path) as packed:
        if path.stat().st_size > _LARGEST or sum(one.file_size for one in packed.infolist()) > _TOO_LARGE:
            raise NoSheet("it is far larger than a language; export the language anew")


def _lines(rows: Iterator[Sequence[Any]]) -> Iterator[Line]:
    heads = [str(cell.value or "").strip() for cell in next(rows, ())]
    if missing := [one for one in NEEDED if one not in heads]:
        raise NoSheet(f"its first row has no heading “{missing[0]}”; leave the first row as it was exported")
    for number, row in enumerate(rows, start=2):
        cells: dict[str, str] = {}
        odd: dict[str, str] = {}
        for head, cell in zip(heads, row, strict=False):
            cells[head], fault = _text(cell)
            if fault:
                odd[head] = fault
        if any(cells.values()):
            yield Line(number, cells, odd)


def _text(cell: Any) -> tuple[str, str]:
    """What a person wrote in a cell, and what is odd where it is no text."""
    value = cell.value
    if value is None:
        return "", ""
    if getattr(cell, "data_type", "s") == "e":
        return str(value), f"holds the error {value}"
    if isinstance(value, str):
        return value.replace(_ESCAPED_RETURN, "").replace("\r\n", "\n").replace("\r", "\n").strip(), ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value), f"was turned into {value}"
    return str(int(value)) if float(value).is_integer() else str(value), ""


def _cells(row: Row) -> list[str]:
    return [
        *(row.context, row.where, row.numbers, row.english, row.translation, row.state.value),
        *(row.sent, row.costly, row.note, row.around),
    ]


def _write_line(
    sheet: Worksheet, number: int, texts: Sequence[str], direction: str, *, bold: bool = False, state: State | None = None
) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    for place, (head, text) in enumerate(zip(COLUMNS, texts, strict=True), start=1):
        cell = sheet.cell(number, place)
        _put(cell, text)
        order = _READING_ORDER[direction if head in _THEIRS and not bold else "ltr"]
        cell.alignment = Alignment(wrap_text=True, vertical="top", readingOrder=order)
        cell.font = Font(bold=bold)
        if state is not None and head in (TRANSLATION, STATE):
            cell.fill = PatternFill("solid", fgColor=_COLOURS[state])


_COLOURS: Final = {State.TO_DO: "FFF4D6", State.PLEASE_CHECK: "EAF2FB", State.CHECKED: "E8F5E9"}


def _put(cell: Cell, text: str) -> None:
    """Text as text, whatever it begins with; its format says so too, so that it stays text when somebody edits it."""
    if text:
        cell.value = _NOT_IN_XML.sub("", text)[:_LONGEST]
        cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = True


def _finish(sheet: Worksheet, last: int) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for place, width in enumerate(COLUMNS.values(), start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    states = ",".join(state.value for state in State)
    choice = DataValidation(type="list", formula1=f'"{states}"', allow_blank=True)
    letter = get_column_letter(list(COLUMNS).index(STATE) + 1)
    choice.add(f"{letter}2:{letter}{max(last, 2)}")
    sheet.add_data_validation(choice)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{last}"
