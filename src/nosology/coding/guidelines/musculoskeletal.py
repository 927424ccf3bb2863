"""Chapter 13: fractures in osteoporosis and in neoplasms, and gout with tophi."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft, first, replaced
from nosology.coding.diagnoses.episode import completed
from nosology.coding.diagnoses.specificity import axes
from nosology.coding.diagnoses.statements import Sense
from nosology.coding.guidelines.relation import beside, of_draft, side_of
from nosology.coding.rules import because
from nosology.model.code import plain
from nosology.model.reading import SectionKind
from nosology.model.tables import rows, table

_OSTEOPOROSIS, _WITH_FRACTURE, _HEALED_FRACTURE = "M81", "M80", "Z87310"
_AGE_RELATED, _OTHER = "M810", "M808"
_MINOR = re.compile(
    r"\b(?:ground[- ]level|standing height|from (?:a )?standing|low[- ]energy|low[- ]impact|minor"
    r"|minimal|fragility|insufficiency|tripped|slipped|stumbled|lost (?:her|his|their) balance"
    r"|mechanical fall|same[- ]level|coughing|sneezing|bending|lifting|twist(?:ed|ing)|spontaneous"
    r"|(?:out of|from) (?:a |the |her |his )?(?:bed|chair|toilet|couch|sofa)|atraumatic"
    r"|without (?:any )?(?:trauma|injury|fall))\b",
    re.IGNORECASE,
)
_MAJOR = re.compile(
    r"\b(?:motor vehicle|MVC|MVA|car (?:accident|crash)|motorcycle|pedestrian|struck by|ejected"
    r"|high[- ]energy|ladder|roof|scaffold|from (?:a )?height|\d+ ?(?:feet|ft)|stairs|crush\w*"
    r"|gunshot|assault\w*|ski(?:ing)?|football|horse)\b",
    re.IGNORECASE,
)
_ADVICE = re.compile(
    r"\b(?:avoid\w*|no|not|limit\w*|restrict\w*|precautions?|refrain|until|prevent\w*|risk)\b", re.I
)
_TOLD = frozenset(
    {
        SectionKind.CHIEF_COMPLAINT,
        SectionKind.INDICATION,
        SectionKind.HISTORY_OF_PRESENT_ILLNESS,
        SectionKind.INTERVAL_HISTORY,
        SectionKind.HOSPITAL_COURSE,
        SectionKind.DISCHARGE_DIAGNOSIS,
        SectionKind.DIAGNOSIS,
        SectionKind.ASSESSMENT,
        SectionKind.ASSESSMENT_AND_PLAN,
        SectionKind.BODY,
    }
)
_OPEN_EPISODES = {"B": "A", "C": "A", "E": "D", "F": "D", "H": "G", "J": "G", "M": "K", "N": "K"}
_OPEN_EPISODES |= {"Q": "P", "R": "P"}
_UNKNOWN_SIDE = "9"
_FRACTURES = ("S", "M485", "M844")

_PATHOLOGICAL, _IN_NEOPLASM = "M844", "M845"
_MALIGNANT = ("C", "D0")
_SPINE = re.compile(r"\b(?:vertebra\w*|spin(?:e|al)|[CTL]\d{1,2})\b")
_NO_SITE, _SPINE_SITE = "0X", "8X"

_ARTHROSIS = {"M1990": "M1907", "M1991": "M1907", "M1992": "M1917", "M1993": "M1927"}
_FOOT = frozenset({"ankle", "foot", "toe", "hallux", "midfoot"})
_SIDE_CHARACTERS = {"right": "1", "left": "2", "bilateral": "12", None: "9"}

_TOPHI = frozenset({"tophi", "tophus", "tophaceous"})


@dataclass(frozen=True, slots=True)
class _Site:
    """A row of ``osteoporosis_sites.tsv``."""

    fracture: str
    site: str
    side_at: int


def fracture_in_osteoporosis(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with a fracture from minor trauma in known osteoporosis as M80.

    A code of M80, not of an injury, is for a fracture that a minor fall or trauma would not usually
    cause in a normal bone; both the osteoporosis and the minor cause must be documented (ICD-10-CM
    OCG I.C.13.d.2).
    """
    osteoporosis = first(drafts, _OSTEOPOROSIS)
    if osteoporosis is None:
        return list(drafts)
    fractures = [draft for draft in drafts if _site(draft.code) is not None]
    if any(draft.code.startswith("S") for draft in fractures) and not _is_minor(case):
        fractures = [draft for draft in fractures if not draft.code.startswith("S")]
    stem = "M800" if osteoporosis.code == _AGE_RELATED else _OTHER
    result = list(drafts)
    is_turned = False
    for draft in fractures:
        code = _fracture_code(draft.code, stem)
        if not case.is_billable(code):
            continue
        turned = replace(draft, code=code, support=(*draft.support, *osteoporosis.support)).because(
            "osteoporosis-with-fracture"
        )
        is_known = any(item.code == code for item in result)
        result = replaced(result, draft, *(() if is_known else (turned,)))
        is_turned = True
    return [draft for draft in result if draft is not osteoporosis] if is_turned else result


