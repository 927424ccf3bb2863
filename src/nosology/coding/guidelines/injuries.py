"""Chapter 19: several injuries, their order, superficial ones, unconsciousness, sequelae, abuse."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft, first
from nosology.coding.diagnoses.specificity import are_opposite, axes, content_words
from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.coding.guidelines.relation import sentence_at
from nosology.coding.guidelines.wording import discussed_with, said_with
from nosology.coding.rules import because
from nosology.model.code import plain
from nosology.model.reading import SectionKind
from nosology.model.record import Span
from nosology.model.tables import rows, table

_PACKAGE = "nosology.coding.guidelines"
_INITIAL = ("A", "B", "C")
_BRAIN = "S06"
_LEFT = ("L905", "L910", "M245", "M624", "M125", "G8921", "G8911", "M21")
"""What an injury leaves: scar, keloid, contracture, traumatic arthropathy, pain, deformity."""
_BY = re.compile(
    r"\b(?:due to|from|of|after|following|secondary to|caused by|residual|sequelae?"
    r"|late effects?)\b",
    re.IGNORECASE,
)
_LATE_EFFECT = re.compile(
    r"\b(?:late effects? of|sequelae? of|residuals? (?:of|from)|due to|from|after)\s+"
    r"(?:an?\s+|the\s+|an?\s+old\s+|old\s+|prior\s+|previous\s+|remote\s+)*"
    r"(?P<injury>burn|fracture|injury)\b",
    re.IGNORECASE,
)
"""What names the injury that left it in one word, the injury itself being told elsewhere."""
_TOLD_BEFORE = frozenset(
    {
        SectionKind.PAST_MEDICAL_HISTORY,
        SectionKind.HISTORY_OF_PRESENT_ILLNESS,
        SectionKind.INTERVAL_HISTORY,
        SectionKind.CHIEF_COMPLAINT,
        SectionKind.BODY,
    }
)
_HEALED_INJURY = "Z8782"
_CONFIRMED_ABUSE, _SUSPECTED_ABUSE = "T74", "T76"
_LOSS = re.compile(
    r"\b(?:loss of consciousness|LOC|unconscious(?:ness)?)\b[^.\n]{0,30}?\b(?P<count>\d{1,3}|one"
    r"|two"
    r"|three|five|ten|several|brief(?:ly)?|seconds|a few)\b(?:[- ](?P<unit>second|minute|min"
    r"|hour|hr)s?)?",
    re.IGNORECASE,
)
_WORDS = {"one": 1, "two": 2, "three": 3, "five": 5, "ten": 10, "several": 5, "a few": 3}
_UNKNOWN_DURATION = "9"
_NOT_SAID = "A"
_AWAKE = "0"
_HOUR = 60
_DURATIONS = ((30, "1"), (59, "2"), (6 * _HOUR - 1, "3"), (24 * _HOUR, "4"))
"""The most minutes of each sixth character (Tabular List S06)."""
_ANY_LOSS = re.compile(r"\b(?:loss of consciousness|LOC|unconscious)\b", re.IGNORECASE)
_NO_LOSS = re.compile(
    r"\b(?:no|denies|denied|without|w/o|negative for)\b[^.,;\n]{0,20}"
    r"\b(?:loss of consciousness|LOC|unconscious)",
    re.IGNORECASE,
)
_ONE_RIB, _SEVERAL_RIBS = "S223", "S224"
_RIBS = re.compile(r"\bribs\b|\brib fractures\b", re.IGNORECASE)
_SEVERAL_UNSPECIFIED = ("T07", "T14")


@dataclass(frozen=True, slots=True)
class _Site:
    superficial: tuple[str, ...]
    severe: tuple[str, ...]


def superficial_injuries(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts without superficial injuries of a site that is injured more severely.

    Nor an injury without a site or kind beside one that has them (ICD-10-CM OCG I.C.19.b and b.1).
    """
    injuries = [draft for draft in drafts if draft.code.startswith("S")]
    if len(injuries) < 1 or len(drafts) < 2:
        return list(drafts)
    covered: dict[int, str] = {}
    for draft in drafts:
        other = next((item for item in injuries if _covers(item, draft, case)), None)
        if other is not None:
            covered[id(draft)] = draft.code
    if not covered:
        return list(drafts)
    dropped = ", ".join(covered.values())
    kept = [draft for draft in drafts if id(draft) not in covered]
    lead = next(draft for draft in kept if draft.code.startswith("S"))
    return [
        draft.because("superficial-injury", f"({dropped})") if draft is lead else draft
        for draft in kept
    ]


