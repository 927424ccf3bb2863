"""Diagnosis pointers: which diagnoses justify each service.

What the area named comes first. Else every diagnosis is weighed: whether ``pointers.tsv`` says that
such services are done for it, how near its words stand (the same sentence, the same problem),
whether place and side of the body agree. A visit points to what was dealt with, in reporting order.
No service points to an external cause, and none but a vaccine to the need for one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from nosology.coding.services.attributes.words import regions_of, sites_in
from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.coding.services.modifiers.distinct import site_of
from nosology.coding.services.modifiers.ranges import Numbers, numbers
from nosology.coding.services.modifiers.sides import side_of
from nosology.coding.tables import rows, settings, table
from nosology.model.code import EXTERNAL_CAUSES, plain
from nosology.model.coding import Diagnosis
from nosology.model.reading import Reading

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
        parts = [part.strip() for part in row["services"].split(";") if part.strip()]
        codes = [part for part in parts if part[:1].isdigit() or part[1:2].isdigit()]
        found.append(
            _Reason(
                frozenset(parts) - frozenset(codes),
                numbers("; ".join(codes)) if codes else Numbers(()),
                tuple(plain(part) for part in row["diagnoses"].split(";")),
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
    codes = {item.code for item in eligible}
    is_preventive = any(
        _is_preventive(_for_such(draft, eligible)) for draft in drafts if draft.area == "visits"
    )
    found = []
    for draft in drafts:
        named = tuple(code for code in draft.diagnoses if code in codes)
        if not named and draft.area == "visits":
            named = _of_visit(draft, eligible, case, is_beside_preventive=is_preventive)
        elif not named:
            named = _of(draft, eligible, case)
        found.append(replace(draft, diagnoses=named[:MOST]))
    return [
        draft if given.diagnoses else _following(draft, found, eligible)
        for draft, given in zip(found, drafts, strict=True)
    ]


def _following(
    draft: ServiceDraft, drafts: Sequence[ServiceDraft], eligible: Sequence[Diagnosis]
) -> ServiceDraft:
    """Return the draft with what the services point to for which it was done."""
    for held, areas in _FOLLOWING:
        if draft.code in held and not _for_such(draft, eligible):
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
    eligible: Sequence[Diagnosis],
    case: ServiceCase,
    *,
    is_beside_preventive: bool,
) -> tuple[str, ...]:
    """Return what the visit dealt with: weighed problems first, then the reporting order."""
    known = _for_such(draft, eligible)
    if known:
        return tuple(known)
    limits = _limits()
    left_out = limits["attendant"] + (limits["preventive"] if is_beside_preventive else ())
    listed = [item for item in eligible if not item.code.startswith(left_out)]
    if not listed:
        listed = [item for item in eligible if not item.code.startswith(limits["vaccines"])]
    weighed = [
        item.code
        for item in listed
        if any(
            _same_sentence(case.readings[words.document], words.start, evidence.start)
            for element in draft.worksheet
            if element.part == "problems"
            for evidence in element.evidence
            for words in item.evidence
            if words.document == evidence.document
        )
    ]
    return tuple(dict.fromkeys((*weighed, *(item.code for item in listed))))


def _of(draft: ServiceDraft, eligible: Sequence[Diagnosis], case: ServiceCase) -> tuple[str, ...]:
    known = _for_such(draft, eligible)
    barred = () if "Z23" in known else _limits()["vaccines"]
    place = _Place.of(draft, case) if draft.area in _LOCAL else _Place()
    weighed: list[tuple[int, int, str]] = []
    for number, item in enumerate(eligible):
        if item.code.startswith(barred):
            continue
        weight = _nearness(draft, item, case) + place.agreement(item)
        if item.code in known:
            weight += _KNOWN
        elif item.code.startswith(_limits()["attendant"]):
            weight -= _PROBLEM
        weighed.append((-weight, number, item.code))
    weighed.sort()
    enough = [code for weight, _, code in weighed if -weight >= _ENOUGH]
    if known:
        # What such services are done for stands before what is merely said beside them.
        enough.sort(key=lambda code: code not in known)
    return tuple(enough[:MOST]) or tuple(code for _, _, code in weighed[:1])


def _for_such(draft: ServiceDraft, diagnoses: Sequence[Diagnosis]) -> list[str]:
    """Return the diagnoses for which the table says such services are done, its order first."""
    names = {draft.concept, draft.area}
    found: list[str] = []
    for reason in _reasons():
        if reason.names & names or draft.code in reason.numbers:
            for prefix in reason.diagnoses:
                found += [item.code for item in diagnoses if item.code.startswith(prefix)]
    return list(dict.fromkeys(found))


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

    def agreement(self, item: Diagnosis) -> int:
        """Return how well the diagnosis is of the same place; below zero for another place."""
        title = item.display.lower()
        weight = 0
        if self.side in _OPPOSITE:
            if _OPPOSITE[self.side] in title and self.side not in title:
                return _CONFLICT
            weight += 1 if self.side in title else 0
        if self.site:
            named = sites_in(title)
            own = {self.site, *regions_of(self.site)}
            if any(site in own or self.site in regions for site, regions in named):
                weight += _PLACE
            elif any(own & regions for _, regions in named):
                weight += _REGION
            elif named:
                return _CONFLICT
        return weight


def _nearness(draft: ServiceDraft, item: Diagnosis, case: ServiceCase) -> int:
    weight = 0
    for span in draft.support:
        reading = case.readings[span.document]
        for words in item.evidence:
            if words.document != span.document:
                continue
            if _same_sentence(reading, words.start, span.start):
                return _SENTENCE
            if _same_problem(reading, words.start, span.start):
                weight = _PROBLEM
    return weight


def _same_sentence(reading: Reading, one: int, other: int) -> bool:
    return _sentence_at(reading, one) == _sentence_at(reading, other)


def _sentence_at(reading: Reading, at: int) -> int:
    return bisect_right(reading.sentences, at, key=lambda sentence: sentence.start) - 1


def _same_problem(reading: Reading, one: int, other: int) -> bool:
    here, there = _sentence_at(reading, one), _sentence_at(reading, other)
    return any(
        here in problem.sentences and there in problem.sentences for problem in reading.problems
    )
