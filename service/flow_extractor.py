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
) -> Generator[tuple[int, str, tuple[str, str], list[str]], None, None]:
    """Yields (line, "pgettext", (context, English), comments) as Babel asks; FlowProblems if the flow is broken."""
    flow = load_flow(fileobj.read().decode("utf-8-sig"), str(fileobj.name))
    for text in flow.texts():
        yield text.line, "pgettext", (text.context, text.english), []
