"""The entries that people wrote: term, the Index's default for it, and how far words may choose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nosology.model.code import plain
from nosology.model.tables import rows, table

COLUMNS = ("term", "code", "within", "source")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the lexicon; ``file`` and ``line`` tell where it stands.

    Attributes:
        code: without a dot; a billable code, or the category that holds the choice.
        within: without a dot; empty where the code's parent bounds the choice.
    """

    term: str
    code: str
    within: str
    source: str
    file: str
    line: int


def entries() -> Iterator[Entry]:
    """Yield every entry of the lexicon, file by file in the order of their names.

    Raises:
        MalformedRow: naming the file and line of a row that does not follow the format.
    """
    folder = table("nosology.coding.lexicon", "terms")
    for source in sorted(folder.iterdir(), key=lambda item: item.name):
        if source.name.endswith(".tsv"):
            for row in rows(source, COLUMNS):
                yield Entry(
                    term=row["term"],
                    code=plain(row["code"]),
                    within=plain(row["within"]),
                    source=row["source"],
                    file=row.file,
                    line=row.line,
                )
