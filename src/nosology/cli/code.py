"""``nosology code``: from notes to codes."""

from __future__ import annotations

import datetime as dt
import os
import stat
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import click

from nosology.cli.answers import Answer, Coder, Terms, answer, answers
from nosology.cli.atomic import written_whole
from nosology.cli.code_book import build_visibly
from nosology.cli.encounters import Failure, read_lines
from nosology.cli.main import HELP_OPTIONS, tell
from nosology.cli.notes import STANDARD_INPUT, note_name, read_note
from nosology.cli.output import (
    Format,
    format_option,
    json_line,
    output_format,
    standard_output,
    write_json,
)
from nosology.cli.parameters import choice, size, text_encoding
from nosology.cli.progress import announce, progress_bar
from nosology.cli.streams import check_distinct, opened
from nosology.model.coding import Scope
from nosology.model.encounter import PatientStatus, Payer, Setting, Sex, encounter_from_mapping
from nosology.model.errors import InputError

HELP = """\
Code clinical notes: text files (- is stdin), or encounters as JSON lines.

Every code comes with the words of the note that support it and the rule that chose it. A note
or line that cannot be read does not stop the others; the exit status is then 2.

\b
Examples:
  nosology code visit.txt
  nosology code visit.txt --setting office --date 2026-04-14 --age 58 --sex M
  nosology code notes/*.txt --format json > codings.jsonl
  nosology code old-export.txt --encoding cp1252
  nosology code --input encounters.jsonl --output codings.jsonl
  cat encounters.jsonl | nosology code --input - --output -
  nosology code visit.txt --date 2026-04-14 --payer medicare --claim claim.json
"""


@click.command(context_settings=HELP_OPTIONS, help=HELP)
@click.argument("notes", nargs=-1, metavar="[NOTE.txt]...")
@click.option("--input", "input_name", metavar="FILE", help="Encounters as JSON lines; - is stdin.")
@click.option(
    "--output",
    "output_name",
    metavar="FILE",
    help="Where codings go as JSON lines; - is stdout. The file appears whole or not at all.",
)
@click.option("--setting", metavar="NAME", help=f"{', '.join(Setting)}. Default: office.")
@click.option("--date", "date_of_service", metavar="YYYY-MM-DD", help="Default: today.")
@click.option("--age", "patient_age", type=int, metavar="YEARS", help="On the date of service.")
@click.option("--sex", "patient_sex", type=choice(Sex))
@click.option("--payer", type=choice(Payer))
@click.option("--patient-status", type=choice(PatientStatus))
@click.option(
    "--scope",
    type=click.Choice([item.value for item in Scope]),
    default=Scope.REPORTABLE.value,
    show_default=True,
    help="What a claim would carry, or everything that the record states of the patient.",
)
@click.option(
    "--claim",
    "claim_name",
    metavar="FILE",
    help="A claim as JSON: tell what it bills without support, and what it misses, of one NOTE.",
)
@format_option
@click.option(
    "--encoding",
    callback=text_encoding,
    metavar="NAME",
    help="Of the text files, such as cp1252. Default: UTF-8, or what a byte order mark says.",
)
@click.option(
    "--max-size",
    "largest",
    callback=size,
    metavar="SIZE",
    default="5MB",
    show_default=True,
    help="The largest note, or line of --input, that is read.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    help="Processes that share the encounters of --input; their order stays.",
)
@click.pass_context
def code(
    ctx: click.Context,
    /,
    notes: tuple[str, ...],
    input_name: str | None,
    output_name: str | None,
    scope: str,
    claim_name: str | None,
    chosen_format: str | None,
    encoding: str | None,
    largest: int,
    jobs: int,
    **facts: Any,
) -> None:
    """Write the codings of text files, or of encounters given as JSON lines."""
    given = {name: value for name, value in facts.items() if value is not None}
    is_to_file = output_name not in {None, STANDARD_INPUT}
    _check_call(ctx, notes, input_name, [*given, *(["encoding"] if encoding else [])])
    if is_to_file and chosen_format == Format.TABLE:
        raise click.UsageError("a file is written as JSON lines; leave --format table out", ctx)
    terms = Terms(Scope(scope), dt.date.today(), largest)  # the one place that reads a clock
    if claim_name is not None:
        _check_review(ctx, notes, output_name, scope)
        _review(ctx, notes[0], claim_name, given, encoding, terms, output_format(chosen_format))
        return
    if input_name is None:
        found = _from_notes(notes, given, encoding, terms)
    else:
        found = _from_lines(input_name, terms, jobs, is_watched=is_to_file)
    form = Format.JSON if is_to_file else output_format(chosen_format)
    failures = Failures(is_batch=input_name is not None)
    with closing(found), _sink(form, output_name, input_name) as write:
        for result in found:
            if isinstance(result, Failure):
                failures.add(result)
                if input_name is None and len(notes) == 1:
                    ctx.exit(failures.exit_status)
            write(result)
    failures.tell_all()
    ctx.exit(failures.exit_status)


