"""Who operates: assistants, two surgeons, teams; several procedures; a part of the care."""

from __future__ import annotations

from collections.abc import Iterator

from nosology.edits.payers import less_beyond_medicare
from nosology.edits.rule import MEDICARE, PROFESSIONAL, Hit, hit, rule
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView
from nosology.model.facts import FeeFacts
from nosology.model.finding import Category, Override, Severity

_ASSISTANTS = frozenset({"80", "81", "82", "AS"})
_TWO, _TEAM, _SEVERAL = "62", "66", "51"
_PARTS_OF_CARE = frozenset({"54", "55", "56"})
# Indicators that say: with documents; never; the concept does not apply.
_WITH_DOCUMENTS, _ASSISTANT_NEVER, _NO_CONCEPT = "0", "1", "9"
_SHARED_NEVER, _SHARED_WITH_DOCUMENTS = "0", "1"
_NOT_REDUCED = "0"
_NO_OPERATION = "XXX"
_ACCOMPANIES = "ZZZ"
_HAS_CARE_AFTER = frozenset({"010", "090", "YYY", "MMM", ""})
_NEEDS = ("mpfs|fee-indicators",)


def _bearing(
    claim: ClaimView, modifiers: frozenset[str]
) -> Iterator[tuple[int, str, str, FeeFacts]]:
    """Yield number, code, modifier and indicators of the lines that bear one of the modifiers."""
    if claim.modifiers.isdisjoint(modifiers):
        return
    for line in claim.lines:
        if line.facts is None or line.facts.fee is None:
            continue
        for modifier in line.modifiers:
            if modifier in modifiers:
                yield line.number, line.code, modifier, line.facts.fee
                break


@rule(
    "assistant-not-paid",
    category=Category.MODIFIER_INVALID,
    severity=Severity.ERROR,
    authority=("cms-100-04-12-20", "mpfs-indicators"),
    kinds=PROFESSIONAL,
    needs=_NEEDS,
    asks=Trait.MODIFIERS,
    message="Modifier {modifier} is on {code} (line {line}), for which no assistant is paid "
    "(indicator {indicator}).",
    remedy="Do not bill the assistant.",
    carc="54",
)
def assistant_never(claim: ClaimView) -> Iterator[Hit]:
    """Modifiers 80, 81, 82 and AS do not stand where no assistant is paid (indicators 1 and 9).

    Why: an assistant is a part of fewer than 5 percent of such operations, or there is none to
    assist; the law bars the payment.
    """
    for number, code, modifier, fee in _bearing(claim, _ASSISTANTS):
        if fee.assistant in (_ASSISTANT_NEVER, _NO_CONCEPT):
            yield hit(
                number,
                code,
                modifier=modifier,
                indicator=fee.assistant,
                severity=less_beyond_medicare(claim),
            )


@rule(
    "assistant-needs-documents",
    category=Category.MODIFIER_INVALID,
    severity=Severity.WARNING,
    authority=("cms-100-04-12-20", "mpfs-indicators"),
    kinds=PROFESSIONAL,
    payers=MEDICARE,
    needs=_NEEDS,
    asks=Trait.MODIFIERS,
    message="An assistant at {code} (line {line}, modifier {modifier}) is paid only with documents "
    "of the need.",
    remedy="Send the operative report that shows why an assistant was needed.",
    carc="54",
    override=Override.DOCUMENTATION,
)
def assistant_documents(claim: ClaimView) -> Iterator[Hit]:
    """An assistant at a service with indicator 0 is shown to have been needed.

    Why: without documents of medical necessity the assistant is not paid.
    """
    for number, code, modifier, fee in _bearing(claim, _ASSISTANTS):
        if fee.assistant == _WITH_DOCUMENTS and fee.global_days != _NO_OPERATION:
            yield hit(number, code, modifier=modifier)


@rule(
    "two-surgeons-not-paid",
    category=Category.MODIFIER_INVALID,
    severity=Severity.ERROR,
    authority=("cms-100-04-12-40", "mpfs-indicators"),
    kinds=PROFESSIONAL,
    needs=_NEEDS,
    asks=Trait.MODIFIERS,
    message="Modifier 62 is on {code} (line {line}), which two surgeons do not share (indicator "
    "{indicator}).",
    remedy="Bill the surgeon without modifier 62; the other as an assistant where one is paid.",
    carc="4",
)
def two_never(claim: ClaimView) -> Iterator[Hit]:
    """Modifier 62 stands only on services that two surgeons may share (not indicators 0 and 9).

    Why: the fee schedule does not allow co-surgeons; the line is denied.
    """
    for number, code, _, fee in _bearing(claim, frozenset({_TWO})):
        if fee.co_surgeons in (_SHARED_NEVER, _NO_CONCEPT):
            yield hit(number, code, indicator=fee.co_surgeons, severity=less_beyond_medicare(claim))


