"""Telling what the files of a given path are, before anything is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nosology.codesets.added import hash_of
from nosology.codesets.editions import NamedEdition, editions_of
from nosology.codesets.loaders.containers import contents_of, damage_told
from nosology.codesets.loaders.contract import Edition, Loader, Progress
from nosology.codesets.loaders.near_misses import near_miss
from nosology.codesets.loaders.publication import Publication, own_name
from nosology.codesets.loaders.registry import TELLS_LESS_THAN, loaders, recognize
from nosology.model.errors import InputError

_MOST_NAMED = 8
_SEE = "What is read: docs/adding-code-sets.md, or nosology codesets add --help"


@dataclass(frozen=True, slots=True)
class Recognized:
    """A file that a loader recognized, read whole once."""

    publication: Publication
    loader: Loader
    editions: tuple[Edition, ...]
    sha256: str

    @property
    def file(self) -> str:
        """The file's name, after those of the archives that hold it."""
        archive = self.publication.archive
        return f"{archive} {self.publication.name}".strip()


@dataclass(slots=True)
class Given:
    """What one of the given paths holds."""

    path: Path
    recognized: list[Recognized] = field(default_factory=list)
    left_out: tuple[str, ...] = ()

    def editions(self) -> Iterator[tuple[Recognized, Edition]]:
        """Yield each file with each edition that it counts as."""
        return ((one, edition) for one in self.recognized for edition in one.editions)


def look_into(path: Path, named: NamedEdition, progress: Progress) -> Given:
    """Return what is to be loaded of a path, each file read whole once.

    Raises:
        InputError: when there is nothing, or a file is damaged or tells no edition.
    """
    progress(f"{own_name(path.name)}: looking what it is", 0, 0)
    contents = contents_of(path)
    given = Given(path)
    others = list(contents.left_out)
    for publication in contents.publications:
        with damage_told(publication):
            loader = recognize(publication)
            if loader is None:
                others.append((publication.name, near_miss(publication) or ""))
                continue
            progress(f"{publication.name}: checking", 0, 0)
            given.recognized.append(
                Recognized(
                    publication,
                    loader,
                    editions_of(loader, publication, named),
                    hash_of(publication),
                )
            )
    if not given.recognized:
        raise _not_recognized(path, others, is_archive=contents.is_archive)
    richer = {(one.loader.name, edition) for one in given.recognized for edition in one.editions}
    for one in list(given.recognized):
        less_than = TELLS_LESS_THAN.get(one.loader.name, frozenset())
        if any((name, edition) in richer for name in less_than for edition in one.editions):
            given.recognized.remove(one)
            others.append((one.publication.name, "another file here tells more of the edition"))
    order = [loader.name for loader in loaders()]
    given.recognized.sort(key=lambda one: order.index(one.loader.name))
    given.left_out = tuple(map(_shown, others))
    return given


def _shown(other: tuple[str, str]) -> str:
    """Return the name of a file that is not read, and what it is where that shows."""
    name, kind = other
    return f"{name} ({kind})" if kind else name


def _not_recognized(path: Path, others: list[tuple[str, str]], *, is_archive: bool) -> InputError:
    if is_archive:
        more = f" and {len(others) - _MOST_NAMED} more" if len(others) > _MOST_NAMED else ""
        held = ", ".join(map(_shown, others[:_MOST_NAMED])) + more if others else "nothing"
        found = f"is an archive without a published file that is read here; it holds: {held}"
    elif kind := others[0][1]:
        found = f"is not read: it is {kind}"
    else:
        found = "is not recognized by its content; it may be damaged, changed or of another kind"
    return InputError(own_name(path.name), f"{found}. {_SEE}")
