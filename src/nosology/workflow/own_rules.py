"""Tests the user's own rules by the cases that stand beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nosology.edits.cases import difference
from nosology.edits.catalogue import rules
from nosology.edits.own_rules.reading import read_own_rules
from nosology.workflow.check import load_engine


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule that answers otherwise than a case expects, or that lacks a case."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many rules and cases there were, and what was wrong."""

    rules: int
    cases: int
    problems: tuple[Problem, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the fields as the JSON answer carries them."""
        return {
            "rules": self.rules,
            "cases": self.cases,
            "problems": [{"rule": item.rule, "text": item.text} for item in self.problems],
        }


def try_own_rules(files: Sequence[Path], home: Path | None = None) -> Outcome:
    """Return how the rules of the files answer their cases.

    Raises:
        InputError: when a file is not as it must be.
    """
    told = read_own_rules(files)
    engine = load_engine(home)
    own = {rule.id: rule for rule in told.policy.own}
    known = {**rules(), **own}
    problems = [
        Problem(case.rule, f"{case.where} ({case.why}): {problem}")
        for case in told.cases
        if (problem := difference(case, known[case.rule], engine.book, told.policy))
    ]
    for id in own:
        expected = {case.expects_hit for case in told.cases if case.rule == id}
        for expects_hit, text in ((True, "objects to"), (False, "lets pass")):
            if expects_hit not in expected:
                problems.append(Problem(id, f"has no case that it {text}"))
    return Outcome(len(own), len(told.cases), tuple(problems))
