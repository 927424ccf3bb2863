"""A CodeBook of a few invented codes, by which the codes of an index are verified."""

from __future__ import annotations

import datetime as dt

from nosology.model.code import Code, CodeBook, System, plain
from nosology.model.errors import UnknownCode

TITLES = {
    "S10": "Injury of the crank",
    "S100": "Bent crank",
    "S101": "Broken crank",
    "S1011": "Broken crank, right",
    "S1012": "Broken crank, left",
    "R52": "Pain",
    "R521": "Pain of rust",
    "M498": "Rust elsewhere",
    "M4981": "Rust of the hub elsewhere",
    "C801": "Neoplasm of a machine",
}


class TinyCodeBook(CodeBook):
    """Knows the codes above; a code is billable where no other begins with it."""

    def lookup(self, code: str, on: dt.date | None = None, system: System = System.ICD10CM) -> Code:
        name = plain(code)
        if system is not System.ICD10CM or name not in TITLES:
            raise UnknownCode(name, "does not exist")
        return Code(system, name, TITLES[name], self.is_billable(name, on, system), "2024-10")

    def is_billable(
        self, code: str, on: dt.date | None = None, system: System = System.ICD10CM
    ) -> bool:
        return code in TITLES and not self.children(code, on, system)

    def children(
        self, code: str, on: dt.date | None = None, system: System = System.ICD10CM
    ) -> tuple[str, ...]:
        return tuple(
            name for name in TITLES if name.startswith(code) and len(name) == len(code) + 1
        )
