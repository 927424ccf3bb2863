"""Which edit of a peer means the same as which rules of ours, kept in ``kinds.tsv``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("kinds.tsv")
COLUMNS = ("editor", "edit", "finding", "rules", "remark")


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds of findings that are compared with one editor.

    Attributes:
        names: in the order of the table.
        edits: the kind of each of the peer's edits.
        rules: the kind of each of our rules.
    """

    names: tuple[str, ...]
    edits: Mapping[str, str]
    rules: Mapping[str, str]

    def edits_of(self, kind: str) -> tuple[str, ...]:
        """Return the peer's edits of a kind."""
        return tuple(edit for edit, name in self.edits.items() if name == kind)

    @classmethod
    def of(cls, editor: str, file: Path = FILE) -> Kinds:
        """Return what the table says of the editor.

        Raises:
            ValueError: naming the line that has not the table's columns.
        """
        names: list[str] = []
        edits: dict[str, str] = {}
        rules: dict[str, str] = {}
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            if line.startswith("#"):
                continue
            fields = line.split("\t")
            if len(fields) != len(COLUMNS):
                raise ValueError(f"{file.name}:{number}: expected {len(COLUMNS)} columns")
            if fields[0] != editor:
                continue
            _, edit, finding, ours, _ = fields
            if finding not in names:
                names.append(finding)
            edits[edit] = finding
            for rule in ours.split("; "):
                if rule:
                    rules[rule] = finding
        return cls(tuple(names), edits, rules)
