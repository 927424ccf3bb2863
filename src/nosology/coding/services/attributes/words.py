"""Attributes that words tell: contrast, depth, class of a repair, approach, site of the body.

``attributes.tsv`` holds one value a line, ``sites.tsv`` the places of the body with what they are
part of. Of two that start at the same character the longer stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from nosology.coding.services.attributes.phrases import Phrases
from nosology.coding.services.attributes.told import Attribute, Reach, Told
from nosology.model.errors import MalformedRow
from nosology.model.reading import Reading
from nosology.model.tables import parts, rows, table

_PACKAGE = "nosology.coding.services.attributes"
_DENIAL = 40
_STOP = re.compile(r"[.;\n]")
_DENIED_BEFORE = re.compile(
    r"\b(?:no|not|without|w/o|never|denies|denied|nor|declin\w+|refus\w+|defer\w*|avoid\w*|"
    r"instead of|rather than)\s+"
    r"(?:(?:a|an|the|any|evidence|of|need|needed|for|using|further|formal|require|\w+ed)\s+){0,3}$",
    re.IGNORECASE,
)
_DENIED_AFTER = re.compile(
    r"[\s,:(]*(?:(?!and\b|but\b|with\b)[\w/-]+\s+){0,3}?(?:(?:was|were|is|are|had been)\s+)?"
    r"(?:not (?:needed|used|done|required|performed|necessary|made|taken|obtained|placed|given|"
    r"attempted)\b|considered\b|planned\b|deferred\b|declined\b|omitted\b|unnecessary\b)",
    re.IGNORECASE,
)


def _is_denied(text: str, match: re.Match[str]) -> bool:
    """Return whether the words are said not to be so: ``no mesh``, ``trypan blue not used``."""
    start, end = match.span()
    before = _STOP.split(text[max(start - _DENIAL, 0) : start])[-1]
    after = _STOP.split(text[end : end + _DENIAL], maxsplit=1)[0]
    return bool(_DENIED_BEFORE.search(before) or _DENIED_AFTER.match(after))


@dataclass(frozen=True, slots=True)
class _Finder:
    """Finds the values of one attribute by the phrases that tell them."""

    phrases: Phrases
    values: tuple[tuple[str, frozenset[str]], ...]

    def __call__(self, reading: Reading) -> list[Told]:
        found: list[Told] = []
        for number, match in self.phrases.find(reading.text):
            if _is_denied(reading.text, match):
                continue
            value, within = self.values[number]
            found.append(Told(value, match.start(), match.end(), within))
        return found


@cache
def word_attributes() -> dict[str, Attribute]:
    """Return the attributes of ``attributes.tsv`` by name.

    Raises:
        MalformedRow: for a reach that is none, or two reaches of one attribute.
    """
    named: dict[str, list[tuple[str, str, frozenset[str]]]] = {}
    reaches: dict[str, Reach] = {}
    for row in rows(
        table(_PACKAGE, "attributes.tsv"), ("attribute", "value", "reach", "words", "source")
    ):
        try:
            reach = Reach[row["reach"].upper()]
        except KeyError:
            raise MalformedRow(
                row.file, row.line, "reach", "must be sentence, block, section or document"
            ) from None
        if reaches.setdefault(row["attribute"], reach) is not reach:
            raise MalformedRow(row.file, row.line, "reach", "differs from that of the line above")
        for words in parts(row["words"]):
            named.setdefault(row["attribute"], []).append((words, row["value"], frozenset()))
    return {name: Attribute(name, reaches[name], _finder(held)) for name, held in named.items()}


@cache
def site_attribute() -> Attribute:
    """Return the attribute ``site``: a place of the body with the regions that hold it.

    Raises:
        MalformedRow: for a region that is not itself a site above.
    """
    return Attribute("site", Reach.DOCUMENT, _site_finder())


def sites_in(text: str) -> list[tuple[str, frozenset[str]]]:
    """Return the places of the body that the text names, each with the regions that hold it."""
    finder = _site_finder()
    return [finder.values[number] for number, _ in finder.phrases.find(text)]


@cache
def _site_finder() -> _Finder:
    words, _ = _sites()
    return _finder(words)


def regions_of(site: str) -> frozenset[str]:
    """Return the regions of the body that hold the site; empty for one that none holds."""
    return _sites()[1].get(site, frozenset())


@cache
def _sites() -> tuple[list[tuple[str, str, frozenset[str]]], dict[str, frozenset[str]]]:
    within: dict[str, frozenset[str]] = {}
    words: list[tuple[str, str, frozenset[str]]] = []
    for row in rows(table(_PACKAGE, "sites.tsv"), ("site", "within", "words")):
        regions: set[str] = set()
        for region in parts(row["within"]):
            if region not in within:
                raise MalformedRow(row.file, row.line, "within", f"no site {region!r} above")
            regions |= {region, *within[region]}
        within[row["site"]] = frozenset(regions)
        words += [(word, row["site"], frozenset(regions)) for word in parts(row["words"])]
    return words, within


def _finder(named: Sequence[tuple[str, str, frozenset[str]]]) -> _Finder:
    return _Finder(
        Phrases.of(words for words, _, _ in named),
        tuple((value, within) for _, value, within in named),
    )
