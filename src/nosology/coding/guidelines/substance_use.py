"""Chapter 5: one pattern of use for a substance, nicotine products and the blood alcohol level."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft, first, replaced
from nosology.coding.diagnoses.statements import Sense
from nosology.coding.guidelines.relation import CAUSES
from nosology.coding.guidelines.wording import said_with
from nosology.coding.rules import because
from nosology.model.reading import SectionKind
from nosology.model.record import Span
from nosology.model.tables import rows, table

_SUBSTANCES = ("F10", "F11", "F12", "F13", "F14", "F15", "F16", "F18", "F19")
_PATTERNS = {"2": 3, "1": 2, "9": 1}
"""The fourth character by its rank: dependence, abuse, use."""
_UNCOMPLICATED_USE = re.compile(r"F1[0-689]90")
_ASSOCIATED = re.compile(
    rf"\b(?:{CAUSES}|induced|associated|contribut\w+|exacerbat\w+|worsen\w+|trigger\w+|causing"
    r"|caused|disorder)\b",
    re.IGNORECASE,
)

_TOBACCO_USE, _NICOTINE = "Z720", "F172"
_NICOTINE_DEPENDENCE = re.compile(r"F172(?P<product>0)(?P<state>\d)")
_WITH_INDUCED_DISORDER = re.compile(r"(?P<stem>F172\d)[89]|(?P<other>F1[0-689][129])9")
_TOLD = frozenset(
    {
        SectionKind.SOCIAL_HISTORY,
        SectionKind.HISTORY_OF_PRESENT_ILLNESS,
        SectionKind.ASSESSMENT,
        SectionKind.ASSESSMENT_AND_PLAN,
        SectionKind.BODY,
    }
)
_NOT_NOW = re.compile(
    r"\b(?:(?<!to )quit|former|stopped|denies|never|no|used to|previous(?:ly)?|prior|ex-?smoker"
    r"|patch|gum|lozenge|father|mother|husband|wife|partner|spouse|secondhand|second-hand)\b",
    re.IGNORECASE,
)

_TOBACCO = re.compile(
    r"\b(?:smok\w*|tobacco|nicotine|cig\w*|vap\w*|chew\w*|snuff|snus|hookah|ppd"
    r"|packs? (?:a|per|/) ?(?:day|week)|pack[- ]years?)\b",
    re.IGNORECASE,
)

_ALCOHOL, _LEVEL_CODE = "F10", "Y90"
_LEVEL = re.compile(
    r"\b(?:blood alcohol(?: level| concentration| content)?|serum (?:alcohol|ethanol)(?: level)?"
    r"|BAL|BAC|ethanol level|alcohol level|(?:serum )?EtOH level)\b(?:\s+(?:of|was|is|at|level"
    r"|returned|on arrival))*\s*[:=]?\s*(?P<value>\d{1,3}(?:\.\d{1,3})?)\s*"
    r"(?P<unit>mg/d[lL]|mg/100 ?ml|mg%|%|g/dL)?",
    re.IGNORECASE,
)
_LEVELS = (
    *((20, "0"), (40, "1"), (60, "2"), (80, "3")),
    *((100, "4"), (120, "5"), (200, "6"), (240, "7")),
)
"""Milligrams in 100 milliliters below which a character of Y90 stands."""
_HIGHEST = "8"


def pattern_of_use(drafts: Sequence[Draft], _case: Case) -> list[Draft]:
    """Return the drafts with one pattern of use for each substance: dependence, abuse, then use.

    Source: ICD-10-CM Official Guidelines I.C.5.b.2.
    """
    result = list(drafts)
    for substance in _SUBSTANCES:
        own = [draft for draft in result if draft.code.startswith(substance)]
        if len({draft.code[3] for draft in own}) < 2:
            continue
        rank = max(_PATTERNS.get(draft.code[3], 0) for draft in own)
        kept = next(draft for draft in own if _PATTERNS.get(draft.code[3]) == rank)
        dropped = {draft.code for draft in own if _PATTERNS.get(draft.code[3], 0) < rank}
        result = [draft for draft in result if draft.code not in dropped]
        result = replaced(result, kept, kept.because("substance-pattern"))
    return result


def use_with_disorder(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts without a substance's use that the record relates to no disorder.

    Use is coded only when the provider documents that a substance-related disorder or a medical
    condition is associated with it (ICD-10-CM OCG I.C.5.b.3).
    """
    result: list[Draft] = []
    dropped: list[str] = []
    for draft in drafts:
        if _UNCOMPLICATED_USE.fullmatch(draft.code) and not _ASSOCIATED.search(
            said_with(draft, case)
        ):
            dropped.append(draft.code)
        else:
            result.append(draft)
    if dropped and result:
        result[0] = result[0].because("substance-use-alone", f"({', '.join(dropped)})")
    return result


