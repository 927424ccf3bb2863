"""What arrived is looked at before anything reads it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from nosology.codesets.updating.content import check_content
from nosology.codesets.updating.kept import Record, record_path, write_record
from nosology.codesets.updating.transport import DownloadFailed

ADDRESS = "https://www.cms.gov/files/zip/edition.zip"


def archive_of(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.txt", content)
    return packed.getvalue()


def check(path: Path, content: bytes, content_type: str = "", most: int = 1_000_000) -> None:
    path.write_bytes(content)
    write_record(path, Record(ADDRESS))
    check_content(path, ADDRESS, content_type, most_unpacked=most)


@pytest.mark.parametrize("content_type", ["", "application/zip", "application/octet-stream"])
def test_an_archive_passes_whatever_it_is_called(tmp_path: Path, content_type: str) -> None:
    path = tmp_path / "edition.zip"
    check(path, archive_of(one=b"1" * 1000, two=b"2"), content_type)
    assert path.exists()


def test_a_bare_file_passes(tmp_path: Path) -> None:
    path = tmp_path / "edition.txt"
    check(path, b"E1122 Type 2\r\n", "text/plain")
    assert path.exists()


GOOD = archive_of(one=bytes(range(256)) * 40)
LOCKED = bytearray(archive_of(one=b"1"))
for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
    LOCKED[LOCKED.index(signature) + offset] |= 1
DAMAGED = bytearray(GOOD)
DAMAGED[60] ^= 0xFF


@pytest.mark.parametrize(
    ("content", "content_type", "says"),
    [
        (b"", "application/zip", "sent an empty file"),
        (b"<!DOCTYPE html><html>license</html>", "application/zip", "sent a web page"),
        (b"\xef\xbb\xbf\r\n <HTML>", "", "sent a web page"),
        (GOOD, "text/html", "sent a web page"),
        (b"%PDF-1.7 ...", "application/pdf", "no zip archive"),
        (GOOD[:-30], "application/zip", "is damaged"),
        (GOOD[: len(GOOD) // 2], "application/zip", "is damaged"),
        (bytes(DAMAGED), "application/zip", "is damaged"),
        (bytes(LOCKED), "application/zip", "locked with a password"),
        (archive_of(one=b"0" * 2_000_000), "application/zip", "holds more than 1,000,000 bytes"),
        (archive_of(one=b""), "application/zip", "holds nothing"),
    ],
    ids=["empty", "page", "page with mark", "page by type", "not an archive", "end cut off",
         "half", "one bit", "locked", "bomb", "hollow"],
)  # fmt: skip
def test_what_is_not_the_file_is_refused_and_removed(
    tmp_path: Path, content: bytes, content_type: str, says: str
) -> None:
    path = tmp_path / "edition.zip"
    with pytest.raises(DownloadFailed, match=says) as caught:
        check(path, content, content_type)
    assert caught.value.where == ADDRESS
    assert not path.exists()
    assert not record_path(path).exists()
