"""Chapter 1: sepsis, severe sepsis and septic shock with the local infection and the organs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nosology.coding.diagnoses.draft import Case, Draft, first, replaced
from nosology.coding.diagnoses.specificity import Support
from nosology.coding.guidelines.wording import is_caused_by, said_with, share_a_sentence
from nosology.coding.rules import because
from nosology.model.code_ranges import named_in

_SYSTEMIC = (
    *("A40", "A41", "A021", "A227", "A267", "A327", "A392", "A393", "A394", "A427", "A5486"),
    *("B007", "B377"),
)
_UNSPECIFIED = "A419"
_SEVERE, _SHOCK, _ANY_SEVERE = "R6520", "R6521", "R652"
_NONINFECTIOUS = "R651"
_SITE_OF_PROCEDURE = ("T8140", "T8141", "T8142", "T8143", "T8149")
_OF_SITE = (
    r"(?:\w+ ){0,4}?(?:above|this|that|infection|SSI|abscess|wound|collection|surgery|procedure"
    r"|operation|#? ?\d|\w+ectomy|resection|anastomotic)\b"
)
_AFTER_PROCEDURE, _SHOCK_AFTER_PROCEDURE = "T8144", "T8112X"
_LINE_UNSPECIFIED, _LINE_BLOODSTREAM = "T80219", "T80211"
_COMPLICATION = (
    *("T802", "T814", "T826", "T827", "T835", "T836", "T845", "T846", "T847", "T857", "T880"),
    *("O85", "O86", "O753", "O0337", "O0387", "O0487", "O0737", "O0882"),
)
"""Infections after care: they stand before the sepsis that they led to."""
_LOCAL = (
    *("A0", "A15", "A46", "A48", "B59", "G0", "H05", "H60", "I30", "I33", "I80", "J0", "J1", "J2"),
    *("J36", "J39", "J85", "J86", "J690", "J95851", "K12", "K35", "K37", "K57", "K61", "K630"),
    *("K65", "K75", "K81", "K83", "K85", "L0", "M00", "M46", "M60", "M726", "M86", "N10", "N12"),
    *("N13", "N15", "N30", "N34", "N390", "N41", "N45", "N49", "N61", "N70", "N71", "N73"),
    *("U071", "B95", "B96", "B97"),
)
_SEPSIS = r"(?:\w+ ){0,2}(?:sepsis|septic shock|septic)\b"
_OF_SEPSIS = re.compile(
    r"\bsepsis[- ](?:associated|induced|related)\b|\bseptic (?:shock|encephalopathy)\b"
    r"|\bsepsis,? (?:complicated by|causing|leading to|resulting in|with)\b",
    re.IGNORECASE,
)
_OTHER_CAUSE = rf"(?!{_SEPSIS})\w"
_LATER = re.compile(
    r"\b(?:developed|occurr\w+|acquired|onset)\b[^.\n]{0,60}\b(?:after admission|during (?:the )?"
    r"(?:stay|admission|hospitali[sz]ation)|hospital day|in[- ]hospital|in the hospital)\b"
    r"|\bhospital[- ](?:acquired|onset)\b|\bnot present on admission\b|\bPOA[:\s-]+N\b",
    re.IGNORECASE,
)


def sepsis(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with sepsis before its local infection, and severe sepsis where documented.

    The systemic infection stands first, the local infection second, R65.2- and the organs behind
    (ICD-10-CM OCG I.C.1.d.3 and 4), an infection after care before all (I.C.1.d.5.b). R65.2- needs
    the provider's words: severe sepsis, septic shock, or an organ that fails of it (I.C.1.d.1.a).
    """
    systemic = first(drafts, *_SYSTEMIC)
    severe = first(drafts, _ANY_SEVERE)
    if systemic is None and severe is None:
        return list(drafts)
    result = list(drafts)
    if systemic is None and severe:
        systemic = _underlying(severe, case)
        result = replaced(result, severe, systemic, severe)
    if systemic is None:
        return result
    organs = _failing(result, case)
    if severe is None and organs and case.is_billable(_SEVERE):
        support = (*systemic.support, *organs[0].support)
        reason = (because("sepsis-with-organ-dysfunction", f"({organs[0].code})"),)
        severe = replace(organs[0], code=_SEVERE, support=support, rationale=reason)
        result = replaced(result, organs[0], severe, organs[0])
    if severe:
        result = [draft for draft in result if not draft.code.startswith(_NONINFECTIOUS)]
    result = _after_care(result, case)
    return _ordered(result, systemic, organs, case)


