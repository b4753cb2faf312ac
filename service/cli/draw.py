"""Draw a flow, for a group to look at on a wall."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from service.cli._home import HOME, flow_named, language_named, opened, refuse
from service.core.drawing import draw
from service.core.flow_file import Flow
from service.core.words import CONTEXT, SERVICE_WORDS
from service.languages import Languages

BLANK = "____"  # stands where a name or a time will be said


@dataclass(frozen=True)
class Spoken:
    """The words of a release in one language, as the drawing asks for them."""

    known: Languages
    code: str

    @property
    def right_to_left(self) -> bool:
        """Which way it runs."""
        return self.known.direction(self.code) == "rtl"

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages on offer."""
        return self.known.codes

    def flow(self, context: str, english: str) -> str:
        """A flow's words; what the service fills in later is said as it will be, with a blank for the time."""
        blanks = {"name": BLANK, "service": BLANK, "ideas": BLANK}
        blanks |= {"reply_promise": self.known.say(self.code, "reply_promise", when=BLANK)}
        blanks |= {"read_hours": self.known.say(self.code, "read_hours.on_duty", when=BLANK)}
        return self.known.phrase(self.code, context, english, blanks).full

    def say(self, key: str, /, **values: str) -> str:
        """The service's own words."""
        return self.known.phrase(self.code, CONTEXT + key, SERVICE_WORDS[key], values).full

    def language(self, code: str) -> str:
        """What a language calls itself."""
        return self.known.name(code)


def picture(flow: Flow, languages: Languages, code: str) -> str:
    """The SVG text of a flow in a language of the release."""
    return draw(flow, Spoken(languages, code))


@click.command("draw")
@click.argument("flow")
@click.option("--language", help="The words of which language; without it, the one the service begins in.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Where; without it, flow-FLOW.svg here.")
@HOME
def command(flow: str, language: str | None, out: Path | None, home: Path) -> None:
    """Draw FLOW as an SVG picture: questions, answers, whom they reach, what silence does. Any browser prints it."""
    _, release = opened(home)
    plan, code = flow_named(release, flow), language_named(release, language)
    path = out or Path(f"flow-{plan.name}.svg")
    try:
        path.write_text(picture(plan, release.languages, code), encoding="utf-8")
    except OSError as error:
        refuse(f"{path} cannot be written: {error.strerror}")
    click.echo(f"{path} is drawn: open it in a browser, and print it on one sheet.")
