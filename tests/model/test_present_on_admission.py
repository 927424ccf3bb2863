"""Which diagnoses need no present-on-admission indicator."""

from __future__ import annotations

import pytest

from nosology.model.present_on_admission import is_exempt


@pytest.mark.parametrize(
    "code", ["I252", "I69351", "Z794", "Z9181", "S52502D", "S52502S", "V4353XA", "Y929", "Q210"]
)
def test_exempt(code: str) -> None:
    assert is_exempt(code)


@pytest.mark.parametrize(
    "code", ["I10", "S52502A", "S52502B", "Z21", "Z66", "Z20822", "W19XXXA", "V00811A", "Z96651"]
)
def test_not_exempt(code: str) -> None:
    assert not is_exempt(code)
