"""``nosology evaluate``: how well the answers agree with the codes that coders gave."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nosology.cli.code_book import open_code_book
from nosology.cli.main import HELP_OPTIONS
from nosology.cli.output import Format, format_option, output_format, write_json
from nosology.model.coding import Scope
from nosology.model.dates import parse_date
from nosology.model.errors import InputError

if TYPE_CHECKING:
    from nosology.evaluation.run import Code
    from nosology.model.code import CodeBook


@click.command(context_settings=HELP_OPTIONS)
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option(
    "--errors",
    "show_errors",
    is_flag=True,
    help="List the missed and wrong codes with the text around them.",
)
@click.option("--limit", type=click.IntRange(min=1), help="Score only the first notes.")
@click.option(
    "--scope",
    type=click.Choice([scope.value for scope in Scope]),
    default=Scope.REPORTABLE.value,
    show_default=True,
    help="What is answered: a claim's codes, or every condition of the record.",
)
@click.option(
    "--on",
    default="2026-04-14",
    show_default=True,
    metavar="DATE",
    help="Date of service of notes that have none.",
)
@click.option(
    "--baseline",
    type=click.Choice(["search"]),
    help="Score instead a naive search with each line of the assessment.",
)
@format_option
def evaluate(
    dataset: Path,
    show_errors: bool,
    limit: int | None,
    scope: str,
    on: str,
    baseline: str | None,
    chosen_format: str | None,
) -> None:
    """Score the coding of DATASET, labeled notes as JSON lines.

    A line is an encounter with the gold field icd10cm, a list of codes. Nothing of a note's text
    is shown unless --errors asks for it.
    """
    from nosology import __version__
    from nosology.evaluation.datasets import read_dataset
    from nosology.evaluation.mistakes import mistakes
    from nosology.evaluation.report import as_json, as_table
    from nosology.evaluation.run import evaluate as run

    date_of_service = parse_date(on, "--on")
    labeled = list(read_dataset(dataset, limit))
    if not labeled:
        raise InputError(str(dataset), "holds no encounter; expected one JSON object a line")
    book = open_code_book()
    code = _baseline(book) if baseline else _product(Scope(scope))
    evaluation = run(labeled, code, book, date_of_service)
    listed = None
    if show_errors:
        listed = [mistake for answer in evaluation.answers for mistake in mistakes(answer, book)]
    if output_format(chosen_format) is Format.TABLE:
        click.echo(as_table(evaluation, listed))
        return
    settings = {"data_set": dataset.name, "baseline": baseline, "scope": scope, "on": on}
    write_json(settings | as_json(evaluation, listed) | {"nosology": __version__})


def _product(scope: Scope) -> Code:
    from nosology.workflow.code import load_coder

    return partial(load_coder().code, scope=scope)


def _baseline(book: CodeBook) -> Code:
    from nosology.evaluation.baseline import SearchCoder

    return SearchCoder(book)
