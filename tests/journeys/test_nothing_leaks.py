"""A number and words that are unmistakable go through everything; afterwards nothing outside the cipher has them."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import subprocess
import sys
import threading
import zlib
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
import requests
from redis import Redis
from sqlalchemy import select, update

from service.cli._stage import Stage
from service.cli.run import child_environment
from service.settings import PROJECT
from service.store.schema import checkins, dues, participants
from service.usecases.outbox import due_row
from tests.journeys.carrier_hand import CarrierHand
from tests.journeys.team import amina, asks_how_the_week_was, ben, code_in, desk
from tests.support.stage_phones import StagePhones, until

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("nothing leaks")]

NUMBER, STRANGER = "+447700900786", "+447700900787"
NAME = "Xanthippe"
WORDS = ("quetzalcoatlus", "میراخفیہ", "wombat-9071")
SAID = " ".join(WORDS)
URGENT = f"I am going to kill myself {SAID}"
NOT_OURS = {"carrier.jsonl"}  # the stand-in carrier's own book: a carrier knows what it carries


class Overheard:
    """Every command that Redis gets while this is open."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(url)
        self.lines: list[bytes] = []
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def _listen(self) -> None:
        with self._redis.monitor() as monitor:
            for one in monitor.listen():
                # Redis writes what is no letter as \xNN.
                self.lines.append(
                    one["command"].encode("ascii", "backslashreplace").decode("unicode_escape").encode("latin-1")
                )
                if "canary-over" in one["command"]:
                    return

    def __enter__(self) -> Overheard:
        self._thread.start()
        until(self._hears, what="the first overheard command")
        return self

    def __exit__(self, *_: object) -> None:
        self._redis.echo("canary-over")
        self._thread.join(5)
        self._redis.close()

    def _hears(self) -> bool:
        self._redis.ping()
        return bool(self.lines)

    def kept(self) -> bytes:
        """Everything that Redis holds now, whatever its kind."""
        found = []
        for key in self._redis.scan_iter():
            kind = self._redis.type(key)
            read = {b"string": self._redis.get, b"hash": self._redis.hgetall, b"set": self._redis.smembers}.get(kind)
            whole = {b"list": self._redis.lrange, b"zset": self._redis.zrange}.get(kind)
            value = read(key) if read else whole(key, 0, -1) if whole else self._redis.dump(key)
            found += [key, *_pieces(value)]
        return b"\n".join([*found, *(_inflated(one) for one in found)])


def _pieces(value: object) -> list[bytes]:
    if isinstance(value, dict):
        return [bytes(one) for pair in value.items() for one in pair]
    return [value] if isinstance(value, bytes) else [bytes(one) for one in value]  # type: ignore[attr-defined]


def _inflated(found: bytes) -> bytes:
    """What is compressed in it, as RQ compresses a job's arguments."""
    pieces = []
    for at in re.finditer(rb"x[\x01\x5e\x9c\xda]", found):
        with contextlib.suppress(zlib.error):
            pieces.append(zlib.decompressobj().decompress(found[at.start() :]))
    return b"\n".join(pieces)


def test_no_number_and_no_words_stand_anywhere_in_clear(stage: Stage, phones: StagePhones) -> None:
    settings = stage.settings
    with Overheard(settings.redis_url) as redis:
        addresses = _go_through_everything(stage, phones)
        phones.quiet()
        in_redis = redis.kept()
    jobs = b"\n".join(map(_inflated, redis.lines))
    assert b"worker.jobs.drain" in jobs, "the jobs are read as RQ writes them"
    for where, found in (
        ("Redis", in_redis),
        ("what Redis was told", b"\n".join(redis.lines)),
        ("jobs", jobs),
        ("addresses", "\n".join(addresses).encode()),
        ("command lines", _command_lines(stage)),
        *_files(settings.data),
    ):
        assert _canaries(found) == [], where
    health = json.dumps(stage.get("/health")).encode()
    assert _canaries(health) == []
    logs = b"".join(path.read_bytes() for path in (settings.data / "logs").iterdir())
    assert b'"event"' in logs, "the logs are the ones that would tell"


def test_the_search_would_find_what_it_looks_for() -> None:
    for form in (NUMBER, "07700 900786", WORDS[0].upper(), json.dumps(WORDS[1]), quote(WORDS[1]), NAME):
        assert _canaries(f"…{form}…".encode()), form
    for bare in (base64.b64encode(WORDS[2].encode()), WORDS[1].encode("utf-16-le")):
        assert _canaries(b"..." + bare + b"..."), bare


