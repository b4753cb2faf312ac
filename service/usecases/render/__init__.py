"""Effects to words, in the person's language: one renderer for texts and one for calls, and nothing of it in the core."""

from service.usecases.render.text import pack, render
from service.usecases.render.voice import Gathers, Prompt, speak

__all__ = ["Gathers", "Prompt", "pack", "render", "speak"]
