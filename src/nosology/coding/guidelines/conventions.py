"""Conventions of the Tabular List: what it asks to code beside a code, where the words say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nosology.coding.diagnoses.draft import Case, Draft, moved_before
from nosology.coding.diagnoses.specificity import Support, content_words
from nosology.coding.notes import CodeRange, named_in
from nosology.coding.rules import because
from nosology.model.code import EXTERNAL_CAUSES

_NOT_FOR_THIS = (*EXTERNAL_CAUSES, "Z")
"""Causes, status and history have rules of their own."""


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

    Source: ICD-10-CM Official Guidelines I.A.13 and I.B.7.
    """
    result = list(drafts)
    for draft in drafts:
        named = named_in(case.book.lookup(draft.code, case.on).code_first)
        for other in drafts:
            if other is not draft and _holds(named, other.code):
                result = moved_before(result, other, draft)
    return result


def _partners(draft: Draft, case: Case, present: set[str]) -> tuple[list[Draft], list[Draft]]:
    if not draft.words:
        return [], []
    code = case.book.lookup(draft.code, case.on)
    first, after = named_in(code.code_first), named_in((*code.use_additional, *code.code_also))
    if not first and not after:
        return [], []
    found: tuple[list[Draft], list[Draft]] = ([], [])
    taken: set[str] = set()
    entries = sorted(case.index.within(draft.words), key=lambda entry: -len(case.index.bag(entry)))
    for entry in entries:
        concept = case.index.concepts[entry]
        category = concept[:3]
        if (
            category in present | taken
            or category == draft.code[:3]
            or concept.startswith(_NOT_FOR_THIS)
        ):
            continue
        place = 0 if _holds(first, concept) else 1 if _holds(after, concept) else None
        if place is None:
            continue
        partner = _chosen(entry, draft, case)
        if partner is not None:
            taken.add(category)
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
