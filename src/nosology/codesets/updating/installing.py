"""The store as the update sees it: what it holds, and how something is added to it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from nosology.codesets.loaders.contract import Edition, Progress
from nosology.codesets.updating.status import InstalledEdition, read_installed
from nosology.codesets.updating.update import Install


def installed_editions(home: Path | None = None) -> tuple[InstalledEdition, ...]:
    """Return what the store holds, which is built first where it is not there.

    Raises:
        MissingCodeSet: when it cannot be built.
    """
    from nosology.codesets.store import open_store

    with closing(open_store(home)) as connection:
        return read_installed(connection)


def installer(home: Path, progress: Progress) -> Install:
    """Return what adds files to the store of the home folder, all of them or none."""

    def install(paths: Sequence[Path]) -> Sequence[Edition]:
        # Imported here: a check of what is stale needs none of it.
        from nosology.codesets.adding import Added, add

        outcomes = add(paths, home, together=True, progress=progress)
        return tuple(one.edition for one in outcomes if isinstance(one, Added))

    return install