def _underlying(severe: Draft, case: Case) -> Draft:
    """The systemic infection of severe sepsis that names none, with the organism if it is said."""
    choices = case.specificity.choose(
        _UNSPECIFIED, "A41", frozenset({"sepsis"}), Support(severe.words)
    )
    code = choices[0].title.code if choices else _UNSPECIFIED
    code = code if case.is_billable(code) else _UNSPECIFIED
    return replace(severe, code=code, rationale=(because("sepsis-underlying-infection"),))


def _failing(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """The organs said to fail of the sepsis, of those that the note at R65.2- names."""
    named = named_in(case.code(_SEVERE).use_additional)
    found: list[Draft] = []
    for draft in drafts:
        is_organ = draft.code.startswith("J962") or any(item.holds(draft.code) for item in named)
        if not is_organ:
            continue
        is_linked = is_caused_by(draft, case, _SEPSIS) or (
            bool(_OF_SEPSIS.search(said_with(draft, case)))
            and not is_caused_by(draft, case, _OTHER_CAUSE)
        )
        if is_linked:
            found.append(draft)
    return found


def _after_care(drafts: list[Draft], case: Case) -> list[Draft]:
    """Septic shock and the bloodstream in the code of the infection after care that led to them."""
    result = _with_sepsis_of_site(drafts, case)
    procedure = first(result, _AFTER_PROCEDURE)
    shock = first(result, _SHOCK)
    if procedure and shock:
        code = _SHOCK_AFTER_PROCEDURE + procedure.code[6:7]
        if case.is_billable(code):
            after = replace(shock, code=code).because("sepsis-after-procedure")
            result = replaced(result, shock, after)
    line = first(result, _LINE_UNSPECIFIED)
    systemic = first(result, *_SYSTEMIC)
    if line and systemic and share_a_sentence(line, systemic, case):
        code = _LINE_BLOODSTREAM + line.code[6:]
        if case.is_billable(code):
            blood = replace(line, code=code).because("sepsis-after-procedure")
            result = replaced(result, line, blood)
    return result


def _with_sepsis_of_site(drafts: list[Draft], case: Case) -> list[Draft]:
    """With the sepsis that an infection after a procedure led to, behind the code of its site."""
    site = first(drafts, *_SITE_OF_PROCEDURE)
    systemic = first(drafts, *_SYSTEMIC)
    if site is None or systemic is None or first(drafts, _AFTER_PROCEDURE):
        return drafts
    code = f"{_AFTER_PROCEDURE}X{site.code[6:7]}"
    is_linked = is_caused_by(systemic, case, _OF_SITE) or share_a_sentence(site, systemic, case)
    if not is_linked or not case.is_billable(code):
        return drafts
    support = (*site.support, *systemic.support)
    after = replace(site, code=code, support=support).because("sepsis-after-procedure")
    return replaced(drafts, site, site, after)


def _ordered(
    drafts: list[Draft], systemic: Draft, organs: Sequence[Draft], case: Case
) -> list[Draft]:
    codes = {draft.code for draft in organs}
    if _LATER.search(said_with(systemic, case)):
        return drafts

    def place(draft: Draft) -> int | None:
        if draft.code.startswith(_COMPLICATION):
            return 0
        if draft.code.startswith(_SYSTEMIC):
            return 1
        if draft.code.startswith((_ANY_SEVERE, _SHOCK_AFTER_PROCEDURE)):
            return 3
        if draft.code in codes:
            return 4
        return 2 if draft.code.startswith(_LOCAL) else None

    members = [draft for draft in drafts if place(draft) is not None]
    wanted = sorted(members, key=lambda draft: place(draft) or 0)
    if wanted == members:
        return drafts
    start = drafts.index(members[0])
    before = [draft for draft in drafts[:start] if draft not in members]
    behind = [draft for draft in drafts[start:] if draft not in members]
    placed = [draft.because("sepsis-sequence") if draft is systemic else draft for draft in wanted]
    return [*before, *placed, *behind]
