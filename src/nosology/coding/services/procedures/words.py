"""Words of ``words.toml`` as patterns, each made once."""

from __future__ import annotations

import re
from functools import cache

from nosology.model.tables import any_of, settings

_PACKAGE = "nosology.coding.services.procedures"


@cache
def pattern(part: str, name: str) -> re.Pattern[str]:
    """Return the pattern that finds any of the words."""
    return any_of(settings(_PACKAGE, "words.toml")[part][name])


@cache
def patterns(part: str, name: str) -> tuple[re.Pattern[str], ...]:
    """Return a pattern for each line, where they name what they find."""
    listed = settings(_PACKAGE, "words.toml")[part][name]
    return tuple(re.compile(line, re.IGNORECASE) for line in listed)
