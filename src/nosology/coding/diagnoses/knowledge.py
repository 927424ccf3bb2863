"""What is known of codes beside the code set: symptoms, what explains them, history, treatment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from nosology.model.code import plain
from nosology.model.code_ranges import CodeRange
from nosology.model.tables import Row, rows, table

_PACKAGE = "nosology.coding.diagnoses"


@dataclass(frozen=True, slots=True)
class Drug:
    """A drug by a name in use.

    Attributes:
        treats: code prefixes of what it is given for, most usual first.
        long_term_code: the Z79 code of its long-term use, or empty.
    """

    name: str
    treats: tuple[str, ...]
    long_term_code: str


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The relation tables, by code without a dot."""

    absorption: dict[str, tuple[CodeRange, ...]]
    symptom_prefixes: tuple[str, ...]
    history_of: dict[str, str]
    family_history_of: dict[str, str]
    chronic_prefixes: tuple[str, ...]
    lifelong_prefixes: tuple[str, ...]
    drugs: dict[str, Drug]

    def is_symptom(self, code: str) -> bool:
        """Return whether the code is a symptom, sign or finding rather than a diagnosis."""
        return code.startswith(self.symptom_prefixes)

    def is_chronic(self, code: str) -> bool:
        """Return whether the condition stays with the patient until the record ends it."""
        return code.startswith(self.chronic_prefixes)

    def is_lifelong(self, code: str) -> bool:
        """Return whether a ``history of`` the condition means that the patient still has it."""
        return code.startswith(self.lifelong_prefixes)

    def explains(self, symptom: str, diagnosis: str) -> bool:
        """Return whether the symptom is routinely part of the diagnosis (OCG I.B.5)."""
        return any(
            by.holds(diagnosis)
            for length in range(3, len(symptom) + 1)
            for by in self.absorption.get(symptom[:length], ())
        )

    def personal_history(self, code: str) -> str | None:
        """Return the history code for a condition that is over, or None."""
        return _longest(self.history_of, code)

    def family_history(self, code: str) -> str | None:
        """Return the code for the condition in the family, or None."""
        return _longest(self.family_history_of, code)


def _longest(table_of: dict[str, str], code: str) -> str | None:
    for length in range(len(code), 2, -1):
        found = table_of.get(code[:length])
        if found:
            return found
    return None


@cache
def knowledge() -> Knowledge:
    """Return the tables, read once.

    Raises:
        MalformedRow: naming the table and line that does not follow its format.
    """
    return Knowledge(
        absorption=_absorption(),
        symptom_prefixes=(
            "R",
            *(
                plain(row["code"])
                for row in _rows("symptom_codes.tsv", ("code", "name_in_our_words", "source"))
            ),
        ),
        history_of={
            plain(row["active"]): plain(row["history"])
            for row in _rows("history_of.tsv", ("active", "history", "source"))
        },
        family_history_of={
            plain(row["active"]): plain(row["family_history"])
            for row in _rows("family_history_of.tsv", ("active", "family_history", "source"))
        },
        chronic_prefixes=tuple(
            plain(row["code"]) for row in _rows("chronic.tsv", ("code", "name", "source"))
        ),
        lifelong_prefixes=tuple(
            plain(row["code"]) for row in _rows("lifelong.tsv", ("code", "name", "source"))
        ),
        drugs={
            row["drug"].lower(): Drug(
                row["drug"].lower(),
                tuple(plain(code) for code in row["treats"].split()),
                plain(row["long_term_code"]),
            )
            for row in _rows("drugs.tsv", ("drug", "kind", "treats", "long_term_code", "source"))
        },
    )


def _absorption() -> dict[str, tuple[CodeRange, ...]]:
    explained: dict[str, list[CodeRange]] = {}
    for row in _rows("absorption.tsv", ("symptom", "explained_by", "source")):
        explained.setdefault(plain(row["symptom"]), []).append(CodeRange.parse(row["explained_by"]))
    return {symptom: tuple(by) for symptom, by in explained.items()}


def _rows(name: str, columns: tuple[str, ...]) -> Iterable[Row]:
    return rows(table(_PACKAGE, name), columns)
