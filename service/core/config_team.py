"""config/team.yml: who is in the team, what each may do, in which languages, and until when their training holds."""

from __future__ import annotations

from service.core import config_values as values
from service.core.model import Duty
from service.core.team import Member
from service.core.yaml_lines import Fields, Sheet, Text, Unclear, Written, suggest

MEMBER_KEYS = ("name", "duties", "languages", "skills", "trained_until")
MEMBER_NEEDS = ("name", "duties", "languages")


def read_team(sheet: Sheet) -> dict[str, Member | None] | None:
    """Everybody in the team by id, None for whoever has a problem noted; None for all if the file can't be read."""
    written = sheet.read()
    if written is None:
        return None
    table = Fields(sheet, written, "team.yml", ("team",), ("team",)).table("team")
    if table is None:
        return None
    return {key.value: _member(sheet, key, value) for key, value in table.pairs}


def _member(sheet: Sheet, key: Text, written: Written) -> Member | None:
    before = len(sheet.problems)
    fields = Fields(sheet, written, key.value, MEMBER_KEYS, MEMBER_NEEDS)
    member = _id(sheet, key)
    name = fields.value("name", str)
    duties = [fields.parsed("duties", one, duty) for one in fields.texts("duties")]
    languages = [fields.parsed("languages", one, values.language) for one in fields.texts("languages")]
    skills = frozenset(one.value for one in fields.texts("skills"))
    trained_until = fields.value("trained_until", values.one_date)
    _check_training(fields, Duty.TRAINED_STAFF in duties)
    if member is None or name is None or len(sheet.problems) > before:
        return None
    known = frozenset(one for one in duties if one)
    return Member(member, name, known, tuple(one for one in languages if one), skills, trained_until)


def duty(words: str) -> Duty:
    """Trained staff, peer, coordinator, auditor or operator → the duty."""
    known = [one.value for one in Duty]
    if words.casefold() not in known:
        raise Unclear(f"{words} is not a duty; {suggest(words, known)}")
    return Duty(words.casefold())


def _id(sheet: Sheet, key: Text) -> str | None:
    try:
        return values.member_id(key.value)
    except Unclear as unclear:
        sheet.wrong(key.line, str(unclear))
        return None


def _check_training(fields: Fields, is_trained: bool) -> None:
    """Nobody is trained for ever, and nobody should believe that a date alone lets them take urgent things."""
    until = fields.get("trained_until")
    if is_trained and until is None:
        fields.sheet.wrong(fields.line, f"{fields.what} is trained staff; write until when: trained_until: 2027-06-30")
    if until is not None and not is_trained:
        message = "trained_until counts for trained staff only; add trained staff to the duties, or leave it out"
        fields.sheet.wrong(until.line, message)
