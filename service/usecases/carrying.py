"""Carries out what one turn of a flow asks for: answers, notes and consents kept, people alerted, words queued."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import assert_never

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
from service.core.flow_file import Flow
from service.core.flow_state import State
from service.core.model import Channel, Urgency
from service.core.phrases import placeholders
from service.store import due_rows
from service.store.ids import new_id
from service.store.schema import answers, dues
from service.usecases import keeping
from service.usecases.later import begin_once
from service.usecases.outbox import due_row
from service.usecases.raising import Raised, Reason, give_promise, raise_to_person
from service.usecases.releases import Release
from service.usecases.render import render
from service.usecases.telling import promised_time
from service.usecases.turn import Turn
from service.usecases.values import flow_values


class Carrying:
    """Carries out the effects of one turn, in order; words wait until what they are said with is known."""

    def __init__(self, turn: Turn, release: Release, flow: Flow, lane: str, state: State) -> None:
        self.turn, self.release, self.flow, self.lane, self.state = turn, release, flow, lane, state
        self.checkin_id = str(turn.at.checkin_id)
        self.language = turn.language  # until the person chooses another in this very turn
        self.words: list[Effect] = []
        self.timer: Remind | None = None
        self.raised: list[Raised] = []
        self.understood = True
        self.finished: str | None = None

    def carry(self, effect: Effect) -> None:
        """One effect; the match is exhaustive, so that a new one can't be forgotten."""
        match effect:
            case Say() | Ask() | Otherwise() | ReadBack() | Promised() | KeptWords() | OfferPerson():
                self.words.append(effect)
            case Learn():
                self._learn(effect)
            case Raise():
                self._raise(effect)
            case Note():
                keeping.note(self.turn, effect, self.checkin_id)
            case Consent():
                self._consent(effect)
            case Keep():
                self._keep(effect)
            case Later(flow=flow, after=after):
                begin_once(self.turn, flow, self.turn.now + after, self.checkin_id)
            case FollowPlan():
                self._follow_plan(effect)
            case Remind():
                self.timer = effect
            case Finish():
                self.finished = effect.outcome
            case _:
                assert_never(effect)

    def say(self) -> None:
        """Queue the words, now that all they are said with is known, and set the silence timer on the question."""
        if self.finished == "urgent":
            # The receipt that follows says who comes and when; a lesser thank-you would only stand in its way.
            self.words = [effect for effect in self.words if not isinstance(effect, KeptWords | Promised)]
        last = None
        kind = "question" if self.lane == "bulk" else "reply"
        for body in self._rendered(self.words):
            last = self.turn.text(body, kind, lane=self.lane, checkin_id=self.checkin_id)
        self._promise(last)
        if self.timer is not None:
            self._set_timer(self.timer, last)

    def _rendered(self, effects: Sequence[Effect]) -> list[str]:
        values = flow_values(self.turn, self.state.answers, self.flow.variables)
        if any(isinstance(effect, Promised) for effect in effects) and (when := promised_time(self.turn)):
            values["when"] = when
        return render(effects, self.flow, self.release.languages, self.language, values, self.turn.discreet)

    def _promise(self, message_id: str | None) -> None:
        """A time that was said about an open escalation is kept or seen to be broken."""
        at = self.turn.at
        if not message_id or not at.escalation_id or at.promised_for is None or at.promised_for <= self.turn.now:
            return  # no time was said
        if any(map(self._promises, self.words)):
            give_promise(self.turn, at.escalation_id, at.promised_for, message_id)

    def _promises(self, effect: Effect) -> bool:
        if isinstance(effect, Promised):
            return True
        if not isinstance(effect, Say | Ask):
            return False
        phrase = self.flow.step(effect.step).wording(Channel.SMS, self.turn.discreet)
        return phrase is not None and "reply_promise" in placeholders(phrase.english)

    def _set_timer(self, timer: Remind, message_id: str | None) -> None:
        turn = self.turn
        due_rows.cancel(turn.tx, turn.now, "asked again", checkin_id=self.checkin_id, kind="silence")
        turn.writes.add(
            dues,
            due_row(
                lane="bulk",
                kind="silence",
                unique_key=f"silence:{self.checkin_id}:{new_id()}",
                run_at=turn.now + timer.after,
                made_at=turn.now,
                message_id=message_id,
                checkin_id=self.checkin_id,
                participant_id=turn.at.participant_id,
                detail={"step": timer.step, "number": timer.number, "after": timer.after.total_seconds()},
            ),
        )

    def _learn(self, effect: Learn) -> None:
        turn = self.turn
        answer_id = new_id()
        value = json.dumps(effect.values) if effect.values else None
        self.understood = self.understood and effect.understood
        turn.writes.add(
            answers,
            {
                "id": answer_id,
                "checkin_id": self.checkin_id,
                "participant_id": turn.at.participant_id,
                "step": effect.step,
                "value": turn.deps.keys.seal(turn.contact.id, "answers", "value", answer_id, value) if value else None,
                "understood": effect.understood,
                "skipped": effect.skipped,
                "message_id": turn.message_id,
                "language": turn.language,
                "at": turn.now,
            },
        )

    def _raise(self, effect: Raise) -> None:
        because = self.turn.assessment.because if effect.kind == "words" and self.turn.assessment else ()
        ours = self.flow.step(effect.step).words.get("because") if effect.kind == "step" else None
        english = "" if ours is None else ours.english
        reason = Reason(effect.kind, because, self.flow.name, effect.step, effect.choice, english)
        self.raised.append(raise_to_person(self.turn, effect.urgency, reason))

    def _consent(self, effect: Consent) -> None:
        wording = "\n".join(self._rendered((Ask(effect.step),)))
        keeping.consent(self.turn, effect.purpose, effect.granted, wording, self.language, self.release.id)

    def _keep(self, effect: Keep) -> None:
        self.words.append(effect)
        if not keeping.keep(self.turn, effect):
            self.words.append(KeptWords(effect.step))  # it is not changed yet, and a person will see to it
            reason = Reason("less_safe", flow=self.flow.name, step=effect.step)
            self.raised.append(raise_to_person(self.turn, Urgency.SOON, reason))

    def _follow_plan(self, effect: FollowPlan) -> None:
        """What this person wants their silence to mean; that it was followed stands in the ledger."""
        keeping.note_one(self.turn, "plan", effect.step, effect.plan, self.checkin_id)
        if effect.plan == "text":
            self.turn.text(self.turn.say("plan.text"), "plan", lane=self.lane, checkin_id=self.checkin_id)
        elif effect.plan != "nothing":
            reason = Reason("plan", flow=self.flow.name, step=effect.step, choice=effect.plan)
            self.raised.append(raise_to_person(self.turn, Urgency.SOON, reason))
