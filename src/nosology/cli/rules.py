"""``nosology rules``: the user's own rules of the claim editor."""

from __future__ import annotations

from pathlib import Path

import click

from nosology.cli.main import HELP_OPTIONS
from nosology.cli.output import Format, format_option, open_console, output_format, write_json

HELP = """\
Work with your own rules for claims.

\b
Examples:
  nosology rules test payer.toml
"""

TEST_HELP = """\
Test rules by their own cases.

Reads the files, says where one is not as it must be, and asks each rule about the claims of its
cases. The exit status is 1 where a rule answers otherwise than its case expects, or has no case
that it objects to and one that it lets pass.

\b
Examples:
  nosology rules test payer.toml
  nosology rules test rules/*.toml --format json
"""


@click.group(context_settings=HELP_OPTIONS, help=HELP)
def rules() -> None:
    """Hold the commands about rules."""


@rules.command(context_settings=HELP_OPTIONS, help=TEST_HELP)
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@format_option
@click.pass_context
def test(ctx: click.Context, files: tuple[Path, ...], chosen_format: str | None) -> None:
    """Write which cases their rules answer as expected."""
    from nosology.cli.code_book import build_visibly
    from nosology.workflow.own_rules import try_own_rules

    build_visibly()
    outcome = try_own_rules(files)
    if output_format(chosen_format) is Format.JSON:
        write_json(outcome.as_json())
    else:
        console = open_console()
        for problem in outcome.problems:
            console.print(f"{problem.rule}: {problem.text}", markup=False, style="red")
        console.print(
            f"{outcome.rules} rules, {outcome.cases} cases, {len(outcome.problems)} problems",
            markup=False,
        )
    ctx.exit(1 if outcome.problems else 0)
