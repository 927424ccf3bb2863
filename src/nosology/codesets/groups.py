"""The groups in which ICD-10-PCS, HCPCS Level II and CPT codes stand.

ICD-10-PCS is divided by its characters, HCPCS Level II by its letter, CPT by its number: neither of
the latter two publishes a hierarchy, so their groups and labels are this project's own.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from nosology.codesets.dated import DatedEntries
from nosology.model.code import System

_PCS_LENGTH = 7


@dataclass(frozen=True, slots=True)
class Group:
    """A group of codes.

    Attributes:
        code: the beginning that its codes share, or the first and last of them with a hyphen.
        label: what it holds; empty where that is not known.
    """

    code: str
    label: str = ""

    @property
    def bounds(self) -> tuple[str, str]:
        """The first and the last code, or the beginning that all share, twice."""
        first, _, last = self.code.partition("-")
        return first, last or first

    def holds(self, code: str) -> bool:
        """Return whether a code, or a whole group, lies within the group."""
        first, last = self.bounds
        inner_first, inner_last = Group(code).bounds
        if first == last:
            return inner_first.startswith(first)
        # Numbers with a letter at their end are counted apart from those without.
        kinds = {end[-1] if end[-1:].isalpha() else "" for end in (first, inner_first)}
        return len(kinds) == 1 and first <= inner_first and inner_last <= last


def groups_above(system: System, code: str) -> tuple[Group, ...]:
    """Return the groups that hold a code or group, the nearest first."""
    if system is System.ICD10PCS:
        return tuple(Group(code[:length]) for length in range(len(code) - 1, 0, -1))
    holding = [group for group in _labeled(system) if group.code != code and group.holds(code)]
    return tuple(sorted(holding, key=_width))


def groups_below(entries: DatedEntries, code: str, on: dt.date | None) -> tuple[str, ...]:
    """Return the groups directly below a group, or the codes where it has none."""
    if entries.system is System.ICD10PCS:
        return entries.divisions(code, on)
    inner = [
        group
        for group in _labeled(entries.system)
        if (above := groups_above(entries.system, group.code)) and above[0].code == code
    ]
    if inner:
        return tuple(group.code for group in inner)
    first, last = Group(code).bounds
    return tuple(entry.code for entry in entries.between(first, last, on) if entry.billable)


def group_named(entries: DatedEntries, code: str, on: dt.date | None) -> Group | None:
    """Return the group of that name, with its label; None where there is none on the date."""
    if entries.system is System.ICD10PCS:
        if not 0 < len(code) < _PCS_LENGTH or not entries.divisions(code, on):
            return None
        return Group(code, _pcs_label(entries, code, on))
    return next((group for group in _labeled(entries.system) if group.code == code), None)


def _pcs_label(entries: DatedEntries, beginning: str, on: dt.date | None) -> str:
    """Return what each character of the beginning of a code means, where tables tell it."""
    tables = entries.tables(on)
    if tables is None:
        return ""
    labels: list[str] = []
    for length in range(len(beginning)):
        meant = [
            value.label
            for value in tables.values(beginning[:length])
            if value.value == beginning[length]
        ]
        if not meant:
            return _pcs_section(beginning)
        labels.append(" or ".join(dict.fromkeys(meant)))
    return ", ".join(labels)


def _pcs_section(beginning: str) -> str:
    """Return the name of the section that is the whole beginning; empty for a longer one."""
    from nosology.codesets import labels

    return labels.pcs_sections().get(beginning, "")


def _labeled(system: System) -> tuple[Group, ...]:
    from nosology.codesets import labels

    if system is System.HCPCS:
        return tuple(Group(one.letter, one.label) for one in labels.hcpcs_groups())
    if system is System.CPT:
        return tuple(Group(f"{one.first}-{one.last}", one.label) for one in labels.cpt_sections())
    return ()


def _width(group: Group) -> int:
    """Return how many numbers the group spans, by which the narrowest is told."""
    first, last = ("".join(c for c in bound if c.isdigit()) for bound in group.bounds)
    return int(last or 0) - int(first or 0)
