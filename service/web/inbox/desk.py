"""What every page of the inbox has at hand: the use cases, who asks, and the frame around a page."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Response, g, make_response, render_template

from service.core.model import Duty
from service.usecases.deps import Deps
from service.usecases.health import Health, health
from service.usecases.inbox import duty_now, reader_of
from service.usecases.people_access import Reader
from service.usecases.signin import IDLE, Session, SignIn
from service.web.inbox import phrases
from service.web.inbox.access import ACCESS, may
from service.web.security import Address

SESSION_COOKIE = "alongside"
KNOWN_COOKIE = "alongside-known"

_HEALTH_FRESH = 1.0
_LONGEST_SHIFT = timedelta(days=2)  # a duty that goes on and on has no end worth reading
_NAVIGATION = (("inbox.queue", "Inbox"), ("inbox.counts", "Counts"), ("inbox.audit", "Audit"))


@dataclass(frozen=True, slots=True)
class InboxOptions:
    """What the deployment decides. `proxies`: how many reverse proxies of our own stand between browsers and us."""

    public_address: str
    proxies: int = 0


class HealthWatch:
    """The health of the service as every open page asks for it: looked up once a second for all of them."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._seen: tuple[float, Health] | None = None

    def __call__(self) -> Health:
        """The health, a second old at most."""
        seen = self._seen
        if seen is None or time.monotonic() - seen[0] > _HEALTH_FRESH:
            seen = self._seen = (time.monotonic(), health(self._deps))
        return seen[1]


@dataclass(frozen=True, slots=True)
class Desk:
    """One for each application."""

    deps: Deps
    options: InboxOptions
    address: Address
    signin: SignIn
    health: HealthWatch

    @property
    def session(self) -> Session | None:
        """The session of this request, if there is one."""
        found: Session | None = g.get("staff_session")
        return found

    @property
    def reader(self) -> Reader:
        """Who asks; only behind the guard."""
        found: Reader = g.reader
        return found

    def enter(self, session: Session) -> None:
        """From here on this request is the member's whose session it is."""
        g.staff_session = session
        g.reader = reader_of(self.deps, session.member)

    @property
    def zone(self) -> str:
        """The service's own zone, in which staff read times."""
        return self.deps.releases.current().config.service.zone

    def when(self, moment: datetime) -> str:
        """A moment in staff's words."""
        return phrases.clock_time(moment, self.deps.clock.now(), self.zone)

    def name_of(self, staff_id: str | None) -> str:
        """The first name of a member; the handle once they left the team."""
        if staff_id is None:
            return ""
        member = self.deps.releases.current().config.team.get(staff_id)
        return phrases.first_name(member.name) if member else staff_id

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """A whole page inside the frame."""
        response = make_response(render_template(f"inbox/{template}", **self.frame(), **values), status)
        response.headers["Content-Language"] = "en"
        return response

    def frame(self) -> dict[str, Any]:
        """What the frame around every page shows."""
        release = self.deps.releases.current()
        session = self.session
        return {
            "desk": self,
            "phrases": phrases,
            "service_name": release.config.service.name,
            "me": session.member if session else None,
            "navigation": _navigation(session.member.duties) if session else (),
            "trial": self.deps.sending.to_simulator or not release.reviewed,
            "reviewed": release.reviewed,
            "health": self.health() if session else None,
            "idle_seconds": int(IDLE.total_seconds()),
        }

    def duty_line(self) -> str:
        """Who is on duty now and until when, as one sentence."""
        soon = self.deps.clock.now() + _LONGEST_SHIFT
        people = [
            phrases.first_name(one.name) + (f" until {self.when(one.until)}" if one.until and one.until < soon else "")
            for one in duty_now(self.deps)
        ]
        return f"On duty now: {', '.join(people)}." if people else "Nobody is on duty now."


def _navigation(duties: frozenset[Duty]) -> tuple[tuple[str, str], ...]:
    return tuple((endpoint, title) for endpoint, title in _NAVIGATION if may(ACCESS[endpoint], duties))


def real_now() -> datetime:
    """Real time, for sign-ins and sessions alone: moving the demo's clock signs nobody out."""
    return datetime.now(UTC)
