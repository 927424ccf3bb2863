"""The patterns of ``wording.toml``, read once."""

from __future__ import annotations

import re
from functools import cache

from nosology.model.tables import any_of, settings

_NUMBER = (
    r"(?P<n>\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|single)"
)


@cache
def wording(table: str) -> dict[str, re.Pattern[str]]:
    """Return the patterns of one table by name; ``<n>`` in them stands for a number."""
    read = settings("nosology.coding.services.infusions", "wording.toml")[table]
    return {
        name: any_of(pattern.replace("<n>", _NUMBER) for pattern in patterns)
        for name, patterns in read.items()
    }
