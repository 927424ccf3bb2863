from __future__ import annotations

from dataclasses import replace

from nosology.coding.services.pointers import MOST, pointed
from nosology.model.coding import Element, Evidence
from tests.coding.services.drafting import case, draft

KNEE = ("M1711", "Unilateral primary osteoarthritis, right knee", "knee arthritis")
HIP = ("M1612", "Unilateral primary osteoarthritis, left hip", "hip arthritis")
PRESSURE = ("I10", "Essential (primary) hypertension", "Hypertension")
SUGAR = ("E119", "Type 2 diabetes mellitus without complications", "diabetes")
NEED = ("Z23", "Encounter for immunization", "Immunization")
FALL = ("W010XXA", "Fall on same level from slipping", "slipped")
LACERATION = ("S61411A", "Laceration without foreign body of right hand", "laceration")


def test_a_service_points_to_what_it_is_done_for() -> None:
    given = case(
        "Hypertension; diabetes. A1c drawn here.",
        diagnoses=[PRESSURE, SUGAR],
    )
    (found,) = pointed([draft(given, "83036", "A1c", "laboratory")], given)
    assert found.diagnoses == ("E119",)


def test_a_joint_points_to_its_own_diagnosis() -> None:
    given = case(
        "Assessment: hip arthritis, knee arthritis.\nProcedure: right knee injected.",
        diagnoses=[HIP, KNEE],
    )
    (found,) = pointed([draft(given, "20610", "injected")], given)
    assert found.diagnoses == ("M1711",)


def test_a_repair_points_to_the_injury_and_never_to_its_cause() -> None:
    given = case(
        "She slipped. Hypertension. Hand laceration, 3 cm, sutured.",
        diagnoses=[PRESSURE, LACERATION, FALL],
    )
    (found,) = pointed([draft(given, "12002", "sutured")], given)
    assert found.diagnoses == ("S61411A",)


def test_a_vaccine_points_to_the_need_and_the_visit_does_not() -> None:
    given = case("Hypertension stable. Immunization: tetanus given.", diagnoses=[PRESSURE, NEED])
    lines = [
        draft(given, "99213", "stable", "visits"),
        draft(given, "90715", "tetanus", "vaccines"),
        draft(given, "90471", "given", "vaccines"),
    ]
    visit, vaccine, giving = pointed(lines, given)
    assert visit.diagnoses == ("I10",)
    assert vaccine.diagnoses == giving.diagnoses == ("Z23",)


def test_a_visit_for_an_illness_does_not_point_to_the_preventive_one_of_the_day() -> None:
    wellness = ("Z0000", "Encounter for general adult medical examination", "Wellness")
    given = case("Wellness. Hypertension, dose raised.", diagnoses=[wellness, PRESSURE])
    preventive, visit = pointed(
        [draft(given, "99396", "Wellness", "visits"), draft(given, "99213", "dose", "visits")],
        given,
    )
    assert preventive.diagnoses == ("Z0000",)
    assert visit.diagnoses == ("I10",)


def test_a_visit_points_first_to_what_its_worksheet_weighed() -> None:
    given = case("Hypertension stable. Worse diabetes.", diagnoses=[PRESSURE, SUGAR])
    start = given.readings[0].text.index("Worse")
    weighed = Element("problems", "moderate", "worse", (Evidence(0, start, start + 5, "Worse"),))
    visit = replace(draft(given, "99214", "stable", "visits"), worksheet=(weighed,))
    (found,) = pointed([visit], given)
    assert found.diagnoses == ("E119", "I10")


def test_the_specimen_points_to_what_the_tests_point_to() -> None:
    given = case("Hypertension; diabetes. A1c. Venipuncture.", diagnoses=[PRESSURE, SUGAR])
    lines = [
        draft(given, "36415", "Venipuncture", "laboratory"),
        draft(given, "83036", "A1c", "laboratory"),
    ]
    drawn, _ = pointed(lines, given)
    assert drawn.diagnoses == ("E119",)


def test_what_the_area_named_comes_first() -> None:
    given = case("Hypertension; diabetes. A1c.", diagnoses=[PRESSURE, SUGAR])
    (found,) = pointed([draft(given, "83036", "A1c", diagnoses=("I10", "Z999"))], given)
    assert found.diagnoses == ("I10",), "and only what is answered"


def test_at_most_four() -> None:
    words = ["gout", "cough", "rash", "fever", "ache", "itch"]
    listed = [(f"R{number}0", word, word) for number, word in enumerate(words)]
    given = case(f"Visit for {', '.join(words)}.", diagnoses=listed)
    (found,) = pointed([draft(given, "99213", "Visit", "visits")], given)
    assert len(found.diagnoses) == MOST


def test_nothing_to_point_to() -> None:
    given = case("She slipped.", diagnoses=[FALL])
    (found,) = pointed([draft(given, "99213", "slipped", "visits")], given)
    assert found.diagnoses == ()
