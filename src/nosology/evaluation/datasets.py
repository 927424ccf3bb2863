"""Labeled encounters, read from JSON lines: an encounter with the codes that coders gave it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

from nosology.model.code import plain
from nosology.model.encounter import ENCOUNTER_FIELDS, Encounter, encounter_from_mapping
from nosology.model.errors import InputError

GOLD_FIELD = "icd10cm"
PROCEDURES_FIELD = "icd10pcs"
SERVICES_FIELD = "services"
SETTING_NAMES = {"inpatient": "inpatient-facility"}
"""Settings as published data sets call them, and as an encounter does."""

_CODE = re.compile(r"[A-Z][0-9][0-9A-Z](\.?[0-9A-Z]{1,4})?")
_PROCEDURE = re.compile(r"[0-9A-HJ-NP-Z]{7}")
_SERVICE = re.compile(r"[0-9A-Z]\d{3}[0-9A-Z]")
_MODIFIER = re.compile(r"[0-9A-Z]{2}")


@dataclass(frozen=True, slots=True)
class LabeledEncounter:
    """An encounter and the codes that coders gave it.

    Attributes:
        gold: ICD-10-CM codes without dots; one that is listed twice counts once.
        procedures: ICD-10-PCS codes; None where nobody chose any.
        services: lines as ``shown_line`` writes them; None where nobody chose any.
        has_diagnoses: whether ``gold`` was chosen; False where only other codes were.
    """

    encounter: Encounter
    gold: frozenset[str]
    procedures: frozenset[str] | None = None
    services: frozenset[str] | None = None
    has_diagnoses: bool = True


def read_dataset(path: Path, limit: int | None = None) -> Iterator[LabeledEncounter]:
    """Yield the labeled encounters of a file of JSON lines, in the file's order.

    A line holds the fields of an encounter and one or more of the gold fields ``icd10cm``,
    ``icd10pcs`` and ``services``, each a list of codes or of objects with a ``code``; a service may
    have ``modifiers`` and ``units`` too. Every other field is the data set's own and is passed
    over; blank lines are too.

    Args:
        path: the file.
        limit: how many encounters at most; None for all.

    Raises:
        InputError: naming the file and the line. Nothing is skipped, since a score over part of a
            data set would pass for one over the whole.
    """
    if limit is not None and limit <= 0:
        return
    found = 0
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                yield _labeled(line, f"{path.name}:{number}")
                found += 1
                if found == limit:
                    return
    except OSError as error:
        raise InputError(
            str(path), f"cannot be read ({error.strerror}); name a file of JSON lines"
        ) from None


class Part(StrEnum):
    """A part of a data set: what is looked at while the product is written, and the rest."""

    DEVELOPMENT = "development"
    HELD_OUT = "held-out"


def part_of(labeled: Sequence[LabeledEncounter], part: Part) -> list[LabeledEncounter]:
    """Return the encounters of one part, in their order.

    A quarter, rounded to the nearest, is held out: the encounters whose ids have the lowest
    SHA-256, so that the same data set is always parted in the same way.
    """
    by_hash = sorted(labeled, key=lambda item: _hash(item.encounter.id))
    held_out = {item.encounter.id for item in by_hash[: round(len(by_hash) / 4)]}
    is_wanted = part is Part.HELD_OUT
    return [item for item in labeled if (item.encounter.id in held_out) is is_wanted]


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def _labeled(line: bytes, where: str) -> LabeledEncounter:
    try:
        fields = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InputError(where, "is not UTF-8; save the data set as UTF-8") from None
    except json.JSONDecodeError as error:
        raise InputError(
            where, f"is not JSON ({error.msg} at column {error.colno}); expected an object a line"
        ) from None
    if not isinstance(fields, dict):
        raise InputError(where, "must be a JSON object with the fields of an encounter")
    has_diagnoses = GOLD_FIELD in fields or not {PROCEDURES_FIELD, SERVICES_FIELD} & fields.keys()
    gold = frozenset(map(plain, _codes(fields, GOLD_FIELD, where))) if has_diagnoses else None
    procedures = services = None
    if PROCEDURES_FIELD in fields:
        procedures = frozenset(map(plain, _codes(fields, PROCEDURES_FIELD, where)))
    if SERVICES_FIELD in fields:
        _codes(fields, SERVICES_FIELD, where)
        services = frozenset(
            _service(item, f"{SERVICES_FIELD}[{index}]", where)
            for index, item in enumerate(fields[SERVICES_FIELD])
        )
    known = {name: value for name, value in fields.items() if name in ENCOUNTER_FIELDS}
    if isinstance(known.get("setting"), str):
        known["setting"] = SETTING_NAMES.get(known["setting"], known["setting"])
    return LabeledEncounter(
        encounter_from_mapping(known, where),
        gold or frozenset(),
        procedures,
        services,
        has_diagnoses,
    )


def shown_line(code: str, modifiers: Iterable[str] = (), units: Decimal | int = 1) -> str:
    """Return a line of a claim as one text, the order of its modifiers aside: ``20610-RT x1``."""
    return (
        f"{'-'.join([plain(code), *sorted(map(plain, modifiers))])} x{Decimal(units).normalize():f}"
    )


def code_of_line(line: str) -> str:
    """Return the number of a line that ``shown_line`` wrote."""
    return line.partition(" ")[0].partition("-")[0]


_KINDS = {
    GOLD_FIELD: (_CODE, "an ICD-10-CM code such as 'E11.22'"),
    PROCEDURES_FIELD: (_PROCEDURE, "an ICD-10-PCS code such as '0DTJ4ZZ'"),
    SERVICES_FIELD: (_SERVICE, "a CPT or HCPCS code such as '99213'"),
}


def _codes(fields: dict[str, Any], name: str, where: str) -> list[str]:
    listed = fields.get(name)
    if not isinstance(listed, list):
        raise InputError(
            where, f"field '{name}' must be the list of the codes that coders gave the note"
        )
    shape, wanted = _KINDS[name]
    codes = []
    for index, item in enumerate(listed):
        code = item.get("code") if isinstance(item, dict) else item
        if not isinstance(code, str) or not shape.fullmatch(code.strip().upper()):
            raise InputError(
                where,
                f"field '{name}[{index}]' must be {wanted}, or an object with such a field 'code'",
            )
        codes.append(code)
    return codes


def _service(item: Any, name: str, where: str) -> str:
    """Return the line that a gold service tells; a bare number is one unit without modifiers."""
    if isinstance(item, str):
        return shown_line(item)
    modifiers, units = item.get("modifiers", []), item.get("units", 1)
    if not isinstance(modifiers, list) or not all(
        isinstance(part, str) and _MODIFIER.fullmatch(plain(part)) for part in modifiers
    ):
        raise InputError(where, f"field '{name}.modifiers' must be a list such as ['25']")
    if isinstance(units, bool) or not isinstance(units, int | float) or units <= 0:
        raise InputError(where, f"field '{name}.units' must be a number above 0")
    return shown_line(item["code"], modifiers, Decimal(str(units)))