@rule(
    "two-surgeons-need-documents",
    category=Category.MODIFIER_INVALID,
    severity=Severity.WARNING,
    authority=("cms-100-04-12-40", "mpfs-indicators"),
    kinds=PROFESSIONAL,
    payers=MEDICARE,
    needs=_NEEDS,
    asks=Trait.MODIFIERS,
    message="Two surgeons at {code} (line {line}) are paid only with documents of the need.",
    remedy="Send the operative reports that show why two were needed.",
    carc="54",
    override=Override.DOCUMENTATION,
)
def two_documents(claim: ClaimView) -> Iterator[Hit]:
    """Two surgeons at a service with indicator 1 are shown to have been needed.

    Why: without documents of medical necessity co-surgeons are not paid.
    """
    for number, code, _, fee in _bearing(claim, frozenset({_TWO})):
        if fee.co_surgeons == _SHARED_WITH_DOCUMENTS:
            yield hit(number, code)


@rule(
    "team-not-paid",
    category=Category.MODIFIER_INVALID,
    severity=Severity.ERROR,
    authority=("cms-100-04-12-40", "mpfs-indicators"),
    kinds=PROFESSIONAL,
    needs=("mpfs",),
    asks=Trait.MODIFIERS,
    message="Modifier 66 is on {code} (line {line}), for which no team of surgeons is paid "
    "(indicator {indicator}).",
    remedy="Bill each surgeon for the own part, without modifier 66.",
    carc="4",
)
def team_never(claim: ClaimView) -> Iterator[Hit]:
    """Modifier 66 stands only on services that a team may do (not indicators 0 and 9).

    Why: the fee schedule does not allow team surgeons; the line is denied.
    """
    for number, code, _, fee in _bearing(claim, frozenset({_TEAM})):
        if fee.team in (_SHARED_NEVER, _NO_CONCEPT):
            yield hit(number, code, indicator=fee.team, severity=less_beyond_medicare(claim))


@rule(
    "several-procedures-on-unreduced-service",
    category=Category.MODIFIER_INVALID,
    severity=Severity.WARNING,
    authority=("cms-100-04-12-40", "mpfs-indicators"),
    kinds=PROFESSIONAL,
    needs=_NEEDS,
    asks=Trait.MODIFIERS,
    message="Modifier 51 is on {code} (line {line}), which is paid in full beside others.",
    remedy="Take modifier 51 off.",
    carc="4",
)
def several(claim: ClaimView) -> Iterator[Hit]:
    """Modifier 51 does not stand on services that are not reduced beside others.

    They are those with indicator 0 for multiple procedures; of add-ons another rule tells.

    Why: the modifier asks for a reduction that the service is exempt from.
    """
    for number, code, _, fee in _bearing(claim, frozenset({_SEVERAL})):
        if fee.multiple == _NOT_REDUCED and fee.global_days != _ACCOMPANIES:
            yield hit(number, code)


@rule(
    "several-procedures-told-to-medicare",
    category=Category.MODIFIER_INVALID,
    severity=Severity.ADVISORY,
    authority="cms-100-04-12-40",
    kinds=PROFESSIONAL,
    payers=MEDICARE,
    asks=Trait.MODIFIERS,
    message="Line {line} ({code}) has modifier 51, which Medicare adds itself.",
    remedy="Leave modifier 51 off; Medicare ranks the procedures by their fees.",
)
def several_for_medicare(claim: ClaimView) -> Iterator[Hit]:
    """Medicare's claims go without modifier 51.

    Why: the contractor's system ranks the procedures and reduces the fees; its own instructions
    ask not to report the modifier.
    """
    if _SEVERAL not in claim.modifiers:
        return
    for line in claim.lines:
        if _SEVERAL in line.modifiers:
            yield hit(line.number, line.code)


@rule(
    "part-of-care-without-global-period",
    category=Category.MODIFIER_INVALID,
    severity=Severity.ERROR,
    authority=("cms-100-04-12-40", "mpfs-indicators"),
    kinds=PROFESSIONAL,
    needs=_NEEDS,
    asks=Trait.MODIFIERS,
    message="Modifier {modifier} is on {code} (line {line}), whose fee holds no care after it "
    "(global period {period}).",
    remedy="Take modifier {modifier} off; bill the visits before or after by themselves.",
    carc="4",
)
def part_of_care(claim: ClaimView) -> Iterator[Hit]:
    """Modifiers 54, 55 and 56 stand only on procedures with a global period of 10 or 90 days.

    Why: where the fee holds no care before and after, there is nothing to divide.
    """
    for number, code, modifier, fee in _bearing(claim, _PARTS_OF_CARE):
        if fee.global_days not in _HAS_CARE_AFTER:
            yield hit(
                number,
                code,
                modifier=modifier,
                period=fee.global_days,
                severity=less_beyond_medicare(claim),
            )
