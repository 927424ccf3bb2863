from __future__ import annotations

import pytest

from nosology.coding.services.modifiers.places import located
from tests.coding.services.drafting import case, draft, reasons, shown


def one(text: str, code: str, words: str, **fields: object) -> list[str]:
    given = case(text)
    return shown(located([draft(given, code, words, **fields)], given))


def test_a_side_of_the_same_sentence_is_told() -> None:
    given = case("Right knee aspirated. Left knee is fine.")
    found = located([draft(given, "20610", "aspirated", facts=(("side", "left"),))], given)
    assert shown(found) == ["20610-RT"]
    assert reasons(found, "20610") == {"modifier-side"}


def test_both_sides_are_one_line_where_the_indicator_is_1() -> None:
    assert one("Both knees aspirated.", "20610", "aspirated", facts=(("side", "bilateral"),)) == [
        "20610-50"
    ]


def test_what_is_both_sides_already_is_told_without() -> None:
    assert one("Cerumen of both ears.", "69210", "Cerumen", facts=(("side", "bilateral"),)) == [
        "69210"
    ]
    assert one("Cerumen of the right ear.", "69210", "Cerumen") == ["69210"]


def test_what_has_no_sides_is_told_without() -> None:
    assert one("Shave biopsy, left chest.", "11102", "biopsy", facts=(("side", "left"),)) == [
        "11102"
    ]


def test_a_side_of_another_part_of_a_visit_is_not_its_own() -> None:
    text = "HPI: left hip pain; right knee pain.\nPlan: knee injected."
    assert one(text, "20610", "injected", facts=(("side", "left"),)) == ["20610"]


def test_the_only_side_of_a_note_is_its_own() -> None:
    text = "HPI: right knee pain.\nPlan: the knee was injected."
    assert one(text, "20610", "injected", facts=(("side", "right"),)) == ["20610-RT"]


def test_left_and_right_of_one_service_become_one_line() -> None:
    given = case("Right knee injected with 40 mg. Left knee given the same.")
    found = located(
        [draft(given, "20610", "injected"), draft(given, "20610", "given the same")], given
    )
    assert shown(found) == ["20610-50"]
    assert len(found[0].support) == 2
    assert "modifier-both-sides" in reasons(found, "20610")


def test_left_and_right_that_differ_otherwise_stay_two_lines() -> None:
    given = case("Right knee replaced. Left knee replaced.")
    lines = [
        draft(given, "27447", "Right knee", modifiers=("22",)),
        draft(given, "27447", "Left knee"),
    ]
    assert shown(located(lines, given)) == ["27447-22-RT", "27447-LT"]


@pytest.mark.parametrize("area", ["supplies", "drugs", "laboratory"])
def test_other_areas_tell_sides_by_rules_of_their_own(area: str) -> None:
    given = case("Right knee brace.")
    assert shown(located([draft(given, "20610", "brace", area)], given)) == ["20610"]


def test_what_carries_a_place_keeps_it() -> None:
    assert one("Left knee aspirated.", "20610", "aspirated", modifiers=("RT",)) == ["20610-RT"]
