import pytest

from tests.language.cases import BadCase, parse

KNOWN = {"polarity": {"negated", "affirmed"}, "cue": None}


def test_text_and_marks_are_parted():
    case = parse('No <m polarity=negated>fever</m> or <m cue="a b">cough</m>.', "m", KNOWN)
    assert case.text == "No fever or cough."
    assert [(case.text[m.start : m.end], m.attributes) for m in case.marks] == [
        ("fever", {"polarity": "negated"}),
        ("cough", {"cue": "a b"}),
    ]


@pytest.mark.parametrize(
    ("markup", "message"),
    [
        ("No <m>fever.", "not closed"),
        ("No fever</m>.", "closes nothing"),
        ("No fever.", "nothing is marked"),
        ("No <m polarty=negated>fever</m>.", "unknown attribute"),
        ("No <m polarity=maybe>fever</m>.", "cannot be"),
        ("No <m polarity=negated polarity=negated>fever</m>.", "twice"),
        ("No <x>fever</x>.", "unknown tag"),
        ("No <m>a <m>fever</m></m>.", "within"),
        ("No <m></m>fever.", "empty"),
        ("No <m polarity>fever</m>.", "closes nothing"),
        ("<m>Fever</m> and <m =x>cough.", "malformed"),
    ],
)
def test_what_is_not_understood_fails(markup, message):
    with pytest.raises(BadCase, match=message):
        parse(markup, "m", KNOWN)
