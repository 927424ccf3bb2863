from __future__ import annotations

import pytest

from nosology.coding.services.modifiers.distinct import apart
from nosology.coding.services.modifiers.ranges import numbers
from tests.coding.services.drafting import case, draft


def test_numbers_are_ranges_and_single_ones() -> None:
    held = numbers("11055-11057; G0127")
    assert ["11055", "11056", "11058", "G0127", "G0128"] != []
    assert [code in held for code in ("11055", "11057", "11058", "G0127", "G0128")] == [
        *(True, True, False, True, False)
    ]


def test_other_sides_are_told_by_their_modifiers() -> None:
    given = case("Right wrist splinted. Left wrist reduced.")
    paid = draft(given, "25605", "reduced", modifiers=("LT",))
    unpaid = draft(given, "29125", "splinted", modifiers=("RT",))
    found = apart(paid, unpaid, given)
    assert found is not None
    assert found.modifier == ""


def test_the_same_side_is_no_reason() -> None:
    given = case("Right wrist reduced and splinted.")
    paid = draft(given, "25605", "reduced", modifiers=("RT",))
    unpaid = draft(given, "29125", "splinted", modifiers=("RT",))
    assert apart(paid, unpaid, given) is None


def test_services_that_are_apart_by_nature() -> None:
    given = case("Lipid panel; direct LDL measured.")
    panel = draft(given, "80061", "Lipid panel", "laboratory")
    direct = draft(given, "83721", "direct LDL", "laboratory")
    found = apart(panel, direct, given)
    assert found is not None
    assert found.modifier == "59"
    assert apart(direct, panel, given) is None, "the other way round it is another edit"


@pytest.mark.parametrize(("modifiers", "is_apart"), [(("GG",), True), ((), False)])
def test_a_modifier_of_the_first_may_say_it(modifiers: tuple[str, ...], is_apart: bool) -> None:
    given = case("Screening mammogram, then diagnostic left.")
    diagnostic = draft(given, "77065", "diagnostic", "imaging", modifiers=modifiers)
    screening = draft(given, "77067", "Screening", "imaging")
    assert (apart(diagnostic, screening, given) is not None) is is_apart


def test_another_lesion_is_told_by_its_site() -> None:
    given = case("Shave biopsy of the scalp. Keratosis of the neck frozen.")
    biopsy, frozen = draft(given, "11102", "Shave biopsy"), draft(given, "17000", "frozen")
    found = apart(biopsy, frozen, given)
    assert found is not None
    assert (found.modifier, found.how) == ("59", "neck beside scalp")


def test_the_same_lesion_is_not() -> None:
    given = case("Shave biopsy of the scalp. The scalp lesion was then frozen.")
    assert (
        apart(draft(given, "11102", "Shave biopsy"), draft(given, "17000", "frozen"), given) is None
    )


def test_words_may_say_another_lesion() -> None:
    given = case("Shave biopsy done. A separate lesion was frozen.")
    found = apart(draft(given, "11102", "Shave biopsy"), draft(given, "17000", "frozen"), given)
    assert found is not None
    assert "separate lesion" in found.how


@pytest.mark.parametrize(("payer", "modifier"), [("medicare", "XE"), ("commercial", "59")])
def test_another_session_of_the_day(payer: str, modifier: str) -> None:
    given = case("Spirometry done. He came back later that day, nebulizer given.", payer=payer)
    spirometry = draft(given, "94060", "Spirometry", "diagnostics")
    treatment = draft(given, "94640", "nebulizer", "diagnostics")
    found = apart(spirometry, treatment, given)
    assert found is not None
    assert found.modifier == modifier


def test_therapies_are_apart_where_each_has_its_minutes() -> None:
    given = case("Manual therapy 15 min. Therapeutic activities 15 min.")
    first = draft(given, "97530", "activities", "therapy", facts=(("minutes", "15"),))
    second = draft(given, "97140", "Manual", "therapy", facts=(("minutes", "15"),))
    found = apart(first, second, given)
    assert found is not None
    assert found.modifier == "59"
    untimed = draft(given, "97140", "Manual", "therapy")
    assert apart(first, untimed, given) is None
