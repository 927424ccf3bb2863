"""Which of the codes are reported: once each, without what belongs to a larger procedure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from nosology.coding.inpatient.procedures.building import Built, Tables
from nosology.coding.inpatient.procedures.catalog import body_parts, cues
from nosology.coding.inpatient.procedures.reports import Voice
from nosology.coding.rules import because
from nosology.model.coding import Evidence

_INSPECTION = "J"
_CAVITIES = frozenset({"0WJG", "0WJ9", "0WJB", "0WJC", "0DJW", "0WJJ"})
"""What is looked into on the way to another operation, whatever system that is of."""
_UPPER_TRACT = frozenset("0123456789A")
_PERINEAL = ("0DQP", "0DQR", "0KQM", "0HQ9")
"""Layers of a perineal tear, the deepest first."""
_MEDICAL = "0"


_OF_MEN, _OF_WOMEN = ("0V",), ("0U", "10")


def selected(
    results: Sequence[Built], tables: Tables, *, is_newborn: bool = False, sex: str | None = None
) -> tuple[list[Built], list[Built]]:
    """Return the codes in reporting order, and what must be asked.

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
    coded = _not_completed(coded, tables)
    for step in _STEPS:
        coded = step(coded)
    if is_newborn:
        coded = [item for item in coded if "delivery" not in item.act.row.how]
    coded += [*_before_conversion(coded, tables), *_robotic(coded, tables)]
    coded = _unique(coded)
    asked = [result for result in results if not result.code and not _is_answered(result, coded)]
    return sorted(coded, key=_rank), _once(asked)


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


def _without_inspection(coded: list[Built]) -> list[Built]:
    return [result for result in coded if not any(_includes(other, result) for other in coded)]


_DEFINITIVE = re.compile(
    r"\b(?:resect|excis|exeresis|evacuat|remov|repair|drain(?:ed|age)|sutur|ligat|anastomo|ostomy\b)",
    re.IGNORECASE,
)


def _looked_into(coded: list[Built]) -> list[Built]:
    """Without a cavity looked into where the same sentence goes on to a definitive procedure.

    What was done there may not be told well enough for a code; an inspection it is not (B3.11a).
    """
    return [
        item
        for item in coded
        if not (
            item.code[:4] in _CAVITIES
            and not item.act.report.is_operation
            and _DEFINITIVE.search(
                item.act.reading.text,
                item.act.mention.end,
                max(item.act.own.end, item.act.mention.end),
            )
        )
    ]


def _includes(other: Built, looked: Built) -> bool:
    """Whether the other procedure includes the inspection (B3.11a)."""
    if other is looked or looked.code[0] != "0" or looked.code[2] != _INSPECTION:
        return False
    if other.code[0] != "0" or not _is_of_one_session(other, looked):
        return False
    if other.code[2] == _INSPECTION:
        return looked.code[:4] in _CAVITIES and other.code[:4] not in _CAVITIES
    if not _is_of_one_session(other, looked):
        return False
    if looked.code[:4] in _CAVITIES:
        return other.code[4] in {looked.code[4], "0", "4"} and other.code[1] not in "HJ"
    if other.code[4] != looked.code[4]:
        return False
    if looked.code[1] == "D":
        upper = looked.code[3] in "06"
        if other.code[:4] == "0W3P":
            return True
        if other.code[:3] == "06L":
            return upper
        return other.code[1] in "DF" and upper == (
            other.code[1] == "F" or other.code[3] in _UPPER_TRACT
        )
    if looked.code[1] == "T":
        return other.code[1] in "TV"
    if looked.code[1] == "B":
        return other.code[1] in "B7"
    if looked.code[1] == "U":
        return other.code[1] == "U"
    return other.code[1] == looked.code[1]


def _is_of_one_session(one: Built, other: Built) -> bool:
    if one.act.report is other.act.report and one.act.report.is_operation:
        return True
    if one.act.date and other.act.date:
        return one.act.date == other.act.date
    return True


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
    _looked_into,
    _without_inspection,
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


