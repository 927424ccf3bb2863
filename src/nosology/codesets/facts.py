"""What the claim editor asks, answered from the store; each thing is asked of it once.

A service's facts change with a quarter at most, a diagnosis's with a release, so they are kept by
the quarter of the day. What is kept is bounded: a stream of claims does not grow it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Sequence
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Any, cast

from nosology.codesets.book import SqliteCodeBook
from nosology.codesets.days import date_of, joined, number_of
from nosology.codesets.embedded.reading import (
    editor_ages,
    editor_flags,
    outpatient_diagnosis,
    outpatient_facts,
)
from nosology.codesets.reader import StoreReader
from nosology.codesets.reference.answers import CoverageDecision, RelativeValue
from nosology.codesets.reference.book import ReferenceBook
from nosology.codesets.reference.fees import MPFS
from nosology.codesets.reference.ncci import ADD_ON, MUE, PTP
from nosology.codesets.reference.pairs import PairTable, PtpTerms
from nosology.codesets.schema import SOURCES
from nosology.codesets.store import home_folder
from nosology.model.code import System
from nosology.model.edits import Pair
from nosology.model.errors import UnknownCode
from nosology.model.facts import (
    AddOnFacts,
    CoverageFacts,
    DiagnosisFacts,
    DiagnosisNotes,
    DrugContainer,
    DrugUnit,
    FeeFacts,
    ModifierFacts,
    PairSetting,
    ProcedureFacts,
    RevenueFacts,
    ServiceFacts,
    Span,
    UnitLimit,
    UnitService,
)

CODE_DATES = "code-dates"
BUILT_IN_FEES = "fee-indicators"
OUTPATIENT_EDITOR = "outpatient-code-editor"
_MOST_KEPT = 40_000
_MOST_PAIRS_KEPT = 200_000
_MOST_QUARTERS = 8
_NEVER = dt.date(1966, 1, 1)
_SYSTEMS = {system.value: system for system in System}
# In the order of the fields of DiagnosisNotes.
_NOTES = ("excludes1", "code_first", "use_additional", "code_also")

BuiltInFees = Callable[[str], FeeFacts | None]
BuiltInContainers = Callable[[str], DrugContainer]


class StoreFacts:
    """Answers from the store; implements ``nosology.model.facts.FactBook``."""

    def __init__(
        self,
        book: SqliteCodeBook,
        built_in_fees: BuiltInFees | None = None,
        home: Path | None = None,
        sources: Path = SOURCES,
        built_in_containers: BuiltInContainers | None = None,
    ) -> None:
        """Open the store that the book reads.

        Args:
            book: the code sets.
            built_in_fees: indicators of the fee schedule that stand in where none is installed.
            home: folder of the store; the book's where it is None.
            sources: what the store is made from.
            built_in_containers: in what containers drugs are sold.
        """
        self.codes = book
        self._fees = built_in_fees
        self._containers = built_in_containers
        self._reader = StoreReader(home_folder(home or book.path.parent), sources)
        self._rows = self._reader.rows
        self.reference = ReferenceBook(self._rows)
        self._kept: dict[str, dict[Hashable, object]] = {}
        self._services: dict[tuple[str, int], ServiceFacts] = {}
        self._diagnoses: dict[tuple[str, int], DiagnosisFacts] = {}
        self._add_ons: dict[tuple[str, int], AddOnFacts | None] = {}
        self._tables: dict[tuple[PairSetting, int], PairTable] = {}
        self._by_label: dict[tuple[str, str], PairTable] = {}
        self._pair_memory: dict[tuple[int, PairSetting], _Memory] = {}

    def has(self, data_set: str, on: dt.date) -> bool:
        """Return whether the data set answers for the day."""
        return self._once("has", (data_set, on), lambda: self._has(data_set, on))

    def label(self, data_set: str, on: dt.date) -> str:
        """Return the edition of the data set that answers for the day; empty where none does."""
        return self._once("label", (data_set, _quarter(on)), lambda: self._label(data_set, on))

    def service(self, code: str, on: dt.date) -> ServiceFacts:
        """Return the facts of a HCPCS or CPT code."""
        key = (code, _quarter(on))
        found = self._services.get(key)
        if found is None:
            if len(self._services) >= _MOST_KEPT:
                self._services.clear()
            found = self._services[key] = self._service(code, on)
        return found

    def diagnosis(self, code: str, on: dt.date) -> DiagnosisFacts:
        """Return the facts of an ICD-10-CM code."""
        key = (code, _quarter(on))
        found = self._diagnoses.get(key)
        if found is None:
            if len(self._diagnoses) >= _MOST_KEPT:
                self._diagnoses.clear()
            found = self._diagnoses[key] = self._diagnosis(code, on)
        return found

    def title(self, diagnosis: str, on: dt.date) -> str:
        """Return the title of an ICD-10-CM code; empty where none is known."""
        return self._once(
            "title", (diagnosis, _quarter(on)), lambda: self.codes.title(diagnosis, on)
        )

    def notes(self, diagnosis: str, on: dt.date) -> DiagnosisNotes:
        """Return the notes that hold for an ICD-10-CM code; empty for an unknown one."""
        return self._once("notes", (diagnosis, _quarter(on)), lambda: self._notes(diagnosis, on))

    def below(self, diagnosis: str, on: dt.date) -> Sequence[str]:
        """Return the first billable codes below a heading, at most ten."""
        return self.codes.billable_below(diagnosis, on)

    def successors(self, code: str, system: System, on: dt.date) -> Sequence[str]:
        """Return the codes that came in place of one that is not valid on the day."""
        return self.codes.successors(code, _NEVER, on, system)

    def procedure(self, code: str, on: dt.date) -> ProcedureFacts:
        """Return the facts of an ICD-10-PCS code."""
        return self._once("procedure", (code, _quarter(on)), lambda: self._procedure(code, on))

    def modifier(self, modifier: str, on: dt.date) -> ModifierFacts | None:
        """Return the facts of a modifier; None where no edition knows it."""
        key = (modifier, _quarter(on))
        return self._once("modifier", key, lambda: self._modifier(modifier, on))

    def revenue(self, revenue_code: str, on: dt.date) -> RevenueFacts | None:
        """Return the facts of a revenue code of four digits; None where it is unknown."""
        key = (revenue_code, _quarter(on))
        return self._once("revenue", key, lambda: self._revenue(revenue_code, on))

    def ages(self, attribute: str, on: dt.date) -> tuple[int, int] | None:
        """Return the ages, in years and inclusive, that an attribute such as newborn means."""
        known = self._once("ages", _quarter(on), lambda: editor_ages(self._rows, number_of(on)))
        found = known.get(attribute)
        return (found.lowest, found.highest) if found else None

    def pair(self, one: str, other: str, on: dt.date, setting: PairSetting) -> Pair | None:
        """Return the pair edit on two codes; the hospital's list stands in for the practitioner's.

        Raises:
            MissingCodeSet: when no edition answers for the day.
        """
        found = self.pairs_among((one, other), on, setting)
        return found[0] if found else None

    def pairs_among(
        self, codes: Sequence[str], on: dt.date, setting: PairSetting
    ) -> Sequence[Pair]:
        """Return the pair edits between any two of the codes, in the order of the codes.

        Raises:
            MissingCodeSet: when no edition answers for the day.
        """
        quarter = _quarter(on)
        memory = self._pair_memory.get((quarter, setting))
        if memory is None:
            if len(self._pair_memory) > _MOST_QUARTERS:
                self._pair_memory.clear()
            memory = self._pair_memory[quarter, setting] = {}
        pairs: list[Pair] = []
        for couple in combinations(codes, 2):
            found = memory.get(couple)
            if found is None:
                found = self._kept_pair(memory, couple, on, setting)
            if found:
                day = number_of(on)
                for terms, pair in found:
                    if terms.in_force(day):
                        pairs.append(pair)
                        break
        return pairs

    def _kept_pair(
        self, memory: _Memory, couple: tuple[str, str], on: dt.date, setting: PairSetting
    ) -> _Found:
        if len(memory) > _MOST_PAIRS_KEPT:
            memory.clear()
        table = self._pair_table(setting, on)
        found = memory[couple] = tuple(
            (terms, Pair(first, second, terms.modifier, table.label))
            for first, second in (couple, couple[::-1])
            for terms in table.find(first, second)
        )
        return found

    def unit_limit(self, code: str, on: dt.date, service: UnitService) -> UnitLimit | None:
        """Return the most units of the code; None where there is no limit or no edition."""
        return self._once(
            "units", (code, service, _quarter(on)), lambda: self._unit_limit(code, on, service)
        )

    def add_on(self, code: str, on: dt.date) -> AddOnFacts | None:
        """Return what the add-on code may accompany; None where it is no add-on code."""
        key = (code, _quarter(on))
        try:
            return self._add_ons[key]
        except KeyError:
            pass
        if len(self._add_ons) >= _MOST_KEPT:
            self._add_ons.clear()
        found = self._add_ons[key] = self._add_on(code, on)
        return found

    def coverage(self, code: str, diagnosis: str, on: dt.date) -> CoverageFacts:
        """Return what installed local policies say of the service for the diagnosis."""
        return self._once(
            "coverage", (code, diagnosis, on), lambda: self._coverage(code, diagnosis, on)
        )

    def container(self, code: str) -> DrugContainer:
        """Return in what containers the drug of a HCPCS code is sold; empty where not known."""
        return "" if self._containers is None else self._containers(code)

    def drug(self, ndc: str, on: dt.date) -> Sequence[DrugUnit]:
        """Return the codes that bill a package; empty where it is not listed.

        Raises:
            InputError: when the number is no NDC.
        """
        return tuple(
            DrugUnit(item.code, item.dosage, item.billing_units)
            for item in self.reference.drug(ndc, on)
        )

    def _once[T](self, kind: str, key: Hashable, ask: Callable[[], T]) -> T:
        """Return what was answered before, or ask now; each kind has one type of answer."""
        kept = self._kept.setdefault(kind, {})
        if key in kept:
            return cast("T", kept[key])
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        answer = ask()
        kept[key] = answer
        return answer

    def _has(self, data_set: str, on: dt.date) -> bool:
        if data_set == BUILT_IN_FEES:
            return self._fees is not None
        if data_set in _SYSTEMS:
            system = _SYSTEMS[data_set]
            if system not in self.codes.systems:
                return False
            if system is System.ICD10CM and self.reference.has(CODE_DATES, on):
                return True
            return self.codes.covers(on, system)
        return self.reference.has(data_set, on)

    def _label(self, data_set: str, on: dt.date) -> str:
        if data_set == BUILT_IN_FEES:
            return "2024"
        if data_set in _SYSTEMS:
            return self.codes.release(on, _SYSTEMS[data_set])
        return self.reference.edition_label(data_set, on)

    def _service(self, code: str, on: dt.date) -> ServiceFacts:
        system = System.HCPCS if code[:1].isalpha() else System.CPT
        rows = (
            []
            if not code.isascii()
            else self._rows(
                "SELECT valid_from, valid_to, kind FROM dated_code WHERE system = ? AND code = ?"
                " AND kind <> 'modifier'",
                system.value,
                code,
            )
        )
        if not rows:
            return ServiceFacts(code, None)
        told = outpatient_facts(self._rows, code, number_of(on))
        return ServiceFacts(
            code,
            system,
            is_dental=any(kind == "dental" for _, _, kind in rows),
            spans=_spans(rows),
            status_indicator=told.status_indicator if told else "",
            payment_indicator=told.payment_indicator if told else 0,
            flags=frozenset(told.flags) if told else frozenset(),
            lowest_age=told.lowest_age if told else None,
            highest_age=told.highest_age if told else None,
            approved=_day(told.approved if told else None),
            terminated=_day(told.terminated if told else None),
            period_edit=(told.mid_quarter_edit or 0) if told else 0,
            fee=self._fee(code, on),
        )

    def _fee(self, code: str, on: dt.date) -> FeeFacts | None:
        if self.has(MPFS, on):
            value = self.reference.relative_value(code, "", on)
            return None if value is None else _fee_facts(value)
        return self._fees(code) if self._fees is not None else None

    def _diagnosis(self, code: str, on: dt.date) -> DiagnosisFacts:
        spans = _spans(
            self._rows(
                "SELECT valid_from, valid_to FROM code_dates WHERE system = ? AND code = ?",
                System.ICD10CM.value,
                code,
            )
        )
        if self.reference.has(CODE_DATES, on):
            is_billable = any(first <= on and (last is None or on <= last) for first, last in spans)
        else:
            is_billable = self.codes.is_billable(code, on)
        exists = is_billable
        seventh: tuple[str, ...] = ()
        if not is_billable:
            try:
                known = self.codes.lookup(code, on)
            except UnknownCode:
                pass
            else:
                exists = True
                seventh = tuple(character for character, _ in known.seventh_characters)
        day = number_of(on)
        told = outpatient_diagnosis(self._rows, code, day)
        return DiagnosisFacts(
            code,
            exists,
            is_billable,
            spans,
            frozenset(editor_flags(self._rows, System.ICD10CM, code, day)),
            frozenset(told.flags) if told else frozenset(),
            told.lowest_age if told else None,
            told.highest_age if told else None,
            seventh,
        )

    def _notes(self, code: str, on: dt.date) -> DiagnosisNotes:
        told = self.codes.notes(code, on, _NOTES)
        return DiagnosisNotes(*(told.get(kind, ()) for kind in _NOTES))

    def _procedure(self, code: str, on: dt.date) -> ProcedureFacts:
        day = number_of(on)
        spans = _spans(
            self._rows(
                "SELECT valid_from, valid_to FROM code_dates WHERE system = ? AND code = ?",
                System.ICD10PCS.value,
                code,
            )
        )
        is_valid = any(first <= on and (last is None or on <= last) for first, last in spans)
        if not spans:
            is_valid = self.codes.is_billable(code, on, System.ICD10PCS)
        flags = editor_flags(self._rows, System.ICD10PCS, code, day)
        return ProcedureFacts(code, is_valid, spans, frozenset(flags))

    def _modifier(self, modifier: str, on: dt.date) -> ModifierFacts | None:
        rows = self._rows(
            "SELECT valid_from, valid_to, flags FROM outpatient_modifier WHERE modifier = ?"
            " ORDER BY valid_from",
            modifier,
        )
        if not rows:
            return None
        day = number_of(on)
        flags = _held(rows, on)[2]
        conflicts = {
            other
            for one, two in (("modifier", "other"), ("other", "modifier"))
            for (other,) in self._rows(
                f"SELECT {two} FROM modifier_conflict WHERE {one} = ? AND valid_from <= ?"
                " AND (valid_to IS NULL OR valid_to >= ?)",
                *(modifier, day, day),
            )
        }
        return ModifierFacts(
            modifier,
            _spans(rows),
            _named(flags),
            frozenset(conflicts),
        )

    def _revenue(self, revenue_code: str, on: dt.date) -> RevenueFacts | None:
        rows = self._rows(
            "SELECT valid_from, valid_to, flags, status_indicator FROM revenue_code"
            " WHERE revenue_code = ? ORDER BY valid_from",
            revenue_code,
        )
        if not rows:
            return None
        *_, flags, indicator = _held(rows, on)
        return RevenueFacts(revenue_code, _spans(rows), indicator, _named(flags))

    def _pair_table(self, setting: PairSetting, on: dt.date) -> PairTable:
        key = (setting, _quarter(on))
        table = self._tables.get(key)
        if table is None:
            chosen: PairSetting = setting
            if setting == "practitioner" and not self.has(PTP["practitioner"], on):
                chosen = "hospital"
            made = self.reference.pair_table(chosen, on)
            # Editions that answer for several quarters are read once.
            table = self._by_label.setdefault((chosen, made.label), made)
            self._tables[key] = table
        return table

    @cached_property
    def _known_add_ons(self) -> frozenset[str]:
        """The codes that are add-on codes at any time, which most are not."""
        return frozenset(code for (code,) in self._rows("SELECT DISTINCT code FROM add_on"))

    def _unit_limit(self, code: str, on: dt.date, service: UnitService) -> UnitLimit | None:
        if not self.has(MUE[service], on):
            return None
        found = self.reference.mue(code, on, service)
        if found is None:
            return None
        return UnitLimit(found.units, found.adjudication_indicator, found.rationale)

    def _add_on(self, code: str, on: dt.date) -> AddOnFacts | None:
        if code not in self._known_add_ons or not self.has(ADD_ON, on):
            return None
        found = self.reference.add_on(code, on)
        return None if found is None else AddOnFacts(found.type, frozenset(found.primary_codes))

    def _coverage(self, code: str, diagnosis: str, on: dt.date) -> CoverageFacts:
        found = self.reference.coverage(code, diagnosis, on)
        if found.decision is CoverageDecision.NO_POLICY:
            return CoverageFacts(None, ())
        is_covered = found.decision is CoverageDecision.COVERED
        return CoverageFacts(is_covered, found.covered_by if is_covered else found.not_covered_by)


_Found = tuple[tuple[PtpTerms, Pair], ...]
_Memory = dict[tuple[str, str], _Found]


def _quarter(on: dt.date) -> int:
    return on.year * 4 + (on.month - 1) // 3


def _day(number: int | None) -> dt.date | None:
    return date_of(number) if number else None


def _held(rows: Sequence[Sequence[Any]], on: dt.date) -> Sequence[Any]:
    """Return the row that holds on the day, else the last; each begins with its span."""
    day = number_of(on)
    held = [row for row in rows if row[0] <= day and (row[1] is None or day <= row[1])]
    return (held or rows)[-1]


def _named(flags: str) -> frozenset[str]:
    return frozenset(name for name in flags.split(",") if name)


def _spans(rows: Sequence[Sequence[int | None]]) -> tuple[Span, ...]:
    """Return the spans of rows that begin with first and last day, joined where they meet."""
    spans = joined((row[0] or 0, row[1]) for row in rows)
    return tuple((date_of(first), date_of(last) if last else None) for first, last in spans)


def _fee_facts(value: RelativeValue) -> FeeFacts:
    return FeeFacts(
        status=value.status,
        component=value.component,
        global_days=value.global_days,
        multiple=value.multiple,
        bilateral=value.bilateral,
        assistant=value.assistant,
        co_surgeons=value.co_surgeons,
        team=value.team,
        endoscopic_base=value.endoscopic_base,
        supervision=value.supervision,
        nonfacility_na=value.nonfacility_na,
        facility_na=value.facility_na,
        release=value.release,
    )
