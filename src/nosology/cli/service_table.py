"""Services and procedures as people read them: the line as it is billed, its words, and why."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from nosology.cli.output import printable, shortened
from nosology.model.code import dotted
from nosology.model.coding import Coding, Element, Evidence, Procedure, Rationale, Service

NARROW = 100
"""Below this width the reason stands under the title rather than in a column of its own."""
LONGEST_QUOTE = 64
MOST_QUOTES = 2
LONGEST_WEIGHED = 72
_CODE_WIDTH = 14
_LETTERS = "ABCDEFGHIJKL"
"""By which a professional claim points to its first twelve diagnoses (CMS-1500 item 21)."""
_LEAST_PARTICULAR = frozenset({"service-done"})


def line_of(service: Service) -> str:
    """Return the number with its modifiers: ``99214-25``."""
    return "-".join([printable(service.code), *map(printable, service.modifiers)])


def pointers_of(service: Service, answer: Coding) -> str:
    """Return the letters of the diagnoses that it points to, with their codes: ``A E11.9``."""
    order = {item.code: place for place, item in enumerate(answer.icd10cm)}
    told = []
    for code in service.diagnoses:
        place = order.get(code, len(_LETTERS))
        letter = f"{_LETTERS[place]} " if place < len(_LETTERS) else ""
        told.append(f"{letter}{dotted(code)}")
    return ", ".join(told)


def services(answer: Coding, width: int) -> Table:
    """Return the services in their order."""
    table = _table(width)
    for item in answer.services:
        code = Text(line_of(item), style="bold cyan")
        if item.units != 1:
            code.append(f" ×{item.units}", style="cyan")
        title = Text(printable(item.label))
        pointers = pointers_of(item, answer)
        if pointers:
            title.append(f"\nfor {pointers}", style="dim")
        if item.ndc:
            title.append(f"\nNDC {printable(item.ndc)}", style="dim")
        _add(table, code, title, item.evidence, item.rationale, width)
    return table


def procedures(listed: Sequence[Procedure], width: int) -> Table:
    """Return the procedures of an inpatient stay in their order."""
    table = _table(width)
    for item in listed:
        title = Text(printable(item.display))
        if item.date is not None:
            title.append(f"\non {item.date.isoformat()}", style="dim")
        code = Text(item.code, style="bold cyan")
        _add(table, code, title, item.evidence, item.rationale, width)
    return table


def worksheet(elements: Sequence[Element]) -> Table:
    """Return a row for each part: what it supports as a whole, and what was weighed for it.

    The last line of a part is what its lines come to.
    """
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(no_wrap=True, min_width=_CODE_WIDTH)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    parts: dict[str, list[Element]] = {}
    for item in elements:
        parts.setdefault(printable(item.part), []).append(item)
    for part, told in parts.items():
        *weighed, whole = told
        items = [shortened(item.text, LONGEST_WEIGHED) for item in weighed or told]
        shown = Text("; ".join(items), style="dim")
        table.add_row(Text(part), Text(printable(whole.level), style="bold"), shown)
    return table


def words_of(evidence: tuple[Evidence, ...]) -> Text:
    """Return the quotes that support a code, each once, the first ones only."""
    quotes = list(dict.fromkeys(shortened(item.quote, LONGEST_QUOTE) for item in evidence))
    shown = [Text(f"“{quote}”", style="green") for quote in quotes[:MOST_QUOTES]]
    if len(quotes) > MOST_QUOTES:
        shown.append(Text(f"and {len(quotes) - MOST_QUOTES} more", style="dim"))
    return Text("\n").join(shown)


def reason_of(reason: Rationale) -> Text:
    """Return what a rule did, and where it is published."""
    authority = printable(reason.authority).removeprefix("ICD-10-CM ")
    return Text.assemble(printable(reason.text), (f"  {authority}" if authority else "", "dim"))


def reasons_of(rationale: Sequence[Rationale]) -> Text:
    """Return the reasons but for what holds of every service; the last one where no other is."""
    particular = [item for item in rationale if item.rule not in _LEAST_PARTICULAR]
    return Text("\n").join(map(reason_of, particular or rationale[-1:]))


def _table(width: int) -> Table:
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(min_width=_CODE_WIDTH, overflow="fold")
    table.add_column(ratio=5)
    table.add_column(ratio=4)
    is_narrow = width < NARROW
    if not is_narrow:
        table.add_column(ratio=5)
    names = ("Code", "Title and why", "Words") if is_narrow else ("Code", "Title", "Words", "Why")
    table.add_row(*(Text(name, style="dim") for name in names))
    return table


def _add(
    table: Table,
    code: Text,
    title: Text,
    evidence: tuple[Evidence, ...],
    rationale: Sequence[Rationale],
    width: int,
) -> None:
    reasons = reasons_of(rationale)
    if width < NARROW:
        reasons.stylize("dim")
        table.add_row(code, Text("\n").join([title, reasons]), words_of(evidence))
    else:
        table.add_row(code, title, words_of(evidence), reasons)
