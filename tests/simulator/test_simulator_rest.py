"""The real Twilio client sends, lists, fetches and deletes, and is refused as Twilio would."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import jsonschema
import pytest
from twilio.base.exceptions import TwilioRestException

ACCOUNT = "AC00000000000000000000000000000001"
TOKEN = "the-token-of-this-account"
SERVICE_NUMBER = "+447700900000"
AMINA = "+447700900101"
TOMASZ = "+447700900102"
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages"

OPENAPI = json.loads((Path(__file__).parents[1] / "data" / "twilio_messages_openapi.json").read_text())
PATH = "/2010-04-01/Accounts/{AccountSid}/Messages"

formats = jsonschema.FormatChecker()
formats.checks("date-time-rfc-2822", raises=ValueError)(lambda text: text is None or parsedate_to_datetime(text))


def as_json_schema(node):
    """OpenAPI 3.0 as JSON Schema; every property required and no other allowed, for Twilio's exact shape."""
    if isinstance(node, list):
        return [as_json_schema(one) for one in node]
    if not isinstance(node, dict):
        return node
    changed = {name: as_json_schema(value) for name, value in node.items() if name != "nullable"}
    if node.get("nullable"):
        changed["type"] = [node["type"], "null"]
    if isinstance(node.get("properties"), dict):
        changed |= {"required": sorted(node["properties"]), "additionalProperties": False}
    return changed


def conforms(answer, path: str, method: str = "get", status: str = "200") -> None:
    content = OPENAPI["paths"][path][method]["responses"][status]["content"]
    schema = as_json_schema({**content["application/json"]["schema"], "components": OPENAPI["components"]})
    jsonschema.Draft202012Validator(schema, format_checker=formats).validate(answer)


def get(carrier, uri: str):
    answer = carrier.http.get(carrier.base + uri, auth=(ACCOUNT, TOKEN))
    assert answer.status_code == 200
    return answer.json()


def refused(carrier, **fields) -> tuple[int, int]:
    """The HTTP status and Twilio's code for a message that is refused."""
    form = {"To": AMINA, "From": SERVICE_NUMBER, "Body": "How are you?", **fields}
    form = {name: value for name, value in form.items() if value is not None}
    answer = carrier.http.post(f"{carrier.base}{MESSAGES}.json", data=form, auth=(ACCOUNT, TOKEN))
    body = answer.json()
    assert set(body) == {"code", "message", "more_info", "status"}
    assert body["status"] == answer.status_code
    assert body["more_info"].endswith(str(body["code"]))
    return answer.status_code, body["code"]


def test_the_twilio_client_sends_a_message_and_fetches_what_became_of_it(carrier, eventually):
    sent = carrier.send("How has this week been?")

    assert (sent.status, sent.direction, sent.num_segments) == ("queued", "outbound-api", "1")
    assert (sent.to, sent.from_, sent.body) == (AMINA, SERVICE_NUMBER, "How has this week been?")
    eventually(lambda: carrier.twilio().messages(sent.sid).fetch().status == "delivered")
    assert [one["body"] for one in carrier.thread_of(AMINA)] == ["How has this week been?"]


def test_every_answer_has_exactly_twilios_shape(carrier, eventually):
    form = {"To": AMINA, "From": SERVICE_NUMBER, "Body": "Hello! 👍"}
    created = carrier.http.post(f"{carrier.base}{MESSAGES}.json", data=form, auth=(ACCOUNT, TOKEN))
    assert created.status_code == 201
    conforms(created.json(), f"{PATH}.json", "post", "201")

    carrier.fault("delivery", "undelivered", code=30003, count=1)
    lost = carrier.send("This one is lost")
    eventually(lambda: get(carrier, f"{MESSAGES}/{lost.sid}.json")["status"] == "undelivered")
    told = get(carrier, f"{MESSAGES}/{lost.sid}.json")
    conforms(told, f"{PATH}/{{Sid}}.json")
    assert (told["error_code"], told["error_message"]) == (30003, "Unreachable destination handset")

    seen = carrier.text("Look", media=[{"content_type": "image/png", "data": "iVBORw0KGgo="}])
    conforms(get(carrier, f"{MESSAGES}/{seen}.json"), f"{PATH}/{{Sid}}.json")
    media = get(carrier, f"{MESSAGES}/{seen}/Media.json")
    conforms(media, f"{PATH}/{{MessageSid}}/Media.json")
    conforms(get(carrier, media["media_list"][0]["uri"]), f"{PATH}/{{MessageSid}}/Media/{{Sid}}.json")
    conforms(get(carrier, f"{MESSAGES}.json?PageSize=1"), f"{PATH}.json")
    conforms(get(carrier, f"{MESSAGES}.json?To=%2B447700900999"), f"{PATH}.json")


