"""Questions to the clinician where the record is silent on what a code needs.

A query shows the words of the record, offers every clinically supported answer with a way out, and
names no effect on payment (AHIMA/ACDIS, Guidelines for Achieving a Compliant Query Practice, 2022).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from nosology.model.code import CodeBook
from nosology.model.coding import Diagnosis, Query

_OPTIONS = ("Right", "Left", "Bilateral", "Unable to determine")


def laterality_queries(
    diagnoses: Iterable[Diagnosis], book: CodeBook, on: dt.date | None
) -> tuple[Query, ...]:
    """Return a question for each diagnosis whose side the record leaves open though codes have one.

    Source: ICD-10-CM Official Guidelines I.B.13.
    """
    queries: list[Query] = []
    for diagnosis in diagnoses:
        if "unspecified" not in diagnosis.display.lower() or _has_side(diagnosis.display):
            continue
        printed = diagnosis.code[:6].rstrip("X")
        siblings = book.subtree(printed[:-1], on)
        sided = {side for title in siblings for side in ("right", "left") if side in title.display}
        if sided == {"right", "left"} and len(printed) > 3:
            queries.append(
                Query(
                    topic="laterality",
                    question=f"Which side? Documented: {diagnosis.evidence[0].quote!r}.",
                    options=_OPTIONS,
                    evidence=diagnosis.evidence,
                )
            )
    return tuple(queries)


def _has_side(title: str) -> bool:
    words = title.lower().replace(",", " ").split()
    return bool({"right", "left", "bilateral"} & set(words))
