"""Twilio's REST API for messages, as twilio-python calls it."""

from __future__ import annotations

import base64
import hmac
import socket
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from .carrier import Carrier
from .errors import ApiError
from .faults import Fault
from .messages import API, Media, Message, media_resource, message_resource

rest = Blueprint("rest", __name__, url_prefix=f"{API}/Accounts/<account_sid>")

USUAL_PAGE = 50
LARGEST_PAGE = 1000
FILTERS = ("To", "From", "DateSent", "DateSent<", "DateSent>")


def carrier() -> Carrier:
    """The carrier of the current application."""
    found: Carrier = current_app.extensions["simulator"]
    return found


@rest.errorhandler(ApiError)
def _refused(error: ApiError) -> ResponseReturnValue:
    headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if error.status == 401 else {}
    return jsonify(error.body()), error.status, headers


@rest.url_value_preprocessor
def _authenticate(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    account, given = carrier().account, request.authorization
    wanted = f"{account.sid}:{account.auth_token}"
    if given is None or not hmac.compare_digest(f"{given.username}:{given.password}".encode(), wanted.encode()):
        raise ApiError(20003)
    if values is None or values.pop("account_sid") != account.sid:
        raise ApiError(20404)


@rest.post("/Messages.json")
def create_message() -> ResponseReturnValue:
    """Accept a message for a phone, or refuse it."""
    phone = request.form.get("To", "").strip()
    faults = carrier().faults.strike("rest", phone, phone)
    sid = None
    try:
        _suffer(faults, "before", "rest", phone, None)
        message = carrier().accept(request.form)
        answer, sid = message_resource(message, carrier().account.sid), message.sid
        _suffer(faults, "after", "rest", phone, sid)
    except ApiError as error:
        # With a sid, the message was accepted all the same: only the answer was a refusal.
        carrier().record("refused", to=phone, sid=sid, code=error.code, http_status=error.status)
        raise
    return jsonify(answer), 201


@rest.get("/Messages.json")
def list_messages() -> ResponseReturnValue:
    """One page of messages, newest first."""
    _read_faults(request.args.get("From") or request.args.get("To"))
    size = _whole("PageSize", USUAL_PAGE, 1, LARGEST_PAGE)
    page = _whole("Page", 0, 0, 1_000_000)
    # The token names the last message of the page before, so new messages in the meantime shift nothing.
    after = request.args.get("PageToken", "")[2:]
    found = list(islice(_matching(carrier().book.newest_first(after)), size + 1))
    shown = found[:size]
    filters = [(name, request.args[name]) for name in FILTERS if name in request.args]
    return jsonify(
        {
            "first_page_uri": _page_uri(filters, size, 0),
            "next_page_uri": _page_uri(filters, size, page + 1, shown[-1].sid) if len(found) > size else None,
            "previous_page_uri": _page_uri(filters, size, page - 1) if page else None,
            "uri": _page_uri(filters, size, page, after),
            "page": page,
            "page_size": size,
            "start": page * size,
            "end": page * size + max(len(shown) - 1, 0),
            "messages": [message_resource(message, carrier().account.sid) for message in shown],
        }
    )


@rest.get("/Messages/<sid>.json")
def fetch_message(sid: str) -> ResponseReturnValue:
    """One message."""
    message = _message(sid)
    _read_faults(message.phone)
    return jsonify(message_resource(message, carrier().account.sid))


@rest.post("/Messages/<sid>.json")
def redact_message(sid: str) -> ResponseReturnValue:
    """Take the words out of a message; nothing else about it can be changed."""
    message = _message(sid)
    if request.form.get("Body") != "":
        raise ApiError(20001)
    carrier().record("redacted", sid=sid)
    return jsonify(message_resource(message, carrier().account.sid))


@rest.delete("/Messages/<sid>.json")
def delete_message(sid: str) -> ResponseReturnValue:
    """Forget a message."""
    _message(sid)
    carrier().record("deleted", sid=sid)
    return "", 204


@rest.get("/Messages/<sid>/Media.json")
def list_media(sid: str) -> ResponseReturnValue:
    """What came with a message; a text has so few that they are one page."""
    message, account_sid = _message(sid), carrier().account.sid
    uri = f"{API}/Accounts/{account_sid}/Messages/{sid}/Media.json"
    shown = [media_resource(media, message, account_sid) for media in message.media]
    page = {"first_page_uri": uri, "next_page_uri": None, "previous_page_uri": None, "uri": uri, "page": 0}
    return jsonify({**page, "page_size": USUAL_PAGE, "start": 0, "end": max(len(shown) - 1, 0), "media_list": shown})


@rest.get("/Messages/<sid>/Media/<media_sid>.json")
def fetch_media(sid: str, media_sid: str) -> ResponseReturnValue:
    """The description of one picture or sound."""
    message = _message(sid)
    return jsonify(media_resource(_media(message, media_sid), message, carrier().account.sid))


@rest.get("/Messages/<sid>/Media/<media_sid>")
def media_content(sid: str, media_sid: str) -> ResponseReturnValue:
    """The picture or sound itself."""
    media = _media(_message(sid), media_sid)
    return Response(base64.b64decode(media.data), content_type=media.content_type)


def _message(sid: str) -> Message:
    message = carrier().book.messages.get(sid)
    if message is None or message.deleted:
        raise ApiError(20404)
    return message


def _media(message: Message, sid: str) -> Media:
    for media in message.media:
        if media.sid == sid:
            return media
    raise ApiError(20404)


def _read_faults(phone: str | None) -> None:
    faults = carrier().faults.strike("read", phone, phone or "")
    for when in ("before", "after"):
        _suffer(faults, when, "read", phone, None)


def _suffer(faults: Iterable[Fault], when: str, where: str, phone: str | None, sid: str | None) -> None:
    for fault in faults:
        if fault.when != when:
            continue
        if fault.action == "delay":
            time.sleep(fault.seconds)
        elif fault.action == "hold" and not carrier().holds.wait(where, when, phone, sid):
            raise ApiError(20500, 503)
        elif fault.action == "refuse":
            raise ApiError(fault.code, fault.status)
        elif fault.action == "drop":
            _cut_off()


def _cut_off() -> None:
    # The caller sees its connection end without an answer, as when a network fails in between.
    connection: socket.socket | None = request.environ.get("werkzeug.socket")
    if connection is not None:
        connection.shutdown(socket.SHUT_RDWR)
    raise ApiError(20500)


def _whole(name: str, usual: int, low: int, high: int) -> int:
    asked = request.args.get(name, "")
    return min(max(int(asked), low), high) if asked.isdecimal() else usual


def _matching(messages: Iterable[Message]) -> Iterable[Message]:
    to, sender = request.args.get("To"), request.args.get("From")
    since, until = _bounds()
    for message in messages:
        if to not in (None, message.recipient) or sender not in (None, message.sender):
            continue
        if (since, until) != (None, None):
            sent = datetime.fromtimestamp((message.sent_ms or 0) // 1000, UTC)
            if message.sent_ms is None or (since and sent < since) or (until and sent > until):
                continue
        yield message


def _bounds() -> tuple[datetime | None, datetime | None]:
    """The earliest and the latest time asked for, both included; DateSent alone is a whole day."""
    if exact := request.args.get("DateSent"):
        day = _moment(exact).replace(hour=0, minute=0, second=0)
        return day, day + timedelta(days=1, seconds=-1)
    since, until = request.args.get("DateSent>"), request.args.get("DateSent<")
    last = _moment(until) if until else None
    if last and until and len(until) == len("2019-06-11"):
        last += timedelta(days=1, seconds=-1)
    return _moment(since) if since else None, last


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ApiError(20001) from error
    return moment.replace(tzinfo=moment.tzinfo or UTC)


def _page_uri(filters: list[tuple[str, str]], size: int, page: int, after_sid: str = "") -> str:
    query: list[tuple[str, object]] = [*filters, ("PageSize", size), ("Page", page)]
    if after_sid:
        query.append(("PageToken", f"PA{after_sid}"))
    return f"{API}/Accounts/{carrier().account.sid}/Messages.json?{urlencode(query)}"
