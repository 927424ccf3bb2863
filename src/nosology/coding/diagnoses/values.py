"""Values as evidence: the results that bear on a diagnosis stand beside the words that state it.

A value never makes a diagnosis and chooses no code (ICD-10-CM OCG III.B): it is added to what
supports a code that the provider's statement led to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from nosology.coding.diagnoses.draft import Draft
from nosology.language.analytes import Direction, judge
from nosology.model.code_ranges import CodeRange
from nosology.model.encounter import Sex
from nosology.model.reading import Measurement, Reading
from nosology.model.record import Span
from nosology.model.tables import rows, table

_COLUMNS = ("code", "analyte", "direction", "defines", "source")
_ANY = "any"
_MOST = 2


@dataclass(frozen=True, slots=True)
class Relation:
    """One row of ``value_support.tsv``.

    Attributes:
        defines: whether the diagnosis is nothing but such a result.
    """

    codes: CodeRange
    analyte: str
    direction: str
    defines: bool

    def holds(self, item: Measurement, sex: str, age: int | None) -> bool:
        """Return whether the result lies on the side that bears on the diagnosis."""
        if self.direction == _ANY:
            return True
        judged = judge(item, sex, age)
        if judged is None or judged.direction is Direction.NORMAL:
            return False
        return Direction.ABNORMAL in (judged.direction, self.direction) or (
            judged.direction.value == self.direction
        )


def sex_of(facts: frozenset[str]) -> str:
    """Return ``M``, ``F``, or empty where the words for the patient do not tell."""
    if "female" in facts:
        return Sex.FEMALE.value
    return Sex.MALE.value if "male" in facts else ""


@cache
def relations() -> dict[str, tuple[Relation, ...]]:
    """Return the relations by the category of the first code of their range, read once."""
    found: dict[str, list[Relation]] = {}
    for row in rows(table("nosology.coding.diagnoses", "value_support.tsv"), _COLUMNS):
        codes = CodeRange.parse(row["code"])
        relation = Relation(codes, row["analyte"], row["direction"], row["defines"] == "yes")
        letter, first, last = codes.first[0], codes.first[1:3], codes.last[1:3]
        ends = range(int(first), int(last) + 1) if (first + last).isdigit() else (first,)
        for number in ends:
            category = f"{letter}{number:02}" if isinstance(number, int) else f"{letter}{number}"
            found.setdefault(category, []).append(relation)
    return {category: tuple(same) for category, same in found.items()}


def of_code(code: str) -> list[Relation]:
    """Return the relations of one code."""
    return [relation for relation in relations().get(code[:3], ()) if relation.codes.holds(code)]


def with_values(
    drafts: Sequence[Draft], readings: Iterable[Reading], facts: frozenset[str], age: int | None
) -> list[Draft]:
    """Return the drafts, each with the results that bear on it as further support.

    Earlier results are left out. At most two are added to one draft.

    Args:
        drafts: the codes on their way.
        readings: the documents, whoever wrote them.
        facts: words that hold for the patient, such as ``female``.
        age: of the patient, in years.
    """
    sex = sex_of(facts)
    results = [
        (item, Span(item.start, item.end, reading.index))
        for reading in readings
        for item in reading.measurements
        if not item.is_earlier
    ]
    if not results:
        return list(drafts)
    return [_with_values(draft, results, sex, age) for draft in drafts]


def _with_values(
    draft: Draft, results: list[tuple[Measurement, Span]], sex: str, age: int | None
) -> Draft:
    known = of_code(draft.code)
    if not known:
        return draft
    added = [
        span
        for item, span in results
        if any(
            relation.analyte == item.analyte and relation.holds(item, sex, age)
            for relation in known
        )
        and not any(span.overlaps(own) for own in draft.support)
    ]
    return replace(draft, support=(*draft.support, *added[:_MOST])) if added else draft
