"""A small config as a coordinator would write it, and what comes of changing it."""

from __future__ import annotations

from datetime import date

import pytest

from service.core.config_file import Config, ConfigProblems, load_config

TODAY = date(2026, 11, 24)
SERVICE = """\
name: Alongside
country: GB
zone: Europe/London
language: en
promises:
  urgent: 15 minutes
  soon: 1 working day
numbers:
  - name: Samaritans
    call: 116 123
    free: yes
    languages: [en]
    hours: day and night
    verified_on: 2026-11-01
    verified_by: Carol
    source: https://www.example.org/numbers
"""
TEAM = """\
team:
  amina:
    name: Amina
    duties: [trained staff, peer]
    trained_until: 2027-06-30
    languages: [en, ur]
    skills: [housing]
  ben:
    name: Ben
    duties: trained staff
    trained_until: 2027-06-30
    languages: en
  petra:
    name: Petra
    duties: peer
    languages: [en]
  sam:
    name: Sam
    duties: [operator]
    languages: [en]
"""
ROTA = """\
shifts:
  - who: [amina, ben]
    days: Monday to Friday
    from: 09:00
    to: 17:00
changes:
  - {on: 2026-12-25, who: ben, from: 09:00, to: 17:00}
ladder:
  - page: on duty
    wait: 5 minutes
  - page: ben
    repeat: 10 minutes
forgotten_after: 30 minutes
operator: sam
"""


GROUPS = """\
groups:
  everyone:
    name: Everyone
    check_ins:
      - {flow: weekly, on: Tuesday, at: 11:00}
  mornings:
    name: Mornings
    check_ins:
      - {flow: daily, on: every day, at: 09:00}
      - {flow: weekly, on: Friday, at: 14:00}
  staff:
    name: The team
    check_ins:
      - flow: team
        on: Friday
        at: 15:30
"""


def load(
    service: str = SERVICE, team: str = TEAM, rota: str = ROTA, groups: str | None = None, today: date = TODAY
) -> Config:
    files = {"config/service.yml": service, "config/team.yml": team, "config/rota.yml": rota}
    return load_config(files if groups is None else {**files, "config/groups.yml": groups}, today)


def problems(**files: str) -> list[str]:
    with pytest.raises(ConfigProblems) as caught:
        load(**files)
    return [str(problem) for problem in caught.value.problems]
