"""A visit beside other services of the day: 25, 57, and when it is no service of its own.

Sources: CPT Appendix A; Pub. 100-04 ch. 12 s. 30.6.6 and 40; NCCI Policy Manual ch. 1 (D): the
decision to do a minor procedure is part of it, the decision for a major one is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nosology.coding.services.draft import Missing, Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.pointers import pointed
from nosology.coding.services.visits.elements import Level
from nosology.coding.services.visits.level import Worksheet
from nosology.coding.services.visits.said import Words, sentence_at
from nosology.model.encounter import Setting

_MINOR = frozenset({"000", "010"})
_MAJOR = "090"
_BIRTH = "MMM"
"""What stands in place of the days where the care around a birth is one service."""
_ALLOWED = 1


def minor_beside(drafts: Sequence[ServiceDraft]) -> list[ServiceDraft]:
    """Return the procedures with a global period of 0 or 10 days."""
    return [draft for draft in drafts if draft.entry is not None and draft.entry.days in _MINOR]


def major_beside(drafts: Sequence[ServiceDraft]) -> list[ServiceDraft]:
    """Return the procedures with a global period of 90 days."""
    return [draft for draft in drafts if draft.entry is not None and draft.entry.days == _MAJOR]


def beside(
    proposal: Proposal, case: ServiceCase, words: Words, sheet: Worksheet, others: Proposal
) -> Proposal:
    """Return the visit with the modifier that its company needs, or as a suggestion without it.

    Args:
        proposal: the visit, first of its drafts.
        case: the record.
        words: its cues.
        sheet: its worksheet.
        others: what is billed beside it.
    """
    if not proposal.drafts:
        return proposal
    visit, *rest = proposal.drafts
    refused: str = ""
    minor, major = minor_beside(others.drafts), major_beside(others.drafts)
    if not major and _decides_own_surgery(words, sheet):
        visit = visit.with_modifiers("57").because("modifier-57")
    if major:
        # Nobody comes to the emergency room for what was decided before.
        is_decided = case.encounter.setting is Setting.ED_PROFESSIONAL
        is_decided = is_decided or words.first("surgery_decided") is not None
        if is_decided and _is_evaluated(others.drafts, sheet, case):
            visit = visit.with_modifiers("57").because("modifier-57")
        else:
            refused = "visit-in-major-procedure"
    if minor and not refused:
        if _is_significant(minor, case, words, sheet):
            visit = visit.with_modifiers("25").because("modifier-25")
        elif not major:
            refused = "visit-in-minor-procedure"
    if any(draft.entry is not None and draft.entry.days == _BIRTH for draft in others.drafts):
        refused = refused or "visit-in-major-procedure"
    if not (minor or major or refused) and _awaits_procedure(words, others):
        refused = "visit-in-minor-procedure"
    if not (major or refused) and words.first("back_to_surgery") is not None:
        missing = Missing(
            replace(visit.because("visit-in-major-procedure"), confidence=0.4), "return-procedure"
        )
        return Proposal(tuple(rest), (missing, *proposal.missing))
    is_marked = "57" in visit.modifiers
    if not (minor or refused or is_marked) and _is_edited(visit, others.drafts, case):
        if _is_evaluated(others.drafts, sheet, case):
            visit = visit.with_modifiers("25").because("modifier-25-edit")
        else:
            refused = "visit-only-for-service"
    if refused:
        missing = Missing(replace(visit.because(refused), confidence=0.4), "separate-visit")
        return Proposal(tuple(rest), (missing, *proposal.missing))
    return Proposal((visit, *rest), proposal.missing)


def _awaits_procedure(words: Words, others: Proposal) -> bool:
    """Whether the patient came for a procedure that was done but is not told in full yet."""
    pending = [item.draft for item in others.missing if item.draft.area == "procedures"]
    return bool(minor_beside(pending)) and words.first("procedure_planned") is not None


def _is_edited(visit: ServiceDraft, drafts: Sequence[ServiceDraft], case: ServiceCase) -> bool:
    """Whether an edit would deny the visit beside one of the services without a modifier."""
    for draft in drafts:
        if case.pairs is None:
            continue
        pair = case.pairs.pair(draft.code, visit.code, case.on)
        if pair is not None and pair.column2 == visit.code and pair.indicator == _ALLOWED:
            return True
    return False


def _is_significant(
    minor: Sequence[ServiceDraft], case: ServiceCase, words: Words, sheet: Worksheet
) -> bool:
    """Whether the visit did more than the usual work before and after the procedures."""
    if words.first("evaluated_apart") is not None:
        return True
    if words.first("procedure_only") is not None:
        return False
    is_evaluated = _is_evaluated(minor, sheet, case)
    if _is_other(minor, case, sheet):
        return is_evaluated
    if words.first("procedure_planned") is not None or not is_evaluated:
        return False
    if case.encounter.setting is Setting.ED_PROFESSIONAL:
        # Who comes unscheduled is evaluated for what else the injury or illness may be.
        return sheet.data.items != () or sheet.risk_level >= Level.LOW
    # The same problem: its own work-up and management, beyond the decision for the procedure.
    return sheet.risk_level >= Level.MODERATE or sheet.data_level >= Level.LOW


def _is_evaluated(beside_it: Sequence[ServiceDraft], sheet: Worksheet, case: ServiceCase) -> bool:
    """Whether something was decided or looked at apart from the services themselves."""
    if sheet.time is not None:
        return True
    taken = set()
    for draft in beside_it:
        for span in draft.support:
            sentence = sentence_at(case.readings[span.document], span.start)
            taken.add((span.document, sentence.start))
    for item in (*sheet.risk, *sheet.data.weighed):
        for span in item.spans:
            sentence = sentence_at(case.readings[span.document], span.start)
            if (span.document, sentence.start) not in taken:
                return True
    return False


def _is_other(procedures: Sequence[ServiceDraft], case: ServiceCase, sheet: Worksheet) -> bool:
    """Whether a problem was dealt with that is not what the procedures are done for."""
    reasons = {
        code[:3] for draft in pointed(list(procedures), case) for code in draft.diagnoses[:1]
    }
    return any(
        not {code[:3] for code in problem.codes} & reasons and (problem.level >= Level.LOW)
        for problem in sheet.problems
    )


def _decides_own_surgery(words: Words, sheet: Worksheet) -> bool:
    """Whether the author decides on a major operation of his own for today or tomorrow."""
    return (
        any("surgery" in item.text for item in sheet.risk)
        and words.first("surgery_soon") is not None
        and words.first("own_surgery") is not None
        and words.first("surgery_decided") is not None
    )
