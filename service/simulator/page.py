"""The page with the phones: the same without JavaScript, which only brings new messages by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import phonenumbers
from babel import Locale, UnknownLocaleError
from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .book import as_seen
from .control import Wrong, add_fault, add_phone, number_in
from .faults import Fault, FaultError
from .phones import Phone
from .rest import carrier

page = Blueprint("page", __name__)

MOST_PHONES = 24
LONGEST_THREAD = 200
FAULT_WORDS = {
    "The service sends a message": {
        "rest delay": "answer late",
        "rest drop": "cut the connection, no answer",
        "rest refuse": "refuse",
        "rest hold": "hang until released",
    },
    "The service reads messages": {
        "read delay": "answer late",
        "read drop": "cut the connection, no answer",
        "read refuse": "refuse",
        "read hold": "hang until released",
    },
    "On the way to the phone": {
        "delivery delay": "arrive late",
        "delivery drop": "vanish without a trace",
        "delivery undelivered": "undelivered, with the code",
        "delivery failed": "failed, with the code",
    },
    "Texts brought to the service": {
        "inbound delay": "bring late",
        "inbound drop": "never bring",
        "inbound duplicate": "bring more than once",
        "inbound reorder": "let the next one overtake",
        "inbound freeze": "keep back until released",
    },
    "Status callbacks to the service": {
        "status delay": "call late",
        "status drop": "never call",
        "status duplicate": "call more than once",
        "status reorder": "let the next one overtake",
        "status freeze": "keep back until released",
    },
}
FAULT_NUMBERS = {"seconds": float, "times": int, "status": int, "code": int, "count": int}


@page.get("/")
def phones() -> ResponseReturnValue:
    """The phones side by side, and the inbox."""
    shown = _shown_phones()
    return render_template(
        "simulator.html",
        phones=[_on_page(phone) for phone in shown],
        others=len(carrier().book.phones) - len(shown),
        seq=carrier().ledger.last,
        service_number=_spaced(carrier().account.service_number),
        inbox_url=carrier().account.inbox_url,
        fault_words=FAULT_WORDS,
        faults=[_fault_on_page(fault) for fault in carrier().faults.all()],
        held=[held.described() for held in carrier().holds.all()],
        names={number: phone.name for number, phone in list(carrier().book.phones.items())},
        trouble=request.args.get("trouble"),
        panel=request.args.get("panel"),
    )


@page.get("/changes")
def changes() -> ResponseReturnValue:
    """The seq of the newest event: the page's script fetches the page again when it has grown."""
    return jsonify({"seq": carrier().ledger.last})


@page.post("/texts")
def send() -> ResponseReturnValue:
    """A text from a phone's form."""
    number = number_in(request.form.get("number", ""))
    if body := request.form.get("body", "").strip():
        carrier().text(number, body)
    return redirect(url_for(".phones", _anchor=_anchor(number)), 303)


@page.post("/phones")
def new_phone() -> ResponseReturnValue:
    """A phone from the form."""
    written = {name: request.form.get(name, "") for name in ("number", "name", "language", "kind")}
    number = add_phone(carrier(), **written)
    return redirect(url_for(".phones", _anchor=_anchor(number)), 303)


@page.post("/faults")
def new_fault() -> ResponseReturnValue:
    """A fault from the panel; fields left empty keep their usual value."""
    where, _, action = request.form.get("fault", "").partition(" ")
    wanted: dict[str, Any] = {"where": where, "action": action, "when": request.form.get("when", "before")}
    if phone := request.form.get("phone"):
        wanted["phone"] = number_in(phone)
    for name, number in FAULT_NUMBERS.items():
        if written := request.form.get(name, "").strip():
            try:
                wanted[name] = number(written)
            except ValueError as error:
                raise FaultError(f"{name}: write a number") from error
    wanted["together"] = "together" in request.form
    add_fault(carrier(), wanted)
    return _back_to_panel()


@page.post("/faults/remove")
def remove_fault() -> ResponseReturnValue:
    """Clear the fault whose button was pressed, or all."""
    carrier().faults.remove(request.form.get("id", None, int))
    return _back_to_panel()


@page.post("/release")
def release() -> ResponseReturnValue:
    """Let go, or discard, the held thing whose button was pressed, or all."""
    carrier().release(request.form.get("id", None, int), discard="discard" in request.form)
    return _back_to_panel()


@page.errorhandler(FaultError)
@page.errorhandler(Wrong)
def _trouble(error: ValueError) -> ResponseReturnValue:
    panel = "faults" if isinstance(error, FaultError) else "phone"
    return redirect(url_for(".phones", trouble=str(error), panel=panel, _anchor=f"{panel}-panel"), 303)


def _back_to_panel() -> ResponseReturnValue:
    return redirect(url_for(".phones", panel="faults", _anchor="faults-panel"), 303)


def _shown_phones() -> list[Phone]:
    # Declared phones in their order, then whoever else was in touch last.
    known = list(carrier().book.phones.values())
    declared = [phone for phone in known if phone.declared]
    others = sorted((phone for phone in known if not phone.declared), key=lambda phone: -phone.changed)
    return (declared + others)[:MOST_PHONES]


def _on_page(phone: Phone) -> dict[str, Any]:
    thread = carrier().book.thread(phone.number)[-LONGEST_THREAD:]
    return {
        **phone.described(),
        "anchor": _anchor(phone.number),
        "spaced": _spaced(phone.number),
        "language_name": _language_name(phone.language),
        "messages": [{**seen, "clock": _clock(seen["at_ms"])} for seen in map(as_seen, thread)],
    }


def _fault_on_page(fault: Fault) -> dict[str, Any]:
    chosen = f"{fault.where} {fault.action}"
    words = next(f"{place}: {ways[chosen]}" for place, ways in FAULT_WORDS.items() if chosen in ways)
    details = {"delay": f"by {fault.seconds:g} s", "duplicate": f"{fault.times + 1} times"}
    details |= dict.fromkeys(("refuse", "undelivered", "failed"), str(fault.code))
    shown = [details.get(fault.action, ""), f"{fault.count} in all" if fault.count else ""]
    if fault.where in ("rest", "read"):
        shown.append(f"{fault.when} it is accepted")
    return {"id": fault.id, "phone": fault.phone, "words": words, "details": ", ".join(filter(None, shown))}


def _anchor(number: str) -> str:
    return f"phone-{number.lstrip('+')}"


def _spaced(number: str) -> str:
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _clock(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000).astimezone().strftime("%H:%M")


def _language_name(code: str) -> str:
    try:
        return Locale.parse(code.replace("-", "_")).get_display_name("en") or code
    except (UnknownLocaleError, ValueError):
        return code
