from __future__ import annotations

import pytest

from nosology.coding.services.modifiers.payers import for_payer
from tests.coding.services.drafting import case, draft, reasons, shown


def test_care_planning_with_a_wellness_visit_is_preventive() -> None:
    given = case("Wellness visit. Advance care planning 20 min.", payer="medicare")
    planning = draft(given, "99497", "Advance", "visits")
    wellness = draft(given, "G0439", "Wellness", "visits")
    found = for_payer([wellness, planning], given)
    assert shown(found) == ["G0439", "99497-33"]
    assert reasons(found, "99497") == {"modifier-preventive-planning"}
    assert shown(for_payer([planning], given)) == ["99497"]


@pytest.mark.parametrize(
    ("text", "modifiers"),
    [
        ("Nail debridement done, ABN signed.", "-GA"),
        ("Nail debridement done, no ABN.", "-GZ"),
        ("Nail debridement done, not covered by Medicare, patient pays.", "-GY"),
        ("Nail debridement done.", ""),
    ],
)
def test_what_is_said_of_a_notice(text: str, modifiers: str) -> None:
    given = case(text, payer="medicare")
    assert shown(for_payer([draft(given, "11721", "Nail")], given)) == [f"11721{modifiers}"]


def test_notices_are_medicares() -> None:
    given = case("Nail debridement done, ABN signed.", payer="commercial")
    assert shown(for_payer([draft(given, "11721", "Nail")], given)) == ["11721"]
