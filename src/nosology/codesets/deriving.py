"""A release made of another one's entries and of the codes that were valid at another time.

Between two Tabular Lists a release may be known by its codes only: the Medicare Code Editor gives
the dates of every code, and CMS publishes plain lists of codes with titles. Such a release has the
hierarchy and notes of the list that it is nearest to; what was added carries its own title, or none
where none is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field, replace

from nosology.codesets.tabular import Level, TabularEntry
from nosology.model.errors import InputError

_CATEGORY_LENGTH = 3


@dataclass(frozen=True, slots=True)
class DerivedEntries:
    """The entries of the derived release.

    Attributes:
        withdrawn: codes with a seventh character that the release does not have, though the entry
            that they complete still stands.
        added: codes that the base lacks.
        removed: codes of the base that the release lacks.
    """

    entries: list[TabularEntry]
    withdrawn: frozenset[str]
    added: frozenset[str]
    removed: frozenset[str]


@dataclass(slots=True)
class _Branch:
    entry: TabularEntry
    children: list[_Branch] = field(default_factory=list)


def derive(
    entries: list[TabularEntry],
    completed: Mapping[str, str],
    held: Set[str],
    wanted: Set[str],
    titles: Mapping[str, str] | None = None,
    headings: Set[str] = frozenset(),
) -> DerivedEntries:
    """Return the base's entries changed to those of the codes that are wanted.

    Args:
        entries: of the base, in tabular order.
        completed: each code that a seventh character of the base makes -> the printed code; those
            that the base has withdrawn too.
        held: billable codes of the base.
        wanted: billable codes of the derived release.
        titles: of codes and headings, where the derived release has its own.
        headings: entries of the derived release above its codes, where they are known.

    Raises:
        InputError: where a code that is wanted has no place among the base's entries.
    """
    titles = titles or {}
    removed, added = frozenset(held - wanted), frozenset(wanted - held)
    withdrawn = {code for code in completed if code not in wanted}
    left: dict[str, int] = {}
    for code, printed in completed.items():
        left[printed] = left.get(printed, 0) + (code not in withdrawn)
    branches: dict[str, _Branch] = {}
    roots: list[_Branch] = []
    for entry in entries:
        branch = branches[entry.code] = _Branch(entry)
        siblings = branches[entry.parent].children if entry.parent is not None else roots
        siblings.append(branch)
    # A heading sorts before the codes below it, which so find it.
    for code in sorted((added | headings) - completed.keys()):
        # What the base only divides may have been billable before it was divided.
        if code not in branches:
            _insert(branches, code, titles.get(code, ""), left)
    dropped = removed | {printed for printed, count in left.items() if not count}
    for root in roots:
        root.children = _kept(root, dropped, added)
    return DerivedEntries(
        [entry for root in roots for entry in _walk(root, titles)],
        frozenset(withdrawn),
        added,
        removed,
    )


def _insert(
    branches: dict[str, _Branch], code: str, title: str, completed_by: Mapping[str, int]
) -> None:
    """Put a code below the nearest entry that it divides, in the order of the codes."""
    category = code[:_CATEGORY_LENGTH]
    if category not in branches:
        section = _section_of(branches, category)
        is_whole = code == category
        entry = TabularEntry(
            Level.CATEGORY, category, title if is_whole else "", section, 0, not is_whole
        )
        _add(branches, section, entry)
        if is_whole:
            return
    above = next(
        code[:length]
        for length in range(len(code) - 1, _CATEGORY_LENGTH - 1, -1)
        if code[:length] in branches
    )
    if completed_by.get(above):
        raise InputError(
            "derived release",
            f"{code} would divide {above}, which seventh characters complete; the dates and the "
            "list that the release is based on do not belong together",
        )
    _add(branches, above, TabularEntry(Level.SUBDIVISION, code, title, above, 0, False))


def _section_of(branches: dict[str, _Branch], category: str) -> str:
    before = [
        branch.entry
        for branch in branches.values()
        if branch.entry.level is Level.CATEGORY
        and branch.entry.code[0] == category[0]
        and branch.entry.code < category
    ]
    if not before or (parent := max(before, key=lambda entry: entry.code).parent) is None:
        raise InputError(
            "derived release", f"the base has no section in which category {category} could stand"
        )
    return parent


def _add(branches: dict[str, _Branch], parent: str, entry: TabularEntry) -> None:
    above = branches[parent]
    branch = branches[entry.code] = _Branch(entry)
    place = next(
        (n for n, other in enumerate(above.children) if other.entry.code > entry.code),
        len(above.children),
    )
    above.children.insert(place, branch)


def _kept(branch: _Branch, dropped: Set[str], added: Set[str]) -> list[_Branch]:
    """Return the children that the release still has, each with its own."""
    kept: list[_Branch] = []
    for child in branch.children:
        had = bool(child.children)
        child.children = _kept(child, dropped, added)
        is_gone = (had and not child.children) or child.entry.code in dropped
        if child.children or not is_gone or child.entry.code in added:
            kept.append(child)
    return kept


def _walk(branch: _Branch, titles: Mapping[str, str]) -> Iterator[TabularEntry]:
    entry = branch.entry
    title = titles.get(entry.code, entry.title)
    is_divided = entry.level in (Level.CHAPTER, Level.SECTION)
    yield replace(
        entry,
        title=title,
        has_children=entry.has_children if is_divided else bool(branch.children),
    )
    for child in branch.children:
        yield from _walk(child, titles)
