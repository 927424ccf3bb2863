"""Cases of rules: claims that a rule must object to and claims that it must let pass.

The product's own stand in ``cases/``, a TOML file for each family; those of the user's rules stand
beside the rules, in the same form:

    [[case]]
    rule = "diagnosis-pointer-missing"
    expect = "hit"                # or "pass"
    why = "the line points to no diagnosis"
    claim = { lines = ["99213 dx-"] }

A claim is written as little as it takes. ``kind`` (professional, inpatient, outpatient) gives the
rest, and any field of a claim's JSON form goes before it. ``date`` is the day of everything; a line
is its code, with modifiers behind hyphens, then ``x2`` for units, ``dx1,2`` for pointers (``dx-``
for none), ``pos22``, ``rev0450``, ``$120``, ``on2026-04-15``, ``ndc00003029305``; a diagnosis its
code, with the present-on-admission indicator behind it. ``history`` lists earlier claims of the
patient; ``data`` what a data set says that is not installed everywhere.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from nosology.edits.case_data import CaseFacts
from nosology.edits.engine import Engine
from nosology.edits.history import History
from nosology.edits.policy import DEFAULT, Policy
from nosology.edits.rule import Rule
from nosology.model.claim import Claim
from nosology.model.claim_fields import claim_from_mapping
from nosology.model.errors import InputError, shown
from nosology.model.facts import FactBook
from nosology.model.finding import Finding
from nosology.model.tables import table

DAY = "2026-04-14"
FIELDS = ("rule", "expect", "why", "claim", "history", "data", "line", "codes", "severity", "fixed")
HIT, PASS = "hit", "pass"
_BASES: dict[str, dict[str, Any]] = {
    "professional": {
        "type": "professional",
        "payer": "medicare",
        "patient": {"birth_date": "1958-03-02", "sex": "F"},
        "billing_provider": {"npi": "1234567893"},
        "diagnoses": ["I10"],
    },
    "outpatient": {
        "type": "institutional",
        "payer": "medicare",
        "bill_type": "0131",
        "patient": {"birth_date": "1958-03-02", "sex": "F"},
        "billing_provider": {"npi": "1234567893"},
        "diagnoses": ["I10"],
    },
    "inpatient": {
        "type": "institutional",
        "payer": "medicare",
        "bill_type": "0111",
        "patient": {"birth_date": "1958-03-02", "sex": "F"},
        "billing_provider": {"npi": "1234567893"},
        "admission_type": "1",
        "admission_source": "1",
        "discharge_status": "01",
        "diagnoses": ["J18.9 Y"],
    },
}


@dataclass(frozen=True, slots=True)
class Case:
    """A claim with what a rule must say of it.

    Attributes:
        expects_hit: whether the rule must object.
        line: of the finding, where the case tells it; 0 for the claim as a whole.
        codes: of the finding, where the case tells them.
        fixed: whether the remedy is applied by itself and the rule then lets the claim pass.
        where: file and number of the case, for errors.
    """

    rule: str
    expects_hit: bool
    why: str
    claim: Claim
    fields: Mapping[str, Any]
    history: tuple[Claim, ...]
    data: Mapping[str, Any]
    line: int | None
    codes: tuple[str, ...]
    severity: str
    fixed: bool
    where: str


@cache
def own_cases() -> tuple[Case, ...]:
    """Return the cases of the product's own rules, file by file."""
    found: list[Case] = []
    for source in sorted(table("nosology.edits", "cases").iterdir(), key=lambda item: item.name):
        if source.name.endswith(".toml"):
            found += read_cases(source)
    return tuple(found)


