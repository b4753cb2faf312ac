"""How the value of each setting is written: each function returns what is meant, or says what to write instead."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from urllib.parse import urlsplit

TWILIO_API = "https://api.twilio.com"

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_SHORT_CODE = re.compile(r"[0-9]{5,6}")
_POSTGRESQL = ("postgresql+psycopg", "postgresql", "postgres")


class BadValue(Exception):
    """The value can't be used; the message says what to write and never repeats a secret or a number."""


def account(value: str) -> str:
    """A Twilio account's SID."""
    return _sid(value, "AC")


def messaging_service(value: str) -> str:
    """A Twilio messaging service's SID."""
    return _sid(value, "MG")


def token(value: str) -> str:
    """An auth token: Twilio's have 32 characters; a simulator's may be shorter, never short enough to guess."""
    if len(value) < 16 or len(value.split()) != 1:
        raise BadValue("write the whole token, 16 characters or more without spaces, as the Twilio console shows it")
    return value


def sender(value: str) -> str:
    """The number that texts come from: E.164, or a short code."""
    if not (_E164.fullmatch(value) or _SHORT_CODE.fullmatch(value)):
        raise BadValue("write the number with + and its country code, digits only, as +15550100123, or a short code")
    return value


def phone_list(value: str) -> tuple[str, ...]:
    """Numbers with commas between them, each once, in E.164."""
    numbers = [piece.strip() for piece in value.split(",") if piece.strip()]
    wrong = [str(place) for place, number in enumerate(numbers, 1) if not _E164.fullmatch(number)]
    if wrong:
        raise BadValue(f"entry {', '.join(wrong)}: write + and the country code, digits only, as +15550100123")
    return tuple(dict.fromkeys(numbers))


def public_address(value: str, *, http_on_loopback: bool) -> str:
    """The address in front of every path: scheme, host and port alone."""
    address = _address(value)
    allowed = address.scheme == "https" or (http_on_loopback and _is_loopback(address.hostname))
    if not allowed:
        raise BadValue("write https://HOST: Twilio signs this very address, and sign-in needs https")
    return value.rstrip("/")


def api_address(value: str) -> str:
    """Where the Twilio API or a simulator is; the auth token travels there, so http only within this machine."""
    address = _address(value)
    if address.scheme != "https" and not _is_loopback(address.hostname):
        raise BadValue(f"write {TWILIO_API}, or http://127.0.0.1:PORT for a simulator on this machine")
    return value.rstrip("/")


def database(value: str) -> str:
    """A database's URL in SQLAlchemy's words; a SQLite file's path is made absolute."""
    scheme, separator, rest = value.partition("://")
    if separator and scheme in _POSTGRESQL:
        return _postgresql(rest)
    if separator and scheme == "sqlite":
        return _sqlite(rest)
    raise BadValue("write postgresql://USER:PASSWORD@HOST/NAME, or sqlite:////folder/file")


def redis(value: str) -> str:
    """The URL of a Redis or Valkey server."""
    address = _split(value)
    reachable = address.path if address.scheme == "unix" else address.hostname
    if address.scheme not in ("redis", "rediss", "unix") or not reachable:
        raise BadValue("write redis://HOST:6379/0, rediss://HOST:6380/0 or unix:///folder/socket")
    return value


def home(value: str) -> Path:
    """The folder that coordinators edit, which must be there with the flows, the languages and the team in it."""
    folder = Path(value).expanduser().resolve()
    missing = [name for name in ("flows", "locales", "config") if not (folder / name).is_dir()]
    if missing:
        raise BadValue(f"write the folder that has flows/, locales/ and config/ in it: {', '.join(missing)} not found there")
    return folder


def data_folder(value: str) -> Path:
    """The folder for everything embedded; it is made where it is missing."""
    folder = Path(value).expanduser().resolve()
    if folder.exists() and not folder.is_dir():
        raise BadValue("write a folder: there is a file of that name")
    return folder


def secret_file(value: str) -> Path:
    """A file of random bytes, readable to us and not to everybody."""
    path = Path(value).expanduser().resolve()
    make = f"make one: head -c 32 /dev/urandom > {path} && chmod 600 {path}"
    try:
        found = path.stat()
    except OSError as error:
        raise BadValue(f"the file can't be read ({error.strerror}); {make}") from None
    if found.st_size < 32:
        raise BadValue(f"the file has fewer than 32 bytes; {make}")
    if found.st_mode & 0o007:
        raise BadValue(f"everybody on this machine can read the file: chmod 600 {path}")
    return path


def file_to_be(value: str) -> Path:
    """A file that may not be there yet, in a folder that is."""
    path = Path(value).expanduser().resolve()
    if not path.parent.is_dir():
        raise BadValue(f"there is no folder {path.parent}: make it first, with mode 700")
    return path


def few(value: str) -> int:
    """A whole number from 0 to 9."""
    if len(value) == 1 and value.isascii() and value.isdigit():
        return int(value)
    raise BadValue("write a whole number from 0 to 9")


def bind(value: str) -> str:
    """An address of this machine."""
    try:
        ipaddress.ip_address(value)
    except ValueError:
        raise BadValue("write an IP address of this machine, as 127.0.0.1 or 0.0.0.0") from None
    return value


def port(value: str) -> int:
    """A TCP port."""
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 65536):
        raise BadValue("write a number from 1 to 65535")
    return int(value)


def switch(value: str) -> bool:
    """1 is on, 0 is off."""
    if value not in ("0", "1"):
        raise BadValue("write 1, or leave it out")
    return value == "1"


class _Parts:
    """The pieces of a URL, or nothing where Python can't read it."""

    def __init__(self, value: str) -> None:
        try:
            parts = urlsplit(value)
            self.scheme, self.hostname, self.path = parts.scheme, parts.hostname, parts.path
            self.bare = not (parts.query or parts.fragment or parts.username or parts.path.strip("/"))
            _ = parts.port
        except ValueError:
            self.scheme, self.hostname, self.path, self.bare = "", None, "", False


def _split(value: str) -> _Parts:
    return _Parts(value)


def _address(value: str) -> _Parts:
    parts = _Parts(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or not parts.bare or any(map(str.isspace, value)):
        raise BadValue("write https://HOST or https://HOST:PORT and nothing after it")
    return parts


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _sid(value: str, prefix: str) -> str:
    if not re.fullmatch(prefix + "[0-9a-fA-F]{32}", value):
        raise BadValue(f"write {prefix} and 32 hexadecimal digits, as the Twilio console shows it")
    return value


def _postgresql(rest: str) -> str:
    parts = _Parts("postgresql://" + rest)
    if not parts.path.strip("/"):
        raise BadValue("name the database: postgresql://USER:PASSWORD@HOST/NAME")
    return "postgresql+psycopg://" + rest


def _sqlite(rest: str) -> str:
    path = rest.partition("?")[0].removeprefix("/")
    if not path or path == ":memory:" or not rest.startswith("/") or "?" in rest:
        raise BadValue("write the file's whole path with four slashes: sqlite:////folder/file")
    return f"sqlite:///{Path(path).expanduser().resolve()}"
