"""A load generator that is never the bottleneck: every request is made and signed before the first is sent.

One thread, plain sockets, keep-alive, and on each connection one request at a time, as a carrier calls. It costs some
20 µs a request, a fiftieth of what the fastest server here needs for one.
"""

from __future__ import annotations

import base64
import hmac
import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

CONNECTIONS = 32
_PATIENCE = 30.0  # seconds without any answer at all
_END = b"\r\n\r\n"


class NoAnswer(Exception):
    """The server hung up, or said nothing for 30 s."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text to the service: its id at the carrier, the phone it comes from, and its words."""

    sid: str
    sender: str
    words: str


@dataclass(slots=True)
class Run:
    """How a run went: how long all of it took, and each answer's time in seconds."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        """Requests a second that were answered 200."""
        return self.statuses[200] / self.seconds if self.seconds else 0.0


def webhook(text: Text, path: str, public_address: str, token: str, to: str) -> bytes:
    """The whole HTTP request of one text, with the fields that Twilio sends, signed for `public_address`."""
    params = {
        "ToCountry": "GB",
        "SmsMessageSid": text.sid,
        "NumMedia": "0",
        "SmsSid": text.sid,
        "SmsStatus": "received",
        "Body": text.words,
        "To": to,
        "NumSegments": "1",
        "MessageSid": text.sid,
        "AccountSid": "AC" + "0" * 32,
        "From": text.sender,
        "FromCountry": "GB",
        "ApiVersion": "2010-04-01",
    }
    signed = public_address + path + "".join(name + params[name] for name in sorted(params))
    signature = base64.b64encode(hmac.digest(token.encode(), signed.encode(), "sha1")).decode()
    body = urlencode(params).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {urlsplit(public_address).netloc}\r\nUser-Agent: TwilioProxy/1.1\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        f"X-Twilio-Signature: {signature}\r\nAccept: */*\r\n\r\n"
    )
    return head.encode() + body


class _Connection:
    """One kept-alive connection with at most one request under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0
        self._got = b""

    def send(self, request: bytes) -> None:
        self._got = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> int | None:
        """The status once the whole answer is here."""
        piece = self.socket.recv(65536)
        if not piece:
            raise NoAnswer("the server closed a connection in the middle of a run")
        self._got += piece
        head, end, body = self._got.partition(_END)
        if not end or len(body) < _length(head):
            return None
        return int(head[9:12])


def drive(port: int, requests: Sequence[bytes], connections: int = CONNECTIONS) -> Run:
    """Send every request once, on so many connections, each as soon as the answer before it is there."""
    run, waiting = Run(), iter(requests)
    opened = [_Connection(port) for _ in range(min(connections, len(requests)))]
    try:
        with selectors.DefaultSelector() as ready:
            began = time.perf_counter()
            for connection in opened:
                ready.register(connection.socket, selectors.EVENT_READ, connection)
                _next(connection, waiting, ready)
            while ready.get_map():
                _collect(ready, waiting, run)
            run.seconds = time.perf_counter() - began
    finally:
        for connection in opened:
            connection.socket.close()
    return run


def _collect(ready: selectors.BaseSelector, waiting: Iterator[bytes], run: Run) -> None:
    found = ready.select(_PATIENCE)
    if not found:
        raise NoAnswer(f"no answer for {_PATIENCE:.0f} s")
    for key, _ in found:
        connection: _Connection = key.data
        status = connection.receive()
        if status is not None:
            run.times.append(time.perf_counter() - connection.sent_at)
            run.statuses[status] += 1
            _next(connection, waiting, ready)


def _next(connection: _Connection, waiting: Iterator[bytes], ready: selectors.BaseSelector) -> None:
    request = next(waiting, None)
    if request is None:
        ready.unregister(connection.socket)
    else:
        connection.send(request)


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0
