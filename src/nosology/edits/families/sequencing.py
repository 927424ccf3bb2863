"""The order of diagnoses: a cause before its manifestation, what is treated before its sequela."""

from __future__ import annotations

from collections.abc import Iterator

from nosology.edits.notes import Named, code_first, intent, with_code_first
from nosology.edits.reorder import moved_behind
from nosology.edits.rule import AMBULATORY, INPATIENT, Hit, hit, rule
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView, DiagnosisView
from nosology.model.claim import Claim, ClaimKind
from nosology.model.code import EXTERNAL_CAUSES
from nosology.model.finding import Category, Severity

_NO_CAUSES = ("R", "Z", *EXTERNAL_CAUSES)
"""Symptoms, factors and external causes are no underlying condition."""
_DRUGS = tuple(f"T{number}" for number in range(36, 51))
_ADVERSE_EFFECT, _UNDERDOSING = "5", "6"
_SEQUELA = "S"
_SEQUELAE = ("B90", "B91", "B92", "B94", "E64", "E68", "G09", "G65", "O94")
_LENGTH = 7


def _listed(claim: ClaimView) -> tuple[DiagnosisView, ...]:
    """The diagnoses of the list itself, without those that have a field of their own."""
    return tuple(item for item in claim.diagnoses if not item.role)


def _first(claim: ClaimView) -> DiagnosisView | None:
    return next((item for item in claim.diagnoses if not item.role), None)


def _moved(claim: ClaimView, found: Hit) -> Claim | None:
    """Return the claim with the code behind its cause, where there is one cause alone."""
    position, behind = found.values["position"], found.values["behind"]
    if not isinstance(position, int) or not isinstance(behind, int) or not behind:
        return None
    return moved_behind(claim.claim, position, behind)


@rule(
    "manifestation-first",
    category=Category.MANIFESTATION_FIRST,
    severity=Severity.ERROR,
    authority=("ocg-i-a-13", "mce-manifestation"),
    needs=("icd10cm", "medicare-code-editor"),
    message="{code} is the manifestation of a disease and may not be the first diagnosis.",
    remedy="Put the underlying disease before it{cause}.",
    carc="16",
    mend=_moved,
)
def manifestation_first(claim: ClaimView) -> Iterator[Hit]:
    """The principal or first-listed diagnosis is not a manifestation.

    Which codes are manifestations the Medicare Code Editor lists. It is a warning on professional
    claims, of which not every payer checks the order.

    Why: a manifestation code describes what an underlying disease does, not the disease; the
    disease must be coded first.
    """
    first = _first(claim)
    if first is None or "manifestation" not in first.facts.attributes:
        return
    naming = code_first(claim.book.notes(first.code, claim.known_day)).naming
    causes = [item for item in _listed(claim) if any(naming.naming(item.code))]
    cause = causes[0] if len(causes) == 1 else None
    yield hit(
        None,
        first.shown,
        position=first.position,
        behind=cause.position if cause else 0,
        cause=f": {cause.shown}" if cause else "",
        severity=Severity.WARNING if claim.kind is ClaimKind.PROFESSIONAL else None,
    )


@rule(
    "cause-after-effect",
    asks=Trait.SEVERAL_DIAGNOSES,
    category=Category.CODE_FIRST,
    severity=Severity.WARNING,
    authority="ocg-i-a-13",
    needs=("icd10cm",),
    message="{effect} stands before {cause}, which its note “code first” puts before it.",
    remedy="Put {cause} before {effect}.",
    mend=_moved,
)
def cause_after_effect(claim: ClaimView) -> Iterator[Hit]:
    """A code that the “code first” note of another names stands before that other.

    A manifestation as first diagnosis is reported by ``manifestation-first`` alone.

    Why: the notes give the order of the two, whatever the reason for the encounter.
    """
    effects = with_code_first(claim)
    if not effects or len(claim.claim.diagnoses) < 2:
        return
    listed = _listed(claim)
    categories = {item.code[:3] for item in listed}
    for effect, told in effects:
        naming = told.naming
        place = listed.index(effect)
        if naming.categories.isdisjoint(categories) or _is_told_elsewhere(effect, place):
            continue
        if any(_names(naming.naming(item.code), effect) for item in listed[:place]):
            continue
        later = [item for item in listed[place + 1 :] if _names(naming.naming(item.code), effect)]
        if later:
            # To make another principal diagnosis of a stay is not for a program.
            is_bound = claim.kind in INPATIENT and place == 0
            yield hit(
                None,
                effect.shown,
                later[0].shown,
                effect=effect.shown,
                cause=later[0].shown,
                position=effect.position,
                behind=later[0].position if len(later) == 1 and not is_bound else 0,
            )


