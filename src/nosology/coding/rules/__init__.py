"""The rules that take part in choosing codes: id, authority and what each says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from nosology.model.coding import Rationale
from nosology.model.tables import Row, rows, table

COLUMNS = ("id", "authority", "verified", "says")


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the tables beside this module.

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
        for row in listed_rules()
    }


def listed_rules() -> Iterator[Row]:
    """Yield every row, table by table in the order of their names.

    Raises:
        MalformedRow: naming the table and line that does not follow the format.
    """
    for source in sorted(table(__name__).iterdir(), key=lambda item: item.name):
        if source.name.endswith(".tsv"):
            yield from rows(source, COLUMNS)


def because(rule: str, detail: str = "") -> Rationale:
    """Return the rationale of a rule, with what it found here.

    Raises:
        KeyError: when no such rule is listed.
    """
    known = rules()[rule]
    return Rationale(known.id, known.authority, f"{known.says} {detail}".rstrip())
