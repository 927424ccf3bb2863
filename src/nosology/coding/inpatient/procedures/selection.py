"""Which of the codes are reported: once each, without what belongs to a larger procedure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from nosology.coding.inpatient.procedures.catalog import body_parts
from nosology.coding.inpatient.procedures.completing import Built, Tables
from nosology.coding.inpatient.procedures.inspections import (
    before_conversion,
    not_completed,
    without_exploration,
    without_inspection,
)
from nosology.coding.inpatient.procedures.reports import Voice
from nosology.coding.rules import because

_PERINEAL = ("0DQP", "0DQR", "0KQM", "0HQ9")
"""Layers of a perineal tear, the deepest first."""


_MEDICAL = "0"


_OF_MEN, _OF_WOMEN = ("0V",), ("0U", "10")


def selected(
    results: Sequence[Built], tables: Tables, *, is_newborn: bool = False, sex: str | None = None
) -> tuple[list[Built], list[Built]]:
    """Return the codes that are reported, and what must be asked.

    A newborn's record tells of the delivery, which is the mother's procedure. What is narrated
    of a body part that only the other sex has is not taken for the patient's.
    """
    others = {"F": _OF_MEN, "M": _OF_WOMEN}.get(sex or "", ())
    results = [
        result
        for result in results
        if _is_reported(result) or not (result.code or result.table).startswith(others)
    ]
    coded = _unique([result for result in results if result.code])
    coded = not_completed(coded, tables)
    for step in _STEPS:
        coded = step(coded)
    if is_newborn:
        coded = [item for item in coded if "delivery" not in item.act.row.how]
    coded += [*before_conversion(coded, tables), *_robotic(coded, tables)]
    coded = _unique(coded)
    asked = [result for result in results if not result.code and not _is_answered(result, coded)]
    return coded, _once(asked)


def _unique(results: Sequence[Built]) -> list[Built]:
    """One result a code, that of a report before what is narrated elsewhere."""
    found: dict[str, Built] = {}
    for result in results:
        known = found.get(result.code)
        if known is None or (_is_reported(result) and not _is_reported(known)):
            found[result.code] = result
    return list(found.values())


def _is_reported(result: Built) -> bool:
    return result.act.voice is not Voice.NARRATIVE or result.act.report.is_operation


def _told_again(coded: list[Built]) -> list[Built]:
    """Without what is narrated of a procedure that has its own report."""
    own = [result for result in coded if _is_reported(result)]
    rows = {result.act.row.number for result in own if result.act.report.is_operation}
    starts = {result.code[:4] for result in own}
    return [
        result
        for result in coded
        if _is_reported(result)
        or not (
            (result.act.row.number in rows and result.code[0] == _MEDICAL)
            or (result.code[:4] in starts and result.code[0] == _MEDICAL)
        )
    ]


def _without_parts(coded: list[Built]) -> list[Built]:
    operations = {id(result.act.report) for result in coded if "part" not in result.act.row.how}
    return [
        result
        for result in coded
        if not ("part" in result.act.row.how and id(result.act.report) in operations)
        and not ("adhesions" in result.act.row.how and (result.act.voice is not Voice.TITLE))
    ]


def _deepest_tear(coded: list[Built]) -> list[Built]:
    torn = [start for start in _PERINEAL if any(item.code.startswith(start) for item in coded)]
    drop = torn[1:]
    return [
        item
        for item in coded
        if not ("tear" in item.act.row.how and any(item.code.startswith(start) for start in drop))
    ]


def _one_delivery(coded: list[Built]) -> list[Built]:
    codes = {item.code for item in coded}
    if any(code.startswith("10D00") for code in codes):
        return [
            item
            for item in coded
            if item.code != "10E0XZZ" and not item.code.startswith(("10D07", "10D17"))
        ]
    if any(code.startswith("10D07") for code in codes):
        return [item for item in coded if item.code != "10E0XZZ"]
    return coded


def _only_the_mothers(coded: list[Built]) -> list[Built]:
    return [
        item
        for item in coded
        if not (
            ("delivery" in item.act.row.how or "tear" in item.act.row.how)
            and _NEWBORN.search(item.act.reading.text[:_OPENING])
        )
    ]


_NEWBORN = re.compile(r"\b(?:newborn|NICU|neonat\w+|nursery|infant) ", re.IGNORECASE)


_OPENING = 120


def _without_closed(coded: list[Built]) -> list[Built]:
    """Closed reduction is part of the fixation that the same words tell."""
    return [
        item
        for item in coded
        if not (
            "closed" in item.act.row.how
            and any(
                other is not item
                and "closed" not in other.act.row.how
                and other.code[0] == "0"
                and other.code[2] == "S"
                and other.act.report is item.act.report
                and (other.code[:4] == item.code[:4] or other.act.own == item.act.own)
                for other in coded
            )
        )
    ]


def _stones_taken(coded: list[Built]) -> list[Built]:
    """Stones broken up and taken out are taken out."""
    taken = {id(item.act.report) for item in coded if item.code.startswith("0TC")}
    return [
        item for item in coded if not (item.code.startswith("0TF") and id(item.act.report) in taken)
    ]


def _both_hearts(coded: list[Built]) -> list[Built]:
    """Right and left heart catheterization of one session are one code."""
    left = [item for item in coded if item.code == "4A023N7"]
    right = [item for item in coded if item.code == "4A023N6"]
    whole = [item for item in coded if item.code == "4A023N8"]
    if whole:
        return [item for item in coded if item not in left and item not in right]
    if left and right and left[0].act.report is right[0].act.report:
        both = replace(
            left[0],
            code="4A023N8",
            evidence=tuple(dict.fromkeys((*left[0].evidence, *right[0].evidence))),
        )
        rest = [item for item in coded if item not in left and item not in right]
        return [*rest, both]
    return coded


def _one_of_both(coded: list[Built]) -> list[Built]:
    """The value of both sides includes that of either in the same report."""
    sides = _bilateral()
    return [
        item
        for item in coded
        if not any(
            (id(item.act.report), item.code[:3], item.code[4:])
            == (id(other.act.report), other.code[:3], other.code[4:])
            and item.code[3] in sides.get(other.code[:2] + other.code[3], "")
            for other in coded
            if other is not item
        )
    ]


@cache
def _bilateral() -> dict[str, str]:
    """The values of the single sides, by the body system and the value of both."""
    found: dict[str, str] = {}
    for parts in body_parts():
        for part in parts:
            if part.both and part.both not in {part.right, part.left}:
                key = part.system + part.both
                found[key] = found.get(key, "") + part.right + part.left
    return found


def _supplemented(coded: list[Built]) -> list[Built]:
    """A repair with material is a supplement: the repair is not reported beside it."""
    places = {
        (id(item.act.report), item.code[:2], item.code[3]) for item in coded if item.code[2] == "U"
    }
    return [
        item
        for item in coded
        if not (
            item.code[0] == "0"
            and item.code[2] == "Q"
            and (id(item.act.report), item.code[:2], item.code[3]) in places
        )
    ]


def _finer_eye(coded: list[Built]) -> list[Built]:
    """The part of the eye that was repaired, and not the eye beside it."""
    finer = {
        id(item.act.report)
        for item in coded
        if item.code.startswith("08Q") and item.code[3] not in "01"
    }
    return [
        item
        for item in coded
        if not (item.code[:4] in {"08Q0", "08Q1"} and id(item.act.report) in finer)
    ]


def _one_operation_a_word(coded: list[Built]) -> list[Built]:
    """One word names one operation: where two names share it, the one told at more length."""
    return [
        item
        for item in coded
        if not any(
            other.act.report is item.act.report
            and other.code[2] == item.code[2]
            and other.code[:2] != item.code[:2]
            and len(other.act.mention.tokens) > len(item.act.mention.tokens)
            and set(other.act.mention.tokens) & set(item.act.mention.tokens)
            for other in coded
        )
    ]


_HOURS_TABLES = ("5A19", "5A09")


def _longest_breathing(coded: list[Built]) -> list[Built]:
    """Of several durations of one kind of assistance the longest: the others are parts of it."""
    episodes = {item.code[:3] + item.code[6] for item in coded if item.is_episode}
    coded = [
        item
        for item in coded
        if item.is_episode
        or not item.code.startswith(_HOURS_TABLES)
        or item.code[:3] + item.code[6] not in episodes
    ]
    longest: dict[str, str] = {}
    for item in coded:
        if item.code.startswith(_HOURS_TABLES) and "breathing" in item.act.row.how:
            key = item.code[:3] + item.code[6]
            longest[key] = max(longest.get(key, ""), item.code[4])
    return [
        item
        for item in coded
        if item.is_episode
        or not (item.code.startswith(_HOURS_TABLES) and "breathing" in item.act.row.how)
        or longest[item.code[:3] + item.code[6]] == item.code[4]
    ]


def _grafted(coded: list[Built]) -> list[Built]:
    """The bed of a skin graft is prepared as part of the replacement."""
    grafted = {id(item.act.report) for item in coded if item.code.startswith("0HR")}
    return [
        item
        for item in coded
        if not (
            id(item.act.report) in grafted
            and "generic" in item.act.row.how
            and item.code[:2] in {"0H", "0J"}
        )
    ]


_CHEST_OPEN = ("021", "02R", "02Q", "02U", "02T", "0BT", "0BB", "0BN", "02H", "02K", "0DT")


def _drains_left(coded: list[Built]) -> list[Built]:
    """Tubes left at the end of an operation are part of it (B6.1b)."""
    opened = {
        id(item.act.report)
        for item in coded
        if item.code.startswith(_CHEST_OPEN)
        and item.code[4] in "04"
        and item.act.report.is_operation
    }
    return [
        item
        for item in coded
        if not ("atend" in item.act.row.how and id(item.act.report) in opened)
    ]


_TRUNK = frozenset(("02", "07", "0B", "0D", "0F", "0G", "0T", "0U", "0V", "0W", "0Y"))


_ROBOT = re.compile(r"\brobot\w*|\bda Vinci\b", re.IGNORECASE)


def _robotic(coded: Sequence[Built], tables: Tables) -> Iterator[Built]:
    """The robotic assistance of an endoscopic operation on the trunk."""
    for result in coded:
        if result.code[:2] not in _TRUNK or result.code[4] != "4":
            continue
        for pieces in result.act.pieces():
            for piece in pieces:
                found = _ROBOT.search(piece.reading.text, piece.start, piece.end)
                if found and tables.has("8E0W4CZ"):
                    yield replace(
                        result,
                        code="8E0W4CZ",
                        evidence=(piece.evidence(found.start(), found.end()),),
                        rationale=(because("pcs-robotic"),),
                    )
                    return


def _without_optional(coded: list[Built]) -> list[Built]:
    return [item for item in coded if "optional" not in item.act.row.how]


_STEPS: tuple[Callable[[list[Built]], list[Built]], ...] = (
    _without_optional,
    _told_again,
    without_exploration,
    without_inspection,
    _without_parts,
    _deepest_tear,
    _only_the_mothers,
    _one_delivery,
    _without_closed,
    _stones_taken,
    _both_hearts,
    _one_operation_a_word,
    _finer_eye,
    _one_of_both,
    _supplemented,
    _longest_breathing,
    _grafted,
    _drains_left,
)


def _is_answered(asked: Built, coded: Sequence[Built]) -> bool:
    """Whether the record answers elsewhere what one place of it leaves open."""
    if "optional" in asked.act.row.how:
        return True
    return any(
        other.act.row.number == asked.act.row.number
        or (asked.missing == "body part" and other.act.own == asked.act.own)
        or (other.code[:3] == asked.table[:3] and not _is_reported(asked))
        for other in coded
    )


def _once(asked: Sequence[Built]) -> list[Built]:
    found: dict[tuple[int, str], Built] = {}
    for result in asked:
        found.setdefault((result.act.row.number, result.missing), result)
    return list(found.values())
