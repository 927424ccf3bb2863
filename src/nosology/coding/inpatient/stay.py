"""What is reported of a hospital stay: the provider's last word, and what it leaves standing.

The document that closes the stay, as a rule the discharge summary, lists the diagnoses; what was
treated of its course stands beside them, and so do the chronic conditions that the patient brought.
Of earlier documents stands what was treated and is neither contradicted, changed nor told more
exactly later. What a study merely showed, what a procedure of this stay left behind and a symptom
that is over are not reported (ICD-10-CM OCG II, III).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from nosology.coding.diagnoses.reported import Reported, status_rule
from nosology.coding.diagnoses.reporting import Reporting
from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.coding.diagnoses.studies import is_study
from nosology.coding.inpatient.documents import (
    cues,
    is_treated,
    last_word,
    takes_the_place,
)
from nosology.coding.inpatient.senses import DIAGNOSES, OF_BLOOD, is_sign
from nosology.coding.inpatient.treatment_plan import says_no_reason
from nosology.model.code import EXTERNAL_CAUSES
from nosology.model.encounter import Encounter
from nosology.model.reading import Polarity, Reading, SectionKind, Time
from nosology.model.record import Author

_K = SectionKind
_TOLD = frozenset(
    {
        *(_K.BODY, _K.OTHER, _K.DISPOSITION, _K.HISTORY_OF_PRESENT_ILLNESS, _K.INTERVAL_HISTORY),
        *(_K.HOSPITAL_COURSE, _K.CHIEF_COMPLAINT, _K.PROCEDURE),
    }
)
_PROSE = frozenset({_K.BODY, _K.OTHER})
_BACKGROUND = frozenset({_K.PAST_MEDICAL_HISTORY, _K.PAST_SURGICAL_HISTORY, _K.PROBLEM_LIST})
_NEOPLASMS = ("C", "D0")
_ENCOUNTERS = ("Z0", "Z1", "Z2", "Z3", "Z4", "Z5", "Z6", "Z7", "Z98")
_TREATMENTS = ("Z510", "Z5111", "Z5112")
_CALLED_OFF = "Z53"
_DELIVERIES = ("O80", "O82")
_YOUNGEST_MOTHER = 9
_TOLD_ANYWHERE = ("Z66", "Z515")
"""Not to be resuscitated, comfort care: reported wherever the provider tells of it."""
_CATEGORY = 3
_SEVERAL = ("S", "T", "O", "P", "Z")
_ADMITTED = re.compile(
    r"\b(?:admi(?:t|tted|ssion)|presents?|here|comes? in|elective(?:ly)?)\b[^.]{0,40}\bfor\b"
    r"|\breason for (?:admission|hospitali[sz]ation)\b",
    re.IGNORECASE,
)
_RISK_MARK = "HCC"
"""Put in parentheses behind problems that count for risk adjustment."""


@dataclass(frozen=True)
class Stay:
    """Decides what is reported of a stay.

    Attributes:
        reporting: what every setting has in common.
        readings: the provider's documents, in the order given.
        is_mother: whether the patient may have given birth rather than been born.
    """

    reporting: Reporting
    readings: tuple[Reading, ...]
    is_mother: bool = True

    @classmethod
    def of(cls, encounter: Encounter, readings: Iterable[Reading], reporting: Reporting) -> Stay:
        """Return the stay of an encounter whose documents were read."""
        own = tuple(item for item in readings if item.document.author is Author.PROVIDER)
        age = encounter.patient_age
        return cls(
            reporting,
            own,
            is_mother=age is None or age >= _YOUNGEST_MOTHER,
        )

    def select(self, stated: Sequence[Statement]) -> list[Reported]:
        """Return what is reported: the last word in its order, then what else stands.

        Args:
            stated: the provider's statements, as ``as_of_the_stay`` returns them.
        """
        own = [item for item in stated if _may_be_told(item)]
        by_document: dict[int, list[Statement]] = {}
        for item in own:
            by_document.setdefault(item.reading.index, []).append(item)
        last = last_word(self.readings)
        final = self._reportable(by_document.get(last, []))
        chosen = [_with_rule(item) for item in self._of_last_word(final)]
        for reading in reversed(self.readings):
            if reading.index == last or is_study(reading.document):
                continue
            said = self._reportable(by_document.get(reading.index, []))
            chosen.extend(
                replace(item, rule="treated-earlier-in-stay")
                if item.rule != "chronic-inpatient"
                else item
                for item in self.reporting.select(said)
                if self._stands(item, chosen, own, reading.index)
            )
        chosen.extend(self._reasons(own))
        return chosen

    # The last word ------------------------------------------------------------------------------

    def _of_last_word(self, final: list[Statement]) -> list[Reported]:
        chosen = self.reporting.select(final)
        listed = [item.statement for item in chosen if item.statement.is_assessed]
        if listed:
            chosen = [item for item in chosen if not _is_said_in(item.statement, listed)]
            return [*chosen, *self._treated_beside(final, chosen, listed)]
        seen = {item.statement.concept for item in chosen}
        told = [
            Reported(item, "documented-condition", 0.5)
            for item in final
            if item.kind in _TOLD
            and item.sense is Sense.PRESENT
            and not is_sign(item.concept, self.reporting.knowledge)
            and (is_treated(item) or not self.reporting.knowledge.is_symptom(item.concept))
            and not item.concept.startswith(_ENCOUNTERS)
        ]
        for item in told:
            if item.statement.concept not in seen:
                seen.add(item.statement.concept)
                chosen.append(item)
        return sorted(chosen, key=lambda item: item.statement.order)

    def _treated_beside(
        self, final: list[Statement], chosen: list[Reported], listed: list[Statement]
    ) -> list[Reported]:
        """What the prose of the last word says was treated, though its list leaves it out.

        Of the course only disorders of the blood are looked for here: the rest is chosen already.
        """
        knowledge = self.reporting.knowledge
        found: dict[str, Reported] = {}
        for item in final:
            concept = item.concept
            of_blood = concept.startswith(OF_BLOOD) and knowledge.is_symptom(concept)
            if (
                item.kind in (_PROSE if not of_blood else _PROSE | {_K.HOSPITAL_COURSE})
                and item.sense is Sense.PRESENT
                and not is_sign(concept, knowledge)
                and not concept.startswith("Z")
                and (
                    of_blood
                    or cues().arose.search(item.said)
                    or (knowledge.is_chronic(concept) and cues().kept_up.search(item.said))
                )
                and is_treated(item)
                and not any(takes_the_place(one.statement.concept, concept) for one in chosen)
                and not _is_said_in(item, listed)
            ):
                found.setdefault(concept[:_CATEGORY], Reported(item, "treated-in-stay", 0.6))
        return list(found.values())

    # What may be reported at all ----------------------------------------------------------------

    def _reportable(self, said: list[Statement]) -> list[Statement]:
        denied = {item.concept[:3]: item.order for item in said if item.sense is Sense.ABSENT}
        has_list = any(item.is_named and item.is_assessed for item in said)
        return [
            item
            for item in said
            if not _is_dismissed(item)
            and (
                _is_diagnosed(item)
                or not (
                    _is_shown_only(item)
                    or (item.kind is _K.HOSPITAL_COURSE and item.concept.startswith(_ENCOUNTERS))
                    or denied.get(item.concept[:3], (-1, -1)) > item.order
                    or (has_list and self._is_untreated(item))
                )
            )
        ]

    def _is_untreated(self, item: Statement) -> bool:
        """Whether the course tells of a condition without anything that was done for it."""
        return (
            item.kind is _K.HOSPITAL_COURSE
            and not self.reporting.knowledge.is_chronic(item.concept)
            and not is_treated(item)
        )

    # What earlier documents leave standing --------------------------------------------------------

    def _stands(
        self, item: Reported, chosen: Sequence[Reported], own: Sequence[Statement], document: int
    ) -> bool:
        """Whether a diagnosis of an earlier document holds beside those already chosen."""
        knowledge = self.reporting.knowledge
        statement = item.statement
        concept = statement.concept
        if (
            statement.sense is not Sense.PRESENT
            or is_sign(concept, knowledge)
            or (status_rule(concept) and not knowledge.is_chronic(concept))
            or not (knowledge.is_chronic(concept) or is_treated(statement))
        ):
            return False
        if any(
            takes_the_place(other.statement.concept, concept)
            and not _says_less(other.statement.concept, concept)
            for other in chosen
        ):
            return False
        return not any(
            other.concept[:3] == concept[:3]
            and other.reading.index != document
            and other.sense in (Sense.ABSENT, Sense.UNCERTAIN)
            and other.mention.context.polarity is Polarity.NEGATED
            for other in own
        )

    # What the whole record says ---------------------------------------------------------------

    def _reasons(self, own: Sequence[Statement]) -> list[Reported]:
        """Reasons for the stay, plans not carried out, and statuses wherever they are told."""
        found: list[Reported] = []
        for item in own:
            if item.concept.startswith(_TREATMENTS) and _is_reason(item):
                found.append(Reported(item, "reason-for-admission", 0.8))
            elif item.concept.startswith(_CALLED_OFF) and item.sense is Sense.PRESENT:
                found.append(Reported(item, "plan-not-carried-out", 0.7))
            elif self.is_mother and item.concept in _DELIVERIES and item.sense is Sense.PRESENT:
                found.append(Reported(item, "reason-for-admission", 0.7))
            elif item.concept.startswith(_TOLD_ANYWHERE) and item.sense is Sense.PRESENT:
                found.append(Reported(item, "status-stated", 0.7))
            elif item.concept.startswith(_NEOPLASMS) and _is_gone(item):
                history = self.reporting.knowledge.personal_history(item.concept)
                if history:
                    found.append(Reported(item, "neoplasm-excised", 0.6, history))
        return found


def _says_less(concept: str, other: str) -> bool:
    """Whether a diagnosis leaves open what another of its category states: no conflict, but more.

    Injuries, pregnancies and newborns are rather several than one and the same.
    """
    is_open = len(concept) == _CATEGORY or concept.endswith("9")
    is_told = len(other) > _CATEGORY and not other.endswith("9")
    is_same = concept[:_CATEGORY] == other[:_CATEGORY] and not concept.startswith(_SEVERAL)
    return is_same and is_open and is_told


def _is_said_in(item: Statement, listed: Sequence[Statement]) -> bool:
    """Whether prose names again, in fewer words, what a listed diagnosis says with more."""
    if item.is_assessed:
        return False
    name = item.span.quote(item.reading.text).lower()
    return any(
        name in one.said.lower() and one.concept[:_CATEGORY] != item.concept[:_CATEGORY]
        for one in listed
    )


def _may_be_told(item: Statement) -> bool:
    """Whether it is no external cause, no plan called off for a reason told elsewhere, no mark."""
    said = item.span.quote(item.reading.text)
    if item.concept.startswith(_CALLED_OFF):
        return not says_no_reason(said)
    if said == _RISK_MARK and item.reading.text[item.mention.start - 1] == "(":
        return False
    return not item.concept.startswith(EXTERNAL_CAUSES)


def _with_rule(item: Reported) -> Reported:
    """The same, with the rule of the stay that lets it be reported."""
    statement = item.statement
    if item.code is None and item.rule in ("discharge-diagnosis", "assessed-problem"):
        if statement.mention.context.time is Time.RESOLVED:
            return replace(item, rule="resolved-in-stay")
    elif item.rule == "documented-condition" and statement.kind is _K.HOSPITAL_COURSE:
        return replace(item, rule="treated-in-stay")
    return item


def _is_diagnosed(item: Statement) -> bool:
    """Whether the provider names it, rather than give what a study reads."""
    if not (item.is_named and item.is_assessed):
        return False
    return item.kind in DIAGNOSES or cues().reads.match(item.said) is None


def _is_shown_only(item: Statement) -> bool:
    """Whether a study showed it and nobody made a diagnosis of it (OCG III.B)."""
    if item.kind in (_K.RESULTS, _K.FINDINGS, _K.PHYSICAL_EXAM, _K.COMPARISON):
        return True
    said = item.said
    return bool(cues().reads.match(said) or cues().incidental.search(said))


def _is_dismissed(item: Statement) -> bool:
    """Whether it is told of only to be laid aside: considered, then not found."""
    if item.sense is Sense.UNCERTAIN:
        return bool(cues().dismissed.search(item.said))
    return bool(cues().excluded.match(item.reading.text, item.mention.end))


def _is_reason(item: Statement) -> bool:
    if item.sense not in (Sense.PRESENT, Sense.NOT_STATED):
        return False
    if item.mention.context.polarity is Polarity.NEGATED:
        return False
    is_told = item.kind in (_K.CHIEF_COMPLAINT, _K.ADMISSION_DIAGNOSIS) or item.is_named
    return is_told or bool(_ADMITTED.search(item.said))


def _is_gone(item: Statement) -> bool:
    """Whether the history tells of a neoplasm that was taken out and did not come back."""
    return (
        item.kind in _BACKGROUND
        and item.sense in (Sense.PRESENT, Sense.PAST)
        and bool(cues().gone.search(item.said) or item.sense is Sense.PAST)
    )
