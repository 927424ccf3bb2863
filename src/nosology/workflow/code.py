"""Code an encounter: open the code sets, read the documents, assign the codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from nosology import __version__
from nosology.codesets import open_code_book
from nosology.codesets.book import SqliteCodeBook
from nosology.coding.diagnoses.coder import DiagnosisCoder
from nosology.coding.diagnoses.statements import Sense, statements
from nosology.coding.lexicon.compilation import compile_index, family, fingerprint
from nosology.language.matching import TermMatcher
from nosology.language.pipeline import Reader
from nosology.language.problems import ProblemStage
from nosology.language.senses import LoneWordStage
from nosology.language.spelling import SpellingStage
from nosology.language.terms import TermIndex
from nosology.model.code import System, dotted
from nosology.model.coding import Coding, Diagnosis, Role, Scope
from nosology.model.encounter import Encounter
from nosology.workflow.billing import Billed, Billing
from nosology.workflow.self_check import SelfCheck

if TYPE_CHECKING:
    from nosology.codesets.index import IndexedTerm

_SHOWN = 8
_INDEXES = "icd10cm-"
"""What the names of the data sets begin with that are indexes of ICD-10-CM."""

type Progress = Callable[[str], None]


@dataclass(frozen=True)
class Coder:
    """Codes encounters; what it has loaded for a release is kept for the next encounter."""

    book: SqliteCodeBook
    on_progress: Progress | None = None
    _by_release: dict[str, tuple[Reader, TermIndex]] = field(default_factory=dict)
    _coders: dict[str, DiagnosisCoder] = field(default_factory=dict)
    _billing: Billing = field(init=False)
    _self_check: SelfCheck = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_billing", Billing(self.book))
        object.__setattr__(self, "_self_check", SelfCheck(self.book))

    def code(self, encounter: Encounter, scope: Scope = Scope.REPORTABLE) -> Coding:
        """Return the codes that the encounter's record supports.

        An encounter without a date of service is coded with the newest release.

        Raises:
            MissingCodeSet: when no ICD-10-CM release is installed.
        """
        on = encounter.date_of_service
        release = self.book.release(on)
        reader, index = self._loaded(release, on)
        coder = self._coders.get(release)
        if coder is None:
            coder = self._coders[release] = DiagnosisCoder(self.book, on, index)
        readings = tuple(
            reader.read(document, number)
            for number, document in enumerate(encounter.record.documents)
        )
        answer = coder.code(encounter, readings, scope)
        notices: tuple[str, ...] = ()
        if on is not None and not self.book.covers(on):
            notices = (
                f"no installed ICD-10-CM release covers {on}; coded with release {release}: "
                "verify the codes for the date of service",
            )
        notices += tuple(
            f"{dotted(code)} divides into {_listed(self.book.children(code, on))} in release "
            f"{release}, whose titles are in no installed release: not coded; add the official "
            "release, or choose by the official list"
            for code in answer.undescribed
        )
        billed = Billed()
        if scope is Scope.REPORTABLE:
            ordered = () if answer.diagnoses else coder.ordered(encounter, readings)
            billed = self._billing.code(encounter, readings, answer.diagnoses, ordered)
        coding = Coding(
            id=encounter.id,
            icd10cm=_with(answer.diagnoses, billed),
            version=__version__,
            icd10pcs=billed.procedures,
            services=billed.services,
            suggestions=(*answer.suggestions, *billed.suggestions),
            queries=(*answer.queries, *billed.queries),
            releases={System.ICD10CM.value: release, **billed.releases},
            notices=(*notices, *billed.notices),
        )
        if scope is not Scope.REPORTABLE:
            return coding
        return self._self_check.checked(coding, encounter)

    def senses(self, encounter: Encounter) -> dict[str, frozenset[Sense]]:
        """Return in what senses the record was read to speak of each category of the code set."""
        on = encounter.date_of_service
        reader, _ = self._loaded(self.book.release(on), on)
        found: dict[str, set[Sense]] = {}
        for number, document in enumerate(encounter.record.documents):
            for statement in statements(reader.read(document, number)):
                found.setdefault(statement.concept[:3], set()).add(statement.sense)
        return {category: frozenset(senses) for category, senses in found.items()}

    def _loaded(self, release: str, on: dt.date | None) -> tuple[Reader, TermIndex]:
        known = self._by_release.get(release)
        if known is None:
            index = term_index(self.book, on, self.on_progress)
            # Words of services are known too, so that none is corrected to a word of diseases.
            spelling = SpellingStage(self._billing.terms.vocabulary | index.vocabulary)
            reader = Reader((spelling, ProblemStage(), TermMatcher(index), LoneWordStage()))
            known = self._by_release[release] = (reader, index)
        return known


def _with(diagnoses: tuple[Diagnosis, ...], billed: Billed) -> tuple[Diagnosis, ...]:
    """Return the diagnoses with those that services show, which stand before external causes.

    One that stands for others takes the place of the first of them.
    """
    shown = billed.diagnoses
    if not shown:
        return diagnoses
    others = [item for item in diagnoses if item.role is not Role.EXTERNAL_CAUSE]
    causes = [item for item in diagnoses if item.role is Role.EXTERNAL_CAUSE]
    kept = [item for item in others if item.code not in billed.replaced]
    found = [*kept, *shown]
    if others and others[0].code in billed.replaced:
        found = [*shown, *kept]
    roles = [item.role for item in others[:1]]
    first = [replace(item, role=role) for item, role in zip(found, roles, strict=False)]
    return (*first, *found[len(first) :], *causes)


def _listed(codes: tuple[str, ...]) -> str:
    shown = ", ".join(dotted(code) for code in codes[:_SHOWN])
    return f"{shown} and {len(codes) - _SHOWN} more" if len(codes) > _SHOWN else shown


def load_coder(home: Path | None = None, on_progress: Progress | None = None) -> Coder:
    """Return a coder on the installed code sets, which are built first where there are none.

    Args:
        home: folder of the store; by default ``NOSOLOGY_HOME`` or the user's data folder.
        on_progress: told in a few words what takes time.
    """
    return Coder(open_code_book(home), on_progress)


def term_index(
    book: SqliteCodeBook, on: dt.date | None, on_progress: Progress | None = None
) -> TermIndex:
    """Return the index of all terms, taken from the store or compiled and left there.

    The official indexes belong to it where they are installed: of each the edition that answers for
    the first day of the release, so that all notes of a release are read alike.
    """
    first_day = book.first_day(book.release(on))
    indexes = _indexes(book, first_day)
    key = fingerprint(book, on, indexes)
    stored = book.artefact(key)
    if stored is not None:
        try:
            return TermIndex.from_bytes(stored)
        except ValueError:
            pass
    if on_progress:
        on_progress("compiling the lexicon")
    index = compile_index(book, on, _indexed(book, first_day) if indexes else ())
    book.put_artefact(key, index.to_bytes(), replaces=family(book, on))
    return index


def _indexes(book: SqliteCodeBook, on: dt.date) -> tuple[str, ...]:
    """Name and hash of each official index that answers for the date; empty where none is there."""
    if not any(release.system.startswith(_INDEXES) for release in book.releases):
        return ()
    # Imported here, like below: most users have none, and it takes longer than a note.
    from nosology.codesets.index import answering

    editions = answering(book.releases, on).values()
    return tuple(f"{release.system}:{release.sha256}" for release in editions)


def _indexed(book: SqliteCodeBook, on: dt.date) -> Iterator[IndexedTerm]:
    from nosology.codesets.index import open_index_book

    return open_index_book(book.path.parent).terms(on)
