from __future__ import annotations

from nosology.coding.services.modifiers.repeated import repeated
from tests.coding.services.drafting import case, draft, reasons, shown


def test_a_repeat_that_the_record_tells() -> None:
    given = case("Albuterol nebulizer at 10:05. Second nebulizer at 10:40.")
    lines = [
        draft(given, "94640", "Albuterol nebulizer", "diagnostics"),
        draft(given, "94640", "Second nebulizer", "diagnostics"),
    ]
    found = repeated(lines, given)
    assert shown(found) == ["94640", "94640-76"]
    assert "modifier-repeat" in reasons(found, "94640")


def test_no_repeat_where_none_is_told() -> None:
    given = case("Nebulizer given. Nebulizer tolerated.")
    lines = [
        draft(given, "94640", "Nebulizer given", "diagnostics"),
        draft(given, "94640", "Nebulizer tolerated", "diagnostics"),
    ]
    assert shown(repeated(lines, given)) == ["94640", "94640"]


def test_another_site_is_distinct() -> None:
    given = case("Injected the right knee. Injected the right shoulder.")
    lines = [
        draft(given, "20610", "Injected the right knee", modifiers=("RT",)),
        draft(given, "20610", "Injected the right shoulder", modifiers=("RT",)),
    ]
    assert shown(repeated(lines, given)) in (
        ["20610-RT", "20610-RT-59"],
        ["20610-RT", "20610-RT"],
    )


def test_other_places_need_no_more() -> None:
    given = case("Plug in each lid.")
    lines = [
        draft(given, "68761", "Plug", modifiers=("E2",)),
        draft(given, "68761", "lid", modifiers=("E4",)),
    ]
    assert shown(repeated(lines, given)) == ["68761-E2", "68761-E4"]


def test_another_clinicians_repeat() -> None:
    given = case("Repeat chest film after the first by Dr. Osei this morning, no change.")
    found = repeated([draft(given, "71045", "chest film", "imaging")], given)
    assert shown(found) == ["71045-77"]
    assert "modifier-repeat-by-another" in reasons(found, "71045")


def test_drugs_count_units() -> None:
    given = case("Ketorolac 30 mg. Second ketorolac 30 mg.")
    lines = [
        draft(given, "J1885", "Ketorolac", "drugs"),
        draft(given, "J1885", "Second", "drugs"),
    ]
    assert shown(repeated(lines, given)) == ["J1885", "J1885"]
