"""A walk through a flow, in memory: what somebody does, what they hear, and what comes of it. No store, no carrier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from service.core import keypad
from service.core.flow_state import Again, HungUp, Skipped
from service.core.keywords import ChooseLanguage, Keyword, recognise, recognise_slip
from service.core.model import Channel, Urgency
from service.core.steps.shape import Step, StepKind
from service.usecases import telling
from service.usecases.rehearsal.checkin import Checkin, Went
from service.usecases.rehearsal.outcome import Outcome
from service.usecases.rehearsal.present import Present
from service.usecases.rehearsal.saying import Said
from service.usecases.rehearsal.stage import Scene, Stage
from service.usecases.rehearsal.waiting import RECEIPT_REST, Raised

Who = Literal["service", "person", "staff", "time"]
A_SILENCE = timedelta(seconds=8)  # of a call (V07)


class CannotHappen(Exception):
    """What is to be done cannot be done here; the message says why."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the transcript: what the service said, what somebody did, or how much time went by."""

    who: Who
    words: str = ""
    said: Said = field(default_factory=Said)
    length: timedelta = timedelta()


class Rehearsal:
    """One person's walk through a flow. Each thing that is done gives what the service says to it."""

    def __init__(self, stage: Stage, scene: Scene, language: str) -> None:
        self.present = Present(stage, scene, language)
        self.checkin = Checkin(scene.flow, self.present)
        self.transcript: list[Happening] = []
        self.is_listening = False  # a recording of the person's own words
        self.opted_out = False
        self.hung_up = False
        self._last_receipt = scene.now - RECEIPT_REST

    @property
    def outcome(self) -> Outcome:
        """All that has happened so far."""
        return self.present.outcome

    @property
    def in_call(self) -> bool:
        """Whether this is a call."""
        return self.present.scene.channel is Channel.VOICE

    @property
    def question(self) -> Step | None:
        """The question that waits."""
        return self.checkin.question

    @property
    def records(self) -> bool:
        """Whether what is said now is recorded: at a question for own words, and agreed to by speaking."""
        question = self.question
        return self.is_listening or (self.in_call and question is not None and question.kind is StepKind.OPEN)

    # What is done

    def begin(self, step_id: str | None = None) -> Said:
        """The check-in begins, at its first step or at another."""
        went = self.checkin.begin(step_id)
        if not self.present.scene.given.delivered:
            self.outcome.staff_told.append("not delivered")
            self.present.put_before_a_person(Urgency.SOON, "undelivered")
        return self._says(went.said)

    def texts(self, words: str) -> Said:
        """They write, or say, words of their own or an answer."""
        self._does("person", words)
        if self.records:
            self.is_listening = False
            return self._says(self._hear_text(words))
        said = self._hear_keyword(words)
        return self._says(self._hear_text(words) if said is None else said)

    def presses(self, keys: str) -> Said:
        """Keys in a call; in a text, digits are an answer like any other."""
        if self.hung_up:
            raise CannotHappen("the call is over, so there is nothing to press")
        if not self.in_call:
            return self.texts(keys)
        self._does("person", f"[{keys}]")
        return self._says(self._press(keys))

    def is_silent(self) -> Said:
        """No answer for as long as the service waits: seconds in a call, longer by text."""
        timer = self.checkin.timer
        if timer is None:
            raise CannotHappen("nothing is asked here, so nobody waits for an answer")
        self.is_listening = False
        before = self.present.now
        self.present.now = before + A_SILENCE if self.in_call else timer.at
        self._does("time", "…" if self.in_call else "no answer", self.present.now - before)
        return self._says(self.checkin.silence().said)

    def passes(self, length: timedelta, told: str) -> Said:
        """Time goes by, and every silence that is over meanwhile is heard."""
        self._does("time", told, length)
        said, end = Said(), self.present.now + length
        while (timer := self.checkin.timer) is not None and timer.at <= end:
            self.present.now = timer.at
            said = said.then(self.checkin.silence().said)
        self.present.now = end
        return self._says(said)

    def hangs_up(self) -> Said:
        """The call is over: nothing more is said (V14)."""
        if not self.in_call:
            raise CannotHappen("a text cannot hang up")
        self._does("person", "hangs up")
        self.is_listening, self.hung_up = False, True
        if self.checkin.is_open:
            self.checkin.hear(HungUp())
        return Said()

    def staff(self, deed: Literal["claims", "accepts"]) -> Said:
        """A worker takes what was raised, or comes onto the line."""
        waiting = self.present.waiting
        if not waiting.is_open:
            raise CannotHappen("nothing was put before a person, so nobody can take it")
        if waiting.claimed_at is not None:
            raise CannotHappen("a worker has it already")
        waiting.claimed_at = self.present.now
        self._does("staff", deed)
        return Said()

    # Keys

    def _press(self, keys: str) -> Said:
        question = self.question
        if self.is_listening:
            return self._end_recording(keys)
        if question is None or self.checkin.state is None:
            return self._before_a_person("person") if keys == keypad.PERSON_KEY else Said()
        heard = keypad.heard(question, keys, self.checkin.state, self.present.times())
        match heard:
            case keypad.ForPerson():
                return self._before_a_person("person").then(self.checkin.hear(Again()).said)
            case keypad.Listen():
                self.is_listening = True
                return self.checkin.tongue().say((heard,))
            case _:
                return self._after(self.checkin.hear(heard))

    def _end_recording(self, keys: str) -> Said:
        """# ends what was said; with nothing said it is a skip. 0 is a person, here too."""
        self.is_listening = False
        if keys == keypad.PERSON_KEY:
            return self._before_a_person("person").then(self.checkin.hear(Again()).said)
        return self._after(self.checkin.hear(Skipped()))

    # Words

    def _hear_text(self, words: str) -> Said:
        """Software closes only what the open question understood; everything else is put before a person (I18)."""
        assessment = self.present.assess(words)
        urgency, raised, said = assessment.urgency, list[Raised](), Said()
        went: Went | None = None
        if self.checkin.is_open and not self.opted_out and words.strip():
            went = self.checkin.words(words)
            raised, said = went.raised, went.said
        elif words.strip().isdecimal():
            urgency = max(Urgency.SOON, urgency)  # out of order: an answer to no question
        if went is None or (urgency is Urgency.URGENT and all(one.urgency is not Urgency.URGENT for one in raised)):
            kind = "words" if urgency is Urgency.URGENT else "outside_checkin"
            raised.append(self.present.put_before_a_person(urgency, kind, assessment=assessment))
        return said.then(self._receipt(raised, answered=went is not None and went.finished != "urgent"))

    def _after(self, went: Went) -> Said:
        return went.said.then(self._receipt(went.raised, answered=went.finished != "urgent"))

    def _receipt(self, raised: Sequence[Raised], *, answered: bool) -> Said:
        """The truth about when somebody reads it, once; nothing to somebody who stopped texts (I8)."""
        present, waiting = self.present, self.present.waiting
        if self.opted_out or not raised:
            return Said()
        alerted = any(one.alerted for one in raised)
        if (answered and not alerted) or waiting.is_with_a_worker(present.now):
            return Said()
        rested = present.now - self._last_receipt >= RECEIPT_REST
        if not rested and not any(one.alerted or one.opened or one.rose for one in raised):
            return Said()
        self._last_receipt = present.now
        urgency = max(one.urgency for one in raised)
        if urgency is Urgency.URGENT and not alerted:
            when = telling.promised_time(present)
            waiting.promise_said(waiting.promised_for if when else None)
            return self._plain(present.say("receipt.soon", when=when), "receipt")
        promise = present.promise(urgency)
        told = promise.on_duty_now if urgency is Urgency.URGENT else present.person.state == "joined"
        waiting.promise_said(promise.when if told else None)
        if urgency is not Urgency.URGENT and present.person.state != "joined":
            return self._plain(present.say("not_joined"), "receipt")
        return self._plain(telling.receipt(present, urgency), "urgent" if urgency is Urgency.URGENT else "receipt")

    # The words that work everywhere

    def _hear_keyword(self, words: str) -> Said | None:
        """Do what the whole text asks for; None when it is no word of ours, or an answer to the open question."""
        table = self.present.stage.languages.keywords()
        word = recognise(words, table)
        if word is None:
            word = recognise_slip(words, table)
            if word is None or self._urgency(words) is Urgency.URGENT or self._is_an_answer(words, own_words=True):
                return None
        if isinstance(word, ChooseLanguage):
            return self._choose_language(word.code)
        if self.opted_out and word not in (Keyword.START, Keyword.STOP):
            return None
        return self._do(word, words)

    def _do(self, word: Keyword, words: str) -> Said | None:
        match word:
            case Keyword.STOP:
                return self._stop()
            case Keyword.START:
                return self._start()
            case Keyword.WHY:
                return None if self._urgency(words) is Urgency.URGENT else self._why()
            case Keyword.CALL if self._is_an_answer(words, own_words=False):
                return None
            case Keyword.HELP | Keyword.PERSON | Keyword.CALL:
                said = self._before_a_person(word.value, self._urgency(words))
                return said.then(self.checkin.ask_again()) if self.in_call else said

    def _before_a_person(self, kind: str, urgency: Urgency = Urgency.SOON) -> Said:
        """What they ask for is done by a person; they hear by when, if the rota gives a time."""
        present = self.present
        present.put_before_a_person(max(Urgency.SOON, urgency), kind)
        when = telling.promised_time(present)
        present.waiting.promise_said(present.promised_for if when else None)
        return self._plain(present.say(kind, when=when), "offer", "promise", kind)

    def _stop(self) -> Said:
        if self.opted_out:
            return Said()
        self.opted_out = True
        if self.checkin.is_open:
            self.checkin.close()
        if self.present.waiting.is_open:
            self.outcome.staff_told.append("opted out")
        languages = self.present.stage.languages
        return self._plain(self.present.say("stop.done", start=languages.word(self.present.language, "start")), "word")

    def _start(self) -> Said | None:
        if not self.opted_out:
            return None
        self.opted_out = False
        languages = self.present.stage.languages
        return self._plain(self.present.say("start.done", stop=languages.word(self.present.language, "stop")), "word")

    def _why(self) -> Said:
        return self.checkin.explain() if self.checkin.is_open else self._plain(self.present.say("why.unknown"), "why")

    def _choose_language(self, code: str) -> Said | None:
        if self.opted_out or (self.question is not None and self.question.keeps == "language"):
            return None
        self.present.person.language, self.present.person.language_known = code, True
        name = self.present.stage.languages.name(code)
        return self._plain(self.present.say("language.changed", language=name), "word").then(self.checkin.ask_again())

    def _urgency(self, words: str) -> Urgency:
        return self.present.assess(words).urgency

    def _is_an_answer(self, words: str, *, own_words: bool) -> bool:
        return self.checkin.is_an_answer(words, own_words=own_words)

    # The transcript

    def _plain(self, words: str, *names: str) -> Said:
        return self.checkin.tongue().plain(words, *names)

    def _does(self, who: Who, words: str, length: timedelta = timedelta()) -> None:
        self.transcript.append(Happening(who, words, length=length))

    def _says(self, said: Said) -> Said:
        if self.hung_up:
            return Said()
        if said.texts or said.prompts:
            self.transcript.append(Happening("service", said=said))
        return said
