"""Agreement between answered and gold codes, as numbers whose definition is stated here once.

Codes are compared as sets: what either side lists twice counts once. A measure that the notes do
not define (a precision where nothing was answered) is None, never 0 or 1.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from nosology.model.code import EXTERNAL_CAUSES

ATTENDANT_CATEGORIES = ("Z68", "Z79")
RESAMPLES = 1000
SEED = 20260414


@dataclass(frozen=True, slots=True)
class Labels:
    """The gold and the answered codes of one note, without dots."""

    gold: frozenset[str]
    answered: frozenset[str]


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a whole have a property."""

    part: int
    whole: int

    @property
    def rate(self) -> float | None:
        """The part of the whole, 0 to 1; None of nothing."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Counts:
    """Decisions of one kind, summed over notes.

    Attributes:
        correct: answered and gold.
        wrong: answered and not gold.
        missed: gold and not answered.
    """

    correct: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float | None:
        """The part of the answered codes that is gold; None where nothing was answered."""
        return Share(self.correct, self.correct + self.wrong).rate

    @property
    def recall(self) -> float | None:
        """The part of the gold codes that was answered; None where nothing is gold."""
        return Share(self.correct, self.correct + self.missed).rate

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both, 2c / (2c + w + m); None where no code is on either side."""
        return Share(2 * self.correct, 2 * self.correct + self.wrong + self.missed).rate


@dataclass(frozen=True, slots=True)
class Score:
    """The agreement over some notes, each measure 0 to 1 or None where it is not defined.

    Attributes:
        precision: exact codes, micro: all decisions of all notes in one count.
        recall: as precision.
        f1: as precision.
        macro_f1: mean of the F1 of each code that is gold or answered anywhere, each code with
            the same weight however rare it is.
        category_f1: micro F1 of the three-character categories.
        identical: part of the notes whose answered set is the gold set.
    """

    precision: float | None
    recall: float | None
    f1: float | None
    macro_f1: float | None
    category_f1: float | None
    identical: float | None


MEASURES = tuple(field.name for field in fields(Score))


def is_core(code: str) -> bool:
    """Return whether the code is one that office annotators write down.

    External causes (V00–Y99) and the attendant body mass index (Z68) and long-term drug therapy
    (Z79) are asked for by the guidelines, yet missing in some published annotations.
    """
    return not code.startswith(EXTERNAL_CAUSES) and code[:3] not in ATTENDANT_CATEGORIES


def core(notes: Iterable[Labels]) -> list[Labels]:
    """Return the notes with only the core codes left on both sides."""
    return [
        Labels(
            frozenset(code for code in note.gold if is_core(code)),
            frozenset(code for code in note.answered if is_core(code)),
        )
        for note in notes
    ]


def categories(notes: Iterable[Labels]) -> list[Labels]:
    """Return the notes with each code cut to its three-character category."""
    return [
        Labels(
            frozenset(code[:3] for code in note.gold),
            frozenset(code[:3] for code in note.answered),
        )
        for note in notes
    ]


def count(notes: Iterable[Labels]) -> Counts:
    """Return the decisions of all notes together."""
    correct = wrong = missed = 0
    for note in notes:
        agreed = len(note.gold & note.answered)
        correct += agreed
        wrong += len(note.answered) - agreed
        missed += len(note.gold) - agreed
    return Counts(correct, wrong, missed)


def macro_f1(notes: Iterable[Labels]) -> float | None:
    """Return the mean F1 over the codes that are gold or answered anywhere; None for none."""
    correct: Counter[str] = Counter()
    listed: Counter[str] = Counter()
    for note in notes:
        correct.update(note.gold & note.answered)
        listed.update(note.gold)
        listed.update(note.answered)
    if not listed:
        return None
    # A code's F1 is 2c / (2c + w + m), and 2c + w + m is how often both sides list it.
    return sum(2 * correct[code] / times for code, times in listed.items()) / len(listed)


def score(notes: Sequence[Labels]) -> Score:
    """Return every measure over the notes."""
    return _score(notes, categories(notes))


def _score(notes: Sequence[Labels], by_category: Sequence[Labels]) -> Score:
    exact = count(notes)
    return Score(
        precision=exact.precision,
        recall=exact.recall,
        f1=exact.f1,
        macro_f1=macro_f1(notes),
        category_f1=count(by_category).f1,
        identical=Share(sum(note.gold == note.answered for note in notes), len(notes)).rate,
    )


def intervals(
    notes: Sequence[Labels], resamples: int = RESAMPLES, seed: int = SEED
) -> dict[str, tuple[float, float] | None]:
    """Return for each measure its 95 % interval, by percentile bootstrap over notes.

    The seed is fixed, so that the same answers give the same interval. None where no resample
    defines the measure.
    """
    by_category = categories(notes)
    generator = random.Random(seed)
    drawn: dict[str, list[float]] = {name: [] for name in MEASURES}
    for _ in range(resamples if notes else 0):
        chosen = generator.choices(range(len(notes)), k=len(notes))
        sample = _score([notes[index] for index in chosen], [by_category[i] for i in chosen])
        for name in MEASURES:
            value: float | None = getattr(sample, name)
            if value is not None:
                drawn[name].append(value)
    return {name: _middle(values) for name, values in drawn.items()}


def _middle(values: list[float]) -> tuple[float, float] | None:
    if not values:
        return None
    values.sort()
    last = len(values) - 1
    return values[round(0.025 * last)], values[round(0.975 * last)]
