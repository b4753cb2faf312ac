"""What every answer of the service carries, whom a form may come from, and what cookies are called."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Request, Response, abort, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response as AnyResponse

_OURS = frozenset({"same-origin", "none"})  # Sec-Fetch-Site of our own pages; browsers can't be made to lie about it
_PREFIX = "__Host-"


class UnsafeAddress(ValueError):
    """Sign-in over plain http to another machine: passwords would be read on the way."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where browsers reach us. https, or http on this machine alone; UnsafeAddress otherwise."""

    public: str

    def __post_init__(self) -> None:
        parts = urlsplit(self.public)
        if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname or "")):
            what = "write https://, or http:// with 127.0.0.1 or localhost"
            raise UnsafeAddress(f"PUBLIC_ADDRESS is {self.public}: {what}")

    @property
    def is_https(self) -> bool:
        """Whether cookies can be bound to this host and to https."""
        return urlsplit(self.public).scheme == "https"

    def cookie(self, name: str) -> str:
        """The cookie's full name: `__Host-` binds it to this host, this path and https (RFC 6265bis, 4.1.3.2)."""
        return f"{_PREFIX}{name}" if self.is_https else name

    def set_cookie(self, response: AnyResponse, name: str, value: str, *, seconds: int | None = None) -> None:
        """A cookie that scripts can't read and other sites can't send with a form."""
        response.set_cookie(
            self.cookie(name), value, max_age=seconds, secure=self.is_https, httponly=True, samesite="Lax", path="/"
        )

    def drop_cookie(self, response: AnyResponse, name: str) -> None:
        """Forget it."""
        response.delete_cookie(self.cookie(name), secure=self.is_https, httponly=True, samesite="Lax", path="/")


def secure(
    app: Flask, address: Address, secret: bytes, *, frame_ancestors: str = "'none'", signed: tuple[Blueprint, ...] = ()
) -> None:
    """Put headers on every answer and the same-site rules on every form.

    `signed`: blueprints whose posts carry a signature of their own, such as a carrier's webhooks.
    `frame_ancestors`: the one origin that may show our pages in a frame (the demo's simulator).
    """
    app.secret_key = hmac.digest(secret, b"alongside|forms|v1", hashlib.sha256)
    app.config.update(
        SESSION_COOKIE_NAME=address.cookie("alongside-form"),
        SESSION_COOKIE_SECURE=address.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_TIME_LIMIT=None,  # a form stays good for as long as the browser's session: drafts outlive a sign-out
        WTF_CSRF_SSL_STRICT=False,  # it asks for a Referer, which our pages never send
    )
    forms = CSRFProtect(app)
    for blueprint in signed:
        forms.exempt(blueprint)
    app.before_request(_only_our_own_forms({blueprint.name for blueprint in signed}))
    app.after_request(_headers(frame_ancestors))


def client_address(asked: Request, proxies: int) -> str:
    """Whose browser this is, for throttling: the address itself, or an IPv6 network of 64 bits.

    `proxies`: how many of our own stand in front; only the addresses that they wrote are believed.
    """
    hops = [hop.strip() for line in asked.headers.getlist("X-Forwarded-For") for hop in line.split(",")]
    found = hops[-proxies] if 0 < proxies <= len(hops) else asked.remote_addr or ""
    try:
        address = ipaddress.ip_address(found)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)


def own_path(wanted: str | None) -> str | None:
    """A path on this very site, or None: whatever else was asked for is not gone to."""
    if not wanted or not wanted.startswith("/") or wanted.startswith("//"):
        return None
    if any(char == "\\" or ord(char) < 0x20 or ord(char) == 0x7F for char in wanted):
        return None
    return wanted


def _headers(frame_ancestors: str) -> Callable[[Response], Response]:
    policy = "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            f"frame-ancestors {frame_ancestors}",
        )
    )
    always = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }

    def add(response: Response) -> Response:
        for name, value in always.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return add


def _only_our_own_forms(signed: set[str]) -> Callable[[], None]:
    def check() -> None:
        if request.method == "POST" and request.blueprint not in signed:
            site = request.headers.get("Sec-Fetch-Site")
            if site is not None and site not in _OURS:
                abort(403)

    return check


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
