"""Reads a clinical note from a text file, and says clearly what a file is that is none."""

from __future__ import annotations

import codecs
import os
import stat
import sys
from pathlib import Path

from nosology.model.errors import InputError

STANDARD_INPUT = "-"

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks; UTF-32 stands first, since its mark begins like that of UTF-16."""

SIGNATURES = (
    (b"%PDF", "a PDF document"),
    (b"{\\rtf", "a rich text (RTF) document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Microsoft Office document (.doc, .xls)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7-zip archive"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"RIFF", "an audio, video or image (RIFF) file"),
    (b"ID3", "an MP3 recording"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
)

REMEDY = "expected plain text: save or export it as text (.txt) first"


def read_note(path: str, encoding: str | None, largest: int) -> str:
    """Return the text of a file, or of standard input for ``-``, exactly as it was written.

    Line ends are kept as they are, so that offsets into the text stay true; a byte order mark is
    not part of the text.

    Args:
        path: name of the file.
        encoding: how the file is encoded; None for UTF-8, or what its byte order mark says.
        largest: the number of bytes that a note may have.

    Raises:
        InputError: when there is no such file, or it is not the text of a note.
    """
    where = note_name(path)
    try:
        content = _content(path, where, largest)
    except FileNotFoundError:
        raise InputError(where, "no such file; check the name") from None
    except PermissionError:
        raise InputError(where, "may not be read; check its permissions") from None
    except OSError as error:
        raise InputError(where, f"cannot be read: {error.strerror}") from None
    return decode_note(content, where, encoding)


def note_name(path: str) -> str:
    """Return the name by which answers and errors speak of a file: as it was given."""
    if path == STANDARD_INPUT:
        return "stdin"
    return os.fsencode(path).decode(errors="replace")


def decode_note(content: bytes, where: str, encoding: str | None = None) -> str:
    """Return the text of a note's bytes.

    Raises:
        InputError: when they are empty, are not text, or are encoded in another way.
    """
    looks_like = described(content)
    if looks_like:
        raise InputError(where, f"looks like {looks_like}; {REMEDY}")
    marked = next((name for mark, name in MARKS if content.startswith(mark)), None)
    chosen = encoding or marked or "utf-8"
    try:
        text = content.decode(chosen)
    except UnicodeError as error:
        raise InputError(where, _undecodable(content, error, chosen, encoding)) from None
    if "\0" in text:
        position = text.index("\0")
        raise InputError(
            where, f"looks like a binary file (a NUL at character {position}); {REMEDY}"
        )
    if not text.strip():
        raise InputError(where, "is empty; expected the text of a clinical note")
    if has_surrogate(text):
        raise InputError(where, f"does not decode to text as {chosen}; check --encoding")
    return text.removeprefix("\ufeff")


def described(content: bytes) -> str:
    """Return what kind of file that is no text the bytes begin; empty if none is recognized."""
    if content.startswith(b"PK\x03\x04"):
        if b"word/" in content[:8192]:
            return "a Word document (.docx)"
        return "a zip archive or an Office document (.docx, .xlsx)"
    if content[128:132] == b"DICM":
        return "a DICOM image"
    return next((kind for start, kind in SIGNATURES if content.startswith(start)), "")


def has_surrogate(text: str) -> bool:
    """Return whether the text holds half of a UTF-16 pair, which no encoding can write."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def shown_size(number: int) -> str:
    """Return a number of bytes as people read it."""
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if number >= size:
            return f"{number / size:.1f}".removesuffix(".0") + f" {unit}"
    return f"{number} bytes"


def _content(path: str, where: str, largest: int) -> bytes:
    if path == STANDARD_INPUT:
        content = sys.stdin.buffer.read(largest + 1)
        size = len(content)
    else:
        with Path(path).open("rb") as file:
            status = os.fstat(file.fileno())
            size = status.st_size if stat.S_ISREG(status.st_mode) else 0
            content = b"" if size > largest else file.read(largest + 1)
    if max(size, len(content)) > largest:
        found = shown_size(size) if size > len(content) else "longer"
        raise InputError(
            where,
            f"is {found}; one note may have {shown_size(largest)}. "
            "Give one note a file, or raise --max-size",
        )
    return content


def _undecodable(content: bytes, error: UnicodeError, chosen: str, given: str | None) -> str:
    if b"\0" in content and given is None:
        return f"looks like a binary file (a NUL at byte {content.index(bytes(1))}); {REMEDY}"
    place = ""
    if isinstance(error, UnicodeDecodeError):
        byte = error.object[error.start]
        place = f"byte 0x{byte:02X} at offset {error.start} "
    if given is not None:
        return f"{place}is not {given}; check --encoding"
    remedy = "; if a Windows program wrote it, add --encoding cp1252" if chosen == "utf-8" else ""
    return f"{place}is not {chosen.upper()}{remedy}"