def _go_through_everything(stage: Stage, phones: StagePhones) -> list[str]:
    """Every way that words and numbers take, and every way that goes wrong; the addresses that were seen on it."""
    first, second = amina(phones), ben(phones)
    person = phones.phone(NUMBER, NAME)
    _invite_by_command(stage, NUMBER)
    phones.agrees(person)
    with stage.deps.database.read() as connection:
        person_id = connection.execute(select(participants.c.id).where(participants.c.state != "staff")).scalar_one()
    asks_how_the_week_was(stage, person_id)
    person.next()
    stage.carrier.fault(where="rest", action="refuse", phone=NUMBER, code=20500, status=500, count=1)
    person.texts(f"3 {SAID}").next()
    person.texts(URGENT)
    person.hears("A trained worker is being told now")
    code = code_in(first.next())
    second.texts(code).hears("You have it")
    at_desk = desk(stage, "ben")
    page = at_desk.conversation(NAME)
    links = [*page.links, *(form.action for form in page.forms)]
    page = at_desk.replies(page, f"I have read: {SAID}")
    person.hears(SAID)
    _goes_wrong(stage, at_desk.address)
    at_desk.resolves(page, f"Agreed: {SAID}")
    links += at_desk.queue().links
    at_desk.close()
    _poison(stage, person_id, phones)
    stranger = phones.phone(STRANGER, "a stranger")
    stranger.texts(SAID).next()
    called = [event["status_callback"] for event in stage.carrier.ledger() if event["kind"] == "accepted"]
    return [*links, *called]


def _goes_wrong(stage: Stage, address: str) -> None:
    """Forged and odd webhooks, a password in the wrong field, an address that somebody mistyped."""
    hand = CarrierHand(stage)
    hand.posts([("Body", SAID), ("From", NUMBER)], signature="forged")
    hand.posts([("Body", SAID), ("From", f"{NUMBER} {SAID}")], content_type="application/json")
    hand.close()
    with requests.Session() as http:
        http.trust_env = False
        http.post(f"{address}/sign-in", data={"staff_id": WORDS[0], "password": WORDS[2]}, timeout=10)
        http.get(f"{address}/{WORDS[2]}/{quote(NUMBER)}?who={quote_plus(SAID)}", timeout=10)


def _poison(stage: Stage, person_id: str, phones: StagePhones) -> None:
    """A check-in whose state can't be understood, and a due row that nobody knows how to do."""
    person = phones.phone(NUMBER, NAME)
    asks_how_the_week_was(stage, person_id)
    person.next()
    deps = stage.deps
    with deps.database.write() as tx:
        row = tx.execute(select(checkins).where(checkins.c.status == "open")).one()
        broken = deps.keys.seal(row.contact_id, "checkins", "state", row.id, json.dumps({SAID: NUMBER}))
        tx.execute(update(checkins).where(checkins.c.id == row.id).values(state=broken))
        now = deps.clock.now()
        riddle = due_row(lane="urgent", kind="riddle", unique_key="riddle", run_at=now, made_at=now)
        tx.execute(dues.insert(), [riddle])
    person.texts(f"2 {SAID}").next()
    until(lambda: any("alarm" in reason for reason in stage.get("/health")["reasons"]), what="an alarm on /health")
    with deps.database.write() as tx:
        done = update(dues).where(dues.c.kind == "riddle")
        tx.execute(done.values(state="done", run_at=now + timedelta(days=1)))


def _invite_by_command(stage: Stage, number: str) -> None:
    """As the operator does it; a second time with a number that is none, which is said without it."""
    environment = {**os.environ, **child_environment(stage.settings)}

    def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        argv = [sys.executable, "-P", "-m", "service.cli", "people", "add", *arguments]
        return subprocess.run(argv, env=environment, cwd=PROJECT, capture_output=True, timeout=60)

    invited = run(number, "--name", NAME, "--language", "en")
    assert invited.returncode == 0, invited.stderr.decode()
    refused = run(f"{number}x{WORDS[0]}", "--name", NAME)
    assert refused.returncode == 2
    for said in (invited.stdout, invited.stderr, refused.stdout, refused.stderr):
        assert _canaries(said) == [], "the command line"


def _files(folder: Path) -> list[tuple[str, bytes]]:
    """Every file of the data folder, the databases with their logs too."""
    paths = [path for path in folder.rglob("*") if path.is_file() and path.name not in NOT_OURS]
    assert {"alongside.sqlite", "keys.sqlite", "web.log"} <= {path.name for path in paths}
    return [(str(path.relative_to(folder)), path.read_bytes()) for path in paths]


def _command_lines(stage: Stage) -> bytes:
    found = [Path(f"/proc/{pid}/cmdline") for pid in stage.supervisor.pids().values()]
    return b"\n".join(path.read_bytes() for path in found if path.exists())


def _canaries(found: bytes) -> list[str]:
    """Which of the canaries stand in these bytes, in any spelling that a program might give them."""
    lowered = found.lower()
    digits = NUMBER[3:]
    spellings = {digits, f"{digits[:4]} {digits[4:]}", STRANGER[3:], NAME, *WORDS}
    seen = []
    for canary in spellings:
        raw = canary.encode()
        forms = {raw, raw.lower(), canary.encode("utf-16-le"), canary.encode("utf-16-be"), quote(canary).encode().lower()}
        forms |= {json.dumps(canary)[1:-1].encode().lower(), base64.b64encode(raw)[:-4], raw.hex().encode()}
        if any(form in found or form in lowered for form in forms):
            seen.append(canary)
    return seen
