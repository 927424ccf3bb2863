"""Chapter 14: kidney disease by its stage, transplants, and retention in prostatic hyperplasia."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft, first, moved_before, replaced
from nosology.coding.diagnoses.specificity import content_words
from nosology.coding.diagnoses.statements import Sense
from nosology.coding.rules import because
from nosology.model.code import plain
from nosology.model.tables import rows, table

_DISEASE, _END_STAGE = "N18", "N186"
_TRANSPLANT, _COMPLICATED = "Z940", "T861"
_HYPERPLASIA, _RETENTION, _OTHER_RETENTION = ("N401", "N403"), "R339", "R338"


def kidney_disease_stage(drafts: Sequence[Draft], _case: Case) -> list[Draft]:
    """Return the drafts with end-stage kidney disease alone where a stage is coded beside it.

    Source: ICD-10-CM Official Guidelines I.C.14.a.1: if both are documented, N18.6 only.
    """
    stages = [draft for draft in drafts if draft.code.startswith(_DISEASE)]
    end_stage = first(stages, _END_STAGE)
    if end_stage is None or len(stages) < 2:
        return list(drafts)
    others = {draft.code for draft in stages if draft is not end_stage}
    kept = [draft for draft in drafts if draft.code not in others]
    return replaced(kept, end_stage, end_stage.because("kidney-disease-end-stage"))


def kidney_transplant(drafts: Sequence[Draft], _case: Case) -> list[Draft]:
    """Return the drafts with a kidney transplant as a status unless it is complicated.

    Chronic kidney disease alone is no complication of the transplant: the stage is coded with the
    status; beside a documented complication the status has no code (ICD-10-CM OCG I.C.14.a.2,
    I.C.21.c.3).
    """
    status = first(drafts, _TRANSPLANT)
    if status is None:
        return list(drafts)
    complication = first(drafts, _COMPLICATED)
    if complication is not None:
        kept = [draft for draft in drafts if draft is not status]
        return replaced(kept, complication, complication.because("kidney-transplant-complication"))
    kidney = first(drafts, _DISEASE)
    if kidney is None:
        return list(drafts)
    explained = status.because("kidney-transplant-status")
    return moved_before(replaced(drafts, status, explained), kidney, explained)


def retention_in_hyperplasia(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with urinary retention as R33.8 beside prostatic hyperplasia.

    N40.1 and N40.3 ask for R33.8, which in turn asks to code the enlarged prostate first.
    """
    prostate = first(drafts, *_HYPERPLASIA)
    if prostate is None or first(drafts, _OTHER_RETENTION):
        return list(drafts)
    retention = next((draft for draft in drafts if draft.code == _RETENTION), None)
    if not case.is_billable(_OTHER_RETENTION):
        return list(drafts)
    if retention is not None:
        other = replace(retention, code=_OTHER_RETENTION).because("retention-in-hyperplasia")
        return moved_before(replaced(drafts, retention, other), prostate, other)
    return list(drafts)


def symptoms_of_hyperplasia(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with every urinary symptom that the hyperplasia is said to be with.

    N40.1 and N40.3 ask for each as an additional code.
    """
    prostate = first(drafts, *_HYPERPLASIA)
    if prostate is None:
        return list(drafts)
    present = {draft.code for draft in drafts}
    named = dict.fromkeys(
        code
        for words, code in _symptoms()
        if words <= prostate.words and code not in present and case.is_billable(code)
    )
    for item in case.discussed.get(prostate.place, ()) if prostate.place[1] >= 0 else ():
        if item.sense is Sense.PRESENT and item.concept in _symptom_codes() - present:
            named.setdefault(item.concept)
    reason = because("prostate-with-urinary-symptoms")
    found = [replace(prostate, code=code, rationale=(reason,), words=frozenset()) for code in named]
    return replaced(drafts, prostate, prostate, *found)


@cache
def _symptom_codes() -> frozenset[str]:
    return frozenset(code for _, code in _symptoms())


@cache
def _symptoms() -> tuple[tuple[frozenset[str], str], ...]:
    return tuple(
        (content_words(row["words"]), plain(row["code"]))
        for row in rows(
            table("nosology.coding.guidelines", "urinary_symptoms.tsv"),
            ("words", "code", "source"),
        )
    )
