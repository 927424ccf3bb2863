"""What people read: every fact is there at every width, and nothing steers the terminal."""

import re

import pytest
from rich.console import Console

from nosology.cli.coding_table import CodingTable
from nosology.cli.encounters import Failure
from nosology.cli.output import printable, shortened
from nosology.cli.review_table import write_review
from nosology.coding.services.review import compare
from nosology.model.code import System
from nosology.model.coding import (
    Coding,
    Diagnosis,
    Element,
    Evidence,
    Procedure,
    Query,
    Rationale,
    Role,
    Service,
)
from nosology.model.review import claim_lines


def diagnosis(code, title, role, quotes, reason="The index default", authority="OCG I.B.1"):
    evidence = tuple(Evidence(0, 0, len(quote), quote) for quote in quotes)
    return Diagnosis(code, title, role, 0.9, evidence, (Rationale("rule", authority, reason),))


CODING = Coding(
    "visit.txt",
    (
        diagnosis("E1122", "Type 2 diabetes with kidney disease", Role.FIRST_LISTED, ["T2DM"]),
        diagnosis("N1832", "Kidney disease, stage 3b", Role.SECONDARY, ["CKD 3b", "stage 3b"]),
        diagnosis("I10", "High pressure", Role.SECONDARY, ["HTN", "BP", "pressure", "HTN"]),
        diagnosis("W010XXA", "Fall from slipping", Role.EXTERNAL_CAUSE, ["slipped"]),
    ),
    "0",
    suggestions=(diagnosis("Z7984", "Oral drugs", Role.SECONDARY, ["pills"], "Listed alone"),),
    queries=(Query("type", "Which type?", ("first", "second")),),
    releases={"icd10cm": "2026-04"},
    notices=("The date is before the release.",),
)


def printed(answer, width, **options):
    console = Console(width=width, highlight=False, **options)
    with console.capture() as capture:
        CodingTable(console).write(answer)
    return capture.get()


@pytest.mark.parametrize("width", [60, 80, 99, 100, 120, 160, 200])
def test_every_fact_at_every_width(width):
    text = printed(CODING, width)
    assert all(len(line) <= width for line in text.splitlines())
    words = " ".join(re.sub(r"[─│]", " ", text).split())
    for fact in ("visit.txt", "ICD-10-CM 2026-04", "E11.22", "N18.32", "W01.0XXA", "“CKD 3b”"):
        assert fact in words
    for fact in ("Which type?", "first / second", "Z79.84", "The date is before the release."):
        assert fact in words
    assert "and 1 more" in words


@pytest.mark.parametrize("width", [80, 120])
def test_codes_stand_in_order_under_their_role(width):
    lines = [line.split("  ")[0].strip() for line in printed(CODING, width).splitlines()]
    firsts = [line for line in lines if line]
    start = firsts.index("First-listed")
    order = [
        line
        for line in firsts[start:]
        if re.fullmatch(r"[A-Z]\d\w(\.\w+)?|First-listed|Secondary|External cause", line)
    ]
    assert order == [
        "First-listed",
        "E11.22",
        "Secondary",
        "N18.32",
        "I10",
        "External cause",
        "W01.0XXA",
        "Z79.84",
    ]


def test_reason_of_most_codes_is_told_once_and_what_is_particular_with_its_code():
    common = Rationale("problem", "ICD-10-CM OCG IV.G", "A problem of the encounter.")
    title = Rationale("title", "ICD-10-CM OCG I.B.1", "The words are its title.")
    side = Rationale("side", "ICD-10-CM OCG I.B.13", "The side is stated.")
    codes = ("I10", "E785", "M1711", "J449")
    answer = Coding(
        "a",
        tuple(
            Diagnosis(
                code,
                "Title",
                Role.SECONDARY,
                0.9,
                (Evidence(0, 0, 5, "words"),),
                (common, side) if code == "M1711" else (common, title),
            )
            for code in codes
        ),
        "0",
    )
    text = printed(answer, 160)
    assert text.count("A problem of the encounter.") == 1
    assert "For most of these codes: A problem of the encounter.  OCG IV.G" in text
    assert text.count("The words are its title.  OCG I.B.1") == 3
    assert text.count("The side is stated.  OCG I.B.13") == 1


def test_record_without_codes_says_so():
    assert "No code is supported by this record." in printed(Coding("a", (), "0"), 80)


def test_failure_says_why():
    text = printed(Failure("E2", "in.jsonl:2", "field 'text' must be a text"), 80)
    assert "E2" in text
    assert "field 'text' must be a text" in text


