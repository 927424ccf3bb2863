"""Chapter 12: stage and depth of ulcers, which other clinicians may document too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft
from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.coding.guidelines.wording import discussed_with, said_with
from nosology.model.code import plain
from nosology.model.record import Span
from nosology.model.tables import rows, table

_ULCER = "L89"
_CHRONIC = ("L97", "L984")
_OTHER_PART_OF_FOOT, _HEEL_AND_MIDFOOT = "L975", "L974"
_MIDFOOT = re.compile(r"\b(?:mid-?foot|heel)\b", re.IGNORECASE)
_UNSTAGEABLE, _DEEP, _NO_STAGE = "0", "6", "9"
_STAGED = "1234"
_NO_SITE = "L899"
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
_STAGE = re.compile(
    r"\bstage\s*[-#]?\s*(?P<stage>[1-4]|iv|i{1,3})\b|\b(?P<unstageable>unstag(?:e)?able)\b"
    r"|\b(?P<deep>deep[ -]tissue|DTPI|DTI|SDTI)\b",
    re.IGNORECASE,
)
_DEPTHS = (
    ("4", re.compile(r"\bnecrosis of (?:the )?bone\b|\bnecrotic bone\b", re.IGNORECASE)),
    ("3", re.compile(r"\bnecrosis of (?:the )?muscle\b|\bnecrotic muscle\b", re.IGNORECASE)),
    (
        "2",
        re.compile(
            r"\bfat(?:ty)? (?:layer |tissue )?(?:is |was )?exposed\b"
            r"|\bexposed (?:subcutaneous )?fat\b"
            r"|\b(?:in)?to (?:the )?(?:subcutaneous|fat(?:ty)? layer)",
            re.IGNORECASE,
        ),
    ),
    (
        "1",
        re.compile(
            r"\blimited to (?:the )?(?:breakdown of )?(?:the )?skin\b|\bskin breakdown only\b", re.I
        ),
    ),
)
"""How deep a chronic ulcer goes, the deepest first, by the last character of its code."""
_PACKAGE, _COLUMNS = "nosology.coding.guidelines", ("ulcer", "words", "sides", "source")
_SIDES = {
    "1": r"\b(?:right|rt|R)\b[^.;\n]{0,25}?",
    "2": r"\b(?:left|lt|L)\b[^.;\n]{0,25}?",
}
"""What stands before the place of an ulcer, by the character of its side."""
_CLOSED = re.compile(r"\b(?:healed|resolved|closed)\b", re.IGNORECASE)
_HEALED = re.compile(
    r"\b(?:completely |fully |now |previously |well[- ])*(?:healed|resolved)\b", re.IGNORECASE
)
_NOT_HEALED = re.compile(
    r"\b(?:not|partially|nearly|non-?|almost|yet|slowly)[ -](?:\w+ )?healed|\bun-?healed", re.I
)


def pressure_ulcer(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with each pressure ulcer of the provider under its stage.

    The diagnosis is the provider's; the stage may be any clinician's (ICD-10-CM OCG I.B.14). A
    stage that is found after debridement replaces the unstageable one, deep tissue damage stands
    alone, and a stage that rose during a stay is coded beside that on admission (I.C.12.a). A
    healed ulcer has no code (I.C.12.a.4).
    """
    if not any(draft.code.startswith(_ULCER) for draft in drafts):
        return list(drafts)
    result: list[Draft] = []
    healed: list[str] = []
    for draft in drafts:
        if not draft.code.startswith(_ULCER):
            result.append(draft)
            continue
        if _is_healed(draft, case):
            healed.append(draft.code)
            continue
        staged = _staged(draft, drafts, case)
        result.extend(
            item for item in staged if not any(known.code == item.code for known in result)
        )
    if healed and result:
        result[0] = result[0].because("pressure-ulcer-healed", f"({', '.join(healed)})")
    return _one_of_each_site(result)


