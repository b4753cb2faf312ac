"""Who may see what of people (I13). Everything that is not allowed here is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from service.core.model import Duty, Urgency
from service.core.team import Member, is_trained_staff, may_take_urgent


@dataclass(frozen=True, slots=True)
class Reader:
    """A member of the team who looks at the inbox on a local day."""

    member: Member
    today: date

    @property
    def id(self) -> str:
        """The handle."""
        return self.member.id

    def has(self, *duties: Duty) -> bool:
        """Whether one of these duties is theirs."""
        return not self.member.duties.isdisjoint(duties)

    @property
    def lapsed(self) -> bool:
        """Trained staff whose training has ended: they keep `soon` and `routine`, and see nothing urgent (I16)."""
        return is_trained_staff(self.member) and not may_take_urgent(self.member, self.today)

    @property
    def most_urgent(self) -> Urgency | None:
        """The most urgent thing that they may see; None is nothing of people at all.

        Seeing goes with being able to act: whoever opens an urgent conversation is taken by the person, and by
        colleagues, for somebody who can answer it.
        """
        if not is_trained_staff(self.member):
            return None
        return Urgency.SOON if self.lapsed else Urgency.URGENT

    def may_read(self, urgency: Urgency) -> bool:
        """Whether they may open a conversation of this urgency."""
        return self.most_urgent is not None and urgency <= self.most_urgent
