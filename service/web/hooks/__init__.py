"""Twilio's webhooks: the signature first, then one use case, then TwiML."""

from service.web.hooks.door import Door

__all__ = ["Door"]
