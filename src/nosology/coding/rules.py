"""The rules that take part in choosing codes: id, authority and what each says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from nosology.coding.tables import rows, table
from nosology.model.coding import Rationale


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of ``rules.tsv``.

    Attributes:
        is_verified: whether the citation was read in the source that it names.
    """

    id: str
    authority: str
    is_verified: bool
    says: str


@cache
def rules() -> dict[str, Rule]:
    """Return the rules by id, read once."""
    return {
        row["id"]: Rule(row["id"], row["authority"], row["verified"] == "yes", row["says"])
        for row in rows(
            table("nosology.coding", "rules.tsv"), ("id", "authority", "verified", "says")
        )
    }


def because(rule: str, detail: str = "") -> Rationale:
    """Return the rationale of a rule, with what it found here.

    Raises:
        KeyError: when no such rule is listed.
    """
    known = rules()[rule]
    return Rationale(known.id, known.authority, f"{known.says} {detail}".rstrip())
