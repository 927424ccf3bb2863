"""Codes built axis by axis from what the record says, always one that the tables have."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from nosology.coding.inpatient.procedures.acts import Act, Piece
from nosology.coding.inpatient.procedures.catalog import Pattern, axis_words, cues
from nosology.coding.inpatient.procedures.places import (
    LAYERED,
    Place,
    Side,
    deepest_layer,
    places_in,
    side_of,
    value_of,
)
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


def built(act: Act, pattern: Pattern, tables: Tables, body: str | None = None) -> list[Built]:
    """Return the codes of the pattern, one for each part of the body where several are named.

    Args:
        act: the procedure and the text about it.
        pattern: what its name decides.
        tables: what the code set has.
        body: the body part's value, where a rule has counted or chosen it.
    """
    if body is not None:
        return [_completed(act, pattern, pattern.tables()[0] + body, tables, [], [])]
    spec = pattern.body
    if "/" in spec:
        return _sided(act, pattern, tables)
    if spec.startswith("*"):
        return _placed(act, pattern, tables)
    head = pattern.tables()[0]
    if spec.startswith("?"):
        chosen = _axis(act, "body", head, spec, tables.values(head))
        if chosen is None:
            return [missing(act, "body part", head)]
        proof = [chosen.evidence] if chosen.evidence else []
        return [_completed(act, pattern, head + chosen.value, tables, proof, [])]
    return [_completed(act, pattern, head + spec, tables, [], [])]


def _sided(act: Act, pattern: Pattern, tables: Tables) -> list[Built]:
    head = pattern.tables()[0]
    values = pattern.body.split("/")
    side = side_of(act)
    if side is None:
        return [missing(act, "laterality", head, ("right", "left"))]
    chosen = sided(values, side)
    why = because("pcs-laterality", f"{side.name}.")
    return [
        _completed(act, pattern, head + value, tables, [side.evidence], [why]) for value in chosen
    ]


def sided(values: Sequence[str], side: Side) -> tuple[str, ...]:
    """Return the values of the side: of right and left, and both where there is one."""
    if side.name == "both":
        return (values[2],) if len(values) > 2 else (values[0], values[1])
    return (values[0] if side.name == "right" else values[1],)


_PART = re.compile(
    r"\b\d+ ?cm of\b|\bsegment(?:al)?\b|\bportion\b|\bpart(?:ial|ly)? "
    r"|\btransurethral|\bendoscopic(?:ally)? resect|\bsnare\b"
    r"|\bwedge\b|\btumor\b|\bmass\b|\blesion\b|\bnodule\b|\bpolyp\b",
    re.IGNORECASE,
)


def _placed(act: Act, pattern: Pattern, tables: Tables) -> list[Built]:
    if "generic" in act.row.how and pattern.table.endswith("T") and _PART.search(act.own.text):
        pattern = replace(pattern, table=pattern.table[:-1] + "B")
    offered = {head: frozenset(tables.values(head)) for head in pattern.tables()}
    own = [place for place in places_in(act.clause()) if _fits(place, offered)]
    if not own:
        own = [place for place in places_in(act.own) if _fits(place, offered)]
    listed = _of_act(act, own)
    if listed and _FRACTURE.search(act.own.text) and _are_joints(listed, pattern):
        bones = _bones(act, offered)
        listed = bones or listed
    if listed and all(_is_in_name(act, place) for place in listed):
        listed = _finer(act, listed[0], offered) or listed
    if not listed:
        for pieces in _further(act):
            found = [
                place for piece in pieces for place in places_in(piece) if _fits(place, offered)
            ]
            if found:
                listed = found[:1]
                break
    results: list[Built] = []
    for place in listed:
        results.extend(_at(act, pattern, place, offered, tables))
    if len({result.code for result in results if result.code}) > 1:
        several = because("pcs-multiple")
        results = [
            replace(result, rationale=(*result.rationale, several)) if result.code else result
            for result in results
        ]
    if results:
        return results
    default = pattern.body[1:]
    if default:
        head = next((head for head in offered if default in offered[head]), pattern.tables()[0])
        return [_completed(act, pattern, head + default, tables, [], [])]
    return [missing(act, "body part", pattern.tables()[0])]


def _further(act: Act) -> tuple[tuple[Piece, ...], ...]:
    """Where else the place may be named: nowhere for a word that is the operation alone."""
    if act.row.special == "debridement":
        return (act.beside, act.around)
    if act.row.special == "frozen":
        return ()
    if "generic" in act.row.how and not act.is_alone:
        return (act.beside,) if act.voice is Voice.TITLE else ()
    return (act.beside, act.rest)


_PARTS = {
    "0F0": "12",
    "0D8": "9AB",
    "0DE": "HKLMN",
    "0D5": "1234",
    "07T": "QRS",
    "0D6": "7",
    "0BK": "CDF",
    "0BL": "GHJ",
    "0GK": "GHJ",
}
"""Parts of the body, and the values of what they consist of."""


_FRACTURE = re.compile(r"\bfractures?\b|\bfx\b", re.IGNORECASE)
_JOINTS = frozenset("RS")


def _are_joints(places: list[Place], pattern: Pattern) -> bool:
    systems = {head[1] for head in pattern.tables()}
    return all({part.system[1] for part in place.parts} & systems <= _JOINTS for place in places)


def _bones(act: Act, offered: dict[str, frozenset[str]]) -> list[Place]:
    """The bones that the report names of a fracture at a joint."""
    bones = {head: values for head, values in offered.items() if head[1] not in _JOINTS}
    found: dict[str, Place] = {}
    for piece in (*act.beside, *act.rest):
        for place in places_in(piece):
            if _fits(place, bones):
                key = "".join(sorted(part.system + part.right for part in place.parts))
                found.setdefault(key, place)
    return list(found.values())


def _is_in_name(act: Act, place: Place) -> bool:
    return act.mention.start <= place.mention.start and place.mention.end <= act.mention.end


def _finer(act: Act, place: Place, offered: dict[str, frozenset[str]]) -> list[Place]:
    """The one part that the report tells of a place which the procedure's name holds."""
    wanted = {
        part.system + value
        for part in place.parts
        for value in _PARTS.get(part.system + part.unsided, "")
    }
    found: dict[str, Place] = {}
    for pieces in ((act.own,), act.beside, act.rest):
        for piece in pieces:
            for other in places_in(piece):
                if not _fits(other, offered):
                    continue
                for part in other.parts:
                    for value in value_of(part, other.side) or ():
                        if part.system + value in wanted:
                            found.setdefault(part.system + value, other)
        if found:
            break
    return list(found.values()) if len(found) == 1 else []


