"""``nosology.code``: what it takes, and what it makes of it."""

import datetime as dt

import pytest

import nosology
from nosology.model.record import Document, Record


class Echo:
    """Answers with what it was asked."""

    def __init__(self):
        self.asked = []

    def code(self, encounter, scope):
        self.asked.append((encounter, scope))
        return nosology.Coding(encounter.id, (), "0")


@pytest.fixture
def echo(monkeypatch):
    coder = Echo()
    monkeypatch.setattr("nosology.api._coder", lambda: coder)
    return coder


def test_text_with_facts(echo):
    coding = nosology.code(
        "a note",
        id="E1",
        setting="office-oncology",
        date_of_service=dt.date(2026, 4, 14),
        patient_age=58,
        patient_sex="m",
        scope="documented",
    )
    [(encounter, scope)] = echo.asked
    assert coding.id == "E1"
    assert scope is nosology.Scope.DOCUMENTED
    assert encounter.record == Record((Document("a note"),))
    assert (encounter.setting, encounter.specialty) == (nosology.Setting.OFFICE, "oncology")
    assert encounter.date_of_service == dt.date(2026, 4, 14)
    assert encounter.patient_sex is nosology.Sex.MALE


def test_fields_of_the_json_form_and_facts_that_go_before_them(echo):
    fields = {"id": "E1", "text": "a", "patient_age": 5, "date_of_service": "2026-04-14"}
    nosology.code(fields, patient_age=6)
    [(encounter, scope)] = echo.asked
    assert encounter.patient_age == 6
    assert scope is nosology.Scope.REPORTABLE
    assert fields["patient_age"] == 5


def test_encounter_as_it_is_and_with_facts(echo):
    given = nosology.Encounter("E1", Record((Document("a"),)), date_of_service=dt.date(2026, 4, 1))
    nosology.code(given)
    nosology.code(given, date_of_service="2026-04-14", setting="office-urology")
    (first, _), (second, _) = echo.asked
    assert first is given
    assert second.date_of_service == dt.date(2026, 4, 14)
    assert second.specialty == "urology"
    assert second.record is given.record


def test_without_a_date_it_is_today(echo):
    before = dt.date.today()
    nosology.code("a")
    assert before <= echo.asked[0][0].date_of_service <= dt.date.today()


@pytest.mark.parametrize(
    ("encounter", "facts", "told"),
    [
        ("a", {"patient_age": 200}, "patient_age"),
        ("a", {"date_of_service": "2026-02-30"}, "date_of_service"),
        ({"id": "E1", "text": "a", "colour": "red"}, {}, "colour"),
        ({"text": "a"}, {}, "id"),
    ],
)
def test_what_is_wrong_is_named(echo, encounter, facts, told):
    with pytest.raises(nosology.InputError, match=told):
        nosology.code(encounter, **facts)
    assert echo.asked == []


def test_review_of_a_claim(echo):
    review = nosology.review("a note", [{"code": "99213", "units": 2}], setting="office")
    [(encounter, scope)] = echo.asked
    assert scope is nosology.Scope.REPORTABLE
    assert encounter.setting is nosology.Setting.OFFICE
    [line] = review.lines
    assert line.verdict is nosology.Verdict.UNSUPPORTED
    assert line.line == nosology.ClaimLine(1, "99213", (), 2)


def test_a_bad_claim_is_told_before_the_note_is_read(echo):
    with pytest.raises(nosology.InputError, match="line 1: field 'code'"):
        nosology.review("a note", {"lines": [{"code": ""}]})
    assert echo.asked == []


def test_code_book(nosology_home):
    book = nosology.open_code_book()
    assert book.lookup("I10").code == "I10"
    assert book.search("hypertension", limit=1)[0].code == "I10"