def read_cases(source: Traversable | Path) -> tuple[Case, ...]:
    """Return the cases of a file.

    Raises:
        InputError: naming the case and field that is not as expected.
    """
    try:
        fields = tomllib.loads(source.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise InputError(source.name, f"is not TOML: {error}") from None
    return tuple(cases_of(fields.get("case", []), source.name))


def cases_of(items: object, name: str) -> Iterator[Case]:
    """Yield the cases that a list of tables describes.

    Raises:
        InputError: naming the case and field that is not as expected.
    """
    if not isinstance(items, list):
        raise InputError(name, "'case' must be a list of tables: write [[case]] above each")
    for number, fields in enumerate(items, start=1):
        yield _case(fields, f"{name}: case {number}")


def difference(case: Case, rule: Rule, book: FactBook, policy: Policy = DEFAULT) -> str:
    """Return what the rule says otherwise than the case expects; empty for nothing."""
    told = CaseFacts(book, case.data) if case.data else book
    own = () if rule.is_own else (rule,)
    chosen = (rule,) if rule.is_own else ()
    engine = Engine(told, Policy(own, policy.severities, policy.by_payer), chosen)
    history = History()
    for earlier in case.history:
        history.add(earlier)
    past = history.of(case.claim)
    answer = engine.check(case.claim, past)
    failed = [item.message for item in answer.findings if item.rule == rule.id and _failed(item)]
    if failed:
        return failed[0]
    found = [item for item in answer.findings if item.rule == rule.id]
    if not case.expects_hit:
        return f"objects: {found[0].message}" if found else ""
    if not found:
        others = "; ".join(item.message for item in answer.findings)
        return f"lets it pass{f' ({others})' if others else ''}"
    matching = [item for item in found if _fits(case, item)]
    if not matching:
        first = found[0]
        return f"objects to line {first.line}, {', '.join(first.codes)}, {first.severity.value}"
    if case.fixed:
        mended = engine.mend(case.claim, past)
        if not mended.fixes or any(item.rule == rule.id for item in mended.findings):
            return "is not mended"
    return ""


def _failed(item: Finding) -> bool:
    return item.category.value == "not-evaluated"


def _fits(case: Case, item: Finding) -> bool:
    if case.line is not None and (item.line or 0) != case.line:
        return False
    if case.codes and item.codes != case.codes:
        return False
    return not case.severity or item.severity.value == case.severity


def _case(fields: Mapping[str, Any], where: str) -> Case:
    for name in fields:
        if name not in FIELDS:
            raise InputError(where, f"unknown field {shown(name)}; there are {', '.join(FIELDS)}")
    rule, expect, why = (fields.get(name) for name in ("rule", "expect", "why"))
    if (
        not isinstance(rule, str)
        or expect not in {HIT, PASS}
        or not isinstance(why, str)
        or not why
    ):
        raise InputError(where, "needs 'rule', 'expect' (hit or pass) and 'why', each a text")
    told = fields.get("claim")
    if not isinstance(told, Mapping):
        raise InputError(where, "needs 'claim', a table")
    history = fields.get("history", [])
    claim = written_out(told, where)
    patient = dict(claim.get("patient", {}))
    if history and "id" not in patient:
        claim["patient"] = {**patient, "id": "P1"}
    return Case(
        rule,
        expect == HIT,
        why,
        claim_from_mapping(claim, where),
        told,
        tuple(
            claim_from_mapping(
                written_out({"id": f"H{number}", "patient": claim["patient"], **item}, where), where
            )
            for number, item in enumerate(history, start=1)
        ),
        fields.get("data", {}),
        fields.get("line"),
        tuple(fields.get("codes", ())),
        str(fields.get("severity", "")),
        bool(fields.get("fixed", False)),
        where,
    )


def written_out(short: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return the JSON form of a claim that is written in the short form of cases.

    Raises:
        InputError: for another kind of claim, or a line that is not in the short form.
    """
    told = dict(short)
    kind = told.pop("kind", "professional")
    if kind not in _BASES:
        raise InputError(where, f"'kind' must be one of {', '.join(_BASES)}")
    day = told.pop("date", DAY)
    fields: dict[str, Any] = {"id": "C1", **_BASES[kind]}
    if kind == "inpatient":
        fields |= {"admission_date": day, "discharge_date": day, "statement_from": day}
        fields["statement_to"] = day
    elif kind == "outpatient":
        fields |= {"statement_from": day, "statement_to": day}
    lines = told.pop("lines", [])
    diagnoses = told.pop("diagnoses", fields["diagnoses"])
    procedures = told.pop("procedures", None)
    fields |= told
    fields["diagnoses"] = [_diagnosis(item) for item in diagnoses]
    if procedures is not None:
        fields["procedures"] = [
            {"code": item, "date": day} if isinstance(item, str) else item for item in procedures
        ]
    fields["lines"] = [_line(item, kind, day, where) for item in lines]
    return fields


def _diagnosis(item: object) -> object:
    if not isinstance(item, str) or " " not in item:
        return item
    code, _, poa = item.partition(" ")
    return {"code": code, "poa": poa}


def _line(item: object, kind: str, day: str, where: str) -> Any:
    if not isinstance(item, str):
        return item
    fields: dict[str, Any] = {"units": 1, "date": day, "charge": "100.00"}
    if kind == "professional":
        fields |= {"place_of_service": "11", "diagnoses": [1]}
    else:
        fields["revenue_code"] = "0510"
    words: Sequence[str] = item.split()
    for number, word in enumerate(words):
        if word.startswith("x") and number:
            fields["units"] = word[1:]
        elif word == "dx-":
            fields["diagnoses"] = []
        elif word.startswith("dx"):
            fields["diagnoses"] = [int(place) for place in word[2:].split(",")]
        elif word.startswith("pos"):
            fields["place_of_service"] = word[3:]
        elif word.startswith("rev"):
            fields["revenue_code"] = word[3:]
        elif word.startswith("ndc"):
            fields["ndc"] = word[3:]
        elif word.startswith("$"):
            fields["charge"] = word[1:]
        elif word.startswith("on"):
            fields["date"] = word[2:]
        elif number == 0:
            code, *modifiers = word.split("-")
            fields["code"] = code
            if modifiers:
                fields["modifiers"] = modifiers
        else:
            raise InputError(where, f"{shown(word)} of a line is not in the short form")
    return fields
