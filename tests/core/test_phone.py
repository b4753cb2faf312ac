import contextlib
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.phone import BadPhone, Line, line, mask, normalise, region


@pytest.mark.parametrize(
    ("written", "country", "e164"),
    [
        ("07700 900123", "GB", "+447700900123"),
        ("07700-900-123", "gb", "+447700900123"),
        ("+44 (0)7700 900123", "PK", "+447700900123"),
        ("0044 7700 900123", "GB", "+447700900123"),
        ("\u202a+44 7700 900123\u202c", "GB", "+447700900123"),
        ("۰۷۷۰۰ ۹۰۰۱۲۳", "GB", "+447700900123"),
        ("٠٧٧٠٠٩٠٠١٢٣", "GB", "+447700900123"),
        ("०७७०० ९००१२३", "GB", "+447700900123"),
        ("+447700900123", "GB", "+447700900123"),
        ("020 7946 0123", "GB", "+442079460123"),
        ("0300 1234567", "PK", "+923001234567"),
        ("612 34 56 78", "ES", "+34612345678"),
    ],
)
def test_a_number_is_read_however_it_is_written(written, country, e164):
    assert normalise(written, country) == e164


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("", "as you would dial it"),
        ("hello", "letters"),
        ("0800 FLOWERS", "letters"),
        ("07700 900123 ext 5", "letters"),
        ("07700 900123, 07700 900124", "one number"),
        ("900123", "too few digits"),
        ("999", "too few"),
        ("07700 90012", "digit"),
        ("+999 7700 900123", "country code"),
        ("0909 879 0123", "premium"),
        ("0800 157 0123", "premium"),
    ],
)
def test_what_is_no_number_says_what_to_write(written, says):
    with pytest.raises(BadPhone, match=says):
        normalise(written, "GB")


@pytest.mark.parametrize("written", ["07700 90012", "+447700900123456", "0909 879 0123", "0777 7777 ext 12"])
def test_a_refusal_never_carries_the_number(written):
    with pytest.raises(BadPhone) as caught:
        normalise(written, "GB")
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert not any(run in told for run in (written, written.replace(" ", ""), written[:5]))
    assert caught.value.masked == mask(written)


ALMOST_A_NUMBER = st.from_regex(r"\+?[\d ()\-]{0,25}", fullmatch=True)


@pytest.mark.parametrize("country", ["", "XX", "GB"])
@given(written=st.one_of(st.text(max_size=40), ALMOST_A_NUMBER))
def test_whatever_is_written_becomes_a_number_or_a_refusal(country, written):
    with contextlib.suppress(BadPhone):
        e164 = normalise(written, country)
        assert normalise(e164, country) == e164
        assert line(e164) in Line
        assert region(e164)


@pytest.mark.parametrize(
    ("e164", "kind"),
    [
        ("+447700900123", Line.MOBILE),
        ("+447911123456", Line.MOBILE),
        ("+442079460123", Line.LANDLINE),
        ("+12025550123", Line.UNKNOWN),
        ("+923001234567", Line.MOBILE),
    ],
)
def test_a_landline_is_told_from_a_mobile_where_its_plan_tells(e164, kind):
    assert line(e164) is kind


@pytest.mark.parametrize(("e164", "country"), [("+447700900123", "GB"), ("+923001234567", "PK"), ("+15550100", "US")])
def test_a_number_knows_its_country(e164, country):
    assert region(e164) == country


@pytest.mark.parametrize(
    ("number", "shown"),
    [("+447700900123", "··· 123"), ("۰۷۷۰۰ ۹۰۰۱۲۳", "··· 123"), ("12345", "···"), ("", "···"), ("nonsense", "···")],
)
def test_only_the_last_three_digits_are_shown(number, shown):
    assert mask(number) == shown
