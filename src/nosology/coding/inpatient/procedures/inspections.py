"""Inspections: part of a larger procedure, or all that was done of one (B3.2d, B3.3, B3.11a)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from nosology.coding.inpatient.procedures.catalog import cues
from nosology.coding.inpatient.procedures.completing import Built, Tables
from nosology.coding.inpatient.procedures.reports import Voice
from nosology.coding.rules import because
from nosology.model.coding import Evidence

_INSPECTION = "J"


_CAVITIES = frozenset({"0WJG", "0WJ9", "0WJB", "0WJC", "0DJW", "0WJJ"})
"""What is looked into on the way to another operation, whatever system that is of."""


_UPPER_TRACT = frozenset("0123456789A")


_GASTROSTOMY, _UPPER_SCOPE = "0DH63UZ", "0DJ08ZZ"


def without_inspection(coded: list[Built]) -> list[Built]:
    """Return the codes without an inspection that another of them includes."""
    return [result for result in coded if not any(_includes(other, result) for other in coded)]


_DEFINITIVE = re.compile(
    r"\b(?:resect|excis|exeresis|evacuat|remov|repair|drain(?:ed|age)|sutur|ligat|anastomo|ostomy\b)",
    re.IGNORECASE,
)


def without_exploration(coded: list[Built]) -> list[Built]:
    """Return the codes without a cavity that is looked into on the way to a definitive procedure.

    Where the same sentence goes on to one, that may not be told well enough for a code; an
    inspection it is not (B3.11a).
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
    if _stops_same_bleeding(other, looked):
        return True
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
    if other.code == _GASTROSTOMY and looked.code == _UPPER_SCOPE:
        # The scope shows where the tube goes in through the skin.
        return True
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


def _stops_same_bleeding(other: Built, control: Built) -> bool:
    """Whether the bleeding was controlled by closing the vein that bled (B3.7)."""
    return (
        control.code[:4] == "0W3P"
        and other.code[:4] == "06L3"
        and other.act.reading is control.act.reading
        and other.act.mention.sentence == control.act.mention.sentence
    )


def _is_of_one_session(one: Built, other: Built) -> bool:
    if one.act.report is other.act.report and one.act.report.is_operation:
        return True
    if one.act.date and other.act.date:
        return one.act.date == other.act.date
    return True


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


def not_completed(coded: list[Built], tables: Tables) -> list[Built]:
    """Return the codes, what was begun and not done is the inspection of its place (B3.3)."""
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


def before_conversion(coded: Sequence[Built], tables: Tables) -> Iterator[Built]:
    """Yield the inspection by which the procedure began that was converted to open (B3.2d)."""
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
