"""This project's claim editor, asked in the same way as its peers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from benchmarks.editors.claims import Claim
from benchmarks.editors.tally import Found
from nosology.model.claim_fields import claim_from_mapping
from nosology.model.code import plain
from nosology.workflow.check import load_engine

if TYPE_CHECKING:
    from nosology.model.finding import Checked, Finding

NAME = "nosology"
COUNTED_BY_CODE = frozenset(
    {
        "code not valid",
        "age",
        "sex",
        "unspecified",
        "wrong procedure",
        "not covered",
        "limited coverage",
        "obstetric admission",
        "length of stay",
    }
)
"""Kinds of findings of stays that are about any diagnosis or procedure of the claim."""
WITHOUT_PLACE = frozenset({"modifier not valid"})
"""Kinds of findings of visits that the peer tells of the claim as a whole."""


class OurEditor:
    """Answers the findings of the rules that have a counterpart, under the name of their kind."""

    def __init__(self, rules: Mapping[str, str]) -> None:
        """Open the editor.

        Args:
            rules: the kind of finding that each rule makes; others are left out of account.
        """
        self._engine = load_engine()
        self._rules = rules

    def answer(self, claim: Claim) -> Checked:
        """Return what the editor says of the claim, read from its fields."""
        return self._engine.check(claim_from_mapping(claim))

    def compared(self, answer: Checked) -> list[tuple[str, Finding]]:
        """Return the findings that have a counterpart, each with its kind."""
        return [
            (kind, finding)
            for finding in answer.findings
            if (kind := self._kind(finding)) is not None
        ]

    def _kind(self, finding: Finding) -> str | None:
        """Return the kind that is named for the rule, or for its findings of that severity."""
        rule = finding.rule
        return self._rules.get(rule) or self._rules.get(f"{rule} ({finding.severity.value})")

    def by_count(self, answer: Checked, claim: Claim) -> Found:
        """Return how often each kind of finding is made, counted as a peer counts.

        A peer that looks at one place after the other counts a code twice that stands at two; ours
        names the code once. What is about the principal diagnosis or the claim counts once.
        """
        listed = Counter(item["code"] for item in (*claim["diagnoses"], *claim["procedures"]))
        found: Found = Counter()
        for kind, finding in self.compared(answer):
            code = plain(finding.codes[0]) if finding.codes else ""
            if kind in COUNTED_BY_CODE:
                found[kind, code] = max(listed[code], 1)
            else:
                found[kind, ""] += 1
        by_kind: Found = Counter()
        for (kind, _), count in found.items():
            by_kind[kind, ""] += count
        return by_kind

    def others(self, answer: Checked) -> list[str]:
        """Return the rules of the findings that have no counterpart."""
        return [item.rule for item in answer.findings if self._kind(item) is None]

    def by_place(self, answer: Checked) -> Found:
        """Return the findings with their line, or the diagnosis, or nothing for the whole claim."""
        found: Found = Counter()
        for kind, finding in self.compared(answer):
            place = finding.line or (plain(finding.codes[0]) if finding.codes else "")
            if kind in WITHOUT_PLACE:
                place = ""
            found[kind, place] = 1
        return found
