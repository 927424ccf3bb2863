"""Chapter 19: what the name of a complication of care states beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nosology.coding.diagnoses.draft import Case, Draft, first
from nosology.coding.diagnoses.specificity import Support, content_words
from nosology.coding.rules import because

_INFECTED = ("T802", "T814", "T826", "T827", "T835", "T836", "T845", "T846", "T847", "T857", "T880")
_INFECTIONS = ("N390", "N30", "N10", "A40", "A41", "L03", "L02", "J18", "K65", "I33", "M86")


def infections_of_devices(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the infection that the name of a complication states.

    The Tabular List asks at the infections of devices and operations to identify the infection.
    """
    result: list[Draft] = []
    for draft in drafts:
        result.append(draft)
        if not draft.code.startswith(_INFECTED) or first(drafts, *_INFECTIONS) or not draft.words:
            continue
        infection = _named(draft, case)
        if infection is not None:
            result.append(infection)
    return result


def _named(draft: Draft, case: Case) -> Draft | None:
    entries = [
        entry
        for entry in case.index.within(draft.words)
        if case.index.concepts[entry].startswith(_INFECTIONS)
    ]
    if not entries:
        return None
    term = case.index.term(max(entries, key=lambda item: (len(case.index.bag(item)), -item)))
    choices = case.specificity.choose(
        term.concept, term.within, content_words(term.text), Support(draft.words)
    )
    code = choices[0].title.code if choices else ""
    if not code.startswith(_INFECTIONS) or not case.is_billable(code):
        return None
    reason = because("additional-code", f"({draft.code})")
    return replace(draft, code=code, rationale=(reason,), words=frozenset())
