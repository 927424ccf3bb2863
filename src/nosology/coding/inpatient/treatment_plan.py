"""A plan of treatment for which the patient was admitted and that was not carried out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft, first
from nosology.coding.diagnoses.statements import Sense
from nosology.coding.rules import because
from nosology.model.reading import Reading
from nosology.model.record import Author, Span
from nosology.model.tables import patterns

_CATEGORY = "Z53"
_CONTRAINDICATED, _DECLINED, _OTHER, _UNSAID = "Z5309", "Z5329", "Z538", "Z539"
_CONFIDENCE = 0.6


@dataclass(frozen=True, slots=True)
class _Cues:
    planned: re.Pattern[str]
    called_off: re.Pattern[str]
    declined: re.Pattern[str]
    organization: re.Pattern[str]


@cache
def _cues() -> _Cues:
    return _Cues(**patterns("nosology.coding.inpatient", "treatment_plan.toml"))


def says_no_reason(words: str) -> bool:
    """Return whether the words tell that a procedure was called off, and not why."""
    return _cues().called_off.fullmatch(words.strip()) is not None


def plan_not_carried_out(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with Z53 where the procedure of the admission was called off.

    The condition for which the patient was admitted stays principal. Why it was called off chooses
    the code: another condition, the patient's decision, the hospital's own reasons, nothing said.

    Source: ICD-10-CM Official Guidelines II.F and I.C.21.c.14.
    """
    result = list(drafts)
    if first(drafts, _CATEGORY) is not None:
        return result
    own = [item for item in case.readings if item.document.author is Author.PROVIDER]
    if not any(_cues().planned.search(reading.text) for reading in own):
        return result
    for reading in own:
        found = _cues().called_off.search(reading.text)
        if found is None:
            continue
        code = _code(reading, found.start(), case)
        if case.is_billable(code):
            span = Span(found.start(), found.end(), reading.index)
            reason = (because("plan-not-carried-out"),)
            result.append(Draft(code, (span,), reason, _CONFIDENCE))
        break
    return result


def _code(reading: Reading, place: int, case: Case) -> str:
    here = next(
        (
            number
            for number, sentence in enumerate(reading.sentences)
            if sentence.start <= place < sentence.end
        ),
        0,
    )
    near = range(max(here - 1, 0), here + 2)
    said = " ".join(reading.said(reading.sentences[n]) for n in near if n < len(reading.sentences))
    if _cues().declined.search(said):
        return _DECLINED
    if _cues().organization.search(said):
        return _OTHER
    is_ill = any(
        item.reading.index == reading.index
        and item.mention.sentence in near
        and item.sense in (Sense.PRESENT, Sense.UNCERTAIN)
        and not item.concept.startswith("Z")
        for item in case.statements
    )
    return _CONTRAINDICATED if is_ill else _UNSAID
