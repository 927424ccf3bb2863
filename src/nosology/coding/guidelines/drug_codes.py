"""Medicines and drugs by name, with the codes that tell them in categories T36 to T50."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache

from nosology.coding.diagnoses import episode
from nosology.coding.diagnoses.draft import Case
from nosology.model.code import plain
from nosology.model.tables import rows, table

_STEM = 5


class Manner(StrEnum):
    """How the substance came to act, as the character after it says."""

    ACCIDENTAL = "1"
    SELF_HARM = "2"
    ASSAULT = "3"
    UNDETERMINED = "4"
    ADVERSE_EFFECT = "5"
    UNDERDOSING = "6"


@cache
def substances() -> dict[str, str]:
    """Return the beginning of the code by name, read once.

    Raises:
        MalformedRow: naming the line of the table that does not follow its format.
    """
    return {
        row["name"].lower(): plain(row["substance"])
        for row in rows(
            table("nosology.coding.guidelines", "drug_codes.tsv"), ("name", "substance", "source")
        )
    }


@cache
def named() -> str:
    """Return a pattern of every name, the longest first, without flags."""
    names = sorted(substances(), key=lambda name: (-len(name), name))
    return "|".join(re.escape(name) for name in names)


def code_of(name: str, manner: Manner, case: Case, character: str = "A") -> str | None:
    """Return the code of the substance for the manner, or None where the release has none.

    Args:
        name: as written.
        manner: how it acted.
        case: for the release.
        character: the seventh character.
    """
    stem = substances().get(name.lower())
    if stem is None:
        return None
    for beginning in (stem + manner, stem.ljust(_STEM, episode.PLACEHOLDER) + manner):
        code = episode.completed(beginning, character)
        if case.is_billable(code):
            return code
    return None


def in_manner(code: str, manner: Manner, case: Case) -> str | None:
    """Return the code of the same substance for another manner, or None where there is none."""
    place = 4 if code[5:6] == episode.PLACEHOLDER else 5
    changed = code[:place] + manner + code[place + 1 :]
    return changed if case.is_billable(changed) else None


def manner_of(code: str) -> Manner | None:
    """Return the manner that a code of T36 to T65 tells, or None for other codes."""
    if not code.startswith(
        ("T36", "T37", "T38", "T39", "T4", "T5", "T60", "T61", "T62", "T63")
    ) and (not code.startswith(("T64", "T65"))):
        return None
    character = code[4:5] if code[5:6] == episode.PLACEHOLDER else code[5:6]
    return Manner(character) if character in set(Manner) else None
