"""Looking up codes that carry their own dates, and the groups that they stand in."""

from __future__ import annotations

import datetime as dt
import re

from nosology.codesets.dated import DatedEntries, DatedEntry
from nosology.codesets.days import date_of, number_of
from nosology.codesets.embedded.reading import editor_flags, outpatient_facts
from nosology.codesets.entries import UNTITLED
from nosology.codesets.groups import Group, group_named, groups_above, groups_below
from nosology.codesets.release import Rows
from nosology.model.code import Code, Note, System
from nosology.model.errors import UnknownCode

NO_DESCRIPTION = "(no description is installed: CPT descriptions are the AMA's and need a license)"
"""Shown for a CPT number that has neither a licensed description nor a label of our own."""

NO_DENTAL_DESCRIPTION = "(no description is installed: dental codes are the ADA's)"

_SHAPES = {
    System.ICD10PCS: (
        re.compile(r"[0-9A-HJ-NP-Z]{1,7}"),
        "ICD-10-PCS codes are; expected seven letters and digits without I and O, such as 0DTJ4ZZ, "
        "or the beginning of one",
    ),
    System.HCPCS: (
        re.compile(r"[A-Z](?:[A-Z0-9]|[0-9]{4})?"),
        "HCPCS Level II codes are; expected a letter and four digits such as J1885, a modifier "
        "such as RT, or a letter",
    ),
    System.CPT: (
        re.compile(r"[0-9]{4}[0-9A-Z]|[0-9A-Z]{2}|[0-9]{5}-[0-9]{5}|[0-9]{4}[A-Z]-[0-9]{4}[A-Z]"),
        "CPT codes are; expected five digits such as 99213, four digits and a letter, a modifier "
        "such as 25, or a section such as 99202-99499",
    ),
}


def lookup_dated(entries: DatedEntries, rows: Rows, code: str, on: dt.date | None) -> Code:
    """Return the code, or the group of codes, as it stands on the date.

    Raises:
        UnknownCode: saying whether it never existed or was not valid then, with the nearest ones.
    """
    entry = entries.find(code, on)
    if entry is not None:
        return _as_code(entries, entry, rows, on)
    group = group_named(entries, code, on)
    if group is not None:
        return Code(
            system=entries.system,
            code=group.code,
            display=group.label or UNTITLED,
            billable=False,
            release=entries.label(on),
            parents=parents(entries, code),
            children=children(entries, code, on),
            flags=("group",),
        )
    raise _unknown(entries, code, on)


def members(
    entries: DatedEntries, code: str, on: dt.date | None, limit: int | None = None
) -> list[DatedEntry]:
    """Return the codes at or below a code or group, valid on the date; empty if unknown."""
    entry = entries.find(code, on)
    if entry is not None:
        return [entry]
    first, last = Group(code).bounds
    return entries.between(first, last, on, limit)


def children(entries: DatedEntries, code: str, on: dt.date | None) -> tuple[str, ...]:
    """Return the groups or codes directly below a group; empty for a code."""
    if entries.find(code, on) is not None:
        return ()
    return groups_below(entries, code, on)


def parents(entries: DatedEntries, code: str) -> tuple[str, ...]:
    """Return the groups that hold the code, the nearest first."""
    return tuple(group.code for group in groups_above(entries.system, code))


def _as_code(entries: DatedEntries, entry: DatedEntry, rows: Rows, on: dt.date | None) -> Code:
    untitled = NO_DESCRIPTION if entries.system is System.CPT else UNTITLED
    if entry.kind == "dental":
        untitled = NO_DENTAL_DESCRIPTION
    day = number_of(entries.day(on))
    flags = [
        *(() if entry.billable else (entry.kind,)),
        *(() if entry.title_source == "official" else (f"title-{entry.title_source}",)),
        *entry.status,
    ]
    notes: tuple[Note, ...] = ()
    if entries.system is System.ICD10PCS:
        flags.extend(editor_flags(rows, System.ICD10PCS, entry.code, day))
        notes = _axes(entries, entry.code, on)
    elif (facts := outpatient_facts(rows, entry.code, day)) is not None:
        flags.append(f"status-indicator={facts.status_indicator}")
        if facts.apc:
            flags.append(f"apc={facts.apc}")
        if facts.approved is not None:
            flags.append(f"paid-from={date_of(facts.approved)}")
        if facts.terminated is not None:
            flags.append(f"paid-to={date_of(facts.terminated)}")
        if facts.lowest_age is not None or facts.highest_age is not None:
            flags.append(f"age={facts.lowest_age or 0}-{facts.highest_age or ''}")
        flags.extend(flag.replace("_", "-") for flag in facts.flags)
    return Code(
        system=entries.system,
        code=entry.code,
        display=entry.title or untitled,
        billable=entry.billable,
        release=entries.label(on),
        valid_from=entry.valid_from,
        valid_to=entry.valid_to,
        parents=parents(entries, entry.code) if entry.billable else (),
        notes=notes,
        flags=tuple(dict.fromkeys(flags)),
    )


def _axes(entries: DatedEntries, code: str, on: dt.date | None) -> tuple[Note, ...]:
    """Return what each character of an ICD-10-PCS code means, where its tables are installed."""
    tables = entries.tables(on)
    if tables is None or not tables.is_code(code):
        return ()
    return tuple(
        Note(
            f"{value.axis} {value.value}: {value.label}"
            + (f" ({value.definition})" if value.definition else ""),
            code,
        )
        for value in tables.axes(code)
    )


def _unknown(entries: DatedEntries, code: str, on: dt.date | None) -> UnknownCode:
    shape, description = _SHAPES[entries.system]
    if not shape.fullmatch(code):
        # What was typed may be anything, even a sentence from a record: it is not repeated.
        return UnknownCode("code", f"is not written as {description}")
    day, release = entries.day(on), entries.label(on)
    covered = on is None or entries.covers(on)
    when = f"release {release}" if covered else f"release {release}, the nearest to {on}"
    around = entries.neighbors(code, on)
    nearest = f"; the nearest codes are {', '.join(around)}" if around else ""
    spans = entries.validity(code)
    if not spans:
        return UnknownCode(code, f"does not exist in {when}{nearest}")
    first, last = spans[-1]
    if first > day:
        return UnknownCode(code, f"was not valid on {day}: it begins on {first}{nearest}")
    ended = max((end for _, end in spans if end is not None and end < day), default=last)
    return UnknownCode(code, f"was not valid on {day}: it ended on {ended}{nearest}")
