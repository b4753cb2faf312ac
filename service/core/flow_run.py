"""One turn of a flow while it runs: gathers effects, goes on from step to step, asks, and ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from service.core.answers import Vocabulary
from service.core.conditions import Known, Unanswered, holds
from service.core.effects import Ask, Effect, Finish, Keep, OfferPerson, Outcome, Raise, RaiseKind, Remind
from service.core.flow_plan import Flow
from service.core.flow_state import Facts, State
from service.core.flow_turn import FlowError, FlowStuck, Turn
from service.core.model import Channel, Urgency
from service.core.steps import QUESTIONS, STEP_TYPES
from service.core.steps.shape import Step

STEP_CAP: Final = 100
OFFER_AFTER_TURNS: Final = 6
_UNDO: Final = 20  # how many questions one can go back


class _After(NamedTuple):
    """What the turn leaves behind, beside what is counted and learned."""

    waiting: str | None = None
    since: datetime | None = None
    again: bool = False
    reminded: bool = False
    page: int = 0
    ended: Outcome | None = None
    told: int = 0
    given: tuple[str, ...] = ()
    hung_up: bool = False


class FlowRun:
    """What happens in one turn. It begins as the state before; `turn` is what has become of it."""

    def __init__(self, flow: Flow, before: State, now: datetime, facts: Facts, vocabulary: Vocabulary) -> None:
        self.flow, self.before, self.now, self.facts, self.vocabulary = flow, before, now, facts, vocabulary
        self.answers = dict(before.answers)
        self.is_urgent = before.urgent
        self.effects: list[Effect] = []
        self._kept: dict[str, str] = {}
        self._asked = before.asked
        self._after = _After()
        self._place = 0
        self._is_going = False
        self._went_back = False

    def turn(self, counts: bool = True) -> Turn:
        """The end of the turn. Hearing a question again `counts` not: six automatic turns offer a person, once."""
        turns = self.before.turns + counts
        if counts and turns == OFFER_AFTER_TURNS and not self.is_urgent:
            self._offer_person()
        waiting, since, again, reminded, page, ended, told, given, hung_up = self._after
        asked = () if ended else self._asked
        state = State(
            waiting, since, again, reminded, page, turns, self.is_urgent, ended, told, given, asked, self.answers, hung_up
        )
        return Turn(state, tuple(self.effects))

    @property
    def waiting(self) -> Step:
        """The question that was asked."""
        if self.before.waiting is None:
            raise FlowError(f"this check-in of {self.flow.name!r} waits for nothing")
        return self.flow.step(self.before.waiting)

    @property
    def in_call(self) -> bool:
        """Whether this is a call, where a silence is seconds long."""
        return self.facts.channel is Channel.VOICE

    @property
    def plan(self) -> str | None:
        """What this person wants their silence to mean."""
        return self._kept.get("silence_plan", self.facts.my.get("silence_plan"))

    # What a step may do when it is met

    def add(self, effect: Effect) -> None:
        """Say, keep or begin something."""
        self.effects.append(effect)
        if isinstance(effect, Keep):
            self._kept[effect.preference] = effect.value

    def put_before_a_person(self, urgency: Urgency, step: Step, choice: str | None, kind: RaiseKind) -> None:
        """Raise something; after something urgent only steps made for it go on."""
        self.effects.append(Raise(urgency, step.id, choice, kind))
        if urgency is Urgency.URGENT:
            self.is_urgent = True

    def ask(self, step: Step) -> None:
        """Ask it and wait."""
        last = self.before.waiting
        if last is not None and last != step.id and last in self.answers:
            self._asked = (*self._asked[1 - _UNDO :], last)
        self._wait_for(step, Ask(step.id), _After(step.id, self.now))

    def jump(self, step_id: str) -> None:
        """Go on from that step. Back once a turn at most, so that no turn goes round for ever."""
        target = self.flow.place(step_id)
        if target < self._place:
            if self._went_back:
                return
            self._went_back = True
            self._forget_from(target)
        self._place = target

    def end(self) -> None:
        """The check-in is over."""
        self._place = len(self.flow.steps)

    # Going on

    def go_on(self, place: int, jump: str | None = None) -> None:
        """From that place, or the step to jump to from there, to the next question or the end."""
        steps, met = self.flow.steps, 0
        self._place, self._is_going = place, True
        if jump is not None:
            self.jump(jump)
        while self._is_going and self._place < len(steps):
            step = steps[self._place]
            self._place += 1
            if not self._is_due(step):
                continue
            met += 1
            if met > STEP_CAP:
                raise FlowStuck(f"flow {self.flow.name!r} ran {STEP_CAP} steps in one turn")
            STEP_TYPES[step.kind].meet(step, self)
        if self._is_going:
            self.finish("done")

    def go_on_after(self, step: Step, jump: str | None = None) -> None:
        """From the step after it, or from the one that an answer to it goes to."""
        self.go_on(self.flow.place(step.id) + 1, jump)

    def ask_again(
        self,
        step: Step,
        *,
        again: bool = False,
        reminder: bool = False,
        page: int | None = None,
        told: bool = False,
        given: tuple[str, ...] | None = None,
    ) -> None:
        """Ask the question that waits once more; what happened to it so far stays known."""
        if self.is_urgent and not step.after_urgent:
            self.go_on_after(step)
            return
        before = self.before
        page = before.page if page is None else page
        given = before.given if given is None else given
        after = _After(
            step.id,
            self.now,
            again=before.again or again,
            reminded=before.reminded or reminder,
            page=page,
            told=before.told + told,
            given=given,
        )
        self._wait_for(step, Ask(step.id, again, reminder, page, given), after)

    def ask_the_one_before(self) -> None:
        """Ask the question before the one that waits, whose answer is forgotten; the same one where there is none."""
        waiting = self.waiting
        last = self.flow.step(self._asked[-1]) if self._asked else waiting
        if last is waiting or self.before.given or (self.is_urgent and not last.after_urgent):
            self.ask_again(waiting, given=())
            return
        self._asked = self._asked[:-1]
        self._forget_from(self.flow.place(last.id))
        self._wait_for(last, Ask(last.id), _After(last.id, self.now))

    def wait_quietly(self, step: Step) -> None:
        """Say nothing more: an answer still counts, and if none comes the check-in closes."""
        before = self.before
        self.effects.append(Remind(step.id, step.silence.first_wait(), "close", int(before.reminded)))
        self._after = _After(step.id, self.now, before.again, before.reminded, before.page, told=before.told, hung_up=True)

    def finish(self, outcome: Outcome) -> None:
        """It is over."""
        outcome = "urgent" if self.is_urgent else outcome
        self.effects.append(Finish(outcome))
        self._is_going = False
        self._after = _After(ended=outcome)

    def _wait_for(self, step: Step, ask: Ask, after: _After) -> None:
        silence = step.silence
        self.effects += (ask, Remind(step.id, silence.first_wait(), silence.then, int(after.reminded)))
        self._is_going = False
        self._after = after

    def _forget_from(self, place: int) -> None:
        """The answers from there on, which are given anew."""
        places = self.flow.place
        self.answers = {step: answer for step, answer in self.answers.items() if places(step) < place}
        self._asked = tuple(step for step in self._asked if places(step) < place)

    def _offer_person(self) -> None:
        """Before the question, so that the question stays the last thing heard."""
        if OfferPerson() in self.effects:
            return
        place = next((i for i, effect in enumerate(self.effects) if isinstance(effect, Ask | Finish)), None)
        self.effects.insert(len(self.effects) if place is None else place, OfferPerson())

    # What is known

    def _is_due(self, step: Step) -> bool:
        if self.is_urgent and not step.after_urgent:
            return False
        question = QUESTIONS.get(step.kind)
        if question is not None and not question.can_be_asked(self.facts):
            return False
        if step.when is None:
            return True
        result = holds(step.when, self.known)
        if result is None and question is not None and not step.raises:
            # Whether it would have been asked is unknown, and so is whatever depends on its answer.
            self.answers[step.id] = Unanswered.UNCLEAR
        return step.raises if result is None else result

    def is_safety_to_come(self, step: Step) -> bool:
        """Whether a question about safety waits for its answer, or may still be asked."""
        here = self.flow.place(step.id)

        def known(subject: str) -> Known:
            is_open = self.flow.has(subject) and self.flow.place(subject) >= here
            return Unanswered.UNCLEAR if is_open else self.known(subject)

        later = (self.flow.steps[place] for place in self.flow.safety_places if place > here)
        return step.is_about_safety or any(other.when is None or holds(other.when, known) is not False for other in later)

    def known(self, subject: str) -> Known:
        """The answer to a step, or what is known about the person; this check-in's own answers come first."""
        fact = _FACTS.get(subject)
        if fact is not None:
            return fact(self)
        about, dot, name = subject.partition(".")
        return _ABOUT[about](self, name) if dot else self.answers.get(subject, Unanswered.MISSING)


