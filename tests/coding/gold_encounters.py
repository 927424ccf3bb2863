"""The encounter of a gold case, by the fields that cases of every kind share."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Any

from nosology.model.encounter import Encounter, encounter_from_mapping

ON = "2026-04-14"
REQUIRED = frozenset({"id", "title", "setting", "trap", "authority"})
OPTIONAL = frozenset({"text", "documents", "date", "age", "sex"})
_NAMES = (
    *(("id", "id"), ("setting", "setting"), ("text", "text")),
    *(("age", "patient_age"), ("sex", "patient_sex")),
    *(("payer", "payer"), ("status", "patient_status")),
)
"""Fields of a case, and what an encounter calls them."""


def encounter_of(
    fields: dict[str, Any], required: AbstractSet[str], optional: AbstractSet[str]
) -> Encounter:
    """Return the encounter that the fields describe; a missing or unknown one fails.

    Args:
        fields: of the case.
        required: what a case of this kind must tell beside the fields of every kind.
        optional: what it may tell beside them.
    """
    name = fields.get("id", "a case without an id")
    missing = REQUIRED - fields.keys() | required - fields.keys()
    unknown = fields.keys() - REQUIRED - OPTIONAL - required - optional
    assert not missing, f"{name}: misses {sorted(missing)}"
    assert not unknown, f"{name}: unknown fields {sorted(unknown)}"
    assert ("text" in fields) != ("documents" in fields), f"{name}: needs text or documents"
    told = {there: fields[here] for here, there in _NAMES if here in fields}
    told["date_of_service"] = str(fields.get("date", ON))
    if "documents" in fields:
        told["documents"] = [
            {part: str(value) for part, value in document.items()}
            for document in fields["documents"]
        ]
    return encounter_from_mapping(told)
