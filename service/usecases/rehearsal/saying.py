"""What the service says in one turn of a rehearsal: texts or prompts, and its pieces, which a story can name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from service.core.effects import Ask, Effect, Keep, KeptWords, OfferPerson, Otherwise, Promised, ReadBack, Say
from service.core.flow_file import Flow
from service.core.keypad import Listen
from service.core.model import Channel
from service.languages import Languages
from service.usecases.render import Prompt, render, speak
from service.usecases.render.sounds import in_prompts, without_marks

Heard = Effect | Listen


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing said, by the names that a story may call it, and its words."""

    names: frozenset[str]
    words: str
    english: str
    asks: bool = False

    def is_called(self, said: str) -> bool:
        """Whether a story means this: by a name, or by how its words begin."""
        return said in self.names or self.words.startswith(said) or self.english.startswith(said)


@dataclass(frozen=True, slots=True)
class Said:
    """All that was said at once: texts, or prompts of a call."""

    pieces: tuple[Piece, ...] = ()
    texts: tuple[str, ...] = ()
    prompts: tuple[Prompt, ...] = ()

    def then(self, other: Said) -> Said:
        """Both, one after the other."""
        return Said(self.pieces + other.pieces, self.texts + other.texts, self.prompts + other.prompts)


@dataclass(frozen=True, slots=True)
class Tongue:
    """How one person is spoken to in one turn."""

    flow: Flow
    languages: Languages
    language: str
    channel: Channel
    discreet: bool
    slower: bool = False
    times: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)

    def say(self, effects: Sequence[Heard]) -> Said:
        """The words of a turn's effects."""
        pieces = tuple(self._pieces(effects))
        if self.channel is Channel.VOICE:
            return Said(pieces, prompts=self._speak(effects, self.language))
        return Said(pieces, texts=tuple(self._render(effects, self.language)))

    def plain(self, words: str, *names: str, english: str = "") -> Said:
        """Words of the service's own that stand for themselves."""
        piece = Piece(frozenset(names), words, english or words)
        if self.channel is Channel.SMS:
            return Said((piece,), texts=(words,))
        return Said((piece,), prompts=tuple(Prompt(one, self.language) for one in in_prompts(without_marks(words))))

    def _pieces(self, effects: Iterable[Heard]) -> Iterable[Piece]:
        language = self.language
        for effect in effects:
            if isinstance(effect, Keep) and effect.preference == "language":
                language = effect.value
            names = _names(effect)
            if names:
                words, english = (self._alone(effect, one) for one in (language, "en"))
                yield Piece(frozenset(names), words, english, isinstance(effect, Ask))

    def _alone(self, effect: Heard, language: str) -> str:
        if self.channel is Channel.VOICE:
            return " ".join(prompt.words for prompt in self._speak((effect,), language))
        return "\n".join(self._render((effect,), language))

    def _render(self, effects: Sequence[Heard], language: str) -> list[str]:
        said = (effect for effect in effects if not isinstance(effect, Listen))
        return render(said, self.flow, self.languages, language, self.values, self.discreet)

    def _speak(self, effects: Sequence[Heard], language: str) -> tuple[Prompt, ...]:
        return speak(
            effects,
            self.flow,
            self.languages,
            language,
            self.values,
            self.discreet,
            times=self.times,
            slower=self.slower,
        )


def _names(effect: Heard) -> tuple[str, ...]:
    match effect:
        case Say(step=step) | Ask(step=step):
            return (step,)
        case Otherwise():
            return ("otherwise",)
        case Promised():
            return ("promise",)
        case ReadBack():
            return ("read_back",)
        case KeptWords():
            return ("kept",)
        case OfferPerson():
            return ("offer",)
        case _:
            return ()