def test_a_messaging_service_first_accepts_and_then_chooses_the_sender(carrier, eventually):
    sent = carrier.twilio().messages.create(to=AMINA, messaging_service_sid="MG" + "a" * 32, body="Hello")

    assert (sent.status, sent.from_, sent.num_segments) == ("accepted", None, "0")
    eventually(lambda: carrier.twilio().messages(sent.sid).fetch().status == "delivered")
    assert carrier.twilio().messages(sent.sid).fetch().from_ == SERVICE_NUMBER


def test_messages_are_listed_newest_first_and_page_by_page_while_new_ones_arrive(carrier):
    sids = [carrier.send(f"number {n}").sid for n in range(7)]
    first = carrier.twilio().messages.page(page_size=3)
    late = carrier.send("late").sid

    pages = [[one.sid for one in first]]
    page = first
    while (page := page.next_page()) is not None and len(pages) < 5:
        pages.append([one.sid for one in page])

    assert [sid for page in pages for sid in page] == sids[::-1]
    assert [len(page) for page in pages] == [3, 3, 1]
    assert carrier.twilio().messages.list(limit=1)[0].sid == late
    assert len(carrier.twilio().messages.list(page_size=2)) == 8


def test_messages_are_listed_by_who_sent_them_to_whom_and_when(carrier, eventually):
    to_amina = carrier.send("to Amina", AMINA).sid
    to_tomasz = carrier.send("to Tomasz", TOMASZ).sid
    from_amina = carrier.text("from Amina", AMINA)
    messages = carrier.twilio().messages
    eventually(lambda: all(carrier.twilio().messages(sid).fetch().date_sent for sid in (to_amina, to_tomasz)))

    def listed(**filters) -> set[str]:
        return {one.sid for one in messages.list(**filters)}

    assert listed(to=AMINA) == {to_amina}
    assert listed(from_=AMINA) == {from_amina}
    assert listed(to=SERVICE_NUMBER) == {from_amina}
    now = datetime.now(UTC)
    everything = {to_amina, to_tomasz, from_amina}
    assert listed(date_sent_after=now - timedelta(hours=1)) == everything
    assert listed(date_sent_before=now + timedelta(hours=1)) == everything
    assert listed(date_sent_after=now + timedelta(hours=1)) == set()
    assert listed(date_sent_before=now - timedelta(hours=1)) == set()
    days = {(now - timedelta(days=age)).date() for age in (0, 1)}
    assert set().union(*(listed(date_sent=day) for day in days)) == everything


def test_a_message_is_redacted_and_then_deleted(carrier):
    sid = carrier.text("my address is …")

    carrier.twilio().messages(sid).update(body="")
    assert carrier.twilio().messages(sid).fetch().body == ""

    assert carrier.twilio().messages(sid).delete()
    with pytest.raises(TwilioRestException) as gone:
        carrier.twilio().messages(sid).fetch()
    assert (gone.value.status, gone.value.code) == (404, 20404)
    assert carrier.twilio().messages.list() == []


def test_a_picture_that_came_with_a_text_can_be_fetched(carrier, service, eventually):
    sid = carrier.text("Look", media=[{"content_type": "image/png", "data": "iVBORw0KGgo="}])
    told = eventually(lambda: service.at("/sms"))[0]["params"]

    assert (told["NumMedia"], told["MediaContentType0"]) == ("1", "image/png")
    [listed] = carrier.twilio().messages(sid).media.list()
    assert listed.content_type == "image/png"
    address = told["MediaUrl0"].replace("https://api.twilio.com", carrier.base)
    content = carrier.http.get(address, auth=(ACCOUNT, TOKEN))
    assert (content.content, content.headers["Content-Type"]) == (b"\x89PNG\r\n\x1a\n", "image/png")


