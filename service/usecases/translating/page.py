"""Every flow's conversations on one page, in a language and in English side by side. No script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from service.core.model import Channel
from service.core.text import Parts
from service.languages.language import SOURCE
from service.usecases.translating.conversations import Bubble, Conversation, Moment
from service.usecases.translating.examples import costly_letters
from service.usecases.translating.rows import State, state_of
from service.usecases.translating.work import Work

_WHO = {"person": "They", "staff": "Staff", "time": "Time"}
_BY = {Channel.SMS: "by text", Channel.VOICE: "by call"}
_RUNS = {"ltr": "left to right", "rtl": "right to left"}
_STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1c1b1a; --quiet: #5f5b57; --ours: #e8eef5; --theirs: #e4f0e4;
  --line: #d5d0ca; --doubt: #8a4b00; }
@media (prefers-color-scheme: dark) { :root { --paper: #1b1a19; --ink: #eeebe7; --quiet: #b3ada6; --ours: #26303b;
  --theirs: #24332a; --line: #45413d; --doubt: #ffc078; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, "Noto Sans", "Noto Naskh Arabic", "Noto Sans Bengali", sans-serif; }
h2 { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1rem; }
.moment { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; margin: .5rem 0; break-inside: avoid; }
.bubble { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--ours); border-radius: .8rem;
  padding: .6rem .8rem; max-width: 26rem; }
.person .bubble { background: var(--theirs); margin-inline-start: auto; width: fit-content; }
.time, .staff { color: var(--quiet); }
.about { font-size: .8rem; color: var(--quiet); margin: .2rem .4rem .6rem; }
.about code { overflow-wrap: anywhere; }
.doubt { color: var(--doubt); }
@media (max-width: 40rem) { .moment { grid-template-columns: 1fr; } }
"""


def conversations_page(work: Work, told: Iterable[Conversation]) -> str:
    """The page, whole."""
    language, direction = work.languages.name(work.code), work.languages.direction(work.code)
    flows: dict[str, list[Conversation]] = {}
    for one in told:
        flows.setdefault(one.flow, []).append(one)
    title = f"{language} ({work.code}): what people are sent, and what they hear"
    return "".join(
        (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{escape(title)}</h1>\n",
            f"<p>{escape(_introduction(language))}</p>\n<nav><ul>\n",
            *(f'<li><a href="#{escape(flow)}">{escape(flow)}</a></li>\n' for flow in flows),
            "</ul></nav>\n",
            *(_flow(flow, found, work, direction) for flow, found in flows.items()),
            "</body>\n</html>\n",
        )
    )


def _introduction(language: str) -> str:
    return (
        f"{language} stands on one side, English on the other. Under each bubble are the names of its texts, as they"
        " stand in the spreadsheet and in messages.po, and the parts that it takes as it is sent. Names and times are"
        " examples."
    )


def _flow(flow: str, told: Iterable[Conversation], work: Work, direction: str) -> str:
    pieces = [f'<section>\n<h2 id="{escape(flow)}">{escape(flow)}</h2>\n']
    for one in told:
        pieces.append(f"<h3>{escape(one.title)} ({_BY[one.channel]})</h3>\n")
        pieces += (_moment(moment, work, direction) for moment in one.moments)
    return "".join((*pieces, "</section>\n"))


def _moment(moment: Moment, work: Work, direction: str) -> str:
    if moment.who != "service":
        words = moment.bubbles[0].words
        said = f'<div class="bubble" dir="auto">{escape(words)}</div>' if moment.who == "person" else escape(words)
        who = f'<p class="about">{_WHO[moment.who]}</p>' if moment.who != "person" else ""
        return f'<div class="moment {moment.who}"><div>{who}{said}</div></div>\n'
    ours = "".join(_bubble(one, work, direction) for one in moment.bubbles)
    english = "".join(f'<div class="bubble" lang="en" dir="ltr">{escape(words)}</div>' for words in moment.english if words)
    return f'<div class="moment service"><div>{ours}</div><div>{english}</div></div>\n'


def _bubble(bubble: Bubble, work: Work, direction: str) -> str:
    runs = _direction(bubble, work, direction)
    said = f'<div class="bubble" lang="{escape(work.code)}" dir="{runs}">{escape(bubble.words)}</div>'
    return f'{said}<p class="about">{_about(bubble, work, runs)}</p>'


def _direction(bubble: Bubble, work: Work, direction: str) -> str:
    """Which way it runs: as English does, where nothing of it is translated."""
    texts = [work.sources[one] for one in bubble.contexts if one in work.sources]
    is_ours = any(state_of(one, work.messages[one.context]) is not State.TO_DO for one in texts)
    return direction if is_ours or not texts else work.languages.direction(SOURCE)


def _about(bubble: Bubble, work: Work, direction: str) -> str:
    return "<br>".join((", ".join((*_size(bubble.parts), _RUNS[direction])), *_names(bubble, work)))


def _names(bubble: Bubble, work: Work) -> Iterator[str]:
    for context in bubble.contexts:
        source = work.sources.get(context)
        if source is None:
            continue
        state = state_of(source, work.messages[context])
        mark = "" if state is State.CHECKED else f' <span class="doubt">{state.value}</span>'
        yield f'<code dir="ltr">{escape(context)}</code>{mark}'


def _size(count: Parts | None) -> Iterator[str]:
    if count is not None:
        yield "1 part" if count.one else f"{count.segments} parts"
        letters = costly_letters(count)
        yield escape(f"{count.encoding} because of {letters}" if letters else count.encoding)
