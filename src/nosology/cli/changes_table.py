"""The changes between two releases as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from nosology.cli.lookup import shown
from nosology.cli.output import open_console

if TYPE_CHECKING:
    from nosology.codesets.changes import Affected, Changes

MOST_ROWS = 40


def print_changes(
    changes: Changes, touched: list[Affected] | None, console: Console | None = None
) -> None:
    """Print the changes, each list cut short where it is long."""
    console = console or open_console()

    def codes(names: tuple[str, ...]) -> str:
        return ", ".join(shown(name, changes.system) for name in names)

    heading = f"{changes.system} {changes.before} to {changes.after}: "
    counts = (
        f"{len(changes.added):,} added, {len(changes.removed):,} removed "
        f"({len(changes.newly_specific):,} of them divided), "
        f"{len(changes.narrowed):,} narrowed, {len(changes.revised):,} revised"
    )
    console.print(Text.assemble((heading, "bold"), counts))
    for remark in changes.remarks:
        console.print(Text(remark, style="yellow"))
    if touched is not None:
        _print(
            console,
            "Affected codes in use",
            [
                (codes((one.code,)), f"{one.count:,} x", one.change, codes(one.instead))
                for one in touched
            ],
        )
        return
    _print(
        console,
        "Added",
        [(codes((code,)), title or "(no title is known)") for code, title in changes.added.items()],
    )
    _print(
        console,
        "Removed",
        [
            (codes((one.code,)), one.title, f"now {codes(one.into)}" if one.into else "")
            for one in changes.removed
        ],
    )
    _print(
        console,
        "Narrowed",
        [(codes((one.code,)), one.title, f"by {codes(one.by)}") for one in changes.narrowed],
    )
    _print(
        console,
        "Revised",
        [(codes((one.code,)), one.before, f"now: {one.after}") for one in changes.revised],
    )


def _print(console: Console, title: str, rows: list[tuple[str, ...]]) -> None:
    console.print(Text(f"\n{title}: {len(rows):,}", style="bold"))
    table = Table.grid(padding=(0, 2))
    for row in rows[:MOST_ROWS]:
        table.add_row(Text(row[0], style="cyan"), *(Text(cell) for cell in row[1:]))
    if rows:
        console.print(table)
    if len(rows) > MOST_ROWS:
        console.print(Text(f"and {len(rows) - MOST_ROWS:,} more: give -o FILE.xlsx", style="dim"))
