"""What an abnormal value or a finding of a study means, where no statement says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.coding.diagnoses.studies import is_study
from nosology.coding.queries.inquiry import Inquiry, span_of
from nosology.coding.queries.templates import Ask, templates
from nosology.language.analytes import Direction, Judgment
from nosology.model.code_ranges import CodeRange
from nosology.model.reading import Flag, Measurement, Reading, SectionKind
from nosology.model.tables import rows, table

_COLUMNS = (
    "analyte", "direction", "limit", "answers", "accounted_for_by", "weight", "source",
)  # fmt: skip
_PRESSURE, _SYSTOLIC = "blood pressure", "systolic pressure"
_RISE, _ABNORMAL = "rise", "abnormal"
_MOST_VALUES = 3
_BASES = {
    "flag": "{side} by the flag in the record",
    "range given": "{side} by the range that the laboratory gives",
    "usual range": "{side} by the usual range of {source}",
}
_CONCLUDING = frozenset(
    {SectionKind.IMPRESSION, SectionKind.DIAGNOSIS, SectionKind.POSTOPERATIVE_DIAGNOSIS}
)


@dataclass(frozen=True, slots=True)
class _Relation:
    """One row of ``values.tsv``."""

    analyte: str
    direction: str
    limit: Decimal | None
    answers: tuple[str, ...]
    accounted_for_by: tuple[CodeRange, ...]
    weight: int


@cache
def _relations() -> dict[str, tuple[_Relation, ...]]:
    found: dict[str, list[_Relation]] = {}
    for row in rows(table("nosology.coding.queries", "values.tsv"), _COLUMNS):
        relation = _Relation(
            row["analyte"],
            row["direction"],
            Decimal(row["limit"]) if row["limit"] else None,
            tuple(answer.strip() for answer in row["answers"].split("/")),
            tuple(CodeRange.parse(code) for code in row["accounted_for_by"].split()),
            int(row["weight"]),
        )
        found.setdefault(relation.analyte, []).append(relation)
    return {analyte: tuple(same) for analyte, same in found.items()}


def values(inquiry: Inquiry) -> Iterator[Ask]:
    """Yield a question for each far abnormal value that nothing in the record accounts for.

    Values of which the same condition would be the first to account are asked about once.

    A value makes no diagnosis (ICD-10-CM OCG III.B). Earlier values are asked about only as what a
    later one rose from.
    """
    by_analyte: dict[str, list[tuple[Reading, Measurement]]] = {}
    for reading, item in inquiry.measurements:
        analyte = _SYSTOLIC if item.analyte == _PRESSURE else item.analyte
        by_analyte.setdefault(analyte, []).append((reading, item))
    found = [
        (relation, asked)
        for analyte, results in by_analyte.items()
        for relation in _relations().get(analyte, ())
        if (asked := _about(relation, results, inquiry)) is not None
        and not inquiry.is_accounted_for(relation.accounted_for_by)
    ]
    found.sort(key=lambda pair: -pair[1].weight)
    kept: set[CodeRange] = set()
    for relation, asked in found:
        if relation.accounted_for_by[0] not in kept:
            kept.add(relation.accounted_for_by[0])
            yield asked


def _about(
    relation: _Relation, results: list[tuple[Reading, Measurement]], inquiry: Inquiry
) -> Ask | None:
    if relation.direction == _RISE:
        return _rise(relation, results)
    beyond = [
        (reading, item, judged)
        for reading, item in results
        if not item.is_earlier
        and _is_beyond(relation, item)
        and (judged := inquiry.judged(item)) is not None
        and _agrees(relation, judged)
    ]
    if not beyond:
        return None
    beyond.sort(key=lambda found: _distance(relation, found[1]))
    spans = tuple(dict.fromkeys(span_of(reading, item) for reading, item, _ in beyond))
    judged = beyond[0][2]
    side = "abnormal" if judged.direction is Direction.ABNORMAL else judged.direction.value
    basis = _BASES[judged.basis].format(side=side, source=judged.source)
    template = templates()["value"]
    return Ask(
        template,
        spans[:_MOST_VALUES],
        (*relation.answers, *(option.text for option in template.options)),
        basis=basis,
        weight=relation.weight,
    )


def _is_beyond(relation: _Relation, item: Measurement) -> bool:
    if relation.direction == _ABNORMAL:
        return item.flag is Flag.POSITIVE
    if item.amount is None or relation.limit is None:
        return False
    if relation.direction == Direction.LOW:
        return item.amount <= relation.limit and item.comparator not in (">", ">=")
    return item.amount >= relation.limit and item.comparator not in ("<", "<=")


def _agrees(relation: _Relation, judged: Judgment) -> bool:
    return judged.direction is Direction.ABNORMAL or judged.direction.value == relation.direction


def _distance(relation: _Relation, item: Measurement) -> Decimal:
    amount = item.amount or Decimal(0)
    return amount if relation.direction == Direction.LOW else -amount


def _rise(relation: _Relation, results: list[tuple[Reading, Measurement]]) -> Ask | None:
    """The question about a value that rose within the record, or None."""
    known = [
        (reading, item, item.amount)
        for reading, item in results
        if item.amount is not None and item.second is None and not item.comparator
    ]
    if len(known) < 2 or relation.limit is None:
        return None
    lowest = min(known, key=lambda found: found[2])
    highest = max(known, key=lambda found: found[2])
    if not lowest[2] or highest[2] / lowest[2] < relation.limit:
        return None
    template = templates()["value"]
    return Ask(
        template,
        tuple(
            sorted(
                (span_of(*highest[:2]), span_of(*lowest[:2])),
                key=lambda span: (span.document, span.start),
            )
        ),
        (*relation.answers, *(option.text for option in template.options)),
        basis=f"{relation.limit} times the lowest value in the record, or more",
        weight=relation.weight,
    )


def study_findings(inquiry: Inquiry) -> Iterator[Ask]:
    """Yield a question for a diagnosis that only a study of an inpatient stay concludes.

    What a radiologist or pathologist finds during a stay is coded when the treating provider says
    what it means (ICD-10-CM OCG III.B).
    """
    if not inquiry.encounter.is_inpatient:
        return
    template = templates()["imaging-finding"]
    addressed = {code[:3] for code in inquiry.concepts}
    found = [
        item
        for item in inquiry.beside
        if is_study(item.reading.document)
        and _concludes(item)
        and item.concept[:3] not in addressed
    ]
    if found:
        answers = tuple(option.text for option in template.options)
        yield Ask(template, (found[0].span,), answers, weight=template.weight)


def _concludes(item: Statement) -> bool:
    return item.sense is Sense.PRESENT and item.kind in _CONCLUDING and item.concept[0] != "Z"
