"""The level of a visit: two of three elements of medical decision making, or total time.

What the record itself states of the level is taken as far as the elements support it; a higher one
is suggested with what is missing, never reported (CPT E/M guidelines 2023).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.coding.services.visits import data, problems, risk
from nosology.coding.services.visits.elements import Level, Weighed, level_of
from nosology.coding.services.visits.minutes import TotalTime, total
from nosology.coding.services.visits.said import Words
from nosology.model.coding import Element
from nosology.model.record import Span

_ABBREVIATED = {"mod": Level.MODERATE}


@dataclass(frozen=True, slots=True)
class Worksheet:
    """How the level of a visit was found.

    Attributes:
        decision: level of medical decision making that the elements support.
        stated: level that the record itself states; NONE for none.
        time: total time on the date.
    """

    problems: tuple[problems.Problem, ...]
    data: data.Data
    risk: tuple[Weighed, ...]
    problem_level: Level
    data_level: Level
    risk_level: Level
    decision: Level
    stated: Level
    stated_at: Span | None
    stated_code: str
    time: TotalTime | None

    @property
    def support(self) -> tuple[Span, ...]:
        """Where the words stand that decided, one or two of each element."""
        spans: list[Span] = []
        for item in (*problems.weighed(self.problems)[:2], *self.risk[:1], *self.data.weighed[:1]):
            spans += item.spans[:1]
        if self.time is not None:
            spans.append(self.time.span)
        return tuple(dict.fromkeys(spans))

    def elements(self, case: ServiceCase) -> tuple[Element, ...]:
        """Return the lines of the worksheet as the answer carries them."""
        lines = [*problems.weighed(self.problems), *self.data.weighed, *self.risk]
        found = [item.element(case) for item in lines]
        found += [
            Element("problems", self.problem_level.word, "problems together"),
            Element("data", self.data_level.word, "data together"),
            Element("risk", self.risk_level.word, "risk of management"),
            Element("decision", self.decision.word, "two of the three elements"),
        ]
        if self.stated_at is not None:
            found.append(
                Element(
                    "decision",
                    self.stated.word,
                    "stated in the record",
                    case.evidence((self.stated_at,)),
                )
            )
        if self.time is not None:
            found.append(
                Element(
                    "time",
                    "",
                    f"total time on the date: {self.time.minutes} minutes",
                    case.evidence((self.time.span,)),
                )
            )
        return tuple(found)

    def lacking(self, wanted: Level) -> str:
        """Return which elements stand below a level, in plain words."""
        parts = (
            ("problems", self.problem_level),
            ("data", self.data_level),
            ("risk", self.risk_level),
        )
        short = [f"{name} {level.word}" for name, level in parts if level < wanted]
        return f"{wanted.word} needs two of three: {', '.join(short)}"


def worksheet(
    case: ServiceCase,
    words: Words,
    drafts: Sequence[ServiceDraft],
    without: frozenset[str] = frozenset(),
) -> Worksheet:
    """Return the worksheet of the visit.

    Args:
        case: the record.
        words: its cues.
        drafts: what is billed beside the visit.
        without: diagnoses whose care is part of another service of the day.
    """
    known = data.found(case, words, drafts)
    found = problems.addressed(case, words, known.tests)
    found = [item for item in found if not item.codes or not set(item.codes) <= without]
    risks = risk.weighed(words, drafts)
    levels = (problems.level(found), known.level, risk.level(risks))
    stated = next(iter(words.meant("stated_decision")), None)
    stated_code = next(iter(words.meant("stated_code")), None)
    word = (stated.groups.get("level") or stated.groups.get("level2", "")) if stated else ""
    return Worksheet(
        tuple(found),
        known,
        tuple(risks),
        *levels,
        decision=sorted(levels)[1],
        stated=_ABBREVIATED.get(word, level_of(word)),
        stated_at=stated.span if stated else None,
        stated_code=stated_code.groups["code"] if stated_code else "",
        time=total(words),
    )
