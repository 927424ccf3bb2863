"""``nosology codesets``: what is installed, how it comes to be, and what a user adds to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nosology.cli.code_book import build_visibly
from nosology.cli.diff import diff
from nosology.cli.main import HELP_OPTIONS, tell
from nosology.cli.output import Format, format_option, open_console, output_format, write_json
from nosology.cli.parameters import date
from nosology.cli.progress import progress_bar
from nosology.cli.update import update

if TYPE_CHECKING:
    from nosology.codesets.adding import Outcome
    from nosology.codesets.release import InstalledRelease
    from nosology.codesets.removing import Removed

LIST_HELP = """\
List the installed releases, with what they cover and where they come from.
"""

BUILD_HELP = """\
Build the store of code sets where it is missing or out of date, and compile the lexicon.

The other commands do so themselves when they first need it. The store stands in the user's data
folder, or where the environment variable NOSOLOGY_HOME says.
"""

ADD_HELP = """\
Add published files to the installed code sets: as downloaded, in a zip or unpacked.

Each file is recognized by its content. The edition is told by the file or its name; --release,
--from and --to say it where they do not, or where they are wrong. A file that is added again
changes nothing; another file of the same edition takes its place. What was added is kept in the
user's data folder and loaded again whenever the store is built anew.

\b
Examples:
  nosology codesets add 2027-code-descriptions-tabular-order.zip
  nosology codesets add HCPC2026_OCT_ANWEB.txt LONGULT.txt --release 2026
  nosology codesets add order.txt --release 2026-10 --from 2026-10-01 --to 2027-09-30
"""

REMOVE_HELP = """\
Take an added release out again, such as: nosology codesets remove icd10cm 2026-10

What comes with the product stays. Where the added release took the place of such a one, that is
installed again.
"""


@click.group(context_settings=HELP_OPTIONS)
def codesets() -> None:
    """List, add to or build the installed code sets."""


codesets.add_command(diff)
codesets.add_command(update)


@codesets.command("list", context_settings=HELP_OPTIONS, help=LIST_HELP)
@format_option
def list_releases(chosen_format: str | None) -> None:
    """Write the installed releases."""
    from nosology.codesets import installed_releases

    build_visibly()
    _write(installed_releases(), output_format(chosen_format))
    _tell_missing()
    _tell_not_reloaded()


@codesets.command("build", context_settings=HELP_OPTIONS, help=BUILD_HELP)
@click.option("--force", is_flag=True, help="Build again even where the store is as it should be.")
@format_option
def build_releases(force: bool, chosen_format: str | None) -> None:
    """Build the store, then write the installed releases."""
    from nosology.codesets import installed_releases
    from nosology.workflow.install import install

    with progress_bar() as report:
        done = install(force=force, progress=report)
    form = output_format(chosen_format)
    if form is Format.TABLE:
        what = f"built in {done.seconds:.1f} s" if done.built else "is up to date"
        open_console().print(f"{done.path} {what}", markup=False, soft_wrap=True)
    _write(installed_releases(), form)
    _tell_missing()
    _tell_not_reloaded()


class _AddCommand(click.Command):
    """Lists below its options what is read, which only the loaders know."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the kinds of file, as their publishers call them."""
        from nosology.codesets.loaders.registry import what_is_read

        with formatter.section("What is read, as published"):
            for title in what_is_read():
                formatter.write_text(title)
        super().format_epilog(ctx, formatter)


