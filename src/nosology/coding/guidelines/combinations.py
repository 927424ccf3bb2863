"""Combination codes: two conditions that the classification gives in one code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft, moved_before, replaced
from nosology.coding.guidelines.relation import are_unrelated, causes_of, has_cause
from nosology.model.code import plain
from nosology.model.tables import rows, table

_SAME, _BEFORE = "same", "first"
_CATEGORY = 3


@dataclass(frozen=True, slots=True)
class Combination:
    """A row of ``combinations.tsv``.

    Attributes:
        partner: beginning of the code of the second condition.
        becomes: the code of both.
        beside: the code that stays behind it; empty for none, ``same`` for the partner's own,
            ``first`` for that one before it.
        unless: words of either with which the two do not combine.
    """

    partner: str
    becomes: str
    beside: str
    unless: frozenset[str]
    rule: str


def combination_codes(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with each two conditions that have a code together under that code.

    The Index links the two by "with", so that the record need not, unless it says that they are
    unrelated (ICD-10-CM OCG I.A.15, I.B.9). A code that was combined combines further.
    """
    known = _combinations()
    result = list(drafts)
    # A partner may combine with several conditions (bleeding of unknown source), and goes when all
    # were held against it.
    spent: list[Draft] = []
    position = 0
    while position < len(result):
        combined = _combined(result, result[position], known, spent, case)
        if combined is None:
            position += 1
        else:
            result, position = combined, 0
    return [draft for draft in result if not any(draft is item for item in spent)]


def _combined(
    drafts: list[Draft],
    condition: Draft,
    known: dict[str, tuple[Combination, ...]],
    spent: list[Draft],
    case: Case,
) -> list[Draft] | None:
    for combination in known.get(condition.code, ()):
        partner = next(
            (
                draft
                for draft in drafts
                if draft is not condition and draft.code.startswith(combination.partner)
            ),
            None,
        )
        if (
            partner is None
            or (partner.words | condition.words) & combination.unless
            or not case.is_billable(combination.becomes)
            or _has_other_cause(*_effect_and_cause(partner, condition, combination), case)
            or are_unrelated(condition.code[:_CATEGORY], partner.code[:_CATEGORY], case)
        ):
            continue
        both = replace(
            condition,
            code=combination.becomes,
            support=(*condition.support, *partner.support),
            words=condition.words | partner.words,
        ).because(combination.rule, f"({partner.code})")
        result = replaced(drafts, condition, both)
        if not combination.beside:
            spent.append(partner)
        elif combination.beside == _SAME:
            result = moved_before(result, both, partner)
        elif combination.beside == _BEFORE:
            result = moved_before(result, partner, both)
        elif case.is_billable(combination.beside):
            kept = replace(partner, code=combination.beside)
            result = moved_before(replaced(result, partner, kept), both, kept)
        return result
    return None


def _effect_and_cause(
    partner: Draft, condition: Draft, combination: Combination
) -> tuple[Draft, Draft]:
    """The two as what is brought about and what brings it about: the cause is coded first."""
    return (condition, partner) if combination.beside == _BEFORE else (partner, condition)


def _has_other_cause(effect: Draft, cause: Draft, case: Case) -> bool:
    """Whether the record gives the effect to something else (bleeding due to hemorrhoids)."""
    if not has_cause(effect, case):
        return False
    causes = [found.concept[:_CATEGORY] for found in causes_of(effect, case)]
    return cause.code[:_CATEGORY] not in causes


@cache
def _combinations() -> dict[str, tuple[Combination, ...]]:
    listed: dict[str, list[Combination]] = {}
    for row in rows(
        table("nosology.coding.guidelines", "combinations.tsv"),
        ("condition", "with", "becomes", "beside", "unless", "rule", "source"),
    ):
        kept = row["beside"]
        listed.setdefault(plain(row["condition"]), []).append(
            Combination(
                partner=plain(row["with"]),
                becomes=plain(row["becomes"]),
                beside=kept if kept in {_SAME, _BEFORE} else plain(kept),
                unless=frozenset(row["unless"].split()),
                rule=row["rule"],
            )
        )
    return {condition: tuple(found) for condition, found in listed.items()}
