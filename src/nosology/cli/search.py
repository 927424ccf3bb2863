"""``nosology search``: codes by words."""

from __future__ import annotations

import datetime as dt
import sys
from typing import TYPE_CHECKING, Any

import click

from nosology.cli.code_book import build_visibly
from nosology.cli.encounters import Failure
from nosology.cli.lookup import shown
from nosology.cli.main import HELP_OPTIONS, tell
from nosology.cli.output import Format, format_option, output_format, write_json
from nosology.cli.parameters import date, parse_system, system_option
from nosology.model.code import SearchHit, System
from nosology.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nosology.codesets.book import SqliteCodeBook

LONGEST_QUERY = 10_000

HELP = """\
Find codes by words, best first: begun, abbreviated, misspelled or in everyday language; or by a
code, its beginning, a pattern or a range.

With --stdin every line of standard input is a query, answered at once by one line of JSON; a
program can so keep one process and ask it again and again.

\b
Examples:
  nosology search low back pain
  nosology search "diab neur typ 2" -n 3 --billable
  nosology search "s52.5*" --system icd10cm
  nosology search E08-E13 --on 2025-05-01 --format json
  nosology search --stdin < queries.txt > answers.jsonl
"""


@click.command(context_settings=HELP_OPTIONS, help=HELP)
@click.argument("words", nargs=-1, metavar="QUERY")
@system_option(default=None, is_all_offered=True)
@click.option("--on", callback=date, metavar="YYYY-MM-DD", help="Date of service. Default: newest.")
@click.option(
    "-n", "limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="Most answers."
)
@click.option("--billable", is_flag=True, help="Only codes that may stand on a claim.")
@click.option("--chapter", default="", metavar="N", help="Only this chapter of ICD-10-CM, 1 to 22.")
@click.option("--stdin", "is_stdin", is_flag=True, help="A query a line in, a JSON list out.")
@format_option
@click.pass_context
def search(
    ctx: click.Context,
    /,
    words: tuple[str, ...],
    system: str,
    on: dt.date | None,
    limit: int,
    billable: bool,
    chapter: str,
    is_stdin: bool,
    chosen_format: str | None,
) -> None:
    """Write the codes that answer the query, or each query of standard input."""
    if is_stdin == bool(words):
        raise click.UsageError("give the words to search for, or --stdin, and not both", ctx)
    chosen = parse_system(system)
    if chapter and not (chapter.isascii() and chapter.isdigit() and 1 <= int(chapter) <= 22):
        raise click.UsageError(f"--chapter is {chapter[:20]!r}; give a number from 1 to 22", ctx)

    wanted: dict[str, Any] = {"billable": True} if billable else {}
    if chapter:
        wanted["chapter"] = chapter

    def asking(book: SqliteCodeBook) -> Callable[[str], list[SearchHit]]:
        return lambda query: book.search(query, on, chosen, limit, **wanted)

    if is_stdin:
        if chosen_format == Format.TABLE:
            raise click.UsageError("--stdin answers in JSON; leave --format table out", ctx)
        book = _open_code_book()
        _tell_uncovered(book, on, (chosen,) if chosen else book.systems)
        ctx.exit(_answer_lines(asking(book)))
    query = " ".join(words)
    if not query.strip():
        raise click.UsageError("the query is empty; give words such as: low back pain", ctx)
    book = _open_code_book()
    hits = asking(book)(query)
    _tell_uncovered(book, on, (hit.system for hit in hits))
    if output_format(chosen_format) is Format.JSON:
        write_json([hit_as_json(hit) for hit in hits])
        return
    from nosology.cli.code_table import print_hits

    print_hits(query, hits)


def _open_code_book() -> SqliteCodeBook:
    """Return the code book with the clinical terms that search knows, indexed where it is not."""
    from nosology.codesets.search.index_files import is_indexed
    from nosology.workflow.search import open_code_book

    build_visibly()
    book = open_code_book()
    if not is_indexed(book.path.parent):
        from nosology.cli.progress import progress_bar

        with progress_bar() as report:
            book.prepare_search(report)
    return book


def _tell_uncovered(book: SqliteCodeBook, on: dt.date | None, systems: Iterable[System]) -> None:
    """Say on standard error of which code sets nothing that is installed covers the date."""
    for system in sorted(set(systems)):
        if on is not None and not book.covers(on, system):
            tell(
                "--on",
                f"{system}: no installed release covers {on}; release "
                f"{book.release(on, system)} answers",
            )


def hit_as_json(hit: SearchHit) -> dict[str, Any]:
    """Return the fields of an answer as JSON carries them, the code with its dot."""
    return {
        "system": hit.system.value,
        "code": shown(hit.code, hit.system),
        "display": hit.display,
        "billable": hit.billable,
        "score": round(hit.score, 4),
        "matched": hit.matched,
    }


def _answer_lines(ask: Callable[[str], list[SearchHit]]) -> int:
    """Answer each line of standard input at once; return the exit status."""
    status = 0
    for query in _queries():
        if isinstance(query, InputError):
            status = status or _tell_first(query)
            write_json(Failure.of(None, query).as_json())
        elif not query.strip():
            write_json([])
        else:
            write_json([hit_as_json(hit) for hit in ask(query)])
    return status


def _tell_first(error: InputError) -> int:
    tell(error.where, error.message)
    return error.exit_status


def _queries() -> Iterator[str | InputError]:
    number = 0
    while line := sys.stdin.buffer.readline(LONGEST_QUERY + 1):
        number += 1
        where = f"stdin:{number}"
        if len(line) > LONGEST_QUERY and not line.endswith(b"\n"):
            while (rest := sys.stdin.buffer.readline(LONGEST_QUERY)) and not rest.endswith(b"\n"):
                pass
            yield InputError(where, f"is longer than the {LONGEST_QUERY} bytes of one query")
            continue
        try:
            yield line.decode()
        except UnicodeDecodeError as error:
            yield InputError(where, f"byte {error.start + 1} is not UTF-8; write queries as UTF-8")
