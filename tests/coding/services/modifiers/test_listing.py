from __future__ import annotations

from nosology.coding.services.modifiers.listing import arranged, is_place, modifiers, opening
from tests.coding.services.drafting import case, draft, shown


def test_every_modifier_is_two_characters_and_says_what_it_means() -> None:
    assert [name for name in modifiers() if len(name) != 2 or not name.isalnum()] == []
    assert [item.name for item in modifiers().values() if not item.means] == []


def test_what_opens_an_edit() -> None:
    assert opening(["26", "59", "25", "LT", "GA", "KX"]) == ["59", "25"]
    assert {name for name in modifiers() if is_place(name)} >= {"LT", "RT", "FA", "T9", "E4", "RI"}


def test_what_decides_payment_stands_first() -> None:
    given = case("Done.")
    lines = [draft(given, "20610", "Done", modifiers=("RT", "59", "26", "PT"))]
    assert shown(arranged(lines, given)) == ["20610-26-59-RT-PT"]


def test_the_plan_of_therapy_stands_before_what_else_informs() -> None:
    given = case("Done.")
    lines = [draft(given, "97110", "Done", modifiers=("KX", "CQ", "GP", "59"))]
    assert shown(arranged(lines, given)) == ["97110-59-GP-CQ-KX"]


def test_where_an_ambulance_drove_stands_first() -> None:
    given = case("Done.")
    lines = [draft(given, "A0428", "Done", modifiers=("GA", "GM", "NH"))]
    assert shown(arranged(lines, given)) == ["A0428-NH-GM-GA"]
