"""The manifest of an extract: what it was made from, and the hash of each of its files."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """One file of an extract.

    Attributes:
        rows: data rows of a table; None for a file that was taken as it was.
    """

    name: str
    rows: int | None
    sha256: str


def write_manifest(
    folder: Path, archive_sha256: str, extraction: int, files: list[WrittenFile]
) -> None:
    """Write the manifest, last of all: a folder without one is no extract."""
    manifest = {
        "archive": archive_sha256,
        "extraction": extraction,
        "files": {file.name: {"rows": file.rows, "sha256": file.sha256} for file in files},
    }
    (folder / MANIFEST).write_text(
        json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )


def hash_of(path: Path) -> str:
    """Return the SHA-256 of the file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
