"""The typed Python calls of the same names as the commands; import them from ``nosology``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from nosology.model.coding import Coding, Scope
from nosology.model.encounter import Encounter, encounter_from_mapping

if TYPE_CHECKING:
    from nosology.edits.engine import Engine
    from nosology.model.claim import Claim
    from nosology.model.code import CodeBook
    from nosology.model.finding import Checked
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


def check(
    claim: Claim | Mapping[str, Any],
    earlier: Sequence[Claim | Mapping[str, Any]] = (),
    *,
    rules: Sequence[str | PathLike[str]] = (),
    fix: bool = False,
) -> Checked:
    """Return what a payer would object to in a claim, with remedies and authorities.

    Args:
        claim: a Claim, or the fields of its JSON form.
        earlier: claims of before, in their order; those of the same ``patient.id`` are looked
            back to.
        rules: files of the user's own rules and choices.
        fix: whether the only possible remedies are applied; the claim as it then stands, and what
            was changed, are in the answer.

    Raises:
        InputError: naming the field of a claim, or the place in a file, that is not as expected.
        MissingCodeSet: when the code sets are not installed and cannot be built.

    Example:
        >>> import nosology
        >>> line = {"code": "99213", "date": "2026-04-14", "units": 1, "charge": "90.00"}
        >>> found = nosology.check({"id": "C1", "diagnoses": ["I10"], "lines": [line]})
        >>> [finding.rule for finding in found.findings if finding.line == 1]
        ['diagnosis-pointer-missing', 'place-of-service-missing']
    """
    from nosology.edits.history import History

    history = History()
    for past in earlier:
        history.add(_claim(past))
    read = _claim(claim)
    engine = _engine(tuple(Path(file) for file in rules))
    past_lines = history.of(read)
    return engine.mend(read, past_lines) if fix else engine.check(read, past_lines)


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


def _claim(claim: Claim | Mapping[str, Any]) -> Claim:
    from nosology.model.claim_fields import claim_from_mapping

    return claim_from_mapping(claim) if isinstance(claim, Mapping) else claim


@cache
def _engine(rules: tuple[Path, ...]) -> Engine:
    from nosology.edits.own_rules.reading import read_own_rules
    from nosology.workflow.check import load_engine

    return load_engine(policy=read_own_rules(rules).policy)


@cache
def _coder() -> Coder:
    from nosology.workflow.code import load_coder

    return load_coder()
