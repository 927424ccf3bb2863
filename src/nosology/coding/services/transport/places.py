"""Origin and destination of a run, by the letters that the modifiers of its lines carry."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from nosology.model.record import Span
from nosology.model.tables import rows, table

_PACKAGE = "nosology.coding.services.transport"
_ORIGINS = (
    r"^[ \t\-*]*(?:origin|pick[\s-]?up(?: (?:location|address|point|site))?|from|(?:call|"
    r"incident|scene) (?:location|address)|"
    r"(?:response|incident|scene) address|location(?: of (?:call|incident|pick[\s-]?up))?|"
    r"sending(?: facility| hospital)?|referring (?:facility|hospital)|"
    r"transported from|scene)\s*(?:\([^)\n]*\))?\s*[:\-–]\s*(?P<place>[^\n;]{2,110})",
    r"\b(?:picked up|found|located|pick[\s-]?up) (?:\w+ ){0,3}?(?:at|from|"
    r"in)\s+(?P<place>[^.;\n]{2,70})",
    r"\b(?:transport\w*|transfer\w*|taken|moved|return\w*|conveyed|flown|discharged|"
    r"interfacility transfer|trip)\b[^.;\n]{0,60}?\bfrom\s+(?P<place>[^;\n]{2,70}?)\s+(?:to|"
    r"for|and|en route|via)\b",
    r"\bfrom\s+(?P<place>[^.;\n]{2,70}?)\s+to\s",
    r"\b(?:dispatched|responded|called|response|arrived|respond|resp|sent)\b[^.;\n]{0,60}?\b(?:to|"
    r"at|on scene at)\s+(?!(?:chest|a (?:report|call|\d)|an? \d))(?P<place>[^.;\n]{2,70})",
)
_DESTINATIONS = (
    r"^[ \t\-*]*(?:destination(?: (?:facility|address))?|drop[\s-]?off(?: (?:location|point))?|"
    r"to|receiving(?: facility| hospital)?|transported to|"
    r"delivered to)\s*(?:\([^)\n]*\))?\s*[:\-–]\s*(?P<place>[^\n;]{2,110})",
    r"\b(?:transport\w*|transfer\w*|taken|conveyed|flown|return\w*|moved|brought|delivered|"
    r"discharged|trip|run)\b[^.;\n]{0,110}?\bto\s+(?:the\s+)?(?P<place>[^.;\n]{2,70})",
    r"(?:^|[.]\s+|,\s+)to\s+(?:the\s+)?(?P<place>[^.;\n]{2,70})",
    r"\bfrom\s[^.;\n]{2,70}?\sto\s+(?P<place>[^.;\n]{2,70})",
    r"\b(?:arriv\w+ at|care transferred (?:to|at)|hand[\s-]?off (?:to|at)|report given (?:to|"
    r"at))\s+(?:the\s+)?(?P<place>[^.;\n]{2,70})",
)
_BETWEEN = (
    re.compile(r"(?P<a>[^.\n:;]{2,70}?)\s*(?:-{1,2}>|→|=>)\s*(?P<b>[^.\n;]{2,90})"),
    re.compile(
        r"(?:^|[.:;]\s+|\bfrom\s+)(?P<a>[^.\n:;,]{2,50}?)\s+to\s+(?:the\s+)?(?P<b>[^.\n;,]{2,60})",
        re.IGNORECASE | re.MULTILINE,
    ),
)
"""Both places told together, as ``house -> dialysis`` or ``from her home to the hospital``."""
_STRONG = re.compile(
    r"\b(?P<H>hospital|medical center|(?-i:ED|ER)\b|trauma center)"
    r"|\b(?P<N>nursing home|skilled nursing facility|SNF)\b"
    r"|\b(?P<E>assisted living|ALF|group home|board and care|memory care|adult family home)\b"
    r"|\b(?P<J>dialysis (?:center|facility|unit)|DaVita|Fresenius)\b"
    r"|\b(?P<R>residence|(?:her|his|their|the|pt's|patient's|private|at) (?:home|house|"
    r"apartment)|at home|home)\b"
    r"|\b(?P<S>MVC|MVA|crash|collision|highway|interstate|intersection|roadside|parking lot|"
    r"Rte|Route \d+|I-\d+|grocery|supermarket|store|mall|school|restaurant|gym|work ?site|"
    r"workplace|"
    r"park|trail(?:head)?|sidewalk|rollover|casino|hotel|church|construction site|stadium|jail|"
    r"warehouse)\b",
    re.IGNORECASE,
)
"""Words that name a place wherever they stand."""
_NOT_A_PLACE = re.compile(
    r"(?:usual|lives (?:at|in)|from dispatch|home (?:O2|oxygen|health|med\w*)|"
    r"nursing home staff|discharge\w* from|recent(?:ly)?|last (?:week|month)|called|notified|"
    r"report to)[^.\n]{0,40}$",
    re.IGNORECASE,
)
_WHO = re.compile(r"\b(?:stretcher|cot|ambulance|gurney|unit|bed)\b", re.IGNORECASE)
_CODED = re.compile(
    r"\b(?:modifiers?|origin[\s/-]*destination)\s*(?:code|"
    r"modifier)?\s*[:=]?\s*(?P<pair>[DEGHIJNPRSX]{2})\b"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place with the letter of its kind."""

    letter: str
    span: Span


