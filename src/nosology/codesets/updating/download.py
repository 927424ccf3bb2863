"""Fetching one file whole, over bad lines too: what has arrived is kept and continued.

Beside a file that is not whole (``name.part``) stands a record of what it is a part of
(``name.part.json``: address, the server's mark of the version, length). A later attempt, in this
process or another, asks for the rest on condition that the mark is still the same, and begins anew
where it is not.
"""

from __future__ import annotations

import http
import http.client
import os
import time
import urllib.error
import urllib.parse
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from nosology.codesets.updating.answers import (
    Interrupted,
    content_range,
    is_same_version,
    judge,
    number,
    reason_of,
)
from nosology.codesets.updating.kept import (
    NotWritable,
    Record,
    discard,
    read_record,
    record_path,
    write_record,
)
from nosology.codesets.updating.transport import BY_HAND, DownloadFailed, Response, Transport

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how far it is, and how far it goes; 0 for a length not known."""

_CHUNK = 1 << 16
_PAGE_BYTES = 8_000_000


class Clock(Protocol):
    """Time as the download needs it: to wait, and to notice that nothing moves."""

    def monotonic(self) -> float:
        """Return seconds since some moment."""
        ...

    def sleep(self, seconds: float, /) -> None:
        """Wait."""
        ...


class SystemClock:
    """The time of the machine."""

    def monotonic(self) -> float:
        """Return seconds since some moment."""
        return time.monotonic()

    def sleep(self, seconds: float, /) -> None:
        """Wait."""
        time.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to put up with a bad line. Times in seconds.

    Attributes:
        attempts: in a row that bring nothing new.
        most_attempts: in all.
        first_wait: before the second attempt; doubled before each further one.
        longest_wait: that a doubled wait grows to.
        longest_asked: wait that a server may ask for.
        window: in which at least ``least_bytes`` must arrive.
    """

    attempts: int = 5
    most_attempts: int = 40
    first_wait: float = 1.0
    longest_wait: float = 60.0
    longest_asked: float = 300.0
    window: float = 60.0
    least_bytes: int = 16_384


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A file that has arrived whole.

    Attributes:
        address: that was asked, without what accepts a licence.
        content_type: as the server named it; empty where it did not.
        transferred: bytes that came over the line in this call.
    """

    path: Path
    address: str
    content_type: str
    transferred: int


@dataclass(slots=True)
class Downloader:
    """Fetches files and pages through one transport."""

    transport: Transport
    patience: Patience = field(default_factory=Patience)
    clock: Clock = field(default_factory=SystemClock)
    _unreachable: dict[str, str] = field(default_factory=dict)

    def page(self, address: str) -> str:
        """Return the HTML of a page.

        Raises:
            NotThere: when there is none at the address.
            DownloadFailed: when it cannot be fetched.
        """

        def attempt() -> str:
            response = self.opened(address, {"Accept": "text/html"})
            data = b""
            with closing(response):
                while more := self.read(response, _CHUNK):
                    data += more
                    if len(data) > _PAGE_BYTES:
                        raise DownloadFailed(address, f"is longer than {_PAGE_BYTES:,} bytes")
            # Half a page could lack the newest link, or the end of a licence.
            if len(data) < (number(response.headers.get("Content-Length")) or 0):
                raise Interrupted("the connection ended early")
            charset = response.headers.get_content_charset("utf-8")
            try:
                return data.decode(charset, errors="replace")
            except (LookupError, UnicodeError):
                return data.decode(errors="replace")

        return self._persistently(address, attempt, lambda: 0)

    def file(
        self,
        address: str,
        path: Path,
        *,
        most_bytes: int,
        query: str = "",
        progress: Progress | None = None,
    ) -> Downloaded:
        """Return the file, fetched or continued, in its place.

        A file that is there already, whole and of the version that the server still has, is not
        fetched again.

        Args:
            address: of the file.
            path: its place; the folder is made where there is none.
            most_bytes: a longer file is refused.
            query: added to the address, such as what accepts a licence; not part of what is
                recorded and shown.
            progress: told how much has arrived.

        Raises:
            NotThere: when there is none at the address.
            DownloadFailed: when it cannot be fetched, or is longer than it may be.
            InputError: when it cannot be written.
        """
        fetching = _Fetching(self, address, query, path, most_bytes, progress or _silent)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return self._persistently(address, fetching.attempt, fetching.size)
        except NotWritable as error:
            raise error.told() from None
        except OSError as error:
            raise NotWritable(path, error).told() from None

    def _persistently[T](
        self, address: str, attempt: Callable[[], T], size: Callable[[], int]
    ) -> T:
        """Return what an attempt answers, after as many as patience allows."""
        patience = self.patience
        in_vain = 0
        host = urllib.parse.urlsplit(address).netloc
        if host in self._unreachable:
            # It was tried with all patience a moment ago, for another file.
            raise DownloadFailed(address, f"{self._unreachable[host]}; try again later")
        for _ in range(patience.most_attempts):
            before = size()
            try:
                return attempt()
            except Interrupted as error:
                reason, asked, is_unreachable = error.reason, error.wait, error.is_unreachable
            in_vain = 0 if size() > before else in_vain + 1
            if in_vain >= patience.attempts:
                break
            if asked is not None and asked > patience.longest_asked:
                raise DownloadFailed(
                    address, f"{reason}; the server asks to come back in {asked:.0f} seconds"
                )
            wait = min(patience.first_wait * 2 ** max(in_vain - 1, 0), patience.longest_wait)
            self.clock.sleep(wait if asked is None else max(wait, asked))
        if is_unreachable:
            self._unreachable[host] = reason
        raise DownloadFailed(
            address,
            f"{reason}, time after time; try again later (what has arrived is kept), or {BY_HAND}",
        )

    def opened(self, address: str, headers: dict[str, str]) -> Response:
        """Return the answer; an error of the server is raised as what it means here."""
        try:
            return self.transport.open(address, headers)
        except urllib.error.HTTPError as error:
            with error:
                judge(address, error)
            raise
        except urllib.error.URLError as error:
            raise Interrupted(reason_of(error.reason), is_unreachable=True) from None
        except (OSError, http.client.HTTPException) as error:
            raise Interrupted(reason_of(error)) from None

    def read(self, response: Response, most: int) -> bytes:
        """Return the next bytes of an answer as soon as there are any; none at its end."""
        try:
            return response.read1(most)
        except (OSError, http.client.HTTPException) as error:
            raise Interrupted(reason_of(error)) from None


@dataclass(slots=True)
class _Fetching:
    """One file on its way: what each attempt at it does."""

    downloader: Downloader
    address: str
    query: str
    path: Path
    most_bytes: int
    progress: Progress
    transferred: int = 0

    @property
    def part(self) -> Path:
        return self.path.with_name(f"{self.path.name}.part")

    def size(self) -> int:
        """Return how much of the file has arrived."""
        try:
            return self.part.stat().st_size
        except OSError:
            return 0

    def attempt(self) -> Downloaded:
        """Return the file if it arrives whole this time."""
        held = self.size()
        record = read_record(self.part) if held else None
        if record is None or record.address != self.address or not record.mark:
            held, record = 0, None
        if record is not None and held == record.length:
            # All of it had arrived when an earlier run ended.
            return self._finish(held, "")
        headers = {}
        if record is not None:
            headers = {"Range": f"bytes={held}-", "If-Range": record.mark}
        elif (whole := self._whole()) is not None:
            key = "If-None-Match" if whole.etag else "If-Modified-Since"
            headers = {key: whole.mark}
        try:
            response = self.downloader.opened(_joined(self.address, self.query), headers)
        except urllib.error.HTTPError as error:
            if error.code == http.HTTPStatus.NOT_MODIFIED:
                return Downloaded(self.path, self.address, "", self.transferred)
            if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and record is not None:
                # What is held is as long as the file or longer: only a fresh start can tell.
                self._forget()
                raise Interrupted("the file has changed on the server") from None
            raise
        with closing(response):
            return self._receive(response, held, record)

    def _whole(self) -> Record | None:
        """Return what stands in the file's place already, if it is whole and can be asked for."""
        record = read_record(self.path) if self.path.is_file() else None
        if record is None or record.address != self.address or not record.mark:
            return None
        is_whole = record.length is None or self.path.stat().st_size == record.length
        return record if is_whole else None

    def _receive(self, response: Response, held: int, record: Record | None) -> Downloaded:
        encoding = response.headers.get("Content-Encoding", "identity").lower()
        if encoding != "identity":
            raise DownloadFailed(self.address, f"came encoded as {encoding}, which was not asked")
        length = number(response.headers.get("Content-Length"))
        if response.status == http.HTTPStatus.PARTIAL_CONTENT:
            start, total = content_range(response.headers.get("Content-Range", ""))
            if record is None or start != held or not is_same_version(record, response, total):
                self._forget()
                raise Interrupted("the file has changed on the server")
        else:
            held, total = 0, length
        self._check_length(total if total is not None else held + (length or 0))
        self._write(response, held, total)
        arrived = self.size()
        if total is not None and arrived != total:
            raise Interrupted(f"the connection ended after {arrived:,} of {total:,} bytes")
        kind = response.headers.get_content_type() if "Content-Type" in response.headers else ""
        return self._finish(arrived, kind)

    def _write(self, response: Response, held: int, total: int | None) -> None:
        """Append what arrives to the part, or begin it anew where nothing of it is held."""
        self._keep_record(response, total)
        watch = _Watch(self.downloader.clock, self.downloader.patience)
        try:
            with self.part.open("r+b" if held else "wb") as file:
                file.seek(held)
                file.truncate()
                while data := self.downloader.read(response, _CHUNK):
                    file.write(data)
                    held += len(data)
                    self.transferred += len(data)
                    self._check_length(held)
                    self.progress(f"fetching {self.path.name}", held, total or 0)
                    watch.saw(len(data))
        except OSError as error:
            raise NotWritable(self.part, error) from None

    def _check_length(self, length: int) -> None:
        if length > self.most_bytes:
            self._forget()
            raise DownloadFailed(
                self.address,
                f"is longer than {self.most_bytes:,} bytes, the most that this file may be; look "
                "at it in a browser",
            )

    def _keep_record(self, response: Response, total: int | None) -> None:
        etag = _sendable(response.headers.get("ETag", ""))
        record = Record(
            self.address,
            # A weak mark says that two versions mean the same, not that their bytes are equal.
            etag="" if etag.startswith("W/") else etag,
            modified=_sendable(response.headers.get("Last-Modified", "")),
            length=total,
        )
        try:
            write_record(self.part, record)
        except OSError as error:
            raise NotWritable(self.part, error) from None

    def _finish(self, arrived: int, content_type: str) -> Downloaded:
        """Return the file, moved into its place with its record."""
        record = read_record(self.part) or Record(self.address)
        complete = Record(record.address, record.etag, record.modified, arrived)
        try:
            with self.part.open("rb+") as file:
                os.fsync(file.fileno())
            # The record goes last: without it the file counts for nothing.
            record_path(self.path).unlink(missing_ok=True)
            self.part.replace(self.path)
            write_record(self.path, complete)
            record_path(self.part).unlink(missing_ok=True)
        except OSError as error:
            raise NotWritable(self.path, error) from None
        return Downloaded(self.path, self.address, content_type, self.transferred)

    def _forget(self) -> None:
        discard(self.part)


class _Watch:
    """Notices a line over which next to nothing comes, which no timeout would."""

    def __init__(self, clock: Clock, patience: Patience) -> None:
        self._clock = clock
        self._patience = patience
        self._since = clock.monotonic()
        self._bytes = 0

    def saw(self, count: int) -> None:
        self._bytes += count
        now = self._clock.monotonic()
        if now - self._since < self._patience.window:
            return
        if self._bytes < self._patience.least_bytes:
            raise Interrupted(f"only {self._bytes:,} bytes came in {now - self._since:.0f} seconds")
        self._since, self._bytes = now, 0


def _sendable(value: str) -> str:
    """Return the value of a header if it can be sent back as it came; otherwise an empty one."""
    return value if value.isascii() and value.isprintable() else ""


def _joined(address: str, query: str) -> str:
    if not query:
        return address
    return f"{address}{'&' if '?' in address else '?'}{query}"


def _silent(_stage: str, _done: int, _total: int) -> None:
    """Report nothing."""
