"""New and changed English into every catalog: nothing that anyone ever translated is lost by it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import denormalize, write_po

from service.core import drawing_words, words
from service.core.flow_file import FlowProblems, load_flow
from service.core.model import Problem
from service.languages.catalogs import decode, forms_of, read_catalog
from service.languages.home import CATALOG, language_folders
from service.languages.language import SOURCE
from service.languages.plurals import PluralRule, rule_of, written_rule

_TEMPLATE = "messages.pot"
_PREVIOUS = ("| msgid ", "| msgid_plural ")
_KEYWORDS = {"pgettext": ((1, "c"), 2)}
_COMMENT_TAGS = ("NOTE:",)
_HEADER = """\
# Words of the service and of its flows; locales/README.md says how to translate them.
# fuzzy: no native reader has checked the translation, so it is used in trial mode only.
msgid ""
msgstr ""
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""
_PLURALS = '"Plural-Forms: {rule};\\n"\n'


class CannotUpdate(ValueError):
    """Something must be put right first; nothing was written. `problems` says what."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Updated:
    """What became of one catalog: how many texts it has, lacks, and holds in doubt."""

    code: str
    texts: int
    untranslated: int
    fuzzy: int


def update_catalogs(home: Path) -> list[Updated]:
    """Writes messages.pot and brings each messages.po up to it; CannotUpdate, and nothing written, if one is broken."""
    template = extracted(home)
    folders = [folder for folder in language_folders(home) if folder.name != SOURCE]
    catalogs = _read_all(home, folders)
    write_catalog(home / "locales" / _TEMPLATE, template, "")
    updated = []
    for folder in folders:
        merged = merge(template, catalogs[folder.name])
        write_catalog(folder / CATALOG, merged, folder.name)
        texts = [message for message in merged if message.id]
        untranslated = sum(not all(forms_of(message.string)) for message in texts)
        updated.append(Updated(folder.name, len(texts), untranslated, sum(message.fuzzy for message in texts)))
    return updated


def current_catalog(home: Path, code: str) -> Catalog:
    """A language's catalog as `update_catalogs` would write it; CannotUpdate if it, or a flow, is broken."""
    template = extracted(home)
    return merge(template, _read_all(home, [home / "locales" / code])[code])


def merge(template: Catalog, old: Catalog) -> Catalog:
    """The template with all translations of `old`, found by context; where only the words are the same, or the English
    under a context has changed, the translation is kept as fuzzy. What has no place any more is kept as obsolete."""
    new = with_rule(Catalog(), written_rule(old.plural_forms))
    known = [message for message in (*old, *_doubted(old.obsolete.values())) if message.id and any(forms_of(message.string))]
    by_context = {message.context: message for message in reversed(known)}
    by_english = {message.id: message for message in reversed(known)}
    for message in template:
        if message.id:
            _add(new, message, by_context.get(message.context) or by_english.get(message.id))
    kept = {message.string for message in new if message.id}
    for message in known:
        if message.string not in kept:
            new.obsolete[(forms_of(message.id)[0], message.context or "")] = message
    return new


def _add(catalog: Catalog, message: Message, before: Message | None) -> None:
    """The template's message with the translation from before, in doubt unless nothing about it has changed."""
    if before is None:
        catalog.add(message.id, "", message.locations, (), message.auto_comments, context=message.context)
        return
    same = before.id == message.id and before.context == message.context
    string = _in_forms(before.string, catalog.num_plurals) if message.pluralizable else forms_of(before.string)[-1]
    notes = [note for note in before.user_comments if not note.startswith(_PREVIOUS)]
    catalog.add(
        message.id,
        string,
        message.locations,
        set(before.flags) if same else {*before.flags, "fuzzy"},
        message.auto_comments,
        notes,
        _previous(before) if before.id == message.id else forms_of(before.id),
        context=message.context,
    )


