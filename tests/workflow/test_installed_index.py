"""Notes are read by the official index where the user has installed it, and not after removal."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from nosology.codesets.adding import Added, add
from nosology.codesets.removing import remove
from nosology.codesets.store import FILE_NAME
from nosology.model.code import dotted
from nosology.model.coding import Scope
from nosology.model.encounter import encounter_from_mapping
from nosology.workflow.code import Coder, load_coder, term_index
from nosology.workflow.search import open_code_book

ON = dt.date(2026, 4, 14)
# In the published format; an own selection of a few terms.
INDEX = """\
<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.index>
  <version>2026</version>
  <title>ICD-10-CM INDEX TO DISEASES and INJURIES</title>
  <letter>
    <title>D</title>
    <mainTerm>
      <title>Dilatation<nemod>(acquired)</nemod></title>
      <term level="1">
        <title>gallbladder</title>
        <code>K82.8</code>
      </term>
    </mainTerm>
  </letter>
  <letter>
    <title>G</title>
    <mainTerm>
      <title>Gastrectasis</title>
      <see>Widening, stomach</see>
    </mainTerm>
    <mainTerm>
      <title>Gout</title>
      <code>R68.89</code>
    </mainTerm>
  </letter>
  <letter>
    <title>W</title>
    <mainTerm>
      <title>Widening</title>
      <term level="1">
        <title>stomach</title>
        <code>K31.0</code>
      </term>
    </mainTerm>
  </letter>
</ICD10CM.index>
"""
NOTE = "ASSESSMENT\n1. Dilatation of the gallbladder.\n2. Gastrectasis.\n3. Gout.\n"


def codes(coder: Coder) -> list[str]:
    encounter = encounter_from_mapping({"id": "1", "text": NOTE, "date_of_service": ON.isoformat()})
    return [dotted(item.code) for item in coder.code(encounter, Scope.DOCUMENTED).icd10cm]


@pytest.fixture
def home(nosology_home: Path, tmp_path: Path) -> Path:
    open_code_book().close()  # so that there is a store to copy
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(nosology_home / FILE_NAME, home / FILE_NAME)
    return home


def test_the_index_is_read_by_from_when_it_is_added_until_it_is_removed(
    home: Path, tmp_path: Path
) -> None:
    before = codes(load_coder(home))
    assert before == ["M10.9"]

    file = tmp_path / "icd-10-cm-index-2026.xml"
    file.write_text(INDEX, encoding="utf-8")
    [added] = add([file], home)
    assert isinstance(added, Added)
    coder = load_coder(home)
    assert codes(coder) == ["K82.8", "K31.0", "M10.9"]

    index = term_index(coder.book, ON)
    origins = {index.texts[entry]: index.origins[entry] for entry in range(len(index))}
    assert origins["Dilatation, gallbladder"] == "index"
    told: list[str] = []
    term_index(coder.book, dt.date(2026, 5, 2), told.append)
    assert told == [], "the compiled index is kept"
    coder.book.close()

    remove("icd10cm-index", "2025-10", home)
    assert codes(load_coder(home)) == before
