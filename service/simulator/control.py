"""The control API: what tests and the page do with phones, faults and held requests, and what they may look at."""

from __future__ import annotations

import binascii
from collections import Counter
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from .book import as_seen
from .carrier import Carrier
from .faults import Fault, FaultError
from .messages import Media
from .phones import Kind, is_number
from .rest import carrier

control = Blueprint("control", __name__, url_prefix="/simulator")

LONGEST_WAIT_S = 30.0


class Wrong(ValueError):
    """A request that cannot be done; its words say what to write instead."""


@control.errorhandler(Wrong)
@control.errorhandler(FaultError)
def _wrong(error: ValueError) -> ResponseReturnValue:
    return jsonify({"error": str(error)}), 400


@control.get("/health")
def health() -> ResponseReturnValue:
    """Whether the simulator is up."""
    return jsonify({"status": "ok"})


@control.get("/phones")
def list_phones() -> ResponseReturnValue:
    """Every phone that was declared or texted."""
    return jsonify([phone.described() for phone in list(carrier().book.phones.values())])


@control.post("/phones")
def declare_phone() -> ResponseReturnValue:
    """Put a phone on the page: {number, name, language, kind: participant or staff}."""
    asked = _json()
    number = add_phone(
        carrier(),
        number=str(asked.get("number", "")),
        name=str(asked.get("name", "")),
        language=str(asked.get("language", "en")),
        kind=str(asked.get("kind", "participant")),
    )
    return jsonify(carrier().book.phone(number).described()), 201


@control.post("/phones/<number>/texts")
def text(number: str) -> ResponseReturnValue:
    """This phone texts the service: {body, media?: [{content_type, data (base64)}]}."""
    asked = _json()
    try:
        media = [Media.of(one) for one in asked.get("media", [])]
    except (KeyError, TypeError, binascii.Error) as error:
        raise Wrong("media: write a list of {content_type, data}, data in base64") from error
    body = asked.get("body", "")
    if not isinstance(body, str) or body.encode(errors="replace").decode() != body:
        raise Wrong("body: write the words of the text, without halves of characters")
    message = carrier().text(number_in(number), body, media)
    return jsonify({"sid": message.sid}), 201


@control.get("/phones/<number>/messages")
def phone_messages(number: str) -> ResponseReturnValue:
    """The thread of this phone, oldest first."""
    return jsonify([as_seen(message) for message in carrier().book.thread(number_in(number))])


@control.get("/ledger")
def ledger() -> ResponseReturnValue:
    """Events after ?since=SEQ, of ?kind= only if asked; ?wait=SECONDS waits for the first."""
    since = request.args.get("since", 0, int)
    wait_s = min(request.args.get("wait", 0.0, float), LONGEST_WAIT_S)
    kinds = request.args.getlist("kind")
    events = carrier().ledger.since(since, wait_s)
    shown = [event for event in events if not kinds or event["kind"] in kinds]
    return jsonify({"last": events[-1]["seq"] if events else carrier().ledger.last, "events": shown})


@control.get("/ledger/summary")
def summary() -> ResponseReturnValue:
    """Counts over everything that happened, and every message that a phone was sent more than once."""
    events = carrier().ledger.since(0)
    counts = Counter(event["kind"] for event in events)
    sent: dict[tuple[str, str], list[str]] = {}
    for event in events:
        if event["kind"] == "accepted":
            sent.setdefault((event["to"], event["body"]), []).append(event["sid"])
    refusals = Counter(str(event["code"]) for event in events if event["kind"] == "refused")
    webhooks = Counter(f"{event['channel']} {event['outcome']}" for event in events if event["kind"] == "webhook")
    return jsonify(
        {
            "accepted": counts["accepted"],
            "texts": counts["text"],
            "refused": refusals,
            "webhooks": webhooks,
            "pending": len(carrier().book.pending),
            "held": len(carrier().holds.all()),
            "repeats": [{"to": to, "body": body, "sids": sids} for (to, body), sids in sent.items() if len(sids) > 1],
        }
    )


@control.get("/faults")
def list_faults() -> ResponseReturnValue:
    """The faults that are set."""
    return jsonify([fault.described() for fault in carrier().faults.all()])


@control.post("/faults")
def set_fault() -> ResponseReturnValue:
    """Set a fault: {where, action, …}, as faults.Fault says."""
    return jsonify(add_fault(carrier(), _json()).described()), 201


@control.delete("/faults", defaults={"fault_id": None})
@control.delete("/faults/<int:fault_id>")
def clear_faults(fault_id: int | None) -> ResponseReturnValue:
    """Clear one fault, or all; what is held already stays held until it is released."""
    return jsonify({"cleared": carrier().faults.remove(fault_id)})


@control.get("/held")
def held() -> ResponseReturnValue:
    """The requests and webhooks that wait to be released."""
    return jsonify([one.described() for one in carrier().holds.all()])


@control.post("/release")
def release() -> ResponseReturnValue:
    """Let go what is held: all, {phone}, or {id}; with {discard: true} it is not gone on with."""
    asked = _json()
    phone = number_in(str(asked["phone"])) if asked.get("phone") else None
    released = carrier().release(asked.get("id"), phone, bool(asked.get("discard", False)))
    return jsonify({"released": released})


def number_in(written: str) -> str:
    """An E.164 number from a path or a form; raises Wrong. A "+" that a URL lost is put back."""
    number = written.strip().replace(" ", "")
    number = number if number.startswith("+") else f"+{number}"
    if not is_number(number):
        raise Wrong("number: write it in full, such as +447700900123")
    return number


def add_phone(to: Carrier, number: str, name: str, language: str, kind: str) -> str:
    """Declare a phone from what somebody wrote; returns its number. Raises Wrong."""
    if kind not in tuple(Kind):
        raise Wrong(f"kind: write one of {', '.join(Kind)}")
    number = number_in(number)
    to.declare_phone(number, name.strip(), language.strip() or "en", Kind(kind))
    return number


def add_fault(to: Carrier, wanted: dict[str, Any]) -> Fault:
    """Set a fault from what somebody wrote; raises FaultError."""
    fault = to.faults.add(Fault.of(wanted))
    to.record("fault", **fault.described())
    return fault


def _json() -> dict[str, Any]:
    asked = request.get_json(silent=True) if request.data else {}
    if not isinstance(asked, dict):
        raise Wrong("the body: write a JSON object")
    return asked
