"""Files that are not read: their kind is told, and never a word of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nosology.codesets.loaders.near_misses import near_miss
from nosology.codesets.loaders.registry import recognize
from tests.codesets.loaders.layouts import published

SECRET = "Miller"
TABLE = "a table whose header is none"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (
            '<?xml version="1.0"?>\n<xsd:schema xmlns:xsd="http://x"><xsd:element name="x"/>',
            "an XML schema, which describes files",
        ),
        ("<!-- <a> -->\n<schema>", "an XML schema"),
        ("<ClinicalDocument xmlns='urn:hl7-org:v3'><name>Miller</name>", "a clinical document"),
        ("<!DOCTYPE x [<!ENTITY Miller 'x'>]>\n<Miller>x</Miller>", "XML of another kind"),
        ('\ufeff{"resourceType": "Patient", "name": "Miller"}', "JSON"),
        ('[\n  {"name": "Miller"', "JSON"),
        ("[]", "JSON"),
        ("Add:         A000    Miller\nDelete:      A001    x\n", "the addenda"),
        ("No Change\tA00\nRevise from:\tA01 x\nRevise to:\tA01 y\n", "the addenda"),
        ("ISA*00*          *00*  ~", "an X12 interchange"),
        ("MSH|^~\\&|Miller|", "an HL7 message"),
        ("code,description,more\nA00,Miller,x\n", TABLE),
        ('code,description,more\nA00,"Miller, not well, today",x\n', TABLE),
        ("code\tdescription\nA00\tMiller\n", TABLE),
        (b"\x00\x01\x02Miller", "a binary file"),
    ],
)
def test_the_kind_is_told(tmp_path: Path, content: str | bytes, kind: str) -> None:
    publication = published(tmp_path, "x", content)
    assert recognize(publication) is None
    found = near_miss(publication)
    assert found is not None
    assert found.startswith(kind)
    assert SECRET not in found


@pytest.mark.parametrize(
    "content",
    [
        "",
        "Mr. Miller has a cough.\n",
        "Cough, dry.\nFever, none.\n",
        "[x] cough, [ ] fever\n",
        "{a note in braces}",
        "Add: a code\nand more\n",
    ],
)
def test_what_does_not_show_is_not_guessed(tmp_path: Path, content: str) -> None:
    assert near_miss(published(tmp_path, "x", content)) is None


@given(content=st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
def test_whatever_it_is_an_answer_comes_back(tmp_path: Path, content: bytes) -> None:
    found = near_miss(published(tmp_path, "x", content))
    assert found is None or (found.isascii() and "\n" not in found)
