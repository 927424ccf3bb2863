"""What a case tells of data that is not installed everywhere: limits, fees, coverage, drugs.

data = { units = ["J3301 10 3"], coverage = ["76700 R10.9 covered A1"], lacks = ["mpfs"] }
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from decimal import Decimal
from itertools import combinations
from typing import Any

from nosology.model.code import plain
from nosology.model.edits import Pair
from nosology.model.errors import InputError
from nosology.model.facts import (
    CoverageFacts,
    DrugUnit,
    FactBook,
    FeeFacts,
    PairSetting,
    ServiceFacts,
    UnitLimit,
    UnitService,
)

FIELDS = ("units", "coverage", "drugs", "fees", "pairs", "lacks")
_EDITION = "case"
_SETS = {
    "units": ("mue-practitioner", "mue-outpatient", "mue-dme"),
    "coverage": ("coverage",),
    "drugs": ("asp-ndc",),
    "fees": ("mpfs",),
    "pairs": ("ncci-ptp-practitioner", "ncci-ptp-hospital"),
}
_NO_FEE = FeeFacts("A", "0", "XXX", "0", "0", "0", "0", "0", "", "09", False, False, _EDITION)
_FEE_NAMES = frozenset(item.name for item in fields(FeeFacts))


class CaseFacts:
    """Answers from a case's own data first; implements ``nosology.model.facts.FactBook``.

    ``units``: code, units, adjudication indicator. ``coverage``: service, diagnosis, ``covered``
    or ``not-covered``, policy. ``drugs``: NDC, code, dosage with an underscore for its space, units
    of an item. ``fees``: code and ``name=value`` pairs. ``pairs``: column 1, column 2, indicator.
    ``lacks``: data sets that are not to answer.
    """

    def __init__(self, book: FactBook, data: Mapping[str, Any]) -> None:
        """Read the case's data.

        Raises:
            InputError: for a field or a row that is not in this form.
        """
        for name in data:
            if name not in FIELDS:
                raise InputError("data", f"unknown field {name!r}; there are {', '.join(FIELDS)}")
        self._book = book
        self._lacks = frozenset(data.get("lacks", ()))
        self._told = {name for key, names in _SETS.items() if key in data for name in names}
        try:
            self._units = {
                code: UnitLimit(int(units), int(indicator), "")
                for code, units, indicator in map(str.split, data.get("units", ()))
            }
            self._coverage = {
                (code, plain(diagnosis)): CoverageFacts(decision == "covered", (policy,))
                for code, diagnosis, decision, policy in map(str.split, data.get("coverage", ()))
            }
            self._drugs = {
                ndc: DrugUnit(code, dosage.replace("_", " "), Decimal(units))
                for ndc, code, dosage, units in map(str.split, data.get("drugs", ()))
            }
            self._pairs = {
                (one, other): Pair(one, other, int(indicator), _EDITION)
                for one, other, indicator in map(str.split, data.get("pairs", ()))
            }
            self._fees = {
                words[0]: _fee(words[1:]) for words in map(str.split, data.get("fees", ()))
            }
        except (ValueError, ArithmeticError) as error:
            raise InputError(
                "data", f"has a row that is not in the form of its field: {error}"
            ) from None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._book, name)

    def has(self, data_set: str, on: dt.date) -> bool:
        """Return whether the case or the book has the data set."""
        if data_set in self._lacks:
            return False
        return data_set in self._told or self._book.has(data_set, on)

    def label(self, data_set: str, on: dt.date) -> str:
        """Return the edition that answers."""
        return _EDITION if data_set in self._told else self._book.label(data_set, on)

    def service(self, code: str, on: dt.date) -> ServiceFacts:
        """Return the facts of a service, with the case's fee where it tells one."""
        found = self._book.service(code, on)
        return replace(found, fee=self._fees[code]) if code in self._fees else found

    def pair(self, one: str, other: str, on: dt.date, setting: PairSetting) -> Pair | None:
        """Return the pair edit on two codes."""
        told = self._pairs.get((one, other)) or self._pairs.get((other, one))
        return told or self._book.pair(one, other, on, setting)

    def pairs_among(
        self, codes: Sequence[str], on: dt.date, setting: PairSetting
    ) -> Sequence[Pair]:
        """Return the pair edits between any two of the codes."""
        asked = (self.pair(one, other, on, setting) for one, other in combinations(codes, 2))
        return [pair for pair in asked if pair is not None]

    def unit_limit(self, code: str, on: dt.date, service: UnitService) -> UnitLimit | None:
        """Return the most units of the code."""
        return self._units.get(code) or self._book.unit_limit(code, on, service)

    def coverage(self, code: str, diagnosis: str, on: dt.date) -> CoverageFacts:
        """Return what policies say; none speaks where the case tells of no such service."""
        if "coverage" not in self._told:
            return self._book.coverage(code, diagnosis, on)
        told = self._coverage.get((code, diagnosis))
        if told is not None:
            return told
        speaks = tuple(
            facts.policies[0] for (one, _), facts in self._coverage.items() if one == code
        )
        return CoverageFacts(False, speaks) if speaks else CoverageFacts(None, ())

    def drug(self, ndc: str, on: dt.date) -> Sequence[DrugUnit]:
        """Return the codes that bill a package."""
        if "asp-ndc" not in self._told:
            return self._book.drug(ndc, on)
        told = self._drugs.get(ndc)
        return (told,) if told else ()


def _fee(words: Sequence[str]) -> FeeFacts:
    told: dict[str, Any] = {}
    for word in words:
        name, _, value = word.partition("=")
        if name not in _FEE_NAMES:
            raise ValueError(f"{name!r} is no indicator of the fee schedule")
        told[name] = value == "yes" if name.endswith("_na") else value
    return replace(_NO_FEE, **told)
