"""``nosology lookup``: everything that a release says of a code."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from nosology.cli.code_book import open_code_book
from nosology.cli.main import HELP_OPTIONS, tell
from nosology.cli.output import Format, format_option, output_format, write_json
from nosology.cli.parameters import date, parse_system, system_option
from nosology.codesets.cautions import uncovered, warnings_of
from nosology.model.code import Code, CodeBook, Note, System, dotted
from nosology.model.errors import MissingCodeSet, NosologyError, UnknownCode

if TYPE_CHECKING:
    from nosology.codesets.book import SqliteCodeBook

NOTE_FIELDS = (
    "includes",
    "excludes1",
    "excludes2",
    "code_first",
    "use_additional",
    "code_also",
    "inclusion_terms",
    "notes",
)

# How codes are written, the likeliest system first: an ICD-10-CM code is mostly typed without its
# dot and goes before HCPCS; a chapter's number goes before a modifier.
_SHAPES: tuple[tuple[System, re.Pattern[str]], ...] = (
    (System.ICD10CM, re.compile(r"[0-9]{1,2}")),
    (System.CPT, re.compile(r"[0-9]{4}[0-9A-Z](-[0-9]{4}[0-9A-Z])?|[0-9]{2}")),
    (System.ICD10PCS, re.compile(r"[0-9A-HJ-NP-Z]{7}|[0-9][0-9A-HJ-NP-Z]{0,5}|[BCDFGHX]")),
    (System.ICD10CM, re.compile(r"[A-Z][0-9A-Z]{2}(\.?[0-9A-Z]{1,4})?|[A-Z]..-[A-Z]..")),
    (System.HCPCS, re.compile(r"[A-Z][0-9]{4}|[A-Z][A-Z0-9]?")),
)

HELP = """\
Show codes with all their notes, as the release that covers the date has them.

Without --system the code set is told from how the code is written; ICD-10-CM goes first.

\b
Examples:
  nosology lookup E11.22
  nosology lookup E11.22 I10 --on 2026-04-14
  nosology lookup J1885 99213 0DTJ4ZZ --format json
"""


@click.command(context_settings=HELP_OPTIONS, help=HELP)
@click.argument("codes", nargs=-1, required=True, metavar="CODE...")
@system_option(help="The code set. Default: told from how the code is written.")
@click.option("--on", callback=date, metavar="YYYY-MM-DD", help="Date of service. Default: newest.")
@format_option
@click.pass_context
def lookup(
    ctx: click.Context,
    /,
    codes: tuple[str, ...],
    system: str | None,
    on: dt.date | None,
    chosen_format: str | None,
) -> None:
    """Write what the release says of each code; an unknown one does not stop the others."""
    form = output_format(chosen_format)
    book = open_code_book()
    asked = parse_system(system)
    status = 0
    told: set[str] = set()
    for code in codes:
        try:
            entry = lookup_in(book, code, on, asked)
        except NosologyError as error:
            status = max(status, error.exit_status)
            # What is not installed is said once, however many codes would need it.
            if not (isinstance(error, MissingCodeSet) and str(error) in told):
                told.add(str(error))
                tell(error.where, error.message)
            continue
        tell_uncovered(book, entry, on, told)
        if asked is None:
            _tell_others(book, code, entry, on)
        is_covered = on is None or book.covers(on, entry.system)
        warnings = warnings_of(entry, on, is_covered=is_covered)
        if form is Format.JSON:
            write_json(code_as_json(entry, warnings))
        else:
            from nosology.cli.code_table import print_code

            print_code(entry, warnings)
    ctx.exit(status)


def lookup_in(book: CodeBook, code: str, on: dt.date | None, system: System | None) -> Code:
    """Return the code from the system, or from the first that has it of those that it fits.

    Raises:
        UnknownCode: what the system says of it that the code fits best.
        MissingCodeSet: when the system is not installed, or none that is has the code.
    """
    if system is not None:
        return book.lookup(code, on, system)
    missed: list[NosologyError] = []
    for fitting in fitting_systems(code):
        try:
            return book.lookup(code, on, fitting)
        except (UnknownCode, MissingCodeSet) as error:
            missed.append(error)
    # What once was a code tells more than that another system never had it; and where one is not
    # installed, nobody knows that there is no such code.
    raise next(
        (error for error in missed if "was not valid" in error.message),
        next((error for error in missed if isinstance(error, MissingCodeSet)), missed[0]),
    )


def tell_uncovered(book: SqliteCodeBook, entry: Code, on: dt.date | None, told: set[str]) -> None:
    """Say on standard error, once for each release, that none covers the date in its code set."""
    if on is None or book.covers(on, entry.system):
        return
    said = f"{entry.system}: {uncovered(entry, on)}"
    if said not in told:
        told.add(said)
        tell("--on", said)


def _tell_others(book: CodeBook, code: str, entry: Code, on: dt.date | None) -> None:
    """Say on standard error in which other code sets there is a code so written."""
    for fitting in fitting_systems(code):
        if fitting is entry.system:
            continue
        try:
            other = book.lookup(code, on, fitting)
        except (UnknownCode, MissingCodeSet):
            continue
        tell(
            shown(entry.code, entry.system),
            f"there is also {other.code} of {fitting}, {other.display}: give --system {fitting}",
        )


def fitting_systems(code: str) -> tuple[System, ...]:
    """Return the code sets in which a code so written could stand, the likeliest first."""
    written = code.strip().upper()
    fitting = (system for system, shape in _SHAPES if shape.fullmatch(written))
    return tuple(dict.fromkeys(fitting)) or (System.ICD10CM,)


def code_as_json(entry: Code, warnings: Sequence[str] | None = None) -> dict[str, Any]:
    """Return the fields of a code as the JSON answer carries them, codes with their dot.

    The warnings are those that the code itself tells, where no others are given.
    """
    notes: dict[str, tuple[Note, ...]] = {name: getattr(entry, name) for name in NOTE_FIELDS}
    return {
        "system": entry.system.value,
        "code": shown(entry.code, entry.system),
        "display": entry.display,
        "billable": entry.billable,
        "valid_from": entry.valid_from.isoformat() if entry.valid_from else None,
        "valid_to": entry.valid_to.isoformat() if entry.valid_to else None,
        "parents": [shown(code, entry.system) for code in entry.parents],
        "children": [shown(code, entry.system) for code in entry.children],
        **{name: [note.text for note in listed] for name, listed in notes.items()},
        "seventh_characters": dict(entry.seventh_characters),
        "flags": list(entry.flags),
        "warnings": list(warnings_of(entry) if warnings is None else warnings),
        "release": entry.release,
        "origins": {
            name: [shown(note.origin, entry.system) for note in listed]
            for name, listed in notes.items()
            if listed
        },
    }


def shown(code: str, system: System) -> str:
    """Return a code as it is shown: only ICD-10-CM writes a dot."""
    return dotted(code) if system is System.ICD10CM else code
