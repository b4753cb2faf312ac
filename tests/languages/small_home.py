"""A home with one small flow, for tests of what is said and heard in its languages."""

from __future__ import annotations

import shutil
from pathlib import Path

SHIPPED = Path(__file__).parent.parent.parent

FLOW = """\
flow: small
starts: when asked
purpose: To hear what you think.
wellbeing: You know best how you are.
decided_by: No group has decided this yet.
not_for: Emergencies. {read_hours}
read_by: trained_staff
keep_answers: 90 days
channels: [sms, voice]
steps:
  - id: mood
    ask: How are you, {name}?
    discreet: How are you?
    why: So that we know.
    choices:
      fine:
        label: Fine
        words: great, all good
      low: Low
    silence: {remind: 1 day, then: close}
  - id: idea
    when: {mood: low}
    ask: What would help?
    discreet: What would help?
    why: So that we can look for it.
    open: true
    silence: {then: close}
  - id: count
    say:
      one: "{name}, {ideas} idea came in."
      other: "{name}, {ideas} ideas came in."
"""

LANGUAGE = """\
name: {name}
also_called: []
direction: {direction}
reviewer:
reviewed_on:
time: HH:mm
stop: []
start: []
help: []
person: []
why: []
call: []
yes: []
no: []
skip: []
"""


def make_home(folder: Path, **languages: str) -> Path:
    """A home with the small flow, what ships in English, and each language with a catalog of these entries."""
    (folder / "flows").mkdir(parents=True)
    (folder / "flows/small.yml").write_text(FLOW, "utf-8")
    shutil.copytree(SHIPPED / "config", folder / "config")
    (folder / "locales/en").mkdir(parents=True)
    shutil.copy(SHIPPED / "locales/en/language.yml", folder / "locales/en/language.yml")
    for code, entries in languages.items():
        add_language(folder, code.replace("_", "-"), entries)
    return folder


def add_language(home: Path, code: str, entries: str = "", settings: str = "") -> None:
    """One more language; `settings` are lines of language.yml in place of the empty ones."""
    place = home / "locales" / code
    (place / "LC_MESSAGES").mkdir(parents=True)
    direction = "rtl" if code in ("ar", "ur") else "ltr"
    text = LANGUAGE.format(name=f"Language {code}", direction=direction)
    for line in filter(None, settings.split("\n")):
        key = line.partition(":")[0]
        kept = [one for one in text.split("\n") if not one.startswith(f"{key}:")]
        text = "\n".join([*kept[:-1], line, ""])
    (place / "language.yml").write_text(text, "utf-8")
    (place / "LC_MESSAGES/messages.po").write_text(entries, "utf-8")


def entry(context: str, english: str, translation: str, *flags: str) -> str:
    """One entry of a catalog."""
    flag = f"#, {', '.join(flags)}\n" if flags else ""
    return f'{flag}msgctxt "{context}"\nmsgid "{english}"\nmsgstr "{translation}"\n\n'


def counted(*forms: str, one: str = "{name}, {ideas} idea came in.", other: str = "{name}, {ideas} ideas came in.") -> str:
    """The entry of the small flow that follows a number."""
    written = "".join(f'msgstr[{place}] "{form}"\n' for place, form in enumerate(forms))
    return f'msgctxt "small/count/say"\nmsgid "{one}"\nmsgid_plural "{other}"\n{written}\n'


def header(code: str, rule: str = "") -> str:
    """The beginning of a catalog."""
    plural = f'"Plural-Forms: {rule}\\n"\n' if rule else ""
    return f'msgid ""\nmsgstr ""\n"Language: {code}\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n{plural}\n'
