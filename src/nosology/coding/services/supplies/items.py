"""Items: how each piece of equipment or supply is paid, and by what it is counted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from nosology.model.errors import MalformedRow
from nosology.model.tables import rows, table

_PACKAGE = "nosology.coding.services.supplies"


class Payment(StrEnum):
    """The class in which Medicare's fee schedule pays an item, or what stands for one."""

    PURCHASE = "purchase"
    RENTAL = "rental"
    """Rented for at most thirteen months (capped rental)."""
    OXYGEN = "oxygen"
    SERVICED = "serviced"
    """Rented as long as it is needed, since it must be serviced often."""
    STIMULATOR = "stimulator"
    ACCESSORY = "accessory"
    """A part that is replaced and sold new."""
    SUPPLY = "supply"
    DRESSING = "dressing"
    ENTERAL = "enteral"
    BRACE = "brace"
    PROSTHESIS = "prosthesis"
    SHOE = "shoe"
    EYEWEAR = "eyewear"
    EXCLUDED = "excluded"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Item:
    """How a number is paid and counted.

    Attributes:
        counted: what one unit is; empty for a piece of equipment.
    """

    code: str
    payment: Payment
    counted: str


@cache
def items() -> dict[str, Item]:
    """Return the items by number.

    Raises:
        MalformedRow: for a payment that is none.
    """
    found: dict[str, Item] = {}
    for row in rows(table(_PACKAGE, "items.tsv"), ("code", "payment", "counted")):
        try:
            payment = Payment(row["payment"])
        except ValueError:
            raise MalformedRow(row.file, row.line, "payment", "is no class of payment") from None
        found[row["code"]] = Item(row["code"], payment, row["counted"])
    return found
