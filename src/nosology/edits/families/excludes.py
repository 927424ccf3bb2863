"""Excludes1: codes that may not stand together."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nosology.edits.notes import Named, excluded, notes_of
from nosology.edits.rule import Hit, hit, rule
from nosology.edits.sides import LEFT, RIGHT, side_of
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView, DiagnosisView
from nosology.model.code import EXTERNAL_CAUSES, dotted
from nosology.model.finding import Category, Override, Severity

_LIMITED = re.compile(
    r"\b(?:NOS|NEC|due to|in|with|without|following|associated|complicating|related|when|as part"
    r"|such as|caused|from|during|not|of unspecified)\b"
)
_MOST_TEXT = 100
_WORD = re.compile(r"[a-z]{4,}")
_SIDES = frozenset({LEFT, RIGHT})


@rule(
    "excludes1",
    asks=Trait.SEVERAL_DIAGNOSES,
    category=Category.EXCLUDES1,
    severity=Severity.ERROR,
    authority="ocg-i-a-12-a",
    needs=("icd10cm",),
    message="{one} may not stand beside {other}: {bearer} has the Excludes1 note “{note}”.",
    remedy="Keep the one that the record supports; both only where it says they are unrelated.",
    carc="16",
    override=Override.DOCUMENTATION,
)
def excludes1(claim: ClaimView) -> Iterator[Hit]:
    """No code stands beside one that an Excludes1 note on it, or on a heading above it, names.

    The note counts in either direction and each pair is reported once. It is a warning where the
    note names a range, limits its words (“due to”, “NOS”, “with”), speaks of another condition of
    the heading than the code has, or the two are of different sides of the body: the conditions may
    then be unrelated. External causes are not compared.

    Why: an Excludes1 note means “not coded here”; the two cannot be reported together, unless they
    are unrelated to each other.
    """
    if len(claim.claim.diagnoses) < 2:
        return
    noted = notes_of(claim)
    categories = {item.code[:3] for item, _ in noted}
    found: dict[tuple[int, int], tuple[DiagnosisView, DiagnosisView, Named]] = {}
    for one, notes in noted:
        naming = excluded(notes)
        if naming.categories.isdisjoint(categories) or one.code.startswith(EXTERNAL_CAUSES):
            continue
        for other, _ in noted:
            if other.code == one.code:
                continue
            for named in naming.naming(other.code):
                if named.range.holds(one.code) or other.code.startswith(EXTERNAL_CAUSES):
                    continue
                pair = (min(one.position, other.position), max(one.position, other.position))
                kept = found.get(pair)
                if kept is None or (_is_limited(kept[2]) and not _is_limited(named)):
                    found[pair] = (one, other, named)
    for one, other, named in found.values():
        may_be = (
            _is_limited(named)
            or _is_of_another_condition(claim, other, named)
            or _are_of_two_sides(claim, one, other)
        )
        yield hit(
            None,
            one.shown,
            other.shown,
            one=one.shown,
            other=other.shown,
            bearer=dotted(named.note.origin),
            note=_shortened(named.note.text),
            severity=Severity.WARNING if may_be else None,
        )


def _is_limited(named: Named) -> bool:
    return named.range.first != named.range.last or _LIMITED.search(named.note.text) is not None


def _is_of_another_condition(claim: ClaimView, other: DiagnosisView, named: Named) -> bool:
    """Return whether a note that names a heading shares no word with the title of the code."""
    if named.range.first == other.code:
        return False
    title = claim.book.title(other.code, claim.known_day)
    told = set(_WORD.findall(named.note.text.partition("(")[0].lower()))
    return not told.intersection(_WORD.findall(title.lower()))


def _are_of_two_sides(claim: ClaimView, one: DiagnosisView, other: DiagnosisView) -> bool:
    day = claim.known_day
    sides = {side_of(claim.book.title(item.code, day)) for item in (one, other)}
    return sides == _SIDES


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST_TEXT else f"{text[: _MOST_TEXT - 1].rstrip()}…"
