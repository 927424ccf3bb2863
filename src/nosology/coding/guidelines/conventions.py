"""Conventions of the Tabular List: what it asks to code beside a code, causes before effects."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft, moved_before, replaced
from nosology.coding.diagnoses.specificity import Support, content_words
from nosology.coding.guidelines.wording import CAUSED_BY, sentences_with
from nosology.coding.rules import because
from nosology.model.code import EXTERNAL_CAUSES, plain
from nosology.model.code_ranges import CodeRange, named_in
from nosology.model.tables import rows, table

_NOT_FOR_THIS = (*EXTERNAL_CAUSES, "Z")
"""Causes, status and history have rules of their own."""
_MANIFESTATION = "manifestation"
_DEMENTIA, _DEMENTIAS = "F03", frozenset({"F01", "F02"})
"""A dementia whose cause is coded is not the unspecified one too."""
_ADVERSE = re.compile(r"(?:T3[6-9]|T4|T50)..?.?5")
_LINKS = re.compile(rf"\b(?:{CAUSED_BY}|in|with|w|of)\b", re.IGNORECASE)


def additional_codes(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with what the notes at their codes ask for, where the same words say it.

    A term that names two conditions (``benign prostatic hyperplasia with nocturia``) leads to one
    code, whose "use additional code" or "code first" note names the other; the words of the phrase
    are read once more for what the note names (ICD-10-CM OCG I.A.13, I.A.17, I.B.7).
    """
    result: list[Draft] = []
    present = {draft.code[:3] for draft in drafts}
    for draft in drafts:
        before, after = _partners(draft, case, present)
        result.extend((*before, draft, *after))
        present |= {item.code[:3] for item in (*before, *after)}
    return result


def etiology_first(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with each code behind those that its "code first" note names.

    Drugs that a note asks for first are those of poisoning and underdosing; an adverse effect
    stands behind what it did (I.C.19.e.5).

    Source: ICD-10-CM Official Guidelines I.A.13 and I.B.7.
    """
    result = list(drafts)
    for draft in drafts:
        named = named_in(case.code(draft.code).code_first)
        if not named:
            continue
        for other in drafts:
            if other is not draft and _holds(named, other.code) and not _ADVERSE.match(other.code):
                result = moved_before(result, other, draft)
    return result


def manifestations(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with each manifestation behind the disease that it belongs to.

    The disease is what the note at the code names, what the sentence gives as the cause, or what
    the words of the manifestation name. Where the record states no other condition, the code for
    the condition by itself stands, as nothing may be invented and a manifestation is never first
    nor alone (ICD-10-CM OCG I.A.13).
    """
    result = list(drafts)
    for draft in drafts:
        code = case.code(draft.code)
        if _MANIFESTATION not in code.flags:
            continue
        here = result.index(draft)
        if any(_holds(named_in(code.code_first), other.code) for other in result[:here]):
            continue
        disease = _stated_cause(draft, result, case)
        if disease is not None:
            placed = draft.because("manifestation-behind", f"({disease.code})")
            result = replaced(result, draft, placed)
            result = moved_before(result, disease, placed)
            continue
        named = _named_cause(draft, case)
        if named is not None:
            result = replaced(result, draft, named, draft)
            continue
        condition = next((item for item in result if _is_condition(item, draft)), None)
        alone = next((to for of, to in _by_itself() if draft.code.startswith(of)), None)
        if condition is not None:
            result = moved_before(result, condition, draft)
        elif alone and case.is_billable(alone):
            single = replace(draft, code=alone).because("manifestation-alone")
            result = replaced(result, draft, single)
    return result


def _is_condition(other: Draft, manifestation: Draft) -> bool:
    return other is not manifestation and not other.code.startswith(("R", "Z", *EXTERNAL_CAUSES))


def _stated_cause(draft: Draft, drafts: Sequence[Draft], case: Case) -> Draft | None:
    """The condition among the drafts that the sentence of the manifestation gives as its cause."""
    for span, reading, sentence in sentences_with(draft, case):
        for other in drafts:
            if other is draft or other.code.startswith(("R", "Z", *EXTERNAL_CAUSES)):
                continue
            for place in other.support:
                between = reading.text[span.end : place.start]
                is_here = place.document == span.document and span.end <= place.start < sentence.end
                if is_here and _LINKS.search(between):
                    return other
    return None


def _named_cause(draft: Draft, case: Case) -> Draft | None:
    """The disease that its words name behind a link (``due to heart failure``)."""
    for span, reading, sentence in sentences_with(draft, case):
        found = _LINKS.search(reading.text, span.start, sentence.end)
        if found is None:
            continue
        behind = frozenset(content_words(reading.text[found.end() : span.end]))
        entries = sorted(
            case.index.within(behind), key=lambda entry: (-len(case.index.bag(entry)), entry)
        )
        for entry in entries:
            concept = case.index.concepts[entry]
            is_disease = not case.knowledge.is_symptom(concept) and not concept.startswith(
                _NOT_FOR_THIS
            )
            if is_disease and concept[:3] != draft.code[:3]:
                return _chosen(entry, draft, case)
    return None


@cache
def _by_itself() -> tuple[tuple[str, str], ...]:
    listed = rows(
        table("nosology.coding.guidelines", "manifestation_alone.tsv"),
        ("manifestation", "alone", "source"),
    )
    return tuple((plain(row["manifestation"]), plain(row["alone"])) for row in listed)


def _partners(draft: Draft, case: Case, present: set[str]) -> tuple[list[Draft], list[Draft]]:
    if not draft.words:
        return [], []
    code = case.code(draft.code)
    first, after = named_in(code.code_first), named_in((*code.use_additional, *code.code_also))
    if not first and not after:
        return [], []
    found: tuple[list[Draft], list[Draft]] = ([], [])
    taken: set[str] = set()
    read: list[frozenset[int]] = []
    title = content_words(code.display)
    entries = sorted(case.index.within(draft.words), key=lambda entry: -len(case.index.bag(entry)))
    for entry in entries:
        concept = case.index.concepts[entry]
        category = concept[:3]
        if (
            category in present | taken
            or category == draft.code[:3]
            or concept.startswith(_NOT_FOR_THIS)
            or (category == _DEMENTIA and not present.isdisjoint(_DEMENTIAS))
        ):
            continue
        place = 0 if _holds(first, concept) else 1 if _holds(after, concept) else None
        if place is None:
            continue
        bag = frozenset(case.index.bag(entry))
        if concept[0] == draft.code[0] and set(case.index.term(entry).words) <= title:
            continue  # the code says it itself
        if any(bag < longer for longer in read):
            continue  # part of a longer term that was read already
        partner = _chosen(entry, draft, case)
        if partner is not None:
            taken.add(category)
            read.append(bag)
            found[place].append(partner)
    return found


def _holds(ranges: tuple[CodeRange, ...], code: str) -> bool:
    return any(named.holds(code) for named in ranges)


def _chosen(entry: int, draft: Draft, case: Case) -> Draft | None:
    term = case.index.term(entry)
    choices = case.specificity.choose(
        term.concept, term.within, content_words(term.text), Support(draft.words)
    )
    if not choices or not case.is_billable(choices[0].title.code):
        return None
    return replace(
        draft,
        code=choices[0].title.code,
        rationale=(because("additional-code", f"({draft.code})"),),
        words=frozenset(),
    )
