"""Questions to the clinician where the record is silent on what a code needs.

A query shows the words of the record, offers every clinically supported answer with a way out, and
names no effect on payment (AHIMA/ACDIS, Guidelines for Achieving a Compliant Query Practice, 2022).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from nosology.model.code import CodeBook
from nosology.model.coding import Diagnosis, Query

_CATEGORY = 3
_OPTIONS = ("Right", "Left", "Bilateral", "Unable to determine")


def laterality_queries(
    diagnoses: Iterable[Diagnosis], book: CodeBook, on: dt.date | None
) -> tuple[Query, ...]:
    """Return a question for each diagnosis whose side the record leaves open though codes have one.

    Source: ICD-10-CM Official Guidelines I.B.13.
    """
    queries: list[Query] = []
    for diagnosis in diagnoses:
        printed = diagnosis.code[:6].rstrip("X")
        if len(printed) <= _CATEGORY or "unspecified" not in diagnosis.display.lower():
            continue
        titles = {title.display.lower() for title in book.subtree(printed[:-1], on)}
        if _with_side(_printed_title(diagnosis, book, on)) & titles:
            queries.append(
                Query(
                    topic="laterality",
                    question=f"Which side? Documented: {diagnosis.evidence[0].quote!r}.",
                    options=_OPTIONS,
                    evidence=diagnosis.evidence,
                )
            )
    return tuple(queries)


def _printed_title(diagnosis: Diagnosis, book: CodeBook, on: dt.date | None) -> str:
    """The title without what a seventh character adds."""
    listed = book.subtree(diagnosis.code[:6].rstrip("X"), on)
    return (listed[0].display if listed else diagnosis.display).lower()


def _with_side(title: str) -> frozenset[str]:
    """The titles that come of saying right where this one says unspecified."""
    parts = title.split("unspecified")
    return frozenset(
        "unspecified".join(parts[:place]) + "right" + "unspecified".join(parts[place:])
        for place in range(1, len(parts))
    )
