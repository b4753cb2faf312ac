"""Babel's extractor for flow files: every text that a translator sees, under its context (entry point `flows`)."""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping
from typing import IO

from service.core.flow_file import load_flow


def extract(
    fileobj: IO[bytes],
    keywords: Collection[str],  # noqa: ARG001 - Babel names the arguments
    comment_tags: Collection[str],  # noqa: ARG001
    options: Mapping[str, object],  # noqa: ARG001
) -> Generator[tuple[int, str, tuple[str, ...], list[str]], None, None]:
    """Yields (line, "pgettext", (context, English), comments) as Babel asks, "npgettext" with both forms where words
    follow a number; FlowProblems if the flow is broken."""
    flow = load_flow(fileobj.read().decode("utf-8-sig"), str(fileobj.name))
    for text in flow.texts():
        if text.plural is None:
            yield text.line, "pgettext", (text.context, text.english), []
        else:
            yield text.line, "npgettext", (text.context, text.english, text.plural), []
