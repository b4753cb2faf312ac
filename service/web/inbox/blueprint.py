"""Puts the pages of the inbox together."""

from __future__ import annotations

from flask import Blueprint

from service.usecases.deps import Deps
from service.usecases.passwords import Passwords
from service.usecases.signin import SignIn
from service.web.inbox import guard
from service.web.inbox.deeds import Deeds
from service.web.inbox.desk import Desk, HealthWatch, InboxOptions
from service.web.inbox.entrance import Entrance
from service.web.inbox.pages import Pages
from service.web.security import Address

_CONVERSATION = "/inbox/<string(length=32):escalation_id>"


def inbox_blueprint(deps: Deps, options: InboxOptions, *, passwords: Passwords | None = None) -> Blueprint:
    """Sign-in, queue, conversations, counts and audit, at / of the site. UnsafeAddress if cookies would not be safe."""
    signin = SignIn(deps, passwords or Passwords())
    desk = Desk(deps, options, Address(options.public_address), signin, HealthWatch(deps))
    blueprint = Blueprint(
        "inbox", __name__, template_folder="../templates", static_folder="../static", static_url_path="/static"
    )
    pages = Pages(desk)
    entrance, deeds = Entrance(desk, pages), Deeds(desk)
    guard.stand_before(blueprint, desk)
    for path, name, view in (
        ("/", "home", entrance.home),
        ("/help", "help", entrance.help),
        ("/session", "session", entrance.session),
        ("/inbox", "queue", pages.queue),
        ("/inbox/part", "queue_part", pages.queue_part),
        (_CONVERSATION, "conversation", pages.conversation),
        (f"{_CONVERSATION}/part", "conversation_part", pages.conversation_part),
        ("/counts", "counts", pages.counts),
        ("/audit", "audit", pages.audit),
    ):
        blueprint.add_url_rule(path, name, view, methods=["GET"])
    for path, name, deed in (
        ("/sign-out", "sign_out", entrance.sign_out),
        ("/session", "stay", entrance.stay),
        (f"{_CONVERSATION}/claim", "claim", deeds.claim),
        (f"{_CONVERSATION}/cannot-take", "cannot_take", deeds.cannot_take),
        (f"{_CONVERSATION}/reply", "reply", deeds.reply),
        (f"{_CONVERSATION}/hand-over", "hand_over", deeds.hand_over),
        (f"{_CONVERSATION}/resolve", "resolve", deeds.resolve),
        (f"{_CONVERSATION}/nothing-needed", "nothing_needed", deeds.nothing_needed),
    ):
        blueprint.add_url_rule(path, name, deed, methods=["POST"])
    blueprint.add_url_rule("/sign-in", "sign_in", entrance.sign_in, methods=["GET", "POST"])
    blueprint.add_url_rule("/join/<token>", "join", entrance.join, methods=["GET", "POST"])
    return blueprint
