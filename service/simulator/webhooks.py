"""Calling the service: overrides, attempts, fallback, and what is done to a webhook on its way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import parse_qsl, urldefrag, urlencode

import urllib3

from .faults import Fault, Faults
from .holds import Holds
from .pool import Pool
from .signing import IDEMPOTENCY_TOKEN, SIGNATURE, idempotency_token

RETRY_POLICIES = frozenset({"ct", "rt", "4xx", "5xx", "all"})
HTTP_RETRIEVAL_FAILURE = 11200


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the fragment of a webhook's URL asks for (twilio.com/docs/usage/webhooks/webhooks-connection-overrides)."""

    connect_s: float = 5.0
    read_s: float = 15.0
    total_s: float = 15.0
    retries: int = 1
    policies: frozenset[str] = frozenset({"ct"})

    @classmethod
    def of(cls, url: str) -> Overrides:
        """Read from `…#ct=2000&rt=3000&rc=5&rp=all`; a value out of its range is as if it were not there."""
        asked = dict(parse_qsl(urldefrag(url).fragment))
        policies = frozenset(asked.get("rp", "ct").split(","))
        return cls(
            connect_s=_in_range(asked, "ct", 100, 10_000, 5000) / 1000,
            read_s=_in_range(asked, "rt", 100, 15_000, 15_000) / 1000,
            total_s=_in_range(asked, "tt", 100, 15_000, 15_000) / 1000,
            retries=_in_range(asked, "rc", 0, 5, 1),
            policies=policies if policies <= RETRY_POLICIES else frozenset({"ct"}),
        )

    def retry(self, outcome: Outcome) -> bool:
        """Whether the policy asks for another attempt after this one."""
        return "all" in self.policies or outcome.failure in self.policies


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt ended: `failure` is "" for 2xx, else ct, rt, 3xx, 4xx or 5xx."""

    failure: str
    status: int | None = None
    headers: Mapping[str, str] | None = None
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Webhook:
    """One request to make of the service. `channel`: inbound or status; `status`: the message status it tells."""

    channel: str
    sid: str
    status: str
    phone: str
    url: str
    params: Mapping[str, str]
    fallback_url: str | None = None
    copy: int = 0

    @property
    def subject(self) -> str:
        """What keeps its order: the texts of a phone, the states of a message."""
        return self.phone if self.channel == "inbound" else self.sid


Answered = Callable[[Webhook, Outcome], None]
Signer = Callable[[str, Mapping[str, str]], str]


class Courier:
    """Delivers webhooks through the pool, so that no caller of the REST API ever waits for the service."""

    def __init__(self, pool: Pool, faults: Faults, holds: Holds, tell: Callable[..., object], sign: Signer) -> None:
        self._pool, self._faults, self._holds, self._tell, self._sign = pool, faults, holds, tell, sign
        # A kept-alive connection to a service that was killed would look like a failure of the next webhook.
        self._http = urllib3.PoolManager(headers={"Connection": "close"}, retries=False)

    def send(self, webhook: Webhook, answered: Answered) -> None:
        """Deliver a webhook in its order, unless a fault says otherwise; `answered` is called once, on success."""
        faults = {fault.action: fault for fault in self._faults.strike(webhook.channel, webhook.phone, webhook.subject)}
        if "drop" in faults:
            self._finished(webhook, "dropped")
        elif "freeze" in faults:
            self._park(webhook, faults, answered)
        else:
            self._enqueue(webhook, faults, answered)

    def close(self) -> None:
        """Close the connections."""
        self._http.clear()

    def _park(self, webhook: Webhook, faults: Mapping[str, Fault], answered: Answered) -> None:
        def let_go(discard: bool) -> None:
            if discard:
                self._finished(webhook, "dropped")
            else:
                self._enqueue(webhook, faults, answered)

        self._holds.park(webhook.channel, "before", webhook.phone, webhook.sid, let_go)

    def _enqueue(self, webhook: Webhook, faults: Mapping[str, Fault], answered: Answered) -> None:
        delay_s = faults["delay"].seconds if "delay" in faults else 0.0
        key: tuple[object, ...] = (webhook.channel, webhook.subject)
        if "reorder" in faults:
            delay_s, key = delay_s + faults["reorder"].seconds, (*key, webhook.sid, webhook.status)
        self._pool.submit(key, partial(self._deliver, webhook, answered), delay_s)
        if duplicate := faults.get("duplicate"):
            for copy in range(1, duplicate.times + 1):
                copy_key = (*key, "copy", webhook.sid, copy) if duplicate.together else key
                again = replace(webhook, copy=copy)
                self._pool.submit(copy_key, partial(self._deliver, again, _ignored), delay_s)

    def _deliver(self, webhook: Webhook, answered: Answered) -> None:
        for url in filter(None, (webhook.url, webhook.fallback_url)):
            for outcome in self._attempts(webhook, url):
                if not outcome.failure:
                    self._finished(webhook, "delivered")
                    answered(webhook, outcome)
                    return
        self.warn(webhook, HTTP_RETRIEVAL_FAILURE)
        self._finished(webhook, "failed")

    def _attempts(self, webhook: Webhook, url: str) -> Iterator[Outcome]:
        overrides = Overrides.of(url)
        deadline = time.monotonic() + overrides.total_s
        for number in range(overrides.retries + 1):
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                return
            outcome = self._attempt(webhook, url, number, overrides, left_s)
            yield outcome
            if not overrides.retry(outcome):
                return

    def _attempt(self, webhook: Webhook, url: str, number: int, overrides: Overrides, left_s: float) -> Outcome:
        started = time.monotonic()
        outcome = self._post(webhook, url, overrides, left_s)
        self._tell(
            "attempt",
            channel=webhook.channel,
            sid=webhook.sid,
            status=webhook.status,
            copy=webhook.copy,
            attempt=number + 1,
            fallback=url != webhook.url,
            http_status=outcome.status,
            failure=outcome.failure,
            took_ms=int((time.monotonic() - started) * 1000),
        )
        return outcome

    def _post(self, webhook: Webhook, url: str, overrides: Overrides, left_s: float) -> Outcome:
        timeout = urllib3.Timeout(connect=min(overrides.connect_s, left_s), read=min(overrides.read_s, left_s))
        headers = {
            "Connection": "close",
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            SIGNATURE: self._sign(url, webhook.params),
            IDEMPOTENCY_TOKEN: idempotency_token(webhook.channel, webhook.sid, webhook.status),
        }
        try:
            body = urlencode(webhook.params)
            answer = self._http.request(
                "POST", urldefrag(url).url, body=body, headers=headers, timeout=timeout, redirect=False
            )
        except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError):
            return Outcome("ct")
        except urllib3.exceptions.HTTPError:
            return Outcome("rt")
        failure = "" if 200 <= answer.status < 300 else f"{answer.status // 100}xx"
        return Outcome(failure, answer.status, answer.headers, answer.data)

    def warn(self, webhook: Webhook, code: int) -> None:
        """Write down what Twilio's debugger would show about this webhook."""
        self._tell("warning", channel=webhook.channel, sid=webhook.sid, code=code)

    def _finished(self, webhook: Webhook, outcome: str) -> None:
        self._tell(
            "webhook",
            channel=webhook.channel,
            sid=webhook.sid,
            status=webhook.status,
            copy=webhook.copy,
            phone=webhook.phone,
            outcome=outcome,
        )


def _ignored(webhook: Webhook, outcome: Outcome) -> None:
    """The answer to a copy: what it asks for has been done for the first one."""


def _in_range(asked: Mapping[str, str], name: str, low: int, high: int, usual: int) -> int:
    value = asked.get(name, "")
    return int(value) if value.isdecimal() and low <= int(value) <= high else usual
