from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nosology.edits.reorder import moved_behind, with_diagnosis, without_repeats
from nosology.model.claim import Claim, ClaimDiagnosis, Line

_CODES = ("I10", "E119", "E785", "K219", "R5383", "G4733")


def _claim(count: int, pointers: tuple[int, ...]) -> Claim:
    return Claim(
        "C1",
        diagnoses=tuple(ClaimDiagnosis(code) for code in _CODES[:count]),
        lines=(Line(1, "99213", diagnoses=pointers),),
    )


def _pointed(claim: Claim) -> list[str]:
    return [claim.diagnoses[place - 1].code for place in claim.lines[0].diagnoses]


@given(st.data())
def test_lines_point_to_the_same_codes_after_a_move(data: st.DataObject) -> None:
    count = data.draw(st.integers(2, len(_CODES)))
    places = st.integers(1, count)
    pointers = tuple(data.draw(st.lists(places, unique=True, max_size=4)))
    moved = data.draw(places)
    anchor = data.draw(places.filter(lambda place: place != moved))
    claim = _claim(count, pointers)
    changed = moved_behind(claim, moved, anchor)
    assert _pointed(changed) == _pointed(claim)
    assert sorted(item.code for item in changed.diagnoses) == sorted(_CODES[:count])
    codes = [item.code for item in changed.diagnoses]
    assert codes.index(_CODES[moved - 1]) == codes.index(_CODES[anchor - 1]) + 1


def test_a_pointer_to_no_diagnosis_stays_as_it_is() -> None:
    assert moved_behind(_claim(2, (1, 7)), 1, 2).lines[0].diagnoses == (2, 7)


def test_pointers_to_a_repetition_point_to_the_first_once() -> None:
    claim = Claim(
        "C1",
        diagnoses=tuple(ClaimDiagnosis(code) for code in ("I10", "E119", "I10", "E785")),
        lines=(Line(1, "99213", diagnoses=(3, 1, 4)), Line(2, "36415", diagnoses=(2,))),
    )
    changed = without_repeats(claim, {3: 1})
    assert [item.code for item in changed.diagnoses] == ["I10", "E119", "E785"]
    assert [line.diagnoses for line in changed.lines] == [(1, 3), (2,)]


def test_a_diagnosis_is_replaced_with_what_is_told_of_it_kept() -> None:
    claim = Claim("C1", diagnoses=(ClaimDiagnosis("I10X", "Y"),), admitting_diagnosis="I10X")
    changed = with_diagnosis(claim, 1, "I10")
    assert changed.diagnoses == (ClaimDiagnosis("I10", "Y"),)
    assert with_diagnosis(claim, 0, "I10").admitting_diagnosis == "I10"
