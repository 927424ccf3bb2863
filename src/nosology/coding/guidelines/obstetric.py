"""Chapter 15: pregnancy, its weeks and trimester, and the conditions that complicate it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft
from nosology.coding.diagnoses.patient import gestation
from nosology.coding.rules import because
from nosology.coding.tables import rows, table
from nosology.model.code import plain

_INCIDENTAL = "Z331"
_NORMAL = "Z34"
_NO_TRIMESTER = "0"


def pregnancy(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts as a pregnancy turns them.

    Codes of chapter 15 stand first and Z3A tells the weeks (ICD-10-CM OCG I.C.15.a and
    I.C.21.c.11); a condition of the pregnant patient is taken as complicating the pregnancy unless
    the provider calls the pregnancy incidental, and Z33.1 does not stand beside a code of chapter
    15 (I.C.15.a.1).
    """
    is_stated = any(draft.code.startswith("O") for draft in drafts)
    is_named = any(draft.code == _INCIDENTAL for draft in drafts)
    if not is_stated and any(draft.code.startswith(_NORMAL) for draft in drafts):
        return [draft for draft in drafts if draft.code != _INCIDENTAL]
    if not is_stated and not is_named:
        return list(drafts)
    weeks = gestation(case.readings)
    trimester = weeks.trimester if weeks else _NO_TRIMESTER
    turned: list[Draft] = []
    for draft in drafts:
        turned.extend(_turned(draft, trimester, case))
    chapter = [draft for draft in turned if draft.code.startswith("O")]
    if not chapter:
        return list(drafts)
    others = [draft for draft in turned if not draft.code.startswith(("O", _INCIDENTAL, _NORMAL))]
    result = [*chapter, *others]
    if weeks and not any(draft.code.startswith("Z3A") for draft in result):
        code = _weeks_code(weeks.weeks)
        if case.is_billable(code):
            result.append(Draft(code, (weeks.span,), (because("weeks-of-gestation"),), 0.85))
    return _without_repeats(result)


def _turned(draft: Draft, trimester: str, case: Case) -> tuple[Draft, ...]:
    for prefix, stem, keeps in _conditions():
        if draft.code.startswith(prefix):
            code = stem + trimester
            if not case.is_billable(code):
                return (draft,)
            complicating = replace(draft, code=code).because("pregnancy-complicated")
            return (complicating, draft) if keeps else (complicating,)
    return (draft,)


@cache
def _conditions() -> tuple[tuple[str, str, bool], ...]:
    return tuple(
        (plain(row["condition"]), plain(row["stem"]), row["keeps_condition"] == "yes")
        for row in rows(
            table("nosology.coding.guidelines", "obstetric.tsv"),
            ("condition", "stem", "keeps_condition", "source"),
        )
    )


def _weeks_code(weeks: int) -> str:
    if weeks < 8:
        return "Z3A01"
    return "Z3A49" if weeks > 42 else f"Z3A{weeks:02d}"


def _without_repeats(drafts: list[Draft]) -> list[Draft]:
    seen: set[str] = set()
    kept: list[Draft] = []
    for draft in drafts:
        if draft.code not in seen:
            seen.add(draft.code)
            kept.append(draft)
    return kept
