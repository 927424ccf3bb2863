"""Prints installed releases, and what became of added files, as tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from nosology.cli.output import open_console, printable, shortened

if TYPE_CHECKING:
    import datetime as dt

    from nosology.codesets.adding import Added
    from nosology.codesets.release import InstalledRelease

_LONGEST_ANCHOR = 70


def print_releases(releases: Iterable[InstalledRelease], console: Console | None = None) -> None:
    """Print the installed releases; below each one where it is from and what to know of it."""
    console = console or open_console()
    listed = list(releases)
    names = [f"{one.system} {one.label} {one.part}".strip() for one in listed]
    width = max(map(len, names), default=0)
    for name, release in zip(names, listed, strict=True):
        line = Text(f"{name:{width}}", style="bold cyan")
        line.append(f"  {_validity(release.valid_from, release.valid_to):24}", style="none")
        count = f"{release.rows:,} rows"
        if release.billable is not None:
            count = f"{release.billable:,} billable"
        line.append(f"  {count:>18}  {release.completeness}", style="none")
        console.print(line, soft_wrap=True)
        about = "; ".join(filter(None, (release.source, release.remark)))
        console.print(Padding(Text(printable(about), style="dim"), (0, 0, 0, 4)))


def print_added(added: Iterable[Added], console: Console | None = None) -> None:
    """Print what became of each file, with a few of its rows to check it by."""
    console = console or open_console()
    for one in added:
        edition = one.edition
        what = f"{edition.data_set} {edition.label} {edition.part}".strip()
        line = Text(f"{printable(one.file)}: ")
        line.append(what, style="bold cyan")
        line.append(f", {_validity(edition.valid_from, edition.valid_to)}, {one.rows:,} rows")
        if one.billable is not None:
            line.append(f", {one.billable:,} billable")
        if one.already:
            line.append("; was already installed, nothing is changed", style="dim")
        elif one.replaced is not None:
            line.append(f"; replaces what came from {printable(one.replaced)}", style="dim")
        console.print(line, soft_wrap=True)
        for anchor in one.anchors:
            console.print(Text(f"  {shortened(anchor, _LONGEST_ANCHOR)}", style="dim"))
    left_out = dict.fromkeys(name for one in added for name in one.left_out)
    if left_out:
        names = ", ".join(map(printable, left_out))
        console.print(Text(f"Not read: {names}", style="dim"), soft_wrap=True)


def _validity(first: dt.date, last: dt.date | None) -> str:
    return f"{first} to {last}" if last else f"from {first}"
