"""How much of a drug one unit of its code holds, and in what container it comes."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache

from nosology.coding.services.catalogue.conditions import Condition, conditions
from nosology.model.errors import MalformedRow
from nosology.model.tables import parts, rows, table

_PACKAGE = "nosology.coding.services.drugs"
_COLUMNS = (
    *("code", "amount", "unit", "routes", "container", "kind", "packages"),
    *("combined", "strength", "last", "note"),
)
_GRAMS = {"mcg": Decimal("0.000001"), "mg": Decimal("0.001"), "g": Decimal(1)}
_CURIES = {"uCi": Decimal("0.001"), "mCi": Decimal(1)}
COUNTED = frozenset({"dose", "vial", "device"})
"""Units that are counted rather than measured."""
UNITS = frozenset({*_GRAMS, *_CURIES, *COUNTED, "unit", "mL", "mEq", "cm2"})
KINDS = frozenset(
    {
        *("", "chemo", "hormonal", "biologic", "biologic-sc", "fluid", "contrast"),
        *("radiopharmaceutical", "anesthetic", "sedation", "device", "toxin"),
        *("oral", "oral-cancer"),
    }
)


class Container(StrEnum):
    """In what a drug comes."""

    SINGLE = "single"
    """What is left in it is discarded."""
    MULTIPLE = "multiple"
    UNKNOWN = "unknown"
    """Both are sold."""


@dataclass(frozen=True, slots=True)
class Dose:
    """What one unit of a code holds.

    Attributes:
        routes: by which the drug is given, the commonest first.
        kind: what decides its administration, one of ``KINDS``.
        packages: contents of the single containers that are sold, in ``unit``.
        is_combined: whether the amounts of its substances add up.
        strength: what a milliliter holds, where only one is sold.
        last: last day of a code that another has replaced since; None for one in use.
    """

    code: str
    amount: Decimal
    unit: str
    routes: tuple[str, ...]
    container: Container
    kind: str
    packages: tuple[Decimal, ...]
    is_combined: bool
    strength: Decimal | None
    last: dt.date | None

    def units(self, amount: Decimal, unit: str) -> int | None:
        """Return the units that the amount fills or begins; None where it is of another measure.

        Source: CMS Pub. 100-04 ch. 17 s. 70.
        """
        own = self.in_own_unit(amount, unit)
        if own is None:
            return None
        return math.ceil(own / self.amount)

    def in_own_unit(self, amount: Decimal, unit: str) -> Decimal | None:
        """Return the amount in the unit of the code; None where it is of another measure."""
        if unit == self.unit:
            return amount
        for scale in (_GRAMS, _CURIES):
            if unit in scale and self.unit in scale:
                return amount * scale[unit] / scale[self.unit]
        return None


@cache
def doses() -> dict[str, Dose]:
    """Return the doses by code.

    Raises:
        MalformedRow: naming file, line and column of what does not follow the format.
    """
    found: dict[str, Dose] = {}
    for row in rows(table(_PACKAGE, "doses.tsv"), _COLUMNS):
        for column, known in (("unit", UNITS), ("kind", KINDS)):
            if row[column] not in known:
                raise MalformedRow(
                    row.file, row.line, column, f"{row[column]!r} is none of {sorted(known)}"
                )
        if row["code"] in found:
            raise MalformedRow(row.file, row.line, "code", f"{row['code']} stands twice")
        found[row["code"]] = Dose(
            row["code"],
            Decimal(row["amount"]),
            row["unit"],
            parts(row["routes"]),
            Container(row["container"]),
            row["kind"],
            tuple(Decimal(size) for size in parts(row["packages"])),
            row["combined"] == "yes",
            Decimal(row["strength"]) if row["strength"] else None,
            dt.date.fromisoformat(row["last"]) if row["last"] else None,
        )
    return found


@dataclass(frozen=True, slots=True)
class Former:
    """A code that another has replaced.

    Attributes:
        when: what must be told for it to be the right one.
        last: day on which it could still be reported.
    """

    code: str
    replaced_by: str
    when: tuple[Condition, ...]
    last: dt.date


@cache
def former_codes() -> tuple[Former, ...]:
    """Return the codes that others have replaced.

    Raises:
        MalformedRow: for one whose last day the table of doses does not tell.
    """
    found = []
    for row in rows(table(_PACKAGE, "former.tsv"), ("code", "replaced_by", "when")):
        dose = doses().get(row["code"])
        if dose is None or dose.last is None:
            raise MalformedRow(row.file, row.line, "code", "has no last day in doses.tsv")
        found.append(Former(row["code"], row["replaced_by"], conditions(row["when"]), dose.last))
    return tuple(found)
