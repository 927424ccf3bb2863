"""Bringing data sets up to date: find the files, have licences accepted, fetch, check, install."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from nosology.codesets.loaders.contract import Edition
from nosology.codesets.updating.addresses import NotThere, find
from nosology.codesets.updating.calendar import CalendarEdition, filled
from nosology.codesets.updating.catalogue import Catalogue, DataSet, PublishedFile
from nosology.codesets.updating.content import check_content
from nosology.codesets.updating.download import Downloader, Progress
from nosology.codesets.updating.kept import discard
from nosology.codesets.updating.licences import (
    FILE_NAME,
    Acceptances,
    Consent,
    read_wording,
    wording_page,
)
from nosology.codesets.updating.listing import Link
from nosology.codesets.updating.status import InstalledEdition, State, Status, holds, status_of
from nosology.codesets.updating.transport import DownloadFailed
from nosology.model.errors import InputError, NosologyError

FOLDER = "downloads"
_MOST_UNPACKED = 40
_UNSAFE = str.maketrans(dict.fromkeys('<>:"/\\|?*\x00', "_"))

Install = Callable[[Sequence[Path]], Sequence[Edition]]
"""Loads the files of one edition, all or none, and returns what they were.

Raises a NosologyError for what it refuses.
"""


Identify = Callable[[Sequence[Path]], Sequence[Edition]]
"""Tells which editions files are; raises a NosologyError for one that is damaged."""


class Result(StrEnum):
    """How the update of a data set ended."""

    INSTALLED = "installed"
    PLANNED = "would be fetched"
    UP_TO_DATE = "up to date"
    NOT_INSTALLED = "not installed"
    NOT_PUBLISHED = "not published"
    REFUSED = "license not accepted"
    TO_OBTAIN = "to be obtained"
    FAILED = "failed"

    @property
    def needs_user(self) -> bool:
        """Whether the user must do something before the data set can be up to date."""
        return self in {Result.NOT_PUBLISHED, Result.REFUSED, Result.TO_OBTAIN}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one data set.

    Attributes:
        edition: label of the edition that it is about.
        addresses: of the files that were, or would be, fetched.
        says: what happened and what to do next.
        error: why it failed; None where it did not.
    """

    data_set: DataSet
    result: Result
    edition: str
    says: str
    addresses: tuple[str, ...] = ()
    error: NosologyError | None = None


@dataclass(frozen=True, slots=True)
class _Fetched:
    """One file of an edition.

    Attributes:
        is_seen: whether a page links to it; otherwise the address is only the usual one.
        path: where it is; None in a dry run.
    """

    address: str
    is_seen: bool
    path: Path | None


class _Refused(Exception):
    """The user does not accept a licence."""


