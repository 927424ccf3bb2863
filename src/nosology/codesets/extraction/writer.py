"""Writing an extract's files and keeping account of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from nosology.codesets.extraction.manifest import WrittenFile, hash_of
from nosology.codesets.extraction.plain_table import Value, write_table


class ExtractWriter:
    """Writes the files of one extract; ``written`` tells what the manifest has to state."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.written: list[WrittenFile] = []

    def table(self, name: str, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
        """Write a plain table under the name."""
        self.written.append(write_table(self._folder, name, columns, rows))

    def file(self, name: str, data: bytes) -> None:
        """Write a file as it is."""
        path = self._folder / name
        with path.open("xb") as file:
            file.write(data)
        self.written.append(WrittenFile(name, None, hash_of(path)))
