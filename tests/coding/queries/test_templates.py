"""What every template and every question that is put must hold to (AHIMA/ACDIS, 2022)."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from nosology.coding.queries.templates import Template, templates, ways_out
from nosology.language.analytes import analytes
from nosology.model.code_ranges import CodeRange
from nosology.model.tables import Row, rows, table

TEMPLATES = list(templates().values())
VALUES = list(
    rows(
        table("nosology.coding.queries", "values.tsv"),
        ("analyte", "direction", "limit", "answers", "accounted_for_by", "weight", "source"),
    )
)
TOPICS = {
    "laterality", "type", "stage", "acuity", "cause", "clinical significance", "conflict",
    "treatment without diagnosis", "relationship", "present on admission",
}  # fmt: skip
PAYMENT = re.compile(
    r"\b(?:pay\w*|paid|reimburs\w*|drg|hcc|risk adjust\w*|quality|severity of illness|denial\w*"
    r"|denied claim|revenue|bill\w*|audit\w*|compliance|score\w*|metric\w*|cc|mcc|coding impact)\b",
    re.IGNORECASE,
)
YES_OR_NO = re.compile(
    r"(?:^|[.?!] )(?:is|are|was|were|does|do|did|has|have|had|can|could|would|will|should|may)\b",
    re.IGNORECASE,
)
LEADING = re.compile(
    r"\b(?:agree|confirm that|consistent with|suggests?|appears? to|likely|probable|obviously"
    r"|clearly|support the diagnosis|please add|meets? criteria|should be documented)\b",
    re.IGNORECASE,
)
PLACEHOLDER = re.compile(r"\{(\w+)\}")
CODE = re.compile(r"\b[A-TV-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?\b")


def ids(template: Template) -> str:
    return template.name


@pytest.mark.parametrize("template", TEMPLATES, ids=ids)
def test_topic_is_a_listed_short_noun(template: Template) -> None:
    assert template.topic in TOPICS


@pytest.mark.parametrize("template", TEMPLATES, ids=ids)
def test_question_shows_the_words_of_the_record(template: Template) -> None:
    named = set(PLACEHOLDER.findall(template.question))
    assert "documented" in named
    assert named <= {"documented", "indicators", "basis"}
    assert bool(template.needs or template.shows) <= ("indicators" in named)


@pytest.mark.parametrize("template", TEMPLATES, ids=ids)
def test_question_is_open_and_leads_to_no_answer(template: Template) -> None:
    asked = PLACEHOLDER.sub("", template.question)
    assert "?" not in asked
    assert not YES_OR_NO.search(asked)
    assert not LEADING.search(asked)
    assert re.search(r"Please (?:document|clarify)\b", asked)


@pytest.mark.parametrize("template", TEMPLATES, ids=ids)
def test_nothing_speaks_of_payment_or_quality(template: Template) -> None:
    assert not PAYMENT.search(template.question)
    for option in template.options:
        assert not PAYMENT.search(option.text)


@pytest.mark.parametrize("template", TEMPLATES, ids=ids)
def test_question_names_no_answer_and_no_code(template: Template) -> None:
    asked = PLACEHOLDER.sub("", template.question).lower()
    for option in template.options:
        assert option.text.lower() not in asked
    assert not CODE.search(template.question)


@pytest.mark.parametrize("template", TEMPLATES, ids=ids)
def test_answers_are_several_distinct_and_never_yes_or_no(template: Template) -> None:
    texts = [option.text for option in template.options]
    assert len(texts) == len(set(texts))
    assert not {"yes", "no"} & {text.lower() for text in texts}
    assert not set(texts) & set(ways_out())
    filled_in_code = {"kidney-disease-stage", "treatment", "value"}
    assert template.name in filled_in_code or len(texts) >= 2


@pytest.mark.parametrize("template", TEMPLATES, ids=ids)
def test_source_is_named(template: Template) -> None:
    assert re.search(r"ICD-10-CM|AHIMA", template.source)
    assert set(template.settings) <= {"inpatient", "outpatient"}


@pytest.mark.parametrize("template", TEMPLATES, ids=ids)
def test_conditions_can_be_read(template: Template) -> None:
    listed = [*template.needs, *template.shows, *template.unless]
    listed += [condition for option in template.options for condition in option.when]
    for condition in listed:
        kind, _, rest = condition.partition(" ")
        assert kind in {"code", "value", "low", "high", "abnormal", "word"}, condition
        if kind == "code":
            bounds = CodeRange.parse(rest)
            assert bounds.first <= bounds.last
        elif kind == "word":
            re.compile(rest)
        else:
            assert rest in analytes(), condition


def test_ways_out_stand_at_the_end_of_every_list() -> None:
    assert ways_out() == ("Other (please specify)", "Unable to determine")


@pytest.mark.parametrize("row", VALUES, ids=lambda row: f"{row['analyte']}-{row['direction']}")
def test_value_relation_is_sound(row: Row) -> None:
    analyte = analytes()[row["analyte"]]
    assert row["direction"] in {"low", "high", "rise", "abnormal"}
    assert bool(row["limit"]) == (row["direction"] != "abnormal")
    if row["direction"] in {"low", "high"}:
        assert analyte.possible is not None
        low, high = analyte.possible
        assert low <= Decimal(row["limit"]) <= high
    answers = [answer.strip() for answer in row["answers"].split("/")]
    assert all(answers)
    assert not any(PAYMENT.search(answer) or answer.lower() in {"yes", "no"} for answer in answers)
    assert not any(CODE.search(answer.replace("B12", "")) for answer in answers)
    assert row["source"]
    for code in row["accounted_for_by"].split():
        bounds = CodeRange.parse(code)
        assert re.fullmatch(r"[A-Z]\d[0-9A-Z]{0,5}", bounds.first)
        assert bounds.first <= bounds.last