def injuries_by_severity(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the most serious injury first among the injuries.

    While they are under active treatment (ICD-10-CM OCG I.C.19.b and c.2); of equal severity the
    provider's order stays.
    """
    del case
    places = [
        place
        for place, draft in enumerate(drafts)
        if draft.code.startswith("S") and draft.code[6:7] in _INITIAL
    ]
    ordered = sorted((drafts[place] for place in places), key=lambda draft: _rank(draft.code))
    if [drafts[place] for place in places] == ordered:
        return list(drafts)
    result = list(drafts)
    for place, draft in zip(places, ordered, strict=True):
        result[place] = draft
    result[places[0]] = result[places[0]].because("most-serious-injury")
    return result


def unconsciousness(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with a brain injury by how long consciousness was lost.

    The code of the injury says it: neither coma nor syncope stands beside it for the same words.
    """
    if first(drafts, _BRAIN) is None:
        return list(drafts)
    result: list[Draft] = []
    for draft in drafts:
        if draft.code.startswith(_BRAIN) and draft.code[5:6] in (_UNKNOWN_DURATION, _NOT_SAID):
            result.append(_by_duration(draft, case))
        elif not (draft.code.startswith("R4020") or draft.code.startswith("R55")):
            result.append(draft)
    return result


def several_ribs(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with a fracture of several ribs where the record speaks of ribs.

    Source: ICD-10-CM Tabular List S22.3 and S22.4.
    """
    if first(drafts, _ONE_RIB) is None:
        return list(drafts)
    result: list[Draft] = []
    for draft in drafts:
        code = _SEVERAL_RIBS + draft.code[4:]
        if (
            draft.code.startswith(_ONE_RIB)
            and _RIBS.search(said_with(draft, case))
            and case.is_billable(code)
        ):
            result.append(replace(draft, code=code).because("specificity", "(several ribs)"))
        else:
            result.append(draft)
    return result


def fractures_together(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the fractures of two bones that one phrase names at one episode.

    What ``open right tibia and fibula fractures, Gustilo IIIA`` says of the wound is said of both
    bones (ICD-10-CM OCG I.C.19.c).
    """
    opened = [draft for draft in drafts if draft.code.startswith("S") and draft.code[6:7] in "BC"]
    if not opened:
        return list(drafts)
    result: list[Draft] = []
    for draft in drafts:
        other = next(
            (
                item
                for item in opened
                if draft.code[:3] == item.code[:3]
                and draft.code[6:7] == "A"
                and _share_words(item, draft)
            ),
            None,
        )
        code = draft.code[:6] + other.code[6] if other else ""
        if other is None or not case.is_billable(code):
            result.append(draft)
        else:
            result.append(replace(draft, code=code).because("episode-initial", f"({code[6]})"))
    return result


def _share_words(one: Draft, other: Draft) -> bool:
    return any(
        mine.document == theirs.document and mine.start < theirs.end and theirs.start < mine.end
        for mine in one.support
        for theirs in other.support
    )


def injury_sequelae(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the injury behind what it left, as a sequela.

    Source: ICD-10-CM Official Guidelines I.B.10 and I.C.19.a: the condition first, then the injury
    with the character S.
    """
    remaining = first(drafts, *_LEFT)
    if remaining is None:
        return list(drafts)
    result: list[Draft] = []
    taken: set[str] = set()
    for draft in drafts:
        result.append(draft)
        if not draft.code.startswith(_LEFT):
            continue
        for code, injury in _injuries_behind(draft, case):
            if code not in taken:
                taken.add(code)
                support = (*draft.support, injury)
                result.append(
                    Draft(code, support, (because("episode-sequela", "(S)"),), draft.confidence)
                )
    if not taken:
        return result
    return [
        draft
        for draft in result
        if not draft.code.startswith(_HEALED_INJURY)
        and not any(draft.code != code and draft.code[:6] == code[:6] for code in taken)
    ]


def abuse(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with abuse before the injuries that it brought about.

    Confirmed abuse excludes suspected abuse (ICD-10-CM OCG I.C.19.f).
    """
    del case
    stated = [
        draft for draft in drafts if draft.code.startswith((_CONFIRMED_ABUSE, _SUSPECTED_ABUSE))
    ]
    if not stated:
        return list(drafts)
    if any(draft.code.startswith(_CONFIRMED_ABUSE) for draft in stated):
        stated = [draft for draft in stated if draft.code.startswith(_CONFIRMED_ABUSE)]
    others = [
        draft for draft in drafts if not draft.code.startswith((_CONFIRMED_ABUSE, _SUSPECTED_ABUSE))
    ]
    place = next(
        (number for number, draft in enumerate(others) if not draft.code.startswith("O")), 0
    )
    lead = [draft.because("abuse-first") for draft in stated]
    return [*others[:place], *lead, *others[place:]]


def _covers(severe: Draft, other: Draft, case: Case) -> bool:
    """Whether the one injury makes the other superfluous."""
    if severe is other or severe.code[6:7] == "S":
        return False
    if other.code.startswith(_SEVERAL_UNSPECIFIED) and not other.code.startswith("T1491"):
        return True
    if not other.code.startswith("S"):
        return False
    is_same_side = not are_opposite(case.code(severe.code).display, case.code(other.code).display)
    if other.code[2:4] == "99" and severe.code[:2] == other.code[:2]:
        return is_same_side and severe.code[2] not in ("0", "9")
    return is_same_side and any(
        other.code.startswith(site.superficial) and severe.code.startswith(site.severe)
        for site in _sites()
    )


def _rank(code: str) -> int:
    return next((rank for prefix, rank in _severity() if code.startswith(prefix)), 5)


def _by_duration(draft: Draft, case: Case) -> Draft:
    said = discussed_with(draft, case)
    found = _LOSS.search(said)
    character = _AWAKE if _NO_LOSS.search(said) else None
    if character is None and found:
        character = _character(_minutes(found["count"].lower(), (found["unit"] or "").lower()))
    if character is None and (found or _ANY_LOSS.search(said)):
        character = _UNKNOWN_DURATION
    if character is None or character == draft.code[5]:
        return draft
    code = draft.code[:5] + character + draft.code[6:]
    if not case.is_billable(code):
        return draft
    return replace(draft, code=code).because("specificity", "(loss of consciousness)")


def _character(minutes: float | None) -> str | None:
    """The sixth character for the time; None for more than a day, whose outcome it tells too."""
    if minutes is None:
        return _UNKNOWN_DURATION
    return next((character for most, character in _DURATIONS if minutes <= most), None)


def _minutes(count: str, unit: str) -> float | None:
    if count in ("seconds", "brief", "briefly") or unit == "second":
        return 1
    number = _WORDS.get(count) or (int(count) if count.isdigit() else None)
    if number is None or not unit:
        return None
    return number * _HOUR if unit in ("hour", "hr") else number


def _injuries_behind(draft: Draft, case: Case) -> list[tuple[str, Span]]:
    found: list[tuple[str, Span]] = []
    said = said_with(draft, case)
    if not _BY.search(said):
        return found
    span = draft.support[0]
    reading = case.readings[span.document]
    sentence = sentence_at(span, case)
    if sentence is None:
        return found
    late = _LATE_EFFECT.search(reading.text, span.start, sentence.end)
    for item in case.statements:
        if (
            item.reading is not reading
            or not item.concept.startswith(("S", "T2"))
            or item.sense not in (Sense.PRESENT, Sense.PAST)
        ):
            continue
        is_here = sentence.start <= item.mention.start < sentence.end
        if is_here and not _BY.search(reading.text, span.end, item.mention.end):
            continue
        if not is_here and not (late and _is_the_injury(item, late["injury"].lower(), draft)):
            continue
        for assigned in case.assignment.codes(item):
            code = assigned.code[:6] + "S"
            if len(assigned.code) == 7 and case.is_billable(code):
                found.append((code, item.span))
    degrees = {code[:3] + code[4:] for code, _ in found if not _is_of_open_degree(code)}
    return [
        (code, place)
        for code, place in found
        if not (_is_of_open_degree(code) and code[:3] + code[4:] in degrees)
    ]


def _is_of_open_degree(code: str) -> bool:
    return code.startswith(("T20", "T21", "T22", "T23", "T24", "T25")) and code[3] in "04"


def _is_the_injury(item: Statement, injury: str, draft: Draft) -> bool:
    """Whether a history tells of the injury at the site of what it left."""
    is_burn = item.concept.startswith("T2")
    if is_burn is not (injury == "burn") or item.kind not in _TOLD_BEFORE:
        return False
    own = content_words(item.mention.term)
    return bool(own & draft.words & axes().sites)


@cache
def _sites() -> tuple[_Site, ...]:
    return tuple(
        _Site(
            tuple(plain(code) for code in row["superficial"].split()),
            tuple(plain(code) for code in row["severe"].split()),
        )
        for row in rows(
            table(_PACKAGE, "injury_sites.tsv"), ("site", "superficial", "severe", "source")
        )
    )


@cache
def _severity() -> tuple[tuple[str, int], ...]:
    found = [
        (plain(row["prefix"]), int(row["rank"]))
        for row in rows(table(_PACKAGE, "injury_severity.tsv"), ("prefix", "rank", "kind"))
    ]
    return tuple(sorted(found, key=lambda pair: -len(pair[0])))
