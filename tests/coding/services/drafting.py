"""Drafts and cases for the tests of what looks at all services together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nosology.coding.services.acts import Act, Standing
from nosology.coding.services.attributes.facts import Facts
from nosology.coding.services.catalogue import Concept
from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.language.pipeline import Reader
from nosology.model.coding import Diagnosis, Evidence, Role
from nosology.model.edits import Pair
from nosology.model.encounter import encounter_from_mapping
from nosology.model.reading import Mention
from nosology.model.record import Span
from tests.evaluation.books import SmallBook

ON = dt.date(2026, 4, 14)
READER = Reader()


@dataclass(frozen=True)
class ScriptedPairs:
    """Edits as a test writes them: column 1, column 2 and the indicator; and add-ons."""

    edits: Sequence[tuple[str, str, int]] = ()
    add_ons: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    asked: list[frozenset[str]] = field(default_factory=list)

    def pair(self, one: str, other: str, on: dt.date | None) -> Pair | None:
        self.asked.append(frozenset((one, other)))
        for column1, column2, indicator in self.edits:
            if {column1, column2} == {one, other}:
                return Pair(column1, column2, indicator, "scripted")
        return None

    def primaries(self, add_on: str, on: dt.date | None) -> tuple[str, ...] | None:
        return self.add_ons.get(add_on)

    def release(self, on: dt.date | None) -> str | None:
        return "scripted"


def case(
    text: str,
    pairs: ScriptedPairs | None = None,
    diagnoses: Sequence[tuple[str, str, str]] = (),
    **facts: Any,
) -> ServiceCase:
    """Return the case of a note; a diagnosis is its code, its title and the words that say it."""
    encounter = encounter_from_mapping(
        {"id": "note", "text": text, "date_of_service": str(ON), **facts}
    )
    readings = tuple(
        READER.read(document, number) for number, document in enumerate(encounter.record.documents)
    )
    found = []
    for code, display, words in diagnoses:
        start = text.index(words)
        evidence = Evidence(0, start, start + len(words), words)
        found.append(Diagnosis(code, display, Role.SECONDARY, 0.9, (evidence,), ()))
    return ServiceCase(
        encounter,
        readings,
        Facts(encounter, readings, (), ON),
        tuple(found),
        SmallBook(),
        ON,
        pairs,
    )


def draft(
    given: ServiceCase, code: str, words: str, area: str = "procedures", **fields: Any
) -> ServiceDraft:
    """Return a draft whose act is named by those words of the note."""
    reading = given.readings[0]
    start = reading.text.index(words)
    sentence = next(
        number for number, item in enumerate(reading.sentences) if item.start <= start < item.end
    )
    mention = Mention(start, start + len(words), (), sentence, words, words)
    act = Act(Concept(words, "procedure", area, (words,)), reading, mention, Standing.DONE)
    told = {"act": act, "concept": words, **fields}
    return ServiceDraft(code, area, (Span(start, start + len(words), 0),), (), **told)


def shown(drafts: Sequence[ServiceDraft]) -> list[str]:
    """Return the lines as ``20610-RT``."""
    return ["-".join([item.code, *item.modifiers]) for item in drafts]


def reasons(drafts: Sequence[ServiceDraft], code: str) -> set[str]:
    """Return the rules that the lines of the number cite."""
    return {reason.rule for item in drafts if item.code == code for reason in item.rationale}
