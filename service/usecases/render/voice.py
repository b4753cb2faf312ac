"""Effects to prompts: what a turn of a flow says in a call, with the keys that are listened for. No markup, no carrier."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from service.core.effects import Ask, Effect, Finish, Keep, KeptWords, OfferPerson, Otherwise, Promised, ReadBack, Say
from service.core.flow_file import Flow
from service.core.keypad import (
    AGAIN_KEY,
    BACK_KEY,
    DONE_KEY,
    LISTENING,
    NO_KEY,
    PERSON_KEY,
    SLOWER_KEY,
    STANDING,
    YES_KEY,
    Key,
    Listen,
    digits_at,
    keys_at,
    times_on_offer,
)
from service.core.model import Channel
from service.core.steps.shape import Step, StepKind
from service.languages import Languages
from service.usecases.render.recordings import recordings
from service.usecases.render.shared import (
    Line,
    Speaker,
    answer_lines,
    joined,
    options,
    part_line,
    scale_ends,
    service_line,
    step_line,
)
from service.usecases.render.sounds import in_prompts, spelled, spelled_in, without_marks

RECORDING_SECONDS = 180
_BEFORE_KEY, _AFTER_KEY, _AFTER_WORDS = 0.4, 0.7, 0.6  # seconds; the option, then its key (V03)
_SLOWLY = 2.0
_KEY_NAMES = {BACK_KEY: "voice.star", DONE_KEY: "voice.hash"}


@dataclass(frozen=True, slots=True)
class Gathers:
    """What is waited for after the words: at most so many keys, an answer in speech, or up to so many seconds of it."""

    digits: int = 1
    speech: bool = False
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Prompt:
    """One piece that is said, and what may be keyed from its beginning on: any key cuts it short (V06).

    `recordings` are played instead where `language` has no voice: `audio/NAME.wav`, one after the other; none where an
    earlier prompt's recording holds these words too.
    """

    words: str
    language: str
    recordings: tuple[str, ...] = ()
    pause_after: float = 0.0  # seconds
    keys: Mapping[str, Key] = field(default_factory=lambda: STANDING)
    gathers: Gathers | None = None
    slower: bool = False


def speak(
    effects: Iterable[Effect | Listen],
    flow: Flow,
    languages: Languages,
    language: str,
    values: Mapping[str, str],
    discreet: bool,
    *,
    times: Sequence[str] = (),
    slower: bool = False,
) -> tuple[Prompt, ...]:
    """What is said, in order; `values` as for texts. `times`: moments that may be offered where a question asks for one.

    A discreet person hears discreet words where there are some, and never the service's name (V15).
    """
    spoken = {key: spelled_in(value) if key == "crisis_lines" else value for key, value in values.items()}
    call = _Call(Speaker(flow, languages, language, spoken, discreet, Channel.VOICE), tuple(times), slower)
    prompts: list[Prompt] = []
    for effect in effects:
        if isinstance(effect, Keep):
            call = call.after(effect)
        prompts += call.prompts(effect)
    return tuple(prompts)


@dataclass(frozen=True, slots=True)
class _Call:
    """One turn of a call with one person."""

    speaker: Speaker
    times: tuple[str, ...]
    slower: bool

    def after(self, keep: Keep) -> _Call:
        """The call once the person has chosen another language or pace."""
        if keep.preference == "language":
            return replace(self, speaker=replace(self.speaker, language=keep.value))
        return replace(self, slower=keep.value == "slower") if keep.preference == "pace" else self

    def prompts(self, effect: Effect | Listen) -> list[Prompt]:
        flow, speaker = self.speaker.flow, self.speaker
        match effect:
            case Say(step=step):
                return self._statement(step_line(flow.step(step), speaker))
            case Otherwise(step=step):
                return self._statement(part_line(flow.step(step), "otherwise", speaker))
            case Ask():
                return self._question(flow.step(effect.step), effect)
            case Listen():
                return self._listen()
            case Keep(preference="code", value=code):
                return self._noted([Line("", code)] * 2)  # an answer keeps nothing of it that could be read back
            case ReadBack(step=step, values=values):
                return self._read_back(flow.step(step), values)
            case Promised(offer=offer):
                return self._service(f"offer.{offer}.promised", when=speaker.values.get("when"))
            case KeptWords():
                return self._service("voice.kept_words")
            case OfferPerson():
                return self._key("voice.offer_person", PERSON_KEY)
            case Finish(outcome=outcome):
                end = [*self._service("voice.finish"), *self._key("voice.person", PERSON_KEY)]
                return [] if outcome == "urgent" else end  # then the truth about who comes is the last that is heard
            case _:
                return []

    # Questions

    def _question(self, step: Step, ask: Ask) -> list[Prompt]:
        line = step_line(step, self.speaker)
        times = times_on_offer(step, self.times, ask.page)
        offered = [*self._offered(step, ask, times), *scale_ends(step, self.speaker)]
        if line is None or not self._may_ask(line, offered):
            return self._service("neutral")
        digits = digits_at(step, times)
        said = [
            *self._before(ask),
            *self._first(line, step, ask),
            *self._choices(offered),
            *self._how(step, ask, times, digits),
        ]
        keys = keys_at(step, [key for key, _ in offered], digits=digits, given=bool(ask.given))
        return [replace(prompt, keys=keys, gathers=_gathers(step, digits)) for prompt in said]

    def _may_ask(self, line: Line, offered: Sequence[tuple[str, Line]]) -> bool:
        words = [self.speaker.words(one).full for one in (line, *(label for _, label in offered))]
        return bool(words[0]) and self.speaker.may_hear("\n".join(words))

    def _offered(self, step: Step, ask: Ask, times: tuple[str, ...]) -> list[tuple[str, Line]]:
        """The answers with their keys."""
        if step.kind is StepKind.OPEN:
            return [(YES_KEY, service_line("yes")), (NO_KEY, service_line("no"))]
        if not times:
            return options(step, self.speaker, ask.page, ask.given)
        said = [(number, answer_lines(step, (time,), self.speaker)) for number, time in enumerate(times, start=1)]
        other = (str(len(times) + 1), service_line("voice.time.other"))
        return [*((str(number), line) for number, lines in said for line in lines), other]

    def _before(self, ask: Ask) -> list[Prompt]:
        if ask.reminder:
            return self._service("voice.no_hurry")
        return self._service("asked_again") if ask.again else []

    def _first(self, line: Line, step: Step, ask: Ask) -> list[Prompt]:
        if ask.given:
            return self._service("voice.many.more")
        words = self._prompts(line)
        return [*words, *self._service("voice.record")] if step.kind is StepKind.OPEN else words

    def _choices(self, offered: Iterable[tuple[str, Line]]) -> list[Prompt]:
        """The option before its key; each language in its own voice (V01, V03)."""
        prompts: list[Prompt] = []
        for key, label in offered:
            prompts += [*self._prompts(label, _BEFORE_KEY), *self._press(key, label.language)]
        return prompts

    def _how(self, step: Step, ask: Ask, times: tuple[str, ...], digits: int) -> list[Prompt]:
        """How else this may be answered, and the way on; what always works is said again to somebody who is stuck."""
        hint = None if ask.given or times else _hint(step)
        prompts = [] if hint is None else self._prompts(hint)
        if step.kind is not StepKind.OPEN:  # its "no" is the way on
            prompts += self._key("voice.done" if step.many or digits else "voice.skip", DONE_KEY)
        prompts += self._key("voice.person", PERSON_KEY)
        if (ask.again or ask.reminder) and not digits:
            prompts += [*self._key("voice.again", AGAIN_KEY), *self._key("voice.slower", SLOWER_KEY)]
        return prompts

    def _listen(self) -> list[Prompt]:
        """What they are told once they agreed to be recorded."""
        said = [*self._service("voice.speak"), *self._key("voice.done", DONE_KEY)]
        wait = Gathers(digits=1, seconds=RECORDING_SECONDS)
        return [replace(prompt, keys=LISTENING, gathers=wait) for prompt in said]

    # Everything else

    def _statement(self, line: Line | None) -> list[Prompt]:
        if line is None:
            return []
        heard = self.speaker.may_hear(self.speaker.words(line).full)
        return self._prompts(line) if heard else self._service("neutral")

    def _read_back(self, step: Step, values: tuple[str, ...]) -> list[Prompt]:
        """What was understood, numbers digit by digit and twice (V10)."""
        lines = answer_lines(step, values, self.speaker)
        if not self.speaker.may_hear(joined(lines, self.speaker)):
            return []
        return self._noted(lines if step.range is None else lines * 2)

    def _noted(self, lines: Iterable[Line]) -> list[Prompt]:
        """What was noted, and how to put it right (V11)."""
        said = [prompt for line in lines for prompt in self._prompts(line)]
        return [*self._service("voice.read_back"), *said, *self._key("voice.change", BACK_KEY)]

    def _service(self, key: str, /, **values: object) -> list[Prompt]:
        return self._prompts(service_line(key, **values))

    def _key(self, option: str, key: str) -> list[Prompt]:
        return [*self._prompts(service_line(option), _BEFORE_KEY), *self._press(key)]

    def _press(self, key: str, language: str = "") -> list[Prompt]:
        speaker = replace(self.speaker, language=language or self.speaker.language)
        name = speaker.words(service_line(_KEY_NAMES[key])).full if key in _KEY_NAMES else key
        line = replace(service_line("voice.press", key=name), language=language)
        return self._prompts(line, _AFTER_KEY, (f"{line.context}.{_KEY_NAMES.get(key, key).rpartition('.')[2]}",))

    def _prompts(self, line: Line, pause: float = _AFTER_WORDS, played: tuple[str, ...] | None = None) -> list[Prompt]:
        """The words of a line, cut between sentences where they are long (V09)."""
        language = self.speaker.language_of(line)
        is_number = not line.context and line.english.isdecimal()
        words = spelled(line.english) if is_number else self.speaker.words(line).full
        pieces = list(in_prompts(without_marks(words)))
        names = [recordings(line, self.speaker) if played is None else played, *[()] * len(pieces)]
        pause *= _SLOWLY if self.slower else 1.0
        return [Prompt(piece, language, name, pause, slower=self.slower) for piece, name in zip(pieces, names, strict=False)]


def _gathers(step: Step, digits: int) -> Gathers:
    """Keys are always enough (V05); speech is listened to where one word can be a whole answer."""
    # A code is never asked to be said aloud, and which language a language is named in is not known.
    silent = step.kind in (StepKind.OPEN, StepKind.LANGUAGES) or step.keeps == "code"
    return Gathers(digits or 1, speech=not silent)


def _hint(step: Step) -> Line | None:
    if step.many:
        return service_line("voice.many")
    if step.kind is StepKind.DATE:
        return service_line("voice.date")
    if step.kind is StepKind.TIME:
        return service_line("voice.hours" if step.keeps else "voice.time")
    if step.range is None:
        return None
    if step.range.digits:
        return service_line("voice.number.digits", digits=step.range.digits)
    key = "voice.scale" if step.kind is StepKind.SCALE else "voice.number"
    return service_line(key, low=step.range.low, high=step.range.high)
