"""Where rules are published: publisher, document, section, edition."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from nosology.model.errors import MalformedRow
from nosology.model.tables import table

COLUMNS = ("id", "publisher", "document", "section", "edition", "verified")


@dataclass(frozen=True, slots=True)
class Authority:
    """A published text that a rule rests on.

    Attributes:
        is_verified: whether the section was read and says so.
    """

    id: str
    publisher: str
    document: str
    section: str
    edition: str
    is_verified: bool

    def __str__(self) -> str:
        return f"{self.document}, {self.section}" if self.section else self.document


@cache
def authorities() -> dict[str, Authority]:
    """Return the authorities by id, read once.

    Raises:
        MalformedRow: when a row has not six cells, an id stands twice, or ``verified`` is neither
            ``yes`` nor ``no``.
    """
    source = table("nosology.edits", "authorities.csv")
    found: dict[str, Authority] = {}
    lines = source.read_text(encoding="utf-8").splitlines()
    for number, cells in enumerate(csv.reader(lines, strict=True), start=1):
        if number == 1:
            if tuple(cells) != COLUMNS:
                raise MalformedRow(source.name, 1, 1, f"header must be {','.join(COLUMNS)}")
            continue
        if len(cells) != len(COLUMNS) or not all(cells[:3]) or cells[5] not in {"yes", "no"}:
            raise MalformedRow(source.name, number, 1, f"must be {','.join(COLUMNS)}")
        if cells[0] in found:
            raise MalformedRow(source.name, number, "id", f"{cells[0]!r} stands twice")
        id, publisher, document, section, edition, verified = cells
        found[id] = Authority(id, publisher, document, section, edition, verified == "yes")
    return found


@cache
def cited(ids: tuple[str, ...]) -> str:
    """Return how a finding cites authorities.

    Raises:
        KeyError: naming an id that is not listed.
    """
    return "; ".join(str(authorities()[id]) for id in ids)
