"""Show what the urgency rules say of a list of texts."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from service.core.urgency import Assessment, RuleProblems, Rules, assess, compile_rules
from service.core.urgency_file import read_rules
from service.settings import PROJECT

COLUMNS = ("id", "language", "text")


@click.command("assess")
@click.option("--csv", "file", type=click.Path(path_type=Path, dir_okay=False), required=True, help="id,language,text")
@click.option("--home", type=click.Path(path_type=Path, exists=True, file_okay=False), default=PROJECT, help="Whose rules.")
@click.option("--explain", is_flag=True, help="Add the rules and the places in the text that they saw.")
def command(file: Path, home: Path, explain: bool) -> None:
    """Read id,language,text (further columns are ignored) and print id,label,because: urgent, soon or routine.

    The label is the rules' own, with the allow-list applied as for an open question. Exit code 2 on a bad file.
    """
    try:
        rows = list(_rows(file))
        rules = read_home_rules(home)
    except (RuleProblems, _BadFile) as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(("id", "label", "because", "rules") if explain else ("id", "label", "because"))
    for identity, text in rows:
        found = assess(text, rules)
        line = (identity, found.urgency.label, _because(found))
        out.writerow((*line, _seen(found)) if explain else line)


def read_home_rules(home: Path) -> Rules:
    """The rules of every language of a home, measured as they are: also those that no native reader has checked."""
    files = sorted((home / "locales").glob("*/urgency.yml"))
    documents = {
        file.parent.name: read_rules(file.read_text(encoding="utf-8-sig"), str(file.relative_to(home))) for file in files
    }
    return compile_rules(documents, trust_unreviewed=True)


class _BadFile(Exception):
    """The file can't be read as a list of texts; the message says which row and what to write."""


def _rows(file: Path) -> Iterator[tuple[str, str]]:
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise _BadFile(f"{file}: can't be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise _BadFile(f"{file}: save it as UTF-8; byte {error.start} is something else") from None
    reader = csv.reader(io.StringIO(text.replace("\x00", "\ufffd"), newline=""))
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        missing = [name for name in COLUMNS if name not in names]
        if missing:
            raise _BadFile(f"{file}:1: the first line must name id,language,text; missing: {', '.join(missing)}")
        places = [names.index(name) for name in COLUMNS]
        for row in reader:
            if not row:
                continue
            if len(row) <= max(places):
                raise _BadFile(f"{file}:{reader.line_num}: this row has {len(row)} columns, write id,language,text")
            yield row[places[0]], row[places[2]]
    except csv.Error as error:
        raise _BadFile(f"{file}:{reader.line_num}: {error}") from None


def _because(found: Assessment) -> str:
    """Every reason once, the most urgent first."""
    return "; ".join(dict.fromkeys(one.reason for one in found.because))


def _seen(found: Assessment) -> str:
    return "; ".join(f"{one.rule} {one.start}-{one.end}" for one in found.because)
