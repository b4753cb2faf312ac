"""Signing a webhook as Twilio does (twilio.com/docs/usage/security#validating-requests)."""

from __future__ import annotations

import base64
import hmac
import uuid
from collections.abc import Mapping
from hashlib import sha1

SIGNATURE = "X-Twilio-Signature"
IDEMPOTENCY_TOKEN = "I-Twilio-Idempotency-Token"

_TOKENS = uuid.UUID("5f1d1c0e-62a4-4d0e-9f57-3f0a6f2f8a51")


def sign(url: str, params: Mapping[str, str], auth_token: str) -> str:
    """Base64 of HMAC-SHA1, keyed by the auth token, over the URL and then each name and value, sorted by name."""
    signed = url + "".join(name + params[name] for name in sorted(params))
    return base64.b64encode(hmac.new(auth_token.encode(), signed.encode(), sha1).digest()).decode()


def idempotency_token(channel: str, sid: str, status: str) -> str:
    """The same token for every attempt and every copy of one webhook, also after the simulator was restarted."""
    return str(uuid.uuid5(_TOKENS, f"{channel}/{sid}/{status}"))
