"""Reads the user's rules and choices from TOML, and says where one is not as it must be.

[severity]                       # of the product's rules, by rule or category
unspecified = "off"

[payer.acme.severity]            # for a payer, by its payer_id or kind
ptp = "warning"

[[rule]]
id = "acme-therapy-modifier"
effect = "require"               # hold, warn, require or replace
message = "Acme wants a therapy modifier on {code}."
remedy = "Add GP, GO or GN."
match = { payer_id = "ACME", "line.code" = "97010-97799" }
require = { "line.modifiers" = ["GP", "GO", "GN"] }

[[case]]
rule = "acme-therapy-modifier"
expect = "hit"
why = "No therapy modifier."
claim = { payer_id = "ACME", lines = ["97110"] }
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

from nosology.edits.cases import Case, cases_of
from nosology.edits.catalogue import rules
from nosology.edits.own_rules.conditions import Conditions, read_conditions
from nosology.edits.own_rules.replacing import mended, read_change
from nosology.edits.policy import OFF, Policy
from nosology.edits.rule import EVERY_KIND, EVERY_PAYER, ICD_10, Check, Hit, Mend, Rule, hit
from nosology.edits.view import ClaimView, LineView
from nosology.model.errors import InputError, shown
from nosology.model.finding import Category, Override, Severity

LARGEST = 5_000_000
FIELDS = ("severity", "payer", "rule", "case")
RULE_FIELDS = (
    *("id", "effect", "message", "remedy", "match", "unless", "require", "replace", "severity"),
    *("category", "authority", "from", "until", "carc", "override", "why"),
)
EFFECTS: Mapping[str, Severity] = {
    "hold": Severity.ERROR,
    "warn": Severity.WARNING,
    "require": Severity.ERROR,
    "replace": Severity.WARNING,
}
_REMEDIES: Mapping[str, str] = {
    "hold": "Hold the claim until the payer's rule is met.",
    "warn": "Look at it before the claim is sent.",
    "require": "Add what the payer's rule asks for.",
    "replace": "Replace it as the payer's rule says.",
}
_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_NAMED = ("codes", "code", "day", "line", "units")
_CHOSEN = (*(one.value for one in Severity if one is not Severity.NOT_EVALUATED), OFF)


@dataclass(frozen=True, slots=True)
class OwnRules:
    """What the user's files say.

    Attributes:
        cases: that the rules are tested by.
    """

    policy: Policy
    cases: tuple[Case, ...]


def read_own_rules(files: Iterable[Path]) -> OwnRules:
    """Return the rules, choices and cases of the files; of two choices the later file's holds.

    Raises:
        InputError: naming the file, the rule and what is not as expected.
    """
    own: dict[str, Rule] = {}
    severities: dict[str, str] = {}
    by_payer: dict[str, dict[str, str]] = {}
    cases: list[Case] = []
    for file in files:
        told = _read(file)
        for rule in _rules(told.get("rule", []), file.name):
            if rule.id in own:
                raise InputError(file.name, f"rule {rule.id!r} stands twice; give each its own id")
            own[rule.id] = rule
        severities |= _severities(told.get("severity", {}), f"{file.name}: severity")
        for payer, choices in _payers(told.get("payer", {}), file.name):
            by_payer.setdefault(payer, {}).update(choices)
        cases += cases_of(told.get("case", []), file.name)
    known = own.keys() | rules().keys()
    categories = {item.value for item in Category}
    for name in {*severities, *(name for told in by_payer.values() for name in told)}:
        if name not in known and name not in categories:
            raise InputError("severity", f"{shown(name)} is no rule and no category")
    for case in cases:
        if case.rule not in known:
            raise InputError(case.where, f"there is no rule {shown(case.rule)}")
    return OwnRules(Policy(tuple(own.values()), severities, by_payer), tuple(cases))


def _read(file: Path) -> dict[str, Any]:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise InputError(str(file), f"cannot be read: {error.strerror}") from None
    if len(content) > LARGEST:
        raise InputError(file.name, f"has {len(content):,} bytes; rules have at most {LARGEST:,}")
    try:
        told = tomllib.loads(content.decode())
    except UnicodeDecodeError:
        raise InputError(file.name, "is not UTF-8; TOML must be") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(file.name, f"is not TOML: {error}") from None
    except RecursionError:
        raise InputError(file.name, "is not TOML: nested too deeply") from None
    for name in told:
        if name not in FIELDS:
            raise InputError(
                file.name, f"unknown table {shown(name)}; there are {', '.join(FIELDS)}"
            )
    return told


def _severities(told: object, where: str) -> dict[str, str]:
    if not isinstance(told, Mapping):
        raise InputError(where, "must be a table of rules or categories and severities")
    for name, chosen in told.items():
        if chosen not in _CHOSEN:
            raise InputError(
                where, f"{name} is {shown(chosen)}; expected one of {', '.join(_CHOSEN)}"
            )
    return dict(told)


def _payers(told: object, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    if not isinstance(told, Mapping):
        raise InputError(name, "'payer' must be a table of payers")
    for payer, fields in told.items():
        where = f"{name}: payer.{payer}"
        if not isinstance(fields, Mapping) or set(fields) != {"severity"}:
            raise InputError(where, "must have one table, 'severity'")
        # Payer ids are compared in upper case, kinds of payer as they are.
        choices = _severities(fields["severity"], where)
        yield payer, choices
        yield payer.upper(), choices


def _rules(told: object, name: str) -> Iterator[Rule]:
    if not isinstance(told, list):
        raise InputError(name, "'rule' must be a list of tables: write [[rule]] above each")
    for number, fields in enumerate(told, start=1):
        id = fields.get("id")
        where = f"{name}: rule {id if isinstance(id, str) else number}"
        yield _rule(fields, where)


def _rule(fields: Mapping[str, Any], where: str) -> Rule:
    for name in fields:
        if name not in RULE_FIELDS:
            raise InputError(
                where, f"unknown field {shown(name)}; there are {', '.join(RULE_FIELDS)}"
            )
    id = _text(fields, "id", where)
    if not _ID.fullmatch(id):
        raise InputError(where, "'id' must be lower-case words joined by hyphens")
    if id in rules():
        raise InputError(where, "'id' is that of a rule of the product; choose another")
    effect = _text(fields, "effect", where)
    if effect not in EFFECTS:
        raise InputError(where, f"'effect' must be one of {', '.join(EFFECTS)}")
    required = None
    if ("require" in fields) != (effect == "require"):
        raise InputError(where, "'require' and the effect require go together")
    if effect == "require":
        required = read_conditions(fields["require"], f"{where}: require")
    mend: Mend | None = None
    if ("replace" in fields) != (effect == "replace"):
        raise InputError(where, "'replace' and the effect replace go together")
    if effect == "replace":
        mend = mended(read_change(fields["replace"], f"{where}: replace"))
    match = read_conditions(fields.get("match"), f"{where}: match")
    unless = read_conditions(fields["unless"], f"{where}: unless") if "unless" in fields else None
    since, until = _day(fields, "from", where) or ICD_10, _day(fields, "until", where)
    if until is not None and until < since:
        raise InputError(where, "'until' is before 'from'")
    return Rule(
        id=id,
        category=_one_of(fields, "category", Category, Category.NON_COVERED, where),
        severity=_one_of(fields, "severity", Severity, EFFECTS[effect], where),
        authority=(_text(fields, "authority", where, "The user's own rule"),),
        message=_template(fields, "message", where),
        remedy=_template(fields, "remedy", where, _REMEDIES[effect]),
        check=_check(match, unless, required),
        text=_text(fields, "why", where, "A rule of the user's own."),
        family="own",
        kinds=EVERY_KIND,
        payers=EVERY_PAYER,
        since=since,
        until=until,
        carc=_text(fields, "carc", where, ""),
        override=_one_of(fields, "override", Override, Override.NONE, where),
        mend=mend,
        is_own=False,
    )


def _check(match: Conditions, unless: Conditions | None, required: Conditions | None) -> Check:
    def objects(claim: ClaimView, line: LineView | None) -> bool:
        if unless is not None and unless.are_met(claim, line):
            return False
        return required is None or not required.are_met(claim, line)

    def check(claim: ClaimView) -> Iterator[Hit]:
        if not match.claim_meets(claim):
            return
        if not match.of_line:
            if objects(claim, None):
                yield hit(None)
            return
        for line in claim.lines:
            if match.line_meets(claim, line) and objects(claim, line):
                yield hit(line.number, *line.codes)

    return check


def _text(fields: Mapping[str, Any], name: str, where: str, default: str | None = None) -> str:
    value = fields.get(name, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise InputError(where, f"'{name}' must be a text")
    return value


def _template(fields: Mapping[str, Any], name: str, where: str, default: str | None = None) -> str:
    text = _text(fields, name, where, default)
    try:
        named = [part for _, part, _, _ in Formatter().parse(text) if part is not None]
    except ValueError:
        raise InputError(where, f"'{name}' has a brace that is not closed") from None
    if unknown := [part for part in named if part not in _NAMED]:
        raise InputError(
            where, f"'{name}' names {shown(unknown[0])}; it may name {', '.join(_NAMED)}"
        )
    return text


def _day(fields: Mapping[str, Any], name: str, where: str) -> dt.date | None:
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    elif isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    raise InputError(where, f"'{name}' is {shown(value)}; expected a date such as 2026-01-01")


def _one_of[T: (Category, Severity, Override)](
    fields: Mapping[str, Any], name: str, known: type[T], default: T, where: str
) -> T:
    value = fields.get(name, default)
    try:
        found = known(str(value))
    except ValueError:
        found = None
    if found is None or found in (Severity.NOT_EVALUATED, Category.NOT_EVALUATED):
        choices = ", ".join(item for item in known if item != "not-evaluated")
        raise InputError(where, f"'{name}' is {shown(value)}; expected one of {choices}")
    return found
