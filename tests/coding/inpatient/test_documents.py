"""The documents of a stay: which closes it, and which diagnosis takes the place of another."""

from __future__ import annotations

import datetime as dt

import pytest

from nosology.coding.inpatient.documents import last_word, takes_the_place
from nosology.language.pipeline import Reader
from nosology.model.reading import Reading
from nosology.model.record import Document


def readings(*documents: tuple[str, str, str]) -> list[Reading]:
    reader = Reader()
    return [
        reader.read(Document(text, kind, date=dt.date.fromisoformat(date)), number)
        for number, (kind, date, text) in enumerate(documents)
    ]


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([("discharge summary", "2026-04-14", "Gout."), ("h&p", "2026-04-15", "Gout.")], 0),
        (
            [
                ("discharge summary", "2026-04-14", "Gout."),
                ("discharge summary addendum", "2026-04-16", "Gout."),
            ],
            1,
        ),
        (
            [
                ("progress note", "2026-04-12", "ASSESSMENT: Gout."),
                ("radiology report", "2026-04-13", "IMPRESSION: Effusion."),
                ("operative report", "2026-04-13", "POSTOPERATIVE DIAGNOSIS: Gout."),
                ("cardiology consult", "2026-04-13", "IMPRESSION: Gout."),
            ],
            0,
        ),
        (
            [
                ("note", "2026-04-14", "DC SUMMARY\nGout."),
                ("note", "2026-04-15", "ASSESSMENT: Gout."),
            ],
            0,
        ),
        (
            [
                ("progress note", "2026-04-12", "ASSESSMENT: Gout."),
                ("progress note", "2026-04-13", "ASSESSMENT: Gout."),
            ],
            1,
        ),
    ],
)
def test_last_word(documents: list[tuple[str, str, str]], expected: int) -> None:
    assert last_word(readings(*documents)) == expected


def test_no_document_has_no_last_word() -> None:
    assert last_word([]) == -1


@pytest.mark.parametrize(
    ("later", "earlier"),
    [("J690", "J189"), ("N170", "N179"), ("K254", "K922"), ("I5023", "I509"), ("A4151", "A419")],
)
def test_takes_the_place(later: str, earlier: str) -> None:
    assert takes_the_place(later, earlier)


@pytest.mark.parametrize(
    ("later", "earlier"), [("J189", "J690"), ("I2699", "J189"), ("N390", "N179"), ("E119", "I10")]
)
def test_stands_beside(later: str, earlier: str) -> None:
    assert not takes_the_place(later, earlier)
