"""Twilio's webhooks: the signature first, then one use case, then empty TwiML."""

from service.web.hooks.routes import hooks_blueprint

__all__ = ["hooks_blueprint"]
