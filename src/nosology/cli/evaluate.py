"""``nosology evaluate``: how well the answers agree with what coders chose or payers object to."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from nosology.cli.code_book import open_code_book
from nosology.cli.main import HELP_OPTIONS
from nosology.cli.output import Format, format_option, output_format, write_json
from nosology.evaluation.datasets import Part
from nosology.model.coding import Scope
from nosology.model.dates import parse_date
from nosology.model.errors import InputError

if TYPE_CHECKING:
    import datetime as dt

    from nosology.evaluation.run import Code
    from nosology.evaluation.search import SearchEvaluation
    from nosology.model.code import CodeBook
    from nosology.workflow.code import Coder

HELP = """\
Score the coding of DATASET, labeled notes as JSON lines, the search for codes, or the claim editor.

A line of DATASET is an encounter with a gold field icd10cm, icd10pcs or services, each a list of
codes; services are scored by number, and as lines with modifiers and units. Nothing of a note's
text is shown unless --errors asks for it.

With --search or --index the search is scored instead: each query is asked within its code set and
over all of them. A table of queries has the columns query, system, accepted, kind and note,
separated by tabs; JSON lines have the same fields.

With --edits the claim editor is scored: claims that are right are drawn, one defect at a time is
planted in them, and it is counted which ones are found, and what is found in the claims as drawn.

\b
Examples:
  nosology evaluate notes.jsonl --errors
  nosology evaluate --search queries.tsv --index ICD10CM_Index.csv --count 500
  nosology evaluate --edits --count 2000 --errors
