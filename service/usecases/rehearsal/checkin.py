"""One check-in of a rehearsal: each thing heard goes to the flow, and its effects are carried out as in the service."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from service.core.answers import understand
from service.core.effects import (
    Ask,
    Consent,
    Effect,
    Finish,
    FollowPlan,
    Keep,
    KeptWords,
    Later,
    Learn,
    Note,
    OfferPerson,
    Otherwise,
    Promised,
    Raise,
    ReadBack,
    Remind,
    Say,
)
from service.core.flow import advance
from service.core.flow_file import Flow
from service.core.flow_state import Heard, Silence, Skipped, Started, State, Words
from service.core.model import Urgency
from service.core.phrases import Wording, placeholders
from service.core.schedule import local_day
from service.core.steps.shape import Later as LaterFlow
from service.core.steps.shape import Step, StepKind
from service.core.urgency import Assessment
from service.usecases.rehearsal.beginning import begin_at
from service.usecases.rehearsal.present import Present
from service.usecases.rehearsal.saying import Said, Tongue
from service.usecases.rehearsal.waiting import Raised
from service.usecases.render import pack
from service.usecases.render.shared import Line, Speaker, part_line


@dataclass(slots=True)
class Went:
    """What one thing heard came to."""

    said: Said = field(default_factory=Said)
    raised: list[Raised] = field(default_factory=list)
    finished: str | None = None


@dataclass(frozen=True, slots=True)
class Timer:
    """When the silence of the question that waits is over."""

    at: datetime
    step: str
    number: int


class Checkin:
    """One run of one flow with one person."""

    def __init__(self, flow: Flow, present: Present) -> None:
        self.flow, self.present = flow, present
        self.state: State | None = None
        self.timer: Timer | None = None
        self._effects: list[Effect] = []
        self._went = Went()

    @property
    def is_open(self) -> bool:
        """Whether it has begun and not ended."""
        return self.state is not None and self.state.ended is None

    @property
    def question(self) -> Step | None:
        """The question that waits."""
        state = self.state
        return self.flow.step(state.waiting) if state is not None and state.waiting is not None and self.is_open else None

    def begin(self, step_id: str | None) -> Went:
        """From the beginning, or from a step, with the answers that were given before it."""
        if step_id is None:
            return self._hear(None, Started())
        flow, state = begin_at(self.flow, step_id, self.present)
        went = self._hear(state, Skipped(), flow=flow)
        after = self.state or state
        answers = {step: answer for step, answer in after.answers.items() if self.flow.has(step)}
        self.state = replace(after, asked=(), answers=answers)
        return went

    def hear(self, heard: Heard, assessment: Assessment | None = None) -> Went:
        """An answer, a wish, a silence."""
        return self._hear(self.state, heard, assessment)

    def words(self, words: str) -> Went:
        """Their own words; some mean more as an answer to this question. It only raises."""
        question = self.question
        assessment = self.present.assess(words)
        as_answer = self.present.assess(words, question.id if question else None)
        if as_answer.urgency > assessment.urgency:
            assessment = as_answer
        return self.hear(Words(words, assessment.urgency), assessment)

    def close(self) -> None:
        """End it with nothing more said."""
        if self.state is not None:
            self.state = replace(self.state, ended="closed", waiting=None)
        self.timer = None

    def silence(self) -> Went:
        """The time for an answer has passed."""
        timer = self.timer
        if timer is None:
            return Went()
        self.timer = None
        if not self.present.scene.given.delivered:
            self.close()
            return Went()
        return self.hear(Silence(timer.step, timer.number))

    def ask_again(self) -> Said:
        """The open question once more."""
        state = self.state
        if state is None or state.waiting is None:
            return Said()
        return self.tongue().say((Ask(state.waiting, page=state.page, given=state.given),))

    def explain(self) -> Said:
        """Why we ask, the question's own reason or what the check-in is for, and the open question once more."""
        why = self.tongue().plain(self.present.say("why", why=self.reason()), "why")
        asked = self.ask_again()
        texts = pack([Wording(words, words) for words in (*why.texts, *asked.texts)])
        return Said(why.pieces + asked.pieces, tuple(texts), why.prompts + asked.prompts)

    def reason(self) -> str:
        """Why the open question is asked, else what the check-in is for; nothing where neither may be said."""
        tongue, question = self.tongue(), self.question
        speaker = Speaker(self.flow, tongue.languages, tongue.language, tongue.values, tongue.discreet, tongue.channel)
        own = part_line(question, "why", speaker) if question is not None else None
        for line in (own, Line(f"{self.flow.name}/purpose", self.flow.purpose, tongue.values)):
            words = "" if line is None else speaker.words(line).full
            if speaker.may_hear(words):
                return words
        return ""

    def is_an_answer(self, words: str, *, own_words: bool) -> bool:
        """Whether the open question understands these words; `own_words` is what an open question makes of them."""
        question = self.question
        if question is None:
            return False
        if question.kind is StepKind.OPEN:
            return own_words
        vocabulary = self.present.stage.languages.vocabulary(self.flow, self.present.language)
        today = local_day(self.present.now, self.present.zone)
        return understand(question, words, vocabulary, today=today) is not None

    def tongue(self, language: str | None = None) -> Tongue:
        """How they are spoken to now."""
        return self.present.tongue(self.flow, self.state.answers if self.state else {}, language)

    # One turn

    def _hear(
        self, state: State | None, heard: Heard, assessment: Assessment | None = None, flow: Flow | None = None
    ) -> Went:
        present = self.present
        language = present.language
        vocabulary = present.stage.languages.vocabulary(self.flow, language)
        turn = advance(flow or self.flow, state, heard, present.now, present.facts(), vocabulary)
        self.state, self._effects, self._went = turn.state, [], Went()
        skipped = any(isinstance(effect, Learn) and effect.skipped for effect in turn.effects)
        for effect in turn.effects:
            self._carry(effect, assessment, skipped=skipped)
        self._went.said = self._went.said.then(self._say(language))
        return self._went

    def _carry(self, effect: Effect, assessment: Assessment | None, *, skipped: bool) -> None:
        present, outcome = self.present, self.present.outcome
        match effect:
            case Say() | Ask() | Otherwise() | ReadBack() | Promised() | KeptWords() | OfferPerson():
                self._effects.append(effect)
            case Raise(urgency, step, choice, kind):
                seen = assessment if kind == "words" else None
                self._went.raised.append(present.put_before_a_person(urgency, kind, step, choice, seen))
            case Note(kind, _, values):
                outcome.note(kind, values)
            case Consent(purpose, _, granted):
                present.consent(purpose, granted, skipped=skipped)
            case Keep():
                self._effects.append(effect)
                if not present.keep(effect):
                    self._went.raised.append(present.put_before_a_person(Urgency.SOON, "less_safe", effect.step))
            case Later(flow, after):
                if flow not in (one.flow for one in outcome.later):
                    outcome.later.append(LaterFlow(flow, after))
            case FollowPlan(plan, step):
                self._follow(plan, step)
            case Remind(step, after, _, number):
                self.timer = Timer(present.now + after, step, number)
            case Finish(ended):
                self._effects.append(effect)
                self._went.finished, self.timer = ended, None
            case Learn():
                pass
            case _:
                assert_never(effect)

    def _follow(self, plan: str, step: str) -> None:
        """What this person wants their silence to mean."""
        self.present.outcome.plan = plan
        if plan == "text":
            self._went.said = self.tongue().plain(self.present.say("plan.text"), "plan")
        elif plan != "nothing":
            self._went.raised.append(self.present.put_before_a_person(Urgency.SOON, "plan", step, plan))

    def _say(self, language: str) -> Said:
        if self._went.finished == "urgent":
            # The receipt that follows says who comes and when; a lesser thank-you would only stand in its way.
            self._effects = [one for one in self._effects if not isinstance(one, KeptWords | Promised)]
        if any(map(self._promises, self._effects)) and self.present.is_waiting:
            when = self.present.promised_for
            self.present.waiting.promise_said(when if when is not None and when > self.present.now else None)
        return self.tongue(language).say(self._effects)

    def _promises(self, effect: Effect) -> bool:
        if isinstance(effect, Promised):
            return True
        if not isinstance(effect, Say | Ask):
            return False
        phrase = self.flow.step(effect.step).wording(self.present.scene.channel, self.present.person.discreet)
        return phrase is not None and "reply_promise" in placeholders(phrase.english)
