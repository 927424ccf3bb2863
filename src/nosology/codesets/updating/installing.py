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


def identify(paths: Sequence[Path]) -> Sequence[Edition]:
    """Return the editions that the files are by their content and names; nothing is written.

    Raises:
        InputError: when a file is damaged.
    """
    from nosology.codesets.loaders.containers import contents_of, damage_told
    from nosology.codesets.loaders.registry import recognize

    found: list[Edition] = []
    for path in paths:
        for publication in contents_of(path).publications:
            with damage_told(publication):
                loader = recognize(publication)
                found += loader.editions(publication) if loader else ()
    return tuple(dict.fromkeys(found))


def installer(home: Path, progress: Progress) -> Install:
    """Return what adds files to the store of the home folder, all of them or none."""

    def install(paths: Sequence[Path]) -> Sequence[Edition]:
        # Imported here: a check of what is stale needs none of it.
        from nosology.codesets.adding import Added, add

        outcomes = add(paths, home, together=True, progress=progress)
        return tuple(one.edition for one in outcomes if isinstance(one, Added))

    return install
