from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

import pytest

from nosology.coding.services.acts import Standing
from nosology.coding.services.attributes.facts import Facts
from nosology.coding.services.catalogue import catalogue
from nosology.coding.services.draft import Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.finding import ActFinder, service_terms
from nosology.coding.services.missed import missed
from nosology.model.code import System
from nosology.model.record import Span
from tests.coding.services.drafting import ON, case, draft
from tests.evaluation.books import SmallBook


def suggested(given: ServiceCase, *billed: ServiceDraft) -> list[tuple[str, str]]:
    found = missed(billed, Proposal(tuple(billed)), given)
    return [(item.draft.code, item.draft.rationale[-1].rule) for item in found]


def with_act(
    given: ServiceCase, concept: str, words: str, standing: Standing, cue: str = ""
) -> ServiceCase:
    act = draft(given, "0", words).act
    assert act is not None
    start = given.readings[0].text.index(cue) if cue else 0
    told = replace(
        act,
        concept=catalogue().concepts[concept],
        standing=standing,
        cue=Span(start, start + len(cue), 0) if cue else None,
    )
    return replace(given, facts=Facts(given.encounter, given.readings, (told,), ON))


def test_a_drug_without_its_administration() -> None:
    given = case("Ketorolac 30 mg IM. Ceftriaxone 1 g IV. Ondansetron by mouth.")
    muscle = draft(given, "J1885", "Ketorolac", "drugs")
    vein = draft(given, "J0696", "Ceftriaxone", "drugs")
    mouth = draft(given, "Q0162", "Ondansetron", "drugs")
    rule = "drug-without-administration"
    assert suggested(given, muscle) == [("96372", rule)]
    assert suggested(given, vein) == [("96374", rule)]
    assert suggested(given, mouth) == []
    assert suggested(given, muscle, draft(given, "96372", "30 mg", "infusions")) == []
    assert suggested(given, muscle, draft(given, "20610", "30 mg")) == [], "given by the injection"


def test_what_was_done_and_nobody_billed() -> None:
    text = "ECG was done in the office."
    given = with_act(case(text), "electrocardiogram", "ECG", Standing.DONE, "done")
    assert suggested(given) == [
        (catalogue().by_concept["electrocardiogram"][0].code, "service-unbilled")
    ]
    assert (
        suggested(given, draft(given, "93000", "ECG", "diagnostics", concept="electrocardiogram"))
        == []
    )
    without_cue = with_act(case(text), "electrocardiogram", "ECG", Standing.DONE)
    assert suggested(without_cue) == []


def test_a_result_told_as_found_here() -> None:
    given = with_act(
        case("Office today, with an ECG in sinus rhythm."),
        "electrocardiogram",
        "ECG",
        Standing.REVIEWED,
    )
    assert [rule for _, rule in suggested(given)] == ["result-without-service"]
    elsewhere = with_act(
        case("Hospital notes with an ECG in sinus rhythm."),
        "electrocardiogram",
        "ECG",
        Standing.REVIEWED,
    )
    assert suggested(elsewhere) == []
    ordered = with_act(
        case("In-office ECG is to be done."), "electrocardiogram", "ECG", Standing.ORDERED
    )
    assert suggested(ordered) == []


@cache
def finder() -> ActFinder:
    return ActFinder(service_terms())


class EveryNumber(SmallBook):
    """A book in which every number may be reported."""

    def is_billable(
        self, code: str, on: dt.date | None = None, system: System = System.ICD10CM
    ) -> bool:
        return True


def found_in(text: str) -> list[tuple[str, str]]:
    """Return what is suggested for the acts that a note names, with nothing billed."""
    given = case(text, setting="office")
    acts = tuple(finder()(given.encounter, given.readings))
    facts = Facts(given.encounter, given.readings, acts, ON)
    found = missed((), Proposal(), replace(given, facts=facts, book=EveryNumber()))
    return [(item.draft.code, item.draft.rationale[-1].rule) for item in found]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("RESULTS\n\nX-ray of the right knee is unremarkable.\n", ["73560"]),
        ("RESULTS\n\nElectrocardiogram is reviewed and in sinus rhythm.\n", ["93000"]),
        ("RESULTS\n\nX-ray of the right knee from last month is unremarkable.\n", []),
        ("SOCIAL HISTORY\n\nX-ray of the right knee is unremarkable.\n", []),
        ("RESULTS\n\nCT of the chest is unremarkable.\n", []),
        (
            "RESULTS\n\nX-ray of the chest is clear.\n\n"
            "ASSESSMENT\n\nHis recent chest x-ray was clear.\n",
            [],
        ),
    ],
)
def test_a_result_that_may_have_been_found_here(text: str, codes: list[str]) -> None:
    assert found_in(text) == [(code, "result-without-service") for code in codes]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("We will repeat an EKG today.", ["93000"]),
        ("We will repeat an EKG in 6 weeks.", []),
        ("He will be provided crutches.", ["E0114"]),
        ("After surgery he will be provided crutches.", []),
        ("I advised her to use crutches.", []),
        ("She would like to proceed with a right hip injection. We will give it today.", ["20610"]),
        ("She would like to proceed with a right hip injection. It is set for June.", []),
    ],
)
def test_what_the_plan_means_to_do_at_this_visit(text: str, codes: list[str]) -> None:
    assert found_in(f"PLAN\n\n{text}\n") == [(code, "service-intended") for code in codes]


def test_words_of_an_examination_and_of_a_story_are_no_services() -> None:
    assert found_in("PHYSICAL EXAM\n\nRight knee: negative varus and valgus stress test.\n") == []
    assert found_in("HISTORY OF PRESENT ILLNESS\n\nHer joint pain has reduced.\n") == []
