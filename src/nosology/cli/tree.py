"""``nosology tree``: what stands below a code."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import click

from nosology.cli.code_book import open_code_book
from nosology.cli.lookup import lookup_in, shown, tell_uncovered
from nosology.cli.main import HELP_OPTIONS
from nosology.cli.output import Format, format_option, output_format, write_json
from nosology.cli.parameters import date, parse_system, system_option
from nosology.model.code import Code, CodeBook

HELP = """\
Show the codes below a code, section (E08-E13) or chapter (4) as the Tabular List orders them.

Other code sets are walked by the beginning of a code (0DT), its letter (J) or its section
(99202-99499).

\b
Examples:
  nosology tree E11.3
  nosology tree E08-E13 --depth 1
  nosology tree 0DT --depth 1
"""


@dataclass(frozen=True, slots=True)
class Branch:
    """A code with the branches below it, as deep as was asked for."""

    code: Code
    branches: tuple[Branch, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the branch as the JSON answer nests it."""
        return {
            "code": shown(self.code.code, self.code.system),
            "display": self.code.display,
            "billable": self.code.billable,
            "children": [branch.as_json() for branch in self.branches],
        }


@click.command(context_settings=HELP_OPTIONS, help=HELP)
@click.argument("code")
@click.option("--depth", type=click.IntRange(1, 9), default=2, show_default=True, help="Levels.")
@system_option(help="The code set. Default: told from how the code is written.")
@click.option("--on", callback=date, metavar="YYYY-MM-DD", help="Date of service. Default: newest.")
@format_option
def tree(
    code: str, depth: int, system: str | None, on: dt.date | None, chosen_format: str | None
) -> None:
    """Write the code and what stands below it."""
    book = open_code_book()
    entry = lookup_in(book, code, on, parse_system(system))
    tell_uncovered(book, entry, on, set())
    found = read_branch(book, entry, on, depth)
    if output_format(chosen_format) is Format.JSON:
        write_json(found.as_json())
        return
    from nosology.cli.code_table import print_branch

    print_branch(found)


def read_branch(book: CodeBook, entry: Code, on: dt.date | None, depth: int) -> Branch:
    """Return the code with the levels below it."""
    below = entry.children if depth else ()
    return Branch(
        entry,
        tuple(
            read_branch(book, book.lookup(child, on, entry.system), on, depth - 1)
            for child in below
        ),
    )
