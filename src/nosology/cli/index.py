"""``nosology index``: the way through the official indexes, from a term to its codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from nosology.cli.code_book import build_visibly
from nosology.cli.main import HELP_OPTIONS, tell
from nosology.cli.output import Format, format_option, open_console, output_format, write_json
from nosology.cli.parameters import date
from nosology.model.code import System, dotted

if TYPE_CHECKING:
    from rich.text import Text

    from nosology.codesets.index import Hop, IndexChild, IndexCode, IndexTerm, Table

TABLES = ("diseases", "neoplasm", "external-cause", "drug", "procedures")
MOST_CHILDREN = 60

HELP = """\
Find a term in the official indexes, and the codes that it leads to.

Give the main term and what stands below it, with commas between, or the words in any order. What
the index refers to with "see" is followed; codes are verified in the release of the date.

\b
Examples:
  nosology index "Fracture, traumatic, radius, lower end"
  nosology index diabetes type 2 with ckd
  nosology index "Neoplasm, breast, benign"
  nosology index aspirin adverse effect --table drug
  nosology index --system icd10pcs Cholecystectomy
"""


@click.command(context_settings=HELP_OPTIONS, help=HELP)
@click.argument("words", nargs=-1, required=True, metavar="TERM...")
@click.option(
    "--system",
    type=click.Choice([System.ICD10CM.value, System.ICD10PCS.value]),
    default=System.ICD10CM.value,
    show_default=True,
    help="Whose index.",
)
@click.option("--table", "table", type=click.Choice(TABLES), help="Look in this table only.")
@click.option("--on", callback=date, metavar="YYYY-MM-DD", help="Date of service. Default: newest.")
@format_option
def index(
    words: tuple[str, ...],
    system: str,
    table: str | None,
    on: dt.date | None,
    chosen_format: str | None,
) -> None:
    """Write the term, where its references lead, and its codes."""
    from nosology.codesets import open_code_book
    from nosology.codesets.index import Table, open_index_book

    build_visibly()
    book = open_index_book(code_book=open_code_book())
    term = book.find(" ".join(words), on, Table(table) if table else None, System(system))
    if on is not None and not book.covers(term.table, on):
        tell("--on", f"no installed index covers {on}; edition {term.release} answers")
    if output_format(chosen_format) is Format.JSON:
        write_json(term_as_json(term))
    else:
        print_term(term)


def term_as_json(term: IndexTerm) -> dict[str, Any]:
    """Return the term as the JSON answer carries it, codes with their dot."""
    return {
        "term": term.term,
        "path": list(term.path),
        "nonessential": list(term.nonessential),
        "code": _shown(term.code, term.table),
        "manifestation": _shown(term.manifestation, term.table),
        "see": term.see or None,
        "see_also": term.see_also or None,
        "category": _shown(term.category, term.table),
        "use": term.use_value or None,
        "note": term.note or None,
        "columns": {name: _shown(code, term.table) for name, code in term.columns},
        "column": term.column or None,
        "children": [_child_as_json(child, term.table) for child in term.children],
        "hops": [_hop_as_json(hop) for hop in term.hops],
        "alternatives": [list(path) for path in term.alternatives],
        "codes": [_code_as_json(code, term.table) for code in term.codes],
        "table": term.table.value,
        "release": term.release,
    }


def _child_as_json(child: IndexChild, table: Table) -> dict[str, Any]:
    return {
        "term": child.name,
        "nonessential": list(child.nonessential),
        "code": _shown(child.code, table),
        "see": child.see or None,
        "see_also": child.see_also or None,
        "use": child.use_value or None,
        "columns": {name: _shown(code, table) for name, code in child.columns},
        "children": child.children,
    }


def _hop_as_json(hop: Hop) -> dict[str, Any]:
    found = hop.term
    return {
        "via": hop.via,
        "reference": hop.reference,
        "path": list(found.path) if found else None,
        "code": _shown(found.code, found.table) if found else None,
        "manifestation": _shown(found.manifestation, found.table) if found else None,
        "columns": {name: _shown(code, found.table) for name, code in found.columns}
        if found
        else {},
        "column": found.column or None if found else None,
        "table": found.table.value if found else None,
        "reason": hop.reason or None,
    }


def _code_as_json(code: IndexCode, table: Table) -> dict[str, Any]:
    return {
        "code": _shown(code.code, table),
        "display": code.display or None,
        "billable": code.billable,
        "column": code.column or None,
        "manifestation": code.is_manifestation,
        "completed_by": [_shown(one, table) for one in code.completed_by],
        "more": code.more,
    }


def _shown(code: str, table: Table) -> str | None:
    """Return a code as an index prints it; a hyphen stays where characters are missing."""
    if not code:
        return None
    if table.value == "procedures":
        return code
    stem = code.rstrip("-")
    if stem == code:
        return dotted(code)
    return f"{dotted(stem)}-" if len(stem) > 3 else f"{stem}.-"


def print_term(term: IndexTerm) -> None:
    """Print the term, where its references lead, its codes, and what stands below it."""
    from rich.table import Table as Grid
    from rich.text import Text

    console = open_console()
    heading = Text(" › ".join(term.path), style="bold")
    heading.append("".join(f" ({modifier})" for modifier in term.nonessential), style="not bold")
    console.print(heading)
    facts = [term.table.value.replace("-", " "), f"edition {term.release}"]
    facts += [word for word in (term.column.replace("_", " "), term.note) if word]
    console.print(Text(" · ".join(facts), style="dim"))
    grid = Grid.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column()
    if term.use_value:
        grid.add_row("Use", term.use_value)
    for hop in term.hops:
        grid.add_row(hop.via.capitalize(), _hop_text(hop))
    for number, code in enumerate(term.codes):
        grid.add_row("Codes" if number == 0 else "", _code_text(code, term.table))
    # A reference that stands below the term without a title was followed, and is shown above.
    children = [child for child in term.children if child.name or not child.see]
    for number, child in enumerate(children[:MOST_CHILDREN]):
        grid.add_row("Below" if number == 0 else "", _child_text(child, term.table))
    if len(children) > MOST_CHILDREN:
        grid.add_row("", Text(f"and {len(children) - MOST_CHILDREN} more", style="dim"))
    for number, path in enumerate(term.alternatives):
        grid.add_row("Or" if number == 0 else "", Text(" › ".join(path)))
    console.print(grid)


def _hop_text(hop: Hop) -> Text:
    from rich.text import Text

    if hop.term is None:
        return Text.assemble(hop.reference, (f"  {hop.reason}", "dim"))
    text = Text(" › ".join(hop.term.path))
    if hop.term.code:
        text.append(f"  {_shown(hop.term.code, hop.term.table)}", style="cyan")
    return text


def _code_text(code: IndexCode, table: Table) -> Text:
    from rich.text import Text

    text = Text(_shown(code.code, table) or "", style="bold cyan")
    if code.column:
        text.append(f"  {code.column.replace('_', ' ')}", style="not bold default")
    if code.is_manifestation:
        text.append("  manifestation", style="not bold default")
    if code.display:
        text.append(f"  {code.display}", style="not bold default")
    if code.completed_by:
        listed = _listed(code.completed_by, table)
        more = f" and {code.more} more" if code.more else ""
        text.append(f"  complete it: {listed}{more}", style="not bold yellow")
    elif code.billable is False:
        text.append("  not in the release of that date", style="not bold yellow")
    return text


def _child_text(child: IndexChild, table: Table) -> Text:
    from rich.text import Text

    text = Text(child.name or "—")
    text.append("".join(f" ({modifier})" for modifier in child.nonessential), style="dim")
    if child.code:
        text.append(f"  {_shown(child.code, table)}", style="cyan")
    if child.columns:
        text.append(f"  {_listed((code for _, code in child.columns), table)}", style="cyan")
    for via, reference in (
        ("see", child.see),
        ("see also", child.see_also),
        ("use", child.use_value),
    ):
        if reference:
            text.append(f"  {via} {reference}", style="italic")
    if child.children:
        text.append(f"  +{child.children}", style="dim")
    return text


def _listed(codes: Iterable[str], table: Table) -> str:
    return ", ".join(_shown(code, table) or "" for code in codes)
