"""What is kept of earlier claims, and that it stays bounded."""

from __future__ import annotations

from nosology.edits.cases import written_out
from nosology.edits.engine import SHORT_HISTORY, Engine
from nosology.edits.history import NO_PAST, History
from nosology.model.claim import Claim
from nosology.model.claim_fields import claim_from_mapping
from nosology.model.facts import FactBook


def claim(id: str, patient: str = "P1", **fields: object) -> Claim:
    person = {"id": patient, "birth_date": "1958-03-02", "sex": "F"}
    told = {"id": id, "patient": person, "lines": ["99213"], **fields}
    return claim_from_mapping(written_out(told, "test"))


def test_a_patient_without_an_id_has_no_history() -> None:
    history = History()
    history.add(claim("A", patient=""))
    assert history.of(claim("B", patient="")) is NO_PAST


def test_lines_come_back_in_order_for_their_patient_alone() -> None:
    history = History()
    history.add(claim("A", lines=["99213", "36415"]))
    history.add(claim("B", patient="P2"))
    history.add(claim("C", lines=["93000"]))
    past = history.of(claim("D"))
    assert [(item.claim, item.code) for item in past.lines] == [
        ("A", "99213"),
        ("A", "36415"),
        ("C", "93000"),
    ]
    assert past.is_whole


def test_a_replacement_takes_the_place_of_its_original() -> None:
    history = History()
    history.add(claim("A"))
    replacement = claim("B", frequency="7", original_claim="A", lines=["99214"])
    assert history.of(replacement).lines == ()
    history.add(replacement)
    assert [item.code for item in history.of(claim("C")).lines] == ["99214"]


def test_a_void_leaves_nothing() -> None:
    history = History()
    history.add(claim("A"))
    history.add(claim("B", frequency="8", original_claim="A"))
    assert history.of(claim("C")).lines == ()


def test_the_oldest_lines_of_a_patient_go_first_and_it_is_said(facts: FactBook) -> None:
    history = History(most_lines=2)
    for number in range(3):
        history.add(claim(f"A{number}", date=f"2026-04-{number + 1:02}"))
    past = history.of(claim("B"))
    assert [item.claim for item in past.lines] == ["A1", "A2"]
    assert not past.is_whole
    found = Engine(facts, chosen=()).check(claim("B"), past).findings
    assert [item.rule for item in found] == [SHORT_HISTORY]


def test_patients_are_let_go_the_longest_unseen_first() -> None:
    history = History(most_patients=2)
    for id, patient in (("A", "P1"), ("B", "P2"), ("C", "P1"), ("D", "P3")):
        history.add(claim(id, patient=patient))
    assert [item.claim for item in history.of(claim("E", patient="P1")).lines] == ["A", "C"]
    gone = history.of(claim("E", patient="P2"))
    assert (gone.lines, gone.is_whole) == ((), False)


def test_lines_in_all_are_bounded() -> None:
    history = History(most_in_all=3)
    for number in range(5):
        history.add(claim(f"A{number}", patient=f"P{number}", lines=["99213", "36415"]))
    kept = [len(history.of(claim("B", patient=f"P{number}")).lines) for number in range(5)]
    assert kept == [0, 0, 0, 0, 2]
    history.add(claim("C", patient="P4", lines=["93000", "94010"]))
    past = history.of(claim("D", patient="P4"))
    assert [item.code for item in past.lines] == ["99213", "36415", "93000", "94010"]


def test_claims_are_checked_in_the_light_of_those_before(facts: FactBook) -> None:
    answers = list(Engine(facts).check_all([claim("A"), claim("B")]))
    assert "service-billed-before" not in {item.rule for item in answers[0].findings}
    assert "service-billed-before" in {item.rule for item in answers[1].findings}
