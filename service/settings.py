"""What the environment tells us: every setting in one table, checked at start, every problem said at once."""

from __future__ import annotations

import difflib
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar

from service import embedded
from service import setting_values as values
from service.setting_values import TWILIO_API

Mode = Literal["demo", "run"]
Value = TypeVar("Value")
PROJECT = Path(__file__).resolve().parent.parent
SECRET_BYTES = 32


class SettingsError(Exception):
    """The environment can't be run from; `problems` has every reason, each naming its variable and what to write."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table: a variable, what it is for, and what holds without it."""

    name: str
    description: str
    default: str = "none: it must be set"
    secret: bool = False


SETTINGS_TABLE: tuple[Setting, ...] = (
    Setting("PUBLIC_ADDRESS", "Where Twilio and browsers reach us: https://HOST, nothing after it",
            "none in `run`; this machine in `demo`"),
    Setting("TWILIO_ACCOUNT_SID", "The Twilio account: AC and 32 hexadecimal digits"),
    Setting("TWILIO_AUTH_TOKEN", "The account's primary auth token; it signs what Twilio sends us", secret=True),
    Setting("TWILIO_AUTH_TOKEN_SECOND", "The other auth token, accepted too while you rotate", "one token only", True),
    Setting("TWILIO_NUMBER", "The number we text from: +15550100123, or a short code",
            "TWILIO_MESSAGING_SERVICE_SID instead"),
    Setting("TWILIO_MESSAGING_SERVICE_SID", "The messaging service we text from: MG and 32 hexadecimal digits",
            "TWILIO_NUMBER instead"),
    Setting("TWILIO_API_ADDRESS", "Where Twilio's API is; any other address is a simulator's", TWILIO_API),
    Setting("DATABASE_URL", "The database: postgresql://USER@HOST/NAME, or sqlite:////folder/file",
            "SQLite in ALONGSIDE_DATA", True),
    Setting("KEYS_URL", "The key store, apart from the database and its backups",
            "SQLite in ALONGSIDE_DATA; must be set in `run` when the database is PostgreSQL", True),
    Setting("REDIS_URL", "The Redis or Valkey that rings the workers: redis://, rediss:// or unix://",
            "the embedded Valkey", True),
    Setting("ALONGSIDE_MODE", "`run` is for people; `demo` is what the demo and the tests set", "run"),
    Setting("ALONGSIDE_DATA", "The folder that everything embedded is kept in", ".data in the project's folder"),
    Setting("ALONGSIDE_HOME", "The folder that coordinators edit: flows/, locales/, config/", "the project's folder"),
    Setting("ALONGSIDE_SECRET_FILE", "A file of 32 or more random bytes that signs sessions; the same on every machine",
            "made in ALONGSIDE_DATA; must be set in `run` when the database is PostgreSQL"),
    Setting("ALONGSIDE_KEY_FILE", "The file of the master key, made on first use with FILE.index beside it; "
            "the same on every machine, and never beside a backup of the database",
            "beside the SQLite key store; must be set in `run` when KEYS_URL is PostgreSQL"),
    Setting("ALONGSIDE_TEST_NUMBERS", "The only numbers that are texted in trial mode: +15550100123,+15550100124",
            "nobody"),
    Setting("ALONGSIDE_BIND", "The address of this machine that web listens on", "127.0.0.1"),
    Setting("ALONGSIDE_PORT", "The port that web listens on", "8000"),
    Setting("ALONGSIDE_PROXIES", "How many reverse proxies of your own stand in front and are believed", "0"),
    Setting("ALONGSIDE_MOVABLE_CLOCK", "1 lets the demo and the tests move time; `run` refuses it", "off"),
    Setting("ALONGSIDE_VENV", "The folder that ./alongside installs its libraries in", ".venv beside the script"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the environment decides. Secrets and numbers are never in its repr."""

    mode: Mode
    public_address: str
    account_sid: str
    auth_tokens: tuple[str, ...] = field(repr=False)
    number: str | None = field(repr=False)
    messaging_service_sid: str | None
    api_address: str
    database_url: str = field(repr=False)
    keys_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    redis_embedded: bool
    data: Path
    home: Path
    secret_file: Path
    key_file: Path | None
    test_numbers: tuple[str, ...] = field(repr=False)
    bind: str
    port: int
    proxies: int
    movable_clock: bool

    @property
    def simulated(self) -> bool:
        """Whether texts go to a simulator rather than to Twilio."""
        return self.api_address != TWILIO_API

    @property
    def on_postgresql(self) -> bool:
        """Whether the database is PostgreSQL rather than SQLite."""
        return self.database_url.startswith("postgresql")

    def environment(self) -> dict[str, str]:
        """The variables from which another process loads these same settings, wherever it is started."""
        second = self.auth_tokens[1] if len(self.auth_tokens) > 1 else ""
        return {
            "ALONGSIDE_MODE": self.mode,
            "PUBLIC_ADDRESS": self.public_address,
            "TWILIO_ACCOUNT_SID": self.account_sid,
            "TWILIO_AUTH_TOKEN": self.auth_tokens[0],
            "TWILIO_AUTH_TOKEN_SECOND": second,
            "TWILIO_NUMBER": self.number or "",
            "TWILIO_MESSAGING_SERVICE_SID": self.messaging_service_sid or "",
            "TWILIO_API_ADDRESS": self.api_address,
            "DATABASE_URL": self.database_url,
            "KEYS_URL": self.keys_url,
            "REDIS_URL": "" if self.redis_embedded else self.redis_url,
            "ALONGSIDE_DATA": str(self.data),
            "ALONGSIDE_HOME": str(self.home),
            "ALONGSIDE_SECRET_FILE": "" if self.secret_file == self.data / "secret" else str(self.secret_file),
            "ALONGSIDE_KEY_FILE": str(self.key_file or ""),
            "ALONGSIDE_TEST_NUMBERS": ",".join(self.test_numbers),
            "ALONGSIDE_BIND": self.bind,
            "ALONGSIDE_PORT": str(self.port),
            "ALONGSIDE_PROXIES": str(self.proxies),
            "ALONGSIDE_MOVABLE_CLOCK": "1" if self.movable_clock else "",
        }


def load(environ: Mapping[str, str], *, mode: Mode | None = None) -> Settings:
    """The settings in `environ`; `mode` None means what ALONGSIDE_MODE says. SettingsError has every problem."""
    reader = _Reader({name: value.strip() for name, value in environ.items() if value.strip()})
    settings = reader.settings(mode)
    problems = (*reader.problems, *_unknown(environ))
    if problems or settings is None:
        raise SettingsError(problems)
    return settings


class _Reader:
    """Reads variables one by one and collects what is wrong with them."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = given
        self.problems: list[str] = []

    def settings(self, mode: Mode | None) -> Settings | None:
        """The settings, or None when a piece without which there are none is missing or wrong."""
        mode = mode or self._mode()
        port = self.read("ALONGSIDE_PORT", values.port) or 8000
        data = self.read("ALONGSIDE_DATA", values.data_folder) or PROJECT / ".data"
        public = self._public_address(mode, port)
        sid = self.required("TWILIO_ACCOUNT_SID", values.account, "AC and 32 hexadecimal digits")
        first = self.required("TWILIO_AUTH_TOKEN", values.token, "the account's primary auth token")
        second = self.read("TWILIO_AUTH_TOKEN_SECOND", values.token)
        number, messaging_service = self._sender()
        database = self.read("DATABASE_URL", values.database) or f"sqlite:///{data / 'alongside.sqlite'}"
        redis_url = self.read("REDIS_URL", values.redis)
        settings = Settings(
            mode=mode,
            public_address=public or "",
            account_sid=sid or "",
            auth_tokens=tuple(token for token in (first, second) if token),
            number=number,
            messaging_service_sid=messaging_service,
            api_address=self.read("TWILIO_API_ADDRESS", values.api_address) or TWILIO_API,
            database_url=database,
            keys_url=self._keys_url(mode, data, database),
            redis_url=redis_url or f"unix://{embedded.socket_path(data)}",
            redis_embedded="REDIS_URL" not in self.given,
            data=data,
            home=self.read("ALONGSIDE_HOME", values.home) or PROJECT,
            secret_file=self._secret_file(mode, data, database),
            key_file=self._key_file(mode, data),
            test_numbers=self.read("ALONGSIDE_TEST_NUMBERS", values.phone_list) or (),
            bind=self.read("ALONGSIDE_BIND", values.bind) or "127.0.0.1",
            port=port,
            proxies=self.read("ALONGSIDE_PROXIES", values.few) or 0,
            movable_clock=self._movable_clock(mode),
        )
        return None if self.problems else settings

    def read(self, name: str, parse: Callable[[str], Value]) -> Value | None:
        """The variable's value; None when it is not set or, with a problem noted, wrong."""
        if name not in self.given:
            return None
        try:
            return parse(self.given[name])
        except values.BadValue as bad:
            self.problems.append(f"{name}: {bad}")
            return None

    def required(self, name: str, parse: Callable[[str], Value], what: str) -> Value | None:
        """As `read`, with a problem noted when the variable is not set."""
        if name not in self.given:
            self.problems.append(f"{name} is missing: write {what}")
        return self.read(name, parse)

    def _mode(self) -> Mode:
        said = self.given.get("ALONGSIDE_MODE", "run")
        if said not in ("demo", "run"):
            self.problems.append("ALONGSIDE_MODE: write run, or leave it out; demo is for the demo and the tests")
        return "demo" if said == "demo" else "run"

    def _public_address(self, mode: Mode, port: int) -> str | None:
        if mode == "demo" and "PUBLIC_ADDRESS" not in self.given:
            return f"http://127.0.0.1:{port}"
        on_loopback = mode == "demo"
        return self.required(
            "PUBLIC_ADDRESS",
            lambda value: values.public_address(value, http_on_loopback=on_loopback),
            "the https:// address at which Twilio and browsers reach this service",
        )

    def _sender(self) -> tuple[str | None, str | None]:
        if "TWILIO_NUMBER" not in self.given and "TWILIO_MESSAGING_SERVICE_SID" not in self.given:
            self.problems.append("TWILIO_NUMBER is missing: write the number we text from, as +15550100123, "
                                 "or set TWILIO_MESSAGING_SERVICE_SID")  # fmt: skip
        number = self.read("TWILIO_NUMBER", values.sender)
        return number, self.read("TWILIO_MESSAGING_SERVICE_SID", values.messaging_service)

    def _keys_url(self, mode: Mode, data: Path, database: str) -> str:
        # On several machines each would make keys of its own, and none could read what the others wrote.
        shared = mode == "run" and database.startswith("postgresql")
        what = "the key store's URL: another database than DATABASE_URL"
        url = self.required("KEYS_URL", values.database, what) if shared else self.read("KEYS_URL", values.database)
        if url == database:
            self.problems.append("KEYS_URL: write another database than DATABASE_URL, apart from what its keys open")
        return url or f"sqlite:///{data / 'keys.sqlite'}"

    def _secret_file(self, mode: Mode, data: Path, database: str) -> Path:
        shared = mode == "run" and database.startswith("postgresql")
        what = "a file of 32 random bytes, the same on every machine: head -c 32 /dev/urandom > FILE && chmod 600 FILE"
        name, parse = "ALONGSIDE_SECRET_FILE", values.secret_file
        return (self.required(name, parse, what) if shared else self.read(name, parse)) or data / "secret"

    def _key_file(self, mode: Mode, data: Path) -> Path | None:
        elsewhere = "postgres" in self.given.get("KEYS_URL", "")[:8]
        what = "the file of the master key, such as /etc/alongside/keys.master; it is made on first use"
        name, parse = "ALONGSIDE_KEY_FILE", values.file_to_be
        if mode == "run" and elsewhere:
            return self.required(name, parse, what)
        return self.read(name, parse) or (data / "keys.master" if elsewhere else None)

    def _movable_clock(self, mode: Mode) -> bool:
        on = self.read("ALONGSIDE_MOVABLE_CLOCK", values.switch) or False
        if on and mode == "run":
            self.problems.append("ALONGSIDE_MOVABLE_CLOCK: remove it: only the demo and the tests may move time")
        return on


def prepare(settings: Settings) -> None:
    """Make the data folder (mode 700), the embedded key store and the secret (mode 600) where they are missing."""
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if settings.keys_url.startswith("sqlite"):
        os.close(os.open(_file_of(settings.keys_url), os.O_CREAT | os.O_WRONLY, 0o600))
    if settings.secret_file == settings.data / "secret":
        _make_secret(settings.secret_file)


def session_secret(settings: Settings) -> bytes:
    """The 32 or more bytes that session and CSRF keys are derived from; `prepare` has made them if they are ours."""
    secret = settings.secret_file.read_bytes()
    if len(secret) < SECRET_BYTES:
        raise SettingsError((f"{settings.secret_file} is cut short: restore it from a backup, or delete it for a new one",))
    return secret


def _make_secret(path: Path) -> None:
    # Linked into place whole, so two processes that start at once end with the same secret.
    if path.exists():
        return
    draft = path.with_name(f"secret.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with open(descriptor, "wb") as file:
        file.write(secrets.token_bytes(SECRET_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _unknown(environ: Mapping[str, str]) -> list[str]:
    known = [row.name for row in SETTINGS_TABLE]
    problems = []
    for name in sorted(environ):
        if name in known or not name.startswith(("ALONGSIDE_", "TWILIO_")):
            continue
        close = difflib.get_close_matches(name, known, n=1)
        advice = f"did you mean {close[0]}?" if close else "remove it; docs/operators.md lists what there is"
        problems.append(f"{name}: there is no such setting; {advice}")
    return problems


def _file_of(sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite:///"))
