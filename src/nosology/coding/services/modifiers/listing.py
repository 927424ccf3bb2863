"""Which modifiers there are: what each tells, where it stands on a line, which edits it opens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.model.errors import MalformedRow
from nosology.model.tables import rows, table

COLUMNS = ("modifier", "group", "rank", "opens", "means", "source")
PLACE = "place"
_UNLISTED = 9


@dataclass(frozen=True, slots=True)
class Modifier:
    """A modifier.

    Attributes:
        group: what it tells: payment, visit, distinct, place, benefit, equipment, transport.
        rank: by which it stands before or behind others on a line.
        opens: whether it opens an edit between two services.
        means: in plain words of this project.
        order: of the list, which decides among those of a rank.
    """

    name: str
    group: str
    rank: int
    opens: bool
    means: str
    order: int


@cache
def modifiers() -> dict[str, Modifier]:
    """Return every modifier that an answer may carry, by name.

    Raises:
        MalformedRow: for one that stands twice.
    """
    found: dict[str, Modifier] = {}
    for row in rows(table("nosology.coding.services.modifiers", "modifiers.tsv"), COLUMNS):
        name = row["modifier"]
        if name in found:
            raise MalformedRow(row.file, row.line, "modifier", f"{name} stands twice")
        found[name] = Modifier(
            name, row["group"], int(row["rank"]), row["opens"] == "yes", row["means"], len(found)
        )
    return found


def is_place(name: str) -> bool:
    """Return whether the modifier names a side, digit, eyelid or coronary artery."""
    known = modifiers().get(name)
    return known is not None and known.group == PLACE


def opening(names: Iterable[str]) -> list[str]:
    """Return those of the modifiers that open an edit, places aside, which must also differ."""
    known = modifiers()
    return [
        name for name in names if name in known and known[name].opens and known[name].group != PLACE
    ]


def places(names: Iterable[str]) -> frozenset[str]:
    """Return those of the modifiers that name a place of the body."""
    return frozenset(name for name in names if is_place(name))


def arranged(drafts: Sequence[ServiceDraft], _case: ServiceCase) -> list[ServiceDraft]:
    """Return the drafts with the modifiers of each in the order in which a line carries them."""
    return [
        draft
        if len(draft.modifiers) < 2
        else replace(draft, modifiers=tuple(sorted(draft.modifiers, key=_rank)))
        for draft in drafts
    ]


def _rank(name: str) -> tuple[int, int, str]:
    known = modifiers().get(name)
    return (known.rank, known.order, name) if known else (_UNLISTED, 0, name)