class Failures:
    """Counts what went wrong: text files are told one by one, lines of a batch in one line."""

    def __init__(self, *, is_batch: bool) -> None:
        self._is_batch = is_batch
        self._first: Failure | None = None
        self._count = 0
        self.exit_status = 0

    def add(self, failure: Failure) -> None:
        """Take one failure into account; tell it now unless it is one of a batch."""
        self._first = self._first or failure
        self._count += 1
        self.exit_status = max(self.exit_status, failure.exit_status)
        if not self._is_batch:
            tell(failure.where, failure.message)

    def tell_all(self) -> None:
        """Tell the first failure of a batch, and how many there are beside it."""
        if self._first is None or not self._is_batch:
            return
        others = f" ({self._count - 1} more in the output)" if self._count > 1 else ""
        tell(self._first.where, self._first.message + others)


def _check_review(
    ctx: click.Context, notes: tuple[str, ...], output_name: str | None, scope: str
) -> None:
    if len(notes) != 1:
        raise click.UsageError("--claim goes with one NOTE.txt", ctx)
    if output_name is not None or scope != Scope.REPORTABLE:
        raise click.UsageError("--claim goes without --output and --scope", ctx)


def _review(
    ctx: click.Context,
    note: str,
    claim_name: str,
    given: Mapping[str, Any],
    encoding: str | None,
    terms: Terms,
    form: Format,
) -> None:
    """Write the review of a claim beside the note that it bills."""
    from nosology.cli.claims import read_claim

    lines = read_claim(claim_name, terms.largest)
    with closing(_from_notes((note,), given, encoding, terms)) as found:
        answered = next(found)
    if isinstance(answered, Failure):
        tell(answered.where, answered.message)
        ctx.exit(answered.exit_status)
    from nosology.coding.services.review import compare

    review = compare(lines, answered)
    if form is Format.TABLE:
        from nosology.cli.review_table import write_review

        write_review(review)
    else:
        write_json(review.as_json())


def load_coder() -> Coder:
    """Return the coder, its code set built first where that has not been done."""
    from nosology.workflow.code import load_coder as load

    build_visibly()
    return load(on_progress=announce)


def _check_call(
    ctx: click.Context, notes: tuple[str, ...], input_name: str | None, described: list[str]
) -> None:
    if input_name is None and not notes:
        raise click.UsageError("give a NOTE.txt, or --input ENCOUNTERS.jsonl", ctx)
    if input_name is not None and notes:
        raise click.UsageError("give text files or --input, not both", ctx)
    if input_name is not None and described:
        option = {"date_of_service": "date", "patient_age": "age", "patient_sex": "sex"}.get(
            described[0], described[0].replace("_", "-")
        )
        raise click.UsageError(
            f"--{option} is for text files; in JSON lines each encounter carries its own facts", ctx
        )


def _from_notes(
    notes: tuple[str, ...], facts: Mapping[str, Any], encoding: str | None, terms: Terms
) -> Generator[Answer]:
    # The options are the same for every note: what is wrong with them is told before any is read.
    encounter_from_mapping({"id": "code", "text": "", **facts}, "code")
    coder: Coder | None = None
    for path in notes:
        name = note_name(path)
        try:
            text = read_note(path, encoding, terms.largest)
        except InputError as error:
            yield Failure.of(name, error)
            continue
        encounter = encounter_from_mapping({"id": name, "text": text, **facts}, name)
        coder = coder or load_coder()
        yield answer(coder, encounter, name, terms)


def _from_lines(input_name: str, terms: Terms, jobs: int, *, is_watched: bool) -> Generator[Answer]:
    name = note_name(input_name)
    with opened(input_name, name) as stream, progress_bar(is_shown=is_watched) as report:
        status = os.fstat(stream.fileno()) if input_name != STANDARD_INPUT else None
        size = status.st_size if status is not None and stat.S_ISREG(status.st_mode) else 0
        lines = read_lines(stream, name, terms.largest)
        for line, result in answers(lines, load_coder, terms, jobs):
            yield result
            report("Coding", line.end, size)


@contextmanager
def _sink(
    form: Format, output_name: str | None, input_name: str | None
) -> Iterator[Callable[[Answer], None]]:
    """Give the function that writes an answer."""
    if form is Format.TABLE:
        from nosology.cli.coding_table import CodingTable

        yield CodingTable().write
        return
    is_stdout = output_name is None or output_name == STANDARD_INPUT
    if not is_stdout and input_name is not None:
        check_distinct(input_name, str(output_name))
    target = nullcontext(standard_output()) if is_stdout else written_whole(Path(str(output_name)))
    with target as stream:

        def write(result: Answer) -> None:
            stream.write(json_line(result.as_json()))
            if is_stdout:
                stream.flush()

        yield write
