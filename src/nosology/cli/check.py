"""``nosology check``: what a payer would object to in claims."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nosology.cli.atomic import written_whole
from nosology.cli.claim_source import Given, given_claims
from nosology.cli.code import Failures
from nosology.cli.code_book import build_visibly
from nosology.cli.encounters import Failure
from nosology.cli.main import HELP_OPTIONS
from nosology.cli.notes import STANDARD_INPUT, note_name
from nosology.cli.output import (
    Format,
    format_option,
    json_line,
    output_format,
    standard_output,
)
from nosology.cli.parameters import size
from nosology.cli.progress import progress_bar
from nosology.cli.streams import check_distinct, opened
from nosology.model.errors import NosologyError

if TYPE_CHECKING:
    from nosology.edits.engine import Engine
    from nosology.edits.history import History
    from nosology.model.finding import Checked

HELP = """\
Check claims as a payer would: JSON lines or an X12 837 file, - for standard input.

Each finding says what is wrong, on which line, what to do, and where it is published. Claims of
one patient (patient.id) are checked in the light of those before them. What could not be evaluated
because its data is not installed is said. The exit status is 1 where a claim has an error or a
warning, and 2 where one could not be read.

\b
Examples:
  nosology check claims.jsonl
  nosology check claims.jsonl --format json --output findings.jsonl
  nosology check claims.837 --output findings.jsonl
  nosology check claims.jsonl --rules payer.toml
  nosology check claims.jsonl --fix --output mended.jsonl
  cat claims.jsonl | nosology check -
"""


@click.command(context_settings=HELP_OPTIONS, help=HELP)
@click.argument("claims", metavar="CLAIMS")
@click.option(
    "--rules",
    "rule_files",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE.toml",
    help="Your own rules, and which of the others are asked; may be given again.",
)
@click.option(
    "--fix",
    is_flag=True,
    help="Apply the remedies that are the only possible ones; the answer lists them and the claim.",
)
@click.option(
    "--output",
    "output_name",
    metavar="FILE",
    help="Where findings go as JSON lines; - is stdout. The file appears whole or not at all.",
)
@format_option
@click.option(
    "--max-size",
    "largest",
    callback=size,
    metavar="SIZE",
    default="5MB",
    show_default=True,
    help="The largest claim that is read.",
)
@click.pass_context
def check(
    ctx: click.Context,
    /,
    claims: str,
    rule_files: tuple[Path, ...],
    output_name: str | None,
    chosen_format: str | None,
    largest: int,
    *,
    fix: bool,
) -> None:
    """Write the findings of claims."""
    is_to_file = output_name not in {None, STANDARD_INPUT}
    if is_to_file and chosen_format == Format.TABLE:
        raise click.UsageError("a file is written as JSON lines; leave --format table out", ctx)
    if is_to_file:
        check_distinct(claims, str(output_name))
    form = Format.JSON if is_to_file else output_format(chosen_format)
    failures = Failures(is_batch=True)
    is_found = False
    found = _checked(claims, rule_files, largest, fix=fix, is_watched=is_to_file)
    with closing(found), _sink(form, output_name) as write:
        for result in found:
            if isinstance(result, Failure):
                failures.add(result)
            else:
                is_found = is_found or result.checked.needs_action
            write(result)
    failures.tell_all()
    ctx.exit(failures.exit_status or int(is_found))


def _checked(
    claims: str, rule_files: tuple[Path, ...], largest: int, *, fix: bool, is_watched: bool
) -> Generator[Answer | Failure]:
    from nosology.edits.history import History

    engine = _engine(rule_files)
    history = History()
    name = note_name(claims)
    with opened(claims, name) as stream, progress_bar(is_shown=is_watched) as report:
        status = os.fstat(stream.fileno()) if claims != STANDARD_INPUT else None
        total = status.st_size if status is not None and stat.S_ISREG(status.st_mode) else 0
        for given, end in given_claims(stream, name, largest):
            yield given if isinstance(given, Failure) else _answer(engine, history, given, fix=fix)
            report("Checking", end, total)


def _answer(engine: Engine, history: History, given: Given, *, fix: bool) -> Answer | Failure:
    claim = given.claim
    try:
        past = history.of(claim)
        answer = engine.mend(claim, past) if fix else engine.check(claim, past)
    except NosologyError as error:
        return Failure.of(claim.id, error)
    history.add(answer.claim or claim)
    return Answer(answer, given.as_json() if fix and not answer.fixes else None)


@dataclass(frozen=True, slots=True)
class Answer:
    """The findings of a claim, with its own fields where mending was asked for and changed none."""

    checked: Checked
    unchanged: dict[str, Any] | None

    def as_json(self) -> dict[str, Any]:
        """Return the fields as the JSON answer carries them."""
        told = self.checked.as_json()
        if self.unchanged is not None:
            told["claim"] = self.unchanged
        return told


def _engine(rule_files: tuple[Path, ...]) -> Engine:
    from nosology.edits.own_rules.reading import read_own_rules
    from nosology.workflow.check import load_engine

    policy = read_own_rules(rule_files).policy
    build_visibly()
    return load_engine(policy=policy)


@contextmanager
def _sink(form: Format, output_name: str | None) -> Iterator[Callable[[Answer | Failure], None]]:
    """Give the function that writes an answer."""
    if form is Format.TABLE:
        from nosology.cli.finding_table import FindingTable

        table = FindingTable()
        yield lambda result: table.write(result if isinstance(result, Failure) else result.checked)
        table.end()
        return
    is_stdout = output_name is None or output_name == STANDARD_INPUT
    target = nullcontext(standard_output()) if is_stdout else written_whole(Path(str(output_name)))
    with target as stream:

        def write(result: Answer | Failure) -> None:
            stream.write(json_line(result.as_json()))
            if is_stdout:
                stream.flush()

        yield write
