"""Identifiers: UUIDv7, so that rows made later sort later."""

from __future__ import annotations

import uuid_utils


def new_id() -> str:
    """A fresh UUIDv7 as 32 hexadecimal characters (RFC 9562)."""
    return uuid_utils.uuid7().hex
