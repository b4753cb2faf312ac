"""Each code has one place: what it means for the message, and who hears of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.telephony.codes import ERROR_CODES, Kind, Tell, of_delivery, of_send


@pytest.mark.parametrize(
    ("code", "status", "kind", "tell"),
    [
        (20003, 401, Kind.RETRY, Tell.OPERATOR),
        (None, 401, Kind.RETRY, Tell.OPERATOR),
        (None, 403, Kind.RETRY, Tell.OPERATOR),
        (20404, 404, Kind.RETRY, Tell.OPERATOR),
        (10001, 400, Kind.RETRY, Tell.OPERATOR),
        (10003, 400, Kind.RETRY, Tell.OPERATOR),
        (20005, 403, Kind.RETRY, Tell.OPERATOR),
        (30002, 400, Kind.RETRY, Tell.OPERATOR),
        (21606, 400, Kind.RETRY, Tell.OPERATOR),
        (20429, 429, Kind.RETRY, Tell.NOBODY),
        (None, 429, Kind.RETRY, Tell.NOBODY),
        (21611, 429, Kind.RETRY, Tell.OPERATOR),
        (20500, 500, Kind.UNKNOWN, Tell.NOBODY),
        (None, 502, Kind.UNKNOWN, Tell.NOBODY),
        (21610, 503, Kind.UNKNOWN, Tell.NOBODY),
        (None, 302, Kind.UNKNOWN, Tell.NOBODY),
        (21610, 400, Kind.OPTED_OUT, Tell.STAFF),
        (21211, 400, Kind.BAD_NUMBER, Tell.STAFF),
        (21614, 400, Kind.BAD_NUMBER, Tell.STAFF),
        (21617, 400, Kind.PERMANENT, Tell.BOTH),
        (99999, 400, Kind.PERMANENT, Tell.BOTH),
        (None, 400, Kind.PERMANENT, Tell.BOTH),
    ],
)
def test_a_refused_send(code, status, kind, tell):
    meaning = of_send(code, status)
    assert (meaning.kind, meaning.tell) == (kind, tell)


@pytest.mark.parametrize(
    ("code", "kind", "tell"),
    [
        (30001, Kind.RETRY, Tell.OPERATOR),
        (30002, Kind.RETRY, Tell.OPERATOR),
        (30003, Kind.RETRY, Tell.STAFF),
        (30005, Kind.BAD_NUMBER, Tell.STAFF),
        (30006, Kind.BAD_NUMBER, Tell.STAFF),
        (30007, Kind.PERMANENT, Tell.BOTH),
        (30008, Kind.RETRY, Tell.STAFF),
        (30036, Kind.PERMANENT, Tell.STAFF),
        (21610, Kind.OPTED_OUT, Tell.STAFF),
        (None, Kind.RETRY, Tell.STAFF),
        (39999, Kind.PERMANENT, Tell.BOTH),
    ],
)
def test_a_failed_delivery(code, kind, tell):
    meaning = of_delivery(code)
    assert (meaning.kind, meaning.tell) == (kind, tell)


@pytest.mark.parametrize("code", [11200, 11205, 11217, 12100, 12300])
def test_a_warning_about_a_webhook_is_the_operators(code):
    assert (ERROR_CODES[code].kind, ERROR_CODES[code].tell) == (Kind.WARNING, Tell.OPERATOR)


def test_what_is_given_up_is_never_kept_from_people():
    given_up = {Kind.PERMANENT, Kind.BAD_NUMBER, Kind.OPTED_OUT}
    assert all(Tell.STAFF in meaning.tell for meaning in ERROR_CODES.values() if meaning.kind in given_up)


def test_what_is_tried_again_waits_a_moment_first():
    assert all((meaning.wait > 0) is (meaning.kind is Kind.RETRY) for meaning in ERROR_CODES.values())


@given(st.none() | st.integers(), st.integers(400, 599))
def test_only_a_certain_refusal_is_ever_final_or_tried_again(code, status):
    kind = of_send(code, status).kind
    assert kind is Kind.UNKNOWN if status >= 500 else kind in Kind
