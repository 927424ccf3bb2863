"""The typed Python calls of the same names as the commands; import them from ``nosology``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from nosology.model.coding import Coding, Scope
from nosology.model.encounter import Encounter, encounter_from_mapping

if TYPE_CHECKING:
    from nosology.model.code import CodeBook
    from nosology.model.review import Review
    from nosology.workflow.code import Coder

NAME_OF_TEXT = "encounter"


class EncounterFacts(TypedDict, total=False):
    """What can be told of an encounter beside its text, in the fields of its JSON form."""

    id: str
    setting: str
    date_of_service: dt.date | str
    patient_age: int
    patient_sex: str
    payer: str
    patient_status: str


def code(
    encounter: Encounter | Mapping[str, Any] | str,
    *,
    scope: Scope | str = Scope.REPORTABLE,
    **facts: Unpack[EncounterFacts],
) -> Coding:
    """Return the codes that an encounter supports, each with its evidence and reasons.

    The code set is built when it is first needed; what is loaded serves the calls that follow.

    Args:
        encounter: an Encounter, the fields of its JSON form, or the text of a note.
        scope: ``reportable`` for what a claim would carry, ``documented`` for everything that the
            record states of the patient.
        facts: facts of the encounter, which go before those that it carries itself. Without a date
            of service, today's date counts.

    Raises:
        InputError: naming the field that is unknown or not of the expected form.
        MissingCodeSet: when the code set is not installed and cannot be built.

    Example:
        >>> import nosology
        >>> coding = nosology.code("Assessment: type 2 diabetes.", date_of_service="2026-04-14")
        >>> [diagnosis.code for diagnosis in coding.icd10cm]
        ['E119']
    """
    read = _read(encounter, dict(facts))
    if read.date_of_service is None:
        read = replace(read, date_of_service=dt.date.today())
    return _coder().code(read, Scope(scope))


def review(
    encounter: Encounter | Mapping[str, Any] | str,
    claim_lines: Mapping[str, Any] | Sequence[Any],
    **facts: Unpack[EncounterFacts],
) -> Review:
    """Return what a claim bills without support or otherwise than supported, and what it misses.

    Args:
        encounter: as for ``code``.
        claim_lines: a claim with ``lines``, or the lines themselves, each with a ``code`` and
            where they apply ``modifiers`` and ``units``.
        facts: as for ``code``.

    Raises:
        InputError: naming the field of the encounter or line that is not as expected.
        MissingCodeSet: when the code set is not installed and cannot be built.

    Example:
        >>> import nosology
        >>> found = nosology.review("Seen for cough.", [{"code": "93000"}])
        >>> found.lines[0].verdict.value
        'unsupported'
    """
    from nosology.coding.services.review import compare
    from nosology.model.review import claim_lines as read_lines

    lines = read_lines(claim_lines)
    return compare(lines, code(encounter, **facts))


def open_code_book() -> CodeBook:
    """Return the installed code sets, built first where that has not been done.

    Raises:
        MissingCodeSet: when they are not there and cannot be built.
    """
    from nosology.workflow.search import open_code_book as open_book

    return open_book()


def _read(encounter: Encounter | Mapping[str, Any] | str, facts: dict[str, Any]) -> Encounter:
    day = facts.get("date_of_service")
    if isinstance(day, dt.date):
        facts["date_of_service"] = day.isoformat()
    if isinstance(encounter, str):
        return encounter_from_mapping({"id": NAME_OF_TEXT, "text": encounter, **facts})
    if isinstance(encounter, Mapping):
        return encounter_from_mapping({**encounter, **facts})
    if not facts:
        return encounter
    told = encounter_from_mapping({"id": encounter.id, "text": "", **facts})
    changed: dict[str, Any] = {name: getattr(told, name) for name in facts}
    if "setting" in facts:
        changed["specialty"] = told.specialty
    return replace(encounter, **changed)


@cache
def _coder() -> Coder:
    from nosology.workflow.code import load_coder

    return load_coder()
