"""Settings → Deps: the only place that builds anything."""

from __future__ import annotations

from service.bell import open_bell
from service.keys import open_keys
from service.settings import Settings, session_secret
from service.store.clock import Clock
from service.store.engine import Database
from service.telephony.signature import Signatures
from service.telephony.twilio import Account, Twilio
from service.usecases.deps import Deps, Sending
from service.usecases.releases import Releases

WRITER_PATIENCE = 1.5  # seconds: a webhook must be answered within two


def build_deps(settings: Settings) -> Deps:
    """Everything that the use cases need, from the settings. Opens files and connections lazily where it can."""
    database = Database(settings.database_url, patience=WRITER_PATIENCE)
    account = Account(
        sid=settings.account_sid,
        username=settings.account_sid,
        password=settings.auth_tokens[0],
        sender=settings.messaging_service_sid or settings.number or "",
    )
    return Deps(
        database=database,
        clock=Clock(database, movable=settings.movable_clock),
        keys=open_keys(settings.keys_url, settings.key_file),
        bell=open_bell(settings.redis_url),
        telephony=Twilio(account, public_address=settings.public_address, api_address=settings.api_address),
        releases=Releases(database),
        sending=Sending(to_simulator=settings.simulated, test_numbers=frozenset(settings.test_numbers)),
        secret=session_secret(settings),
    )


def signatures(settings: Settings) -> Signatures:
    """Who may call our webhooks: whoever knows one of the account's two tokens."""
    return Signatures(settings.auth_tokens, settings.public_address)
