"""What belongs to a problem without being named as one: effects told of it, and its presumed cause.

A discussion of diabetes tells of hypoglycemia; a history tells of the hypertension that goes with
the heart failure assessed. Both change the code of the problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from nosology.coding.diagnoses.knowledge import Knowledge
from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.model.reading import SectionKind

_DIABETES = ("E08", "E09", "E10", "E11", "E13")
_SUGAR = ("E162", "R739")
_GLYCEMIA = "glycemi"
"""In the term: a sugar called high is no diagnosis of hyperglycemia."""
_COUNSELS = re.compile(
    r"\b(?:risks?|signs?|symptoms? of|avoid\w*|prevent\w*|protocol|educat\w+|counsel\w+|reviewed"
    r"|discussed|explained|watch|aware\w*|in case of"
    r"|treat(?:ment)? (?:of|for)|cause|can|may|could)\b",
    re.IGNORECASE,
)
_HYPERTENSION, _ANY_HYPERTENSION = "I10", ("I10", "I11", "I12", "I13", "I15", "I16")
_PRESUMED_OF = ("I50", "N18")
_HISTORIES = frozenset(
    {
        SectionKind.PAST_MEDICAL_HISTORY,
        SectionKind.PROBLEM_LIST,
        SectionKind.HISTORY_OF_PRESENT_ILLNESS,
        SectionKind.CHIEF_COMPLAINT,
        SectionKind.INTERVAL_HISTORY,
    }
)


def sugar_of_diabetes(
    stated: Sequence[Statement], named: Mapping[tuple[int, int], str]
) -> Iterator[Statement]:
    """Yield the hyper- and hypoglycemia that the discussion of a diabetes states as present.

    Args:
        stated: the statements of the record.
        named: the problems that are reported, by place, with their concepts.
    """
    for item in stated:
        if (
            item.is_assessed
            and not item.is_named
            and named.get(item.place, "").startswith(_DIABETES)
            and is_sugar(item)
        ):
            yield item


def is_diabetes(item: Statement) -> bool:
    """Return whether it states a diabetes."""
    return item.concept.startswith(_DIABETES)


def is_sugar(item: Statement) -> bool:
    """Return whether it states hyper- or hypoglycemia as present, rather than counsel about it."""
    return (
        item.concept in _SUGAR
        and item.sense is Sense.PRESENT
        and _GLYCEMIA in item.mention.term
        and not _COUNSELS.search(item.said)
    )


def presumed_hypertension(
    stated: Sequence[Statement], concepts: Sequence[str], known: Knowledge
) -> Statement | None:
    """Return the hypertension that a history tells beside heart failure or kidney disease assessed.

    The Guidelines presume that the two are related (ICD-10-CM OCG I.C.9.a), so that the code of
    what is assessed asks for it.

    Args:
        stated: the statements of the record.
        concepts: what is reported so far.
        known: which conditions last for life.
    """
    if not any(concept.startswith(_PRESUMED_OF) for concept in concepts) or any(
        concept.startswith(_ANY_HYPERTENSION) for concept in concepts
    ):
        return None
    return next(
        (
            item
            for item in stated
            if item.concept == _HYPERTENSION
            and item.kind in _HISTORIES
            and (
                item.sense is Sense.PRESENT
                or (item.sense is Sense.PAST and known.is_lifelong(item.concept))
            )
        ),
        None,
    )
