"""The types of step that a flow may have: one file each, and one table. A new type is a copied file and a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from service.core.steps import choices, end, open, say, yes_no
from service.core.steps.reading import StepType

STEP_TYPES: Final[Mapping[str, StepType]] = {
    kind.key: kind for kind in (say.TYPE, choices.TYPE, yes_no.TYPE, open.TYPE, end.TYPE)
}
