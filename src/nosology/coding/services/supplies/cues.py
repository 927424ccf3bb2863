"""The words of ``supplies.toml``, compiled once."""

from __future__ import annotations

import re
from functools import cache

from nosology.model.tables import patterns

_PACKAGE = "nosology.coding.services.supplies"


def words(group: str, name: str) -> re.Pattern[str]:
    """Return the pattern of one list of ``supplies.toml``."""
    return patterns(_PACKAGE, "supplies.toml", group)[name]


@cache
def named(group: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the patterns of a group with their names, in the order of the file."""
    return tuple(patterns(_PACKAGE, "supplies.toml", group).items())
