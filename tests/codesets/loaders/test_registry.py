"""Each published file is recognized by one loader, by its content alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from nosology.codesets.loaders import registry
from nosology.codesets.loaders.publication import Publication
from nosology.codesets.loaders.registry import loader_named, loaders, recognize, what_is_read
from tests.codesets.conftest import TABULAR
from tests.codesets.loaders.layouts import (
    HCPCS,
    PCS_ROWS,
    code_file,
    cpt_file,
    order_file,
    published,
)

SAMPLES = {
    "icd10cm-tabular": TABULAR,
    "icd10-order": order_file(),
    "icd10-codes": code_file(PCS_ROWS),
    "hcpcs-anweb": HCPCS,
    "cpt-descriptors": cpt_file(),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_one_loader_alone_recognizes_a_file(tmp_path: Path, name: str) -> None:
    publication = published(tmp_path, "unnamed", SAMPLES[name])
    assert [one.name for one in loaders() if one.recognizes(publication)] == [name]
    found = recognize(publication)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "content",
    [
        b"A note: the patient has a cough. 99213 was billed.\n",
        b"{}\n",
        b"\x00" * 1000,
        bytes(range(256)) * 20,
        b"code,description\nA00,Cholera\n",
        b"<?xml version='1.0'?><ClinicalDocument xmlns='urn:hl7-org:v3'/>",
        b"ISA*00*          *00*          *ZZ*A              *ZZ*B              *~",
    ],
)
def test_nothing_else_is_recognized(tmp_path: Path, content: bytes) -> None:
    assert recognize(published(tmp_path, "icd10cm_order_2026.txt", content)) is None


def test_names_are_unique_and_lead_back() -> None:
    names = [loader.name for loader in loaders()]
    assert len(set(names)) == len(names)
    for loader in loaders():
        assert loader_named(loader.name) is loader
        assert loader.title in what_is_read()
        assert loader.publisher
        assert loader.licence
    assert loader_named("no such loader") is None


def test_every_loader_is_listed() -> None:
    folder = Path(registry.__file__).parent
    found = {
        path.stem for path in folder.glob("*.py") if "\nLOADERS" in path.read_text(encoding="utf-8")
    }
    assert found == set(registry.MODULES)


def test_what_tells_less_is_known_by_name() -> None:
    assert all(loader_named(name) for name in registry.TELLS_LESS_THAN)


@pytest.mark.shared
def test_each_shared_file_is_recognized_by_one_loader(shared_data: Path) -> None:
    expected = {
        "icd10pcs_tables_2026.xml": "icd10pcs-tables-xml",
        "icd10pcs_index_2025.xml": "icd10pcs-index-xml",
        "icd10pcs_definitions_2026.xml": "icd10pcs-definitions-xml",
        "icd-10-cm-drug-2025.xml": "icd10cm-drug-table-xml",
        "icd-10-cm-neoplasm-2025.xml": "icd10cm-neoplasm-table-xml",
        "icd-10-cm-eindex-2025.xml": "icd10cm-external-cause-index-xml",
        "mue_practitioner_2026q2.csv": "ncci-mue",
        "ncci_ptp_prac_2024q3.csv.gz": "ncci-ptp",
        "hcpcs_noc_codes.csv": None,
        "place_of_service_2024.csv": None,
    }
    found = {
        path.name: [one.name for one in loaders() if one.recognizes(Publication(path))]
        for path in (shared_data / "codesets").rglob("*")
        if path.is_file()
    }
    assert {name: kinds for name, kinds in found.items() if len(kinds) > 1} == {}
    assert {name: found[name] for name in expected} == {
        name: [kind] if kind else [] for name, kind in expected.items()
    }
