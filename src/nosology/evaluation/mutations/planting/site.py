"""Where a defect is planted: a copy of a clean claim that may be spoiled."""

from __future__ import annotations

import copy
import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nosology.evaluation.mutations.claims import CleanClaim

Fields = dict[str, Any]


@dataclass
class Site:
    """A claim into which a defect is planted.

    Attributes:
        has: what the defect looks for, one of which the claim has.
        what: the choices of the defect.
        earlier: claims of before.
    """

    kind: str
    claim: Fields
    earlier: list[Fields]
    draw: random.Random
    has: tuple[str, ...] = ()
    what: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, clean: CleanClaim, draw: random.Random, has: tuple[str, ...], what: tuple[str, ...]
    ) -> Site:
        """Return a site on a copy of a clean claim."""
        return cls(clean.kind, copy.deepcopy(clean.fields), list(clean.earlier), draw, has, what)

    def chosen(self) -> str:
        """Return one of the choices; empty where the defect has none."""
        return self.draw.choice(self.what) if self.what else ""

    def choices(self) -> dict[str, str]:
        """Return the choices that are written as ``this=that``."""
        return dict(item.split("=", 1) for item in self.what)

    @property
    def day(self) -> dt.date:
        """The first day of the claim."""
        lines = self.claim["lines"]
        told = self.claim.get("admission_date") or lines[0]["date"]
        return dt.date.fromisoformat(told)

    def lines(self) -> list[Fields]:
        """Return the lines that the defect looks for; every line where it looks for none."""
        lines: list[Fields] = self.claim["lines"]
        if not self.has:
            return lines
        return [line for line in lines if any(bears(line, item) for item in self.has)]

    def line(self) -> Fields | None:
        """Return one of the lines that the defect looks for, drawn; None where there is none."""
        found = self.lines()
        return self.draw.choice(found) if found else None

    def codes(self) -> list[str]:
        """Return the diagnoses as they are shown."""
        return [code_of(item) for item in self.claim["diagnoses"]]

    def is_fit(self) -> bool:
        """Return whether the claim has what the defect looks for."""
        return not self.has or any(self._has(item) for item in self.has)

    def _has(self, item: str) -> bool:
        if any(bears(line, item) for line in self.claim["lines"]):
            return True
        if any(code.startswith(item) for code in self.codes()):
            return True
        return any(told["code"].startswith(item) for told in self.claim.get("procedures", ()))

    def diagnosis(self, text: str) -> str | dict[str, str]:
        """Return a diagnosis written as ``N40.0 Y``; the indicator is for stays."""
        code, _, poa = text.partition(" ")
        return {"code": code, "poa": poa} if poa and self.kind == "inpatient" else code

    def put_first(self, texts: list[str]) -> None:
        """Put diagnoses before the others; lines go on pointing to what they pointed to."""
        told = [self.diagnosis(text) for text in texts]
        self.claim["diagnoses"] = [*told, *self.claim["diagnoses"]]
        for line in self.claim["lines"]:
            if "diagnoses" in line:
                line["diagnoses"] = [place + len(told) for place in line["diagnoses"]]

    def put_last(self, texts: list[str]) -> None:
        """Put diagnoses behind the others."""
        self.claim["diagnoses"].extend(self.diagnosis(text) for text in texts)

    def replace_at(self, place: int, code: str) -> None:
        """Put a code in the place of another; what is told of it stays."""
        item = self.claim["diagnoses"][place]
        self.claim["diagnoses"][place] = {**item, "code": code} if isinstance(item, dict) else code


def code_of(item: str | dict[str, str]) -> str:
    """Return the code of a diagnosis as it is shown."""
    return item if isinstance(item, str) else item["code"]


def bears(line: Fields, item: str) -> bool:
    """Return whether a line has a code and, where one stands behind a hyphen, a modifier."""
    code, _, modifier = item.partition("-")
    return line.get("code") == code and (not modifier or modifier in line.get("modifiers", ()))


Plant = Callable[[Site], bool]
"""Spoils the claim of a site; False where there is nothing to spoil."""

_LISTED: dict[str, Plant] = {}


def plants(name: str) -> Callable[[Plant], Plant]:
    """Return the decorator that lists a way of planting under the name that the table uses."""

    def listing(plant: Plant) -> Plant:
        _LISTED[name] = plant
        return plant

    return listing


def listed() -> dict[str, Plant]:
    """Return the ways that the modules imported so far have listed."""
    return dict(_LISTED)
