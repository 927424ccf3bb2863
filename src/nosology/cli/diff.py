"""``nosology codesets diff``: what changed between two releases, and whom it touches."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nosology.cli.code_book import build_visibly
from nosology.cli.lookup import shown
from nosology.cli.main import HELP_OPTIONS
from nosology.cli.output import Format, format_option, output_format, write_json
from nosology.cli.spreadsheet import Sheet, check_suffix, write_spreadsheet
from nosology.model.code import System

if TYPE_CHECKING:
    from nosology.codesets.changes import Affected, Changes

ICD_10_BEGAN = dt.date(2015, 10, 1)

HELP = """\
List what changed from one release of a code set to another: codes added, removed, revised, and
those that longer codes divide now.

With --codes, a file of codes in use (a code a line, then perhaps how often it was used), it says
which of them are affected and what may be used instead. With -o it writes a spreadsheet.

\b
Examples:
  nosology codesets diff icd10cm 2026-04 2026-10
  nosology codesets diff icd10cm 2025-04 2026-04 --codes favorites.csv -o affected.xlsx
"""


@click.command("diff", context_settings=HELP_OPTIONS, help=HELP)
@click.argument("system", type=click.Choice([system.value for system in System]))
@click.argument("before", metavar="FROM")
@click.argument("after", metavar="TO")
@click.option(
    "--codes", "codes", type=click.Path(path_type=Path), help="Codes in use, with counts."
)
@click.option(
    "-o", "--output", "output", type=click.Path(path_type=Path), help="An .xlsx or .csv file."
)
@format_option
def diff(
    system: str,
    before: str,
    after: str,
    codes: Path | None,
    output: Path | None,
    chosen_format: str | None,
) -> None:
    """Write the changes."""
    from nosology.cli.code_list import read_codes_in_use
    from nosology.codesets import open_code_book
    from nosology.codesets.changes import affected, compare

    if output is not None:
        check_suffix(output)
    in_use = read_codes_in_use(codes) if codes is not None else None
    build_visibly()
    book = open_code_book()
    changes = compare(book, System(system), before, after)
    touched: list[Affected] | None = None
    if in_use is not None:
        day = book.first_day(after, changes.system)
        touched = affected(
            changes,
            in_use,
            book.billable_titles(day, changes.system),
            lambda code: book.successors(code, ICD_10_BEGAN, day, changes.system),
        )
    if output is not None:
        write_spreadsheet(output, _sheets(changes, touched))
    if output_format(chosen_format) is Format.JSON:
        write_json(changes_as_json(changes, touched))
        return
    from nosology.cli.changes_table import print_changes

    print_changes(changes, touched)


def changes_as_json(changes: Changes, touched: list[Affected] | None) -> dict[str, Any]:
    """Return the changes as the JSON answer carries them, codes with their dot."""

    def code(name: str) -> str:
        return shown(name, changes.system)

    answer: dict[str, Any] = {
        "system": changes.system.value,
        "from": changes.before,
        "to": changes.after,
        "added": [
            {"code": code(name), "display": title or None} for name, title in changes.added.items()
        ],
        "removed": [
            {
                "code": code(removal.code),
                "display": removal.title or None,
                "nearest": [code(other) for other in removal.nearest],
            }
            for removal in changes.removed
            if not removal.is_newly_specific
        ],
        "newly_specific": [
            {
                "code": code(removal.code),
                "display": removal.title or None,
                "into": [code(other) for other in removal.into],
            }
            for removal in changes.newly_specific
        ],
        "narrowed": [
            {
                "code": code(one.code),
                "display": one.title or None,
                "by": [code(other) for other in one.by],
            }
            for one in changes.narrowed
        ],
        "revised": [
            {"code": code(one.code), "before": one.before, "after": one.after}
            for one in changes.revised
        ],
        "remarks": list(changes.remarks),
    }
    if touched is not None:
        answer["affected"] = [
            {
                "code": code(one.code),
                "count": one.count,
                "change": one.change,
                "display": one.title or None,
                "instead": [code(other) for other in one.instead],
                "note": one.note,
            }
            for one in touched
        ]
    return answer


def _sheets(changes: Changes, touched: list[Affected] | None) -> list[Sheet]:
    def codes(names: tuple[str, ...]) -> str:
        return ", ".join(shown(name, changes.system) for name in names)

    sheets = [
        Sheet(
            "Added",
            ("Code", "Title"),
            [(codes((name,)), title) for name, title in changes.added.items()],
        ),
        Sheet(
            "Removed",
            ("Code", "Title", "Divided into", "Nearest"),
            [
                (codes((one.code,)), one.title, codes(one.into), codes(one.nearest))
                for one in changes.removed
            ],
        ),
        Sheet(
            "Revised",
            ("Code", "Title before", "Title after"),
            [(codes((one.code,)), one.before, one.after) for one in changes.revised],
        ),
    ]
    sheets.insert(
        2,
        Sheet(
            "Narrowed",
            ("Code", "Title", "By"),
            [(codes((one.code,)), one.title, codes(one.by)) for one in changes.narrowed],
        ),
    )
    if changes.remarks:
        sheets.append(Sheet("Remarks", ("Remark",), [(remark,) for remark in changes.remarks]))
    if touched is not None:
        rows = [
            (codes((one.code,)), one.count, one.change, one.title, codes(one.instead), one.note)
            for one in touched
        ]
        header = ("Code", "Used", "Change", "Title", "Instead", "Note")
        sheets.insert(0, Sheet("Affected", header, rows))
    return sheets