"""
_OF_CODING = {"limit": "--limit", "part": "--part", "scope": "--scope", "baseline": "--baseline"}
_OF_DRAWING = {"seed": "--seed", "count": "--count"}


@click.command(context_settings=HELP_OPTIONS, help=HELP)
@click.argument("dataset", type=click.Path(path_type=Path), required=False)
@click.option(
    "--errors",
    "show_errors",
    is_flag=True,
    help="List the missed and wrong codes by cause, with the text around them, or the queries.",
)
@click.option("--limit", type=click.IntRange(min=1), help="Score only the first notes.")
@click.option(
    "--part",
    type=click.Choice([part.value for part in Part]),
    help="Score only the quarter of the notes that the hash of their ids holds out, or the others.",
)
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
    help="Date of service of notes that have none, and of a search.",
)
@click.option(
    "--baseline",
    type=click.Choice(["search"]),
    help="Score instead a naive search with each line of the assessment.",
)
@click.option(
    "--search",
    "queries",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="QUERIES",
    help="Score the search with these queries; may be given several times.",
)
@click.option(
    "--index",
    type=click.Path(path_type=Path),
    metavar="CSV",
    help="Score the search with terms drawn from the Alphabetic Index.",
)
@click.option("--edits", is_flag=True, help="Score the claim editor.")
@click.option("--seed", type=int, help="With --index or --edits: of the drawing.")
@click.option(
    "--count",
    type=click.IntRange(min=1),
    help="With --index or --edits: how many terms or claims are drawn.  [default: 1000]",
)
@format_option
@click.pass_context
def evaluate(
    ctx: click.Context,
    /,
    dataset: Path | None,
    show_errors: bool,
    limit: int | None,
    part: str | None,
    scope: str,
    on: str,
    baseline: str | None,
    queries: tuple[Path, ...],
    index: Path | None,
    edits: bool,
    seed: int | None,
    count: int | None,
    chosen_format: str | None,
) -> None:
    """Write how the coding of notes, the search for codes or the claim editor was scored."""
    _check_options(ctx, is_search=bool(queries or index), is_of_edits=edits)
    date_of_service = parse_date(on, "--on")
    chosen = output_format(chosen_format)
    if edits:
        _score_edits(chosen, seed, count, lists_missed_only=show_errors)
        return
    if dataset is None:
        scored = _score_search(queries, index, date_of_service, seed, count)
        _write_search(scored, chosen, on, show_errors=show_errors)
        return
    chosen_part = Part(part) if part else None
    _score_coding(
        dataset, date_of_service, Scope(scope), limit, chosen_part, baseline, chosen, show_errors
    )


def _check_options(ctx: click.Context, *, is_search: bool, is_of_edits: bool) -> None:
    """Refuse options that do not go together.

    Raises:
        UsageError: naming them.
    """
    if (ctx.params["dataset"] is not None) + is_search + is_of_edits != 1:
        raise click.UsageError(
            "give either a DATASET of notes, or --search or --index for the search, or --edits for "
            "the claim editor",
            ctx,
        )
    misplaced = dict(_OF_CODING) if is_search or is_of_edits else {}
    if ctx.params["index"] is None and not is_of_edits:
        misplaced |= _OF_DRAWING
    for name, option in misplaced.items():
        if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            needed = "a DATASET of notes" if name in _OF_CODING else "--index or --edits"
            raise click.UsageError(f"{option} goes with {needed}", ctx)


def _score_coding(
    dataset: Path,
    date_of_service: dt.date,
    scope: Scope,
    limit: int | None,
    part: Part | None,
    baseline: str | None,
    chosen: Format,
    show_errors: bool,
) -> None:
    from nosology import __version__
    from nosology.evaluation.datasets import part_of, read_dataset
    from nosology.evaluation.mistakes import mistakes
    from nosology.evaluation.report import as_json, as_table
    from nosology.evaluation.run import evaluate as run

    labeled = list(read_dataset(dataset, limit))
    if part:
        labeled = part_of(labeled, part)
    if not labeled:
        raise InputError(str(dataset), "holds no encounter; expected one JSON object a line")
    book = open_code_book()
    coder = None if baseline else _coder()
    code: Code = partial(coder.code, scope=scope) if coder else _baseline(book)
    evaluation = run(labeled, code, book, date_of_service)
    listed = None
    if show_errors:
        read = coder.senses if coder else None
        listed = [
            mistake
            for answer in evaluation.answers
            if answer.labeled.has_diagnoses
            for mistake in mistakes(answer, book, read)
        ]
    if chosen is Format.TABLE:
        click.echo(as_table(evaluation, listed))
        return
    settings = {
        "data_set": dataset.name,
        "baseline": baseline,
        "part": part.value if part else None,
        "scope": scope.value,
        "on": str(date_of_service),
    }
    write_json(settings | as_json(evaluation, listed) | {"nosology": __version__})


def _score_search(
    queries: tuple[Path, ...],
    index: Path | None,
    on: dt.date,
    seed: int | None,
    count: int | None,
) -> list[SearchEvaluation]:
    """Return the evaluation of each set of queries, the one drawn from the index last."""
    from nosology.evaluation.index_terms import COUNT, SEED, draw_questions, read_index
    from nosology.evaluation.search import evaluate_search
    from nosology.evaluation.search_questions import read_questions

    sets = [(path.name, read_questions(path)) for path in queries]
    terms = list(read_index(index)) if index else []
    book = open_code_book(on, is_searched=True)
    if index:
        drawn = draw_questions(
            terms, book, on, COUNT if count is None else count, SEED if seed is None else seed
        )
        if not drawn:
            raise InputError(
                str(index), f"holds no term that leads to one code billable on {on}; see --on"
            )
        sets.append((index.name, drawn))
    return [evaluate_search(name, questions, book, on) for name, questions in sets]


def _score_edits(
    chosen: Format, seed: int | None, count: int | None, *, lists_missed_only: bool
) -> None:
    from nosology import __version__
    from nosology.cli.code_book import build_visibly
    from nosology.evaluation.mutations.report import as_json, as_table
    from nosology.evaluation.mutations.run import CLAIMS, SEED, mutation_run, published_engine
    from nosology.workflow.check import load_engine

    build_visibly()
    drawn = CLAIMS if count is None else count
    run = mutation_run(
        published_engine(load_engine().book), drawn, seed=SEED if seed is None else seed
    )
    if chosen is Format.TABLE:
        click.echo(as_table(run, lists_kinds=not lists_missed_only))
        return
    write_json(as_json(run) | {"nosology": __version__})


def _write_search(
    scored: list[SearchEvaluation], chosen: Format, on: str, *, show_errors: bool
) -> None:
    from nosology import __version__
    from nosology.evaluation.search_report import as_json, as_table

    if chosen is Format.TABLE:
        tables = (as_table(evaluation, lists_mistakes=show_errors) for evaluation in scored)
        click.echo("\n\n".join(tables))
        return
    sets = [as_json(evaluation, lists_mistakes=show_errors) for evaluation in scored]
    write_json({"sets": sets, "on": on, "nosology": __version__})


def _coder() -> Coder:
    from nosology.workflow.code import load_coder

    return load_coder()


def _baseline(book: CodeBook) -> Code:
    from nosology.evaluation.baseline import SearchCoder

    return SearchCoder(book)
