"""Surgery whose line does not tell the side that its diagnosis tells."""

from __future__ import annotations

from collections.abc import Iterator

from nosology.edits.rule import PROFESSIONAL, Hit, hit, rule
from nosology.edits.sides import BOTH, LEFT, RIGHT, side_of, sides_of_modifiers
from nosology.edits.view import ClaimView, LineView
from nosology.model.finding import Category, Override, Severity

_SIDED = frozenset({RIGHT, LEFT, BOTH})
# Of the breast, of bones and joints, of the eye and the ear: there the diagnosis is of the organ
# that is operated on, while a port for a cancer of the right breast may be on either side.
_PAIRED_ORGANS = frozenset({"19", *map(str, range(20, 30)), "65", "66", "67", "68", "69"})
_PAID_FOR_BOTH, _SURGERY = "1", frozenset({"000", "010", "090"})
# Both sides, coronary arteries, and aftercare alone.
_TELLS_SITE = frozenset({"50", "LC", "LD", "LM", "RC", "RI", "55", "56"})


@rule(
    "procedure-without-side-of-diagnosis",
    category=Category.MODIFIER_MISSING,
    severity=Severity.WARNING,
    authority="mpfs-indicators",
    kinds=PROFESSIONAL,
    needs=("icd10cm", "mpfs|fee-indicators"),
    message="Line {line} ({code}) does not tell its side, and its diagnosis {codes} does.",
    remedy="Add RT, LT or 50, or the modifier of the finger, toe or eyelid, as the record tells.",
    carc="4",
    override=Override.MODIFIER,
)
def without_side(claim: ClaimView) -> Iterator[Hit]:
    """Surgery that may be done on both sides tells which side, where its diagnosis tells one.

    Asked is surgery of breasts, bones and joints, eyes and ears that the fee schedule marks with
    bilateral indicator 1 and days of aftercare. Lines with a diagnosis that tells no side are not
    asked, nor those of aftercare alone.

    Why: payers hold a second surgery on the other side for a duplicate of the first, and many deny
    the line at once.
    """
    for line in claim.lines:
        if line.code[:2] not in _PAIRED_ORGANS:
            continue
        facts = line.facts
        fee = None if facts is None else facts.fee
        if fee is None or fee.bilateral != _PAID_FOR_BOTH or fee.global_days not in _SURGERY:
            continue
        if _tells_side(line):
            continue
        pointed = claim.pointed(line)
        if pointed and side_of(claim.book.title(pointed[0].code, claim.known_day)) in _SIDED:
            yield hit(line.number, pointed[0].shown, code=line.code)


def _tells_side(line: LineView) -> bool:
    known = sides_of_modifiers()
    return any(name in known or name in _TELLS_SITE for name in line.modifiers)