def test_whoever_does_not_know_the_token_is_refused(carrier):
    with pytest.raises(TwilioRestException) as refusal:
        carrier.twilio(token="another").messages.create(to=AMINA, from_=SERVICE_NUMBER, body="Hi")
    assert (refusal.value.status, refusal.value.code) == (401, 20003)
    assert carrier.http.get(f"{carrier.base}{MESSAGES}.json").status_code == 401
    assert carrier.events("accepted") == []


def test_another_account_and_another_resource_are_not_found(carrier):
    other = MESSAGES.replace("01/Messages", "02/Messages")
    for uri in (f"{other}.json", f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json", f"{MESSAGES}/SM{'0' * 32}.json"):
        answer = carrier.http.get(carrier.base + uri, auth=(ACCOUNT, TOKEN))
        assert (answer.status_code, answer.json()["code"]) == (404, 20404)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"To": "07700900101"}, (400, 21211)),
        ({"To": "+44"}, (400, 21211)),
        ({"To": "not a number"}, (400, 21211)),
        ({"To": None}, (400, 21604)),
        ({"From": None}, (400, 21603)),
        ({"From": "+447700900009"}, (400, 21606)),
        ({"To": SERVICE_NUMBER}, (400, 21266)),
        ({"Body": None}, (400, 21602)),
        ({"Body": " \n"}, (400, 21602)),
        ({"Body": "x" * 1601}, (400, 21617)),
        ({"StatusCallback": "nowhere"}, (400, 21609)),
        ({"ValidityPeriod": "0"}, (400, 20001)),
        ({"ValidityPeriod": "36001"}, (400, 20001)),
        ({"From": None, "MessagingServiceSid": "MG1"}, (400, 21701)),
    ],
)
def test_a_message_that_twilio_would_not_take_is_refused_with_its_code(carrier, fields, expected):
    assert refused(carrier, **fields) == expected
    assert carrier.events("accepted") == []
    assert carrier.events("refused")[0]["code"] == expected[1]


def test_the_longest_body_is_accepted_and_its_parts_are_counted(carrier):
    assert carrier.send("x" * 1600).num_segments == "11"
    assert carrier.send("ש" * 71).num_segments == "2"


@pytest.mark.parametrize("word", ["STOP", "stopall", " Unsubscribe ", "END", "quit", "cancel", "Revoke", "OPTOUT\n"])
def test_after_a_lone_stop_word_sending_fails_until_the_phone_texts_start(carrier, service, eventually, word):
    carrier.text(word)
    assert refused(carrier) == (400, 21610)
    carrier.send("Tomasz is not concerned", TOMASZ)

    carrier.text("still here")
    assert refused(carrier) == (400, 21610)

    carrier.text("UNSTOP")
    carrier.send("Welcome back")
    eventually(lambda: len(service.at("/sms")) == 3)
    assert [one["params"]["Body"] for one in service.at("/sms")] == [word, "still here", "UNSTOP"]


@pytest.mark.parametrize("words", ["stop he's hurting me", "please stop", "the end", "STOP.", "yes", "start"])
def test_other_words_stop_nothing_and_the_carrier_says_nothing(carrier, words):
    carrier.text(words)
    carrier.send()
    assert carrier.events("opted_out", "opted_in", "replied") == []


@pytest.mark.parametrize("word", ["START", "yes", "Unstop"])
def test_each_start_word_undoes_a_stop(carrier, word):
    carrier.text("STOP")
    carrier.text(word)
    carrier.send()
    assert [event["kind"] for event in carrier.events("opted_out", "opted_in")] == ["opted_out", "opted_in"]


def test_the_carrier_itself_answers_stop_once_and_help(carrier, eventually):
    for words in ("HELP", "STOP", "STOP", "HELP"):
        carrier.text(words)

    eventually(lambda: len([one for one in carrier.thread_of() if one["direction"] != "inbound"]) == 2)
    replies = [one for one in carrier.thread_of() if one["direction"] == "outbound-reply"]
    assert all(one["by_carrier"] for one in replies)
    assert "unsubscribed" in replies[1]["body"]
    assert carrier.events("accepted") == []
