"""Plants defects in clean claims and counts which ones the claim editor finds."""

from __future__ import annotations

import random
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nosology.edits.case_data import CaseFacts
from nosology.edits.engine import Engine
from nosology.edits.history import History
from nosology.evaluation.mutations.claims import PLACE, CleanClaim, Fields, clean_claim
from nosology.evaluation.mutations.defects import Defect, defects
from nosology.evaluation.mutations.planting.site import Site
from nosology.model.claim_fields import claim_from_mapping
from nosology.model.facts import FactBook
from nosology.model.finding import Finding, Severity
from nosology.model.tables import table

SEED = 20261122
CLAIMS = 1000
EACH = 25


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a kind of defect was planted and found.

    Attributes:
        missed: what it was missed in, at most a few: the scenario of each claim.
    """

    defect: Defect
    planted: int
    found: int
    missed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MutationRun:
    """What a run counted.

    Attributes:
        claims: clean ones that were checked.
        tallies: in the order of the catalogue.
        false_findings: on clean claims, by severity, rule and scenario.
    """

    claims: int
    tallies: tuple[Tally, ...]
    false_findings: Mapping[tuple[Severity, str, str], int]

    @property
    def planted(self) -> int:
        """Defects of all kinds that were planted."""
        return sum(item.planted for item in self.tallies)

    @property
    def found(self) -> int:
        """Those that were found."""
        return sum(item.found for item in self.tallies)

    def false(self, severity: Severity) -> int:
        """Return how many findings of a severity clean claims had."""
        return sum(count for (told, _, _), count in self.false_findings.items() if told is severity)


def published_engine(book: FactBook) -> Engine:
    """Return an editor that also knows what is published by quarter, for the claims drawn."""
    told = tomllib.loads(table(PLACE, "published.toml").read_text(encoding="utf-8"))
    return Engine(CaseFacts(book, told))


def mutation_run(
    engine: Engine, claims: int = CLAIMS, each: int = EACH, seed: int = SEED
) -> MutationRun:
    """Return what is found of defects that are planted, one at a time.

    Args:
        engine: the editor.
        claims: how many clean claims are drawn.
        each: in how many of them each kind of defect is planted, at most.
        seed: of everything that is drawn.
    """
    drawn = [clean_claim(number, seed) for number in range(claims)]
    before = [_findings(engine, item.fields, item.earlier) for item in drawn]
    false: Counter[tuple[Severity, str, str]] = Counter()
    for clean, findings in zip(drawn, before, strict=True):
        for item in findings:
            is_told = item.severity in {Severity.ERROR, Severity.WARNING}
            if is_told or "failed" in item.message:
                false[item.severity, item.rule, clean.scenario] += 1
    tallies = [_tally(engine, defect, drawn, before, each, seed) for defect in defects()]
    return MutationRun(claims, tuple(tallies), false)


def _tally(
    engine: Engine,
    defect: Defect,
    drawn: Sequence[CleanClaim],
    before: Sequence[tuple[Finding, ...]],
    each: int,
    seed: int,
) -> Tally:
    draw = random.Random(f"{defect.name} {seed}")
    planted = found = 0
    missed: list[str] = []
    for place in draw.sample(range(len(drawn)), len(drawn)):
        if planted >= each:
            break
        clean = drawn[place]
        site = _planted(defect, clean, draw)
        if site is None:
            continue
        planted += 1
        known = {_key(item) for item in before[place]}
        findings = _findings(engine, site.claim, site.earlier)
        if any(
            defect.is_found_by(item.category, item.severity) and _key(item) not in known
            for item in findings
        ):
            found += 1
        else:
            missed.append(clean.scenario)
    return Tally(defect, planted, found, tuple(dict.fromkeys(missed)))


def _planted(defect: Defect, clean: CleanClaim, draw: random.Random) -> Site | None:
    """Return the claim with the defect; None where there is no place for it."""
    if defect.kinds and clean.kind not in defect.kinds:
        return None
    if defect.payers and clean.fields.get("payer") not in defect.payers:
        return None
    site = Site.of(clean, draw, defect.has, defect.what)
    return site if site.is_fit() and defect.plant(site) else None


def _key(item: Finding) -> tuple[Any, ...]:
    return (item.rule, item.line, item.codes, item.message)


def _findings(engine: Engine, fields: Fields, earlier: Sequence[Fields]) -> tuple[Finding, ...]:
    history = History()
    for past in earlier:
        history.add(claim_from_mapping(past))
    claim = claim_from_mapping(fields)
    return engine.check(claim, history.of(claim)).findings
