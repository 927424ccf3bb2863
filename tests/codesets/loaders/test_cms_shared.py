"""The loaders of CMS files on whole lists, as they are published and as they are passed on."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from nosology.codesets.loaders.publication import Publication
from nosology.codesets.loaders.registry import recognize
from nosology.codesets.schema import tables
from tests.codesets.loaders.cms_files import install

# Folder and beginning of the name, data set, edition, part, rows.
LISTS = (
    ("asp_2026_01", "*Limit File*", "asp-limits", "2026Q1", "", 877),
    ("asp_2026_01", "*Crosswalk*", "asp-ndc", "2026Q1", "", 7125),
    ("coverage", "lcd_*", "coverage", "2026-05", "pairs", 208_029),
    ("mpfs_2024", "rvu_amounts*", "mpfs", "2024Q3", "amounts", 18_664),
    ("mpfs_2024", "rvu_indicators*", "mpfs", "2024Q3", "indicators", 18_664),
    ("mpfs_2024", "gpci*", "gpci", "2024", "", 109),
    ("mpfs_2024", "locality*", "mpfs-localities", "2024", "", 110),
    ("mpfs_2024", "anesthesia*", "anesthesia", "2024", "", 109),
    ("ncci", "mue_practitioner*", "mue-practitioner", "2026Q2", "", 15_095),
    ("ncci", "mue_outpatient*", "mue-outpatient", "2024Q3", "", 14_628),
    ("ncci", "mue_dme*", "mue-dme", "2024Q3", "", 2_928),
    ("ncci", "ncci_addon*", "ncci-add-on", "2024Q2", "", 7_465),
    ("ncci", "ncci_ptp_prac*", "ncci-ptp-practitioner", "2024Q3", "", 2_546_017),
)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("folder", "name", "data_set", "label", "part", "rows"), LISTS, ids=[one[1] for one in LISTS]
)
def test_a_whole_list_is_recognized_and_loaded(
    folder: str,
    name: str,
    data_set: str,
    label: str,
    part: str,
    rows: int,
    shared_data: Path,
    tmp_path: Path,
) -> None:
    [path] = (shared_data / "codesets" / folder).glob(name)
    publication = Publication(path)
    loader = recognize(publication)
    assert loader is not None
    [edition] = loader.editions(publication)
    assert (edition.data_set, edition.label, edition.part) == (data_set, label, part)
    store = sqlite3.connect(tmp_path / "store.sqlite3", isolation_level=None)
    store.executescript(f"PRAGMA synchronous = OFF; {tables()} BEGIN;")
    assert install(store, loader, publication).rows == rows
    store.execute("COMMIT")
    if data_set == "ncci-ptp-practitioner":
        ((size,),) = store.execute(
            "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'ptp_%'"
        ).fetchall()
        assert size / rows < 30
    store.close()


@pytest.mark.shared
def test_no_description_of_a_cpt_code_reaches_the_store(shared_data: Path, tmp_path: Path) -> None:
    store = sqlite3.connect(":memory:", isolation_level=None)
    store.executescript(tables())
    for path in sorted((shared_data / "codesets" / "asp_2026_01").iterdir()):
        publication = Publication(path)
        loader = recognize(publication)
        assert loader is not None
        install(store, loader, publication)
    written = "\n".join(store.iterdump()).lower()
    # The first columns of the file's first row: a number of CPT and its description.
    for line in path.read_bytes().decode("cp1252").splitlines()[9:40]:
        code, description = line.split(",")[:2]
        if code[:1].isdigit():
            assert code in written
            assert description.lower() not in written
    store.close()
