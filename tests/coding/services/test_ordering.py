from __future__ import annotations

from nosology.coding.services.ordering import ordered
from tests.coding.services.drafting import ScriptedPairs, case, draft, shown


def test_visits_first_then_the_weightiest_with_its_add_ons() -> None:
    pairs = ScriptedPairs(add_ons={"11103": ("11102",)})
    given = case("Visit, biopsy, more, knee, drug, film.", pairs)
    lines = [
        draft(given, "J1885", "drug", "drugs"),
        draft(given, "71046", "film", "imaging"),
        draft(given, "11103", "more"),
        draft(given, "11102", "biopsy"),
        draft(given, "27447", "knee"),
        draft(given, "99213", "Visit", "visits"),
    ]
    assert shown(ordered(lines, given)) == [
        *("99213", "27447", "11102", "11103", "71046", "J1885"),
    ]


def test_equal_ones_keep_the_order_of_the_record() -> None:
    given = case("One, two.")
    lines = [draft(given, "80053", "One", "laboratory"), draft(given, "85025", "two", "laboratory")]
    assert shown(ordered(lines, given)) == ["80053", "85025"]


def test_an_add_on_without_its_main_service_is_not_lost() -> None:
    given = case("More.", ScriptedPairs(add_ons={"11103": ("11102",)}))
    assert shown(ordered([draft(given, "11103", "More")], given)) == ["11103"]
