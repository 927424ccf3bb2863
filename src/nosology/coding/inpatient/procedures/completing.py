"""A code completed axis by axis from what the record says, always one that the tables have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nosology.coding.inpatient.procedures.acts import Act, Piece
from nosology.coding.inpatient.procedures.catalog import Pattern, axis_words, cues
from nosology.coding.inpatient.procedures.reports import Voice
from nosology.coding.rules import because
from nosology.model.code import CodeBook, System
from nosology.model.coding import Evidence, Query, Rationale

_AXES = ("body", "approach", "device", "qualifier")


_NONE = "Z"


_EXTERNAL_FIXATOR, _FIXATORS = "5", frozenset("5BCD")


_RULES = {
    "body": "pcs-body-part",
    "approach": "pcs-approach",
    "device": "pcs-device",
    "qualifier": "pcs-qualifier",
    "duration": "pcs-duration",
    "contrast": "pcs-qualifier",
}


_ENDOSCOPIC = frozenset("4F")


@dataclass(frozen=True, slots=True)
class Built:
    """A code and why, or what is missing for one.

    Attributes:
        code: empty where an axis is not told.
        missing: the axis that is not told; ``table`` of the procedure.
        is_presumed: whether an axis is what is usual and not what the record says.
        is_episode: whether it is one of several stretches that are counted each by itself.
    """

    act: Act
    code: str
    evidence: tuple[Evidence, ...] = ()
    rationale: tuple[Rationale, ...] = ()
    missing: str = ""
    options: tuple[str, ...] = ()
    table: str = ""
    is_presumed: bool = False
    is_episode: bool = False


@dataclass(frozen=True, slots=True)
class Tables:
    """What may follow what in a code on the date."""

    book: CodeBook
    on: dt.date | None

    def values(self, prefix: str) -> tuple[str, ...]:
        """Return the characters that may follow the prefix."""
        size = len(prefix)
        below = self.book.children(prefix, self.on, System.ICD10PCS)
        return tuple(code[size] for code in below if len(code) > size)

    def has(self, code: str) -> bool:
        """Return whether the code may be reported."""
        return self.book.is_billable(code, self.on, System.ICD10PCS)

    def label(self, code: str) -> str:
        """Return the title of the code or of what codes begin with."""
        return self.book.lookup(code, self.on, System.ICD10PCS).display


@dataclass(frozen=True, slots=True)
class Chosen:
    """The value of an axis, and why."""

    value: str
    evidence: Evidence | None = None
    rationale: Rationale | None = None


def told(
    axis: str, prefix: str, allowed: Iterable[str], groups: Sequence[Sequence[Piece]]
) -> tuple[str, Evidence] | None:
    """Return the value that the nearest words say, by the order of the table's lines."""
    offered = set(allowed)
    lines = [line for line in axis_words(axis, prefix) if line.value in offered]
    if not lines:
        return None
    for pieces in groups:
        for line in lines:
            for piece in pieces:
                found = line.words.search(piece.reading.text, piece.start, piece.end)
                if found:
                    return line.value, piece.evidence(found.start(), found.end())
    return None


def completed(
    act: Act,
    pattern: Pattern,
    start: str,
    tables: Tables,
    proof: list[Evidence],
    why: list[Rationale],
) -> Built:
    """Return the code that begins so, its approach, device and qualifier filled in."""
    prefix = start
    evidence = [act.evidence(), *proof]
    rationale = [because("pcs-root-operation", f"{act.evidence().quote}."), *why]
    for axis, spec in zip(
        _AXES[1:], (pattern.approach, pattern.device, pattern.qualifier), strict=True
    ):
        allowed = tables.values(prefix)
        if axis == "approach":
            allowed = _leading_on(prefix, allowed, pattern.device, tables)
        name = _axis_name(prefix, axis)
        chosen = axis_value(act, name, prefix, spec, allowed)
        if chosen is None:
            return missing(act, name, prefix)
        prefix += chosen.value
        if chosen.evidence is not None:
            evidence.append(chosen.evidence)
        if chosen.rationale is not None:
            rationale.append(chosen.rationale)
    if not tables.has(prefix):
        return missing(act, "combination", start)
    return Built(act, prefix, tuple(dict.fromkeys(evidence)), tuple(rationale), table=start)


