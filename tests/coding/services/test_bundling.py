from __future__ import annotations

from nosology.coding.services.bundling import bundled
from nosology.coding.services.draft import Proposal, ServiceCase, ServiceDraft
from tests.coding.services.drafting import ScriptedPairs, case, draft, reasons, shown

TEXT = (
    "Ultrasound guided injection of the right knee. Shave biopsy, scalp. Keratosis, neck, frozen."
)


def judged(given: ServiceCase, *drafts: ServiceDraft) -> tuple[list[str], list[str], Proposal]:
    answer = bundled(Proposal(tuple(drafts)), given)
    return shown(answer.drafts), shown([item.draft for item in answer.missing]), answer


def test_an_edit_that_nothing_opens_leaves_the_first() -> None:
    given = case(TEXT, ScriptedPairs([("45385", "45378", 0)]))
    billed, suggested, answer = judged(
        given, draft(given, "45378", "biopsy"), draft(given, "45385", "frozen")
    )
    assert (billed, suggested) == (["45385"], [])
    assert reasons(answer.drafts, "45385") == {"edit-included"}


def test_an_edit_that_may_be_opened_is_opened_by_the_record_only() -> None:
    pairs = ScriptedPairs([("20611", "76942", 1), ("11102", "17000", 1)])
    given = case(TEXT, pairs)
    billed, suggested, answer = judged(
        given,
        draft(given, "20611", "injection"),
        draft(given, "76942", "Ultrasound", "imaging"),
        draft(given, "11102", "biopsy"),
        draft(given, "17000", "frozen"),
    )
    assert billed == ["20611", "11102", "17000-59"]
    assert suggested == ["76942"]
    assert reasons([item.draft for item in answer.missing], "76942") == {"edit-needs-distinct"}
    assert reasons(answer.drafts, "17000") == {"modifier-distinct"}


def test_an_edit_that_is_not_applied_is_passed_over() -> None:
    given = case(TEXT, ScriptedPairs([("11102", "17000", 9)]))
    assert judged(given, draft(given, "11102", "biopsy"), draft(given, "17000", "scalp"))[0] == [
        "11102",
        "17000",
    ]


def test_what_is_itself_not_paid_pushes_nothing_out() -> None:
    pairs = ScriptedPairs([("A", "B", 0), ("B", "C", 0)])
    given = case(TEXT, pairs)
    billed, _, _ = judged(
        given,
        draft(given, "C", "biopsy"),
        draft(given, "B", "frozen"),
        draft(given, "A", "injection"),
    )
    assert billed == ["C", "A"]


def test_a_visit_beside_what_has_no_global_period_is_told_apart() -> None:
    given = case("Visit for cough. Albuterol by nebulizer.", ScriptedPairs([("94640", "99213", 1)]))
    billed, _, answer = judged(
        given,
        draft(given, "99213", "Visit", "visits"),
        draft(given, "94640", "Albuterol", "diagnostics"),
    )
    assert billed == ["99213-25", "94640"]
    assert reasons(answer.drafts, "99213") == {"edit-visit-separate"}


def test_a_visit_beside_a_small_operation_needs_its_own_modifier() -> None:
    pairs = ScriptedPairs([("20610", "99213", 1)])
    given = case("Knee injected. Visit for it.", pairs)
    injected = draft(given, "20610", "injected")
    billed, suggested, answer = judged(given, draft(given, "99213", "Visit", "visits"), injected)
    assert (billed, suggested) == (["20610"], ["99213"])
    assert "visit-in-minor-procedure" in reasons([m.draft for m in answer.missing], "99213")
    apart = draft(given, "99213", "Visit", "visits", modifiers=("25",))
    assert judged(given, apart, injected)[0] == ["99213-25", "20610"]


def test_a_nurses_visit_is_never_apart() -> None:
    given = case("Injection by nurse.", ScriptedPairs([("96372", "99211", 1)]))
    nurse = draft(given, "99211", "nurse", "visits")
    assert judged(given, nurse, draft(given, "96372", "Injection", "infusions"))[0] == ["96372"]


