"""Labeled encounters, read from JSON lines: an encounter with the codes that coders gave it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from nosology.model.code import plain
from nosology.model.encounter import ENCOUNTER_FIELDS, Encounter, encounter_from_mapping
from nosology.model.errors import InputError

GOLD_FIELD = "icd10cm"
SETTING_NAMES = {"inpatient": "inpatient-facility"}
"""Settings as published data sets call them, and as an encounter does."""

_CODE = re.compile(r"[A-Z][0-9][0-9A-Z](\.?[0-9A-Z]{1,4})?")


@dataclass(frozen=True, slots=True)
class LabeledEncounter:
    """An encounter and the codes that coders gave it.

    Attributes:
        gold: ICD-10-CM codes without dots; one that is listed twice counts once.
    """

    encounter: Encounter
    gold: frozenset[str]


def read_dataset(path: Path, limit: int | None = None) -> Iterator[LabeledEncounter]:
    """Yield the labeled encounters of a file of JSON lines, in the file's order.

    A line holds the fields of an encounter and the gold field ``icd10cm``, a list of codes or of
    objects with a ``code``. Every other field is the data set's own and is passed over; blank
    lines are too.

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
    gold = _gold(fields, where)
    known = {name: value for name, value in fields.items() if name in ENCOUNTER_FIELDS}
    if isinstance(known.get("setting"), str):
        known["setting"] = SETTING_NAMES.get(known["setting"], known["setting"])
    return LabeledEncounter(encounter_from_mapping(known, where), gold)


def _gold(fields: dict[str, Any], where: str) -> frozenset[str]:
    listed = fields.get(GOLD_FIELD)
    if not isinstance(listed, list):
        raise InputError(
            where, f"field '{GOLD_FIELD}' must be the list of the codes that coders gave the note"
        )
    codes = set()
    for index, item in enumerate(listed):
        code = item.get("code") if isinstance(item, dict) else item
        if not isinstance(code, str) or not _CODE.fullmatch(code.strip().upper()):
            raise InputError(
                where,
                f"field '{GOLD_FIELD}[{index}]' must be an ICD-10-CM code such as 'E11.22', "
                "or an object with such a field 'code'",
            )
        codes.add(plain(code))
    return frozenset(codes)
