"""Codes built axis by axis from what the record says, always one that the tables have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nosology.coding.inpatient.procedures.acts import Act, Piece
from nosology.coding.inpatient.procedures.catalog import Pattern
from nosology.coding.inpatient.procedures.completing import (
    Built,
    Tables,
    axis_value,
    completed,
    missing,
)
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


def built(act: Act, pattern: Pattern, tables: Tables, body: str | None = None) -> list[Built]:
    """Return the codes of the pattern, one for each part of the body where several are named.

    Args:
        act: the procedure and the text about it.
        pattern: what its name decides.
        tables: what the code set has.
        body: the body part's value, where a rule has counted or chosen it.
    """
    if body is not None:
        return [completed(act, pattern, pattern.tables()[0] + body, tables, [], [])]
    spec = pattern.body
    if "/" in spec:
        return _sided(act, pattern, tables)
    if spec.startswith("*"):
        return _placed(act, pattern, tables)
    head = pattern.tables()[0]
    if spec.startswith("?"):
        chosen = axis_value(act, "body", head, spec, tables.values(head))
        if chosen is None:
            return [missing(act, "body part", head)]
        proof = [chosen.evidence] if chosen.evidence else []
        return [completed(act, pattern, head + chosen.value, tables, proof, [])]
    return [completed(act, pattern, head + spec, tables, [], [])]


def _sided(act: Act, pattern: Pattern, tables: Tables) -> list[Built]:
    head = pattern.tables()[0]
    values = pattern.body.split("/")
    side = side_of(act)
    if side is None:
        return [missing(act, "laterality", head, ("right", "left"))]
    chosen = sided(values, side)
    why = because("pcs-laterality", f"{side.name}.")
    return [
        completed(act, pattern, head + value, tables, [side.evidence], [why]) for value in chosen
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
        return [completed(act, pattern, head + default, tables, [], [])]
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
        completed(act, pattern, head + value, tables, proof, why)
        for value in chosen
        if value in offered[head]
    ]
