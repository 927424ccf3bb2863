"""What the claim editor asks of the code sets: facts of codes on a day, and the port that has them.

An answer is for one day. Where the data for the day is not installed the answer is None or says
so itself; ``has`` tells which data sets answer for the day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, Protocol

from nosology.model.code import Note, System
from nosology.model.edits import Pair

PairSetting = Literal["practitioner", "hospital"]
UnitService = Literal["practitioner", "outpatient", "dme"]
DrugContainer = Literal["single", "multiple", ""]
"""Single-dose containers only, multiple-dose ones only, or both or not known."""
Span = tuple[dt.date, dt.date | None]
"""First and last day, inclusive; None where no end is known."""


@dataclass(frozen=True, slots=True)
class FeeFacts:
    """Indicators of the physician fee schedule, in the schedule's own figures.

    Attributes:
        status: A active, B bundled, N not covered, and so on; empty where not known.
        component: professional and technical component indicator, 0 to 9; empty: not known.
        global_days: 000, 010, 090, MMM, XXX, YYY or ZZZ.
        nonfacility_na, facility_na: whether it is rarely or never done there.
        release: of the schedule that says so.
    """

    status: str
    component: str
    global_days: str
    multiple: str
    bilateral: str
    assistant: str
    co_surgeons: str
    team: str
    endoscopic_base: str
    supervision: str
    nonfacility_na: bool
    facility_na: bool
    release: str


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """A HCPCS or CPT code as it stands on a day.

    Attributes:
        system: None where no code set has the number at all.
        is_dental: whether it is one of the American Dental Association's.
        spans: when it was ever valid.
        status_indicator: of the outpatient prospective payment; empty where not known.
        flags: what the outpatient editor says of it, such as ``bilateral_inherent``.
        lowest_age, highest_age: in years, inclusive, by the outpatient editor.
        approved, terminated: days within the quarter, where it began or ended in it.
        period_edit: number of the outpatient editor's edit for days outside of these; 0 for none.
        fee: None where the schedule has no such code, or none is known.
    """

    code: str
    system: System | None
    is_dental: bool = False
    spans: tuple[Span, ...] = ()
    status_indicator: str = ""
    payment_indicator: int = 0
    flags: frozenset[str] = frozenset()
    lowest_age: int | None = None
    highest_age: int | None = None
    approved: dt.date | None = None
    terminated: dt.date | None = None
    period_edit: int = 0
    fee: FeeFacts | None = None

    def is_valid(self, on: dt.date) -> bool:
        """Return whether the code may be billed on the day."""
        for first, last in self.spans:  # noqa: SIM110 - asked of every line; any() costs thrice
            if first <= on and (last is None or on <= last):
                return True
        return False


@dataclass(frozen=True, slots=True)
class DiagnosisFacts:
    """An ICD-10-CM code as it stands on a day.

    Attributes:
        exists: whether it is a code or heading of the release.
        attributes: what the Medicare Code Editor says of it, such as ``manifestation``; the names
            are those of codesets/embedded/editor_attributes.tsv.
        flags: what the outpatient editor says of it.
        lowest_age, highest_age: in years, inclusive, by the outpatient editor.
        seventh_characters: that complete the code, where it still needs one.
    """

    code: str
    exists: bool
    is_billable: bool
    spans: tuple[Span, ...] = ()
    attributes: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    lowest_age: int | None = None
    highest_age: int | None = None
    seventh_characters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class DiagnosisNotes:
    """The notes of the Tabular List that hold for a code, those above it included.

    Compared by identity: what is made of a code's notes is kept by them.
    """

    excludes1: tuple[Note, ...] = ()
    code_first: tuple[Note, ...] = ()
    use_additional: tuple[Note, ...] = ()
    code_also: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class ProcedureFacts:
    """An ICD-10-PCS code as it stands on a day.

    Attributes:
        attributes: what the Medicare Code Editor says of it, such as ``noncovered``.
    """

    code: str
    is_valid: bool
    spans: tuple[Span, ...] = ()
    attributes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ModifierFacts:
    """A modifier as the outpatient editor lists it.

    Attributes:
        spans: when it was valid; empty where it never was.
        flags: such as ``ncci`` for one that opens a pair.
        conflicts: modifiers that may not stand beside it on a line.
    """

    modifier: str
    spans: tuple[Span, ...]
    flags: frozenset[str]
    conflicts: frozenset[str]

    def is_valid(self, on: dt.date) -> bool:
        """Return whether the modifier may be used on the day."""
        return any(first <= on and (last is None or on <= last) for first, last in self.spans)


@dataclass(frozen=True, slots=True)
class RevenueFacts:
    """A revenue code of the institutional form, as the outpatient editor lists it."""

    revenue_code: str
    spans: tuple[Span, ...]
    status_indicator: str
    flags: frozenset[str]

    def is_valid(self, on: dt.date) -> bool:
        """Return whether the revenue code may be used on the day."""
        return any(first <= on and (last is None or on <= last) for first, last in self.spans)


@dataclass(frozen=True, slots=True)
class UnitLimit:
    """The most units of a code (medically unlikely edit).

    Attributes:
        indicator: 1 by claim line; 2 by day, absolute by policy; 3 by day, may be appealed.
    """

    units: int
    indicator: int
    rationale: str


@dataclass(frozen=True, slots=True)
class AddOnFacts:
    """What an add-on code may accompany.

    Attributes:
        type: 1 where ``primaries`` is complete, 2 where the contractor decides, 3 where both.
    """

    type: int
    primaries: frozenset[str]


@dataclass(frozen=True, slots=True)
class CoverageFacts:
    """What installed local policies say of a service for a diagnosis.

    Attributes:
        is_covered: None where no policy speaks of the service.
        policies: ids of the articles and determinations that say so.
    """

    is_covered: bool | None
    policies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DrugUnit:
    """What a package of a drug bills.

    Attributes:
        code: HCPCS code.
        dosage: what one unit of the code is, as published, such as ``10 MG``.
        billing_units: units of the code in one item of the package.
    """

    code: str
    dosage: str
    billing_units: Decimal


class FactBook(Protocol):
    """Answers what the claim editor asks. Every date is the date of service."""

    def has(self, data_set: str, on: dt.date) -> bool:
        """Return whether the data set answers for the day."""
        ...

    def label(self, data_set: str, on: dt.date) -> str:
        """Return the edition of the data set that answers for the day; empty where none does."""
        ...

    def service(self, code: str, on: dt.date) -> ServiceFacts:
        """Return the facts of a HCPCS or CPT code."""
        ...

    def diagnosis(self, code: str, on: dt.date) -> DiagnosisFacts:
        """Return the facts of an ICD-10-CM code."""
        ...

    def title(self, diagnosis: str, on: dt.date) -> str:
        """Return the title of an ICD-10-CM code; empty where none is known."""
        ...

    def notes(self, diagnosis: str, on: dt.date) -> DiagnosisNotes:
        """Return the notes that hold for an ICD-10-CM code; empty for an unknown one."""
        ...

    def below(self, diagnosis: str, on: dt.date) -> Sequence[str]:
        """Return the first billable codes below a heading, at most ten."""
        ...

    def successors(self, code: str, system: System, on: dt.date) -> Sequence[str]:
        """Return the codes that came in place of one that is not valid on the day."""
        ...

    def procedure(self, code: str, on: dt.date) -> ProcedureFacts:
        """Return the facts of an ICD-10-PCS code."""
        ...

    def modifier(self, modifier: str, on: dt.date) -> ModifierFacts | None:
        """Return the facts of a modifier; None where no edition knows it."""
        ...

    def revenue(self, revenue_code: str, on: dt.date) -> RevenueFacts | None:
        """Return the facts of a revenue code of four digits; None where it is unknown."""
        ...

    def ages(self, attribute: str, on: dt.date) -> tuple[int, int] | None:
        """Return the ages, in years and inclusive, that an attribute such as newborn means."""
        ...

    def pair(self, one: str, other: str, on: dt.date, setting: PairSetting) -> Pair | None:
        """Return the pair edit on two codes, in whichever order.

        Where the practitioner's list is not installed, the hospital's answers, and the pair's
        ``release`` says so.
        """
        ...

    def pairs_among(
        self, codes: Sequence[str], on: dt.date, setting: PairSetting
    ) -> Sequence[Pair]:
        """Return the pair edits between any two of the codes, in the order of the codes."""
        ...

    def unit_limit(self, code: str, on: dt.date, service: UnitService) -> UnitLimit | None:
        """Return the most units of the code; None where there is no limit or no edition."""
        ...

    def add_on(self, code: str, on: dt.date) -> AddOnFacts | None:
        """Return what the add-on code may accompany; None where it is no add-on code."""
        ...

    def coverage(self, code: str, diagnosis: str, on: dt.date) -> CoverageFacts:
        """Return what installed local policies say of the service for the diagnosis."""
        ...

    def container(self, code: str) -> DrugContainer:
        """Return in what containers the drug of a HCPCS code is sold; empty where not known."""
        ...

    def drug(self, ndc: str, on: dt.date) -> Sequence[DrugUnit]:
        """Return the codes that bill a package; empty where it is not listed.

        Raises:
            InputError: when the number is no NDC.
        """
        ...
