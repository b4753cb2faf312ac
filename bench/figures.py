"""What a measurement found, and how it is written down."""

from __future__ import annotations

import json
import math
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


class CannotMeasure(Exception):
    """Something that the measurement needs is not here, or did not come up; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Ours against the floor, in `unit`, and whatever else the run found out."""

    name: str
    ours: float
    floor: float
    unit: str
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """Ours divided by the floor."""
        return self.ours / self.floor if self.floor else math.nan

    def as_json(self) -> str:
        """One line: `name, ours, floor, ratio, unit`, then the rest, and what it ran on."""
        found = {
            "name": self.name,
            "ours": round(self.ours, 3),
            "floor": round(self.floor, 3),
            "ratio": round(self.ratio, 3),
            "unit": self.unit,
            **self.more,
            "cores": os.cpu_count(),
            "python": platform.python_version(),
        }
        return json.dumps(found, ensure_ascii=False)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values do not exceed: the nearest rank. NaN of none."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
