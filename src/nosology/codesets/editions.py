"""Which edition a file that is added counts as: what the file tells, and what the user says."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

from nosology.codesets.loaders.contract import Edition, Loader, TellsDataSet, TellsSpan
from nosology.codesets.loaders.publication import Publication
from nosology.model.errors import InputError, shown

_FORM = re.compile(r"(20\d\d)(?:-(0[1-9]|1[0-2])|Q([1-4]))?")
_ICD10_MONTHS = (4, 10)


@dataclass(frozen=True, slots=True)
class NamedEdition:
    """What the user says of the edition; None for what the file is to tell."""

    label: str | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said."""
        return self == NamedEdition()


def editions_of(
    loader: Loader, publication: Publication, named: NamedEdition
) -> tuple[Edition, ...]:
    """Return the editions that the file counts as; what the user says stands above what it tells.

    Raises:
        InputError: when neither tells, or what the user says does not fit together.
    """
    told = loader.editions(publication)
    if named.is_empty:
        if not told:
            raise _untold(loader, publication)
        return told
    if len(told) > 1 and named.label is None:
        labels = ", ".join(edition.label for edition in told)
        raise InputError(
            publication.name,
            f"serves several editions ({labels}), to which one pair of dates cannot belong; "
            "give --release too, for the one that you want",
        )
    if told:
        data_set, part = told[0].data_set, told[0].part
    else:
        data_set, part = _data_set(loader, publication, named.label)
    label = named.label if named.label is not None else told[0].label if told else None
    if label is None:
        raise _untold(loader, publication)
    span = _span(loader, label, data_set)
    first, last = span
    if named.label is None or (told and label == told[0].label):
        first, last = told[0].valid_from, told[0].valid_to
    valid_from = named.valid_from or first
    valid_to = named.valid_to or last
    if valid_from is None:
        raise InputError(
            "--release",
            f"{label} does not say from when to when it holds; give --from DATE --to DATE too",
        )
    _check_dates(label, span, valid_from, valid_to)
    return (Edition(data_set, label, valid_from, valid_to, part),)


def _untold(loader: Loader, publication: Publication) -> InputError:
    if isinstance(loader, TellsDataSet):
        # A file that does not even tell what it is part of is of no use with an edition named.
        loader.data_set_of(publication)
    labels = "2026-10 (2026Q4 for quarterly data, 2026 for yearly)"
    if isinstance(loader, TellsSpan):
        labels = f"({loader.labels})"
    return InputError(
        publication.name,
        f"{_what(loader)}, whose edition neither its content nor its name tells; name it with "
        f"--release {labels}, and where it differs from that period, --from DATE --to DATE",
    )


def _what(loader: Loader) -> str:
    return f"is of the kind “{loader.title}”"


def _data_set(loader: Loader, publication: Publication, label: str | None) -> tuple[str, str]:
    """Return the data set and the part that a file is which tells no edition.

    Raises:
        InputError: when that does not show either.
    """
    if isinstance(loader, TellsDataSet):
        return loader.data_set_of(publication)
    always = getattr(loader, "data_set", None)
    if isinstance(always, str):
        return always, ""
    # Most files lack no more than the period in their name, which is what the user has said.
    named = replace(publication, known_as=f"{publication.name} {label}")
    if label is not None and (told := loader.editions(named)):
        return told[0].data_set, told[0].part
    raise InputError(
        publication.name,
        f"{_what(loader)}, but which of its lists it is does not show; give the file the name "
        "under which it was published",
    )


type _Span = tuple[dt.date | None, dt.date | None]


def _span(loader: Loader, label: str, data_set: str) -> _Span:
    """Return the first and last day that the label stands for.

    The first is None where the label does not tell, the last also where there is none.

    Raises:
        InputError: when it is no label of the data set.
    """
    if isinstance(loader, TellsSpan):
        span = loader.span_of(label)
        if span is None:
            raise InputError(
                "--release", f"is {shown(label)} for {data_set}; expected {loader.labels}"
            )
        return span
    found = _FORM.fullmatch(label)
    is_icd10 = data_set.startswith("icd10")
    if found is None or (is_icd10 and not found[2]):
        expected = (
            "year and month of the first day, such as 2026-10"
            if is_icd10
            else "2026Q4 for what is published quarterly, 2026 yearly, 2026-10 otherwise"
        )
        raise InputError("--release", f"is {shown(label)} for {data_set}; expected {expected}")
    year, month, quarter = int(found[1]), found[2], found[3]
    if quarter:
        first = dt.date(year, 3 * int(quarter) - 2, 1)
        after = dt.date(year + int(quarter) // 4, 3 * int(quarter) % 12 + 1, 1)
        return first, after - dt.timedelta(days=1)
    if not month:
        return dt.date(year, 1, 1), dt.date(year, 12, 31)
    if is_icd10 and int(month) in _ICD10_MONTHS:
        # A fiscal year ends with September; what April brings holds until then.
        return dt.date(year, int(month), 1), dt.date(year + (month == "10"), 9, 30)
    return None, None


def _check_dates(label: str, span: _Span, valid_from: dt.date, valid_to: dt.date | None) -> None:
    first, last = span
    month = f"{valid_from:%Y-%m}"
    if "-" in label and month != label:
        raise InputError(
            "--release", f"is {label}, but the first day is {valid_from}; expected {month}"
        )
    if first and not first <= valid_from <= (last or dt.date.max):
        raise InputError(
            "--release", f"is {label}, in which the first day, {valid_from}, does not lie"
        )
    if valid_to is not None and valid_to < valid_from:
        raise InputError("--to", f"{valid_to} is before the first day, {valid_from}")
