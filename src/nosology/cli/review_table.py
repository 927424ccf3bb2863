"""A review as people read it: the lines of the claim, and what was missed, each with its words."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from nosology.cli.output import open_console, printable
from nosology.cli.service_table import line_of, reason_of, words_of
from nosology.model.review import Review, ReviewedLine, Verdict

_STYLES = {
    Verdict.SUPPORTED: "green",
    Verdict.DIFFERS: "yellow",
    Verdict.UNSUPPORTED: "red",
    Verdict.MISSED: "magenta",
}


def write_review(review: Review, console: Console | None = None) -> None:
    """Print the review."""
    (console or open_console()).print(render_review(review))


def render_review(review: Review) -> RenderableType:
    """Return the review as something that a console prints."""
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(no_wrap=True)
    table.add_column(min_width=12, overflow="fold")
    table.add_column(ratio=6)
    table.add_column(ratio=5)
    for item in review.lines:
        table.add_row(
            Text(item.verdict.value, style=_STYLES[item.verdict]),
            Text(_billed(item), style="bold cyan"),
            _why(item),
            words_of(item.evidence),
        )
    heading = Text(printable(review.id), style="bold")
    return Group(heading, Rule(style="dim"), table)


def _billed(item: ReviewedLine) -> str:
    if item.line is not None:
        code = "-".join([item.line.code, *item.line.modifiers])
        return code if item.line.units == 1 else f"{code} ×{item.line.units}"
    if item.service is None:
        return ""
    code = line_of(item.service)
    return code if item.service.units == 1 else f"{code} ×{item.service.units}"


def _why(item: ReviewedLine) -> Text:
    why = Text(printable(item.text))
    if item.service is not None and item.verdict is Verdict.MISSED:
        why = Text(printable(item.service.label))
    if item.verdict is not Verdict.SUPPORTED and item.rationale:
        reasons = Text("\n").join(map(reason_of, item.rationale[-1:]))
        reasons.stylize("dim")
        why = Text("\n").join([why, reasons])
    return why
