"""What a user added is kept: the published files, compressed, and a list of what each is.

A store is built anew after an upgrade; the files are then loaded again. They stand in the folder
``added`` beside the store. Nothing but published files ever does.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import hashlib
import json
import os
import re
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from nosology.codesets.loaders.contract import Edition
from nosology.codesets.loaders.publication import Publication
from nosology.model.errors import InputError

FOLDER = "added"
MANIFEST = "manifest.json"
_SCHEMA = 1
_UNFINISHED = ".unfinished"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_NAME = 80
_CHUNK = 1 << 20
_KEPT = re.compile(r"[0-9a-f]{16}-[A-Za-z0-9._-]+\.gz")


@dataclass(frozen=True, slots=True)
class AddedFile:
    """One file that was added, as one edition.

    Attributes:
        name: the publisher's name of the file.
        archive: names of the archives that it came in; empty for a bare file.
        sha256: of the bare file.
        kept: name of the compressed copy in the folder.
        loader: name of what reads it.
        replaced_embedded: whether the edition is also among those that come with the product.
    """

    data_set: str
    label: str
    part: str
    valid_from: str
    valid_to: str | None
    name: str
    archive: str
    sha256: str
    kept: str
    loader: str
    replaced_embedded: bool

    @property
    def edition(self) -> Edition:
        """The edition that the file counts as."""
        return Edition(
            self.data_set,
            self.label,
            dt.date.fromisoformat(self.valid_from),
            dt.date.fromisoformat(self.valid_to) if self.valid_to else None,
            self.part,
        )

    @property
    def key(self) -> tuple[str, str, str]:
        """Data set, label and part, which no two in the list share."""
        return self.data_set, self.label, self.part

    def publication(self, home: Path) -> Publication:
        """Return the kept file under the publisher's name."""
        return Publication(home / FOLDER / self.kept, known_as=self.name)


def read_manifest(home: Path) -> list[AddedFile]:
    """Return what was added, in the order in which it was.

    Raises:
        InputError: when the list is damaged.
    """
    path = home / FOLDER / MANIFEST
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["schema"] != _SCHEMA:
            raise ValueError(f"schema {document['schema']}, expected {_SCHEMA}")
        return [_added(entry) for entry in document["files"]]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            str(path),
            f"is not the list of added files ({type(error).__name__}: {error}); move the folder "
            "away and add the files in it again",
        ) from None


def _added(entry: dict[str, Any]) -> AddedFile:
    for field in fields(AddedFile):
        value = entry[field.name]
        right = isinstance(value, bool if field.name == "replaced_embedded" else str)
        if not (right or (value is None and field.name == "valid_to")):
            raise ValueError(f"{field.name} is of a wrong type")
    added = AddedFile(**entry)
    if not _KEPT.fullmatch(added.kept):
        raise ValueError("kept is no name of a kept file")
    _ = added.edition  # its dates must be dates
    return added


def write_manifest(home: Path, added: Iterable[AddedFile]) -> None:
    """Write the list so that it is there whole, old or new, whatever happens."""
    path = home / FOLDER / MANIFEST
    path.parent.mkdir(exist_ok=True)
    document = {"schema": _SCHEMA, "files": [asdict(file) for file in added]}
    unfinished = path.with_name(path.name + _UNFINISHED)
    with unfinished.open("w", encoding="utf-8") as file:
        json.dump(document, file, indent=1, ensure_ascii=False)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def hash_of(publication: Publication) -> str:
    """Return the SHA-256 of the bare file, which is read whole; damage in an archive shows here."""
    digest = hashlib.sha256()
    with publication.open() as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def keep(home: Path, publication: Publication, sha256: str) -> str:
    """Return the name under which the file, or what it was copied from before, is kept."""
    folder = home / FOLDER
    folder.mkdir(exist_ok=True)
    safe = _UNSAFE.sub("_", publication.name)[-_LONGEST_NAME:].strip(".") or "file"
    kept = folder / f"{sha256[:16]}-{safe}.gz"
    if _is_whole(kept, sha256):
        return kept.name
    unfinished = kept.with_name(kept.name + _UNFINISHED)
    with publication.open() as source, unfinished.open("wb") as target:
        # Without a time and a name in it, the same file is always the same bytes.
        with gzip.GzipFile("", "wb", compresslevel=6, fileobj=target, mtime=0) as packed:
            while chunk := source.read(_CHUNK):
                packed.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    unfinished.replace(kept)
    return kept.name


def _is_whole(kept: Path, sha256: str) -> bool:
    try:
        return hash_of(Publication(kept)) == sha256
    except (OSError, EOFError, zlib.error):
        return False


def discard_unused(home: Path, added: Iterable[AddedFile]) -> None:
    """Remove kept files that the list does not name, those of an interrupted call among them."""
    named = {file.kept for file in added}
    with contextlib.suppress(OSError):
        for path in (home / FOLDER).iterdir():
            stem = path.name.removesuffix(_UNFINISHED)
            is_ours = _KEPT.fullmatch(stem) or stem == MANIFEST
            if is_ours and path.name != MANIFEST and path.name not in named:
                path.unlink(missing_ok=True)
