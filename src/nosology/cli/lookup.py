"""``nosology lookup``: everything that a release says of a code."""

from __future__ import annotations

import datetime as dt
from typing import Any

import click

from nosology.cli.code_book import open_code_book
from nosology.cli.main import HELP_OPTIONS, tell
from nosology.cli.output import Format, format_option, output_format, write_json
from nosology.cli.parameters import date, system_option
from nosology.model.code import Code, Note, System, dotted
from nosology.model.errors import MissingCodeSet, NosologyError

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

HELP = """\
Show codes with all their notes, as the release that covers the date has them.

\b
Examples:
  nosology lookup E11.22
  nosology lookup E11.22 I10 --on 2026-04-14
  nosology lookup S52.501A --format json
"""


@click.command(context_settings=HELP_OPTIONS, help=HELP)
@click.argument("codes", nargs=-1, required=True, metavar="CODE...")
@system_option(default=System.ICD10CM)
@click.option("--on", callback=date, metavar="YYYY-MM-DD", help="Date of service. Default: newest.")
@format_option
@click.pass_context
def lookup(
    ctx: click.Context,
    /,
    codes: tuple[str, ...],
    system: str,
    on: dt.date | None,
    chosen_format: str | None,
) -> None:
    """Write what the release says of each code; an unknown one does not stop the others."""
    form = output_format(chosen_format)
    book = open_code_book(on)
    status = 0
    for code in codes:
        try:
            entry = book.lookup(code, on, System(system))
        except MissingCodeSet:
            raise
        except NosologyError as error:
            tell(error.where, error.message)
            status = max(status, error.exit_status)
            continue
        if form is Format.JSON:
            write_json(code_as_json(entry))
        else:
            from nosology.cli.code_table import print_code

            print_code(entry)
    ctx.exit(status)


def code_as_json(entry: Code) -> dict[str, Any]:
    """Return the fields of a code as the JSON answer carries them, codes with their dot."""
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
