"""Loaded miles: told as such, or from the odometer at loading and at the destination."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from nosology.model.record import Span

_N = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,3})?|\d{1,7}(?:\.\d{1,3})?"
_LOADED = re.compile(
    rf"(?:\b(?:loaded|patient|transport(?:ed)?|billable)\s+(?:statute |air |ground )?(?:miles?|"
    rf"mileage)(?: (?:traveled|flown|driven|to [\w ]+?))?\s*(?:[:=]|was|were|of|is|"
    rf"totall?ed)?\s*(?P<after>{_N})"
    rf"|(?P<before>{_N})\s*(?:loaded|patient[\s-]loaded|transport|billable)\s+(?:statute |air |"
    rf"ground |flight )?(?:miles?|mi\b)"
    rf"|(?P<statute>{_N})\s*(?:statute|nautical|air|flight)\s+(?:loaded\s+)?miles?"
    rf"|(?P<with>{_N})\s*miles?\s*(?:\(?\s*loaded|with (?:the )?patient|(?:was |were )?loaded))",
    re.IGNORECASE,
)
_METER = re.compile(
    rf"\b(?:loaded|patient|transport)\s+(?:mi|miles?|mileage)\.?\s*[:=]?\s*(?P<begin>{_N})\s*"
    rf"(?:-{{1,2}}>|→|–|-|to)\s*(?P<end>{_N})(?![\w/])",
    re.IGNORECASE,
)
"""Loaded miles as two readings of a meter (``loaded mi 10.2 -> 18.7``)."""
_PLAIN = re.compile(
    rf"\b(?:(?:total )?(?:mileage|miles|distance)(?: (?:to (?:the )?(?:destination|hospital|"
    rf"facility)|traveled|driven))?\s*[:=]?\s*(?P<after>{_N})(?=\s*(?:miles?|mi\b|$|[.,;\n)]))|"
    rf"(?P<before>{_N})\s*(?:miles?|mi)\b)",
    re.IGNORECASE | re.MULTILINE,
)
_UNLOADED = re.compile(
    r"\b(?:unloaded|un-loaded|en ?route to (?:the )?(?:scene|call|patient|pick)|response|"
    r"to (?:the )?scene|empty|deadhead|return to (?:base|station|service)|back to (?:base|"
    r"station)|round[\s-]trip total|total (?:trip|vehicle)|per hour|mph|limit|nearest|closer|"
    r"closest|away)\b",
    re.IGNORECASE,
)
_READING = re.compile(
    r"(?<![\w.:/$])(?:\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{5,7}(?:\.\d{1,2})?|"
    r"\d{3,4}\.\d{1,2})(?![\w:/%])"
    r"|(?<=odometer )\d{4}\b|(?<=odometer: )\d{4}\b"
)
_AT_START = re.compile(
    r"\b(?:scene|load\w*|pick[\s-]?up|origin|depart\w*|start\w*|begin\w*|begun|with patient|"
    r"sending|leaving|left)\b",
    re.IGNORECASE,
)
_AT_END = re.compile(
    r"\b(?:destination|dest|hospital|arriv\w*|facility|receiving|drop[\s-]?off|end\w*|ED|ER|"
    r"unload\w*|center|dialysis|clinic|SNF|home)\b",
    re.IGNORECASE,
)
_AT_NEITHER = re.compile(
    r"\b(?:station|base|garage|back|return\w*|quarters|en ?route to (?:call|scene)|dispatch\w*|"
    r"clear\w*|in service)\b",
    re.IGNORECASE,
)
_COVERED = re.compile(
    rf"\b(?:nearest|closest)\s+(?:appropriate|suitable|capable|"
    rf"available)?[^.\n]{{0,60}}?(?P<n>{_N})\s*(?:loaded )?(?:miles|mi)\b",
    re.IGNORECASE,
)
_BY_CHOICE = re.compile(
    r"\b(?:asked for|request\w*|prefer\w*|instead|by choice|chose|bypass\w*|insist\w*)\b",
    re.IGNORECASE,
)
_ODOMETER = re.compile(
    r"\b(?:odometer|odo)\b|\bmileage\b[^\n\d]{0,12}\b(?:begin|start)|\b(?:scene|loading|destination)\s+mileage\b",
    re.IGNORECASE,
)
_TENTH, _WHOLE = Decimal("0.1"), Decimal(1)
_LONG = Decimal(100)
_NAUTICAL = Decimal("1.15078")
_FARTHEST = Decimal(3000)


@dataclass(frozen=True, slots=True)
class Miles:
    """Loaded miles as they are billed, with the words that tell them."""

    miles: Decimal
    spans: tuple[Span, ...]


def loaded(text: str, start: int, document: int) -> list[Miles]:
    """Return the loaded miles that the text tells, one for each trip told of; empty for none."""
    metered = [_metered(match, start, document) for match in _METER.finditer(text)]
    if any(metered):
        return [one for one in metered if one]
    found = [
        _told(match, start, document)
        for match in _LOADED.finditer(text)
        if not _is_unloaded(text, match)
    ]
    found = [one for one in found if one is not None]
    if found:
        return [one for one in found if one]
    driven = _driven(text, start, document)
    if driven:
        return [driven]
    plain: list[Miles] = []
    for match in _PLAIN.finditer(text):
        if _is_unloaded(text, match) or _UNLOADED.search(
            re.split(r"[.\n]", text[match.end() : match.end() + 40], maxsplit=1)[0]
        ):
            continue
        told = _told(match, start, document)
        if told:
            plain.append(told)
    return plain


def _metered(match: re.Match[str], start: int, document: int) -> Miles | None:
    begin, end = (Decimal(match[name].replace(",", "")) for name in ("begin", "end"))
    if not 0 < end - begin <= _FARTHEST:
        return None
    return Miles(billed(end - begin), (Span(start + match.start(), start + match.end(), document),))


def _told(match: re.Match[str], start: int, document: int) -> Miles | None:
    number = Decimal(next(group for group in match.groups() if group).replace(",", ""))
    if "nautical" in match.group().lower():
        number *= _NAUTICAL
    if not 0 < number <= _FARTHEST:
        return None
    return Miles(billed(number), (Span(start + match.start(), start + match.end(), document),))


def _is_unloaded(text: str, match: re.Match[str]) -> bool:
    line = text.rfind("\n", 0, match.start()) + 1
    before = text[max(line, match.start() - 45) : match.start()]
    before = re.split(r"[.;,]", before)[-1]
    return _UNLOADED.search(before + match.group()) is not None


def _driven(text: str, start: int, document: int) -> Miles | None:
    """Return the miles between the readings of the odometer at loading and at the destination."""
    if not _ODOMETER.search(text):
        return None
    begin: re.Match[str] | None = None
    end: re.Match[str] | None = None
    unlabeled: list[re.Match[str]] = []
    last = 0
    for match in _READING.finditer(text):
        line = text.rfind("\n", 0, match.start()) + 1
        label = text[max(last, line, match.start() - 60) : match.start()]
        last = match.end()
        if _AT_NEITHER.search(label):
            continue
        if begin is None and _AT_START.search(label):
            begin = match
        elif begin is not None and _AT_END.search(label):
            end = match
            break
        else:
            unlabeled.append(match)
    if begin is None and len(unlabeled) == 2:
        begin, end = unlabeled
    elif begin is not None and end is None and len(unlabeled) == 1:
        (end,) = unlabeled
    if begin is None or end is None:
        return None
    driven = Decimal(end.group().replace(",", "")) - Decimal(begin.group().replace(",", ""))
    if not 0 < driven <= _FARTHEST:
        return None
    spans = tuple(Span(start + one.start(), start + one.end(), document) for one in (begin, end))
    return Miles(billed(driven), spans)


def covered(text: str, start: int, document: int) -> Miles | None:
    """Return the miles to the nearest suitable facility, where another was chosen."""
    match = _COVERED.search(text)
    if match is None or not _BY_CHOICE.search(text):
        return None
    span = Span(start + match.start(), start + match.end(), document)
    return Miles(billed(Decimal(match["n"].replace(",", ""))), (span,))


def billed(miles: Decimal) -> Decimal:
    """Return the miles as they are billed: tenths below a hundred, else whole, rounded up."""
    step = _TENTH if miles < _LONG else _WHOLE
    return (miles / step).to_integral_value(ROUND_CEILING) * step
