"""What a server's answer means: its errors, and the headers that tell how to go on."""

from __future__ import annotations

import email.utils
import http
import http.client
import urllib.error
from email.message import Message

from nosology.codesets.updating.addresses import NotThere
from nosology.codesets.updating.kept import Record
from nosology.codesets.updating.transport import BY_HAND, DownloadFailed, Response

_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
_MOST_DIGITS = 15
_MOVED = frozenset({301, 302, 303, 307, 308})


class Interrupted(Exception):
    """An attempt ended early; another may do better.

    Attributes:
        reason: for the user, in a few words.
        wait: seconds that the server asks to wait; None where it asks for nothing.
        is_unreachable: whether there was no answer at all.
    """

    def __init__(
        self, reason: str, wait: float | None = None, *, is_unreachable: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait
        self.is_unreachable = is_unreachable


def judge(address: str, error: urllib.error.HTTPError) -> None:
    """Raise what an answer that is an error means.

    What is not changed (304) and what has no such range (416) is left to the caller.

    Raises:
        NotThere: when there is nothing at the address.
        Interrupted: when the server may answer better later.
        DownloadFailed: when it will not.
    """
    code = error.code
    if code in {http.HTTPStatus.NOT_FOUND, http.HTTPStatus.GONE}:
        raise NotThere(address)
    if code in _TRANSIENT:
        raise Interrupted(f"the server answers {code}", _asked_wait(error.headers))
    if code in {http.HTTPStatus.UNAUTHORIZED, http.HTTPStatus.FORBIDDEN}:
        raise DownloadFailed(address, f"the server refuses it to programs ({code}); {BY_HAND}")
    if code in _MOVED:
        raise DownloadFailed(address, f"leads on without end, or to nowhere; {BY_HAND}")
    known = {http.HTTPStatus.NOT_MODIFIED, http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE}
    if code not in known:
        raise DownloadFailed(address, f"the server answers {code} {error.reason}; {BY_HAND}")


def _asked_wait(headers: Message) -> float | None:
    """Return the seconds that Retry-After asks for, a date being counted from the server's own."""
    asked = headers.get("Retry-After", "").strip()
    if (seconds := number(asked)) is not None:
        return float(seconds)
    try:
        until = email.utils.parsedate_to_datetime(asked)
        since = email.utils.parsedate_to_datetime(headers.get("Date", ""))
        return max((until - since).total_seconds(), 0.0)
    except (TypeError, ValueError):
        return None


def is_same_version(record: Record, response: Response, total: int | None) -> bool:
    """Return whether a partial answer is of the version that is held in part."""
    if record.length is not None and total is not None and total != record.length:
        return False
    etag = response.headers.get("ETag", "")
    return not (record.etag and etag and etag != record.etag)


def content_range(written: str) -> tuple[int | None, int | None]:
    """Return the first byte and the whole length that Content-Range gives."""
    unit, _, rest = written.partition(" ")
    span, _, total = rest.partition("/")
    if unit != "bytes":
        return None, None
    return number(span.partition("-")[0]), number(total)


def number(written: str | None) -> int | None:
    """Return the whole number that a header gives; None where it gives none."""
    text = (written or "").strip()
    is_number = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return int(text) if is_number else None


def reason_of(error: object) -> str:
    """Return why there is no answer, in a few words."""
    if isinstance(error, TimeoutError):
        return "the server did not answer in time"
    if isinstance(error, http.client.IncompleteRead):
        return "the connection ended early"
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return f"there is no connection ({text})"
