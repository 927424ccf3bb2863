"""Writing down in the store which releases it holds."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the store says of a release; ``release.InstalledRelease`` is the same read back.

    Attributes:
        system: a code set, or another data set such as ``mue-practitioner``.
        valid_to: inclusive; None where no end is known.
        billable: None for what is not a code set.
        completeness: ``full``; ``titles-only`` without notes; ``dates-only`` where what is new has
            no title.
        remark: what the user should know of it.
        based_on: number of the release whose entries it shares.
        part: which part of an edition that is published in several files.
    """

    system: str
    label: str
    valid_from: dt.date
    valid_to: dt.date | None
    rows: int
    billable: int | None
    source: str
    publisher: str
    licence: str
    sha256: str
    loader: str
    completeness: str = "full"
    remark: str = ""
    based_on: int | None = None
    part: str = ""


def record_release(connection: sqlite3.Connection, recorded: Recorded) -> int:
    """Return the number under which the release's rows are to be written."""
    number = connection.execute(
        "INSERT INTO release (system, label, part, valid_from, valid_to, rows, billable,"
        " completeness, remark, based_on, source, publisher, licence, sha256, loader)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            recorded.system,
            recorded.label,
            recorded.part,
            recorded.valid_from.isoformat(),
            recorded.valid_to.isoformat() if recorded.valid_to else None,
            recorded.rows,
            recorded.billable,
            recorded.completeness,
            recorded.remark,
            recorded.based_on,
            recorded.source,
            recorded.publisher,
            recorded.licence,
            recorded.sha256,
            recorded.loader,
        ),
    ).lastrowid
    if number is None:  # pragma: no cover - SQLite numbers every row that it inserts
        raise LookupError("the store gave the release no number")
    return number
