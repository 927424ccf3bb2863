"""What is to be known of each vaccine: routes, components, family."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from nosology.model.tables import parts, rows, table

UNSPECIFIED = "-unspecified"
"""How the concept of a vaccine ends that is named without a product."""
_COLUMNS = ("concept", "routes", "components", "family", "parts")


@dataclass(frozen=True, slots=True)
class Product:
    """A vaccine, or an antibody that is given instead of one.

    Attributes:
        routes: by which it is given, the commonest first.
        components: diseases' antigens that it holds.
        family: what it protects against, where several products do; empty else.
        parts: concepts that name it where they are joined (``DTaP-IPV/Hib``).
    """

    concept: str
    routes: tuple[str, ...]
    components: int
    family: str
    parts: frozenset[str] = frozenset()

    @property
    def is_swallowed(self) -> bool:
        """Whether it is given by mouth or into the nose."""
        return self.routes[0] in {"PO", "NAS"}

    @property
    def is_unspecified(self) -> bool:
        """Whether no product is named."""
        return self.concept.endswith(UNSPECIFIED)


@cache
def products() -> dict[str, Product]:
    """Return the vaccines by concept."""
    return {
        row["concept"]: Product(
            row["concept"],
            parts(row["routes"]),
            int(row["components"]),
            row["family"],
            frozenset(parts(row["parts"])),
        )
        for row in rows(table("nosology.coding.services.vaccines", "products.tsv"), _COLUMNS)
    }


def joined(names: frozenset[str]) -> str:
    """Return the concept that the names make together; empty for none."""
    return next((name for name, product in products().items() if product.parts == names), "")
