"""Vertebral joints and discs by the levels that the record names (B3.10)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nosology.coding.inpatient.procedures.acts import Act, Piece
from nosology.coding.inpatient.procedures.choices import all_chosen, chosen, tells
from nosology.coding.inpatient.procedures.completing import Built, Tables, missing, stated
from nosology.coding.rules import because

_SPINE = (
    [f"C{n}" for n in range(1, 8)]
    + [f"T{n}" for n in range(1, 13)]
    + [f"L{n}" for n in range(1, 6)]
    + ["S1"]
)
_AT = {name: place for place, name in enumerate(_SPINE)}
_LEVELS = re.compile(
    r"\b(?P<a>[CTLS])(?P<n>\d{1,2})(?:\s?(?:-|–|/|to|through"
    r"|thru)\s?(?P<b>[CTLS])?(?P<m>\d{1,2}))+",
)
_CHAIN = re.compile(r"(?P<region>[CTLS])?(?P<number>\d{1,2})")
_FUSED = {
    "cervical": ("0RG1", "0RG2"),
    "cervicothoracic": ("0RG4",),
    "thoracic": ("0RG6", "0RG7", "0RG8"),
    "thoracolumbar": ("0RGA",),
    "lumbar": ("0SG0", "0SG1"),
    "lumbosacral": ("0SG3",),
}
_DISC = {
    "cervical": ("0R", "3"),
    "cervicothoracic": ("0R", "5"),
    "thoracic": ("0R", "9"),
    "thoracolumbar": ("0R", "B"),
    "lumbar": ("0S", "2"),
    "lumbosacral": ("0S", "4"),
}
_MANY_THORACIC = 8


def joints_in(text: str) -> list[tuple[str, str]]:
    """Return the pairs of neighboring vertebrae that the text spans, each once, top down."""
    found: set[int] = set()
    for chain in _LEVELS.finditer(text):
        region = chain["a"]
        before: int | None = None
        for part in _CHAIN.finditer(chain.group()):
            region = part["region"] or region
            place = _AT.get(f"{region}{part['number']}")
            if place is None and region == "L" and part["number"] == "1":
                place = _AT["S1"]
            if place is not None and before is not None and place > before:
                found.update(range(before, place))
            before = place
    return [(_SPINE[place], _SPINE[place + 1]) for place in sorted(found)]


def region_of(joint: tuple[str, str]) -> str:
    """Return the region of the joint between two vertebrae."""
    above, below = joint[0][0], joint[1][0]
    return {
        "CC": "cervical",
        "CT": "cervicothoracic",
        "TT": "thoracic",
        "TL": "thoracolumbar",
        "LL": "lumbar",
        "LS": "lumbosacral",
    }[above + below]


def _said(pieces: Sequence[Piece]) -> str:
    return " ".join(piece.text for piece in pieces)


def _levels(act: Act) -> dict[str, int]:
    for pieces in act.pieces():
        joints = joints_in(_said(pieces))
        if joints:
            counted: dict[str, int] = {}
            for joint in joints:
                counted[region_of(joint)] = counted.get(region_of(joint), 0) + 1
            return counted
    return {}


def fusion(act: Act, tables: Tables) -> list[Built]:
    """Return a code for each region and column that is fused, and for discs that were taken."""
    levels = _levels(act)
    if not levels:
        return [missing(act, "level", "0SG")]
    own = act.own.text
    every = " ".join(_said(pieces) for pieces in act.pieces())
    results: list[Built] = []
    for region, number in levels.items():
        body = _fused(region, number)
        why = (because("pcs-fusion-levels", f"{region}, {number}."),)
        columns = list(_columns(own, every))
        if not columns:
            return [missing(act, "column of fusion", body)]
        for device, qualifier in columns:
            if device == "":
                results.append(missing(act, "device", body))
            else:
                results.append(stated(act, f"{body}0{device}{qualifier}", tables, why))
        if tells("spine", "disc_taken", every):
            results.append(_disc(act, region, every, tables))
    return results


def _fused(region: str, number: int) -> str:
    values = _FUSED[region]
    if region == "thoracic":
        return values[0] if number == 1 else values[1] if number < _MANY_THORACIC else values[2]
    return values[min(number, len(values)) - 1]


def _columns(own: str, every: str) -> Iterator[tuple[str, str]]:
    graft = chosen("bone-graft", every)
    is_interbody = tells("spine", "interbody", own)
    if tells("spine", "anterior", own):
        yield ("A" if is_interbody or tells("spine", "device", every) else graft), "0"
    elif is_interbody or tells("spine", "posterior_interbody", own):
        yield "A", "J"
    if tells("spine", "posterior_column", own):
        yield graft, "1"


def _disc(act: Act, region: str, text: str, tables: Tables) -> Built:
    system, value = _DISC[region]
    operation = "T" if tells("spine", "whole_disc", text) else "B"
    why = (because("pcs-disc", "the whole disc." if operation == "T" else "a part of the disc."),)
    return stated(act, f"{system}{operation}{value}0ZZ", tables, why)


def disc(act: Act, tables: Tables) -> list[Built]:
    """Return the codes of taking discs or parts of them, region by region."""
    every = " ".join(_said(pieces) for pieces in act.pieces())
    regions = list(_levels(act))
    if not regions:
        regions = all_chosen("spine-region", act.own.text)[:1]
    if not regions:
        return [missing(act, "level", "0SB")]
    return [_disc(act, region, every, tables) for region in regions]
