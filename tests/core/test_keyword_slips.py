"""One slip of the finger in a long word of ours is forgiven; stop and start never are."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from service.core.keywords import ChooseLanguage, Keyword, KeywordTable, fold, recognise

URDU = fold("کیوں پوچھ رہے ہیں")
TABLE = KeywordTable(
    words={
        "texts off": Keyword.STOP,
        "start again": Keyword.START,
        "talk to someone": Keyword.PERSON,
        "a human": Keyword.PERSON,
        "person": Keyword.PERSON,
        "call me": Keyword.CALL,
        "why": Keyword.WHY,
        "why do you ask": Keyword.WHY,
        "info": Keyword.HELP,
        URDU: Keyword.WHY,
    },
    languages={"espanol": "es", "english": "en", "cymraeg": "cy", "urdu": "ur"},
)
LONG = ["talk to someone", "a human", "person", "call me", "why do you ask", URDU, "espanol", "english"]
LETTERS = "abcdefgmnopstuy کہ"


def slips(word: str) -> st.SearchStrategy[str]:
    """The word with one letter left out, put in, changed, or changed places with its neighbour."""
    place = st.integers(0, len(word) - 1)
    letter = st.sampled_from(LETTERS)
    return st.one_of(
        place.map(lambda at: word[:at] + word[at + 1 :]),
        st.tuples(place, letter).map(lambda p: word[: p[0]] + p[1] + word[p[0] :]),
        st.tuples(place, letter).map(lambda p: word[: p[0]] + p[1] + word[p[0] + 1 :]),
        place.map(lambda at: word[:at] + word[at : at + 2][::-1] + word[at + 2 :]),
    )


@settings(deadline=None)
@given(st.sampled_from(LONG).flatmap(lambda word: st.tuples(st.just(word), slips(word))))
def test_every_slip_in_every_long_word_is_forgiven(pair: tuple[str, str]) -> None:
    word, typed = pair
    # Spaces fold away, and what is one slip from two words of different meaning means neither.
    assume(typed == " ".join(typed.split()) and typed != word)
    found = recognise(typed, TABLE) or TABLE.nearly(fold(typed))
    assert found == (TABLE.words.get(word) or ChooseLanguage(TABLE.languages[word]))


@pytest.mark.parametrize(
    "typed",
    [
        *("texts of", "text off", "txets off", "textss off", "start agan", "satrt again"),
        *("stopp", "stpo", "unsubscrib", "cancell"),  # the carrier's own
        *("wyh", "whyy", "urud", "urrdu", "inof"),  # too short to be sure
        *("kill me", "prison", "hurt me", "talk to him", "call", "callmeee"),  # two slips or more
        *("why do you hit me", "call me please he is here", ""),
    ],
)
def test_nothing_else_is_taken_for_a_slip(typed: str) -> None:
    assert TABLE.nearly(fold(typed)) is None


def test_a_slip_that_may_be_two_things_is_neither() -> None:
    table = KeywordTable(words={"call me": Keyword.CALL, "tall me": Keyword.WHY}, languages={})
    assert table.nearly("ball me") is None
    assert table.nearly("calll me") is Keyword.CALL


@pytest.mark.parametrize(
    ("typed", "asked"),
    [("textsoff", Keyword.STOP), ("TEXTSOFF.", Keyword.STOP), ("callme", Keyword.CALL), ("ahuman", Keyword.PERSON)],
)
def test_words_that_run_together_are_the_same_words(typed: str, asked: Keyword) -> None:
    assert recognise(typed, TABLE) is asked


def test_a_letter_apart_is_no_stop() -> None:
    assert recognise("s t o p", TABLE) is None
    assert TABLE.nearly("s t o p") is None


@settings(deadline=None)
@given(st.text())
def test_any_text_can_be_looked_up_for_slips_and_none_is_a_stop(text: str) -> None:
    assert TABLE.nearly(fold(text)) not in (Keyword.STOP, Keyword.START)
