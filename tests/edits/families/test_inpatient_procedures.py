"""On what Medicare covers procedures of a stay."""

from __future__ import annotations

import pytest

from nosology.edits.families.coverage_conditions import condition_of, conditions
from nosology.model.facts import DiagnosisFacts, ProcedureFacts


def _diagnosis(code: str, *attributes: str) -> DiagnosisFacts:
    return DiagnosisFacts(code, exists=True, is_billable=True, attributes=frozenset(attributes))


def _procedure(code: str, *attributes: str) -> ProcedureFacts:
    return ProcedureFacts(code, is_valid=True, attributes=frozenset(attributes))


def test_an_age_that_is_not_known_counts_as_passed() -> None:
    disc = condition_of("0SR20JZ")
    assert disc is not None
    assert disc.is_unmet((), (), None)
    assert disc.is_unmet((), (), 61)
    assert not disc.is_unmet((), (), 60)


@pytest.mark.parametrize(
    ("diagnosis", "is_unmet"),
    [
        (_diagnosis("C9100", "noncovered-conditional"), True),
        (_diagnosis("C9101"), False),
        # Another condition's diagnosis, and one that the editor no longer lists.
        (_diagnosis("Z302", "noncovered-conditional"), False),
        (_diagnosis("C9100"), False),
    ],
)
def test_stem_cells(diagnosis: DiagnosisFacts, is_unmet: bool) -> None:
    own = _procedure("30233G0", "noncovered-conditional")
    condition = condition_of(own.code)
    assert condition is not None
    assert condition.is_unmet((diagnosis,), (own,), 50) is is_unmet


def test_cells_of_another_person_have_a_condition_of_their_own() -> None:
    assert condition_of("30233G1") is not condition_of("30233G0")
    assert condition_of("30233N1") is None


def test_an_artificial_heart_is_two_ventricles() -> None:
    left, right = _procedure("02RL0JZ"), _procedure("02RK0JZ")
    condition = condition_of(left.code)
    assert condition is not None
    assert condition.is_asked((right,))
    assert not condition.is_asked((_procedure("02YA0Z0"),))


def test_every_condition_can_be_met() -> None:
    for condition in conditions():
        own = _procedure(condition.procedures[0], *condition.needs)
        assert not condition.is_unmet((), (own,), 0)
