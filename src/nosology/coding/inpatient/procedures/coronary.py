"""Coronary arteries: one body part counted by arteries, a code for each device or source (B4.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nosology.coding.inpatient.procedures.acts import Act, Piece
from nosology.coding.inpatient.procedures.choices import all_chosen, found_in, tells
from nosology.coding.inpatient.procedures.completing import Built, Tables, missing, stated
from nosology.coding.rules import because

_NUMBER = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "a": 1, "an": 1}
_COUNT_BEFORE = re.compile(
    r"\b(?P<n>\d|one|two|three|four|five)\s+(?:overlapping |\d\.?\d* ?x ?\d+ ?mm |[A-Z]\w+ )*$",
    re.IGNORECASE,
)
_COUNT_AFTER = re.compile(r"^\w*(?: stents?)?\s*(?:x|×)\s?(?P<n>\d)\b(?![.\d])", re.IGNORECASE)
_SIZED = re.compile(
    r"\b(?:DES|drug[- ]eluting stent)\s*:?\s*#?\s*(?:\w+\s+)?"
    r"\d\.\d{1,2}\s*(?:mm\s*)?[x×]\s*\d{1,2}\b",
    re.IGNORECASE,
)
_MOST = 4
_DES_VALUES, _BMS_VALUES = "4567", "DEFG"


def arteries_in(text: str) -> set[str]:
    """Return the coronary arteries that the text names."""
    return {name for name, _ in found_in("coronary-artery", text)}


def coronary_number(act: Act) -> tuple[str, ...] | None:
    """Return the body part value for the number of arteries that the act's own words name."""
    for pieces in act.pieces():
        named = arteries_in(" ".join(piece.text for piece in pieces))
        if named:
            return (str(_many(len(named))),)
    return None


def bypass(act: Act, tables: Tables) -> list[Built]:
    """Return a code for each kind of graft and where it comes from, by the arteries it feeds."""
    for pieces in act.pieces():
        fed = _fed(pieces)
        if any(fed.values()):
            return [
                stated(
                    act,
                    f"021{_many(len(arteries))}0{graft[0]}{graft[1]}",
                    tables,
                    (because("pcs-coronary-bypass", f"{', '.join(sorted(arteries))}."),),
                )
                for graft, arteries in fed.items()
                if arteries
            ]
    return [missing(act, "graft", "021")]


def _fed(pieces: Sequence[Piece]) -> dict[str, set[str]]:
    fed: dict[str, set[str]] = {}
    for piece in pieces:
        text = piece.text
        grafts = list(found_in("coronary-graft", text))
        for number, (name, graft) in enumerate(grafts):
            end = grafts[number + 1][1].start() if number + 1 < len(grafts) else len(text)
            following = text[graft.end() : end]
            leads = re.search(r"\bto\b|->|→|–|-|:", following[:40])
            if not leads and number + 1 < len(grafts):
                continue
            arteries = arteries_in(following)
            fed.setdefault(name, set()).update(arteries)
    return fed


def _many(number: int) -> int:
    return min(number, _MOST) - 1


def intervention(act: Act, tables: Tables) -> list[Built]:
    """Return a code for each kind of device, by the arteries that got it and its number."""
    own, beside, rest = act.pieces()
    for pieces in ((*own, *beside, *rest),) if act.report.is_operation else (own, beside, rest):
        treated: dict[str, set[str]] = {}
        devices: dict[str, int] = {}
        is_forked = False
        named = ""
        for text in dict.fromkeys(piece.text for piece in (*pieces,)):
            if not tells("coronary", "treating", text) or tells("coronary", "not_done", text):
                continue
            is_forked = is_forked or bool(re.search(r"\bbifurcation\b", text, re.IGNORECASE))
            here = arteries_in(text)
            for name, arteries, number in (*_treated(text), *_sized(text, named)):
                treated.setdefault(name, set()).update(arteries)
                devices[name] = devices.get(name, 0) + number
            named = next(iter(here)) if len(here) == 1 else "" if here else named
        if treated:
            plain = (
                treated.get("NONE", set()) - treated.get("DES", set()) - treated.get("BMS", set())
            )
            treated = {name: names for name, names in treated.items() if name != "NONE"}
            if plain:
                treated["NONE"] = plain
            return [
                stated(
                    act,
                    f"027{_many(len(arteries))}3{_device(name, max(devices[name], len(arteries)))}"
                    + ("6" if is_forked else "Z"),
                    tables,
                    (because("pcs-coronary-arteries", f"{', '.join(sorted(arteries))}."),),
                )
                for name, arteries in treated.items()
            ]
    return [missing(act, "number of arteries", "027")]


def _device(name: str, number: int) -> str:
    if name == "NONE":
        return "Z"
    return (_DES_VALUES if name == "DES" else _BMS_VALUES)[min(number, _MOST) - 1]


def _treated(text: str) -> Iterator[tuple[str, set[str], int]]:
    events = sorted(
        (
            (found.start(), kind, name, found)
            for kind in ("coronary-artery", "coronary-treatment")
            for name, found in found_in(kind, text)
        ),
        key=lambda event: event[0],
    )
    arteries: dict[str, set[str]] = {}
    counts: dict[str, int] = {}
    waiting: set[str] = set()
    current = ""
    unnamed = "DES" if "DES" in all_chosen("coronary-treatment", text) else "BMS"
    for _, kind, name, found in events:
        if kind == "coronary-artery":
            between = text[max(0, found.start() - 25) : found.start()]
            if current and re.search(r"\b(?:to|in|of|into|for|and|,)\b|,", between):
                arteries.setdefault(current, set()).add(name)
            else:
                waiting.add(name)
            continue
        if name == "STENT" and current == unnamed:
            continue
        current = unnamed if name == "STENT" else name
        counts[current] = counts.get(current, 0) + _count(text, found)
        if waiting:
            arteries.setdefault(current, set()).update(waiting)
            waiting = set()
    if waiting and not arteries:
        arteries["NONE"] = waiting
    for name, treated in arteries.items():
        if treated:
            yield name, treated, max(counts.get(name, 1), 1)


def _sized(text: str, artery: str) -> Iterator[tuple[str, set[str], int]]:
    """Yield the stents of a sentence that names sizes alone, for the artery named before."""
    sizes = list(_SIZED.finditer(text)) if artery and not arteries_in(text) else []
    if sizes:
        yield "DES", {artery}, len(sizes)


def _count(text: str, found: re.Match[str]) -> int:
    before = _COUNT_BEFORE.search(text[max(0, found.start() - 40) : found.start()])
    after = _COUNT_AFTER.match(text[found.end() : found.end() + 12])
    number = after or before
    if number is None:
        return 1
    word = number["n"].lower()
    return int(word) if word.isdigit() else _NUMBER[word]
