"""Findings as people read them: claim by claim, the gravest first, each with what to do."""

from __future__ import annotations

from collections import Counter

from rich.console import Console, Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from nosology.cli.encounters import Failure
from nosology.cli.output import open_console, printable
from nosology.model.finding import Checked, Finding, Fix, Severity

_STYLES = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "yellow",
    Severity.ADVISORY: "cyan",
    Severity.NOT_EVALUATED: "dim",
}


class FindingTable:
    """Writes the findings of claims to standard output, one below the other."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or open_console()
        self._claims = 0
        self._clean = 0
        self._found: Counter[Severity] = Counter()

    def write(self, answer: Checked | Failure) -> None:
        """Print one answer, set apart from the one before."""
        if self._claims:
            self._console.print()
        self._claims += 1
        if isinstance(answer, Checked):
            self._found.update(item.severity for item in answer.findings)
            self._clean += answer.is_clean
        self._console.print(render(answer))

    def end(self) -> None:
        """Print how many claims there were and what was found, where there were several."""
        if self._claims < 2:
            return
        found = ", ".join(
            f"{self._found[severity]} {severity.value}"
            for severity in Severity
            if self._found[severity]
        )
        self._console.print()
        self._console.print(
            Text(f"{self._claims} claims, {self._clean} clean; {found or 'nothing found'}")
        )


def render(answer: Checked | Failure) -> RenderableType:
    """Return the answer as something that a console prints."""
    if isinstance(answer, Failure):
        heading = Text(printable(answer.id or answer.where), style="bold")
        return Group(heading, Rule(style="dim"), Text(printable(answer.message), style="red"))
    parts: list[RenderableType] = [Text(printable(answer.id), style="bold"), Rule(style="dim")]
    if answer.fixes:
        parts.append(Group(*map(_fix, answer.fixes)))
    evaluated = [item for item in answer.findings if item.severity is not Severity.NOT_EVALUATED]
    unevaluated = [item for item in answer.findings if item.severity is Severity.NOT_EVALUATED]
    if evaluated:
        parts.append(_table(evaluated))
    elif unevaluated:
        parts.append(Text("Nothing found in what could be evaluated.", style="italic"))
    else:
        parts.append(Text("Clean.", style="bold green"))
    parts += [
        Text(f"not evaluated: {printable(item.message)}", style="dim") for item in unevaluated
    ]
    return Group(*parts)


def _table(findings: list[Finding]) -> Table:
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(min_width=10, overflow="fold")
    table.add_column(ratio=1)
    for item in findings:
        table.add_row(
            Text(item.severity.value, style=_STYLES[item.severity]),
            Text(f"line {item.line}" if item.line else "claim", style="dim"),
            Text(printable(", ".join(item.codes)), style="bold cyan"),
            _told(item),
        )
    return table


def _told(item: Finding) -> Text:
    told = Text(printable(item.message))
    told.append(f"\n{printable(item.remedy)}", style="green")
    source = f"{item.rule}: {item.authority}" if item.authority else item.rule
    told.append(f"\n{printable(source)}", style="dim")
    return told


def _fix(fix: Fix) -> Text:
    where = f"line {fix.line}: " if fix.line else ""
    return Text(f"fixed  {where}{printable(fix.text)} ({fix.rule})", style="green")
