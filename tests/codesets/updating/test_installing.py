"""What was fetched is told by the loaders before anything is written."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pytest

from nosology.codesets.loaders.contract import Edition
from nosology.codesets.updating.installing import identify
from nosology.model.errors import InputError

CCSR = """\
'ICD-10-CM CODE','ICD-10-CM CODE DESCRIPTION','Default CCSR CATEGORY IP',\
'Default CCSR CATEGORY DESCRIPTION IP','Default CCSR CATEGORY OP',\
'Default CCSR CATEGORY DESCRIPTION OP','CCSR CATEGORY 1','CCSR CATEGORY 1 DESCRIPTION'
'E1122','-','END003','Diabetes','END003','Diabetes','END003','Diabetes'
"""


def packed(folder: Path, **members: str) -> Path:
    path = folder / "edition.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.csv", content)
    return path


def test_files_are_told_by_their_content(tmp_path: Path) -> None:
    path = packed(tmp_path, **{"DXCCSR_v2027-1": CCSR, "readme": "Read this first."})
    assert identify([path]) == (
        Edition("ccsr", "2027.1", dt.date(2026, 10, 1), dt.date(2027, 9, 30)),
    )


def test_what_nobody_reads_is_nothing(tmp_path: Path) -> None:
    assert identify([packed(tmp_path, readme="Read this first.")]) == ()


def test_a_damaged_file_is_an_error(tmp_path: Path) -> None:
    path = packed(tmp_path, **{"DXCCSR_v2027-1": CCSR})
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(InputError):
        identify([path])
