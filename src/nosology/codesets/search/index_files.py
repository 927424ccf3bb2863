"""The index's files in the home folder: found by fingerprint, built where missing, replaced whole.

One file a code set, so that adding what a code set does not use rebuilds nothing. The name holds
two fingerprints: of the releases that the file was made from, and of the terms and short forms
handed in. A reader that brings none takes what is there.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from nosology.codesets.search.knowledge import Knowledge
from nosology.codesets.search.shard_file import FORMAT, Sections, pack, write_file

FOLDER = "search"
_LOCK_SECONDS = 300
_PLAIN = "0" * 16

type Build = Callable[[], tuple[Mapping[str, Any], dict[str, Any]]]


def digest(*parts: str) -> str:
    """Return sixteen hexadecimal digits that stand for the parts."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def own_tables() -> str:
    """Return a digest of the tables by which wordings are taken apart."""
    folder = files("nosology.codesets.search")
    return digest(
        str(FORMAT),
        *(
            folder.joinpath(name).read_text(encoding="utf-8")
            for name in ("families.tsv", "words.py", "wordings.py", "building.py", "spelling.py")
        ),
    )


def sections_for(
    home: Path, system: str, source: str, knowledge: Knowledge | None, build: Build
) -> Sections:
    """Return the sections of a code set's index, built first where there is no such file.

    Args:
        home: folder of the store.
        system: the code set.
        source: digest of what the code set's part of the index is made from.
        knowledge: what a higher layer handed in; None takes any file of the same source.
        build: makes the sections and facts.
    """
    folder = home / FOLDER
    given = knowledge.digest() if knowledge else _PLAIN
    found = _open(folder, system, source, given if knowledge else None)
    if found is not None:
        return found
    # Imported here: a finished index is opened without it.
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / f"{system}.lock", timeout=_LOCK_SECONDS):
            # Another process may have built it while this one waited.
            found = _open(folder, system, source, given if knowledge else None)
            if found is not None:
                return found
            sections, facts = build()
            path = folder / f"{system}-{source}-{given}.idx"
            try:
                write_file(path, sections, facts)
            except OSError:
                return Sections(pack(sections, facts))
            _remove_others(folder, system, path)
            return Sections.of_file(path)
    except (OSError, Timeout):
        # The folder cannot be written: the index serves this process alone.
        return Sections(pack(*build()))


def is_indexed(home: Path) -> bool:
    """Return whether some index was ever made here: one that is out of date is soon made anew."""
    try:
        return any((home / FOLDER).glob("*.idx"))
    except OSError:
        return False


def _open(folder: Path, system: str, source: str, given: str | None) -> Sections | None:
    names = [f"{system}-{source}-{given}.idx"] if given else _known(folder, system, source)
    for name in names:
        try:
            return Sections.of_file(folder / name)
        except (OSError, ValueError):
            continue
    return None


def _known(folder: Path, system: str, source: str) -> list[str]:
    """Return the names of the files of this source, that without further terms last."""
    try:
        names = [path.name for path in folder.glob(f"{system}-{source}-*.idx")]
    except OSError:
        return []
    return sorted(names, reverse=True)


def _remove_others(folder: Path, system: str, kept: Path) -> None:
    for path in folder.glob(f"{system}-*"):
        if path != kept and not path.name.endswith(".lock"):
            # Readers that have it open keep it; on some systems it then stays until next time.
            with contextlib.suppress(OSError):
                path.unlink()
