"""Strict reader of the coding cases: what a record says, and what must and must not follow.

A case file is a YAML list. Fields of a case: ``name``; ``text``, or ``documents`` (a list of
``author``, ``text`` and optionally ``type``); optionally ``setting``, ``age``, ``sex`` and
``scope``, ``payer`` and ``status``; ``codes`` (the answer's diagnoses in order, with dots), or
``has`` and ``lacks``; ``services`` (all lines billed, such as ``99214-25`` and ``J3301 x4``),
``procedures`` (all codes of ICD-10-PCS), ``suggests`` (numbers that are suggested); ``billed`` (the
lines of a claim) with ``reviewed`` (what its review says of each line, such as ``99214 differs``);
``hits`` and ``passes`` (ids of rules that must, and must not, be in a rationale). An unknown field
fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "cases"
FIELDS = frozenset(
    {
        *("name", "text", "documents", "setting", "age", "sex", "scope"),
        *("payer", "status", "services", "procedures", "suggests", "billed", "reviewed"),
        *("codes", "has", "lacks", "hits", "passes"),
    }
)

EXPECTED = frozenset({"codes", "has", "lacks", "services", "procedures", "suggests", "reviewed"})


@dataclass(frozen=True, slots=True)
class CodingCase:
    file: str
    name: str
    documents: tuple[tuple[str, str, str], ...]
    setting: str
    age: int | None
    sex: str | None
    scope: str
    payer: str | None
    status: str | None
    services: tuple[str, ...] | None
    procedures: tuple[str, ...] | None
    suggests: tuple[str, ...]
    billed: tuple[str, ...] | None
    reviewed: tuple[str, ...]
    codes: tuple[str, ...] | None
    has: tuple[str, ...]
    lacks: tuple[str, ...]
    hits: tuple[str, ...]
    passes: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.file}: {self.name}"


def coding_cases() -> list[CodingCase]:
    cases = [case for path in sorted(FOLDER.glob("*.yaml")) for case in _in_file(path)]
    names = [str(case) for case in cases]
    assert len(set(names)) == len(names), "two cases have the same name"
    return cases


def _in_file(path: Path) -> list[CodingCase]:
    listed = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(listed, list), f"{path.name}: a list of cases is expected"
    return [_case(path.stem, fields) for fields in listed]


def _case(file: str, fields: dict[str, Any]) -> CodingCase:
    unknown = set(fields) - FIELDS
    assert not unknown, f"{file}: unknown fields {unknown}"
    assert fields.keys() & EXPECTED, f"{file}: {fields} expects nothing"
    return CodingCase(
        file=file,
        name=fields["name"],
        documents=tuple(
            (document["author"], document["text"], document.get("type", "note"))
            for document in fields["documents"]
        )
        if "documents" in fields
        else (("provider", fields["text"], "note"),),
        setting=fields.get("setting", "office"),
        age=fields.get("age"),
        sex=fields.get("sex"),
        scope=fields.get("scope", "reportable"),
        payer=fields.get("payer"),
        status=fields.get("status"),
        services=_all(fields, "services"),
        procedures=_all(fields, "procedures"),
        suggests=tuple(map(str, fields.get("suggests", ()))),
        billed=_all(fields, "billed"),
        reviewed=tuple(map(str, fields.get("reviewed", ()))),
        codes=_all(fields, "codes"),
        has=tuple(fields.get("has", ())),
        lacks=tuple(fields.get("lacks", ())),
        hits=tuple(fields.get("hits", ())),
        passes=tuple(fields.get("passes", ())),
    )


def _all(fields: dict[str, Any], name: str) -> tuple[str, ...] | None:
    return tuple(map(str, fields[name])) if name in fields else None