@dataclass(slots=True)
class Updater:
    """Updates data sets in one home folder.

    Attributes:
        identify: tells what was fetched, before anything is installed.
        install: loads what was fetched.
        consent: asks for a licence.
        today: day on which an acceptance is written down.
        lock_seconds: how long to wait for another update to end.
    """

    catalogue: Catalogue
    home: Path
    downloader: Downloader
    identify: Identify
    install: Install
    consent: Consent
    today: dt.date
    progress: Progress
    lock_seconds: float = 5.0
    _pages: dict[str, str] = field(default_factory=dict)

    def update(
        self,
        names: tuple[str, ...],
        on: dt.date,
        installed: Callable[[], Sequence[InstalledEdition]],
        *,
        dry_run: bool = False,
    ) -> Iterator[Outcome]:
        """Yield what became of each chosen data set; one that fails does not stop the others.

        Args:
            names: of the data sets; none for those that are installed and out of date, ``all`` for
                every one.
            on: date for which they are to be up to date.
            installed: reads what the store holds.
            dry_run: look where the files are, and fetch and ask nothing.

        Raises:
            InputError: for an unknown name, or when another update does not end.
        """
        chosen = self.catalogue.choose(names)
        with self._alone():
            # Read under the lock: an update that ran until now may have installed it.
            held = installed()
            for data_set in chosen:
                status = status_of(data_set, on, held)
                yield self._updated(status, held, is_named=bool(names), dry_run=dry_run)

    def _updated(
        self,
        status: Status,
        held: Sequence[InstalledEdition],
        *,
        is_named: bool,
        dry_run: bool,
    ) -> Outcome:
        data_set, label = status.data_set, status.in_force.label
        if data_set.obtain and is_named:
            return Outcome(data_set, Result.TO_OBTAIN, label, data_set.obtain)
        if status.state is State.CURRENT:
            return Outcome(data_set, Result.UP_TO_DATE, label, "is installed")
        if status.state is State.NOT_INSTALLED and not is_named:
            says = f"to install it: nosology codesets update {data_set.name}"
            return Outcome(data_set, Result.NOT_INSTALLED, label, says)
        if data_set.obtain:
            return Outcome(data_set, Result.TO_OBTAIN, label, data_set.obtain)
        own = [edition for edition in held if edition.system in data_set.systems]
        try:
            return self._fetched(status, own, dry_run=dry_run)
        except _Refused as refusal:
            return Outcome(data_set, Result.REFUSED, label, str(refusal))
        except NosologyError as error:
            return Outcome(data_set, Result.FAILED, label, error.message, error=error)

    def _fetched(
        self, status: Status, own: Sequence[InstalledEdition], *, dry_run: bool
    ) -> Outcome:
        """Return what became of the newest published edition that is wanted."""
        data_set = status.data_set
        edition: CalendarEdition | None = status.in_force
        while edition is not None:
            if status.state is not State.INCOMPLETE and holds(edition, own):
                says = f"nothing newer than {edition.label} is published"
                return Outcome(data_set, Result.UP_TO_DATE, edition.label, says)
            try:
                fetched = self._edition(data_set, edition, dry_run=dry_run)
            except NotThere:
                # An edition that the publisher may skip says nothing about the one before it.
                edition = None if edition.is_certain else data_set.calendar.before(edition)
                continue
            addresses = tuple(one.address for one in fetched)
            if dry_run:
                is_seen = all(one.is_seen for one in fetched)
                says = (
                    "nothing fetched" if is_seen else "nothing fetched; not every address was seen"
                )
                return Outcome(data_set, Result.PLANNED, edition.label, says, addresses)
            paths = [one.path for one in fetched if one.path is not None]
            _check_edition(data_set, edition, self.identify(paths), paths[0])
            added = self.install(paths)
            for path in paths:
                discard(path)
            says = ", ".join(dict.fromkeys(f"{one.data_set} {one.label}" for one in added))
            return Outcome(data_set, Result.INSTALLED, edition.label, says, addresses)
        says = (
            f"is not on the publisher's site, or was renamed there; look at {data_set.page} and "
            "give the file to: nosology codesets add"
        )
        return Outcome(data_set, Result.NOT_PUBLISHED, status.in_force.label, says)

    def _edition(
        self, data_set: DataSet, edition: CalendarEdition, *, dry_run: bool
    ) -> list[_Fetched]:
        """Return every file of the edition, fetched but in a dry run.

        Raises:
            NotThere: when a file that must be there is not.
        """
        if data_set.is_only_newest and edition != data_set.calendar.in_force(self.today):
            raise NotThere(data_set.name)
        fetched: list[_Fetched] = []
        for file in data_set.files:
            try:
                fetched += self._file(data_set, file, edition, dry_run=dry_run)
            except NotThere:
                if not file.is_optional:
                    raise
        return fetched

    def _file(
        self, data_set: DataSet, file: PublishedFile, edition: CalendarEdition, *, dry_run: bool
    ) -> list[_Fetched]:
        """Return the file, or each file of its series.

        Raises:
            NotThere: when it is at none of its places.
            DownloadFailed: when a place could not be looked at, and it is at no other.
        """
        trouble: DownloadFailed | None = None
        for place in file.places:
            if not place.suits(edition):
                continue
            try:
                links = find(place, file, edition, self._page)
                if not links:
                    continue
                is_seen = bool(place.link)
                if dry_run:
                    return [_Fetched(link.address, is_seen, None) for link in links]
                query = self._accepted(data_set, links[0])
                return [
                    _Fetched(link.address, is_seen, self._one(data_set, file, edition, link, query))
                    for link in links
                ]
            except NotThere:
                continue
            except DownloadFailed as error:
                trouble = trouble or error
        if trouble is not None:
            raise trouble
        raise NotThere(file.name)

    def _one(
        self,
        data_set: DataSet,
        file: PublishedFile,
        edition: CalendarEdition,
        link: Link,
        query: str,
    ) -> Path:
        """Return the place of one file, fetched and checked."""
        path = self.place_of(data_set, file, edition, link)
        downloaded = self.downloader.file(
            link.address,
            path,
            most_bytes=data_set.most_bytes,
            query=query,
            progress=self.progress,
        )
        check_content(
            path,
            link.address,
            downloaded.content_type,
            most_unpacked=data_set.most_bytes * _MOST_UNPACKED,
        )
        return path

    def place_of(
        self, data_set: DataSet, file: PublishedFile, edition: CalendarEdition, link: Link
    ) -> Path:
        """Return where a file is kept until it is installed, under the publisher's own name.

        The name may be what tells the edition, so only what could lead elsewhere is replaced.
        """
        name = filled(file.save_as, edition.variables()) or link.name
        safe = name.translate(_UNSAFE).lstrip(".") or "file"
        return self.home / FOLDER / data_set.name / edition.label / safe

    def _accepted(self, data_set: DataSet, link: Link) -> str:
        """Return what is added to the file's address once every licence is accepted.

        Raises:
            _Refused: when one is not.
        """
        acceptances = Acceptances(self.home / FILE_NAME)
        queries = []
        for name in data_set.licences:
            licence = self.catalogue.licences[name]
            address = wording_page(licence, link)
            try:
                wording = read_wording(licence, address, self._page(address), link.name)
            except NotThere:
                raise DownloadFailed(
                    address, f"is gone, so {licence.title} cannot be read and accepted here"
                ) from None
            if not acceptances.holds(licence, wording):
                if not self.consent(licence, wording):
                    raise _Refused(
                        f"{licence.title} was not accepted, so nothing was fetched; read it at "
                        f"{address} and give --accept-licence {name}"
                    )
                acceptances.keep(licence, wording, self.today)
            queries.append(licence.query)
        return "&".join(dict.fromkeys(query for query in queries if query))

    def _page(self, address: str) -> str:
        if address not in self._pages:
            self._pages[address] = self.downloader.page(address)
        return self._pages[address]

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the only right to update; the system lets go of it when a process dies."""
        from filelock import FileLock, Timeout

        folder = self.home / FOLDER
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(folder / "update.lock", timeout=self.lock_seconds)
            lock.acquire()
        except Timeout:
            raise InputError(
                str(folder), "another update is running; wait for it to end, then try again"
            ) from None
        except OSError as error:
            raise InputError(
                str(folder),
                f"cannot be written ({error.strerror}); make the folder writable, or set "
                "NOSOLOGY_HOME to one that is",
            ) from None
        try:
            yield
        finally:
            lock.release()


def _check_edition(
    data_set: DataSet, edition: CalendarEdition, told: Sequence[Edition], path: Path
) -> None:
    """Check that what was fetched is what was looked for.

    Raises:
        InputError: when it is something else, or nothing that is read. The file stays.
    """
    own = [
        InstalledEdition(one.data_set, one.label, one.valid_from, one.valid_to, "full")
        for one in told
        if one.data_set in data_set.systems
    ]
    if not holds(edition, own):
        found = ", ".join(dict.fromkeys(f"{one.data_set} {one.label}" for one in told))
        raise InputError(
            str(path),
            f"tells that it is {found or 'nothing that is read here'}, not {data_set.name} "
            f"{edition.label}, so nothing was installed; look at {data_set.page}, and where you "
            f"know better: nosology codesets add --release {edition.label}",
        )


def statuses(
    catalogue: Catalogue,
    names: tuple[str, ...],
    on: dt.date,
    installed: Iterable[InstalledEdition],
) -> list[Status]:
    """Return how each chosen data set, or every one, stands on the date. Asks no network."""
    held = tuple(installed)
    return [status_of(data_set, on, held) for data_set in catalogue.choose(names)]
