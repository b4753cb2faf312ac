"""Idioms that wake nobody, the few words that make the difference, and everyday words that are read all the same."""

from __future__ import annotations

import pytest

from service.core.model import Urgency
from tests.core.urgency_texts import found, urgency

FIGURATIVE = [
    "dying for a cuppa",
    "kill for a coffee",
    "bored to death",
    "me muero de risa",
    "bhook se jaan nikal rahi hai",
    "this weather is killing me",
    "I could murder a curry",
    "my phone died",
    "dead tired",
    "cutting down on sugar",
    "these stairs are killing me",
    "my feet are killing me",
    "over my dead body lol",
    "she nailed the interview",
    "killing time before the bus",
    "that quiz was murder",
    "I'd kill for a nap",
    "shoot me an email",
    "este calor me mata",
    "tengo un hambre que me muero",
    "mataría por un café",
    "garmi ne maar diya",
    "hans hans ke mar gaya",
    "the printer has died again",
    "I laughed so much I nearly died",
    "he scored a killer goal",
    "hanging the washing out",
    "jumping for joy",
    "drop dead gorgeous",
    "cut my hair short",
    "slept like the dead",
    "my tomatoes have died",
    "the kids are back at school so peace at last",
    "can you resend the link it didn't work",
    "hoy me tocó hacer la compra",
    "my boss is gonna kill me if I'm late again lol",
    "mi jefe me va a matar si llego tarde jaja",
]


@pytest.mark.parametrize("text", FIGURATIVE)
def test_a_figure_of_speech_pages_nobody(text: str) -> None:
    assert urgency(text) < Urgency.URGENT


PAIRS = [
    ("had my pills, had my toast", "had all my pills"),
    ("took my tablets with breakfast", "took all my tablets"),
    ("the tablets stop the pain in my knee", "I just want to stop the pain for good"),
    ("I'm dying for a cuppa", "I'm dying to not be here"),
    ("I could kill for a coffee", "I could kill myself"),
    ("cutting down on sugar", "cutting my arms again"),
    ("cut my hair", "cut my wrists"),
    ("hanging the curtains", "hanging myself"),
    ("he beat me at darts", "he beat me last night"),
    ("jumping for joy", "jumping off the bridge"),
    ("I want to live by the sea", "I don't want to live"),
    ("can't wait to see you", "can't wait to die"),
    ("tired of waiting for the bus", "tired of living"),
    ("bye for now, see you Tuesday", "goodbye, you won't see me again"),
    ("the baby is asleep", "the baby is not breathing"),
    ("me muero de risa", "me quiero morir"),
    ("me corté el pelo", "me corté las venas"),
    ("tomé la pastilla de la tensión", "me tomé todas las pastillas"),
    ("mi hermano me llamó ayer", "mi hermano me pegó ayer"),
]


@pytest.mark.parametrize(("everyday", "urgent"), PAIRS)
def test_a_few_words_make_the_difference(everyday: str, urgent: str) -> None:
    assert (urgency(everyday) < Urgency.URGENT, urgency(urgent)) == (True, Urgency.URGENT)


HIDDEN = [
    "I am not fine",
    "not okay",
    "he's back now",
    "he is coming to my house",
    "they took the kids",
    "he found my address",
    "he opened my door at night",
    "they have been to my house",
    "had too much wine",
    "on the wine again",
    "no dinner again",
    "in bed all week",
    "baby is very sleepy",
    "going to the beach at night",
    "watching the trains",
    "my last christmas",
    "long sleep now",
    "I did it",
    "it is time",
    "walking to the station",
    "boys at the door",
    "no estoy bien",
    "vino a mi casa",
    "se llevó a los niños",
    "no he comido",
    "me voy a la playa de noche",
    "ya no puedo",
    "ya está todo listo",
]


@pytest.mark.parametrize("text", HIDDEN)
def test_everyday_words_that_may_hide_something_are_read_by_a_person(text: str) -> None:
    assert urgency(text) > Urgency.ROUTINE


NOT_SPANISH = ["the doctor was nice", "pehle se behtar hun", "doctor ne kaha sab theek hai", "call me later"]


@pytest.mark.parametrize("text", NOT_SPANISH)
def test_spanish_rules_see_nothing_in_english_or_urdu(text: str) -> None:
    assert [one.rule for one in found(text).because if one.rule.startswith("es/")] == []
