"""The words by which ICD-10-PCS codes and CPT numbers are found."""

from __future__ import annotations

import re

import pytest

from nosology.codesets.labels.cpt import CptLabel, cpt_labels
from nosology.codesets.search.procedures import (
    characters,
    procedure_words,
    procedures,
    rows,
)
from nosology.codesets.search.services import service_names, service_words

_TITLES = {
    "0FT40ZZ": "Resection of Gallbladder, Open Approach",
    "0FT44ZZ": "Resection of Gallbladder, Percutaneous Endoscopic Approach",
    "0FT44ZG": "Resection of Gallbladder, Percutaneous Endoscopic Approach, Hand-Assisted",
    "0QS704Z": "Reposition Left Upper Femur with Internal Fixation Device, Open Approach",
    "0BH17EZ": "Insertion of Endotracheal Airway into Trachea, Via Natural or Artificial Opening",
    "0HB1XZX": "Excision of Face Skin, External Approach, Diagnostic",
    "BT42ZZZ": "Ultrasonography of Left Kidney",
    "4A02X4Z": "Measurement of Cardiac Electrical Activity, External Approach",
    "0FT4ZZZ": "",
}


def _words(code: str) -> list[str]:
    return [words for _, words in procedure_words([(code, _TITLES[code])])]


def _said(words: str) -> str:
    """Return what a wording says outside its parentheses, in small letters."""
    return re.sub(r"\(.*?\)", "", words).strip().casefold()


def test_the_code_that_a_name_means_is_called_by_the_name_alone() -> None:
    assert "cholecystectomy" in map(_said, _words("0FT44ZZ"))
    assert "cholecystectomy" not in map(_said, _words("0FT40ZZ"))


def test_other_codes_say_what_sets_them_apart() -> None:
    assert "cholecystectomy open" in map(_said, _words("0FT40ZZ"))
    assert "cholecystectomy hand-assisted" in map(_said, _words("0FT44ZG"))


def test_the_approach_that_is_meant_finds_the_code_too() -> None:
    wording = next(words for words in _words("0FT44ZZ") if _said(words) == "cholecystectomy")
    assert "laparoscopic" in wording


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("0QS704Z", "orif upper femur"),
        ("0BH17EZ", "intubation"),
        ("0HB1XZX", "skin biopsy face skin"),
        ("BT42ZZZ", "ultrasound kidney"),
        ("4A02X4Z", "ekg"),
    ],
)
def test_a_code_is_called_what_people_call_it(code: str, expected: str) -> None:
    assert expected in map(_said, _words(code))


def test_the_side_is_said_without_making_the_name_longer() -> None:
    wording = next(words for words in _words("0QS704Z") if _said(words) == "orif upper femur")
    assert re.search(r"\(.*\bLeft\b.*\)", wording)


def test_a_code_without_a_title_is_named_but_its_body_part_is_not() -> None:
    found = _words("0FT4ZZZ")
    assert any("cholecystectomy" in words for words in found)
    assert not any("{body}" in words for words in found)


def test_every_wording_is_there_once_and_has_no_empty_parts() -> None:
    for code in _TITLES:
        found = _words(code)
        assert len(found) == len(set(found))
        for words in found:
            assert words == words.strip()
            assert "()" not in words
            assert "{" not in words


def test_the_table_of_procedures_is_whole() -> None:
    known = list(procedures())
    assert len(known) >= 700
    assert len({(one.codes, one.meant, one.names) for one in known}) == len(known)
    for one in known:
        assert 1 <= len(characters(one.codes)) <= 7
        assert len(characters(one.meant)) in (0, 3)
        assert all(name and name.count("(") == name.count(")") for name in one.names)
        assert all(re.sub(r"\(.*?\)|\{body\}", "", name).strip() for name in one.names)


def test_every_section_has_procedures() -> None:
    held = {one.codes[0] for one in procedures()}
    assert held >= set("0123456789BCDFGHX")


def test_the_tables_of_words_hold_each_thing_once() -> None:
    for name in ("approaches.tsv", "procedure_words.tsv"):
        first = [row[0] for row in rows(name)]
        assert len(first) == len(set(first))
    for codes, word, _ in rows("approaches.tsv"):
        assert len(characters(codes)) == 5
        assert word


@pytest.mark.parametrize("pattern", ["0FT4[", "0F-4", "0ft4", "0FT4[]"])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="not a pattern"):
        characters(pattern)


def test_plain_names_stand_for_numbers_that_have_a_label() -> None:
    names = list(service_names())
    assert len(names) == len(set(names))
    assert {number for number, _ in names} <= set(cpt_labels())


def test_label_and_search_words_find_a_number_together() -> None:
    labels = {"20610": CptLabel("20610", "Large joint injected", ("knee", "shoulder"))}
    assert ("20610", "Large joint injected (knee shoulder)") in list(service_words(labels))


def test_anesthesia_is_not_found_by_the_bare_name_of_an_operation() -> None:
    labels = {
        "00921": CptLabel("00921", "Anesthetic for male sterilization", ("vas operation",)),
        "55250": CptLabel("55250", "Male sterilization", ("vas operation",)),
    }
    found = list(service_words(labels))
    assert ("55250", "vas operation") in found
    assert ("00921", "vas operation") not in found
    assert ("00921", "Anesthetic for male sterilization (vas operation)") in found


def test_a_word_that_many_numbers_share_is_said_with_the_label() -> None:
    labels = {
        f"1000{one}": CptLabel(f"1000{one}", f"Service {one}", ("shared thing",))
        for one in range(6)
    }
    found = list(service_words(labels))
    assert ("10000", "shared thing") not in found
    assert ("10000", "Service 0 (shared thing)") in found