def _converted(groups: Sequence[Sequence[Piece]]) -> Evidence | None:
    """The words that say that the procedure was converted to an open one."""
    for pieces in groups:
        for piece in pieces:
            found = cues().converted.search(piece.reading.text, piece.start, piece.end)
            if found:
                return piece.evidence(found.start(), found.end())
    return None


def _leading_on(
    prefix: str, allowed: tuple[str, ...], device: str, tables: Tables
) -> tuple[str, ...]:
    """The approaches with which the table has the device that the name decides."""
    device = device.removeprefix("?")
    if device in {"", _NONE}:
        return allowed
    return tuple(value for value in allowed if device in tables.values(prefix + value)) or allowed


def _axis_name(prefix: str, axis: str) -> str:
    """What the axis is in the section: the fifth character is not an approach in every one."""
    if axis == "approach" and prefix[0] in "56":
        return "duration"
    if axis == "approach" and prefix[0] == "B":
        return "contrast"
    return axis


def axis_value(
    act: Act, axis: str, prefix: str, spec: str, allowed: Sequence[str]
) -> Chosen | None:
    """Return the value of the axis and why; None where the record does not tell it."""
    if not allowed:
        return None
    if not spec.startswith("?"):
        if spec in allowed:
            usual = because("pcs-approach-of-procedure") if axis == "approach" else None
            return Chosen(spec, None, usual)
        return Chosen(allowed[0]) if len(allowed) == 1 else None
    default = spec[1:]
    groups: tuple[tuple[Piece, ...], ...] = ((act.clause(),), *act.pieces())
    if axis == "device" and default == _EXTERNAL_FIXATOR:
        allowed = tuple(value for value in allowed if value in _FIXATORS)
    if axis == "approach" and not default and "scoped" in act.row.how and "8" in allowed:
        default = "8" if act.voice is not Voice.TITLE else ""
    if axis == "duration":
        groups = groups[:2]
    if act.is_repeated and axis in {"device", "qualifier"}:
        groups = groups[:2]
    if axis == "approach" and "0" in allowed:
        words = _converted(groups) if act.report.is_operation else _converted(groups[:2])
        if words is not None:
            return Chosen("0", words, because("pcs-converted"))
    if axis == "approach" and default:
        found = told(axis, prefix, allowed, groups[:1] if act.shares_sentence else groups[:3])
        if found is None and act.shares_sentence:
            found = told(axis, prefix, _ENDOSCOPIC & set(allowed), groups[1:3])
        if found is None and act.report.is_operation:
            found = told(axis, prefix, _ENDOSCOPIC & set(allowed), groups[3:])
    else:
        found = told(axis, prefix, allowed, groups)
    if found is not None:
        value, evidence = found
        return Chosen(value, evidence, because(_RULES[axis], f"{evidence.quote}."))
    if default and default in allowed:
        rule = because("pcs-approach-of-procedure") if axis == "approach" else None
        return Chosen(default, None, rule)
    if len(allowed) == 1:
        return Chosen(allowed[0])
    if axis in {"device", "qualifier"} and _NONE in allowed:
        return Chosen(_NONE)
    return None


def missing(act: Act, axis: str, prefix: str, options: tuple[str, ...] = ()) -> Built:
    """Return the procedure without a code, for want of what the axis names."""
    return Built(act, "", (act.evidence(),), (), axis, options, prefix)


def stated(
    act: Act,
    code: str,
    tables: Tables,
    why: tuple[Rationale, ...],
    proof: tuple[Evidence, ...] = (),
) -> Built:
    """Return the code that a rule has put together, or what is missing where it does not exist."""
    if not tables.has(code):
        return missing(act, "combination", code[:4])
    because_named = because("pcs-root-operation", f"{act.evidence().quote}.")
    return Built(act, code, (act.evidence(), *proof), (because_named, *why), table=code[:4])


def query_of(result: Built) -> Query:
    """Return the question for what is missing of the code."""
    name = result.act.evidence().quote
    topic = "qualifier" if result.missing == "combination" else result.missing
    return Query(
        topic.replace(" ", "-"),
        f"Which {topic} does the procedure '{name}' have? The record does not tell it.",
        result.options,
        (result.act.evidence(),),
    )
