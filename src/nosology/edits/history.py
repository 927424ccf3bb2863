"""The services of earlier claims of the same patients, which some edits look back to."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from dataclasses import dataclass
from decimal import Decimal

from nosology.model.claim import Claim

MOST_PATIENTS = 100_000
MOST_LINES = 400
"""Lines kept of a patient; the oldest go first."""
MOST_LINES_IN_ALL = 400_000


@dataclass(frozen=True, slots=True)
class PastLine:
    """A line of an earlier claim.

    Attributes:
        npi: of who rendered it; of who billed it where none is told.
        billing_npi: of who billed it.
        claim: id of its claim.
    """

    claim: str
    number: int
    code: str
    modifiers: tuple[str, ...]
    units: Decimal
    date: dt.date
    npi: str
    billing_npi: str
    specialty: str
    diagnoses: tuple[str, ...]
    place_of_service: str
    charge: Decimal | None
    is_facility: bool


@dataclass(frozen=True, slots=True)
class Past:
    """The earlier lines of a claim's patient.

    Attributes:
        lines: in the order in which their claims were given.
        is_whole: whether none was let go to keep memory bounded.
    """

    lines: tuple[PastLine, ...] = ()
    is_whole: bool = True


NO_PAST = Past()


class History:
    """Keeps the lines of the claims given so far, by patient, in bounded memory.

    Of more than ``most_patients`` or ``most_in_all`` lines, those patients go first whose last
    claim came first. A patient without an id has no history. A claim that voids or replaces another
    takes that one's lines out.
    """

    def __init__(
        self,
        most_patients: int = MOST_PATIENTS,
        most_lines: int = MOST_LINES,
        most_in_all: int = MOST_LINES_IN_ALL,
    ) -> None:
        self._most_patients = most_patients
        self._most_in_all = most_in_all
        self._in_all = 0
        self._most_lines = most_lines
        self._lines: OrderedDict[str, list[PastLine]] = OrderedDict()
        self._shortened: set[str] = set()
        self._has_let_go = False

    def of(self, claim: Claim) -> Past:
        """Return the patient's earlier lines; a claim that replaces another is not held to it."""
        patient = claim.patient.id
        if not patient:
            return NO_PAST
        kept = self._lines.get(patient)
        if kept is None:
            return Past(is_whole=not self._has_let_go)
        if claim.frequency in {"7", "8"} and claim.original_claim:
            kept = [item for item in kept if item.claim != claim.original_claim]
        return Past(tuple(kept), patient not in self._shortened)

    def add(self, claim: Claim) -> None:
        """Take the lines of a claim in."""
        patient = claim.patient.id
        if not patient:
            return
        kept = self._lines.pop(patient, [])
        self._in_all -= len(kept)
        if claim.frequency in {"7", "8"} and claim.original_claim:
            kept = [item for item in kept if item.claim != claim.original_claim]
        if claim.frequency != "8":
            kept.extend(_past(claim))
        if len(kept) > self._most_lines:
            del kept[: len(kept) - self._most_lines]
            self._shortened.add(patient)
        self._lines[patient] = kept
        self._in_all += len(kept)
        while len(self._lines) > self._most_patients or (
            self._in_all > self._most_in_all and len(self._lines) > 1
        ):
            gone, lines = self._lines.popitem(last=False)
            self._in_all -= len(lines)
            self._shortened.discard(gone)
            self._has_let_go = True


def _past(claim: Claim) -> list[PastLine]:
    found = []
    for line in claim.lines:
        if not line.code or line.date is None:
            continue
        renders = line.rendering_provider or claim.rendering_provider
        found.append(
            PastLine(
                claim=claim.id,
                number=line.number,
                code=line.code,
                modifiers=line.modifiers,
                units=line.units,
                date=line.date,
                npi=renders.npi or claim.billing_provider.npi,
                billing_npi=claim.billing_provider.npi,
                specialty=renders.specialty or claim.billing_provider.specialty,
                diagnoses=tuple(
                    claim.diagnoses[place - 1].code
                    for place in line.diagnoses
                    if 0 < place <= len(claim.diagnoses)
                ),
                place_of_service=line.place_of_service,
                charge=line.charge,
                is_facility=claim.type.value == "institutional",
            )
        )
    return found
