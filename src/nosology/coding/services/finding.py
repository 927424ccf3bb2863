"""Finding acts: the terms of the catalogue in the text, and what the record says of each."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from nosology.coding.lexicon.bags import bag_of
from nosology.coding.services.acts import Act, Standing
from nosology.coding.services.catalogue import catalogue, sources
from nosology.coding.services.headings import headed
from nosology.coding.services.reports import of_study, reports_specimens, reports_study
from nosology.coding.services.standing import standing_of
from nosology.language.matching import TermMatcher
from nosology.language.pipeline import CONTEXT_STAGES
from nosology.language.terms import Term, TermIndex, build_index
from nosology.model.encounter import Encounter
from nosology.model.reading import Mention, Reading
from nosology.model.tables import rows, table

_FORMAT = 1
"""Raised when the way terms are laid out changes, so that a stored index is made anew."""
_LANGUAGE = ("abbreviations.tsv", "abbreviations.py", "word_forms.tsv", "normalization.py")
_OF_THE_BODY = frozenset({"procedure", "therapy", "infusion", "imaging", "tracing"})
"""Kinds of service that a report on a specimen names as its source, and does not bill."""
FAMILY = "service-terms-"
"""What the key of every stored index of service terms begins with."""


def service_terms() -> TermIndex:
    """Return the index of what services are called, each term leading to a concept."""
    return build_index(
        Term(term, concept.name, "", "lexicon", bag_of(term))
        for concept in catalogue().concepts.values()
        for term in concept.terms
    )


def service_fingerprint() -> str:
    """Return a key that changes whenever the index of service terms would."""
    digest = hashlib.sha256(f"{_FORMAT}".encode())
    ingredients = [*sources(), *(table("nosology.language", name) for name in _LANGUAGE)]
    for source in ingredients:
        digest.update(source.name.encode())
        digest.update(source.read_bytes())
    return f"{FAMILY}{digest.hexdigest()[:24]}"


_WORDS_TOO = frozenset({"us", "fit", "sis", "rug", "oct", "rose", "pat", "cl", "k", "na"})
"""Abbreviations of services that are words of English too: they count in capitals alone."""


def _is_word_instead(reading: Reading, mention: Mention) -> bool:
    """Whether a part of the mention is a word where its term has an abbreviation (``told us``)."""
    if all(
        len(word) == 1 for word in mention.term.lower().replace("&", " ").replace("/", " ").split()
    ):
        # Single letters are a name only as it is written: ``D&C`` is no ``C/D``.
        said = reading.text[mention.start : mention.end]
        return _letters(said) != _letters(mention.term)
    for number in mention.tokens:
        token = reading.tokens[number]
        written = reading.text[token.start : token.end]
        if (
            written.lower() in _WORDS_TOO
            and not written.isupper()
            and written.upper() in mention.term.replace("/", " ").split()
        ):
            return True
    return False


_BESIDE = 80


@cache
def _homographs() -> dict[tuple[str, str], re.Pattern[str]]:
    """Return what tells that an abbreviation means another thing, by concept and abbreviation."""
    path = table("nosology.coding.services.catalogue", "homographs.tsv")
    columns = ("concept", "written", "beside", "source")
    return {
        (row["concept"], row["written"].lower()): re.compile(row["beside"], re.IGNORECASE)
        for row in rows(path, columns)
    }


def _is_homograph(reading: Reading, mention: Mention) -> bool:
    """Whether words beside an abbreviation tell that it means another thing (``7.5 ETT``)."""
    text, start, end = reading.text, mention.start, mention.end
    beside = _homographs().get((mention.concept, text[start:end].lower()))
    if beside is None:
        return False
    before, after = max(0, start - _BESIDE), min(len(text), end + _BESIDE)
    return bool(beside.search(text[before:start].rstrip()) or beside.search(text[start:after]))


def _letters(text: str) -> str:
    return "".join(text.lower().replace(" and ", "&").split())


@dataclass(frozen=True)
class ActFinder:
    """Finds the acts of documents that were read."""

    index: TermIndex
    _matcher: TermMatcher = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_matcher", TermMatcher(self.index))

    def __call__(self, encounter: Encounter, readings: Iterable[Reading]) -> tuple[Act, ...]:
        """Return the acts of the documents, in the order of the text."""
        found: list[Act] = []
        concepts = catalogue().concepts
        for reading in readings:
            acted = self._matcher(reading)
            for stage in CONTEXT_STAGES:
                acted = stage(acted)
            mentions = [*headed(acted, self.index, concepts), *acted.mentions]
            is_of_specimens = reports_specimens(acted, encounter)
            own: list[Act] = []
            for mention in sorted(mentions, key=lambda item: (item.start, item.end)):
                if _is_word_instead(acted, mention) or _is_homograph(acted, mention):
                    continue
                concept = concepts[mention.concept]
                standing, cue = standing_of(acted, mention, concept, encounter)
                if is_of_specimens and concept.kind in _OF_THE_BODY:
                    standing, cue = Standing.NAMED, None
                own.append(Act(concept, acted, mention, standing, cue))
            is_of_study = not is_of_specimens and reports_study(acted, own)
            found += map(of_study, own) if is_of_study else own
        return tuple(found)
