"""Reads cases written as inline mark-up, strictly: what is not understood fails."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent / "cases"

_TAG = re.compile(r"<(/?)([a-z]+)((?:\s+[a-z]+=(?:\"[^\"]*\"|[^\s\">]+))*)\s*>")
_ATTRIBUTE = re.compile(r"([a-z]+)=(?:\"([^\"]*)\"|([^\s\">]+))")


class BadCase(ValueError):
    """A case that cannot be read."""


@dataclass(frozen=True)
class Mark:
    start: int
    end: int
    attributes: dict[str, str]


@dataclass(frozen=True)
class Case:
    name: str
    text: str
    marks: tuple[Mark, ...]


def parse(markup: str, tag: str, known: dict[str, set[str] | None], name: str = "case") -> Case:
    """Return the text without its tags and what they marked.

    ``known`` has for each attribute the values it may take, or None for any.
    """
    text: list[str] = []
    marks: list[Mark] = []
    length = 0
    position = 0
    opened: tuple[int, dict[str, str]] | None = None
    for match in _TAG.finditer(markup):
        if match.group(2) != tag:
            raise BadCase(f"{name}: unknown tag <{match.group(2)}>")
        piece = markup[position : match.start()]
        text.append(piece)
        length += len(piece)
        position = match.end()
        if match.group(1):
            if opened is None:
                raise BadCase(f"{name}: </{tag}> closes nothing")
            start, attributes = opened
            if start == length:
                raise BadCase(f"{name}: empty <{tag}>")
            marks.append(Mark(start, length, attributes))
            opened = None
        else:
            if opened is not None:
                raise BadCase(f"{name}: <{tag}> within <{tag}>")
            opened = length, _attributes(match.group(3), known, name)
    text.append(markup[position:])
    plain = "".join(text)
    if opened is not None:
        raise BadCase(f"{name}: <{tag}> is not closed")
    if not marks:
        raise BadCase(f"{name}: nothing is marked")
    if re.search(rf"</?{tag}\b", plain):
        raise BadCase(f"{name}: a tag is malformed")
    return Case(name, plain, tuple(marks))


def _attributes(written: str, known: dict[str, set[str] | None], name: str) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(written):
        key, value = match.group(1), match.group(2) or match.group(3) or ""
        if key not in known:
            raise BadCase(f"{name}: unknown attribute {key!r}")
        if key in attributes:
            raise BadCase(f"{name}: attribute {key!r} twice")
        values = known[key]
        if values is not None and value not in values:
            raise BadCase(f"{name}: {key} cannot be {value!r}")
        attributes[key] = value
    return attributes


def read_cases(file: str, tag: str, known: dict[str, set[str] | None]) -> list[Case]:
    """Return the cases of a file, each named by its number and first words."""
    entries = yaml.safe_load((FOLDER / file).read_text(encoding="utf-8"))
    if not isinstance(entries, list) or not entries:
        raise BadCase(f"{file}: expected a list of cases")
    cases = []
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, str):
            raise BadCase(f"{file}: case {number} is not a text")
        name = f"{Path(file).stem}-{number}"
        cases.append(parse(entry, tag, known, name))
    if len({case.text for case in cases}) != len(cases):
        raise BadCase(f"{file}: a text stands twice")
    return cases
