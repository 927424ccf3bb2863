"""Whether what was fetched is the file that it should be, before anything reads it."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from nosology.codesets.updating.kept import discard
from nosology.codesets.updating.transport import BY_HAND, DownloadFailed

_HEAD = 1024
_ZIP = b"PK\x03\x04"
_PAGE_BEGINNINGS = (b"<!doctype html", b"<html", b"<head", b"<body")
_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_ENCRYPTED = 0x1
_CHUNK = 1 << 20


def check_content(path: Path, address: str, content_type: str, *, most_unpacked: int) -> None:
    """Check a file that has arrived; one that is not what it should be is removed.

    Args:
        path: of the file.
        address: where it came from, for the error.
        content_type: as the server named it; empty where it did not.
        most_unpacked: bytes that the members of an archive may have together.

    Raises:
        DownloadFailed: when it is a web page, empty, a damaged archive, or too large unpacked.
    """
    try:
        _check(path, address, content_type, most_unpacked)
    except DownloadFailed:
        discard(path)
        raise


def _check(path: Path, address: str, content_type: str, most_unpacked: int) -> None:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise DownloadFailed(address, f"sent an empty file; try again later, or {BY_HAND}")
    begins = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if begins.startswith(_PAGE_BEGINNINGS) or content_type in _PAGE_TYPES:
        raise DownloadFailed(
            address,
            "sent a web page where a file was expected, perhaps a license page or a notice; open "
            f"the address to see, or {BY_HAND}",
        )
    if Path(path.name).suffix.lower() == ".zip":
        if not head.startswith(_ZIP):
            raise DownloadFailed(address, f"sent a file that is no zip archive; {BY_HAND}")
        _check_archive(path, address, most_unpacked)


def _check_archive(path: Path, address: str, most_unpacked: int) -> None:
    """Read every member once, so that a damaged one is noticed before anything is installed."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if any(member.flag_bits & _ENCRYPTED for member in members):
                raise DownloadFailed(address, "sent an archive that is locked with a password")
            unpacked = 0
            for member in members:
                with archive.open(member) as content:
                    # What the archive says of its own size is not relied on.
                    while chunk := content.read(_CHUNK):
                        unpacked += len(chunk)
                        if unpacked > most_unpacked:
                            raise DownloadFailed(
                                address,
                                f"sent an archive that holds more than {most_unpacked:,} bytes; "
                                "look at it before you use it",
                            )
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise DownloadFailed(
            address, f"sent an archive that is damaged ({error}); run it again to fetch it anew"
        ) from None
    if not unpacked:
        raise DownloadFailed(address, "sent an archive that holds nothing; try again later")