def smoker(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with tobacco use as dependence where the record calls the patient a smoker.

    The Index sends the smoker to dependence, and Z72.0 excludes it (Index: Smoker; Tabular Z72.0).
    """
    use = first(drafts, _TOBACCO_USE)
    if use is None:
        return list(drafts)
    for item in case.statements:
        if item.concept.startswith(_NICOTINE) and item.sense is Sense.PRESENT:
            found = case.assignment.codes(item)
            if found:
                depends = replace(use, code=found[0].code, support=(*use.support, item.span))
                return replaced(drafts, use, depends.because("smoker-depends"))
    return list(drafts)


def nicotine_product(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with nicotine dependence by the one product that the record names.

    The Tabular List divides F17.2 into cigarettes, chewing tobacco and other products, vaping among
    them.
    """
    result: list[Draft] = []
    for draft in drafts:
        found = _NICOTINE_DEPENDENCE.fullmatch(draft.code)
        product = _product(draft, case) if found else None
        code = f"F172{product[0]}{found['state']}" if found and product else ""
        if product is None or not case.is_billable(code):
            result.append(draft)
            continue
        span = product[1]
        support = draft.support if span in draft.support else (*draft.support, span)
        result.append(replace(draft, code=code, support=support).because("nicotine-product"))
    return result


def no_induced_disorder(drafts: Sequence[Draft], _case: Case) -> list[Draft]:
    """Return the drafts with a substance's pattern as uncomplicated where no disorder is induced.

    A ``tobacco use disorder`` is the dependence itself, not what the Tabular List calls a
    nicotine-induced disorder; so with every substance.
    """
    result: list[Draft] = []
    for draft in drafts:
        found = _WITH_INDUCED_DISORDER.fullmatch(draft.code)
        if found is None or "induced" in draft.words:
            result.append(draft)
        else:
            uncomplicated = replace(draft, code=f"{found['stem'] or found['other']}0")
            result.append(uncomplicated.because("no-induced-disorder"))
    return result


def blood_alcohol(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the blood alcohol level beside an alcohol-related disorder.

    The disorder is the provider's; the level may be documented by anyone (ICD-10-CM OCG I.B.14,
    I.C.5.b.5).
    """
    disorder = first(drafts, _ALCOHOL)
    if disorder is None or first(drafts, _LEVEL_CODE):
        return list(drafts)
    for reading in case.readings:
        found = _LEVEL.search(reading.text)
        value = float(found["value"]) if found else 0.0
        if found is None or not value:
            continue
        if (found["unit"] or "").lower() in {"%", "g/dl"} or value < 1:
            value *= 1000  # grams in 100 milliliters
        code = _LEVEL_CODE + _level_character(value)
        if case.is_billable(code):
            span = Span(found.start(), found.end(), reading.index)
            reasons = (because("blood-alcohol-level"),)
            level = Draft(code, (span,), reasons, disorder.confidence * 0.9)
            return replaced(drafts, disorder, disorder, level)
    return list(drafts)


def _level_character(value: float) -> str:
    return next((character for limit, character in _LEVELS if value < limit), _HIGHEST)


def _product(draft: Draft, case: Case) -> tuple[str, Span] | None:
    """The character of the product, from the words of the diagnosis, else from the record."""
    own = _named(said_with(draft, case))
    if own:
        return (own.pop(), draft.support[0]) if len(own) == 1 else None
    found: dict[str, Span] = {}
    for reading in case.readings:
        for sentence in reading.sentences:
            if reading.sections[sentence.section].kind not in _TOLD:
                continue
            said = reading.said(sentence)
            if _TOBACCO.search(said) and not _NOT_NOW.search(said) and "?" not in said:
                span = Span(sentence.start, sentence.end, reading.index)
                for character in _named(said):
                    found.setdefault(character, span)
    return next(iter(found.items())) if len(found) == 1 else None


def _named(said: str) -> set[str]:
    return {_products()[found.group().lower()] for found in _product_words().finditer(said)}


@cache
def _product_words() -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in sorted(_products(), key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE)


@cache
def _products() -> dict[str, str]:
    return {
        row["words"]: row["character"]
        for row in rows(
            table("nosology.coding.guidelines", "nicotine_products.tsv"),
            ("words", "character", "source"),
        )
    }
