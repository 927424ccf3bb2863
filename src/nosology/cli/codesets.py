"""``nosology codesets``: what is installed, and how it comes to be."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from nosology.cli.code_book import build_visibly
from nosology.cli.main import HELP_OPTIONS
from nosology.cli.output import Format, format_option, open_console, output_format, write_json
from nosology.cli.progress import progress_bar

if TYPE_CHECKING:
    from nosology.codesets.release import InstalledRelease

LIST_HELP = """\
List the installed releases, with what they cover and where they come from.
"""

BUILD_HELP = """\
Build the store of code sets where it is missing or out of date, and compile the lexicon.

The other commands do so themselves when they first need it. The store stands in the user's data
folder, or where the environment variable NOSOLOGY_HOME says.
"""


@click.group(context_settings=HELP_OPTIONS)
def codesets() -> None:
    """List or build the installed code sets."""


@codesets.command("list", context_settings=HELP_OPTIONS, help=LIST_HELP)
@format_option
def list_releases(chosen_format: str | None) -> None:
    """Write the installed releases."""
    from nosology.codesets import installed_releases

    build_visibly()
    _write(installed_releases(), output_format(chosen_format))


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


def release_as_json(release: InstalledRelease) -> dict[str, Any]:
    """Return the fields of a release as the JSON answer carries them."""
    return {
        "system": release.system.value,
        "release": release.label,
        "valid_from": release.valid_from.isoformat(),
        "valid_to": release.valid_to.isoformat(),
        "rows": release.rows,
        "billable": release.billable,
        "source": release.source,
        "publisher": release.publisher,
        "licence": release.licence,
        "sha256": release.sha256,
    }


def _write(releases: Iterable[InstalledRelease], form: Format) -> None:
    if form is Format.JSON:
        for release in releases:
            write_json(release_as_json(release))
        return
    from nosology.cli.code_table import print_releases

    print_releases(releases)
