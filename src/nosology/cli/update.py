"""``nosology codesets update``: what is out of date, fetched from its publisher and installed."""

from __future__ import annotations

import contextlib
import datetime as dt
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from nosology.cli.code_book import build_visibly
from nosology.cli.main import HELP_OPTIONS, tell
from nosology.cli.output import (
    Format,
    format_option,
    open_console,
    output_format,
    printable,
    write_json,
)
from nosology.cli.parameters import date
from nosology.cli.progress import Report, progress_bar
from nosology.model.errors import InputError

if TYPE_CHECKING:
    from nosology.codesets.updating.calendar import CalendarEdition
    from nosology.codesets.updating.catalogue import Catalogue, Licence
    from nosology.codesets.updating.download import Downloader
    from nosology.codesets.updating.licences import Consent, Wording
    from nosology.codesets.updating.status import Status
    from nosology.codesets.updating.update import Outcome, Updater

TIMEOUT = 30.0

HELP = """\
Fetch new editions of code sets from their publishers and install them.

Without a DATA_SET: those that are installed and out of date. A data set that is named is also
installed anew; "all" names every one. Nothing is fetched without this command, and nothing but the
address goes out. A licence that a publisher wants accepted is shown first; CPT itself is never
fetched.

\b
Examples:
  nosology codesets update --check
  nosology codesets update --check --on 2027-01-01
  nosology codesets update icd10cm --dry-run
  nosology codesets update ncci-ptp-practitioner --accept-licence ama-cpt --yes
"""


@click.command("update", context_settings=HELP_OPTIONS, help=HELP)
@click.argument("data_sets", nargs=-1, metavar="[DATA_SET]...")
@click.option("--on", callback=date, metavar="YYYY-MM-DD", help="Up to date on. Default: today.")
@click.option("--check", is_flag=True, help="Only say what is out of date; use no network.")
@click.option("--dry-run", is_flag=True, help="Look where the files are; fetch and install none.")
@click.option("--yes", is_flag=True, help="Do not ask before fetching. Accepts no licence.")
@click.option(
    "--accept-licence",
    "accepted",
    multiple=True,
    metavar="NAME",
    help="Accept this licence as its publisher words it now. May be repeated.",
)
@format_option
@click.pass_context
def update(
    ctx: click.Context,
    /,
    data_sets: tuple[str, ...],
    on: dt.date | None,
    check: bool,
    dry_run: bool,
    yes: bool,
    accepted: tuple[str, ...],
    chosen_format: str | None,
) -> None:
    """Write how each data set stands, or what became of it."""
    if check and dry_run:
        raise click.UsageError("--check and --dry-run exclude one another", ctx)
    form = output_format(chosen_format)
    catalogue = load_catalogue()
    catalogue.choose(data_sets)
    _check_names(accepted, catalogue)
    # The only look at the clock: everything below is told the date.
    today = dt.date.today()
    standing = _standing(catalogue, data_sets, on or today)
    if check:
        _write_standing(standing, form)
        ctx.exit(int(any(is_behind(status, data_sets) for status in standing)))
    if not dry_run and not yes and not _is_wanted(standing, data_sets):
        ctx.exit(1)
    bar = Bar()
    consent = _consent(accepted, bar)
    status = 0
    with contextlib.closing(bar):
        updater = make_updater(catalogue, consent, today, bar.report)
        for outcome in updater.update(data_sets, on or today, _installed, dry_run=dry_run):
            bar.close()
            _write_outcome(outcome, form)
            status = max(status, status_of(outcome))
    ctx.exit(status)


def load_catalogue() -> Catalogue:
    """Return the data sets that can be updated."""
    from nosology.codesets.updating.catalogue import read_catalogue

    return read_catalogue()


def make_updater(catalogue: Catalogue, consent: Consent, today: dt.date, report: Report) -> Updater:
    """Return what updates the store of this user."""
    from nosology.codesets.store import home_folder
    from nosology.codesets.updating.installing import identify, installer
    from nosology.codesets.updating.update import Updater

    home = home_folder()
    return Updater(
        catalogue,
        home,
        make_downloader(catalogue),
        identify,
        installer(home, report),
        consent,
        today,
        report,
    )


def make_downloader(catalogue: Catalogue) -> Downloader:
    """Return what fetches from the publishers' hosts."""
    from nosology.codesets.updating.download import Downloader
    from nosology.codesets.updating.transport import Transport

    return Downloader(Transport(catalogue.hosts, timeout=TIMEOUT))


class Bar:
    """A progress bar that makes way for what is printed or asked, and comes back by itself."""

    def __init__(self) -> None:
        self._stack = contextlib.ExitStack()
        self._report: Report | None = None

    def report(self, stage: str, done: int, total: int) -> None:
        """Move the bar."""
        if self._report is None:
            self._report = self._stack.enter_context(progress_bar())
        self._report(stage, done, total)

    def close(self) -> None:
        """Remove the bar until it is moved again."""
        self._report = None
        self._stack.close()


