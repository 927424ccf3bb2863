"""Which diagnoses need no present-on-admission indicator."""

from __future__ import annotations

import pytest

from nosology.model.present_on_admission import is_exempt


@pytest.mark.parametrize(
    "code",
    [
        "I10",
        "S52502A",
        "S52502B",
        "M8008XA",
        "M84451D",
        "Z21",
        "Z66",
        "Z20822",
        "W19XXXA",
        "W19XXXD",
        "W1830XA",
        "W172XXA",
        "V00811A",
        "X990XXA",
        "Z96651",
    ],
)
def test_not_exempt(code: str) -> None:
    assert not is_exempt(code)
