"""Chapter 7: the stage of glaucoma in each eye, and blindness without a category."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nosology.coding.diagnoses.draft import Case, Draft, replaced
from nosology.coding.guidelines.relation import of_draft, side_of
from nosology.coding.guidelines.wording import said_with

_STAGES = {
    **{"mild": "1", "early": "1", "moderate": "2", "severe": "3", "advanced": "3"},
    **{"indeterminate": "4"},
}
_STAGE = "|".join(_STAGES)
_EYE = r"(?:right|left|OD|OS)"
_STAGED = (
    re.compile(
        rf"\b(?P<eye>{_EYE})\b(?:\s+eye)?[^,;.\n]{{0,25}}?\b(?P<stage>{_STAGE})\b", re.IGNORECASE
    ),
    re.compile(
        rf"\b(?P<stage>{_STAGE})\b(?:[ -]+stage)?(?:\s+glaucoma)?\s+(?:in|of|on|for)?\s*(?:the\s+)?"
        rf"(?P<eye>{_EYE})\b",
        re.IGNORECASE,
    ),
)
_SIDES = {"right": "1", "od": "1", "left": "2", "os": "2"}
_GLAUCOMA = re.compile(r"(?P<stem>H40\d{2})(?P<side>[1239X])(?P<stage>[0-4])")
_BOTH, _NO_LATERALITY = "3", "X"

_CATEGORIZED_BLINDNESS = ("H540", "H541", "H542", "H544", "H545")
_CATEGORY = re.compile(r"\bcategory\s*[1-5]\b|\b20/\d{2,4}\b|\b(?:NLP|light perception)\b", re.I)
_UNQUALIFIED = {"bilateral": "H543", "right": "H5461", "left": "H5462", None: "H547"}


def glaucoma_of_each_eye(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with glaucoma by the stage that the record gives for each eye.

    One code where both eyes have the same stage, one for each eye where the stages differ; two with
    the two stages where the category has no side (ICD-10-CM OCG I.C.7.a.2 and I.C.7.a.3).
    """
    result = list(drafts)
    for draft in drafts:
        found = _GLAUCOMA.fullmatch(draft.code)
        if found is None:
            continue
        stages = _stages(said_with(draft, case))
        if set(stages) != {"1", "2"}:
            continue
        has_sides = found["side"] != _NO_LATERALITY
        if stages["1"] == stages["2"]:
            codes = [found["stem"] + (_BOTH if has_sides else _NO_LATERALITY) + stages["1"]]
        else:
            codes = [
                found["stem"] + (eye if has_sides else _NO_LATERALITY) + stages[eye]
                for eye in ("1", "2")
            ]
        if draft.code not in codes and all(case.is_billable(code) for code in codes):
            staged = [replace(draft, code=code).because("glaucoma-each-eye") for code in codes]
            result = replaced(result, draft, *staged)
        elif len(codes) > 1:
            others = [
                replace(draft, code=code).because("glaucoma-each-eye")
                for code in codes
                if all(item.code != code for item in result)
            ]
            result = replaced(result, draft, draft, *others)
    return result


def blindness(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with blindness as unqualified where the record states no category.

    Both eyes H54.3, one eye H54.6-, not said which H54.7 (ICD-10-CM OCG I.C.7.b).
    """
    result: list[Draft] = []
    for draft in drafts:
        if draft.code.startswith(_CATEGORIZED_BLINDNESS) and not _CATEGORY.search(
            said_with(draft, case)
        ):
            item = of_draft(draft, case)
            code = _UNQUALIFIED[side_of(item) if item else None]
            if case.is_billable(code):
                result.append(replace(draft, code=code).because("blindness-unqualified"))
                continue
        result.append(draft)
    return result


def _stages(said: str) -> dict[str, str]:
    """The stage of each eye, by the character of its side; empty where one eye has two."""
    stages: dict[str, str] = {}
    for pattern in _STAGED:
        for found in pattern.finditer(said):
            eye, stage = _SIDES[found["eye"].lower()], _STAGES[found["stage"].lower()]
            if stages.setdefault(eye, stage) != stage:
                return {}
        if len(stages) == 2:
            return stages
        stages = {}
    return stages
