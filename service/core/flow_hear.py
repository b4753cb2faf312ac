"""What each thing that is heard means to the question that waits: an answer, a skip, a wish, a silence, a hang-up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from service.core.answers import Understood, understand
from service.core.conditions import Unanswered
from service.core.effects import (
    Consent,
    FollowPlan,
    Keep,
    KeptWords,
    Learn,
    Note,
    OfferPerson,
    Otherwise,
    Promised,
    ReadBack,
)
from service.core.flow_run import FlowRun
from service.core.model import Urgency
from service.core.preferences import PREFERENCES
from service.core.steps import QUESTIONS
from service.core.steps.shape import MORE, NONE, Step, StepKind

_SKIPPED: Final = Understood((), skipped=True)
_SILENCE_RAISES: Final = {"urgent": Urgency.URGENT, "soon": Urgency.SOON, "my_silence_plan": Urgency.SOON}


def hear_words(run: FlowRun, text: str, urgency: Urgency) -> None:
    """An answer, or words for a person, or both."""
    step, before = run.waiting, run.before
    question = QUESTIONS[step.kind]
    options = question.options(step, run.facts, before.page)
    understood = understand(step, text, run.vocabulary, options, run.facts.today or run.now.date())
    if understood is None or (understood.rest and question.is_doubtful(step, understood)):
        _not_understood(run, step, urgency)
    elif understood.values == (MORE,) and not step.choices:
        if urgency is Urgency.URGENT:
            run.put_before_a_person(urgency, step, None, "words")
        run.ask_again(step, page=before.page + 1)
    else:
        if before.given and not understood.skipped:
            values = tuple(one for one in step.choice_ids if one in (*before.given, *understood.values) and one != NONE)
            understood = Understood(values, understood.rest)
        elif before.given:
            understood = Understood(before.given)
        _learn(run, step, understood, urgency)


def hear_pressed(run: FlowRun, choice: str) -> None:
    """One key: a whole answer, or with `many` one of several. What it raises is raised at once."""
    step, given = run.waiting, run.before.given
    is_new = choice in step.choice_ids and choice not in given and not (given and choice == NONE)
    if not is_new:
        run.ask_again(step)
        return
    if not step.many:
        _learn(run, step, Understood((choice,)), Urgency.ROUTINE)
        return
    given = tuple(one for one in step.choice_ids if one in (*given, choice))
    was_urgent = run.is_urgent
    _act(run, step, (choice,))
    left = [one for one in step.choice_ids if one not in given and one != NONE]
    if left and choice != NONE and run.is_urgent == was_urgent:
        run.ask_again(step, given=given)
    else:
        _learn(run, step, Understood(given), Urgency.ROUTINE, acted=given)


def hear_skipped(run: FlowRun) -> None:
    """Passed over, or with `many` done."""
    given = run.before.given
    _learn(run, run.waiting, Understood(given) if given else _SKIPPED, Urgency.ROUTINE, acted=given)


def hear_slower(run: FlowRun) -> None:
    """More time, now and from now on."""
    step = run.waiting
    run.add(Keep("pace", step.id, "slower"))
    run.ask_again(step)


def hear_silence(run: FlowRun) -> None:
    """One reminder, in a call always, and then what the question says."""
    step, before = run.waiting, run.before
    if before.hung_up:
        run.finish("closed")
    elif not before.reminded and (run.in_call or step.silence.remind is not None):
        run.ask_again(step, reminder=True)
    elif before.given:
        hear_skipped(run)
    else:
        _give_up_waiting(run, step)


def hear_hung_up(run: FlowRun) -> None:
    """Nothing is said (V14) but what the person's own plan says; a person looks if safety was still open (V19)."""
    step = run.waiting
    if run.before.given:
        _keep_answer(run, step, Understood(run.before.given))
    then = step.silence.then
    urgency = _SILENCE_RAISES.get(then)
    if then == "my_silence_plan" and (plan := run.plan):
        run.add(FollowPlan(plan, step.id))
        urgency = None
    if urgency is None and not run.is_urgent and run.is_safety_to_come(step):
        urgency = Urgency.SOON
    if urgency is not None:
        run.put_before_a_person(urgency, step, None, "hung_up")
    run.wait_quietly(step)


