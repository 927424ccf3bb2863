"""Which terms of an official index notes are read by; the terms are invented or everyday."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from nosology.codesets.index.data_sets import COLUMNS
from nosology.coding.lexicon.bags import bag_of
from nosology.coding.lexicon.official_index import index_terms
from nosology.language.terms import Term
from nosology.model.code import Title
from nosology.model.tables import rows, table

RELEASE = {
    code: Title(code, display, billable=True)
    for code, display in {
        "C50": "Malignant neoplasm of breast",
        "C509": "Malignant neoplasm of breast of unspecified site",
        "C76": "Malignant neoplasm of ill-defined sites",
        "D24": "Benign neoplasm of breast",
        "D489": "Neoplasm of uncertain behavior, unspecified",
        "E854": "Organ-limited amyloidosis",
        "I519": "Heart disease, unspecified",
        "I770": "Arteriovenous fistula, acquired",
        "K3189": "Other diseases of stomach and duodenum",
        "K36": "Other appendicitis",
        "K37": "Unspecified appendicitis",
        "K828": "Other specified diseases of gallbladder",
        "N050": "Nephritic syndrome with minor abnormality",
        "N059": "Nephritic syndrome",
        "N20": "Calculus of kidney",
        "N200": "Calculus of kidney and more",
        "O244": "Gestational diabetes mellitus",
        "Q256": "Stenosis of pulmonary artery",
        "Q42": "Congenital absence and stenosis of large intestine",
        "R760": "Raised antibody titer",
        "R99": "Unknown cause of mortality",
        "S82": "Fracture of lower leg",
        "T390": "Poisoning by salicylates",
        "T390X1": "Poisoning by salicylates, accidental",
        "T390X5": "Adverse effect of salicylates",
        "W11": "Fall on ladder",
        "Z209": "Contact with a disease",
    }.items()
}


@dataclass(frozen=True)
class Indexed:
    titles: tuple[str, ...]
    code: str
    table: str = "diseases"
    manifestation: str = ""
    column: str = ""


def taken(*indexed: Indexed, lexicon: dict[str, str] | None = None) -> list[Term]:
    known = {frozenset(bag_of(term)): code for term, code in (lexicon or {}).items()}
    return list(index_terms(indexed, RELEASE, known))


def concepts(terms: Sequence[Term]) -> dict[frozenset[str], str]:
    return {frozenset(term.words): term.concept for term in terms}


def test_a_term_is_the_words_of_its_levels_without_what_joins_them() -> None:
    [term] = taken(Indexed(("Dilatation", "in", "gallbladder NEC"), "K828"))
    assert term == Term(
        "Dilatation, in, gallbladder", "K828", "K82", "index", ("dilatation", "gallbladder")
    )


def test_a_code_that_lacks_characters_leads_to_what_is_above_its_codes() -> None:
    [term] = taken(Indexed(("Fracture, traumatic", "shin bone"), "S82-"))
    assert (term.concept, term.within) == ("S82", "S82")


def test_a_main_term_stands_in_its_first_form_and_a_subterm_in_each() -> None:
    found = taken(Indexed(("Fistula, fistulous", "stoma, stomal"), "K828"))
    assert [term.text for term in found] == ["Fistula, stoma", "Fistula, stomal"]


@pytest.mark.parametrize(
    "left_out",
    [
        Indexed(("Fistula", "specified NEC"), "I770"),
        Indexed(("Fistula", "gallbladder", "without stone"), "K828"),
        Indexed(("Lesion", "stomach"), "K3189"),
        Indexed(("Fistula", "EATL"), "I770"),
        Indexed(("Dilatation", "bilateral", "gallbladder"), "K828"),
        Indexed(("Amyloid", "gallbladder"), "E854", manifestation="I43"),
        Indexed(("Ladder", "wooden"), "W11"),
        Indexed(("Ladder", "wooden"), "I770", table="external-cause"),
        Indexed(("Meeting", "someone infectious"), "Z209"),
        Indexed(("Raised", "antibody titer"), "R760"),
        Indexed(("Growth", "stromal"), "D489"),
        Indexed(("Strain", "heart"), "I519"),
        Indexed(("Syndrome", "May"), "I770"),
        Indexed(("Fistula", "arteriovenous"), "I771"),
    ],
    ids=lambda indexed: ", ".join(indexed.titles),
)
def test_what_a_note_does_not_say_so_is_left_out(left_out: Indexed) -> None:
    assert taken(left_out) == []


def test_a_word_alone_is_taken_where_its_ending_names_a_condition() -> None:
    found = taken(
        Indexed(("Nephrocalcinosis",), "N200"),
        Indexed(("Old",), "I519"),
        Indexed(("Thrombosis",), "I770"),
        Indexed(("Thrombosis", "gallbladder"), "K828"),
        Indexed(("Anesthesia", "gallbladder"), "K828"),
    )
    assert [term.text for term in found] == ["Nephrocalcinosis", "Thrombosis, gallbladder"]


def test_what_is_congenital_is_taken_where_it_is_said_or_goes_without_saying() -> None:
    found = taken(
        Indexed(("Stenosis", "pulmonary"), "Q256"),
        Indexed(("Stenosis", "pulmonary", "congenital"), "Q256"),
        Indexed(("Stenosis", "stomach"), "K3189"),
        Indexed(("Atresia", "colon"), "Q42-"),
        Indexed(("Diabetes", "of the young mother"), "O244"),
        Indexed(("Diabetes", "gallbladder"), "K828"),
    )
    assert [term.text for term in found] == [
        "Stenosis, pulmonary, congenital",
        "Stenosis, stomach",
        "Atresia, colon",
        "Diabetes, gallbladder",
    ]


def test_the_same_words_with_codes_of_which_none_holds_the_others_lead_nowhere() -> None:
    assert (
        taken(
            Indexed(("Appendicitis", "healed"), "K36"), Indexed(("Appendicitis", "healed"), "K37")
        )
        == []
    )
    [term] = taken(
        Indexed(("Calculus", "staghorn"), "N200"), Indexed(("Calculus", "staghorn"), "N20-")
    )
    assert term.concept == "N20"


def test_the_lexicon_is_never_contradicted_nor_repeated() -> None:
    appendicitis = Indexed(("Appendicitis", "healed"), "K36")
    assert taken(appendicitis, lexicon={"healed appendicitis": "K37"}) == []
    assert taken(appendicitis, lexicon={"appendicitis": "K36"}) == []
    assert len(taken(appendicitis, lexicon={"appendicitis": "K37"})) == 1


def test_rows_of_the_neoplasm_table_are_said_with_what_their_column_means() -> None:
    breast = ("Neoplasm, neoplastic", "breast")
    found = taken(
        Indexed(breast, "C50-", "neoplasm", column="primary"),
        Indexed(breast, "D24-", "neoplasm", column="benign"),
        Indexed(breast, "D489", "neoplasm", column="unspecified"),
        Indexed(("Neoplasm, neoplastic", "trunk"), "C76", "neoplasm", column="primary"),
    )
    words = concepts(found)
    assert words[frozenset(bag_of("breast cancer"))] == "C50"
    assert words[frozenset(bag_of("malignant neoplasm of the breast"))] == "C50"
    assert words[frozenset(bag_of("benign neoplasm of breast"))] == "D24"
    assert not any("trunk" in term.text for term in found)
    assert "D489" not in words.values()


def test_rows_of_the_table_of_drugs_are_said_with_what_their_column_means() -> None:
    found = taken(
        Indexed(("Aspirin",), "T390X1", "drug", column="accidental"),
        Indexed(("Aspirin",), "T390X5", "drug", column="adverse_effect"),
        Indexed(("Aspirin",), "T390", "drug", column="assault"),
    )
    assert concepts(found) == {
        frozenset(bag_of("aspirin poisoning")): "T390X1",
        frozenset(bag_of("adverse effect of aspirin")): "T390X5",
    }


def test_every_column_that_is_read_by_is_one_of_a_table() -> None:
    listed = rows(
        table("nosology.coding.lexicon", "index_columns.tsv"), ("column", "phrase", "source")
    )
    known = {column.name for columns in COLUMNS.values() for column in columns.values()}
    assert {row["column"] for row in listed} <= known


def test_subterms_of_a_main_term_that_is_left_out_are_left_out_too_or_kept() -> None:
    listed = list(
        rows(
            table("nosology.coding.lexicon", "index_left_out.tsv"), ("main_term", "subterms", "why")
        )
    )
    assert {row["subterms"] for row in listed} == {"too", "kept"}
    assert len({bag_of(row["main_term"]) for row in listed}) == len(listed)
    assert all(row["why"] for row in listed)
