"""The naive coder that a real one must beat: the first search hit for each assessment line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nosology import __version__
from nosology.evaluation.mistakes import sections_of
from nosology.model.code import CodeBook, System
from nosology.model.coding import Coding, Diagnosis, Evidence, Rationale, Role
from nosology.model.encounter import Encounter
from nosology.model.reading import SectionKind

ASSESSMENT_KINDS = frozenset(
    {
        SectionKind.ASSESSMENT,
        SectionKind.ASSESSMENT_AND_PLAN,
        SectionKind.IMPRESSION,
        SectionKind.DIAGNOSIS,
        SectionKind.DISCHARGE_DIAGNOSIS,
    }
)
LONGEST_QUERY = 12
"""Words; a longer line is prose about a problem rather than its name."""

_MARKER = re.compile(r"[\s•*\-–#]*(\d+[.)]\s*)?")
_WHY = Rationale("search-baseline", "", "The first billable hit of a search with this line.")


@dataclass(frozen=True, slots=True)
class SearchCoder:
    """Answers with what the code book's search finds first, and reads nothing."""

    book: CodeBook

    def __call__(self, encounter: Encounter) -> Coding:
        """Return a coding with one code for each short line of an assessment."""
        on = encounter.date_of_service
        found: dict[str, Diagnosis] = {}
        for evidence in self._lines(encounter):
            hits = self.book.search(evidence.quote, on, System.ICD10CM)
            hit = next((hit for hit in hits if hit.billable), None)
            if hit is not None and hit.code not in found:
                role = Role.SECONDARY if found else Role.FIRST_LISTED
                found[hit.code] = Diagnosis(
                    hit.code, hit.display, role, hit.score, (evidence,), (_WHY,)
                )
        return Coding(encounter.id, tuple(found.values()), __version__)

    def _lines(self, encounter: Encounter) -> list[Evidence]:
        lines = []
        for index, document in enumerate(encounter.record.documents):
            for section in sections_of(document):
                if section.kind not in ASSESSMENT_KINDS:
                    continue
                start = section.body
                for line in document.text[section.body : section.end].splitlines(keepends=True):
                    marker = _MARKER.match(line)
                    first = start + (marker.end() if marker else 0)
                    quote = document.text[first : start + len(line)].rstrip()
                    if quote and len(quote.split()) <= LONGEST_QUERY:
                        lines.append(Evidence(index, first, first + len(quote), quote))
                    start += len(line)
        return lines