@cache
def _kinds() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (row["letter"], re.compile(row["words"], re.IGNORECASE))
        for row in rows(table(_PACKAGE, "places.tsv"), ("letter", "words"))
    )


@cache
def _patterns(which: str) -> tuple[re.Pattern[str], ...]:
    held = _ORIGINS if which == "origin" else _DESTINATIONS
    return tuple(re.compile(pattern, re.IGNORECASE | re.MULTILINE) for pattern in held)


def letter_of(words: str) -> str:
    """Return the letter of the kind of place that the words name; empty for none."""
    for letter, pattern in _kinds():
        if pattern.search(words):
            return letter
    return ""


def place(which: str, text: str, start: int, document: int) -> Place | None:
    """Return the origin or the destination that the text names first; None for none.

    Args:
        which: ``origin`` or ``destination``.
        text: of one run.
        start: where it stands in its document, for evidence.
        document: index of the document.
    """
    for pattern in _patterns(which):
        for match in pattern.finditer(text):
            words = match["place"]
            if _WHO.fullmatch(words.strip().split(" ")[0]):
                continue
            letter = letter_of(_first_part(words))
            letter = letter or letter_of(words)
            if letter:
                at = Span(start + match.start("place"), start + match.end("place"), document)
                return Place(letter, at)
    return None


def between(text: str, start: int, document: int) -> tuple[Place, Place] | None:
    """Return origin and destination where the text tells both together."""
    for pattern in _BETWEEN:
        for match in pattern.finditer(text):
            first, second = letter_of(match["a"]), letter_of(_first_part(match["b"]))
            if first and second:
                return (
                    Place(first, Span(start + match.start("a"), start + match.end("a"), document)),
                    Place(second, Span(start + match.start("b"), start + match.end("b"), document)),
                )
    return None


def named(text: str, start: int, document: int) -> list[Place]:
    """Return the places that strong words name, in the order of the text."""
    found: list[Place] = []
    for match in _STRONG.finditer(text):
        if _NOT_A_PLACE.search(text[max(0, match.start() - 60) : match.start()]):
            continue
        span = Span(start + match.start(), start + match.end(), document)
        found.append(Place(match.lastgroup or "", span))
    return found


def _first_part(words: str) -> str:
    return re.split(r",|\bfor\b|\bwith\b|\bvia\b|\bwhere\b|\bafter\b|\(|\bby\b", words, maxsplit=1)[
        0
    ]


def coded(texts: Iterable[str]) -> str:
    """Return the pair of letters that a record writes itself; empty for none."""
    for text in texts:
        match = _CODED.search(text)
        if match:
            return match["pair"]
    return ""
