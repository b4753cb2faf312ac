"""The person of a rehearsal at one moment: who they are, what waits for a worker, and what may truthfully be told them."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import datetime

from service.core.conditions import Known
from service.core.config import Config
from service.core.effects import Keep
from service.core.flow_file import Flow
from service.core.flow_state import Facts
from service.core.model import Urgency
from service.core.promises import Promise, promise, times_to_offer
from service.core.rota import on_duty
from service.core.routing import reads
from service.core.schedule import local_day
from service.core.urgency import Assessment, assess
from service.usecases import telling
from service.usecases.rehearsal.outcome import Outcome, Reason
from service.usecases.rehearsal.saying import Tongue
from service.usecases.rehearsal.stage import Scene, Stage, person_of
from service.usecases.rehearsal.waiting import Raised, Waiting


class Present:
    """One person now. What they choose and what is raised changes it; `now` is moved from outside."""

    def __init__(self, stage: Stage, scene: Scene, language: str) -> None:
        self.stage, self.scene, self.now = stage, scene, scene.now
        self.person = person_of(scene, language)
        self.outcome = Outcome()
        self.waiting = Waiting(self.outcome, self.promise)

    # As `telling` asks for it

    @property
    def language(self) -> str:
        """What they are spoken to in."""
        return self.person.language

    @property
    def zone(self) -> str:
        """Their own clock."""
        return self.scene.zone

    @property
    def config(self) -> Config:
        """What the service has decided about itself."""
        return self.scene.config

    @property
    def is_waiting(self) -> bool:
        """Whether something of theirs is before a person."""
        return self.waiting.is_open

    @property
    def promised_for(self) -> datetime | None:
        """By when that person was promised."""
        return self.waiting.promised_for

    def say(self, key: str, /, **values: str | None) -> str:
        """The service's own words in their language."""
        return self.stage.languages.say(self.language, key, **values)

    def when(self, moment: datetime) -> str:
        """A moment as they would say it."""
        return self.stage.languages.when(moment, self.language, self.zone, self.now)

    def promise(self, urgency: Urgency) -> Promise:
        """What the rota gives, and nothing sooner."""
        return promise(urgency, self.now, self.config)

    # What a flow is told

    def facts(self) -> Facts:
        """What a flow may ask about them and the hour."""
        given, person = self.scene.given, self.person
        return Facts(
            channel=self.scene.channel,
            language=person.language,
            language_known=person.language_known,
            consents=person.consents,
            on_duty=self.is_somebody_on_duty(),
            languages=self.stage.languages.codes,
            my=person.my,
            last=given.last,
            promise_kept=given.promise_kept,
            times=self.times(),
            today=local_day(self.now, self.zone),
        )

    def times(self) -> tuple[str, ...]:
        """The moments of the rota that may be offered."""
        return tuple(times_to_offer(self.config, self.now, self.scene.safe_hours, self.zone))

    def is_somebody_on_duty(self) -> bool:
        """Whether trained staff are here to read."""
        counts, today = reads(self.config.team), local_day(self.now, self.config.rota.zone)
        return any(counts(who, today) for who in on_duty(self.config.rota, self.now))

    def tongue(self, flow: Flow, answers: Mapping[str, Known], language: str | None = None) -> Tongue:
        """How they are spoken to in this turn; `language` where it was another when the turn began."""
        return Tongue(
            flow=flow,
            languages=self.stage.languages,
            language=language or self.language,
            channel=self.scene.channel,
            discreet=self.person.discreet,
            slower=self.person.my.get("pace") == "slower",
            times=self.times(),
            values=self._values(answers, flow.variables),
        )

    def _values(self, answers: Mapping[str, Known], wanted: Set[str]) -> dict[str, str]:
        values = {f"answer.{step}": ",".join(known) for step, known in answers.items() if isinstance(known, tuple)}
        made = {
            "service": self.config.service.name,
            "name": self.person.name,
            "reply_promise": telling.reply_promise(self),
            "read_hours": telling.reading_hours(self),
            "crisis_lines": telling.crisis_lines(self),
            "ideas": str(self.scene.given.ideas or 0),
            "price": telling.price(self),
            "when": telling.promised_time(self),
        }
        return values | {
            key: value for key, value in made.items() if value and (key in wanted or key in ("service", "when"))
        }

    # What happens to them

    def assess(self, words: str, question: str | None = None) -> Assessment:
        """How urgent the rules find the words."""
        return assess(words, self.stage.rules, question=question)

    def put_before_a_person(
        self, urgency: Urgency, kind: str, step: str = "", choice: str | None = None, assessment: Assessment | None = None
    ) -> Raised:
        """Raise something, with its reason."""
        seen = assessment.because if assessment is not None else ()
        because = tuple(dict.fromkeys(one.reason for one in seen if one.urgency is not Urgency.ROUTINE))
        return self.waiting.put(Reason(urgency, kind, step, choice, because))

    def keep(self, effect: Keep) -> bool:
        """From now on it is so; False where it is not kept, because a text may not make somebody less safe."""
        person, name, value = self.person, effect.preference, effect.value
        if name == "shared_phone":
            if value == "no" and person.my.get(name) == "yes":
                return False
            person.discreet = value == "yes"
        if name == "language":
            person.language, person.language_known = value, True
        elif name == "name":
            person.name = value
        else:
            person.my[name] = value
        self.outcome.keeps[name] = value
        return True

    def consent(self, purpose: str, granted: bool, *, skipped: bool) -> None:
        """A yes or no; one to the check-ins themselves is a yes to joining."""
        self.person.consents[purpose] = granted
        if skipped:
            self.outcome.skipped.add(purpose)
        else:
            self.outcome.consent[purpose] = granted
        if purpose == "checkins":
            self.person.state = "joined" if granted else "declined"
