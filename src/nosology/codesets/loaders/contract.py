"""What every loader offers, and what it says of the file before and after it is read."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from nosology.codesets.loaders.publication import Publication

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how far it is, and how far it goes."""


@dataclass(frozen=True, slots=True)
class Edition:
    """Which edition of which data set a published file is, told from its content or its name.

    Attributes:
        data_set: name of the data set, such as ``icd10cm`` or ``ncci-ptp-practitioner``.
        label: the field's own name of the edition: ``2026-04`` for ICD-10 (year and month of the
            first day), ``2026Q2`` for what is published quarterly, ``2026`` for what is yearly.
        valid_from: first date of service that the edition is for.
        valid_to: last date of service, inclusive; None where it has no end.
        part: which part of the edition the file is, where it is published in several.
    """

    data_set: str
    label: str
    valid_from: dt.date
    valid_to: dt.date | None
    part: str = ""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was written of a file.

    Attributes:
        rows: data rows read from the file; each reached the store.
        billable: codes that may stand on a claim, where the file is a code set.
        anchors: a few rows, as shown to the user, by which the load can be checked by eye.
        completeness: ``full``; ``titles-only`` for a code set without its notes.
        remark: what the user should know of what the file tells and what it does not.
    """

    rows: int
    billable: int | None = None
    anchors: tuple[str, ...] = ()
    completeness: str = "full"
    remark: str = ""


class Loader(Protocol):
    """Reads one kind of published file into the store. Stateless; one module-level object each."""

    @property
    def name(self) -> str:
        """Short name in kebab-case, such as ``icd10-order``."""
        ...

    @property
    def title(self) -> str:
        """What the file is, in the publisher's words."""
        ...

    @property
    def publisher(self) -> str:
        """Who publishes it."""
        ...

    @property
    def licence(self) -> str:
        """Under which licence."""
        ...

    def recognizes(self, publication: Publication) -> bool:
        """Return whether the content is of this kind; cheap, looks at the head only."""
        ...

    def editions(self, publication: Publication) -> tuple[Edition, ...]:
        """Return the edition that the file is; empty where neither content nor name tells it.

        One file may serve several editions (a yearly file of two half years).
        """
        ...

    def load(
        self,
        connection: sqlite3.Connection,
        release: int,
        publication: Publication,
        progress: Progress,
    ) -> Loaded:
        """Write every row into the store under the release's number, without committing.

        Raises:
            MalformedRow: naming file, line and column of the first row that does not follow the
                layout; no row is ever skipped.
        """
        ...


@runtime_checkable
class TellsDataSet(Protocol):
    """A loader that can say what a file is part of even where nothing tells which edition it is.

    The user then names the edition. A loader that always reads one data set, published whole, may
    instead have its name as an attribute ``data_set``; one with neither is of use only for files
    that tell their edition.
    """

    def data_set_of(self, publication: Publication) -> tuple[str, str]:
        """Return the name of the data set, and the part of an edition that the file is.

        Raises:
            InputError: when the content does not tell, saying under which name it would.
        """
        ...


@runtime_checkable
class TellsSpan(Protocol):
    """A loader of data sets whose labels stand for other days than such labels mostly do.

    Attributes:
        labels: what its labels look like, as an error says it.
    """

    labels: str

    def span_of(self, label: str) -> tuple[dt.date, dt.date | None] | None:
        """Return the first and last day that a label stands for; None where it is no label."""
        ...