def test_colors_only_where_they_are_wanted(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[" in printed(CODING, 80, force_terminal=True, color_system="standard")
    assert "\x1b[" not in printed(CODING, 80)
    monkeypatch.setenv("NO_COLOR", "1")
    colored = printed(CODING, 80, force_terminal=True)
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", colored)


def test_words_of_a_note_cannot_steer_the_terminal():
    evil = "a\x1b[2J\x07\x9b31m[red]b[/red]\r\u202ec"
    answer = Coding("E\x1b[31m", (diagnosis("I10", "x", Role.SECONDARY, [evil]),), "0")
    text = printed(answer, 120)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
    assert "[red]b[/red]" in text


def test_long_quotes_keep_their_beginning_and_end():
    quote = "osteoarthritis of the right knee " + "that has become worse " * 9 + "over the year"
    short = shortened(quote, 60)
    assert len(short) <= 60
    assert short.startswith("osteoarthritis of the right knee")
    assert short.endswith("year")
    assert " … " in short


@pytest.mark.parametrize("length", [20, 40, 64])
def test_long_word_is_shortened_too(length):
    assert len(shortened("a" * 300, length)) <= length


def test_printable_keeps_letters_of_every_script():
    assert printable("Ménière\n  病\t☃") == "Ménière 病 ☃"


@pytest.mark.usefixtures("coder")
def test_table_when_piped(run, write, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    outcome = run("code", write("a.txt", "diabetes"), write("b.txt", "which"), "--format", "table")
    text = outcome.output.decode()
    assert outcome.status == 0
    assert "\x1b" not in text
    assert (
        text.index("a.txt") < text.index("E11.9") < text.index("b.txt") < text.index("Which type")
    )


@pytest.mark.usefixtures("coder")
def test_width_follows_the_environment(run, write, monkeypatch):
    monkeypatch.setenv("COLUMNS", "72")
    outcome = run("code", write("a.txt", "diabetes"), "--format", "table")
    assert max(len(line) for line in outcome.output.decode().splitlines()) == 72


def service(code, *modifiers, **fields):
    evidence = (Evidence(0, 0, 9, "Knee inj."),)
    reasons = (
        Rationale("service-done", "CPT", "It was done."),
        Rationale("side", "Pub. 100-04", "The side is told."),
    )
    return Service(
        code, System.CPT, f"Label of {code}", 0.9, evidence, reasons, modifiers, **fields
    )


BILLED = Coding(
    "visit.txt",
    CODING.icd10cm,
    "0",
    icd10pcs=(
        Procedure(
            "0DTJ4ZZ",
            "Resection of appendix",
            0.9,
            (Evidence(0, 0, 8, "appendix"),),
            (Rationale("objective", "B3.8", "All of it was taken."),),
        ),
    ),
    services=(
        service(
            *("99214", "25"),
            diagnoses=("E1122", "I10"),
            worksheet=(
                Element("problems", "moderate", "two stable chronic illnesses"),
                Element("problems", "low", "a minor problem"),
                Element("problems", "moderate", "problems together"),
                Element("risk", "moderate", "prescription drug management"),
            ),
        ),
        service("J3301", units=4, ndc="00003029305"),
    ),
    suggestions=(service("20611", "RT"),),
    releases={"icd10cm": "2026-04", "hcpcs": "2026Q2", "cpt": "2026Q2"},
)


@pytest.mark.parametrize("width", [60, 80, 99, 100, 120, 160])
def test_services_and_procedures_at_every_width(width):
    text = printed(BILLED, width)
    assert all(len(line) <= width for line in text.splitlines())
    words = " ".join(text.split())
    for fact in ("99214-25", "J3301 ×4", "0DTJ4ZZ", "20611-RT", "“Knee", "HCPCS 2026Q2"):
        assert fact in words
    assert "It was done." not in words, "what holds of every service is not told with each"


def test_a_service_points_by_letters_and_shows_its_worksheet():
    words = " ".join(re.sub(r"\s+", " ", printed(BILLED, 200)).split())
    for fact in (
        "for A E11.22, C I10",
        "problems moderate two stable chronic illnesses; a minor problem",
        "risk moderate prescription drug management",
        "NDC 00003029305",
        "The side is told.",
    ):
        assert re.sub(r"\W+", "", fact) in re.sub(r"\W+", "", words) or fact in words


def test_services_without_diagnoses_are_an_answer():
    text = printed(Coding("a", (), "0", services=(service("99213"),)), 100)
    assert "No code is supported" not in text
    assert "No code is supported" in printed(Coding("a", (), "0"), 100)


def test_a_review_tells_what_is_wrong_and_why():
    lines = claim_lines([{"code": "99214"}, {"code": "93000", "units": 2}])
    console = Console(width=120, highlight=False)
    with console.capture() as capture:
        write_review(compare(lines, BILLED), console)
    text = capture.get()
    assert all(len(line) <= 120 for line in text.splitlines())
    words = " ".join(text.split())
    for fact in ("differs", "unsupported", "93000 ×2", "missed", "J3301 ×4", "Label of J3301"):
        assert fact in words
