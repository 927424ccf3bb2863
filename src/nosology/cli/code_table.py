"""Codes, search answers and releases as people read them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from nosology.cli.lookup import shown
from nosology.cli.output import open_console
from nosology.codesets.cautions import warnings_of
from nosology.model.code import Code, Note, SearchHit

if TYPE_CHECKING:
    from rich.tree import Tree

    from nosology.cli.tree import Branch

NOTE_LABELS = {
    "inclusion_terms": "Also called",
    "includes": "Includes",
    "excludes1": "Excludes1",
    "excludes2": "Excludes2",
    "code_first": "Code first",
    "use_additional": "Use additional",
    "code_also": "Code also",
    "notes": "Notes",
}
MOST_CHILDREN = 12


def print_code(
    entry: Code, warnings: Iterable[str] | None = None, console: Console | None = None
) -> None:
    """Print one code with all its notes, and what to heed: by default what the code tells."""
    console = console or open_console()
    heading = Text.assemble((shown(entry.code, entry.system), "bold cyan"), "  ", entry.display)
    console.print(heading)
    facts = ["billable" if entry.billable else "not billable"]
    facts += [flag.replace("_", " ") for flag in entry.flags]
    if entry.valid_from or entry.valid_to:
        facts.append(f"valid {_day(entry.valid_from)} to {_day(entry.valid_to)}")
    facts.append(f"release {entry.release}")
    console.print(Text(" · ".join(facts), style="dim"))
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="dim")
    table.add_column()
    if entry.parents:
        above = " › ".join(shown(code, entry.system) for code in reversed(entry.parents))
        table.add_row("Under", above)
    if entry.children:
        listed = ", ".join(shown(code, entry.system) for code in entry.children[:MOST_CHILDREN])
        more = len(entry.children) - MOST_CHILDREN
        table.add_row("Below", listed + (f" and {more} more" if more > 0 else ""))
    for character, meaning in entry.seventh_characters:
        is_first = character == entry.seventh_characters[0][0]
        table.add_row("7th character" if is_first else "", Text(f"{character}  {meaning}"))
    for name, label in NOTE_LABELS.items():
        _add_notes(table, label, getattr(entry, name), entry)
    for index, warning in enumerate(warnings_of(entry) if warnings is None else warnings):
        table.add_row("Heed" if index == 0 else "", Text(warning, style="yellow"))
    console.print(table)
    console.print()


def _day(value: object) -> str:
    return str(value) if value else "…"


def _add_notes(table: Table, label: str, notes: tuple[Note, ...], entry: Code) -> None:
    for index, note in enumerate(notes):
        text = Text(note.text)
        if note.origin != entry.code:
            text.append(f"  from {shown(note.origin, entry.system)}", style="dim")
        table.add_row(label if index == 0 else "", text)


def print_hits(query: str, hits: Iterable[SearchHit], console: Console | None = None) -> None:
    """Print what a search found, best first."""
    console = console or open_console()
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column()
    table.add_column(style="dim")
    for hit in hits:
        style = "bold cyan" if hit.billable else "cyan"
        matched = hit.matched if hit.matched != hit.display else ""
        table.add_row(
            Text(shown(hit.code, hit.system) + ("" if hit.billable else " …"), style=style),
            Text(hit.display),
            Text(matched),
        )
    if not table.rows:
        console.print(Text(f"No code answers “{query}”; try fewer or other words."))
        return
    console.print(table)
    if any(not hit.billable for hit in hits):
        console.print(Text("… needs a longer code: see nosology tree CODE", style="dim"))


def print_branch(branch: Branch, console: Console | None = None) -> None:
    """Print a code and what stands below it as a tree."""
    from rich.tree import Tree

    root = Tree(_branch_label(branch), guide_style="dim")
    _grow(root, branch)
    (console or open_console()).print(root)


def _grow(tree: Tree, branch: Branch) -> None:
    for below in branch.branches:
        _grow(tree.add(_branch_label(below)), below)


def _branch_label(branch: Branch) -> Text:
    style = "bold cyan" if branch.code.billable else "cyan"
    return Text.assemble(
        (shown(branch.code.code, branch.code.system), style), "  ", branch.code.display
    )
