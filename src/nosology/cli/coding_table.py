"""A coding as people read it: the codes in order, the words of the note, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from rich.console import Console, Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from nosology.cli.encounters import Failure
from nosology.cli.output import open_console, printable
from nosology.cli.service_table import (
    NARROW,
    line_of,
    procedures,
    reason_of,
    reasons_of,
    services,
    words_of,
    worksheet,
)
from nosology.model.code import dotted
from nosology.model.coding import (
    Coding,
    Diagnosis,
    Procedure,
    Query,
    Rationale,
    Role,
    Service,
)

FEWEST_SHARED = 3
"""How many codes must have a reason before it is told once for all of them."""

NAMES = {"icd10cm": "ICD-10-CM", "icd10pcs": "ICD-10-PCS", "hcpcs": "HCPCS", "cpt": "CPT"}
"""Code sets as people call them."""

ROLE_NAMES = {
    Role.PRINCIPAL: "Principal",
    Role.FIRST_LISTED: "First-listed",
    Role.SECONDARY: "Secondary",
    Role.EXTERNAL_CAUSE: "External cause",
}


type Answered = Diagnosis | Procedure | Service


class CodingTable:
    """Writes codings to standard output, one below the other."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or open_console()
        self._is_first = True

    def write(self, answer: Coding | Failure) -> None:
        """Print one answer, set apart from the one before."""
        if not self._is_first:
            self._console.print()
        self._is_first = False
        self._console.print(render(answer, self._console.width))


def render(answer: Coding | Failure, width: int) -> RenderableType:
    """Return the answer as something that a console of that width prints."""
    parts: list[RenderableType] = [_heading(answer), Rule(style="dim")]
    if isinstance(answer, Failure):
        parts.append(Text(printable(answer.message), style="red"))
        return Group(*parts)
    shared = _shared_reasons(answer.icd10cm)
    if answer.icd10cm:
        parts.append(_diagnoses(answer.icd10cm, shared, width))
    elif not (answer.icd10pcs or answer.services):
        parts.append(Text("No code is supported by this record.", style="italic"))
    told = {reason.rule for item in answer.icd10cm for reason in _particular(item, shared)}
    untold = [reason_of(reason) for rule, reason in shared.items() if rule not in told]
    if untold:
        parts += [
            "",
            Text("For most of these codes: ", style="dim").append(Text("\n").join(untold)),
        ]
    if answer.icd10pcs:
        parts += ["", _label("Procedures"), procedures(answer.icd10pcs, width)]
    if answer.services:
        parts += ["", _label("Services"), services(answer, width)]
        for item in answer.services:
            if item.worksheet:
                parts += ["", _label(f"How {line_of(item)} was found"), worksheet(item.worksheet)]
    if answer.queries:
        parts += ["", _label("To ask the clinician"), *map(_query, answer.queries)]
    if answer.suggestions:
        parts += ["", _label("To look at; not reported"), _suggestions(answer.suggestions)]
    if answer.notices:
        parts += ["", *(Text(printable(notice), style="dim") for notice in answer.notices)]
    return Group(*parts)


def _heading(answer: Coding | Failure) -> RenderableType:
    line = Table.grid(expand=True, padding=(0, 1))
    line.add_column(ratio=1, overflow="fold")
    line.add_column(justify="right", overflow="fold")
    name = printable(answer.id or (answer.where if isinstance(answer, Failure) else ""))
    release = ""
    if isinstance(answer, Coding):
        release = " · ".join(
            f"{NAMES.get(system, system)} {label}" for system, label in answer.releases.items()
        )
    line.add_row(Text(name, style="bold"), Text(release, style="dim"))
    return line


def _label(text: str) -> Text:
    return Text(text, style="bold")


def _shared_reasons(diagnoses: Sequence[Diagnosis]) -> dict[str, Rationale]:
    """Return by rule the reasons that more than half of the codes have: they are told once."""
    reasons = [reason for item in diagnoses for reason in item.rationale]
    counts = Counter(reason.rule for reason in reasons)
    return {
        reason.rule: reason
        for reason in reasons
        if counts[reason.rule] >= FEWEST_SHARED and counts[reason.rule] * 2 > len(diagnoses)
    }


def _diagnoses(
    diagnoses: Sequence[Diagnosis], shared: Mapping[str, Rationale], width: int
) -> Table:
    is_narrow = width < NARROW
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(no_wrap=True, min_width=len(ROLE_NAMES[Role.EXTERNAL_CAUSE]))
    table.add_column(ratio=5)
    table.add_column(ratio=4)
    if not is_narrow:
        table.add_column(ratio=5)
    names = ("Code", "Title and why", "Words") if is_narrow else ("Code", "Title", "Words", "Why")
    table.add_row(*(Text(name, style="dim") for name in names))
    for role, group in groupby(diagnoses, key=lambda item: item.role):
        table.add_row()
        table.add_row(Text(ROLE_NAMES[role], style="italic"))
        for item in group:
            code = Text(dotted(item.code), style="bold cyan")
            title, reasons = Text(item.display), _reasons(item, shared)
            if is_narrow:
                reasons.stylize("dim")
                title = Text("\n").join([title, reasons] if reasons else [title])
                table.add_row(code, title, words_of(item.evidence))
            else:
                table.add_row(code, title, words_of(item.evidence), reasons)
    return table


def _particular(item: Answered, shared: Mapping[str, Rationale]) -> Sequence[Rationale]:
    """Return the reasons that are particular to the code, or its last one where none is."""
    particular = [reason for reason in item.rationale if reason.rule not in shared]
    return particular or item.rationale[-1:]


def _reasons(item: Answered, shared: Mapping[str, Rationale]) -> Text:
    return Text("\n").join(map(reason_of, _particular(item, shared)))


def _query(query: Query) -> RenderableType:
    options = " / ".join(printable(option) for option in query.options)
    grid = Table.grid(padding=(0, 1))
    grid.add_row(Text("?", style="bold yellow"), Text(printable(query.question)))
    if options:
        grid.add_row("", Text(options, style="dim"))
    return grid


def _suggestions(suggestions: Iterable[Answered]) -> Table:
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(no_wrap=True, min_width=len(ROLE_NAMES[Role.EXTERNAL_CAUSE]))
    table.add_column(ratio=5)
    table.add_column(ratio=9)
    for item in suggestions:
        if isinstance(item, Service):
            code, title, why = line_of(item), item.label, reasons_of(item.rationale)
        else:
            code = dotted(item.code) if isinstance(item, Diagnosis) else item.code
            title, why = item.display, _reasons(item, {})
        table.add_row(Text(code, style="cyan"), Text(title), why)
    return table