def _is_told_elsewhere(effect: DiagnosisView, place: int) -> bool:
    """Return whether a rule of its own looks at the code in its place.

    The note of T36-T50 is for adverse effects alone: a poisoning goes before what came of it.
    """
    if effect.code.startswith(_DRUGS):
        return place == 0 or intent(effect.code) != _ADVERSE_EFFECT
    return place == 0 and "manifestation" in effect.facts.attributes


def _names(found: Iterator[Named], effect: DiagnosisView) -> bool:
    """Return whether a note names the code in a range that is not the bearer's own."""
    return any(not item.holds(effect.code) for item in found)


@rule(
    "cause-missing",
    category=Category.CODE_FIRST,
    severity=Severity.WARNING,
    authority="ocg-i-a-13",
    needs=("icd10cm",),
    message="{code} is on the claim without the cause its note names: code first {demands}.",
    remedy="Add the code of the cause before it, if the record tells it.",
)
def cause_missing(claim: ClaimView) -> Iterator[Hit]:
    """A code whose note demands that an underlying condition be coded first has one on the claim.

    Notes that say “if applicable”, “if known” or “any” demand nothing. Where the note gives
    examples only, any disease on the claim may be the cause, and it is an advisory that there is
    none.

    Why: such a code tells a part of the condition; alone, it says nothing of what is treated.
    """
    listed: tuple[DiagnosisView, ...] = ()
    for item, told in with_code_first(claim):
        if not told.demands or not item.facts.is_billable:
            continue
        listed = listed or _listed(claim)
        others = [other for other in listed if other.code != item.code]
        if any(any(told.naming.naming(other.code)) for other in others):
            continue
        if told.is_open and any(not other.code.startswith(_NO_CAUSES) for other in others):
            continue
        if _is_told_elsewhere(item, listed.index(item)):
            continue
        yield hit(
            None,
            item.shown,
            demands=told.demands.rstrip(" .:,").removesuffix(", such as"),
            severity=Severity.ADVISORY if told.is_open else None,
        )


@rule(
    "sequela-first",
    category=Category.CODE_FIRST,
    severity=Severity.WARNING,
    authority=("ocg-i-b-10", "uhc-claim-placement"),
    needs=("icd10cm",),
    message="{code} tells what something is the sequela of, and is listed first.",
    remedy="Put the condition that is treated, the nature of the sequela, before it.",
)
def sequela_first(claim: ClaimView) -> Iterator[Hit]:
    """The cause of a sequela is not the principal or first-listed diagnosis.

    Such are injuries with the seventh character S, and the sequelae of infections, malnutrition and
    others that stand beside what they left (B90 to B94, E64, E68, G09, G65, O94). Codes that tell
    the sequela and its cause in one, such as those of I69, may be first.

    Why: the condition that has remained is coded first, what it comes from second.
    """
    first = _first(claim)
    if first is None or not first.facts.is_billable:
        return
    if first.code.startswith(_SEQUELAE) or (
        first.code[0] in "ST" and len(first.code) == _LENGTH and first.code[-1] == _SEQUELA
    ):
        yield hit(None, first.shown)


@rule(
    "adverse-effect-first",
    category=Category.CODE_FIRST,
    severity=Severity.WARNING,
    authority="ocg-i-c-19-e",
    kinds=AMBULATORY,
    needs=("icd10cm",),
    message="{code} tells the drug of an adverse effect or underdosing, and is listed first.",
    remedy="Put the condition that came of it before the code of the drug.",
)
def adverse_effect_first(claim: ClaimView) -> Iterator[Hit]:
    """A drug's adverse effect or underdosing is not the principal or first-listed diagnosis.

    A poisoning is: it goes before its manifestations. For stays the Medicare Code Editor lists the
    codes itself.

    Why: the nature of an adverse effect is coded first, followed by the code of the drug; codes of
    underdosing are never the first.
    """
    first = _first(claim)
    if first is None or not first.code.startswith(_DRUGS) or len(first.code) != _LENGTH:
        return
    if intent(first.code) in (_ADVERSE_EFFECT, _UNDERDOSING):
        yield hit(None, first.shown)
