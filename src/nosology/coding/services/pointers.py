"""Diagnosis pointers: which diagnoses justify each service.

What the area named comes first. Else every diagnosis is weighed: whether ``pointers.tsv`` says that
such services are done for it, how near its words stand (the same sentence, the same problem),
whether place and side of the body agree. A visit points to what was dealt with, in reporting order.
No service points to an external cause, and none but a vaccine to the need for one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache

from nosology.coding.services.attributes.words import regions_of, sites_in
from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.coding.services.modifiers.distinct import site_of
from nosology.coding.services.modifiers.ranges import Numbers, numbers
from nosology.coding.services.modifiers.sides import side_of
from nosology.model.code import EXTERNAL_CAUSES, plain
from nosology.model.coding import Diagnosis, Evidence
from nosology.model.record import Span
from nosology.model.tables import parts, rows, settings, table

MOST = 4
"""Pointers that a line of a professional claim holds (837P SV107, CMS-1500 item 24E)."""
_PACKAGE = "nosology.coding.services"
_KNOWN, _SENTENCE, _PROBLEM, _PLACE, _REGION, _CONFLICT = 8, 6, 5, 4, 3, -9
_ENOUGH = 4
_LOCAL = frozenset({"procedures", "imaging", "therapy", "supplies"})
"""Areas whose services are for a place of the body."""
_FOLLOWING = (
    (numbers("36400-36416; 99000-99001; P9603-P9604; G0471"), frozenset({"laboratory"})),
    (numbers("96365-96379; 96401-96549; 96372"), frozenset({"drugs"})),
)
"""Services that are for what others are for: a specimen is drawn for tests, a needle for a drug."""
_OPPOSITE = {"left": "right", "right": "left"}


@dataclass(frozen=True, slots=True)
class _Reason:
    names: frozenset[str]
    numbers: Numbers
    diagnoses: tuple[str, ...]


@cache
def _reasons() -> tuple[_Reason, ...]:
    found = []
    for row in rows(table(_PACKAGE, "pointers.tsv"), ("services", "diagnoses", "why")):
        listed = parts(row["services"])
        codes = [part for part in listed if part[:1].isdigit() or part[1:2].isdigit()]
        found.append(
            _Reason(
                frozenset(listed) - frozenset(codes),
                numbers("; ".join(codes)) if codes else Numbers(()),
                tuple(plain(part) for part in parts(row["diagnoses"])),
            )
        )
    return tuple(found)


@cache
def _limits() -> dict[str, tuple[str, ...]]:
    read = settings(_PACKAGE, "pointers.toml")
    return {name: tuple(plain(code) for code in codes) for name, codes in read.items()}


def pointed(drafts: Sequence[ServiceDraft], case: ServiceCase) -> list[ServiceDraft]:
    """Return the drafts, each with the diagnoses that justify it."""
    eligible = [item for item in case.diagnoses if not item.code.startswith(EXTERNAL_CAUSES)]
    if not eligible:
        return list(drafts)
    codes = list(dict.fromkeys(item.code for item in eligible))
    is_preventive = any(
        _is_preventive(_for_such(draft, codes)) for draft in drafts if draft.area == "visits"
    )
    places = _Places(case)
    candidates = [places.candidate(item) for item in eligible]
    found = []
    for draft in drafts:
        named = tuple(code for code in draft.diagnoses if code in codes)
        known = [] if named else _for_such(draft, codes)
        if not named and draft.area == "visits":
            named = tuple(known) or _of_visit(
                draft, candidates, places, is_beside_preventive=is_preventive
            )
        elif not named:
            named = _of(draft, known, candidates, places)
        found.append(replace(draft, diagnoses=named[:MOST]))
    return [
        draft if given.diagnoses else _following(draft, found, codes)
        for draft, given in zip(found, drafts, strict=True)
    ]


def _following(
    draft: ServiceDraft, drafts: Sequence[ServiceDraft], codes: Sequence[str]
) -> ServiceDraft:
    """Return the draft with what the services point to for which it was done."""
    for held, areas in _FOLLOWING:
        if draft.code in held and not _for_such(draft, codes):
            served = [
                code
                for other in drafts
                if other.area in areas and other.code not in held
                for code in other.diagnoses
            ]
            if served:
                return replace(draft, diagnoses=tuple(dict.fromkeys(served))[:MOST])
    return draft


def _of_visit(
    draft: ServiceDraft,
    candidates: Sequence[_Candidate],
    places: _Places,
    *,
    is_beside_preventive: bool,
) -> tuple[str, ...]:
    """Return what the visit dealt with: weighed problems first, then the reporting order."""
    limits = _limits()
    left_out = limits["attendant"] + (limits["preventive"] if is_beside_preventive else ())
    listed = [item for item in candidates if not item.code.startswith(left_out)]
    if not listed:
        listed = [item for item in candidates if not item.code.startswith(limits["vaccines"])]
    told = places.sentences(
        evidence
        for element in draft.worksheet
        if element.part == "problems"
        for evidence in element.evidence
    )
    weighed = [item.code for item in listed if not told.isdisjoint(item.sentences)]
    return tuple(dict.fromkeys((*weighed, *(item.code for item in listed))))


def _of(
    draft: ServiceDraft, known: Sequence[str], candidates: Sequence[_Candidate], places: _Places
) -> tuple[str, ...]:
    """Return what the service was done for: what is ``known`` of such services, and near words."""
    barred = () if "Z23" in known else _limits()["vaccines"]
    attendant, usual = _limits()["attendant"], frozenset(known)
    place = _Place.of(draft, places.case) if draft.area in _LOCAL else _Place()
    here = places.sentences(draft.support)
    discussed = places.problems(here)
    weighed: list[tuple[int, int, str]] = []
    for number, item in enumerate(candidates):
        if item.code.startswith(barred):
            continue
        weight = item.nearness(here, discussed) + place.agreement(item.title)
        if item.code in usual:
            weight += _KNOWN
        elif item.code.startswith(attendant):
            weight -= _PROBLEM
        weighed.append((-weight, number, item.code))
    weighed.sort()
    enough = [code for weight, _, code in weighed if -weight >= _ENOUGH]
    if usual:
        # What such services are done for stands before what is merely said beside them.
        enough.sort(key=lambda code: code not in usual)
    return tuple(enough[:MOST]) or tuple(code for _, _, code in weighed[:1])


def _for_such(draft: ServiceDraft, codes: Sequence[str]) -> list[str]:
    """Return the diagnoses for which the table says such services are done, its order first."""
    found: list[str] = []
    for prefix in _usual(draft.code, draft.concept, draft.area):
        found += [code for code in codes if code.startswith(prefix)]
    return list(dict.fromkeys(found))


@cache
def _usual(code: str, concept: str, area: str) -> tuple[str, ...]:
    """Return the beginnings of the diagnoses for which such services are done."""
    return tuple(
        prefix
        for reason in _reasons()
        if concept in reason.names or area in reason.names or code in reason.numbers
        for prefix in reason.diagnoses
    )


def _is_preventive(codes: Sequence[str]) -> bool:
    return any(code.startswith(_limits()["preventive"]) for code in codes)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where on the body a service was."""

    side: str = ""
    site: str = ""

    @classmethod
    def of(cls, draft: ServiceDraft, case: ServiceCase) -> _Place:
        """Return the place that the record tells of the service."""
        return cls(side_of(draft, case), site_of(draft, case))

    def agreement(self, title: str) -> int:
        """Return how well a diagnosis of this title is of the same place; below zero for another.

        The title is in small letters.
        """
        weight = 0
        if self.side in _OPPOSITE:
            if _OPPOSITE[self.side] in title and self.side not in title:
                return _CONFLICT
            weight += 1 if self.side in title else 0
        if self.site:
            named = _sites_of_title(title)
            own = {self.site, *regions_of(self.site)}
            if any(site in own or self.site in regions for site, regions in named):
                weight += _PLACE
            elif any(own & regions for _, regions in named):
                weight += _REGION
            elif named:
                return _CONFLICT
        return weight


