"""The words of ``supplies.toml``, compiled once."""

from __future__ import annotations

import re
from functools import cache

from nosology.coding.tables import any_of, settings


@cache
def words(group: str, name: str) -> re.Pattern[str]:
    """Return the pattern of one list of ``supplies.toml``."""
    return any_of(settings("nosology.coding.services.supplies", "supplies.toml")[group][name])


@cache
def named(group: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the patterns of a group with their names, in the order of the file."""
    read = settings("nosology.coding.services.supplies", "supplies.toml")[group]
    return tuple((name, any_of(patterns)) for name, patterns in read.items())
