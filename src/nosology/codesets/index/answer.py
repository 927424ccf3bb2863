"""What navigation answers with."""

from __future__ import annotations

from dataclasses import dataclass

from nosology.codesets.index.data_sets import Table


@dataclass(frozen=True, slots=True)
class IndexCode:
    """A code that a term leads to, as the release of the date has it.

    Attributes:
        code: without a dot; a hyphen at its end where the index says that characters are missing.
        column: of a table; empty elsewhere.
        is_manifestation: the second of a pair, never reported first.
        display: title in the release; empty where it was not looked up or is not there.
        billable: None where it was not looked up; False where the release does not have it.
        completed_by: the first billable codes below it.
        more: how many more there are.
    """

    code: str
    column: str = ""
    is_manifestation: bool = False
    display: str = ""
    billable: bool | None = None
    completed_by: tuple[str, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class IndexChild:
    """A term directly below another.

    Attributes:
        name: its title; empty where it is only a reference.
        children: how many terms stand directly below it.
    """

    name: str
    nonessential: tuple[str, ...]
    code: str
    see: str
    see_also: str
    use_value: str
    columns: tuple[tuple[str, str], ...]
    children: int


@dataclass(frozen=True, slots=True)
class Hop:
    """A reference that was followed.

    Attributes:
        via: ``see``, ``see also`` or ``see category``.
        reference: as the index words it.
        term: what it leads to; None where it leads to no one place.
        reason: why there is no term; empty where there is one.
    """

    via: str
    reference: str
    term: IndexTerm | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class IndexTerm:
    """A term with everything that the index has on it.

    Attributes:
        release: label of the index's edition.
        path: titles from the main term down to this one.
        nonessential: modifiers that may be there or not, without brackets.
        code: without a dot; a hyphen at its end where characters are missing.
        category: category or subcategory to see.
        use_value: of the ICD-10-PCS Index, the value of an axis that the term stands for.
        columns: name and code of each column of a table.
        column: the column that was asked for; empty for all.
        hops: the references that were followed from here, in order.
        alternatives: paths of other terms that answer as well.
        codes: what the term and the terms to be seen lead to.
    """

    table: Table
    release: str
    path: tuple[str, ...]
    nonessential: tuple[str, ...] = ()
    code: str = ""
    manifestation: str = ""
    see: str = ""
    see_also: str = ""
    category: str = ""
    use_value: str = ""
    note: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    column: str = ""
    children: tuple[IndexChild, ...] = ()
    hops: tuple[Hop, ...] = ()
    alternatives: tuple[tuple[str, ...], ...] = ()
    codes: tuple[IndexCode, ...] = ()

    @property
    def term(self) -> str:
        """The term's own title."""
        return self.path[-1]
