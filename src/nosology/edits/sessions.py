"""The services of a patient on one day by one practitioner, or by one facility: a session.

What may not be paid together, what accompanies what and how often a service may be billed are all
asked of a session. Physicians of one group and specialty count as one (CMS Pub. 100-04 ch. 12
s. 30.6.5); another practitioner has a session of its own.
"""

from __future__ import annotations

import datetime as dt

from nosology.edits.history import PastLine
from nosology.edits.view import ClaimView, LineView
from nosology.model.claim import ClaimKind

_CRITICAL_ACCESS = "085"
_PROFESSIONAL_FEES = frozenset({"096", "097", "098"})
"""Revenue codes under which a critical access hospital bills its practitioners (method II).

Medicare's outpatient editor compares such lines with one another and not with the hospital's own.
Source: CMS Pub. 100-04 ch. 4 s. 250.2; Integrated Outpatient Code Editor, edits 20 and 40.
"""


class Who:
    """Who renders services: a practitioner, or the facility that bills.

    Attributes:
        npi: of who renders; of who bills where none is told.
    """

    __slots__ = ("billing_npi", "is_facility", "npi", "specialty")

    def __init__(self, npi: str, billing_npi: str, specialty: str, is_facility: bool) -> None:
        self.npi = npi
        self.billing_npi = billing_npi
        self.specialty = specialty
        self.is_facility = is_facility

    def is_one_with(self, npi: str, billing_npi: str, specialty: str) -> bool:
        """Return whether the payer takes the other for the same: the same, or of one specialty."""
        if npi and npi == self.npi:
            return True
        is_of_group = bool(billing_npi) and billing_npi == self.billing_npi
        return is_of_group and (
            self.is_facility or (bool(specialty) and specialty == self.specialty)
        )

    def rendered(self, past: PastLine) -> bool:
        """Return whether an earlier line is by the same."""
        return past.is_facility is self.is_facility and self.is_one_with(
            past.npi, past.billing_npi, past.specialty
        )


class Session:
    """Lines of one day by one practitioner or facility.

    Attributes:
        lines: with a code, in the claim's order.
        by_code: the lines of each code.
        past: lines of earlier claims of the same day by the same.
        is_professional: whether a critical access hospital bills its practitioners by the lines.
    """

    __slots__ = ("by_code", "day", "is_professional", "lines", "past", "who")

    def __init__(self, day: dt.date, who: Who, *, is_professional: bool = False) -> None:
        self.day = day
        self.who = who
        self.is_professional = is_professional
        self.lines: list[LineView] = []
        self.by_code: dict[str, list[LineView]] = {}
        self.past: tuple[PastLine, ...] = ()

    def add(self, line: LineView) -> None:
        """Take a line in."""
        self.lines.append(line)
        self.by_code.setdefault(line.code, []).append(line)

    @property
    def codes(self) -> frozenset[str]:
        """The codes of its lines and of the earlier ones."""
        return frozenset([*self.by_code, *(item.code for item in self.past)])


def sessions(view: ClaimView) -> tuple[Session, ...]:
    """Return the sessions of a claim, in the order of their first lines."""
    return view.once(_sessions)


def session_of(view: ClaimView, line: LineView) -> Session | None:
    """Return the session that a line is of; None for a line without code or day."""
    return next((one for one in sessions(view) if line in one.lines), None)


def who_renders(view: ClaimView, line: LineView) -> Who:
    """Return who renders a line."""
    claim = view.claim
    billing = claim.billing_provider
    if view.kind is not ClaimKind.PROFESSIONAL:
        return Who(billing.npi, billing.npi, "", is_facility=True)
    renders = line.line.rendering_provider or claim.rendering_provider
    specialty = renders.specialty or renders.taxonomy or billing.specialty
    return Who(renders.npi or billing.npi, billing.npi, specialty, is_facility=False)


def _sessions(view: ClaimView) -> tuple[Session, ...]:
    found: list[Session] = []
    has_one_renderer = view.kind is not ClaimKind.PROFESSIONAL or all(
        line.line.rendering_provider is None for line in view.lines
    )
    has_practitioners = view.claim.bill_type.startswith(_CRITICAL_ACCESS)
    shared: Who | None = None
    for line in view.lines:
        day = line.day
        if line.facts is None or day is None:
            continue
        if shared is None or not has_one_renderer:
            shared = who_renders(view, line)
        session = None
        is_professional = has_practitioners and line.line.revenue_code[:3] in _PROFESSIONAL_FEES
        for one in found:
            if (
                one.day == day
                and one.is_professional is is_professional
                and (
                    one.who is shared
                    or one.who.is_one_with(shared.npi, shared.billing_npi, shared.specialty)
                )
            ):
                session = one
                break
        if session is None:
            session = Session(day, shared, is_professional=is_professional)
            found.append(session)
        session.add(line)
    if view.history:
        for one in found:
            one.past = tuple(
                item for item in view.history if item.date == one.day and one.who.rendered(item)
            )
    return tuple(found)