def _fits(place: Place, offered: dict[str, frozenset[str]]) -> bool:
    return any(
        {part.unsided, part.right, part.left, part.both} & offered[head] - {""}
        for part in place.parts
        for head in offered
        if head[1] == part.system[1]
    )


_PASSIVE = re.compile(r"(?:ed|taken|obtained)$", re.IGNORECASE)
_JOINED = re.compile(
    r"[\s,(]*(?:(?:and|&|the|of|from|in|as well as|both|right|left|bilateral"
    r"|distal|proximal|upper|lower"
    r"|biops(?:y|ies)|\+|/)\b[\s,]*)*",
    re.IGNORECASE,
)


def _of_act(act: Act, places: list[Place]) -> list[Place]:
    """The places that it is of: the nearest behind its name, and those listed with it."""
    if not places:
        return []
    start, end = act.mention.start, act.mention.end
    behind = [place for place in places if place.mention.start >= start]
    before = [place for place in places if place.mention.start < start]
    is_passive = _PASSIVE.search(act.reading.text[start:end]) is not None
    pool = (before or behind) if is_passive else (behind or before)
    outside = [place for place in pool if place.mention.start >= end or place.mention.end <= start]
    if "each" not in act.row.how or outside:
        pool = outside or pool
    first = min(
        pool,
        key=lambda place: min(
            abs(place.mention.start - end),
            abs(place.mention.start - start),
            abs(start - place.mention.end),
        ),
    )
    if "each" not in act.row.how:
        return [first]
    listed = [first]
    for place in places:
        if place is first or place.mention.start < listed[-1].mention.end:
            continue
        between = act.reading.text[listed[-1].mention.end : place.mention.start]
        if not _JOINED.fullmatch(between):
            break
        listed.append(place)
    return listed


def _at(
    act: Act,
    pattern: Pattern,
    place: Place,
    offered: dict[str, frozenset[str]],
    tables: Tables,
) -> list[Built]:
    side = place.side or side_of(act)
    options: list[tuple[str, tuple[str, ...] | None]] = []
    for head, values in offered.items():
        for part in place.parts:
            if part.system[1] != head[1]:
                continue
            if not {part.unsided, part.right, part.left, part.both} & values - {""}:
                continue
            options.append((head, value_of(part, side)))
    if not options:
        return []
    systems = {head[1] for head, _ in options}
    if len(systems) > 1 and systems <= LAYERED:
        layer = deepest_layer(act.pieces(), systems)
        if layer is None:
            if pattern.tables()[0][1] not in systems or len(pattern.tables()) > 12:
                return [missing(act, "depth", options[0][0])]
        else:
            options = [option for option in options if option[0][1] in layer]
    head, chosen = options[0]
    if chosen is None:
        return [missing(act, "laterality", head, ("right", "left"))]
    proof = [place.evidence()]
    why = [because("pcs-body-part", f"{place.evidence().quote}.")]
    is_sided = any(part.system[1] == head[1] and part.right and part.left for part in place.parts)
    if side is not None and is_sided:
        proof.append(side.evidence)
        why.append(because("pcs-laterality", f"{side.name}."))
    return [
        _completed(act, pattern, head + value, tables, proof, why)
        for value in chosen
        if value in offered[head]
    ]


def _completed(
    act: Act,
    pattern: Pattern,
    start: str,
    tables: Tables,
    proof: list[Evidence],
    why: list[Rationale],
) -> Built:
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
        chosen = _axis(act, name, prefix, spec, allowed)
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


def _axis(act: Act, axis: str, prefix: str, spec: str, allowed: Sequence[str]) -> Chosen | None:
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
