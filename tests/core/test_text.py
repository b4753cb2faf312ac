import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.text import graphemes, parts

VECTORS = json.loads((Path(__file__).parent.parent / "data" / "segments_vectors.json").read_text("utf-8"))["rows"]
FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize("row", VECTORS, ids=[row["name"] for row in VECTORS])
def test_the_carrier_and_we_count_the_same_parts(row):
    counted = parts(row["text"])
    assert (counted.encoding, counted.segments) == (row["encoding"], row["segments"])
    assert bool(counted.costly) == (row["encoding"] == "UCS-2")


@pytest.mark.parametrize("row", [row for row in VECTORS if row["encoding"] == "UCS-2"], ids=lambda row: row["name"])
def test_the_carrier_and_we_see_the_same_characters(row):
    assert len(list(graphemes(row["text"]))) == row["characters"]


@pytest.mark.parametrize(
    ("text", "costly"),
    [
        ("Are you safe?", ()),
        ("It costs 3 € [or so]", ()),
        ("Łukasz, are you safe?", ("Ł",)),
        ("¿Qué tal? Así, así", ("í",)),
        ("don’t, can’t", ("’",)),
        ("جی", ("ج", "ی")),
    ],
)
def test_the_costly_characters_are_named_once_each(text, costly):
    assert parts(text).costly == costly


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ج" * 70, 1),
        ("ج" * 71, 2),
        ("ج" * 66 + "👍🏽" + "ج" * 3, 2),
        ("ج" + "\u0301" * 66 + "ج" * 67, 2),
        ("ج" + "\u0301" * 200, 3),
    ],
)
def test_edges_of_a_part(text, segments):
    assert parts(text).segments == segments


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (FAMILY, [FAMILY]),
        ("👍🏽a", ["👍🏽", "a"]),
        ("🇮🇹🇬🇧🇮", ["🇮🇹", "🇬🇧", "🇮"]),
        ("e\u0301e", ["e\u0301", "e"]),
        ("हिन्दी", ["हि", "न्", "दी"]),
        ("\u1112\u1161\u11ab\u1100\u1161", ["\u1112\u1161\u11ab", "\u1100\u1161"]),
        ("\r\n", ["\r", "\n"]),
        ("\u2068a\u2069", ["\u2068", "a", "\u2069"]),
    ],
)
def test_a_reader_sees_whole_characters(text, seen):
    assert list(graphemes(text)) == seen


AWKWARD = st.sampled_from("a€é’جی👍🏽🇮🇹\u0301\u200d\r\n\u2068\u2069हि한\u1112\u1161")
ANY_TEXT = st.text(alphabet=st.one_of(st.characters(), AWKWARD), max_size=400)


@given(ANY_TEXT)
def test_no_character_is_lost_between_graphemes(text):
    assert "".join(graphemes(text)) == text


@given(ANY_TEXT, ANY_TEXT)
def test_saying_more_never_costs_less(text, more):
    assert parts(text).segments <= parts(text + more).segments


@given(ANY_TEXT)
def test_parts_are_never_fewer_than_the_octets_need(text):
    counted = parts(text)
    octets = len(text) * 7 / 8 if counted.encoding == "GSM-7" else len(text.encode("utf-16-be", "surrogatepass"))
    assert counted.segments >= max(1, octets / 140)
