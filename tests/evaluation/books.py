"""A small code book and a coder for the tests of evaluation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from nosology.model.code import Code, Note, SearchHit, System, Title
from nosology.model.coding import Coding, Diagnosis, Evidence, Rationale, Role
from nosology.model.encounter import Encounter
from nosology.model.errors import UnknownCode

TITLES = {
    "I10": "Essential (primary) hypertension",
    "E119": "Type 2 diabetes mellitus without complications",
    "J189": "Pneumonia, unspecified organism",
    "R51": "Headache",
}
TERMS = {"I10": "High blood pressure"}
NOT_BILLABLE = {"R51"}
RELEASE = "2026-04"


class SmallBook:
    """Four codes, one of them not billable, valid from 2020 on."""

    def release(self, on: dt.date | None, system: System = System.ICD10CM) -> str:
        return RELEASE

    def lookup(self, code: str, on: dt.date | None = None, system: System = System.ICD10CM) -> Code:
        if code not in TITLES:
            raise UnknownCode(code, "never existed")
        terms = (Note(TERMS[code], code),) if code in TERMS else ()
        return Code(
            system, code, TITLES[code], code not in NOT_BILLABLE, RELEASE, inclusion_terms=terms
        )

    def is_billable(
        self, code: str, on: dt.date | None = None, system: System = System.ICD10CM
    ) -> bool:
        assert on is not None, "evaluation asks about a date"
        return code in TITLES and code not in NOT_BILLABLE and on >= dt.date(2020, 1, 1)

    def children(
        self, code: str, on: dt.date | None = None, system: System = System.ICD10CM
    ) -> tuple[str, ...]:
        return ()

    def ancestors(
        self, code: str, on: dt.date | None = None, system: System = System.ICD10CM
    ) -> tuple[str, ...]:
        return ()

    def subtree(self, code: str, on: dt.date | None = None) -> Sequence[Title]:
        return ()

    def titles(self, on: dt.date | None = None) -> Iterator[Title]:
        return iter(())

    def search(
        self,
        query: str,
        on: dt.date | None = None,
        system: System | None = None,
        limit: int = 10,
    ) -> list[SearchHit]:
        asked = query.lower()
        return [
            SearchHit(System.ICD10CM, code, title, code not in NOT_BILLABLE, 0.5, title)
            for code, title in TITLES.items()
            if any(word in title.lower() for word in asked.split())
        ][:limit]


def diagnosis(code: str, *evidence: Evidence) -> Diagnosis:
    return Diagnosis(
        code,
        TITLES.get(code, "?"),
        Role.SECONDARY,
        0.9,
        evidence,
        (Rationale("test", "test", "test"),),
    )


class ScriptedCoder:
    """Answers each encounter, named by its id, with the words that it is told to find there."""

    def __init__(self, answers: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        self.answers = answers
        self.dates: list[dt.date | None] = []

    def __call__(self, encounter: Encounter) -> Coding:
        self.dates.append(encounter.date_of_service)
        text = encounter.record.documents[0].text
        items = []
        for code, quote in self.answers.get(encounter.id, ()):
            start = text.index(quote)
            items.append(diagnosis(code, Evidence(0, start, start + len(quote), quote)))
        return Coding(encounter.id, tuple(items), "0", releases={"icd10cm": RELEASE})