@codesets.command("add", cls=_AddCommand, context_settings=HELP_OPTIONS, help=ADD_HELP)
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path)
)
@click.option("--release", "label", metavar="LABEL", help="The edition: 2026-10, 2026Q4 or 2026.")
@click.option(
    "--from", "valid_from", callback=date, metavar="YYYY-MM-DD", help="First day that it is for."
)
@click.option(
    "--to", "valid_to", callback=date, metavar="YYYY-MM-DD", help="Last day that it is for."
)
@format_option
@click.pass_context
def add_files(
    ctx: click.Context,
    /,
    files: tuple[Path, ...],
    label: str | None,
    valid_from: dt.date | None,
    valid_to: dt.date | None,
    chosen_format: str | None,
) -> None:
    """Write what became of each file."""
    from nosology.codesets.adding import Refused, add
    from nosology.codesets.editions import NamedEdition

    form = output_format(chosen_format)
    with progress_bar() as report:
        named = NamedEdition(label, valid_from, valid_to)
        outcomes = add(files, named=named, progress=report)
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    added = [outcome for outcome in outcomes if not isinstance(outcome, Refused)]
    if form is Format.JSON:
        for outcome in outcomes:
            write_json(outcome_as_json(outcome))
    elif added:
        from nosology.cli.release_table import print_added

        print_added(added)
    for outcome in refused:
        tell(outcome.error.where, outcome.error.message)
    if refused:
        ctx.exit(max(outcome.error.exit_status for outcome in refused))


@codesets.command("remove", context_settings=HELP_OPTIONS, help=REMOVE_HELP)
@click.argument("system")
@click.argument("release")
@format_option
def remove_release(system: str, release: str, chosen_format: str | None) -> None:
    """Write what was removed."""
    from nosology.codesets.removing import remove

    with progress_bar() as report:
        removed = remove(system, release, progress=report)
    for one in removed:
        if output_format(chosen_format) is Format.JSON:
            write_json(removed_as_json(one))
        else:
            part = f" {one.part}" if one.part else ""
            again = "; the one that comes with the product is back" * one.is_embedded_again
            open_console().print(
                f"{one.data_set} {one.label}{part} from {one.source} is removed{again}",
                markup=False,
                soft_wrap=True,
            )


def release_as_json(release: InstalledRelease) -> dict[str, Any]:
    """Return the fields of a release as the JSON answer carries them."""
    return {
        "system": release.system,
        "release": release.label,
        "part": release.part,
        "valid_from": release.valid_from.isoformat(),
        "valid_to": release.valid_to.isoformat() if release.valid_to else None,
        "rows": release.rows,
        "billable": release.billable,
        "completeness": release.completeness,
        "remark": release.remark,
        "source": release.source,
        "publisher": release.publisher,
        "licence": release.licence,
        "sha256": release.sha256,
    }


def outcome_as_json(outcome: Outcome) -> dict[str, Any]:
    """Return what became of a file as the JSON answer carries it."""
    from nosology.codesets.adding import Refused

    if isinstance(outcome, Refused):
        error = {"where": outcome.error.where, "message": outcome.error.message}
        return {"file": outcome.file, "error": error}
    edition = outcome.edition
    return {
        "file": outcome.file,
        "data_set": edition.data_set,
        "release": edition.label,
        "part": edition.part,
        "valid_from": edition.valid_from.isoformat(),
        "valid_to": edition.valid_to.isoformat() if edition.valid_to else None,
        "rows": outcome.rows,
        "billable": outcome.billable,
        "anchors": list(outcome.anchors),
        "already": outcome.already,
        "replaced": outcome.replaced,
    }


def removed_as_json(removed: Removed) -> dict[str, Any]:
    """Return what was removed as the JSON answer carries it."""
    return {
        "data_set": removed.data_set,
        "release": removed.label,
        "part": removed.part,
        "source": removed.source,
        "embedded_again": removed.is_embedded_again,
    }


def _write(releases: Iterable[InstalledRelease], form: Format) -> None:
    if form is Format.JSON:
        for release in releases:
            write_json(release_as_json(release))
        return
    from nosology.cli.release_table import print_releases

    print_releases(releases)


def _tell_missing() -> None:
    """Say of which packages the store lacks the data, a line each with what to do."""
    from nosology.codesets.store import FILE_NAME, home_folder, missing_archives

    for reason in missing_archives(home_folder() / FILE_NAME).values():
        where, _, message = reason.partition(": ")
        tell(where, message)


def _tell_not_reloaded() -> None:
    """Say which added files the store lacks since it was built anew."""
    from nosology.codesets.adding import installed_without

    for edition, reason in installed_without().items():
        tell(edition or "added files", f"was added before but could not be loaded again: {reason}")
