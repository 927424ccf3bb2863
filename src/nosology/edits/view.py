"""A claim as rules see it: beside each code the facts of it on its day, looked up once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, cast

from nosology.edits.groups import bits_of, groups_of
from nosology.edits.history import PastLine
from nosology.edits.traits import Trait, traits_of
from nosology.model.claim import Claim, ClaimDiagnosis, ClaimKind, Line, Provider
from nosology.model.code import dotted
from nosology.model.encounter import Payer, Sex
from nosology.model.facts import DiagnosisFacts, FactBook, ProcedureFacts, ServiceFacts

_TOLD_APART = frozenset({"admitting", "reason-for-visit"})


_WRONG_DIAGNOSIS = int(Trait.WRONG_DIAGNOSIS)
_WRONG_SERVICE = int(Trait.WRONG_SERVICE)


class LineView:
    """A line of service with the facts of its code.

    Attributes:
        day: the line's day of service, else the claim's.
        facts: None where the line has no code or the claim no day.
    """

    __slots__ = ("_is_valid", "code", "day", "facts", "line", "modifiers", "number")

    def __init__(self, line: Line, day: dt.date | None, facts: ServiceFacts | None) -> None:
        self.line = line
        self.number = line.number
        self.code = line.code
        self.modifiers = line.modifiers
        self.day = day
        self.facts = facts
        self._is_valid = facts is not None and day is not None and facts.is_valid(day)

    @property
    def units(self) -> Decimal:
        """Units billed; 1 where the line gives none."""
        return self.line.units

    @property
    def groups(self) -> frozenset[str]:
        """The groups of groups.tsv that the code is in."""
        return groups_of(self.code)

    @property
    def codes(self) -> tuple[str, ...]:
        """Its code as findings name it; none where only a revenue code was billed."""
        return (self.code,) if self.code else ()

    @property
    def last_day(self) -> dt.date | None:
        """The last day of service, inclusive."""
        return self.line.end_date or self.day

    def has_any(self, modifiers: frozenset[str]) -> bool:
        """Return whether the line bears one of the modifiers."""
        return any(name in modifiers for name in self.modifiers)

    def is_valid(self) -> bool:
        """Return whether its code is known and valid on its day."""
        return self._is_valid


class DiagnosisView:
    """A diagnosis of the claim with its facts.

    Attributes:
        position: 1-based, as pointers count.
    """

    __slots__ = ("code", "facts", "poa", "position", "role")

    def __init__(self, item: ClaimDiagnosis, position: int, facts: DiagnosisFacts) -> None:
        self.code = item.code
        self.poa = item.poa
        self.role = item.role
        self.position = position
        self.facts = facts

    @property
    def shown(self) -> str:
        """The code as it is shown, with its dot."""
        return dotted(self.code)


class ClaimView:
    """A claim with facts. Rules read it and change nothing.

    Attributes:
        book: answers what the view does not hold yet.
        day: whose code sets the claim's diagnoses are of; None where the claim tells no day.
        history: lines of earlier claims of the patient.
        mask: bits of the groups of all lines.
        traits: bits of what the claim has.
        modifiers: those of all lines.
    """

    __slots__ = (
        "_diagnoses",
        "_made",
        "_procedures",
        "book",
        "claim",
        "day",
        "history",
        "kind",
        "lines",
        "mask",
        "modifiers",
        "payer",
        "traits",
    )

    def __init__(self, claim: Claim, book: FactBook, history: tuple[PastLine, ...] = ()) -> None:
        self.claim = claim
        self.book = book
        self.history = history
        self.kind: ClaimKind = claim.kind
        self.payer: Payer | None = claim.payer
        self.day = claim.code_day
        self._diagnoses: tuple[DiagnosisView, ...] | None = None
        self._procedures: tuple[ProcedureFacts, ...] | None = None
        self._made: dict[object, Any] = {}
        groups = 0
        lines = []
        modifiers: set[str] = set()
        fallback = claim.first_day if any(line.date is None for line in claim.lines) else None
        for line in claim.lines:
            day = line.date or fallback
            facts = None
            if line.code:
                groups |= bits_of(line.code)
                if day is not None:
                    facts = book.service(line.code, day)
            lines.append(LineView(line, day, facts))
            modifiers.update(line.modifiers)
        self.lines = tuple(lines)
        self.mask = groups
        self.traits = traits_of(claim, has_history=bool(history)) | self._wrong()
        self.modifiers = frozenset(modifiers)

    def _wrong(self) -> int:
        """Return the bits of codes that may not stand on the claim; both where it has no day."""
        if self.day is None:
            return _WRONG_DIAGNOSIS | _WRONG_SERVICE
        found = 0
        for line in self.lines:
            if line.facts is not None and not line.is_valid():
                found = _WRONG_SERVICE
                break
        for item in self.diagnoses:
            if not item.facts.is_billable:
                return found | _WRONG_DIAGNOSIS
        return found | _WRONG_DIAGNOSIS if self.claim.admitting_diagnosis else found

    @property
    def diagnoses(self) -> tuple[DiagnosisView, ...]:
        """The diagnoses of the list, in their order; those of other roles with them.

        Raises:
            ValueError: when the claim tells no day.
        """
        if self._diagnoses is None:
            day = self.known_day
            self._diagnoses = tuple(
                DiagnosisView(item, position, self.book.diagnosis(item.code, day))
                for position, item in enumerate(self.claim.diagnoses, start=1)
            )
        return self._diagnoses

    @property
    def procedures(self) -> tuple[ProcedureFacts, ...]:
        """The facts of the ICD-10-PCS codes, in their order."""
        if self._procedures is None:
            day = self.known_day
            self._procedures = tuple(
                self.book.procedure(item.code, day) for item in self.claim.procedures
            )
        return self._procedures

    @property
    def known_day(self) -> dt.date:
        """The claim's day, for rules that are asked only where it has one.

        Raises:
            ValueError: when it tells none.
        """
        if self.day is None:
            raise ValueError("the claim tells no day")
        return self.day

    @property
    def listed(self) -> tuple[DiagnosisView, ...]:
        """The diagnoses without the admitting one and the reasons for a visit."""
        found = self.diagnoses
        if any(item.role in _TOLD_APART for item in found):
            return tuple(item for item in found if item.role not in _TOLD_APART)
        return found

    @property
    def principal(self) -> DiagnosisView | None:
        """The principal or first-listed diagnosis; None where there is none."""
        return self.diagnoses[0] if self.claim.diagnoses else None

    @property
    def is_medicare(self) -> bool:
        """Whether Medicare pays."""
        return self.payer is Payer.MEDICARE

    @property
    def sex(self) -> Sex | None:
        """The patient's sex as the claim gives it."""
        return self.claim.patient.sex

    def age(self, on: dt.date | None = None) -> int | None:
        """Return the patient's age in whole years on a day; None where it cannot be told.

        Args:
            on: the claim's day where it is None.
        """
        born = self.claim.patient.birth_date
        day = on or self.day
        if born is None or day is None or day < born:
            return None
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    def once[T](self, make: Callable[[ClaimView], T]) -> T:
        """Return what a function makes of the claim; several rules share what is made once."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast("T", self._made[make])

    def with_code(self) -> Iterator[LineView]:
        """Yield the lines that have a code and a day."""
        return (line for line in self.lines if line.facts is not None)

    def in_group(self, *names: str) -> Iterator[LineView]:
        """Yield the lines with a code and a day whose code is in one of the groups."""
        wanted = frozenset(names)
        return (
            line for line in self.lines if line.facts is not None and groups_of(line.code) & wanted
        )

    def renders(self, line: Line) -> Provider:
        """Return who renders a line."""
        return line.rendering_provider or self.claim.rendering_provider

    def pointed(self, line: LineView) -> tuple[DiagnosisView, ...]:
        """Return the diagnoses that a line points to; pointers to none are passed over."""
        known = self.diagnoses
        return tuple(known[place - 1] for place in line.line.diagnoses if 0 < place <= len(known))
