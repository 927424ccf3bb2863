"""The side of the body that a title or a modifier tells."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from nosology.model.tables import rows, table

COLUMNS = ("modifier", "side", "source")
RIGHT, LEFT, BOTH, OPEN = "right", "left", "bilateral", "unspecified"
_SIDE = re.compile(r"\b(right|left|bilateral)\b")
_BOTH = re.compile(r"\bboth\b")
_OPEN = re.compile(r"\bunspecified (?!fracture|injury|open|superficial|sprain|dislocation|site)\w+")
_SAME = re.compile(
    r"\b(?:right|left|unilateral|bilateral|unspecified|both|side|sides|of|the)\b|[^\w ]|s\b"
)
_PLURAL = re.compile(r"ies\b")
_MOST_ORGAN_WORDS = 2


@lru_cache(maxsize=16_384)
def side_of(title: str) -> str:
    """Return ``right``, ``left``, ``bilateral`` or ``unspecified``; empty where it tells none.

    Empty too where the title names several, such as a dominant and an affected side.
    """
    lowered = title.lower()
    told = set(_SIDE.findall(lowered))
    if _BOTH.search(lowered):
        told.add(BOTH)
    if len(told) > 1:
        return ""
    if told:
        return str(told.pop())
    return OPEN if _OPEN.search(lowered) else ""


def are_siblings(title: str, other: str) -> bool:
    """Return whether two titles say the same but for the side.

    A title for both sides may leave out the organ that one for a side names (“right eye”).
    """
    one, two = _without_side(title), _without_side(other)
    if one == two:
        return True
    both, single = (one, two) if side_of(title) == BOTH else (two, one)
    if BOTH not in (side_of(title), side_of(other)):
        return False
    return both < single and len(single - both) <= _MOST_ORGAN_WORDS


@lru_cache(maxsize=16_384)
def _without_side(title: str) -> frozenset[str]:
    return frozenset(_SAME.sub(" ", _PLURAL.sub("y", title.lower())).split())


@cache
def sides_of_modifiers() -> dict[str, str]:
    """Return ``right`` or ``left`` by modifier, read once."""
    return {
        row["modifier"]: row["side"] for row in rows(table("nosology.edits", "sides.tsv"), COLUMNS)
    }
