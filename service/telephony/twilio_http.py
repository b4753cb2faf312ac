"""The HTTP under Twilio's client: our time-outs, one pool of connections, no retries, no logging of what is sent.

Apart from `twilio.py` because importing it takes a third of a second: only processes that send pay for it.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
from typing import Any

from requests import Session
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ConnectTimeout, InvalidSchema, InvalidURL, MissingSchema, ProxyError, SSLError
from twilio.base.exceptions import TwilioRestException, TwilioServiceException  # type: ignore[import-untyped]
from twilio.http import HttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]
from urllib3.exceptions import MaxRetryError, NewConnectionError

REAL_ADDRESS = "https://api.twilio.com"
CONNECT_SECONDS = 2.0
READ_SECONDS = 5.0
POOL = 32


class Carrier(HttpClient):  # type: ignore[misc]
    """Sends what Twilio's client asks for, to Twilio or to the address that stands in for it. Safe between threads."""

    def __init__(self, api_address: str) -> None:
        super().__init__(logging.getLogger("twilio.http_client"), False, None)
        self._address = api_address.rstrip("/")
        self._session = Session()
        # A stand-in carrier is on this machine or network: never send to it through a proxy meant for the internet.
        self._session.trust_env = self._address == REAL_ADDRESS
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=POOL, max_retries=0))

    def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """One request, one answer; raises what requests raises."""
        answer = self._session.request(
            method,
            uri.replace(REAL_ADDRESS, self._address, 1),
            params=params,
            data=data,
            headers=headers,
            auth=auth,
            timeout=timeout or (CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=allow_redirects,
        )
        return Response(answer.status_code, answer.text, answer.headers)

    def close(self) -> None:
        """Close the pooled connections."""
        self._session.close()


def new_client(account: str, username: str, password: str, carrier: Carrier) -> Client:
    """Twilio's own client over our HTTP, with its messages' code already imported."""
    client = Client(username, password, account, http_client=carrier)
    _ = client.messages
    return client


def refusal(error: Exception) -> tuple[int | None, int] | None:
    """The (code, HTTP status) of an answer that Twilio gave; None where the error is no answer of Twilio's."""
    if not isinstance(error, TwilioRestException | TwilioServiceException):
        return None
    status = error.status if isinstance(error.status, int) else 0
    # Without a code of its own, the client puts the HTTP status in its place.
    code = error.code if isinstance(error.code, int) and error.code != status else None
    return code, status


def unreachable(error: Exception) -> bool:
    """True where no connection was made, so the carrier certainly never had the request."""
    if isinstance(error, ConnectTimeout):
        return True
    return isinstance(error, NoConnection) and isinstance(_reason(error), NewConnectionError)


def misconfigured(error: Exception) -> bool:
    """True where our own address, proxy or certificates kept the request from leaving: a person must act."""
    if isinstance(error, SSLError):
        # Other TLS errors may come after the request was sent.
        causes: tuple[object, ...] = getattr(_reason(error), "args", ())
        return any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes)
    return isinstance(error, InvalidURL | MissingSchema | InvalidSchema | ProxyError)


def _reason(error: Exception) -> object:
    first = error.args[0] if error.args else None
    return first.reason if isinstance(first, MaxRetryError) else None
