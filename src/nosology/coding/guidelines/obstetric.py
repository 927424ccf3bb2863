"""Chapter 15: what a pregnancy, childbirth or the puerperium makes of the patient's conditions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft, first
from nosology.coding.diagnoses.specificity import Support, content_words
from nosology.coding.diagnoses.statements import Sense
from nosology.coding.guidelines.obstetric_phase import (
    Phase,
    Time,
    in_phase,
    leaf_of,
    phase_of,
)
from nosology.coding.guidelines.patients import is_newborn
from nosology.coding.guidelines.wording import said_with
from nosology.coding.rules import because
from nosology.model.code import plain
from nosology.model.encounter import Sex
from nosology.model.tables import rows, table

_INCIDENTAL_STATE = "Z331"
_NORMAL = "Z34"
_WEEKS = "Z3A"
_SCAR, _CARRIER = "Z98891", "Z22330"
_EARLIER = re.compile(r"\b(?:previous|prior|history|h/o|hx|repeat|TOLAC|VBAC|s/p)\b", re.IGNORECASE)
_SCARS = (
    (re.compile(r"\blow(?:er)?[- ]?(?:segment )?transverse\b|\bLTCS\b", re.IGNORECASE), "O34211"),
    (re.compile(r"\bclassical\b|\bvertical\b", re.IGNORECASE), "O34212"),
)
_PREGNANT = ("O", _INCIDENTAL_STATE, _NORMAL, _WEEKS, "Z37", "Z38")
_NAMES_OF_PREGNANCY = (_INCIDENTAL_STATE, _NORMAL, _WEEKS, "O")
_INCIDENTAL = re.compile(
    r"\bincidental(?:ly)?\b[^.\n]{0,20}\bpregnan|\bpregnan\w*\b[^.\n]{0,20}\bincidental"
    r"|\bunrelated to (?:the |her )?pregnancy|\bnot (?:affect|complicat)\w+ (?:the |her )?pregnancy"
    r"|\bpregnancy (?:is |was )?(?:not affected|unaffected)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Turn:
    """One row of the table: what a condition becomes in whom, and when."""

    condition: str
    family: str
    puerperium: str
    keeps: bool
    from_week: int | None
    before_week: int | None

    def fits(self, code: str, phase: Phase) -> bool:
        """Return whether the row is about the code at this time."""
        if not code.startswith(self.condition):
            return False
        if self.from_week is None and self.before_week is None:
            return True
        weeks = phase.weeks
        return weeks is not None and (self.from_week or 0) <= weeks < (self.before_week or 99)


def pregnancy(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts as a pregnancy turns them.

    Codes of chapter 15 stand first (ICD-10-CM OCG I.C.15.a.1); a condition of the pregnant patient
    is taken as complicating the pregnancy unless the provider calls the pregnancy incidental, when
    Z33.1 stands instead of every code of chapter 15. Codes of chapter 16 are the child's
    (I.C.16.a.1).
    """
    if not drafts or not _is_maternal(drafts, case):
        return list(drafts)
    if first(drafts, _INCIDENTAL_STATE) and any(
        _INCIDENTAL.search(reading.text) for reading in case.readings
    ):
        return _incidental(drafts)
    phase = phase_of(drafts, case)
    turned: list[Draft] = []
    for draft in (*drafts, *_carried(drafts, case)):
        turned.extend(_turned(draft, phase, case))
    chapter = [draft for draft in turned if draft.code.startswith("O")]
    if not chapter:
        return turned
    chapter.extend(_kind_of_hypertension(chapter, phase, case))
    named = _conditions_named(chapter, turned, case)
    others = [
        draft
        for draft in (*turned, *named)
        if not draft.code.startswith(("O", "P", _INCIDENTAL_STATE, _NORMAL))
        and not (draft.code == _SCAR and first(chapter, "O342"))
    ]
    return _without_repeats([*chapter, *others])


def _is_maternal(drafts: Sequence[Draft], case: Case) -> bool:
    """Whether the record is that of a pregnant patient or one who gave birth."""
    if case.encounter.patient_sex is Sex.MALE or "male" in case.assignment.facts:
        return False
    if first(drafts, *_PREGNANT):
        return not is_newborn(case)
    if any(
        item.concept.startswith("Z39") and item.sense is Sense.PRESENT for item in case.statements
    ):
        return not is_newborn(case)
    return "trimester" in case.assignment.facts and (
        any(
            item.concept.startswith(_NAMES_OF_PREGNANCY) and item.sense is Sense.PRESENT
            for item in case.statements
        )
        and phase_of(drafts, case).weeks is not None
        and not is_newborn(case)
    )


