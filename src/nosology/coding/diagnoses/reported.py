"""What is reported: a statement, the rule that says so, and the code that stands for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nosology.coding.diagnoses.knowledge import Knowledge
from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.model.record import Span

ENCOUNTERS = ("Z0", "Z1", "Z2", "Z3", "Z4", "Z5", "Z6", "Z7", "Z98")
"""Reasons for an encounter: reported where they are named, not where prose mentions them."""
_STATUS_RULES = (
    (("Z80", "Z81", "Z82", "Z83", "Z84"), "family-history"),
    (("Z85", "Z86", "Z87"), "personal-history"),
    (("Z88", "Z89", "Z9"), "status-stated"),
)


@dataclass(frozen=True, slots=True)
class Reported:
    """A statement that is reported, and the rule that says so.

    Attributes:
        confidence: how sure the product is that a coder would report it, 0 to 1.
        code: the code that stands for it where the condition itself is not meant: its personal or
            family history.
        also: further words that support it.
    """

    statement: Statement
    rule: str
    confidence: float
    code: str | None = None
    also: tuple[Span, ...] = ()


def status_rule(code: str) -> str | None:
    """Return the rule under which a status or history code stands, None for other codes."""
    return next((rule for prefixes, rule in _STATUS_RULES if code.startswith(prefixes)), None)


def is_kept(item: Statement, knowledge: Knowledge) -> bool:
    """Return whether it is told as past, but lasts for life."""
    return item.sense is Sense.PAST and knowledge.is_lifelong(item.concept)


def first_of_each(items: Iterable[Statement]) -> list[Statement]:
    """Return the first statement of each concept."""
    found: dict[str, Statement] = {}
    for item in items:
        found.setdefault(item.concept, item)
    return list(found.values())
