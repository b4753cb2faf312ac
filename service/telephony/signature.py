"""Is a webhook really Twilio's? By the address that we gave Twilio, never by what a proxy made of it.

Twilio signs the address and the form (HMAC-SHA1 with the account's token), or with a shared key HMAC-SHA256, which it
announces in `X-Twilio-Webhooks-Signature-Settings`. twilio.com/docs/usage/security
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from urllib.parse import parse_qs, urlsplit

from twilio.request_validator import (  # type: ignore[import-untyped]
    RequestValidator,
    add_port,
    get_signature_algorithm,
    remove_port,
)

OVERRIDES = "#rc=5&rp=all&ct=2000&rt=3000"
"""Ends every address that we give Twilio: 5 retries on any failure, 2 s to connect, 3 s to answer."""

SIGNATURE_HEADER = "X-Twilio-Signature"
SETTINGS_HEADER = "X-Twilio-Webhooks-Signature-Settings"


class _Form(dict[str, list[str]]):
    """A form in which a name may stand several times, as Twilio's own validator reads one."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        for name, value in pairs:
            self.setdefault(name, []).append(value)

    def getall(self, name: str) -> list[str]:
        return self[name]


class Signatures:
    """Checks webhooks against the public address (`https://host[:port]`) and any of the tokens; with no token, none."""

    def __init__(self, tokens: Sequence[str], public_address: str) -> None:
        # An empty token would be a key that everybody knows.
        self._validators = [RequestValidator(token) for token in tokens if token.strip()]
        parsed = urlsplit(public_address.rstrip("/"))
        # Twilio signs sometimes with the scheme's usual port and sometimes without any.
        self._addresses = tuple(dict.fromkeys((remove_port(parsed), add_port(parsed))))

    def valid(
        self,
        raw_path: str,
        params: Sequence[tuple[str, str]] | bytes,
        signature: str | None,
        settings: str | None = None,
    ) -> bool:
        """True only for Twilio's signature of this request; whatever is odd is False, never an error.

        `raw_path`: as it came, percent signs and query included. `params`: the form's pairs in any order, or the raw
        body where it is no form (the query then carries its bodySHA256). `settings`: the header naming the algorithm.
        """
        if not signature:
            return False
        try:
            return self._valid(raw_path, params, signature.encode("ascii"), get_signature_algorithm(settings))
        except Exception:  # a request that cannot even be read was not signed by Twilio
            return False

    def _valid(self, raw_path: str, params: Sequence[tuple[str, str]] | bytes, signature: bytes, algorithm: str) -> bool:
        if isinstance(params, bytes):
            if not _body_matches(raw_path, params):
                return False
            params = ()
        form = _Form(params)
        # More than one spelling is safe to accept: each can be signed by the token's holder alone.
        return any(
            hmac.compare_digest(validator.compute_signature(address + path, form, algorithm).encode(), signature)
            for validator in self._validators
            for path in _spellings(raw_path)
            for address in self._addresses
        )


def _spellings(raw_path: str) -> Iterator[str]:
    """The ways in which Twilio may have written the address that it signed."""
    yield raw_path
    # Whether the overrides after the '#' are signed is not documented.
    yield raw_path + OVERRIDES
    # An apostrophe in a query is signed as %27 (twilio-node's tests).
    path, mark, query = raw_path.partition("?")
    if "'" in query:
        yield path + mark + query.replace("'", "%27")


def _body_matches(raw_path: str, body: bytes) -> bool:
    claimed = parse_qs(urlsplit(raw_path).query).get("bodySHA256", [""])[0]
    return hmac.compare_digest(hashlib.sha256(body).hexdigest().encode(), claimed.encode())
