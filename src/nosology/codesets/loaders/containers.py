"""What a given path holds: a bare file, or the files of an archive.

Archives come from outside. Nothing of them is unpacked to a disk, no name in them is used as a
path, and what would grow beyond measure is refused before it is read.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from nosology.codesets.loaders.publication import Publication, own_name
from nosology.model.errors import InputError

LARGEST_FILE = 2 << 30
_LARGEST_INNER_ARCHIVE = 512 << 20
_LARGEST_ARCHIVE = 8 << 30
_MOST_MEMBERS = 10_000
_DEEPEST = 3
# Published text shrinks to a tenth, the emptiest of it to a fiftieth; what an attacker makes can
# shrink a thousandfold.
_HIGHEST_RATIO = 250
_ALWAYS_FINE = 16 << 20
_HEAD = 1 << 12
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")

# The first bytes of what is known and never read, and what to call it.
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook or Word document"),
    (b"{\\rtf", "an RTF document"),
    (b"MZ", "a Windows program; where it unpacks itself, run it and add the files that it leaves"),
    (b"\x7fELF", "a program"),
    (b"\x89PNG", "an image"),
    (b"GIF8", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x1f\x8b\x08", "a gzip file; give it a name that ends in .gz"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive; unpack it and add the files in it"),
    (b"Rar!", "a RAR archive; unpack it and add the files in it"),
    (b"BZh", "a bzip2 archive; unpack it and add the files in it"),
    (b"\xfd7zXZ\x00", "an xz archive; unpack it and add the files in it"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive; unpack it and add the files in it"),
    (b"\xff\xfe", "text in UTF-16; save it as UTF-8, or add the file as published"),
    (b"\xfe\xff", "text in UTF-16; save it as UTF-8, or add the file as published"),
)
_OFFICE = {"xl/": "an Excel workbook", "word/": "a Word document", "ppt/": "a PowerPoint file"}
_HTML = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<meta")
_REMEDY = "download it again"


@dataclass(slots=True)
class Contents:
    """What a path holds.

    Attributes:
        publications: files that may be published data, in the order in which they stand.
        left_out: name of each other file, and what it is.
        is_archive: whether the path is an archive of files.
    """

    publications: list[Publication] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    is_archive: bool = False


def contents_of(path: Path) -> Contents:
    """Return what the path holds; archives within archives are looked into.

    Raises:
        InputError: when there is no file, it cannot be read, or it is an archive that is damaged,
            encrypted or beyond all measure.
    """
    _check_is_file(path)
    found = Contents()
    publication = Publication(path)
    with damage_told(publication):
        head = publication.head[:_HEAD]
        if not head.startswith(_ZIP):
            _sort(publication, head, found)
            return found
        with zipfile.ZipFile(path) as archive:
            if office := _office(archive):
                found.left_out.append((publication.name, office))
                return found
            found.is_archive = True
            _look_into(archive, path, (), found)
    return found


@contextmanager
def damage_told(publication: Publication) -> Iterator[None]:
    """Turn what goes wrong while a compressed file is read into an error that says what to do."""
    name = publication.name if publication.member else own_name(publication.path.name)
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise InputError(
            name, f"is damaged or cut short ({str(error) or 'unexpected end'}); {_REMEDY}"
        ) from None
    except NotImplementedError:
        raise InputError(
            name,
            "is compressed in a way that is not read here; unpack it and add the files in it",
        ) from None
    except RuntimeError as error:
        if "password" not in str(error) and "encrypted" not in str(error):
            raise
        raise InputError(
            name, "is encrypted; unpack it with its password and add the files in it"
        ) from None
    except OSError as error:
        # gzip reports damage as an error of the system without a number.
        if error.errno is None:
            raise InputError(name, f"is damaged or cut short ({error}); {_REMEDY}") from None
        raise InputError(name, f"cannot be read ({error.strerror})") from None


def _check_is_file(path: Path) -> None:
    name = str(path)
    try:
        status = path.stat()
    except FileNotFoundError:
        raise InputError(name, "does not exist; check the path") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(name, f"cannot be read ({reason})") from None
    if stat.S_ISDIR(status.st_mode):
        raise InputError(name, "is a folder; name the files in it, such as FOLDER/*")
    if not stat.S_ISREG(status.st_mode):
        raise InputError(
            name, "is no regular file, such as a pipe or a device; save it as a file first"
        )
    if status.st_size == 0:
        raise InputError(name, f"is empty; {_REMEDY}")


def _sort(publication: Publication, head: bytes, found: Contents) -> None:
    kind = what_else(head)
    if kind is None:
        found.publications.append(publication)
    else:
        found.left_out.append((publication.name, kind))


def what_else(head: bytes) -> str | None:
    """Return what a file is by its first bytes, where it is known to be none that is read."""
    if not head:
        return "empty"
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:256].lower()
    if start.startswith(_HTML):
        return "an HTML page, perhaps a licence page instead of the file"
    return None


def _office(archive: zipfile.ZipFile) -> str | None:
    """Return the kind of document that the archive is, where it is one."""
    names = archive.namelist()
    if "[Content_Types].xml" in names:
        for folder, kind in _OFFICE.items():
            if any(name.startswith(folder) for name in names):
                return kind
    return None


def _look_into(
    archive: zipfile.ZipFile, path: Path, within: tuple[str, ...], found: Contents
) -> None:
    shown = own_name(within[-1] if within else path.name)
    members = [member for member in archive.infolist() if not _is_hidden(member)]
    if len(members) > _MOST_MEMBERS:
        raise InputError(shown, f"holds {len(members)} files; no published archive does")
    if sum(member.file_size for member in members) > _LARGEST_ARCHIVE:
        raise InputError(shown, "would unpack to more than 8 GiB; no published archive does")
    for member in members:
        _check_measure(member)
        publication = Publication(path, member.filename, within)
        with damage_told(publication):
            with archive.open(member) as file:
                head = file.read(_HEAD)
            if not head.startswith(_ZIP):
                _sort(publication, head, found)
            elif len(within) + 1 >= _DEEPEST:
                found.left_out.append((publication.name, "an archive within archives"))
            elif member.file_size > _LARGEST_INNER_ARCHIVE:
                found.left_out.append((publication.name, "an archive of more than 512 MiB"))
            else:
                with zipfile.ZipFile(io.BytesIO(archive.read(member))) as inner:
                    if office := _office(inner):
                        found.left_out.append((publication.name, office))
                    else:
                        _look_into(inner, path, (*within, member.filename), found)


def _is_hidden(member: zipfile.ZipInfo) -> bool:
    """Return whether it is a folder, or what a Mac adds for itself to the archives it makes."""
    parts = member.filename.replace("\\", "/").split("/")
    return member.is_dir() or "__MACOSX" in parts or parts[-1].startswith(("._", ".DS_Store"))


def _check_measure(member: zipfile.ZipInfo) -> None:
    name = own_name(member.filename)
    if member.file_size > LARGEST_FILE:
        raise InputError(name, "would unpack to more than 2 GiB; no published file does")
    # A compressed size of nothing is a lie of the archive's directory.
    if member.file_size > _ALWAYS_FINE and member.file_size > _HIGHEST_RATIO * member.compress_size:
        raise InputError(
            name,
            f"would unpack from {member.compress_size} to {member.file_size} bytes; "
            "no published file does",
        )
