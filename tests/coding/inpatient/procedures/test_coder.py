"""What follows from the words of a report: codes axis by axis, and questions where it is silent."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from nosology.codesets.book import SqliteCodeBook
from nosology.coding.inpatient.procedures.coder import ProcedureAnswer, ProcedureCoder
from nosology.language.pipeline import Reader
from nosology.model.encounter import encounter_from_mapping

ON = "2026-04-14"


def answer(code_book: SqliteCodeBook, *documents: str | dict[str, Any]) -> ProcedureAnswer:
    """Return the procedures of the documents."""
    told = [{"text": document} if isinstance(document, str) else document for document in documents]
    encounter = encounter_from_mapping(
        {
            "id": "stay",
            "setting": "inpatient-facility",
            "date_of_service": ON,
            "documents": told,
        }
    )
    reader = Reader()
    readings = tuple(
        reader.read(document, number) for number, document in enumerate(encounter.record.documents)
    )
    return ProcedureCoder(code_book, encounter.date_of_service).code(encounter, readings)


def codes(found: ProcedureAnswer) -> set[str]:
    return {item.code for item in found.procedures}


def rules(found: ProcedureAnswer) -> set[str]:
    return {reason.rule for item in found.procedures for reason in item.rationale}


CODED = [
    ("Laparoscopic appendectomy", {"0DTJ4ZZ"}, "pcs-approach"),
    ("Right total knee arthroplasty with cemented components", {"0SRC0J9"}, "pcs-laterality"),
    ("Left hip hemiarthroplasty, uncemented", {"0SRS0JA"}, "pcs-approach-of-procedure"),
    (
        "Open reduction and internal fixation of left distal radius fracture",
        {"0PSJ04Z"},
        "pcs-device",
    ),
    (
        "Colonoscopy with biopsy of the ascending colon and the rectum",
        {"0DBK8ZX", "0DBP8ZX"},
        "pcs-multiple",
    ),
    ("Colonoscopy with snare polypectomy of a sigmoid polyp", {"0DBN8ZZ"}, "pcs-body-part"),
    ("Therapeutic right thoracentesis", {"0W993ZZ"}, "pcs-qualifier"),
    (
        "Coronary artery bypass x3: LIMA to LAD, SVG to OM1, SVG to RCA",
        {"02100Z9", "021109W"},
        "pcs-coronary-bypass",
    ),
    ("PCI of the LAD with two drug-eluting stents", {"027035Z"}, "pcs-coronary-arteries"),
    ("L4-L5 TLIF with interbody cage", {"0SG00AJ"}, "pcs-fusion-levels"),
    (
        "L3-L4, L4-L5 posterolateral fusion with iliac crest autograft",
        {"0SG1071"},
        "pcs-fusion-levels",
    ),
    ("C5-C6 ACDF with PEEK cage and complete discectomy", {"0RG10A0", "0RT30ZZ"}, "pcs-disc"),
    (
        "Right internal jugular central venous catheter placement, tip in the SVC",
        {"02HV33Z"},
        "pcs-catheter-tip",
    ),
    ("Left below knee amputation, mid shaft", {"0Y6J0Z2"}, "pcs-detachment-level"),
    (
        "Laparoscopic cholecystectomy converted to open cholecystectomy",
        {"0FT40ZZ", "0FJ44ZZ"},
        "pcs-converted",
    ),
    ("Laparoscopic cholecystectomy, aborted", {"0FJ44ZZ"}, "pcs-discontinued"),
    (
        "Lumbar laminectomy with decompression of the L4 nerve roots",
        {"01NB0ZZ"},
        "pcs-decompression",
    ),
    (
        "Cervical laminectomy with decompression of the spinal cord",
        {"00NW0ZZ"},
        "pcs-decompression",
    ),
    ("Robotic assisted laparoscopic cholecystectomy", {"0FT44ZZ", "8E0W4CZ"}, "pcs-robotic"),
    ("Double phototherapy, single course", {"6A600ZZ"}, "pcs-duration"),
    ("Excisional debridement of sacral ulcer down to fascia", {"0JB70ZZ"}, "pcs-body-part"),
    ("Open left inguinal hernia repair with mesh", {"0YU60JZ"}, "pcs-root-operation"),
    ("Open left inguinal hernia repair without mesh", {"0YQ60ZZ"}, "pcs-root-operation"),
    ("Total abdominal hysterectomy, open", {"0UT90ZZ", "0UTC0ZZ"}, "pcs-root-operation"),
    ("Kyphoplasty of T12 and L1", {"0PS43ZZ", "0QS03ZZ", "0PU43JZ", "0QU03JZ"}, "pcs-multiple"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "expected", "rule"), CODED, ids=[case[0] for case in CODED])
def test_a_title_gives_its_codes_by_rules(
    code_book: SqliteCodeBook, title: str, expected: set[str], rule: str
) -> None:
    found = answer(code_book, f"OPERATIVE REPORT\nPROCEDURE PERFORMED: {title}\n")
    assert codes(found) == expected
    assert rule in rules(found)


ASKED = [
    ("Total knee arthroplasty", "laterality"),
    ("Cholecystectomy", "approach"),
    ("Incision and drainage of abscess of the left thigh", "depth"),
    ("Sharp debridement of left heel ulcer", "debridement-type"),
    ("Spinal fusion with cage", "level"),
    ("Right below knee amputation", "level-of-amputation"),
    ("Left internal jugular central venous catheter placement", "catheter-tip"),
    ("Coronary artery bypass grafting", "graft"),
]


@pytest.mark.parametrize(("title", "topic"), ASKED, ids=[case[0] for case in ASKED])
def test_what_is_not_told_is_asked_and_not_guessed(
    code_book: SqliteCodeBook, title: str, topic: str
) -> None:
    found = answer(code_book, f"OPERATIVE REPORT\nPROCEDURE PERFORMED: {title}\n")
    assert codes(found) == set()
    assert [query.topic for query in found.queries] == [topic]


def test_a_peripheral_vein_is_presumed_where_no_line_is_told(code_book: SqliteCodeBook) -> None:
    found = answer(code_book, "HOSPITAL COURSE: He was transfused 2 units of packed red cells.")
    assert codes(found) == {"30233N1"}
    assert "pcs-vein-presumed" in rules(found)
    stated = answer(
        code_book,
        "HOSPITAL COURSE: He was transfused 2 units of packed red cells by peripheral IV.",
    )
    assert codes(stated) == {"30233N1"}
    assert "pcs-vein-presumed" not in rules(stated)
    assert found.procedures[0].confidence < stated.procedures[0].confidence


def test_the_vein_is_asked_where_another_document_tells_of_a_line(
    code_book: SqliteCodeBook,
) -> None:
    found = answer(
        code_book,
        "HOSPITAL COURSE: He was transfused 2 units of packed red cells.",
        "PROCEDURE NOTE\nPROCEDURE: Right internal jugular central line, tip in the SVC.",
    )
    assert "30233N1" not in codes(found)
    assert "vein" in {query.topic for query in found.queries}


NOT_DONE = [
    "RESULTS: Hemoglobin 13.1, leukocytes 8.4, platelets 217,000.",
    "HOSPITAL COURSE: A transurethral resection of the prostate was proposed.",
    "HOSPITAL COURSE: Cholecystectomy was discussed and deferred.",
    "HOSPITAL COURSE: She will undergo laparoscopic cholecystectomy as an outpatient.",
    "HOSPITAL COURSE: History of CABG in 2015 and left total knee arthroplasty.",
    "HOSPITAL COURSE: He refused hemodialysis.",
    "PAST SURGICAL HISTORY: Laparoscopic appendectomy, right total hip arthroplasty",
    "HOSPITAL COURSE: Intubated by EMS at the scene.",
    "PLAN: Colonoscopy in 6 weeks.",
]


@pytest.mark.parametrize("text", NOT_DONE)
def test_what_was_not_done_in_the_stay_has_no_code(code_book: SqliteCodeBook, text: str) -> None:
    assert codes(answer(code_book, f"DISCHARGE SUMMARY\n{text}\n")) == set()


VENTILATED = [
    ("Intubated 4/10 at 0800, extubated 4/10 at 2000.", "5A1935Z"),
    ("Intubated 4/10 at 0800, extubated 4/13 at 1000.", "5A1945Z"),
    ("Mechanical ventilation 4/6 1430 - 4/12 0230.", "5A1955Z"),
    ("He was mechanically ventilated for 5 days.", "5A1955Z"),
]


@pytest.mark.parametrize(("text", "code"), VENTILATED)
def test_ventilation_is_coded_by_consecutive_hours(
    code_book: SqliteCodeBook, text: str, code: str
) -> None:
    found = answer(code_book, f"HOSPITAL COURSE: Respiratory failure. {text}\n")
    assert code in codes(found)
    assert "pcs-ventilation-hours" in rules(found)
    assert len({item for item in codes(found) if item.startswith("5A19")}) == 1


def test_ventilation_between_two_days_that_may_be_either_is_asked(
    code_book: SqliteCodeBook,
) -> None:
    found = answer(code_book, "HOSPITAL COURSE: Mechanical ventilation from 4/10 to 4/14.\n")
    assert codes(found) == set()
    assert {query.topic for query in found.queries} == {"duration"}


def test_an_inspection_is_part_of_what_was_done_there(code_book: SqliteCodeBook) -> None:
    found = answer(
        code_book,
        "OPERATIVE REPORT\nPROCEDURES:\n1. Exploratory laparotomy\n2. Splenectomy, open\n",
    )
    assert codes(found) == {"07TP0ZZ"}


def test_a_summary_does_not_code_again_what_a_report_tells(code_book: SqliteCodeBook) -> None:
    found = answer(
        code_book,
        {
            "type": "operative report",
            "date": "2026-04-09",
            "text": "OPERATION: Laparoscopic appendectomy\n",
        },
        {
            "type": "discharge summary",
            "date": "2026-04-14",
            "text": "HOSPITAL COURSE: He underwent appendectomy on 4/9.\n",
        },
    )
    assert codes(found) == {"0DTJ4ZZ"}
    assert [item.date for item in found.procedures] == [dt.date(2026, 4, 9)]
    assert found.queries == ()


def test_evidence_is_the_text_itself_and_json_carries_every_field(
    code_book: SqliteCodeBook,
) -> None:
    text = "OPERATION: Repair of\nleft Achilles tendon rupture\n"
    (procedure,) = answer(code_book, text).procedures
    assert procedure.code == "0LQP0ZZ"
    assert all(text[item.start : item.end] == item.quote for item in procedure.evidence)
    assert set(procedure.as_json()) == {
        "code", "display", "confidence", "evidence", "rationale", "date",
    }  # fmt: skip


def test_the_same_record_has_the_same_answer(code_book: SqliteCodeBook) -> None:
    text = (
        "PROCEDURES: 1. Right carotid endarterectomy 2. Bronchoscopy with BAL of right lower lobe"
    )
    assert answer(code_book, text) == answer(code_book, text)


def test_an_empty_record_has_no_procedure(code_book: SqliteCodeBook) -> None:
    found = answer(code_book, "")
    assert (found.procedures, found.queries) == ((), ())
