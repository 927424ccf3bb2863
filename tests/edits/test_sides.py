from __future__ import annotations

import pytest

from nosology.edits.sides import are_siblings, side_of, sides_of_modifiers


@pytest.mark.parametrize(
    ("title", "side"),
    [
        ("Pain in right knee", "right"),
        ("Pain in unspecified knee", "unspecified"),
        ("Age-related nuclear cataract, bilateral", "bilateral"),
        ("Unspecified fracture of the lower end of left radius, initial encounter", "left"),
        ("Hemiplegia, unspecified affecting right dominant side", "right"),
        ("Essential (primary) hypertension", ""),
        ("Otitis media of right ear and left ear", ""),
    ],
)
def test_side_that_a_title_tells(title: str, side: str) -> None:
    assert side_of(title) == side


@pytest.mark.parametrize(
    ("title", "other", "expected"),
    [
        ("Pain in right knee", "Pain in unspecified knee", True),
        (
            "Age-related nuclear cataract, bilateral",
            "Age-related nuclear cataract, right eye",
            True,
        ),
        ("Pain in right knee", "Pain in right hip", False),
        ("Cataract, bilateral", "Age-related nuclear cataract with glaucoma, right eye", False),
    ],
)
def test_titles_that_differ_by_their_side_alone(title: str, other: str, expected: bool) -> None:
    assert are_siblings(title, other) is expected
    assert are_siblings(other, title) is expected


def test_each_modifier_of_a_digit_tells_its_side() -> None:
    known = sides_of_modifiers()
    assert known["RT"] == known["F5"] == known["T9"] == known["E3"] == "right"
    assert known["LT"] == known["FA"] == known["T4"] == known["E2"] == "left"
    assert "50" not in known
