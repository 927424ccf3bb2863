"""The table of rules says of each where it stands, in a form that can be looked up."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from nosology.coding.rules import because, listed_rules, rules
from nosology.model.tables import Row

LISTED = list(listed_rules())
SECTION = re.compile(
    r"I\.(?:A\.(?:1?\d)(?:\.[a-z])?"  # conventions, 1 to 19
    r"|B\.(?:1?\d)"  # general guidelines, 1 to 19
    r"|C\.(?:1?\d|2[0-2])(?:\.[a-z](?:\.\d{1,2}(?:\.[a-z])?)?)?)"  # chapters, 1 to 22
    r"|Appendix I|II(?:\.[A-K])?|III(?:\.[A-C])?|IV(?:\.[A-Q])?"
)
OTHER = re.compile(r"(?:Tabular List|Alphabetic Index): \S.*|Tabular List \S.*")
PROCEDURES = re.compile(
    r"ICD-10-PCS OCG [AB]\d{1,2}(?:\.\d{1,2}[a-z]?)?(?:, [AB]\d{1,2}(?:\.\d{1,2}[a-z]?)?)*"
    r"|ICD-10-PCS (?:Table [0-9A-Z]{3}|Definitions: \S.*|Device Key: \S.*)"
    r"|ICD-10-PCS OCG Selection of Principal Procedure"
    r"|AHA Coding Clinic [1-4]Q \d{4}"
)
SERVICES = re.compile(
    r"CPT(?: \S.*)?|HCPCS Level II \S.*|MPFS \S.*|NCCI \S.*"
    r"|CMS Pub\. 100-\d\d ch\. \d{1,2}(?: s\. \d{1,3}(?:\.\d{1,3})*)?"
    r"|\d\d CFR \d{3}\.\d{1,4}(?:\([a-z]\))?|(?:LCD|NCD|Article) \S.*|CMS [A-Z]\S.*"
)
MOST_WORDS = 25


def test_every_rule_is_listed_once_and_read() -> None:
    assert [rule for rule, times in Counter(row["id"] for row in LISTED).items() if times > 1] == []
    assert set(rules()) == {row["id"] for row in LISTED}


@pytest.mark.parametrize("row", LISTED, ids=lambda row: row["id"])
def test_an_authority_names_sections_that_the_guidelines_have(row: Row) -> None:
    for source in row["authority"].split("; "):
        if source.startswith("ICD-10-CM OCG "):
            sections = source.removeprefix("ICD-10-CM OCG ").split(", ")
            assert [section for section in sections if not SECTION.fullmatch(section)] == []
        else:
            assert any(form.fullmatch(source) for form in (OTHER, PROCEDURES, SERVICES))


@pytest.mark.parametrize("row", LISTED, ids=lambda row: row["id"])
def test_a_rule_says_shortly_what_it_does_and_whether_it_was_read(row: Row) -> None:
    assert row["verified"] in {"yes", "no"}
    assert row["says"].endswith(".")
    assert len(row["says"].split()) <= MOST_WORDS


def test_a_reason_carries_the_authority_and_what_was_found() -> None:
    rule = rules()["laterality"]
    reason = because("laterality", "(left)")
    assert (reason.rule, reason.authority) == ("laterality", "ICD-10-CM OCG I.B.13")
    assert reason.text == f"{rule.says} (left)"


def test_a_rule_that_is_not_listed_gives_no_reason() -> None:
    with pytest.raises(KeyError):
        because("a-rule-that-nobody-wrote")
