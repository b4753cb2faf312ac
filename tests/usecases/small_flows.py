"""Three flows short enough to know by heart, for stories that are about something else than what is asked."""

from __future__ import annotations

from typing import Any

from service.usecases.joining import Invitation, invite
from tests.support.house import PARTICIPANT
from tests.support.phone import Phone
from tests.usecases.homes import GROUPS, Village, home

HEAD = """\
purpose: To hear how you are.
wellbeing: You know best.
decided_by: No group has decided this yet.
not_for: Emergencies. {read_hours}
read_by: trained_staff
keep_answers: 90 days
channels: [sms]
steps:
"""
WELCOME = f"""\
flow: welcome
starts: on joining
{HEAD}
  - id: checkins
    ask: May we ask how you are?
    discreet: May we ask how you are?
    why: You choose.
    yes_no: true
    consent: checkins
    silence: {{then: close}}
  - id: thanks
    say: Thank you.
    discreet: Thank you.
"""
WEEKLY = f"""\
flow: weekly-check-in
starts: every week
{HEAD}
  - id: week
    ask: How was your week?
    discreet: How was your week?
    why: So that we notice.
    yes_no: true
    silence: {{remind: 1 day, then: my_silence_plan}}
  - id: thanks
    say: Thank you.
    discreet: Thank you.
"""
DAILY = f"""\
flow: daily
starts: every day
{HEAD}
  - id: well
    ask: Are you all right today?
    discreet: Is today all right?
    why: So that we notice.
    yes_no: true
    silence: {{remind: 4 hours, then: my_silence_plan}}
  - id: thanks
    say: Thank you.
    discreet: Thank you.
"""
MORNINGS = (
    GROUPS
    + """
  mornings:
    name: Mornings
    check_ins:
      - {flow: daily, on: every day, at: 09:00}
      - {flow: weekly-check-in, on: Friday, at: 14:00}
  quiet:
    name: Quiet ones
"""
)
TOGETHER = GROUPS + "      - {flow: daily, on: every day, at: 09:00}\n"


def small_home(groups: str | None = MORNINGS) -> dict[str, Any]:
    """A home of these flows alone, and of three groups."""
    made = home(groups=groups)
    made["flows"] = {"flows/welcome.yml": WELCOME, "flows/weekly-check-in.yml": WEEKLY, "flows/daily.yml": DAILY}
    return made


def joined(house: Village, name: str = "Noor", number: str = PARTICIPANT, **invitation: str) -> Phone:
    """Somebody who was invited in such a home and has said yes."""
    phone = house.phone(number, name)
    invite(house.deps, Invitation(number, name, "en", **invitation))
    house.settle()
    phone.hears("May we ask how you are?")
    phone.texts("1").hears("Thank you.")
    return phone