def test_59_of_one_edit_opens_no_other() -> None:
    pairs = ScriptedPairs([("11102", "17000", 1), ("17110", "17000", 1)])
    given = case("Shave biopsy, scalp. Neck lesion frozen with the wart of the neck.", pairs)
    billed, suggested, _ = judged(
        given,
        draft(given, "11102", "Shave biopsy"),
        draft(given, "17000", "lesion frozen"),
        draft(given, "17110", "wart"),
    )
    assert (billed, suggested) == (["11102", "17110"], ["17000-59"])


def test_59_that_the_area_told_stands() -> None:
    given = case(TEXT, ScriptedPairs([("87804", "87400", 1)]))
    told = draft(given, "87400", "biopsy", "laboratory", modifiers=("59",))
    assert judged(given, told, draft(given, "87804", "frozen", "laboratory"))[0] == [
        "87400-59",
        "87804",
    ]


def test_an_add_on_needs_its_main_service() -> None:
    pairs = ScriptedPairs(add_ons={"11103": ("11102",), "17003": ("17000",), "76937": ()})
    given = case(TEXT, pairs)
    billed, suggested, answer = judged(
        given,
        draft(given, "11102", "biopsy"),
        draft(given, "11103", "scalp"),
        draft(given, "17003", "frozen"),
        draft(given, "76937", "Ultrasound", "imaging"),
    )
    assert billed == ["11102", "11103", "76937"]
    assert suggested == ["17003"]
    assert reasons([m.draft for m in answer.missing], "17003") == {"add-on-without-primary"}


def test_an_add_on_goes_with_its_main_service() -> None:
    pairs = ScriptedPairs([("11642", "11102", 0)], {"11103": ("11102",)})
    given = case(TEXT, pairs)
    billed, suggested, _ = judged(
        given,
        draft(given, "11102", "biopsy"),
        draft(given, "11103", "scalp"),
        draft(given, "11642", "frozen"),
    )
    assert (billed, suggested) == (["11642"], ["11103"])


def test_the_same_line_of_two_areas_is_one() -> None:
    given = case(TEXT)
    billed, suggested, _ = judged(
        given,
        draft(given, "76942", "Ultrasound", "imaging"),
        draft(given, "76942", "guided", "procedures"),
    )
    assert (billed, suggested) == (["76942"], [])


def test_the_same_line_twice_is_to_be_looked_at() -> None:
    given = case(TEXT)
    billed, suggested, answer = judged(
        given, draft(given, "11102", "biopsy"), draft(given, "11102", "frozen")
    )
    assert (billed, suggested) == (["11102"], ["11102"])
    assert reasons([m.draft for m in answer.missing], "11102") == {"edit-needs-distinct"}


def test_two_containers_of_a_drug_are_two_lines() -> None:
    given = case(TEXT)
    lines = [draft(given, "J1885", "injection", "drugs"), draft(given, "J1885", "knee", "drugs")]
    assert judged(given, *lines)[0] == ["J1885", "J1885"]


def test_pairs_are_looked_up_among_the_drafts_only() -> None:
    pairs = ScriptedPairs()
    given = case(TEXT, pairs)
    judged(given, draft(given, "A", "biopsy"), draft(given, "B", "frozen"))
    assert pairs.asked == [frozenset("AB")]


def test_without_edits_at_hand_nothing_is_left_out() -> None:
    given = case(TEXT)
    assert judged(given, draft(given, "45378", "biopsy"), draft(given, "45385", "frozen"))[0] == [
        "45378",
        "45385",
    ]


def test_critical_care_beside_an_operation_is_told_apart() -> None:
    given = case("Critical care 55 min. Intubated.", ScriptedPairs())
    care = draft(given, "99291", "Critical care", "visits")
    assert judged(given, care, draft(given, "31500", "Intubated"))[0] == ["99291-25", "31500"]


def test_a_visit_beside_an_operation_is_edited_even_where_the_tables_hold_no_pair() -> None:
    given = case("Visit; knee injected.", ScriptedPairs())
    lines = [draft(given, "99213", "Visit", "visits"), draft(given, "20610", "injected")]
    assert judged(given, *lines)[:2] == (["20610"], ["99213"])
    hospital = case("Visit; knee injected.", ScriptedPairs(), setting="hopd-facility")
    lines = [draft(hospital, "99213", "Visit", "visits"), draft(hospital, "20610", "injected")]
    assert judged(hospital, *lines)[0] == ["99213", "20610"]
