"""A language's messages.po, read strictly: what is wrong is named with its line, never guessed at or half read."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po

from service.core.model import Problem
from service.languages.plurals import NoRule, written_rule

_BOM = b"\xef\xbb\xbf"
_LINE = re.compile(r'(#~\s*)?((msgctxt|msgid|msgid_plural|msgstr|msgstr\[\d+\])\s*)?"([^"\\]|\\.)*"')
_CONTEXT = re.compile(r'msgctxt\s+"((?:[^"\\]|\\.)*)"')
_PLURALS = "Plural-Forms"
_MADE_ANEW = "take the line out, and alongside translate update writes it anew"

Message = dict[str, str | bool | int | list[str]]


def decode(data: bytes, file: str) -> tuple[str, list[Problem]]:
    """The text of a file, whichever line ends and mark at its start an editor gave it; a Problem if it is not UTF-8."""
    try:
        text = data.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return "", [Problem(file, line, "a letter here is not UTF-8; save the file as UTF-8, then look at this line")]
    return text.replace("\r\n", "\n").replace("\r", "\n"), []


def read_catalog(data: bytes, file: str) -> tuple[Catalog, list[Problem]]:
    """Babel's catalog, empty where the file can't be read whole."""
    text, problems = decode(data, file)
    problems += _faults(text, file)
    if problems:
        return Catalog(), problems
    try:
        catalog = read_po(io.StringIO(text), abort_invalid=True)
        written_rule(catalog.plural_forms)
    except PoFileError as error:
        return Catalog(), [Problem(file, error.lineno + 1, _unreadable(str(error)))]
    except NoRule as error:
        return Catalog(), [Problem(file, _line_of(text, _PLURALS), f"{_PLURALS}: {error}; {_MADE_ANEW}")]
    except (ValueError, LookupError, TypeError):
        if _PLURALS in text:
            return Catalog(), [Problem(file, _line_of(text, _PLURALS), f"{_PLURALS} can't be read; {_MADE_ANEW}")]
        return Catalog(), [Problem(file, 1, "the first entry of the file can't be read; copy it from messages.pot")]
    return catalog, []


def messages_of(catalog: Catalog) -> dict[str, Message]:
    """The translations by context, each with its English, whether it is fuzzy, and its line; untranslated ones too.

    Words that follow a number have the English `plural` as well, and all their `forms`; their `text` is the last form.
    """
    messages: dict[str, Message] = {}
    for message in catalog:
        if not message.id or not message.context:
            continue
        english, forms = forms_of(message.id), [form.strip() for form in forms_of(message.string)]
        entry: Message = {
            "english": english[0],
            "text": forms[-1] if all(forms) else "",
            "fuzzy": bool(message.fuzzy),
            "line": message.lineno or 1,
        }
        if len(english) > 1:
            entry |= {"plural": english[1], "forms": forms}
        messages[message.context] = entry
    return messages


def forms_of(words: str | Sequence[str] | None) -> tuple[str, ...]:
    """One text, or its forms for one and for more, as Babel keeps them."""
    return (words or "",) if words is None or isinstance(words, str) else tuple(words)


def _unreadable(error: str) -> str:
    if "num_plurals" in error:
        return f"there are more forms here than {_PLURALS} at the top of the file says; take out what is too many"
    return "this can't be read; compare it with the entries around it"


def _line_of(text: str, words: str) -> int:
    return text.partition(words)[0].count("\n") + 1


def _faults(text: str, file: str) -> list[Problem]:
    return [*_odd_lines(text, file), *_repeated(text, file)]


def _odd_lines(text: str, file: str) -> Iterator[Problem]:
    for number, line in enumerate(text.split("\n"), start=1):
        written = line.strip()
        if not written or (written.startswith("#") and not written.startswith("#~")) or _LINE.fullmatch(written):
            continue
        if written.startswith(("<<<<<<<", "=======", ">>>>>>>")):
            yield Problem(file, number, "two versions of the file were put together here; keep one of them")
        else:
            yield Problem(file, number, 'this is no line of a catalog; write msgstr "…" with both quotes, \\" inside')


def _repeated(text: str, file: str) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        found = _CONTEXT.match(line.strip())
        if found and seen.setdefault(found[1], number) != number:
            yield Problem(file, number, f"{found[1]} stands here again (first in line {seen[found[1]]}); keep one")
