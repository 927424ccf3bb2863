"""``nosology tree``: what stands below a code."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import click

from nosology.cli.code_book import open_code_book
from nosology.cli.lookup import shown
from nosology.cli.main import HELP_OPTIONS
from nosology.cli.output import Format, format_option, output_format, write_json
from nosology.cli.parameters import date
from nosology.model.code import Code, CodeBook

HELP = """\
Show the codes below a code, section (E08-E13) or chapter (4) as the Tabular List orders them.

\b
Examples:
  nosology tree E11.3
  nosology tree E08-E13 --depth 1
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
@click.option("--on", callback=date, metavar="YYYY-MM-DD", help="Date of service. Default: newest.")
@format_option
def tree(code: str, depth: int, on: dt.date | None, chosen_format: str | None) -> None:
    """Write the code and what stands below it."""
    found = read_branch(open_code_book(on), code, on, depth)
    if output_format(chosen_format) is Format.JSON:
        write_json(found.as_json())
        return
    from nosology.cli.code_table import print_branch

    print_branch(found)


def read_branch(book: CodeBook, code: str, on: dt.date | None, depth: int) -> Branch:
    """Return the code with the levels below it.

    Raises:
        UnknownCode: when there is no such code on the date.
    """
    entry = book.lookup(code, on)
    below = entry.children if depth else ()
    return Branch(entry, tuple(read_branch(book, child, on, depth - 1) for child in below))
