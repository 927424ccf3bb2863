"""What changed between two releases of a code set, and which codes in use it touches."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nosology.codesets.wording import essential_words
from nosology.model.code import System

if TYPE_CHECKING:
    from nosology.codesets.book import SqliteCodeBook

_CATEGORY = 3
_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Revision:
    """A code that both releases have, with another title."""

    code: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Removal:
    """A code that the later release does not have as a billable one.

    Attributes:
        into: codes that divide or replace it now: it became newly specific.
        nearest: added codes of its category whose titles share most words with its own; a hint for
            the coder's eye, no official crosswalk.
    """

    code: str
    title: str
    into: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()

    @property
    def is_newly_specific(self) -> bool:
        """Whether longer codes stand in its place."""
        return bool(self.into)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A code that both releases have, but of whose meaning added codes take a part.

    Attributes:
        by: the added codes, by the publisher's own conversion table.
    """

    code: str
    title: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed from one release to another; billable codes only.

    Attributes:
        added: code -> title, which is empty where no installed release gives it.
        remarks: what is not known of either release.
    """

    system: System
    before: str
    after: str
    added: Mapping[str, str]
    removed: tuple[Removal, ...]
    revised: tuple[Revision, ...]
    narrowed: tuple[Narrowing, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def newly_specific(self) -> tuple[Removal, ...]:
        """Codes that longer codes replace."""
        return tuple(removal for removal in self.removed if removal.is_newly_specific)


@dataclass(frozen=True, slots=True)
class Affected:
    """A code in use that the later release changes.

    Attributes:
        count: how often it was used.
        change: ``removed``, ``newly specific``, ``narrowed``, ``revised``, ``not in either``.
        instead: codes to use in its place; several where the record must decide.
    """

    code: str
    count: int
    change: str
    title: str
    instead: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Titles:
    on: dt.date
    titles: Mapping[str, str] = field(repr=False)


def compare(book: SqliteCodeBook, system: System, before: str, after: str) -> Changes:
    """Return what changed between two releases, named by their labels.

    Raises:
        MissingCodeSet: when a release is not installed; it names those that are.
    """
    old = _titles(book, system, before)
    new = _titles(book, system, after)
    added = {code: title for code, title in new.titles.items() if code not in old.titles}
    removed = [code for code in old.titles if code not in new.titles]
    by_category: dict[str, list[str]] = {}
    for code in added:
        by_category.setdefault(code[:_CATEGORY], []).append(code)
    official = {
        code: tuple(
            other for other in book.successors(code, old.on, new.on, system) if other in added
        )
        for code in book.succeeded(old.on, new.on, system)
    }
    remarks = [
        f"{label}: {remark}"
        for label, one in ((before, old), (after, new))
        if (remark := book.remark(one.on, system))
    ]
    if untitled := sum(not title for title in added.values()):
        remarks.append(f"{after}: no title is known of {untitled:,} of the {len(added):,} added")
    return Changes(
        system,
        before,
        after,
        added,
        tuple(
            _removal(code, old.titles[code], added, by_category, official.get(code, ()))
            for code in removed
        ),
        tuple(
            Revision(code, title, new.titles[code])
            for code, title in old.titles.items()
            if title and new.titles.get(code) and new.titles[code] != title
        ),
        tuple(
            Narrowing(code, new.titles[code] or old.titles[code], by)
            for code, by in official.items()
            if by and code in old.titles and code in new.titles
        ),
        tuple(remarks),
    )


def affected(
    changes: Changes,
    in_use: Iterable[tuple[str, int]],
    known: Mapping[str, str],
    successors: Callable[[str], tuple[str, ...]] = lambda _code: (),
) -> list[Affected]:
    """Return the codes in use that the changes touch, the most used first.

    Args:
        changes: what changed.
        in_use: codes without dot and how often each was used.
        known: billable codes of the later release -> title.
        successors: the codes that were given in place of one that ended before either release.
    """
    removed = {removal.code: removal for removal in changes.removed}
    revised = {revision.code: revision for revision in changes.revised}
    narrowed = {narrowing.code: narrowing for narrowing in changes.narrowed}
    found: list[Affected] = []
    for code, count in in_use:
        if (removal := removed.get(code)) is not None:
            kind = "newly specific" if removal.is_newly_specific else "removed"
            found.append(
                Affected(code, count, kind, removal.title, removal.into or removal.nearest)
            )
        elif (narrowing := narrowed.get(code)) is not None:
            note = "still valid; use it only where the new codes do not fit"
            instead = (*narrowing.by, code)
            found.append(Affected(code, count, "narrowed", narrowing.title, instead, note))
        elif (revision := revised.get(code)) is not None:
            note = f"now: {revision.after}"
            found.append(Affected(code, count, "revised", revision.before, (code,), note))
        elif code not in known:
            instead = tuple(other for other in successors(code) if other in known)
            found.append(Affected(code, count, "not in either", "", instead))
    found.sort(key=lambda one: (-one.count, one.code))
    return found


def _titles(book: SqliteCodeBook, system: System, label: str) -> _Titles:
    on = book.first_day(label, system)
    return _Titles(on, book.billable_titles(on, system))


def _removal(
    code: str,
    title: str,
    added: Mapping[str, str],
    by_category: Mapping[str, list[str]],
    successors: tuple[str, ...],
) -> Removal:
    # A placeholder that a character replaces divides the code as much as a character added does.
    shape = re.compile(code.replace("X", "."))
    into = successors or tuple(
        other
        for other in by_category.get(code[:_CATEGORY], ())
        if other.startswith(code) or shape.fullmatch(other)
    )
    if into:
        return Removal(code, title, into)
    words = set(essential_words(title))
    candidates = [
        (len(words & set(essential_words(added[other]))), other)
        for other in by_category.get(code[:_CATEGORY], ())
        if added[other]
    ]
    nearest = sorted((-shared, other) for shared, other in candidates if shared)
    return Removal(code, title, nearest=tuple(other for _, other in nearest[:_NEAREST]))
