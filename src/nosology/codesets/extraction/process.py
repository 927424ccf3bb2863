"""Starting the restricted process that converts one archive."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Protocol

from nosology.codesets.extraction.conversion import REFUSED
from nosology.model.errors import InputError, MissingCodeSet

_SECONDS = 300
# Without site packages and environment the process finds this package by its folder alone.
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from nosology.codesets.extraction.conversion import main; sys.exit(main(sys.argv[2:]))"
)
_SOURCES = Path(__file__).parents[3]


class PinnedArchive(Protocol):
    """What the process is told of an archive."""

    @property
    def package(self) -> str:
        """Name of the package, which names the converter."""
        ...

    @property
    def name(self) -> str:
        """Package and version."""
        ...

    @property
    def sha256(self) -> str:
        """What the archive must have."""
        ...

    @property
    def extraction(self) -> int:
        """Number of the conversion."""
        ...


def extract(archive: PinnedArchive, file: Path, folder: Path) -> None:
    """Write the archive's extract and its manifest into the folder, which is empty.

    The process gets no environment, no site packages and no open files; it verifies the hash of
    exactly the bytes that it then reads, and limits what it may do before it reads them.

    Raises:
        InputError: when the archive does not hold what its converter expects.
        MissingCodeSet: when the process ends otherwise than it should.
    """
    command = [sys.executable, "-I", "-S", "-B", "-X", "utf8", "-c", _START, str(_SOURCES)]
    arguments = [archive.package, archive.sha256, str(archive.extraction), file, folder]
    try:
        done = subprocess.run(
            [*command, *map(str, arguments)],
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise MissingCodeSet(
            archive.name, f"was not converted within {_SECONDS} seconds; try again"
        ) from None
    if done.returncode == 0:
        return
    lines = [line for line in done.stderr.splitlines() if line.strip()] or ["nothing"]
    if done.returncode == REFUSED:
        where, _, message = lines[-1].partition(": ")
        raise InputError(where, message)
    raise MissingCodeSet(
        archive.name,
        f"was not converted: its process ended with status {done.returncode} and said "
        f"{lines[-1].strip()!r}; try again with more free memory and disk",
    )


def _environment() -> dict[str, str]:
    """Return the little without which a process does not start on Windows; nothing elsewhere."""
    return {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
