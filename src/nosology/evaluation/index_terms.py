"""Questions drawn from the Alphabetic Index: its terms as typed, and the code that each leads to.

The index is read as a table whose row order and ``Level`` give the tree, as it is passed on by
public health data collections:

| column | content |
|---|---|
| RowID, Letter | passed over |
| Level | 0 for a main term, one more for each level of subterms |
| Term | the term, without its nonessential modifiers |
| See | cross-reference that stands instead of a code |
| SeeAlso, NonEssModif | passed over |
| Code | empty, a code, or a code that needs more characters, which ends in ``-`` |
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nosology.evaluation.search_questions import Accepted, Question
from nosology.model.code import CodeBook, System, plain
from nosology.model.errors import InputError, MalformedRow, shown

COLUMNS = ("RowID", "Letter", "Level", "Term", "See", "SeeAlso", "NonEssModif", "Code")
SEED = 20260414
COUNT = 1000
KIND = "index"

_CODE = re.compile(r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?(\.?-)?")
# A coder types words; the signs that set the printed line are left out.
_SIGNS = re.compile(r"[,;:()\[\]]")


@dataclass(frozen=True, slots=True)
class IndexTerm:
    """A line of the index that carries a code.

    Attributes:
        path: the main term and the subterms down to this one.
        code: as printed; ends in ``-`` where the code needs more characters.
        is_see: whether a cross-reference stands beside the code.
    """

    path: tuple[str, ...]
    code: str
    is_see: bool

    @property
    def typed(self) -> str:
        """The words of the path as one query, without the signs between them."""
        return " ".join(_SIGNS.sub(" ", " ".join(self.path)).split())


def read_index(path: Path) -> Iterator[IndexTerm]:
    """Yield every term of the index that carries a code, in printed order.

    Raises:
        MalformedRow: for another header, a level that no row above leads to, or what is no code.
        InputError: when the file cannot be read.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(
            str(path), f"cannot be read ({error.strerror}); name the Alphabetic Index as CSV"
        ) from None
    except UnicodeDecodeError:
        raise InputError(path.name, "is not UTF-8; expected the Alphabetic Index as CSV") from None
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    open_terms: list[str] = []
    try:
        header = next(rows, [])
        if tuple(header) != COLUMNS:
            raise MalformedRow(path.name, 1, 1, f"header must be {','.join(COLUMNS)}")
        for cells in rows:
            yield from _term(cells, open_terms, path.name, rows.line_num)
    except csv.Error:
        raise MalformedRow(
            path.name, rows.line_num, 1, "must be CSV; a quotation mark is not closed"
        ) from None


def _term(cells: list[str], open_terms: list[str], name: str, line: int) -> Iterator[IndexTerm]:
    """Yield the row's term if it carries a code; keep the terms that lead to it in open_terms."""
    if len(cells) != len(COLUMNS):
        raise MalformedRow(
            name, line, len(cells), f"must be the last of {len(COLUMNS)} cells, found {len(cells)}"
        )
    row = dict(zip(COLUMNS, (cell.strip() for cell in cells), strict=True))
    level = row["Level"]
    if not (level.isascii() and level.isdigit() and int(level) <= len(open_terms)):
        raise MalformedRow(
            name,
            line,
            "Level",
            f"must be 0 to {len(open_terms)}, one below the row above at most; "
            f"found {shown(level)}",
        )
    open_terms[int(level) :] = [row["Term"]]
    code = row["Code"]
    if not code:
        return
    if not _CODE.fullmatch(code):
        raise MalformedRow(name, line, "Code", f"must be an ICD-10-CM code, found {shown(code)}")
    yield IndexTerm(tuple(open_terms), code, bool(row["See"]))


def unambiguous(terms: Iterable[IndexTerm]) -> dict[str, IndexTerm]:
    """Return query -> term for those that lead to exactly one complete code.

    Left out are cross-references, codes that need more characters, paths with a term that the
    table left empty, and queries that two terms share, unless both lead to the same code.
    """
    found: dict[str, IndexTerm] = {}
    codes: dict[str, set[str]] = {}
    for term in terms:
        if not all(term.path):
            continue
        query = term.typed
        # What is typed alike but for capitals is one query, of all the codes that it leads to.
        codes.setdefault(query.casefold(), set()).add(term.code)
        if not term.is_see and not term.code.endswith("-"):
            found.setdefault(query.casefold(), term)
    return {term.typed: term for query, term in found.items() if len(codes[query]) == 1}


def draw_questions(
    terms: Iterable[IndexTerm],
    book: CodeBook,
    on: dt.date,
    count: int = COUNT,
    seed: int = SEED,
) -> list[Question]:
    """Return ``count`` questions drawn at random, fewer where there are no more.

    Only a term whose code is billable on the date is drawn. The same table, date and seed give
    the same questions in the same order.
    """
    by_query = unambiguous(terms)
    queries = sorted(by_query)
    random.Random(seed).shuffle(queries)
    questions: list[Question] = []
    for query in queries:
        if len(questions) == count:
            break
        term = by_query[query]
        code = plain(term.code)
        if book.is_billable(code, on):
            accepted = (Accepted(System.ICD10CM, code),)
            questions.append(Question(query, System.ICD10CM, accepted, KIND, depth=len(term.path)))
    return questions
