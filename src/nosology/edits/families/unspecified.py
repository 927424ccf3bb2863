"""Codes that say less than another of the claim."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import permutations

from nosology.edits.rule import Hit, hit, rule
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView, DiagnosisView
from nosology.model.finding import Category, Severity

_CATEGORY = 3
_WORD = re.compile(r"[a-z0-9]+")
_EMPTY = frozenset(
    {"unspecified", "other", "nos", "uncomplicated", "of", "the", "a", "an", "and", "or", "with"}
    | {"without", "by", "in", "due", "to"}
)
_SIDES = frozenset({"right", "left", "bilateral"})
_WITHOUT = re.compile(r"\bwithout complications?\b")
_WITH = re.compile(r"\bwith\b(?! and\b)")


@lru_cache(maxsize=16_384)
def _words(title: str) -> frozenset[str]:
    return frozenset(_WORD.findall(title.lower())) - _EMPTY


def _of_one_category(claim: ClaimView) -> Iterator[tuple[DiagnosisView, str, DiagnosisView, str]]:
    """Yield ordered pairs of codes of one category, each with its title."""
    diagnoses = claim.listed
    if len({item.code[:_CATEGORY] for item in diagnoses}) == len(diagnoses):
        return
    day = claim.known_day
    categories: dict[str, list[DiagnosisView]] = {}
    for item in diagnoses:
        categories.setdefault(item.code[:_CATEGORY], []).append(item)
    for alike in categories.values():
        for one, other in permutations(alike, 2):
            if one.code != other.code:
                yield one, claim.book.title(one.code, day), other, claim.book.title(other.code, day)


@rule(
    "unspecified-beside-specific",
    asks=Trait.SEVERAL_DIAGNOSES,
    category=Category.UNSPECIFIED,
    severity=Severity.ADVISORY,
    authority="ocg-i-b-2",
    needs=("icd10cm",),
    message="{open} leaves open what {told} beside it tells.",
    remedy="Leave {open} out, unless the record speaks of two conditions.",
)
def unspecified(claim: ClaimView) -> Iterator[Hit]:
    """No code of an unspecified condition stands beside a code of its category that says more.

    The one says “unspecified”, and all else it says the other says, too. Sides are another matter
    (``side-open-beside-side``).

    Why: a condition is coded once, as exactly as the record tells it.
    """
    for one, title, other, other_title in _of_one_category(claim):
        if "unspecified" not in title.lower() or "unspecified" in other_title.lower():
            continue
        words, others = _words(title), _words(other_title)
        if words < others and others - words - _SIDES:
            yield hit(None, one.shown, other.shown, open=one.shown, told=other.shown)


@rule(
    "without-beside-with",
    asks=Trait.SEVERAL_DIAGNOSES,
    category=Category.UNSPECIFIED,
    severity=Severity.WARNING,
    authority="ocg-i-b-2",
    needs=("icd10cm",),
    message="{without} says there is no complication, and {told} beside it that there is one.",
    remedy="Leave {without} out where the complication is documented.",
)
def without_beside_with(claim: ClaimView) -> Iterator[Hit]:
    """No code of a disease without complications stands beside one of its category with one.

    Why: the two contradict each other; E11.9 beside E11.22 is the usual case.
    """
    for one, title, other, other_title in _of_one_category(claim):
        if (
            _WITHOUT.search(title.lower())
            and _WITH.search(other_title.lower())
            and not _WITHOUT.search(other_title.lower())
        ):
            yield hit(None, one.shown, other.shown, without=one.shown, told=other.shown)
