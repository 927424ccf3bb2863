"""Chapter 18: scales that any clinician documents, and systemic inflammation without infection."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from nosology.coding.diagnoses import episode
from nosology.coding.diagnoses.draft import Case, Draft, first
from nosology.coding.guidelines.wording import said_with
from nosology.coding.rules import because
from nosology.model.reading import Reading
from nosology.model.record import Author, Span

_BRAIN_INJURY = ("S06", "S020", "S021", "S029")
_SCALE, _COMA = "R4024", "R402"
_SCORES = re.compile(
    r"\b(?:GCS|Glasgow(?: coma)?(?: scale"
    r"| score)*)\b[^\d\n]{0,30}(?:\(?\s*(?P<total>\d{1,2})\b(?!\s*/\s*\d{3}))?",
    re.IGNORECASE,
)
_PARTS = re.compile(
    r"\bE(?:yes?)?\s*(?:opening\s*)?[:=]?\s*(?P<eyes>[1-4])[\s,;/-]*V(?:erbal)?\s*[:=]?\s*(?P<verbal>[1-5])"
    r"[\s,;/-]*M(?:otor)?\s*[:=]?\s*(?P<motor>[1-6])\b",
    re.IGNORECASE,
)
_NEAR = 60
_SEDATED = re.compile(r"\bsedat|\binduced coma|\bparaly[zs]ed|\bparalytic", re.IGNORECASE)
_TIMES = (
    ("2", re.compile(r"\barriv\w*|\btriage|\bemergency department|\bED\b", re.IGNORECASE)),
    ("3", re.compile(r"\badmission|\badmitted", re.IGNORECASE)),
    ("1", re.compile(r"\bfield\b|\bscene\b|\bEMS\b|\bparamedic|\ben route", re.IGNORECASE)),
)
"""The seventh character by the time of the score, the facility's own initial score first."""
_IN_THE_FIELD = "1"
_NOT_SAID = "0"
_LOW, _MIDDLE, _HIGHEST = 8, 12, 15
_SIRS = "R651"
_SEVERE_SIRS = "R6511"
_INFECTED = ("A40", "A41", "R652", "A021", "B377", "O85", "P36")
_ORGAN_FAILURE = ("N17", "J960", "J962", "K720", "K762", "D65", "G934", "G9341", "R571", "I50")
_FAILING = re.compile(r"\borgan (?:dysfunction|failure)", re.IGNORECASE)
_DENIED = re.compile(
    r"\b(?:no|without|w/o)\b[^.,;\n]{0,25}\borgan (?:dysfunction|failure)", re.IGNORECASE
)


def coma_scale(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the coma scale behind a brain injury, whoever documents the score.

    The initial score with the time when it was taken; the total alone only where the parts are not
    told; none of a sedated patient (ICD-10-CM OCG I.B.14 and I.C.18.e).
    """
    injury = first(drafts, *_BRAIN_INJURY)
    if injury is None or injury.code[6:7] not in ("A", "B") or first(drafts, _SCALE, "R4021"):
        return list(drafts)
    scores = sorted(_scores(case), key=lambda score: score[0])
    if not scores:
        return list(drafts)
    _, codes, span = scores[0]
    found = [
        Draft(code, (span,), (because("coma-scale"),), 0.7)
        for code in codes
        if case.is_billable(code)
    ]
    others = [draft for draft in drafts if not (found and draft.code.startswith(_COMA))]
    return [*others, *found]


def noninfectious_inflammation(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with SIRS of non-infectious origin behind the condition that it comes of.

    With the organ dysfunction that the record says it is with; beside sepsis it is not coded apart
    (ICD-10-CM OCG I.C.18.g).
    """
    sirs = first(drafts, _SIRS)
    if sirs is None:
        return list(drafts)
    if first(drafts, *_INFECTED):
        return [draft for draft in drafts if draft is not sirs]
    said = said_with(sirs, case)
    is_failing = not _DENIED.search(said) and (
        bool(_FAILING.search(said))
        or any(
            draft.code.startswith(_ORGAN_FAILURE) and said_with(draft, case) == said
            for draft in drafts
        )
    )
    coded = sirs
    if is_failing and case.is_billable(_SEVERE_SIRS):
        coded = replace(sirs, code=_SEVERE_SIRS)
    coded = coded.because("noninfectious-sirs")
    causes = [
        draft
        for draft in drafts
        if draft is not sirs and not draft.code.startswith(("R", "Z", *_ORGAN_FAILURE))
    ]
    others = [draft for draft in drafts if draft is not sirs]
    place = others.index(causes[0]) + 1 if causes else 0
    return [*others[:place], coded, *others[place:]]


def _scores(case: Case) -> Iterator[tuple[int, tuple[str, ...], Span]]:
    """Each documented score: how early it counts, its codes and where it stands."""
    for reading in case.readings:
        for found in _SCORES.finditer(reading.text):
            around = reading.text[max(0, found.start() - _NEAR) : found.end() + _NEAR]
            line = around.split("\n\n")[0]
            if _SEDATED.search(line):
                continue
            rank, character = _time(reading, line)
            parts = _PARTS.search(reading.text, found.start(), found.end() + _NEAR)
            stems: tuple[str, ...]
            if parts:
                span = Span(found.start(), parts.end(), reading.index)
                stems = (
                    f"R4021{parts['eyes']}",
                    f"R4022{parts['verbal']}",
                    f"R4023{parts['motor']}",
                )
            elif found["total"] and 3 <= int(found["total"]) <= _HIGHEST:
                span = Span(found.start(), found.end(), reading.index)
                stems = (_SCALE + _band(int(found["total"])),)
            else:
                continue
            yield rank, tuple(episode.completed(stem, character) for stem in stems), span


def _time(reading: Reading, said: str) -> tuple[int, str]:
    for rank, (character, cue) in enumerate(_TIMES):
        if cue.search(said):
            return rank, character
    if reading.document.author is Author.EMERGENCY_MEDICAL_SERVICES:
        return len(_TIMES) - 1, _IN_THE_FIELD
    return len(_TIMES), _NOT_SAID


def _band(total: int) -> str:
    if total <= _LOW:
        return "3"
    return "2" if total <= _MIDDLE else "1"