@lru_cache(maxsize=4096)
def _sites_of_title(title: str) -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple(sites_in(title))


type _At = tuple[int, int]
"""A sentence or a problem by its number, behind that of its document."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A diagnosis that a service may be for, with the sentences and problems that tell of it."""

    code: str
    title: str
    sentences: frozenset[_At]
    problems: frozenset[_At]

    def nearness(self, sentences: frozenset[_At], problems: frozenset[_At]) -> int:
        """Return the weight of how near the words of a service stand."""
        if not self.sentences.isdisjoint(sentences):
            return _SENTENCE
        return 0 if self.problems.isdisjoint(problems) else _PROBLEM


@dataclass(frozen=True, slots=True)
class _Places:
    """Where words stand: in which sentences and problems of the documents."""

    case: ServiceCase
    _discussing: dict[int, dict[int, list[int]]] = field(default_factory=dict)

    def sentences(self, words: Iterable[Span | Evidence]) -> frozenset[_At]:
        """Return the sentences in which the words begin."""
        readings = self.case.readings
        return frozenset(
            (item.document, readings[item.document].sentence_at(item.start)) for item in words
        )

    def problems(self, sentences: Iterable[_At]) -> frozenset[_At]:
        """Return the problems that discuss any of the sentences."""
        return frozenset(
            (document, problem)
            for document, sentence in sentences
            for problem in self._problems_of(document).get(sentence, ())
        )

    def candidate(self, item: Diagnosis) -> _Candidate:
        """Return the diagnosis with the places that tell of it."""
        sentences = self.sentences(item.evidence)
        return _Candidate(item.code, item.display.lower(), sentences, self.problems(sentences))

    def _problems_of(self, document: int) -> dict[int, list[int]]:
        """Return the problems of a document by the sentences that discuss them."""
        found = self._discussing.get(document)
        if found is None:
            found = self._discussing[document] = {}
            for number, problem in enumerate(self.case.readings[document].problems):
                for sentence in problem.sentences:
                    found.setdefault(sentence, []).append(number)
        return found