def chronic_ulcer(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with each chronic ulcer that is not a pressure ulcer under its depth.

    The depth may be any clinician's beside the provider's ulcer; a healed one has no code
    (ICD-10-CM OCG I.B.14, I.C.12.b.1).
    """
    if not any(draft.code.startswith(_CHRONIC) for draft in drafts):
        return list(drafts)
    result: list[Draft] = []
    healed: list[str] = []
    for draft in drafts:
        if not draft.code.startswith(_CHRONIC):
            result.append(draft)
        elif _is_healed(draft, case):
            healed.append(draft.code)
        else:
            result.append(_with_depth(_at_midfoot(draft, case), case))
    if healed and result:
        result[0] = result[0].because("chronic-ulcer-healed", f"({', '.join(healed)})")
    return result


def _at_midfoot(draft: Draft, case: Case) -> Draft:
    """The ulcer of a foot that the record places at heel or midfoot, which share a code."""
    code = _HEEL_AND_MIDFOOT + draft.code[len(_HEEL_AND_MIDFOOT) :]
    if not draft.code.startswith(_OTHER_PART_OF_FOOT) or not case.is_billable(code):
        return draft
    if not _MIDFOOT.search(said_with(draft, case)):
        return draft
    return replace(draft, code=code).because("specificity", "(midfoot)")


def _with_depth(draft: Draft, case: Case) -> Draft:
    if not draft.code.endswith(_NO_STAGE):
        return draft
    for item in (*case.statements, *case.beside):
        if item.sense is not Sense.PRESENT or not item.concept.startswith(_CHRONIC):
            continue
        for found in case.assignment.codes(item):
            if found.code[:-1] == draft.code[:-1] and found.code != draft.code:
                deeper = replace(draft, code=found.code, support=(*draft.support, item.span))
                return deeper.because("chronic-ulcer-depth")
    said = discussed_with(draft, case)
    depth = _depth_in(said) or _depth_at_place(draft, case)
    if depth and case.is_billable(draft.code[:-1] + depth):
        return replace(draft, code=draft.code[:-1] + depth).because("chronic-ulcer-depth")
    return draft


def _depth_in(said: str) -> str | None:
    return next((character for character, cue in _DEPTHS if cue.search(said)), None)


def _depth_at_place(draft: Draft, case: Case) -> str | None:
    """The one depth that a note on wounds tells of the place of the ulcer."""
    place = _place_of(draft.code)
    if place is None:
        return None
    told = {
        depth
        for reading in case.readings
        for sentence in reading.sentences
        if place.search(said := reading.said(sentence)) and not _CLOSED.search(said)
        if (depth := _depth_in(said)) is not None
    }
    return told.pop() if len(told) == 1 else None


def _is_healed(draft: Draft, case: Case) -> bool:
    said = said_with(draft, case)
    return _HEALED.search(said) is not None and _NOT_HEALED.search(said) is None


def _staged(draft: Draft, drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """The ulcer with its stage; two where it rose during a stay."""
    stem, stage = draft.code[:-1], draft.code[-1]
    own = _stages_in(said_with(draft, case))
    if stage == _NO_STAGE and len(own) == 1 and case.is_billable(stem + own[0]):
        return [replace(draft, code=stem + own[0]).because("pressure-ulcer-stage")]
    if stage == _NO_STAGE:
        found = [
            (character, item)
            for item in _others(draft, drafts, case)
            for character in _stages_in(item.said)
        ]
        if not found:
            return _measured(draft, case)
        codes = [(stem + character, item) for character, item in _of_the_stay(found, case)]
        return [
            replace(draft, code=code, support=(*draft.support, item.span)).because(_rule_of(place))
            for place, (code, item) in enumerate(codes)
            if case.is_billable(code)
        ] or [draft]
    if case.encounter.is_inpatient and len(own) > 1 and set(own) <= set(_STAGED):
        codes_of_stay = [stem + character for character in dict.fromkeys((own[0], max(own)))]
        return [
            replace(draft, code=code).because(_rule_of(place))
            for place, code in enumerate(codes_of_stay)
            if case.is_billable(code)
        ] or [draft]
    return [draft]


def _rule_of(place: int) -> str:
    """The rule for the stage of an ulcer: of that on admission, or the higher one it came to."""
    return "pressure-ulcer-progressed" if place else "pressure-ulcer-stage"


def _measured(draft: Draft, case: Case) -> list[Draft]:
    """The ulcer with the stage that a note on wounds tells of its place; two where it rose."""
    site = _place_of(draft.code)
    if site is None:
        return [draft]
    told: dict[str, Span] = {}
    for reading in case.readings:
        for sentence in reading.sentences:
            said = reading.said(sentence)
            if not _STAGE.search(said) or _CLOSED.search(said) or not site.search(said):
                continue
            for character in _stages_in(said):
                told.setdefault(character, Span(sentence.start, sentence.end, reading.index))
    if len(told) > 1 and not (case.encounter.is_inpatient and set(told) <= set(_STAGED)):
        return [draft]
    return [
        replace(draft, code=draft.code[:-1] + character, support=(*draft.support, span)).because(
            _rule_of(place)
        )
        for place, (character, span) in enumerate(_of_the_stay(list(told.items()), case))
        if case.is_billable(draft.code[:-1] + character)
    ] or [draft]


@cache
def _place_of(code: str) -> re.Pattern[str] | None:
    """The words for the place of an ulcer with this code, its side before them."""
    for row in rows(table(_PACKAGE, "pressure_ulcer_sites.tsv"), _COLUMNS):
        stem = plain(row["ulcer"])
        if not code.startswith(stem):
            continue
        side = _SIDES.get(code[len(stem)]) if row["sides"] == "yes" else ""
        if side is None:
            return None
        return re.compile(rf"{side}\b(?:{row['words']})\b", re.IGNORECASE)
    return None


def _others(draft: Draft, drafts: Sequence[Draft], case: Case) -> list[Statement]:
    """What any clinician says of this ulcer: of its site, or of the only ulcer there is."""
    site = draft.code[:-1]
    is_only = sum(item.code.startswith(_ULCER) for item in drafts) == 1
    return [
        item
        for item in (*case.statements, *case.beside)
        if item.concept.startswith(_ULCER)
        and item.sense is Sense.PRESENT
        and item.span not in draft.support
        and not _CLOSED.search(item.said)
        and _is_of_site(item, site, case, is_only=is_only)
    ]


def _is_of_site(item: Statement, site: str, case: Case, *, is_only: bool) -> bool:
    sites = {found.code[:-1] for found in case.assignment.codes(item)}
    return site in sites or (is_only and sites <= {_NO_SITE})


def _stages_in(said: str) -> list[str]:
    """The stages that the words name, in their order, as the characters of the codes."""
    found: list[str] = []
    for match in _STAGE.finditer(said):
        if match["unstageable"]:
            found.append(_UNSTAGEABLE)
        elif match["deep"]:
            found.append(_DEEP)
        else:
            stage = match["stage"].lower()
            found.append(_ROMAN.get(stage, stage))
    return found


def _of_the_stay[Told](found: list[tuple[str, Told]], case: Case) -> list[tuple[str, Told]]:
    """The stage of the record; for an inpatient the first and, if it rose, the highest."""
    numbered = [pair for pair in found if pair[0] in _STAGED]
    if not numbered:
        return found[:1]
    highest = max(numbered, key=lambda pair: pair[0])
    if case.encounter.is_inpatient and numbered[0][0] < highest[0]:
        return [numbered[0], highest]
    return [highest]


def _one_of_each_site(drafts: list[Draft]) -> list[Draft]:
    """Without the unstageable or unstated code of a site that has a stage."""
    staged = {
        draft.code[:-1]
        for draft in drafts
        if draft.code.startswith(_ULCER) and draft.code[-1] in (*_STAGED, _DEEP)
    }
    return [
        draft
        for draft in drafts
        if not (
            draft.code.startswith(_ULCER)
            and draft.code[-1] in {_UNSTAGEABLE, _NO_STAGE}
            and draft.code[:-1] in staged
        )
    ]