def _previous(message: Message) -> list[str]:
    """The English that a doubted translation was made from; Babel writes it, but reads it as a translator's note."""
    notes = [
        note.removeprefix(previous) for previous in _PREVIOUS for note in message.user_comments if note.startswith(previous)
    ]
    return [denormalize(note) for note in notes] if message.fuzzy else []


def _in_forms(string: str | Sequence[str] | None, count: int) -> tuple[str, ...]:
    """As many forms as the language has; where there was only one text, or the wrong number, the last stands in for all."""
    forms = forms_of(string)
    return forms if len(forms) == count else (*forms[:-1], *[forms[-1]] * count)[:count]


def _doubted(obsolete: Iterable[Message]) -> Iterator[Message]:
    """Catalogs keep no flags of obsolete messages, so what comes back from there is looked at again."""
    for message in obsolete:
        message.flags.add("fuzzy")
        yield message


def extracted(home: Path) -> Catalog:
    """All that there is to translate, as messages.pot holds it; CannotUpdate if a flow is broken."""
    template = Catalog()
    for file, line, context, english, comments in (*_service_words(), *_flow_texts(home)):
        template.add(english, "", [(file, line)], (), comments, context=context)
    return template


_Found = tuple[str, int, str, str | tuple[str, str], list[str]]


def _service_words() -> Iterator[_Found]:
    for module in (words, drawing_words):
        file = f"service/core/{Path(str(module.__file__)).name}"
        found = extract_from_file("python", str(module.__file__), _KEYWORDS, _COMMENT_TAGS, strip_comment_tags=True)
        for line, message, comments, context in found:
            yield file, line, context or "", str(message), comments


def _flow_texts(home: Path) -> Iterator[_Found]:
    problems: list[Problem] = []
    for file in sorted((home / "flows").glob("*.yml")):
        if file.name.endswith(".stories.yml"):
            continue
        name = file.relative_to(home).as_posix()
        text, found = decode(file.read_bytes(), name)
        problems += found
        try:
            for one in load_flow(text, name).texts() if not found else ():
                english = one.english if one.plural is None else (one.english, one.plural)
                yield name, one.line, one.context, english, []
        except FlowProblems as broken:
            problems += broken.problems
    if problems:
        raise CannotUpdate(problems)


def _read_all(home: Path, folders: list[Path]) -> dict[str, Catalog]:
    problems: list[Problem] = []
    catalogs = {}
    for folder in folders:
        file = folder / CATALOG
        data = file.read_bytes() if file.exists() else b""
        catalog, found = read_catalog(data, file.relative_to(home).as_posix())
        problems += found
        catalogs[folder.name] = catalog if b"Plural-Forms" in data else with_rule(catalog, rule_of(folder.name))
    if problems:
        raise CannotUpdate(problems)
    return catalogs


def with_rule(catalog: Catalog, rule: PluralRule) -> Catalog:
    """The catalog with that rule for words that follow a number."""
    catalog.mime_headers = [("Plural-Forms", rule.text)]
    return catalog


def catalog_bytes(catalog: Catalog, code: str) -> bytes:
    """The file of a catalog. No dates stand in it, so the same words give the same file. The template has no `code`."""
    header = _HEADER.format(code=code)
    if code:
        header += _PLURALS.format(rule=written_rule(catalog.plural_forms).text.rstrip(";"))
    buffer = io.BytesIO(f"{header}\n".encode())
    buffer.seek(0, io.SEEK_END)
    write_po(buffer, catalog, width=0, omit_header=True, include_previous=True)
    return buffer.getvalue()


def write_catalog(path: Path, catalog: Catalog, code: str) -> None:
    """Write a catalog unless the file is the same already."""
    write_whole(path, catalog_bytes(catalog, code))


def write_whole(path: Path, data: bytes) -> None:
    """Writes beside the file and then puts it in its place, so that a full disk costs nobody their translations."""
    if path.exists() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(path.suffix + ".new")
    beside.write_bytes(data)
    beside.replace(path)
