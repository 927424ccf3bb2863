from __future__ import annotations

import pytest

from nosology.language.problems import ProblemStage
from nosology.language.sections import SectionStage
from nosology.language.sentences import SentenceStage
from nosology.language.tokens import tokenize
from nosology.model.reading import Reading
from nosology.model.record import Document


def read(text: str) -> Reading:
    reading = Reading(Document(text), tokens=tokenize(text))
    return ProblemStage()(SentenceStage()(SectionStage()(reading)))


def names(text: str) -> list[str]:
    reading = read(text)
    return [
        text[reading.sentences[item.title].start : item.title_end].rstrip(". ")
        for item in reading.problems
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "ASSESSMENT AND PLAN\n\nGout.\n- Medical Treatment: Continue colchicine.\n\n"
            "Asthma.\n- Medical Treatment: Continue inhaler.\n",
            ["Gout", "Asthma"],
        ),
        ("ASSESSMENT\n- Gout\n- Asthma\n\nPLAN\nContinue both medicines.\n", ["Gout", "Asthma"]),
        ("Assessment:\n1. Gout - continue colchicine\n2. Asthma: stable\n", ["Gout", "Asthma"]),
        ("IMPRESSION\n\nLeft ankle sprain.\n\nPLAN\n\nI advised rest.\n", ["Left ankle sprain"]),
        ("PLAN\n1. We will observe the patient.\n2. She should return in June.\n", []),
        ("HISTORY OF PRESENT ILLNESS\nGout.\nAsthma.\n", []),
        ("IMPRESSION\n# Gout: stable\n# Asthma\n", ["# Gout", "# Asthma"]),
        (
            "ASSESSMENT\nProblem #1: Gout. Stable.\nProblem #2: Asthma, mild. Stable.\n",
            ["Problem #1: Gout", "Problem #2: Asthma, mild"],
        ),
        ("ASSESSMENT\nPrimary diagnosis: Gout\n", ["Primary diagnosis: Gout"]),
        ("HOSPITAL COURSE\n# Gout: stable\n# Asthma\nNo wheeze.\n", ["# Gout", "# Asthma"]),
        ("HOSPITAL COURSE\nGout was treated.\nAsthma.\n", []),
        (
            "He came with a swollen toe.\n#Gout - colchicine\n#Asthma - inhaler\n",
            ["#Gout", "#Asthma"],
        ),
        (
            "DISCHARGE DIAGNOSES\nGout of the right great toe, which was treated with colchicine\n"
            "Asthma\nThe patient went home.\n",
            ["Gout of the right great toe, which was treated with colchicine", "Asthma"],
        ),
        (
            "FINAL DIAGNOSES\n1. Gout of the right great toe (which was treated with colchicine "
            "for six days and then no more)\n2. Asthma\n",
            ["Gout of the right great toe", "Asthma"],
        ),
        ("", []),
    ],
)
def test_problems_are_named(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_what_is_said_of_a_problem_belongs_to_it() -> None:
    text = "A/P:\n1. Gout\nContinue colchicine. Return in May.\n2. Asthma\nStable.\n"
    reading = read(text)
    said = [
        [text[reading.sentences[n].start : reading.sentences[n].end] for n in item.sentences]
        for item in reading.problems
    ]
    assert [item[0].rstrip(".") for item in said] == ["Gout", "Asthma"]
    assert any("colchicine" in sentence for sentence in said[0])
    assert not any("colchicine" in sentence for sentence in said[1])
    assert [item.rank for item in reading.problems] == [0, 1]
