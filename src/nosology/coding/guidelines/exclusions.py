"""Conventions: codes that may not stand together, by an Excludes1 note or by what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft
from nosology.coding.guidelines.wording import said_with
from nosology.model.code import EXTERNAL_CAUSES, Note, plain
from nosology.model.code_ranges import ranges_by_note
from nosology.model.tables import rows, table

_CATEGORY = 3
_LESS_THAN_PRIMARY = ("C77", "C78", "C79", "Z85")
"""Beside a primary neoplasm that is there, its history and a spread within its own site yield."""
_NOT_SPECIFIED = re.compile(r"\bNOS\b|\bunspecified\b", re.IGNORECASE)
_UNRELATED = re.compile(r"\b(?:unrelated|not related|independent(?:ly)? of)\b", re.IGNORECASE)
_COURSE = frozenset({"acute", "chronic", "subacute"})
_SIDES = frozenset({"right", "left"})
_WITHOUT = re.compile(
    r"\bwithout (?P<what>[\w-]+(?: (?!(?:or|and|without)\b)[\w-]+)?)", re.IGNORECASE
)
_NOT = re.compile(r"\bnot (?=intractable\b)", re.IGNORECASE)
_WITH = r"\bwith (?:[\w-]+ ){{0,3}}?{0}"
_SITES = re.compile(
    r"\b(?:upper|lower|ankle|arm|back|chest|ear|elbow|eye|face|finger|foot|forearm|hand|hip|knee|leg"
    r"|limb|neck|shoulder|thigh|thumb|toe|trunk|wrist|lumbar|cervical|thoracic|abdominal)\b",
    re.IGNORECASE,
)


def excluded_together(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts without those that an Excludes1 note bars beside another.

    Of two codes, one of which bears a note that names the other, one stays: a diagnosis before a
    symptom; a primary neoplasm before its history or a spread within its own site; the code that
    says more before one that the note names as not otherwise specified; else the code that the note
    names, since "not coded here" sends there. Of two that name each other the one stays that leaves
    less open, then the one that the record gives first. Both stay where the record says that they
    are unrelated, or where they are of different sides or sites (ICD-10-CM OCG I.A.12.a).
    """
    if len(drafts) < 2:
        return list(drafts)
    barred: dict[int, str] = {}
    kept = list(drafts)
    for one, other, note in _pairs(kept, case):
        if id(one) in barred or id(other) in barred or _are_unrelated(one, other, case):
            continue
        loser, winner = _decided(one, other, note, case)
        if loser is not None:
            barred[id(loser)] = winner.code
    if not barred:
        return kept
    excluded = {code: loser.code for loser in kept if (code := barred.get(id(loser), ""))}
    return [
        draft.because("excludes1", f"({excluded[draft.code]})") if draft.code in excluded else draft
        for draft in kept
        if id(draft) not in barred
    ]


def _pairs(drafts: Sequence[Draft], case: Case) -> Iterator[tuple[Draft, Draft, Note]]:
    """Yield each code that bears a note with the code that the note names, and the note."""
    for one in drafts:
        if one.code.startswith(EXTERNAL_CAUSES):
            continue
        for named, note in ranges_by_note(case.code(one.code).excludes1):
            for other in drafts:
                if other is not one and named.holds(other.code) and not named.holds(one.code):
                    yield one, other, note


def _decided(one: Draft, other: Draft, note: Note, case: Case) -> tuple[Draft | None, Draft]:
    """The draft that yields, or None where both stay, and the one that stays."""
    if _WITHOUT_SYMPTOMS in (one.code, other.code):
        return (one, other) if one.code == _WITHOUT_SYMPTOMS else (other, one)
    is_symptom = [case.knowledge.is_symptom(draft.code) for draft in (one, other)]
    if is_symptom[0] != is_symptom[1]:
        return (one, other) if is_symptom[0] else (other, one)
    for yields, stays in ((one, other), (other, one)):
        if yields.code.startswith(_LESS_THAN_PRIMARY) and _is_primary(stays):
            return yields, stays
    back = _note_naming(one, other, case)
    if _is_general(note):
        # The note sends away what is said without more; what says more is not barred by it.
        says_course = _COURSE & other.words & set(_title(other, case).lower().split())
        return (None, one) if says_course else (other, one)
    if back is None or _is_general(back):
        return one, other
    return _by_openness(one, other, case)


