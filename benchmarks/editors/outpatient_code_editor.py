"""The Integrated Outpatient Code Editor of the package ``pyoce``, asked about our claims."""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from typing import Any

from benchmarks.editors.claims import Claim, age_on
from benchmarks.editors.tally import Found

NAME = "pyoce"
_SEX = {"U": "0", "M": "1", "F": "2"}
_CRITICAL_ACCESS = "85"
_OPPS, _NOT_OPPS = "1", "2"
_ONLY_PACKAGED = "027"
_DIED = frozenset({"060", "070"})
"""Modifier CA, for an inpatient service to a patient who died, is judged in place of the lines."""
_COMPREHENSIVE = frozenset({"J1", "J2"})
_INPATIENT = frozenset({"018", "045", "049"})
_DENYING = frozenset({
    7, 9, 13, 17, 18, 20, 28, 40, 45, 47, 49, 53, 65, 67, 68, 69, 76, 83, 93, 106, 107, 108, 110,
    111, 112, 115, 117, 121, 127, 134, 136, 137, 138,
})  # fmt: skip
"""The edits that reject or deny a line and leave the rest of the claim."""
_NOT_WHERE_DENIED = frozenset(
    {"009", "012", "021", "028", "035", "050", "058", "081", "093", "100", "112"}
)
_NOT_ON_BILLS = {
    **dict.fromkeys(("106", "108"), ("13", "14")),
    "017": ("14",),
    **dict.fromkeys(("013", "048", "062"), (_CRITICAL_ACCESS,)),
    **dict.fromkeys(("018", "045", "049", "092"), ("14", _CRITICAL_ACCESS)),
}
"""Edits that are not made on some types of bills; those of add-ons only where OPPS does not pay."""
_NOT_BESIDE_COMPREHENSIVE = frozenset({"021", "042", "061"})


class OutpatientCodeEditor:
    """Answers the numbers of the edits with the line or the diagnosis that each is made on."""

    def __init__(self) -> None:
        """Open the editor.

        Raises:
            ImportError: where the package is not installed.
        """
        import pyoce

        # It says of many claims that their return code is not zero, which the answer tells too.
        logging.getLogger("pyoce").setLevel(logging.CRITICAL)
        self._editor = pyoce.IoceComponent()

    def asked(self, claim: Claim) -> dict[str, Any]:
        """Return the claim in the editor's own form."""
        days = sorted(line["date"] for line in claim["lines"])
        bill_type = claim["bill_type"].removeprefix("0")
        first, *others = [{"diagnosis": item["code"]} for item in claim["diagnoses"]]
        return {
            "claimId": claim["id"],
            "billType": bill_type,
            "oppsFlag": _NOT_OPPS if bill_type.startswith(_CRITICAL_ACCESS) else _OPPS,
            "dateStarted": _compact(days[0]),
            "dateEnded": _compact(days[-1]),
            "receiptDate": _compact(days[-1]),
            "patientStatus": "01",
            "age": str(age_on(claim["patient"]["birth_date"], dt.date.fromisoformat(days[0]))),
            "sex": _SEX[claim["patient"]["sex"]],
            "principalDiagnosisCode": first,
            "secondaryDiagnosisCodeList": others,
            "lineItemList": [
                {
                    "serviceDate": _compact(line["date"]),
                    "revenueCode": line["revenue_code"],
                    "hcpcs": line.get("code", ""),
                    "unitsInput": str(line["units"]),
                    "charge": line["charge"],
                    "hcpcsModifierInputList": [
                        {"hcpcsModifier": modifier} for modifier in line["modifiers"]
                    ],
                }
                for line in claim["lines"]
            ],
        }

    def answer(self, asked: dict[str, Any]) -> Any:
        """Return what the editor says."""
        return self._editor.process(asked)

    def found(self, answer: Any) -> Found:
        """Return the edits with the line, the diagnosis or, for the claim as a whole, nothing.

        Edits of modifiers are told for the claim alone.
        """
        found: Found = Counter()
        for diagnosis in (answer["principalDiagnosisCode"], *answer["secondaryDiagnosisCodeList"]):
            for edit in diagnosis["editList"]:
                found[edit, diagnosis["diagnosis"]] = 1
        for number, line in enumerate(answer["lineItemList"], start=1):
            for edits in ("hcpcsEditList", "serviceDateEditList", "revenueEditList"):
                for edit in line[edits]:
                    found[edit, number] = 1
        placed = {edit for edit, _ in found}
        for name, edits in answer.items():
            if name.startswith(("claim", "line")) and name.endswith("EditList"):
                for edit in edits:
                    if edit not in placed:
                        found[edit, ""] = 1
        return found

    def is_asked(self, answer: Any, edit: str, place: object) -> bool:
        """Return whether the editor looks for an edit at a place of the claim.

        Some edits are not made on some types of bills. It stops where only packaged services are
        billed, leaves alone the lines of a day that it denies for a service of inpatients, and asks
        nothing more of some kinds of a line that is denied already or that belongs to a
        comprehensive service.
        """
        if (
            answer["processingInformation"]["returnCode"]
            or _ONLY_PACKAGED in answer["claimRejectionEditList"]
        ):
            return False
        lines = answer["lineItemList"]
        if answer["billType"][:2] in _NOT_ON_BILLS.get(edit, ()):
            return False
        died = not _DIED.isdisjoint(answer["claimReturnToProviderEditList"])
        if died and isinstance(place, int):
            return False
        if edit in _NOT_BESIDE_COMPREHENSIVE and any(
            line["statusIndicator"] in _COMPREHENSIVE for line in lines
        ):
            return False
        if not isinstance(place, int):
            return True
        line = lines[place - 1]
        made = {*line["hcpcsEditList"], *line["revenueEditList"]}
        if not _INPATIENT.isdisjoint(made):
            return edit in _INPATIENT
        return not (edit in _NOT_WHERE_DENIED and not _DENYING.isdisjoint(map(int, made)))


def _compact(day: str) -> str:
    return day.replace("-", "")
