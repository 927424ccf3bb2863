"""Chapter 11: the liver disease behind its complications, polyps by what they were found to be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nosology.coding.diagnoses.draft import Case, Draft, first, replaced
from nosology.coding.guidelines.wording import said_with
from nosology.coding.rules import because

_COMPLICATIONS = ("K7682", "I851", "I850", "K767", "K766")
_CIRRHOSIS = ("K703", "K74", "K717", "K761")
_NAMED = "cirrhosis"
_UNSPECIFIED, _ALCOHOLIC = "K7460", "K7030"
_POLYPS, _ADENOMAS = ("K635", "K621"), ("D12", "C18", "C19", "C20")
_OTHER_POLYP = re.compile(r"\b(?:hyperplastic|inflammatory|lymphoid|hamartoma\w*|juvenile)\b", re.I)


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


def polyp_found_adenoma(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts without the polyp that was found to be an adenoma or a carcinoma.

    The Index sends an adenomatous polyp to the neoplasm by its site; a polyp of another kind beside
    it keeps its code (Alphabetic Index: Polyp, colon, adenomatous; ICD-10-CM OCG I.B.2).
    """
    adenoma = first(drafts, *_ADENOMAS)
    if adenoma is None or first(drafts, *_POLYPS) is None:
        return list(drafts)
    return [
        draft
        for draft in drafts
        if not draft.code.startswith(_POLYPS) or _OTHER_POLYP.search(said_with(draft, case))
    ]