def _language(run: FlowRun) -> Known:
    if (chosen := run._kept.get("language")) is not None:
        return (chosen,)
    for step in run.flow.language_steps:
        if isinstance(answer := run.answers.get(step), tuple):
            return answer
    known = run.facts.language if run.facts.language_known else None
    return _value(known)


def _consent(run: FlowRun, purpose: str) -> Known:
    for step in run.flow.consent_steps(purpose):
        answer = run.answers.get(step, Unanswered.UNCLEAR)
        if answer is not Unanswered.UNCLEAR:
            return answer if isinstance(answer, tuple) else ("no",)  # skipped is no
    return _yes_or_no(run.facts.consents.get(purpose))


def _value(known: str | None) -> Known:
    return Unanswered.MISSING if known is None else (known,)


def _yes_or_no(known: bool | None) -> Known:
    return Unanswered.MISSING if known is None else ("yes" if known else "no",)


_FACTS: Final[Mapping[str, Callable[[FlowRun], Known]]] = {
    "channel": lambda run: (run.facts.channel.value,),
    "on_duty": lambda run: _yes_or_no(run.facts.on_duty),
    "promise_kept": lambda run: _yes_or_no(run.facts.promise_kept),
    "language": _language,
}
_ABOUT: Final[Mapping[str, Callable[[FlowRun, str], Known]]] = {
    "consent": _consent,
    "my": lambda run, name: _value(run._kept.get(name, run.facts.my.get(name))),
    "last": lambda run, step: run.facts.last.get(step, Unanswered.MISSING),
}
