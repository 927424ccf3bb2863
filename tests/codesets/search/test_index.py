"""The index as a file: found, made anew where it is wrong, and kept in memory where it must be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nosology.codesets.search.building import build_shard
from nosology.codesets.search.engine import Filter, Searched, search
from nosology.codesets.search.index_files import FOLDER, is_indexed, sections_for
from nosology.codesets.search.shard import Shard
from nosology.codesets.search.shard_file import Sections, pack
from nosology.codesets.search.wordings import Entry, Kind, Wording
from nosology.model.code import System

ENTRIES = [
    Entry("S10-S12", "Sprockets", False, is_code=False, chapter="1"),
    Entry("S10", "Bent sprocket", False, 0, "1"),
    Entry("S100", "Bent sprocket, left", True, 1, "1", valid_from=20200101, valid_to=20211231),
    Entry("S109", "Bent sprocket, unspecified", True, 1, "1", valid_from=20200101),
    Entry("S11", "Loose sprocket", False, 0, "1", (("A", "initial"), ("D", "subsequent"))),
]
WORDINGS = [Wording(1, "crooked cog", Kind.TERM)]


class Given:
    """Knowledge that counts how often it is asked."""

    def digest(self) -> str:
        return "g" * 16

    def terms(self) -> Iterator[tuple[str, str]]:
        yield "crooked cog", "S10"

    def short_forms(self) -> Iterator[tuple[str, str]]:
        yield "bs", "bent sprocket"


def built(home: Path, counted: list[int], knowledge: Given | None = None) -> Sections:
    def build() -> tuple[dict[str, object], dict[str, object]]:
        counted.append(1)
        sections, facts = build_shard("icd10cm", ENTRIES, WORDINGS)
        return dict(sections), facts

    return sections_for(home, "icd10cm", "a" * 16, knowledge, build)  # type: ignore[arg-type]


def asked(sections: Sections, query: str, wanted: Filter | None = None) -> list[str]:
    one = Searched(System.ICD10CM, Shard(sections), wanted or Filter())
    return [hit.code for hit in search([one], query, 10)]


def test_an_index_is_built_once_and_then_opened(tmp_path: Path) -> None:
    counted: list[int] = []
    assert not is_indexed(tmp_path)
    first = asked(built(tmp_path, counted), "crooked cog")
    assert first == asked(built(tmp_path, counted), "crooked cog")
    assert first[0] == "S109"
    assert counted == [1]
    assert is_indexed(tmp_path)
    assert not list((tmp_path / FOLDER).glob("*.unfinished"))


def test_a_reader_without_knowledge_takes_what_is_there(tmp_path: Path) -> None:
    counted: list[int] = []
    built(tmp_path, counted, Given())
    built(tmp_path, counted)
    assert counted == [1]


@pytest.mark.parametrize("damage", ["cut", "other", "empty"])
def test_a_damaged_index_is_made_anew(tmp_path: Path, damage: str) -> None:
    counted: list[int] = []
    built(tmp_path, counted)
    (path,) = (tmp_path / FOLDER).glob("*.idx")
    whole = path.read_bytes()
    path.unlink()
    path.write_bytes({"cut": whole[: len(whole) // 2], "other": b"x" * 400, "empty": b""}[damage])
    assert asked(built(tmp_path, counted), "loose sprocket")[0] == "S11XXXA"
    assert counted == [1, 1]


def test_where_nothing_can_be_written_the_index_is_in_memory(tmp_path: Path) -> None:
    counted: list[int] = []
    (tmp_path / FOLDER).write_text("a file where the folder should be", encoding="utf-8")
    assert asked(built(tmp_path, counted), "loose sprocket")[0] == "S11XXXA"


def test_the_same_entries_make_the_same_file() -> None:
    one = pack(*build_shard("icd10cm", ENTRIES, WORDINGS))
    assert one == pack(*build_shard("icd10cm", ENTRIES, WORDINGS))


def test_dates_chapters_and_seventh_characters() -> None:
    sections = Sections(pack(*build_shard("icd10cm", ENTRIES, WORDINGS)))
    assert asked(sections, "bent sprocket left")[0] == "S100"
    assert "S100" not in asked(sections, "bent sprocket left", Filter(day=20260101))
    assert asked(sections, "sprocket", Filter(chapter="2")) == []
    assert asked(sections, "loose sprocket subsequent")[0] == "S11XXXD"
    assert asked(sections, "S11") == ["S11", "S11XXXA", "S11XXXD"]
    assert asked(sections, "s11xxxd") == ["S11XXXD"]
    assert "S10-S12" not in asked(sections, "sprockets")
