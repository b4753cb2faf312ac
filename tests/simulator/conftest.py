"""A simulator on a real port, a service that it calls, and the real Twilio client pointed at it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask, Response, request
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from werkzeug.serving import make_server

from service.simulator import create_simulator, make_carrier_server

ACCOUNT = "AC00000000000000000000000000000001"
TOKEN = "the-token-of-this-account"
SERVICE_NUMBER = "+447700900000"
AMINA = "+447700900101"
TOMASZ = "+447700900102"


class ToSimulator(TwilioHttpClient):
    """twilio-python's own client, with api.twilio.com on this machine."""

    def __init__(self, base: str, timeout: float = 5.0) -> None:
        super().__init__(timeout=timeout)
        self.base = base
        self.session.trust_env = False

    def request(self, method, url, *args, **kwargs):
        return super().request(method, url.replace("https://api.twilio.com", self.base), *args, **kwargs)


class Service:
    """What a simulator calls: keeps every webhook, and answers as the test says."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []
        self.answers: list[tuple[int, str, str]] = []
        self.pause_s = 0.0
        app = Flask("service")
        app.add_url_rule("/<path:path>", view_func=self._take, methods=["POST"])
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        self.base = f"http://127.0.0.1:{self.server.port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def _take(self, path: str) -> Response:
        pause_s = self.pause_s
        self.seen.append(
            {
                "path": f"/{path}",
                "url": request.url,
                "params": request.form.to_dict(),
                "signature": request.headers.get("X-Twilio-Signature"),
                "token": request.headers.get("I-Twilio-Idempotency-Token"),
                "at": time.monotonic(),
            }
        )
        status, kind, body = self.answers.pop(0) if self.answers else (200, "text/xml", "<Response/>")
        time.sleep(pause_s)
        return Response(body, status, content_type=kind)

    def at(self, path: str) -> list[dict[str, Any]]:
        return [one for one in self.seen if one["path"] == path]

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class Simulator:
    """A running simulator and ways to talk to it."""

    def __init__(self, ledger: Path, **settings: Any) -> None:
        self.app = create_simulator(ledger, ACCOUNT, TOKEN, SERVICE_NUMBER, **settings)
        self.server = make_carrier_server(self.app)
        self.base = f"http://127.0.0.1:{self.server.port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()
        self.http = requests.Session()
        self.http.trust_env = False
        self.clients: list[ToSimulator] = []

    def twilio(self, timeout: float = 5.0, token: str = TOKEN) -> Client:
        self.clients.append(ToSimulator(self.base, timeout))
        return Client(ACCOUNT, token, http_client=self.clients[-1])

    def send(self, body: str = "How are you?", to: str = AMINA, **more: Any):
        return self.twilio().messages.create(to=to, from_=SERVICE_NUMBER, body=body, **more)

    def control(self, method: str, path: str, **json: Any) -> Any:
        answer = self.http.request(method, f"{self.base}/simulator{path}", json=json or None)
        assert answer.ok, answer.text
        return answer.json()

    def fault(self, where: str, action: str, **more: Any) -> dict[str, Any]:
        return self.control("POST", "/faults", where=where, action=action, **more)

    def text(self, body: str, number: str = AMINA, **more: Any) -> str:
        return self.control("POST", f"/phones/{number}/texts", body=body, **more)["sid"]

    def thread_of(self, number: str = AMINA) -> list[dict[str, Any]]:
        return self.control("GET", f"/phones/{number}/messages")

    def events(self, *kinds: str) -> list[dict[str, Any]]:
        return [event for event in self.control("GET", "/ledger")["events"] if not kinds or event["kind"] in kinds]

    def close(self) -> None:
        self.app.extensions["simulator"].close()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        self.http.close()
        for client in self.clients:
            client.session.close()


def until(true: Callable[[], Any], seconds: float = 5.0) -> Any:
    """The first truthy value of `true()`; fails if there is none in time."""
    deadline = time.monotonic() + seconds
    while not (value := true()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
    return value


@pytest.fixture
def service() -> Iterator[Service]:
    running = Service()
    yield running
    running.close()


@pytest.fixture
def start(service: Service, tmp_path: Path) -> Iterator[Callable[..., Simulator]]:
    """Starts a simulator on this test's ledger, with the settings that the test gives."""
    running: list[Simulator] = []

    def start_one(**settings: Any) -> Simulator:
        settings.setdefault("sms_url", f"{service.base}/sms#rc=5&rp=all&ct=2000&rt=3000")
        running.append(Simulator(tmp_path / "ledger.jsonl", **settings))
        return running[-1]

    yield start_one
    for one in running:
        one.close()


@pytest.fixture
def carrier(start: Callable[..., Simulator]) -> Simulator:
    return start()


@pytest.fixture
def eventually() -> Callable[..., Any]:
    return until