_WITHOUT_SYMPTOMS = "Z780"
"""A menopause with symptoms is not the asymptomatic state."""


def _is_primary(draft: Draft) -> bool:
    return draft.code[0] == "C" and not draft.code.startswith(("C77", "C78", "C79", "C80"))


def _is_general(note: Note) -> bool:
    return re.search(r"\bNOS\b", note.text) is not None


def _note_naming(code: Draft, bearer: Draft, case: Case) -> Note | None:
    """The Excludes1 note of the bearer that names the code."""
    notes = ranges_by_note(case.code(bearer.code).excludes1)
    return next((note for named, note in notes if named.holds(code.code)), None)


def _by_openness(one: Draft, other: Draft, case: Case) -> tuple[Draft, Draft]:
    is_open = [bool(_NOT_SPECIFIED.search(_title(draft, case))) for draft in (one, other)]
    if is_open[0] != is_open[1]:
        return (one, other) if is_open[0] else (other, one)
    return (other, one) if _place(one) <= _place(other) else (one, other)


def _place(draft: Draft) -> tuple[int, int]:
    return (draft.support[0].document, draft.support[0].start)


def _title(draft: Draft, case: Case) -> str:
    return case.code(draft.code).display


def _are_unrelated(one: Draft, other: Draft, case: Case) -> bool:
    titles = [_title(draft, case).lower() for draft in (one, other)]
    sides = [_SIDES & set(re.split(r"\W+", title)) for title in titles]
    said = [_SIDES & draft.words for draft in (one, other)]
    for told in (sides, said):
        if all(len(side) == 1 for side in told) and told[0] != told[1]:
            return True
    sites = [set(_SITES.findall(title)) for title in titles]
    if all(sites) and not sites[0] & sites[1]:
        return True
    return any(_UNRELATED.search(said_with(draft, case)) for draft in (one, other))


def general_terms(drafts: Sequence[Draft], _: Case) -> list[Draft]:
    """Return the drafts without general terms for what another code says exactly.

    The two are codes of one condition in different places of the classification, where the record
    names it twice (ICD-10-CM OCG I.B.2, I.B.18).
    """
    present = tuple(draft.code for draft in drafts)
    spoken: dict[str, str] = {}
    for draft in drafts:
        for exact in _exact_of(draft.code):
            winner = next((code for code in present if code.startswith(exact)), None)
            if winner and not draft.words & _COURSE:
                spoken[draft.code] = winner
                break
    if not spoken:
        return list(drafts)
    return [
        draft.because("more-specific-coded") if draft.code in spoken.values() else draft
        for draft in drafts
        if draft.code not in spoken
    ]


def _exact_of(code: str) -> tuple[str, ...]:
    return _general().get(code, ())


@cache
def _general() -> dict[str, tuple[str, ...]]:
    listed: dict[str, list[str]] = {}
    for row in rows(
        table("nosology.coding.guidelines", "general_terms.tsv"), ("general", "exact", "source")
    ):
        listed.setdefault(plain(row["general"]), []).append(plain(row["exact"]))
    return {general: tuple(exact) for general, exact in listed.items()}


def with_and_without(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts without those whose title denies what another's says.

    The two are of one category, and the record states the complication (ICD-10-CM OCG I.B.2).
    """
    by_category: dict[str, list[Draft]] = {}
    for draft in drafts:
        by_category.setdefault(draft.code[:_CATEGORY], []).append(draft)
    superseded: dict[str, str] = {}
    for same in by_category.values():
        if len(same) < 2:
            continue
        titles = {draft.code: _title(draft, case) for draft in same}
        for code, title in titles.items():
            affirmed = _NOT.sub("", title)
            if affirmed != title:
                other = next((other for other, said in titles.items() if said == affirmed), None)
                if other is not None:
                    superseded[code] = other
                    continue
            found = _WITHOUT.search(title)
            if found is None:
                continue
            stated = re.compile(_WITH.format(re.escape(found["what"])), re.IGNORECASE)
            for other, other_title in titles.items():
                if other != code and stated.search(other_title):
                    superseded[code] = other
    if not superseded:
        return list(drafts)
    return [
        draft.because("more-specific-coded") if draft.code in superseded.values() else draft
        for draft in drafts
        if draft.code not in superseded
    ]
