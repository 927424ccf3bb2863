"""``nosology explain``: what a rule does, why, and where it is published."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import click

from nosology.cli.main import HELP_OPTIONS
from nosology.cli.output import Format, format_option, open_console, output_format, write_json
from nosology.model.errors import InputError, shown

if TYPE_CHECKING:
    from nosology.edits.rule import Rule

HELP = """\
Explain a rule that a coding or a finding names: what it checks, why, where it is published.

Without a name it lists the rules of the claim editor.

\b
Examples:
  nosology explain diagnosis-pointer-missing
  nosology explain excludes1 --format json
  nosology explain
"""


@click.command(context_settings=HELP_OPTIONS, help=HELP)
@click.argument("rule", required=False)
@format_option
def explain(rule: str | None, chosen_format: str | None) -> None:
    """Write what is known of a rule."""
    form = output_format(chosen_format)
    if rule is None:
        _list_rules(form)
        return
    told = explained(rule.strip().lower())
    if form is Format.JSON:
        write_json(told)
    else:
        _print(told)


def explained(name: str) -> dict[str, Any]:
    """Return what is known of a rule of the claim editor or of coding.

    Raises:
        InputError: when there is none of that name, with the names that are near.
    """
    from nosology.coding.rules import rules as coding_rules
    from nosology.edits.catalogue import rules as edits
    from nosology.edits.engine import REMARKS

    if name in edits():
        return _edit(edits()[name])
    if name in coding_rules():
        known = coding_rules()[name]
        return {
            "rule": known.id,
            "used_by": "code",
            "text": known.says,
            "authority": [{"cited": known.authority, "verified": known.is_verified}],
        }
    if name in REMARKS:
        return {"rule": name, "used_by": "check", "text": REMARKS[name], "authority": []}
    near = get_close_matches(name, [*edits(), *coding_rules(), *REMARKS], n=3)
    offer = f"did you mean {', '.join(near)}?" if near else "'nosology explain' lists them"
    raise InputError(shown(name), f"is no rule; {offer}")


def _edit(rule: Rule) -> dict[str, Any]:
    from nosology.edits.authorities import authorities
    from nosology.edits.cases import own_cases
    from nosology.model.claim import ClaimKind

    checks, why = parted(rule.text)
    cases = [case for case in own_cases() if case.rule == rule.id]
    return {
        "rule": rule.id,
        "used_by": "check",
        "category": rule.category.value,
        "severity": rule.severity.value,
        "text": checks,
        "why": why,
        "remedy": rule.remedy.replace("{", "<").replace("}", ">"),
        "claims": [kind.value for kind in ClaimKind if kind in rule.kinds],
        "payers": sorted(payer.value for payer in rule.payers if payer is not None),
        "since": rule.since.isoformat(),
        "until": rule.until.isoformat() if rule.until else None,
        "needs": list(rule.needs),
        "carc": rule.carc,
        "override": rule.override.value,
        "fixable": rule.mend is not None,
        "authority": [
            {"cited": str(known), "edition": known.edition, "verified": known.is_verified}
            for known in (authorities()[id] for id in rule.authority)
        ],
        "denied": [_example(case.why, case.fields) for case in cases if case.expects_hit],
        "accepted": [_example(case.why, case.fields) for case in cases if not case.expects_hit],
    }


def parted(text: str) -> tuple[str, str]:
    """Return what a rule's text says is checked, and why, each as one paragraph."""
    checks, _, why = inspect.cleandoc(text).partition("Why:")
    return " ".join(checks.split()), " ".join(why.split())


def _example(why: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    return {"why": why, "claim": dict(fields)}


def _list_rules(form: Format) -> None:
    from nosology.edits.catalogue import rules

    if form is Format.JSON:
        write_json(
            [
                {
                    "rule": rule.id,
                    "category": rule.category.value,
                    "severity": rule.severity.value,
                    "text": parted(rule.text)[0],
                }
                for rule in rules().values()
            ]
        )
        return
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    for rule in rules().values():
        table.add_row(rule.id, rule.severity.value, rule.category.value)
    open_console().print(table)


def _print(told: Mapping[str, Any]) -> None:
    from rich.text import Text

    console = open_console()
    console.print(Text(told["rule"], style="bold"))
    for name, value in told.items():
        if name in {"rule", "used_by"} or not value:
            continue
        if name in {"text", "why"}:
            console.print(Text(value))
            continue
        console.print(Text(f"{name}: ", style="dim").append(_shown(name, value)))


def _shown(name: str, value: Any) -> str:
    if name == "authority":
        return "; ".join(
            f"{item['cited']}{'' if item['verified'] else ' (citation not verified)'}"
            for item in value
        )
    if name in {"denied", "accepted"}:
        return "".join(f"\n  {item['why']} {_short(item['claim'])}" for item in value)
    if isinstance(value, list):
        return ", ".join(value)
    return "yes" if value is True else str(value)


def _short(claim: Mapping[str, Any]) -> str:
    return "; ".join(
        f"{name} {', '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in claim.items()
    )
