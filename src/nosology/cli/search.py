"""``nosology search``: codes by words."""

from __future__ import annotations

import datetime as dt
import sys
from typing import TYPE_CHECKING, Any

import click

from nosology.cli.code_book import open_code_book
from nosology.cli.encounters import Failure
from nosology.cli.lookup import shown
from nosology.cli.main import HELP_OPTIONS, tell
from nosology.cli.output import Format, format_option, output_format, write_json
from nosology.cli.parameters import date, parse_system, system_option
from nosology.model.code import CodeBook, SearchHit, System
from nosology.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_QUERY = 10_000

HELP = """\
Find codes by the words of their titles and inclusion terms, best first.

With --stdin every line of standard input is a query, answered at once by one line of JSON; a
program can so keep one process and ask it again and again.

\b
Examples:
  nosology search low back pain
  nosology search "chronic kidney disease stage 4" -n 3 --format json
  nosology search --stdin < queries.txt > answers.jsonl
"""


@click.command(context_settings=HELP_OPTIONS, help=HELP)
@click.argument("words", nargs=-1, metavar="QUERY")
@system_option(default=None, is_all_offered=True)
@click.option("--on", callback=date, metavar="YYYY-MM-DD", help="Date of service. Default: newest.")
@click.option(
    "-n", "limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="Most answers."
)
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
    is_stdin: bool,
    chosen_format: str | None,
) -> None:
    """Write the codes that answer the query, or each query of standard input."""
    if is_stdin == bool(words):
        raise click.UsageError("give the words to search for, or --stdin, and not both", ctx)
    chosen = parse_system(system)
    if is_stdin:
        if chosen_format == Format.TABLE:
            raise click.UsageError("--stdin answers in JSON; leave --format table out", ctx)
        ctx.exit(_answer_lines(open_code_book(on), on, chosen, limit))
    query = " ".join(words)
    if not query.strip():
        raise click.UsageError("the query is empty; give words such as: low back pain", ctx)
    hits = open_code_book(on).search(query, on, chosen, limit)
    if output_format(chosen_format) is Format.JSON:
        write_json([hit_as_json(hit) for hit in hits])
        return
    from nosology.cli.code_table import print_hits

    print_hits(query, hits)


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


def _answer_lines(book: CodeBook, on: dt.date | None, system: System | None, limit: int) -> int:
    """Answer each line of standard input at once; return the exit status."""
    status = 0
    for query in _queries():
        if isinstance(query, InputError):
            status = status or _tell_first(query)
            write_json(Failure.of(None, query).as_json())
        elif not query.strip():
            write_json([])
        else:
            write_json([hit_as_json(hit) for hit in book.search(query, on, system, limit)])
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
