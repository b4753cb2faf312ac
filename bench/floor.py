"""The floor: what any Flask application does that checks Twilio's signature and keeps a text durably. Nothing more.

The same writer rule as the service's own, once for each request: on SQLite a file lock, BEGIN IMMEDIATE, one INSERT, a
commit with synchronous=FULL; on PostgreSQL one INSERT and a commit.
"""

from __future__ import annotations

import os
import time
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from sqlalchemy import BigInteger, Column, Engine, LargeBinary, MetaData, String, Table, create_engine, event, insert
from sqlalchemy.engine import make_url
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from service.store.engine import sqlite_module
from service.store.writer import WriterLock

TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
_PATIENCE = 30.0

metadata = MetaData()
texts = Table(
    "floor_texts",
    metadata,
    Column("sid", String(64), primary_key=True),
    Column("sender", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
)
_INSERT = insert(texts)


def create() -> Flask:
    """The application for the database, token and address in FLOOR_DATABASE_URL, FLOOR_TOKEN and FLOOR_ADDRESS."""
    url = os.environ["FLOOR_DATABASE_URL"]
    address, validator = os.environ["FLOOR_ADDRESS"], RequestValidator(os.environ["FLOOR_TOKEN"])
    engine, lock = _engine(url), _lock(url)
    metadata.create_all(engine)
    app = Flask(__name__, static_folder=None)

    @app.post("/hooks/twilio/sms")
    def text_in() -> Response:
        signature = request.headers.get("X-Twilio-Signature", "")
        if not validator.validate(address + request.full_path.rstrip("?"), request.form, signature):
            return Response("", status=403)
        form = request.form
        row = {"sid": form["MessageSid"], "sender": form["From"], "body": form["Body"].encode(), "at": time.time_ns()}
        with lock(), engine.begin() as tx:
            tx.execute(_INSERT, row)
        return Response(TWIML, content_type="text/xml; charset=utf-8")

    @app.get("/health")
    def health() -> str:
        return "ok"

    return app


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=20, max_overflow=20)
    arguments = {"check_same_thread": False, "timeout": _PATIENCE, "isolation_level": None}
    engine = create_engine(url, module=sqlite_module(), pool_size=20, max_overflow=20, connect_args=arguments)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _lock(url: str) -> Any:
    if not url.startswith("sqlite"):
        return nullcontext
    path = Path(make_url(url).database or "")
    writer = WriterLock(path.with_name(path.name + ".writer"), _PATIENCE)

    def held() -> AbstractContextManager[None]:
        return writer.held()

    return held
