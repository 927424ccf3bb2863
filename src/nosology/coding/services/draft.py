"""Drafts of services on their way to the answer, and the case that decides on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from nosology.coding.rules import because
from nosology.coding.services.acts import Act, Standing
from nosology.coding.services.attributes.facts import Facts
from nosology.coding.services.catalogue import Entry, catalogue, system_of_code
from nosology.model.code import CodeBook
from nosology.model.coding import Diagnosis, Element, Evidence, Rationale
from nosology.model.edits import PairBook
from nosology.model.encounter import Encounter, Payer, Setting
from nosology.model.reading import Reading
from nosology.model.record import Span


@dataclass(frozen=True, slots=True)
class ServiceDraft:
    """One billed line on its way.

    Attributes:
        area: of the catalogue, such as ``procedures``; by it the refinements know their drafts.
        support: where the words stand that support it; never empty.
        act: the act that it bills; None for what follows from others, such as a visit.
        facts: what was told of the act and chose the number, by attribute.
        diagnoses: codes without dots that justify it, where the area knows them; else chosen later.
    """

    code: str
    area: str
    support: tuple[Span, ...]
    rationale: tuple[Rationale, ...]
    confidence: float = 0.9
    concept: str = ""
    units: int | Decimal = 1
    modifiers: tuple[str, ...] = ()
    act: Act | None = None
    facts: tuple[tuple[str, str], ...] = ()
    diagnoses: tuple[str, ...] = ()
    worksheet: tuple[Element, ...] = ()
    ndc: str = ""

    @property
    def entry(self) -> Entry | None:
        """What the catalogue says of the number; None for one that it does not have."""
        return catalogue().by_code.get(self.code)

    def fact(self, name: str) -> str:
        """Return what was told of the attribute when the number was chosen; empty for nothing."""
        return next((value for key, value in self.facts if key == name), "")

    def because(self, rule: str, detail: str = "") -> ServiceDraft:
        """Return the draft with one reason more."""
        return replace(self, rationale=(*self.rationale, because(rule, detail)))

    def with_modifiers(self, *modifiers: str) -> ServiceDraft:
        """Return the draft with these modifiers behind its own, none twice."""
        return replace(self, modifiers=tuple(dict.fromkeys((*self.modifiers, *modifiers))))


@dataclass(frozen=True, slots=True)
class Missing:
    """A service that the record shows and that cannot be billed as it is written.

    Attributes:
        draft: what would be billed once the record tells what is missing; it is suggested.
        topic: what is missing, as queries name it (``repair-length``); empty asks nothing.
        question: what the clinician is asked, and ``options`` between what to choose.
        is_beside: whether the line is billed as it is, and the question put beside it.
    """

    draft: ServiceDraft
    topic: str = ""
    question: str = ""
    options: tuple[str, ...] = ()
    is_beside: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one area of services proposes."""

    drafts: tuple[ServiceDraft, ...] = ()
    missing: tuple[Missing, ...] = ()

    def __add__(self, other: Proposal) -> Proposal:
        return Proposal(self.drafts + other.drafts, self.missing + other.missing)


@dataclass(frozen=True, slots=True)
class ServiceCase:
    """What an area may look at: the record as read, its acts, the diagnoses and the code sets.

    Attributes:
        readings: the documents as read for diagnoses; ``facts.acts`` carry readings of their own,
            with the same offsets.
        diagnoses: the answered diagnoses, in reporting order.
        pairs: None where no edits are at hand.
    """

    encounter: Encounter
    readings: tuple[Reading, ...]
    facts: Facts
    diagnoses: tuple[Diagnosis, ...]
    book: CodeBook
    on: dt.date | None
    pairs: PairBook | None = None

    @property
    def acts(self) -> tuple[Act, ...]:
        """Every act that the record names, in the order of the text."""
        return self.facts.acts

    @property
    def is_medicare(self) -> bool:
        """Whether Medicare's rules apply."""
        return self.encounter.payer is Payer.MEDICARE

    @property
    def is_facility(self) -> bool:
        """Whether the claim is a hospital's own."""
        return self.encounter.setting in {Setting.HOPD_FACILITY, Setting.INPATIENT_FACILITY}

    def of_area(self, area: str, *standings: Standing) -> list[Act]:
        """Return the acts of the area with one of the standings; done ones by default."""
        wanted = standings or (Standing.DONE,)
        return [act for act in self.acts if act.concept.area == area and act.standing in wanted]

    def of_concept(self, concept: str, *standings: Standing) -> list[Act]:
        """Return the acts of the concept with one of the standings; done ones by default."""
        wanted = standings or (Standing.DONE,)
        return [act for act in self.acts if act.concept.name == concept and act.standing in wanted]

    def is_billable(self, code: str) -> bool:
        """Return whether the number may be reported on the date of service."""
        return self.book.is_billable(code, self.on, system_of_code(code))

    def text(self, span: Span) -> str:
        """Return the characters of the record that the span covers."""
        return span.quote(self.readings[span.document].text)

    def evidence(self, spans: Iterable[Span]) -> tuple[Evidence, ...]:
        """Return the spans as evidence, each once."""
        return tuple(
            Evidence(span.document, span.start, span.end, self.text(span))
            for span in dict.fromkeys(spans)
        )


type Area = Callable[[ServiceCase], Proposal]
"""An area of services looks at the case and proposes what is billed of it."""

type Refinement = Callable[[Sequence[ServiceDraft], ServiceCase], list[ServiceDraft]]
"""A refinement takes the drafts of all areas and returns them as it leaves them."""