def _carried(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Group B streptococci that she carries, for which a stay gives what protects the child.

    Source: ICD-10-CM Tabular List O99.82, with what it includes.
    """
    if not case.encounter.is_inpatient or first(drafts, _CARRIER, "O9982", "O9A"):
        return []
    told = next(
        (
            item
            for item in case.statements
            if item.concept == _CARRIER and item.sense is Sense.PRESENT
        ),
        None,
    )
    return [Draft(_CARRIER, (told.span,), (), 0.7)] if told else []


def _incidental(drafts: Sequence[Draft]) -> list[Draft]:
    return [
        draft.because("pregnancy-incidental") if draft.code == _INCIDENTAL_STATE else draft
        for draft in drafts
        if not draft.code.startswith(("O", _WEEKS, _NORMAL))
    ]


def _turned(draft: Draft, phase: Phase, case: Case) -> tuple[Draft, ...]:
    if draft.code.startswith("O"):
        code = in_phase(draft.code, phase, case)
        if code == draft.code or not case.is_billable(code):
            return (draft,)
        return (replace(draft, code=code).because("obstetric-phase", f"({phase.time.value})"),)
    if draft.code == _SCAR:
        return (_scar(draft, phase, case),)
    turn = next((row for row in _turns() if row.fits(draft.code, phase)), None)
    if turn is None or not turn.family:
        return (draft,)
    code = leaf_of(turn.family, phase, case) or ""
    if phase.time is Time.PUERPERIUM and turn.puerperium:
        code = turn.puerperium
    if not code or not case.is_billable(code):
        return (draft,)
    complicating = replace(draft, code=code).because("pregnancy-complicated")
    return (complicating, draft) if turn.keeps else (complicating,)


def _scar(draft: Draft, phase: Phase, case: Case) -> Draft:
    """The scar of an earlier cesarean as a reason for maternal care, by its kind."""
    said = said_with(draft, case)
    if phase.time is Time.PUERPERIUM or not _EARLIER.search(said):
        return draft
    code = next((code for cue, code in _SCARS if cue.search(said)), "O34219")
    if not case.is_billable(code):
        return draft
    return replace(draft, code=code).because("pregnancy-complicated")


def _conditions_named(chapter: list[Draft], all_drafts: list[Draft], case: Case) -> list[Draft]:
    """Conditions that the same words name beside the chapter's code (``anemia in pregnancy``).

    The Tabular List asks at these headings to identify the condition.
    """
    found: list[Draft] = []
    for draft in chapter:
        sources = tuple(
            row.condition for row in _turns() if row.keeps and _is_under(draft.code, row.family)
        )
        if not sources or not draft.words or first(all_drafts, *sources):
            continue
        entries = [
            entry
            for entry in case.index.within(draft.words)
            if case.index.concepts[entry].startswith(sources)
        ]
        if not entries:
            continue
        term = case.index.term(max(entries, key=lambda entry: len(case.index.bag(entry))))
        choices = case.specificity.choose(
            term.concept, term.within, content_words(term.text), Support(draft.words)
        )
        code = choices[0].title.code if choices else ""
        if code.startswith(sources) and case.is_billable(code):
            reason = because("additional-code", f"({draft.code})")
            found.append(replace(draft, code=code, rationale=(reason,), words=frozenset()))
    return found


def _kind_of_hypertension(chapter: list[Draft], phase: Phase, case: Case) -> list[Draft]:
    """The essential hypertension that the name of a superimposed pre-eclampsia states.

    The Tabular List asks for it at O11; chronic hypertension is essential by the Index.
    """
    superimposed = first(chapter, "O11")
    if (
        superimposed is None
        or first(chapter, "O10")
        or not {"hypertension", "chronic"} <= superimposed.words
    ):
        return []
    code = leaf_of("O100", phase, case)
    if code is None or not case.is_billable(code):
        return []
    reason = because("additional-code", f"({superimposed.code})")
    return [replace(superimposed, code=code, rationale=(reason,), words=frozenset())]


def _is_under(code: str, family: str) -> bool:
    return bool(family) and code.startswith(family)


@cache
def _turns() -> tuple[_Turn, ...]:
    """The rows, those for the longest conditions first."""
    columns = ("condition", "family", "puerperium", "keeps_condition", "from_week", "before_week")
    found = [
        _Turn(
            plain(row["condition"]),
            plain(row["family"]),
            plain(row["puerperium"]),
            row["keeps_condition"] == "yes",
            int(row["from_week"]) if row["from_week"] else None,
            int(row["before_week"]) if row["before_week"] else None,
        )
        for row in rows(table("nosology.coding.guidelines", "obstetric.tsv"), (*columns, "source"))
    ]
    return tuple(sorted(found, key=lambda turn: -len(turn.condition)))


def _without_repeats(drafts: list[Draft]) -> list[Draft]:
    return list({draft.code: draft for draft in reversed(drafts)}.values())[::-1]
