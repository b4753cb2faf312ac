"""Only Twilio's own signature of exactly this request is valid; everything else is refused, quietly."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from service.telephony.signature import OVERRIDES, Signatures

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "signature_vectors.json").read_text("utf-8"))["vectors"]
HOME = "https://alongside.example"
PATH = "/hooks/twilio/sms"
FORM = [("Body", "I'm fine"), ("From", "+447700900123"), ("MessageSid", "SM1")]
TOKEN, OLD_TOKEN = "new-token", "old-token"


def sign(address: str, pairs: Mapping[str, str], token: str = TOKEN, algorithm: str | None = None) -> str:
    return RequestValidator(token).compute_signature(address, pairs, algorithm)


def split(address: str) -> tuple[str, str]:
    parsed = urlsplit(address)
    home = f"{parsed.scheme}://{parsed.netloc}"
    return home, address.removeprefix(home)


def pairs_of(params: dict[str, str | list[str]] | None) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, values in (params or {}).items()
        for value in ([values] if isinstance(values, str) else values)
    ]


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_agrees_with_twilios_own_libraries(vector):
    home, raw_path = split(vector["url"])
    sent = vector["body"].encode() if "body" in vector else pairs_of(vector["params"])
    assert Signatures((vector["auth_token"],), home).valid(raw_path, sent, vector["signature"]) is vector["valid"]


GOOD = sign(HOME + PATH, dict(FORM))


@pytest.mark.parametrize(
    ("what", "path", "form", "signature"),
    [
        ("another path", "/hooks/twilio/voice", FORM, GOOD),
        ("a query was added", PATH + "?a=1", FORM, GOOD),
        ("a slash was added", PATH + "/", FORM, GOOD),
        ("a space written otherwise", "/hooks/%20", FORM, sign(HOME + "/hooks/+", dict(FORM))),
        ("a changed value", PATH, [*FORM[:2], ("MessageSid", "SM2")], GOOD),
        ("a field more", PATH, [*FORM, ("To", "x")], GOOD),
        ("a field less", PATH, FORM[1:], GOOD),
        ("a value stripped", PATH, FORM, sign(HOME + PATH, {**dict(FORM), "Body": " I'm fine "})),
        ("http instead of https", PATH, FORM, sign("http://alongside.example" + PATH, dict(FORM))),
        ("another port", PATH, FORM, sign(HOME + ":8443" + PATH, dict(FORM))),
        ("another host", PATH, FORM, sign("https://evil.example" + PATH, dict(FORM))),
        ("a stranger's token", PATH, FORM, sign(HOME + PATH, dict(FORM), "stranger")),
        ("no signature", PATH, FORM, None),
        ("an empty signature", PATH, FORM, ""),
        ("a signature that is no ASCII", PATH, FORM, "ключ"),
        ("half of it", PATH, FORM, GOOD[:10]),
    ],
)
def test_a_forged_or_changed_request_is_refused(what, path, form, signature):
    assert Signatures((TOKEN,), HOME).valid(path, form, signature) is False


@pytest.mark.parametrize("token", [TOKEN, OLD_TOKEN])
def test_both_tokens_are_valid_while_they_are_changed(token):
    assert Signatures((TOKEN, OLD_TOKEN), HOME).valid(PATH, FORM, sign(HOME + PATH, dict(FORM), token))


@pytest.mark.parametrize("tokens", [(), ("",), (" ",)])
def test_without_a_token_nothing_is_valid(tokens):
    with_empty_key = base64.b64encode(hmac.digest(b"", (HOME + PATH).encode(), hashlib.sha1)).decode()
    assert not Signatures(tokens, HOME).valid(PATH, [], with_empty_key)
    assert not Signatures(tokens, HOME).valid(PATH, [], sign(HOME + PATH, {}, " "))


@pytest.mark.parametrize("address", [HOME, HOME + "/", HOME + ":443"])
@pytest.mark.parametrize("signed", [HOME, HOME + ":443"])
@pytest.mark.parametrize("end", ["", OVERRIDES])
def test_the_usual_port_and_the_overrides_may_be_signed_or_not(address, signed, end):
    assert Signatures((TOKEN,), address).valid(PATH, FORM, sign(signed + PATH + end, dict(FORM)))


@pytest.mark.parametrize(
    ("settings", "valid"),
    [
        ("key=webhooks_sharedkey_1,algorithm=HMAC_SHA256", True),
        ("algorithm=hmac_sha256", True),
        ("key=webhooks_sharedkey_1,algorithm=HMAC_SHA1", False),
        ("algorithm=HMAC_MD5", False),
        (None, False),
    ],
)
def test_a_shared_key_signs_with_sha256_where_the_header_says_so(settings, valid):
    signature = sign(HOME + PATH, dict(FORM), TOKEN, "HMAC_SHA256")
    assert Signatures((TOKEN,), HOME).valid(PATH, FORM, signature, settings) is valid


def test_a_body_that_is_no_form_counts_by_its_hash_only():
    body = b'{"a": 1}'
    path = f"{PATH}?bodySHA256={hashlib.sha256(body).hexdigest()}"
    signatures = Signatures((TOKEN,), HOME)
    signature = sign(HOME + path, {})
    assert signatures.valid(path, body, signature)
    assert not signatures.valid(path, b'{"a": 2}', signature)
    assert not signatures.valid(PATH, b"", sign(HOME + PATH, {}))


anything = st.text(st.characters())


@given(anything, st.lists(st.tuples(anything, anything)) | st.binary(), st.none() | anything, st.none() | anything)
def test_whatever_comes_the_answer_is_yes_or_no(path, params, signature, settings):
    assert Signatures((TOKEN,), HOME).valid(path, params, signature, settings) is False


@given(st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5)), max_size=6), st.randoms())
def test_the_order_of_the_form_does_not_matter(pairs, random):
    class Form(dict[str, list[str]]):
        def getlist(self, name):
            return self[name]

    form = Form()
    for name, value in pairs:
        form.setdefault(name, []).append(value)
    try:
        signature = RequestValidator(TOKEN).compute_signature(HOME + PATH, form)
    except UnicodeEncodeError:  # a lone surrogate cannot be signed
        return
    shuffled = random.sample(pairs, len(pairs))
    assert Signatures((TOKEN,), HOME).valid(PATH, shuffled, signature)
