"""Answers about groupings and conversions: condition categories, CCSR, equivalence mappings."""

from __future__ import annotations

import datetime as dt

from nosology.codesets.reference.answers import Ccsr, GemDirection, GemTarget, HccCategory
from nosology.codesets.reference.editions import Reader

HCC = "hcc"
CCSR = "ccsr"
GEMS: dict[GemDirection, str] = {
    "icd9-to-icd10cm": "gem-icd9-icd10cm",
    "icd10cm-to-icd9": "gem-icd10cm-icd9",
    "icd9-to-icd10pcs": "gem-icd9-icd10pcs",
    "icd10pcs-to-icd9": "gem-icd10pcs-icd9",
}


class GroupingReader(Reader):
    """Questions about groupings."""

    def hcc(self, diagnosis: str, model: str, payment_year: int) -> tuple[HccCategory, ...]:
        """Return the categories of the diagnosis in the model; empty where it has none.

        Args:
            diagnosis: ICD-10-CM code without its dot.
            model: such as ``CMS-HCC V28``, ``CMS-HCC ESRD V24`` or ``RxHCC V08``.
            payment_year: the year that is paid for; its diagnoses are of the year before.

        Raises:
            MissingCodeSet: when no edition is for the year, or it does not have the model.
        """
        on = dt.date(payment_year, 1, 1)
        edition = self._editions.needed(HCC, on)
        found = [
            HccCategory(category, model, None if is_paid is None else bool(is_paid), edition.label)
            for release in edition.releases.values()
            for category, is_paid in self._rows(
                "SELECT category, is_paid FROM hcc WHERE release = ? AND diagnosis = ?"
                " AND model = ? ORDER BY CAST(category AS INTEGER)",
                release,
                diagnosis,
                model,
            )
        ]
        if not found and model not in self.hcc_models(payment_year):
            raise self._editions.incomplete(edition, [model])
        return tuple(found)

    def hcc_models(self, payment_year: int) -> tuple[str, ...]:
        """Return the models of the payment year, in order.

        Raises:
            MissingCodeSet: when no edition is for the year.
        """
        edition = self._editions.needed(HCC, dt.date(payment_year, 1, 1))
        return tuple(
            sorted(
                {
                    model
                    for release in edition.releases.values()
                    for (model,) in self._rows(
                        "SELECT DISTINCT model FROM hcc WHERE release = ?", release
                    )
                }
            )
        )

    def ccsr(self, diagnosis: str, on: dt.date | None = None) -> Ccsr | None:
        """Return the categories of the diagnosis; None where it has none.

        Args:
            diagnosis: ICD-10-CM code without its dot.
            on: date of service; None for the newest edition.

        Raises:
            MissingCodeSet: when no edition answers for the day.
        """
        edition = self._editions.needed(CCSR, on)
        for release in edition.releases.values():
            for categories, inpatient, outpatient in self._rows(
                "SELECT categories, inpatient, outpatient FROM ccsr"
                " WHERE release = ? AND diagnosis = ?",
                release,
                diagnosis,
            ):
                described = {
                    category: description
                    for wanted in categories.split()
                    for category, description in self._rows(
                        "SELECT category, description FROM ccsr_category"
                        " WHERE release = ? AND category = ?",
                        release,
                        wanted,
                    )
                }
                return Ccsr(
                    tuple((code, described.get(code, "")) for code in categories.split()),
                    inpatient,
                    outpatient,
                    edition.label,
                )
        return None

    def gem(self, code: str, direction: GemDirection) -> tuple[GemTarget, ...]:
        """Return the targets of the code, in order; empty where the mappings do not have the code.

        A code that the mappings have without a map is answered with one target of None.

        Raises:
            MissingCodeSet: when the mappings of the direction are not installed.
        """
        edition = self._editions.needed(GEMS[direction], None)
        return tuple(
            GemTarget(target or None, bool(approximate), scenario, choice)
            for release in edition.releases.values()
            for target, approximate, scenario, choice in self._rows(
                "SELECT target, approximate, scenario, choice FROM gem"
                " WHERE release = ? AND code = ? ORDER BY scenario, choice, target",
                release,
                code,
            )
        )
