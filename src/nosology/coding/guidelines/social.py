"""Chapter 21: social determinants of health, from any clinician of the patient."""

from __future__ import annotations

from collections.abc import Sequence

from nosology.coding.diagnoses.draft import Case, Draft
from nosology.coding.diagnoses.statements import Sense
from nosology.coding.rules import because
from nosology.model.reading import SectionKind
from nosology.model.record import Author

_SOCIAL = ("Z55", "Z56", "Z57", "Z58", "Z59", "Z60", "Z62", "Z63", "Z64", "Z65")
_CIRCUMSTANCES = ("Z602", "Z560", "Z635", "Z634", "Z566")
"""What is a problem only where the record says that it is one: living alone, having no work, a
separation or a loss, strain at work."""
_NOT_CLINICIANS = frozenset({Author.PATIENT, Author.LABORATORY, Author.OTHER})


def social_determinants(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the social problems that the record documents, whoever does.

    Social workers, nurses and other clinicians of the patient may document them; what only the
    patient reports counts once a clinician takes it up; they are never first-listed (ICD-10-CM OCG
    I.B.14 and I.C.21.c.17).
    """
    if not drafts:
        return []
    present = {draft.code for draft in drafts}
    result = list(drafts)
    for item in (*case.statements, *case.beside):
        if not item.concept.startswith(_SOCIAL) or item.sense is not Sense.PRESENT:
            continue
        author = item.reading.document.author
        is_own = author is Author.PROVIDER
        if author in _NOT_CLINICIANS or (is_own and item.kind is not SectionKind.SOCIAL_HISTORY):
            continue
        for assigned in case.assignment.codes(item):
            if assigned.code in present or (
                assigned.code.startswith(_CIRCUMSTANCES) and not item.is_named
            ):
                continue
            present.add(assigned.code)
            result.append(
                Draft(
                    assigned.code,
                    (item.span,),
                    (because("social-determinant"), *assigned.rationale),
                    0.6,
                )
            )
    return result
