"""Progress bars on standard error, for people who watch: none where it leads elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

type Report = Callable[[str, int, int], None]
"""Takes what is being done, how much is done, and how much there is; 0 for a total not known."""


@contextmanager
def progress_bar(*, is_shown: bool = True) -> Iterator[Report]:
    """Give a function that moves the bar; the bar appears with its first call and is removed."""
    if not is_shown or not sys.stderr.isatty():
        yield _unseen
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=32),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = progress.add_task("", total=None)

    def report(stage: str, done: int, total: int) -> None:
        if not progress.live.is_started:
            progress.start()
        progress.update(task, description=stage, completed=done, total=total or None)

    try:
        yield report
    finally:
        progress.stop()


def _unseen(stage: str, done: int, total: int) -> None:
    del stage, done, total


def announce(what: str) -> None:
    """Say on a terminal what takes time."""
    if sys.stderr.isatty():
        print(f"{what} …", file=sys.stderr)