def is_behind(status: Status, named: Sequence[str]) -> bool:
    """Return whether the user must act: it is out of date, or was asked for and is not there."""
    from nosology.codesets.updating.status import State

    return status.state.is_stale or (bool(named) and status.state is State.NOT_INSTALLED)


def status_of(outcome: Outcome) -> int:
    """Return the exit status that an outcome asks for."""
    if outcome.error is not None:
        return outcome.error.exit_status
    return int(outcome.result.needs_user)


def _installed() -> Any:
    from nosology.codesets.updating.installing import installed_editions

    return installed_editions()


def _standing(catalogue: Catalogue, names: tuple[str, ...], on: dt.date) -> list[Status]:
    from nosology.codesets.updating.update import statuses

    build_visibly()
    return statuses(catalogue, names, on, _installed())


def _check_names(accepted: tuple[str, ...], catalogue: Catalogue) -> None:
    for name in accepted:
        if name not in catalogue.licences:
            raise InputError(
                "--accept-licence",
                f"names {printable(name)!r}; expected one of {', '.join(catalogue.licences)}",
            )


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _is_wanted(standing: Sequence[Status], named: Sequence[str]) -> bool:
    """Ask whether what is out of date is to be fetched; true where nothing is.

    Raises:
        InputError: when nobody can be asked.
    """
    from nosology.codesets.updating.status import State

    due = [
        f"{status.data_set.name} {status.in_force.label}"
        for status in standing
        if not status.data_set.obtain
        and status.state is not State.CURRENT
        and (named or status.state is not State.NOT_INSTALLED)
    ]
    if not due:
        return True
    if not _is_terminal():
        raise InputError(
            "update", f"would fetch {', '.join(due)}; give --yes, as nobody can be asked here"
        )
    return click.confirm(f"Fetch and install {', '.join(due)}?", err=True)


def _consent(accepted: tuple[str, ...], bar: Bar) -> Consent:
    """Return what asks for a licence: on a terminal only, unless it was accepted beforehand."""

    def ask(licence: Licence, wording: Wording) -> bool:
        if licence.name in accepted:
            return True
        if not _is_terminal():
            return False
        bar.close()
        click.echo(f"\n{licence.title} ({licence.holder})\n", err=True)
        click.echo(f"In short, and without force: {licence.summary}\n", err=True)
        click.echo(f"As {wording.address} words it:\n", err=True)
        click.echo(f"{printable(wording.text)}\n", err=True)
        return click.confirm(f"Do you accept {licence.title}?", err=True)

    return ask


def standing_as_json(status: Status) -> dict[str, Any]:
    """Return how a data set stands as the JSON answer carries it."""
    installed = status.installed
    return {
        "data_set": status.data_set.name,
        "title": status.data_set.title,
        "state": status.state.value,
        "installed": installed.label if installed else None,
        "in_force": _edition_as_json(status.in_force),
        "next": _edition_as_json(status.next),
        "licences": list(status.data_set.licences),
        "downloadable": not status.data_set.obtain,
    }


def _edition_as_json(edition: CalendarEdition | None) -> dict[str, Any] | None:
    if edition is None:
        return None
    return {
        "release": edition.label,
        "valid_from": edition.valid_from.isoformat(),
        "valid_to": edition.valid_to.isoformat() if edition.valid_to else None,
    }


def _write_standing(standing: Sequence[Status], form: Format) -> None:
    if form is Format.JSON:
        for status in standing:
            write_json(standing_as_json(status))
        return
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    heads = ("Data set", "State", "Installed", "In force", "Next", "Begins")
    table.add_row(*(Text(head, style="dim") for head in heads))
    for status in standing:
        table.add_row(
            status.data_set.name,
            Text(status.state.value, style="bold" if status.state.is_stale else ""),
            status.installed.label if status.installed else "",
            status.in_force.label,
            status.next.label if status.next else "",
            status.next.valid_from.isoformat() if status.next else "",
        )
    open_console().print(table)


def outcome_as_json(outcome: Outcome) -> dict[str, Any]:
    """Return what became of a data set as the JSON answer carries it."""
    return {
        "data_set": outcome.data_set.name,
        "result": outcome.result.value,
        "release": outcome.edition,
        "says": printable(outcome.says),
        "addresses": list(outcome.addresses),
    }


def _write_outcome(outcome: Outcome, form: Format) -> None:
    if outcome.error is not None:
        tell(outcome.error.where, printable(outcome.error.message))
    if form is Format.JSON:
        write_json(outcome_as_json(outcome))
        return
    from rich.text import Text

    console = open_console()
    name = f"{outcome.data_set.name} {outcome.edition}"
    line = Text.assemble((name, "bold cyan"), "  ", (outcome.result.value, "bold"))
    if outcome.error is None:
        line.append(f"  {printable(outcome.says)}")
    console.print(line, soft_wrap=True)
    for address in outcome.addresses:
        console.print(Text(f"  {printable(address)}", style="dim"), soft_wrap=True)
