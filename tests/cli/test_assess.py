"""`alongside assess`: a list of texts in, what the rules say of each out."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli.assess import command


def assess_file(folder: Path, content: bytes, *more: str) -> Result:
    file = folder / "texts.csv"
    file.write_bytes(content)
    return CliRunner().invoke(command, ["--csv", str(file), *more])


def rows(result: Result) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(result.stdout)))


def test_each_text_gets_its_label_and_why(tmp_path: Path) -> None:
    content = 'id,language,text,note\na,en,"i want to kill myself, tonight",x\nb,en,no food in the house,\n'
    content += "c,en,all good thanks,\n"
    result = assess_file(tmp_path, content.encode())
    assert result.exit_code == 0
    assert [(row["id"], row["label"]) for row in rows(result)] == [("a", "urgent"), ("b", "soon"), ("c", "routine")]
    assert all(row["because"] for row in rows(result))
    assert list(rows(result)[0]) == ["id", "label", "because"]


def test_a_mark_at_the_start_and_windows_line_ends_are_read_right(tmp_path: Path) -> None:
    result = assess_file(tmp_path, '\ufeffid,language,text\r\nä1,es,"todo bien\r\ngracias"\r\n'.encode())
    assert [(row["id"], row["label"]) for row in rows(result)] == [("ä1", "routine")]


def test_columns_may_stand_in_any_order_and_a_language_without_rules_is_soon(tmp_path: Path) -> None:
    result = assess_file(tmp_path, "text,id,more,language\nسلام,1,,xx\nblah blubb,2,,xx\n".encode())
    assert [row["id"] for row in rows(result)] == ["1", "2"]
    assert rows(result)[1]["label"] == "soon"


def test_explained_with_rules_and_places(tmp_path: Path) -> None:
    result = assess_file(tmp_path, b"id,language,text\n1,en,i took all my tablets\n", "--explain")
    assert rows(result)[0]["rules"].startswith("en/")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"id,text\n1,hello\n", "texts.csv:1: the first line must name id,language,text; missing: language"),
        (b"", "missing: id, language, text"),
        (b"id,language,text\n1,en,hello\n2,en\n", "texts.csv:3: this row has 2 columns"),
        (b"id,language,text\n1,en,caf\xe9\n", "save it as UTF-8"),
    ],
)
def test_a_bad_file_is_named_with_its_row_and_what_to_write(tmp_path: Path, content: bytes, said: str) -> None:
    result = assess_file(tmp_path, content)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert CliRunner().invoke(command, ["--csv", str(tmp_path / "none.csv")]).exit_code == 2
