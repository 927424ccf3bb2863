"""Answers about drugs: package numbers, the codes that bill them, payment limits."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from nosology.codesets.reference.answers import AspLimit, DrugPackage
from nosology.codesets.reference.editions import Reader
from nosology.model.errors import InputError, shown

LIMITS = "asp-limits"
PACKAGES = "asp-ndc"

_PARTED = re.compile(r"([0-9]{4,5})-([0-9]{3,4})-([0-9]{1,2})")
# Which group of a ten-digit number lacks its zero shows from the lengths alone.
_FORMS = frozenset({(5, 4, 2), (4, 4, 2), (5, 3, 2), (5, 4, 1)})


def normalized_ndc(ndc: str) -> str:
    """Return the package number as eleven digits, in the form 5-4-2 without hyphens.

    Numbers of twelve to fourteen digits, which devices have, are returned as they are.

    Raises:
        InputError: when it is no package number, or has ten digits without hyphens, which do not
            show where the missing zero belongs.
    """
    text = ndc.strip()
    if found := _PARTED.fullmatch(text):
        groups = found.groups()
        if tuple(map(len, groups)) in _FORMS:
            return groups[0].zfill(5) + groups[1].zfill(4) + groups[2].zfill(2)
    elif text.isascii() and text.isdigit():
        if 11 <= len(text) <= 14:
            return text
        if len(text) == 10:
            raise InputError(
                "ndc",
                f"is {shown(ndc)}: ten digits do not show where a zero is missing; write it with "
                "hyphens (4-4-2, 5-3-2 or 5-4-1) or with eleven digits",
            )
    raise InputError(
        "ndc", f"is {shown(ndc)}; expected eleven digits, or ten parted 4-4-2, 5-3-2 or 5-4-1"
    )


class DrugReader(Reader):
    """Questions about packages and payment limits."""

    def drug(self, ndc: str, on: dt.date | None = None) -> tuple[DrugPackage, ...]:
        """Return the codes that bill the package, with its units; empty where it is not listed.

        Args:
            ndc: eleven digits, or ten with hyphens.
            on: date of service; None for the newest edition.

        Raises:
            MissingCodeSet: when no edition answers for the day.
            InputError: when it is no package number.
        """
        number = normalized_ndc(ndc)
        edition = self._editions.needed(PACKAGES, on)
        # The crosswalk for these drugs comes first; those of other payment systems add to it.
        found: dict[str, DrugPackage] = {}
        for _, release in sorted(edition.releases.items()):
            for code, labeler, name, dosage, *amounts in self._rows(
                "SELECT code, labeler, name, dosage, package_size, package_quantity,"
                " billing_units, package_billing_units FROM drug_package"
                " WHERE release = ? AND ndc = ? ORDER BY code",
                release,
                number,
            ):
                size, quantity, units, package_units = map(Decimal, amounts)
                package = DrugPackage(
                    number,
                    code,
                    labeler,
                    name,
                    dosage,
                    size,
                    quantity,
                    units,
                    package_units,
                    edition.label,
                )
                found.setdefault(code, package)
        return tuple(found.values())

    def asp_limit(self, code: str, on: dt.date) -> AspLimit | None:
        """Return the payment limit of the code; None where none is published.

        Raises:
            MissingCodeSet: when no edition answers for the day.
        """
        edition = self._editions.needed(LIMITS, on)
        for dosage, amount, coinsurance, note in self._rows(
            "SELECT dosage, amount, coinsurance, note FROM asp_limit"
            " WHERE release = ? AND code = ?",
            edition.releases[""],
            code,
        ):
            return AspLimit(
                code,
                dosage,
                Decimal(amount) if amount else None,
                Decimal(coinsurance) if coinsurance else None,
                note,
                edition.label,
            )
        return None
