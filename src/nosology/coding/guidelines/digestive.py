"""Chapter 11: the liver disease behind its complications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nosology.coding.diagnoses.draft import Case, Draft, first, replaced
from nosology.coding.rules import because

_COMPLICATIONS = ("K7682", "I851", "I850", "K767", "K766")
_CIRRHOSIS = ("K703", "K74", "K717", "K761")
_NAMED = "cirrhosis"
_UNSPECIFIED, _ALCOHOLIC = "K7460", "K7030"


def cirrhosis_with_complication(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the cirrhosis that is named in one phrase with its complication.

    The Tabular List asks for the liver disease beside hepatic encephalopathy and before secondary
    varices.
    """
    complication = next(
        (
            draft
            for draft in drafts
            if draft.code.startswith(_COMPLICATIONS) and _NAMED in draft.words
        ),
        None,
    )
    if complication is None or first(drafts, *_CIRRHOSIS):
        return list(drafts)
    concept = _ALCOHOLIC if "alcoholic" in complication.words else _UNSPECIFIED
    if not case.is_billable(concept):
        return list(drafts)
    disease = replace(
        complication,
        code=concept,
        rationale=(because("cirrhosis-with-complication"),),
        words=frozenset({_NAMED}),
    )
    return replaced(drafts, complication, disease, complication)
