from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosology.language.headings import heading_words
from nosology.language.sections import SectionStage
from nosology.model.reading import Reading, Section, SectionKind
from nosology.model.record import Document
from tests.language.cases import read_cases

KNOWN = {"kind": {str(kind) for kind in SectionKind}, "level": {"0", "1"}}
HEADINGS = st.sampled_from(
    ["HPI:", "ASSESSMENT", "Plan:", "RESULTS", "Impression: normal", "- Plan:", "1. Assessment"]
)


def sections_of(text: str) -> tuple[Section, ...]:
    return SectionStage()(Reading(Document(text))).sections


@pytest.mark.parametrize("case", read_cases("sections.yaml", "h", KNOWN), ids=lambda c: c.name)
def test_headings(case):
    found = [
        (case.text[s.start : s.body].strip(), str(s.kind), s.level)
        for s in sections_of(case.text)
        if s.body > s.start
    ]
    expected = [
        (case.text[m.start : m.end], m.attributes["kind"], int(m.attributes.get("level", "0")))
        for m in case.marks
    ]
    assert found == expected


def test_a_text_without_headings_is_one_body():
    assert sections_of("Just a cough.\nNothing more.") == (Section(SectionKind.BODY, 0, 0, 27),)


def test_nothing_is_one_empty_body():
    assert sections_of("") == (Section(SectionKind.BODY, 0, 0, 0),)


def test_a_problem_title_opens_nothing():
    text = "ASSESSMENT\n\nDiabetes.\n\nHypertension\n\nTobacco dependence:\n"
    assert [s.kind for s in sections_of(text)] == [SectionKind.ASSESSMENT]


def test_the_enclosing_section_goes_on_after_a_part_of_it():
    text = "RESULTS\nCT. Impression: Normal.\n\nLabs normal.\nASSESSMENT\nCough."
    found = [(s.kind, s.level, text[s.body : s.end].strip()) for s in sections_of(text)]
    assert found == [
        (SectionKind.RESULTS, 0, "CT."),
        (SectionKind.IMPRESSION, 1, "Normal."),
        (SectionKind.RESULTS, 0, "Labs normal."),
        (SectionKind.ASSESSMENT, 0, "Cough."),
    ]


def test_titles_are_for_reading():
    assert sections_of("**Assessment & Plan:** rest")[0].title == "assessment and plan"
    assert heading_words("Patient's Allergies / PMHx") == "patient allergie pmhx"


@pytest.mark.parametrize(
    "text",
    [
        "\n\n\n",
        "\x00\x01\x02 PLAN: \x00",
        "PLAN:\r\nrest\r\nASSESSMENT:\rcold",
        "\u200f\u202ePLAN:\u202c rest",
        "•\u2003Plan\u2028ASSESSMENT\u0085cold",
        ":" * 10_000,
        "# " * 5_000,
        "PLAN: " * 5_000,
        "=" * 10_000,
    ],
)
def test_hostile_text_is_covered(text):
    assert_partition(text)


@given(st.lists(st.one_of(HEADINGS, st.text(max_size=30)), max_size=12).map("\n".join))
def test_sections_cover_the_text(text):
    assert_partition(text)


def assert_partition(text: str) -> None:
    found = sections_of(text)
    assert found[0].start == 0
    assert found[-1].end == len(text)
    for section, following in pairwise(found):
        assert section.end == following.start
    for section in found:
        assert section.start <= section.body <= section.end


@pytest.mark.parametrize(
    ("text", "begin"),
    [
        ("35 F with wrist pain.\n1. Wrist sprain - splint\n2. Asthma - inhaler\n", "1. Wrist"),
        (
            "PE: Ulcer of calf.\n1) Venous ulcer - boot\nweekly\n2) Atrial fibrillation\n",
            "1) Venous",
        ),
        ("35 F with wrist pain.\n1 Wrist sprain - splint\n2 Asthma - inhaler\n", "1 Wrist"),
        ("35 F with wrist pain.\n1-Wrist sprain, splint\n2-Asthma ok\n", "1-Wrist"),
        ("Uses her inhaler.\n1 puff at night\n2 puffs in the morning\n", None),
        ("35 F with wrist pain.\n1. Wrist sprain - splint\n", None),
        ("MEDICATIONS\n1. Lisinopril\n2. Metformin\n", None),
        ("1. Gout\n2. Asthma\nASSESSMENT\nGout and asthma.\n", None),
    ],
)
def test_a_numbered_list_is_the_assessment_of_a_note_that_heads_none(
    text: str, begin: str | None
) -> None:
    found = [s for s in sections_of(text) if s.kind is SectionKind.ASSESSMENT_AND_PLAN]
    assert [text[s.start :].startswith(begin or "") for s in found] == ([True] if begin else [])


def test_a_problem_list_that_stands_in_its_line_ends_with_it() -> None:
    text = "Problem list: gout; asthma; goiter\nAsthma quiet on inhaler\n"
    assert [section.kind for section in sections_of(text)] == [
        SectionKind.PROBLEM_LIST,
        SectionKind.BODY,
    ]