_INSPECTED = {
    "0F5": "B", "0F6": "B", "0F7": "B", "0F8": "B", "0F9": "B", "0FC": "B", "0F1": "0", "0F2": "0",
    "0T0": "5", "0T1": "5", "0T2": "5", "0T3": "5", "0T4": "5", "0T6": "9", "0T7": "9", "0T8": "9",
    "0U0": "3", "0U1": "3", "0U2": "3", "0U5": "8", "0U6": "8", "0U7": "8", "0U9": "D", "0UC": "D",
    "0BC": "K", "0BD": "K", "0BF": "K", "0BG": "L", "0BH": "L", "0BJ": "L",
}  # fmt: skip
"""The inspection of a part of the body that has no value of its own for it."""


def _looked_at(code: str, tables: Tables) -> str:
    """The inspection of the place that the code is of, by the same approach; empty for none."""
    part = code[3]
    if code[1] == "D":
        bodies = (part, "0" if part in _UPPER_TRACT else "D")
    else:
        bodies = (part, _INSPECTED.get(code[:2] + part, ""))
    for body in bodies:
        for approach in (code[4], "X"):
            found = f"{code[:2]}J{body}{approach}ZZ"
            if body and tables.has(found):
                return found
    return ""


def _not_completed(coded: list[Built], tables: Tables) -> list[Built]:
    """What was begun and not done is the inspection of its place (B3.3)."""
    kept: list[Built] = []
    for item in coded:
        words = _discontinued(item) if item.code[0] == "0" and item.code[2] != _INSPECTION else None
        looked = _looked_at(item.code, tables) if words else ""
        if words and looked:
            why = (*item.rationale, because("pcs-discontinued", f"{words.quote}."))
            kept.append(replace(item, code=looked, evidence=(*item.evidence, words), rationale=why))
        else:
            kept.append(item)
    return kept


_STOPPED = re.compile(
    r"\b(?:procedure|case|operation|surgery|attempt) (?:was "
    r"|had to be )?(?:then )?(?:aborted|abandoned|terminated|discontinued"
    r"|halted|stopped)",
    re.IGNORECASE,
)


def _discontinued(item: Built) -> Evidence | None:
    """The words that say that the procedure was not completed."""
    act = item.act
    if act.voice is Voice.AROUND:
        for piece in act.beside:
            given_up = cues().discontinued.search(piece.text)
            if given_up:
                return piece.evidence(piece.start + given_up.start(), piece.start + given_up.end())
    if act.voice is not Voice.TITLE:
        return None
    own = cues().discontinued.search(act.clause().text)
    if own:
        start = act.clause().start
        return act.own.evidence(start + own.start(), start + own.end())
    if not act.is_alone:
        return None
    for piece in act.rest:
        found = _STOPPED.search(piece.text)
        if found:
            return piece.evidence(piece.start + found.start(), piece.start + found.end())
    return None


def _before_conversion(coded: Sequence[Built], tables: Tables) -> Iterator[Built]:
    """The inspection by which the procedure began that was converted to open (B3.2d)."""
    for result in coded:
        if result.code[0] != "0" or result.code[4] != "0":
            continue
        words = [item for item in result.evidence if cues().converted.search(item.quote)]
        if not words:
            continue
        for start in (f"{result.code[:2]}J{result.code[3]}", "0WJG"):
            code = f"{start}4ZZ"
            if tables.has(code):
                yield replace(
                    result,
                    code=code,
                    evidence=tuple(words),
                    rationale=(because("pcs-converted"),),
                )
                break


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


def _rank(result: Built) -> tuple[int, str]:
    code = result.code
    if code[0] == "1" or (code[0] == "0" and code[6] != "X" and code[2] not in "JHP29"):
        kind = 0
    elif code[0] == "0":
        kind = 1 if code[6] == "X" or code[2] in "9HP2" else 2
    else:
        kind = 3
    date = result.act.date.isoformat() if result.act.date else "9999"
    return kind, date
