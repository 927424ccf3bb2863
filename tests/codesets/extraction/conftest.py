"""Running a converter in the test's own process."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from nosology.codesets.extraction.conversion import Contents, Convert
from nosology.codesets.extraction.plain_table import SUFFIX, read_table
from nosology.codesets.extraction.writer import ExtractWriter

ReadBack = Callable[[str, Sequence[str]], list[list[str]]]
ConvertMembers = Callable[[Convert, Mapping[str, bytes]], ReadBack]


def contents_of(members: Mapping[str, bytes]) -> Contents:
    """Return an archive of the members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return Contents("archive", file.getvalue())


@pytest.fixture
def convert_members(tmp_path: Path) -> ConvertMembers:
    """A call that converts members and returns how to read the tables that came of them."""

    def call(convert: Convert, members: Mapping[str, bytes]) -> ReadBack:
        folder = tmp_path / "extract"
        folder.mkdir()
        convert(contents_of(members), ExtractWriter(folder))

        def read(name: str, columns: Sequence[str]) -> list[list[str]]:
            return list(read_table(folder / f"{name}{SUFFIX}", columns))

        return read

    return call
