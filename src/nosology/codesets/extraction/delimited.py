"""Reading delimited text of an archive: the header must be as expected, every row must fit it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence

from nosology.codesets.extraction.conversion import Contents
from nosology.model.errors import MalformedRow


def read_rows(
    contents: Contents,
    member: str,
    header: Sequence[str] | int,
    *,
    skip: int = 0,
) -> Iterator[list[str]]:
    """Yield the fields of each row below the header; of every row where there is no header.

    Args:
        contents: the archive.
        member: name of the file in it.
        header: what the first row must be; the number of fields where the file has no header.
        skip: lines above the header.

    Raises:
        MalformedRow: when the header is another, or a row has another number of fields.
    """
    with contents.text(member) as text:
        for _ in range(skip):
            text.readline()
        reader = csv.reader(text, strict=True)
        try:
            width = header if isinstance(header, int) else len(header)
            if not isinstance(header, int):
                found = next(reader, [])
                if found != list(header):
                    raise MalformedRow(
                        member, skip + 1, 1, f"begins another header than {','.join(header)}"
                    )
            for row in reader:
                if len(row) != width:
                    raise MalformedRow(
                        member, reader.line_num + skip, len(row), f"is the last, expected {width}"
                    )
                yield row
        except csv.Error as error:
            raise MalformedRow(
                member, reader.line_num + skip, 1, f"cannot be read: {error}"
            ) from None