def _give_up_waiting(run: FlowRun, step: Step) -> None:
    then = step.silence.then
    if then == "urgent":
        run.put_before_a_person(Urgency.URGENT, step, None, "silence")
        run.go_on_after(step)
        return
    plan = run.plan if then == "my_silence_plan" else None
    if plan:
        run.add(FollowPlan(plan, step.id))
    elif then != "close":
        run.put_before_a_person(Urgency.SOON, step, None, "silence")
    if run.in_call and not plan:
        run.add(OfferPerson())  # V08: never the first to hang up
    run.finish("closed")


def _not_understood(run: FlowRun, step: Step, urgency: Urgency) -> None:
    run.add(Learn(step.id, understood=False))
    run.add(KeptWords(step.id))
    run.put_before_a_person(max(urgency, Urgency.SOON), step, None, "words")
    if _may_ask_again(run):
        run.ask_again(step, again=True)
    elif run.before.given:
        _learn(run, step, Understood(run.before.given), Urgency.ROUTINE, acted=run.before.given)
    else:
        run.answers[step.id] = Unanswered.UNCLEAR
        if step.teach_back and not run.is_urgent:
            _explain_in_person(run, step)
        run.go_on_after(step)


def _may_ask_again(run: FlowRun) -> bool:
    """A question is asked once more at most, whatever the reason."""
    return not (run.is_urgent or run.before.again or run.before.told)


def _learn(run: FlowRun, step: Step, understood: Understood, urgency: Urgency, acted: tuple[str, ...] = ()) -> None:
    """An answer and all that follows. `acted`: choices whose consequences came when they were pressed."""
    values = _keep_answer(run, step, understood)
    if values and (QUESTIONS[step.kind].is_read_back or acted or run.before.given):
        run.add(ReadBack(step.id, values))
    _act(run, step, (value for value in understood.values if value not in (*acted, *run.before.given)))
    if understood.rest and step.kind is not StepKind.OPEN:
        run.add(KeptWords(step.id))
        run.put_before_a_person(max(urgency, Urgency.SOON), step, None, "words")
    elif understood.rest or urgency is Urgency.URGENT:
        run.put_before_a_person(urgency, step, None, "words")
    is_wrong = step.teach_back is not None and understood.values not in ((), (step.teach_back,))
    if is_wrong and not run.is_urgent:
        _put_right(run, step)
    else:
        _go_on(run, step, understood.values)


def _keep_answer(run: FlowRun, step: Step, understood: Understood) -> tuple[str, ...]:
    """The answer, and what it becomes beyond itself. Gives what may be read back of it."""
    values, skipped = understood.values, understood.skipped
    if step.keeps and PREFERENCES[step.keeps].secret:
        values = ()  # kept nowhere but as the preference
    before = run.answers.get(step.id)
    run.add(Learn(step.id, values, skipped=skipped))
    run.answers[step.id] = Unanswered.MISSING if skipped else values
    if step.consent:
        run.add(Consent(step.consent, step.id, values == ("yes",)))
    if step.keeps and not skipped:
        run.add(Keep(step.keeps, step.id, understood.values[0] if understood.values else understood.rest))
    if step.notes and not skipped:
        noted = before if isinstance(before, tuple) else ()
        new = tuple(value for value in values if value != NONE and value not in noted)
        if new or step.kind is StepKind.OPEN:
            run.add(Note(step.notes, step.id, new))
    return values


def _act(run: FlowRun, step: Step, values: Iterable[str]) -> None:
    """What choices do beyond being kept."""
    if not step.choices:
        return
    for value in values:
        choice = step.choice(value)
        if choice.set is not None:
            run.add(Keep(choice.set[0], step.id, choice.set[1]))
        if choice.raises is not None:
            run.put_before_a_person(choice.raises, step, value, "answer")
        if choice.offer is not None:
            run.put_before_a_person(Urgency.SOON, step, choice.offer, "offer")
            run.add(Promised(choice.offer, step.id))


def _go_on(run: FlowRun, step: Step, values: tuple[str, ...]) -> None:
    go = step.choice(values[0]).go if step.choices and len(values) == 1 else None
    run.go_on_after(step, go)


def _put_right(run: FlowRun, step: Step) -> None:
    """We did not say it well: the explanation, and the question once more; after that a person."""
    if not run.before.told:
        run.add(Otherwise(step.id))
    if _may_ask_again(run):
        run.ask_again(step, told=True)
    else:
        _explain_in_person(run, step)
        run.go_on_after(step)


def _explain_in_person(run: FlowRun, step: Step) -> None:
    run.put_before_a_person(Urgency.SOON, step, None, "unclear")
    run.add(OfferPerson())