def healed_osteoporotic_fracture(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the history of an osteoporotic fracture behind osteoporosis.

    M81 is for osteoporosis without a current fracture, even after one in the past, whose history
    follows it (ICD-10-CM OCG I.C.13.d.1).
    """
    osteoporosis = first(drafts, _OSTEOPOROSIS)
    history = first(drafts, _HEALED_FRACTURE)
    if history is not None and osteoporosis is None and "osteoporosis" in history.words:
        disease = replace(
            history, code=_AGE_RELATED, rationale=(because("osteoporosis-healed-fracture"),)
        )
        return replaced(drafts, history, disease, history)
    if osteoporosis is None or history is not None or not case.is_billable(_HEALED_FRACTURE):
        return list(drafts)
    told = next(
        (
            item
            for item in case.statements
            if item.concept.startswith((_HEALED_FRACTURE, _WITH_FRACTURE))
            and (item.sense is Sense.PAST or item.concept == _HEALED_FRACTURE)
            and item.sense in (Sense.PAST, Sense.PRESENT)
        ),
        None,
    )
    if told is None:
        return list(drafts)
    added = Draft(
        _HEALED_FRACTURE,
        (told.span,),
        (because("osteoporosis-healed-fracture"),),
        osteoporosis.confidence * 0.9,
    )
    return replaced(drafts, osteoporosis, osteoporosis, added)


def fracture_in_neoplasm(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with a pathological fracture as M84.5 where the words tie it to a neoplasm.

    The Index has "Fracture, pathological, due to neoplastic disease" apart from that of unspecified
    cause, which M84.4 is for.
    """
    result = list(drafts)
    for draft in drafts:
        if not draft.code.startswith(_PATHOLOGICAL):
            continue
        fracture = of_draft(draft, case)
        if fracture is None or not any(
            other.sense is Sense.PRESENT and other.concept.startswith(_MALIGNANT)
            for other in beside(fracture, case)
        ):
            continue
        place = draft.code[4:6]
        if place == _NO_SITE and _SPINE.search(fracture.said):
            place = _SPINE_SITE
        code = _IN_NEOPLASM + place + draft.code[6:]
        if case.is_billable(code):
            related = replace(draft, code=code).because("fracture-in-neoplasm")
            result = replaced(result, draft, related)
    return result


def joint_of_foot(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with osteoarthritis of the ankle or of the foot under its site.

    The Tabular List has one site for both, apart from the codes of no stated site (ICD-10-CM OCG
    I.C.13.a); a code for each side where both are affected.
    """
    result = list(drafts)
    for draft in drafts:
        stem = _ARTHROSIS.get(draft.code)
        if stem is None or not draft.words & _FOOT or draft.words & axes().sites - _FOOT:
            continue
        item = of_draft(draft, case)
        codes = [
            code
            for side in _SIDE_CHARACTERS[side_of(item) if item else None]
            if case.is_billable(code := stem + side)
        ]
        if codes:
            placed = [replace(draft, code=code).because("joint-of-foot") for code in codes]
            result = replaced(result, draft, *placed)
    return result


def gout_with_tophi(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with chronic gout by whether the words say tophi.

    The seventh character of M1A tells it: 1 with tophus, 0 without.
    """
    result: list[Draft] = []
    for draft in drafts:
        code = f"{draft.code[:-1]}1"
        if draft.code.startswith("M1A") and draft.words & _TOPHI and code != draft.code:
            result.append(
                replace(draft, code=code).because("gout-with-tophi")
                if case.is_billable(code)
                else draft
            )
        else:
            result.append(draft)
    return result


def _is_minor(case: Case) -> bool:
    """Whether the record tells a minor cause and none that breaks a healthy bone."""
    told = [
        said
        for reading in case.readings
        for sentence in reading.sentences
        if reading.sections[sentence.section].kind in _TOLD
        and not _ADVICE.search(said := reading.said(sentence))
    ]
    return any(_MINOR.search(said) for said in told) and not any(
        _MAJOR.search(said) for said in told
    )


def _fracture_code(code: str, stem: str) -> str:
    found = _site(code)
    if found is None:
        return ""
    episode = _OPEN_EPISODES.get(code[-1], code[-1])
    site = stem + found.site
    if not found.side_at:
        return completed(site, episode)
    side = code[found.side_at - 1]
    return completed(site + (side if side in "12" else _UNKNOWN_SIDE), episode)


def _site(code: str) -> _Site | None:
    if not code.startswith(_FRACTURES):
        return None
    return next((row for row in _sites() if code.startswith(row.fracture)), None)


@cache
def _sites() -> tuple[_Site, ...]:
    return tuple(
        _Site(plain(row["fracture"]), row["site"], int(row["side_at"]))
        for row in rows(
            table("nosology.coding.guidelines", "osteoporosis_sites.tsv"),
            ("fracture", "site", "side_at", "source"),
        )
    )
