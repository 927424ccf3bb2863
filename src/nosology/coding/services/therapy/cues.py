"""The words of ``therapy.toml``, compiled once."""

from __future__ import annotations

import re
from functools import cache

from nosology.model.tables import any_of, settings

_PACKAGE = "nosology.coding.services.therapy"


@cache
def words(group: str, name: str) -> re.Pattern[str]:
    """Return the pattern of one list of ``therapy.toml``."""
    held = settings(_PACKAGE, "therapy.toml")[group][name]
    if isinstance(held, str):
        return re.compile(held, re.IGNORECASE)
    return re.compile(any_of(held).pattern, re.IGNORECASE | re.MULTILINE)
