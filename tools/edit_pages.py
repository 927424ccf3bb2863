"""Writes the pages of the claim rules: one for each, a list of all, and what is left out."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from nosology.cli.explain import parted
from nosology.edits.authorities import authorities
from nosology.edits.case_data import CaseFacts
from nosology.edits.cases import Case, own_cases
from nosology.edits.catalogue import rules
from nosology.edits.engine import Engine
from nosology.edits.history import History
from nosology.edits.rule import Rule
from nosology.model.claim import ClaimKind
from nosology.model.encounter import Payer
from nosology.model.facts import FactBook
from nosology.model.finding import Category, Finding

FOLDER = Path("docs/edits")
INDEX = FOLDER / "index.md"
LEFT_OUT = Path(__file__).resolve().parents[1] / "src/nosology/edits/left_out.tsv"
_MOST_EXAMPLES = 4


def edit_pages() -> list[Path]:
    """Return the pages of the rules and their list, relative to the root of the repository."""
    return [INDEX, *(FOLDER / f"{id}.md" for id in rules())]


def edit_page(page: Path) -> str:
    """Return a page as it should stand."""
    return _index() if page == INDEX else _page(rules()[page.stem])


def _index() -> str:
    by_category: dict[Category, list[Rule]] = defaultdict(list)
    for rule in rules().values():
        by_category[rule.category].append(rule)
    cases = own_cases()
    verified = sum(
        all(authorities()[id].is_verified for id in rule.authority) for rule in rules().values()
    )
    parts = [
        "# Edits",
        "Made from the rules by `make pages`; change it there. "
        f"{len(rules())} rules in {len(by_category)} categories, held by {len(cases)} cases; of "
        f"{verified} every section that they cite was read.",
    ]
    for category in Category:
        listed = by_category.get(category)
        if not listed:
            continue
        lines = [f"## {category.value}", "", "| rule | severity | claims | what it checks |"]
        lines.append("|---|---|---|---|")
        for rule in sorted(listed, key=lambda rule: rule.id):
            checks = parted(rule.text)[0].split(". ")[0].rstrip(".")
            lines.append(
                f"| [{rule.id}]({rule.id}.md) | {rule.severity.value} | {_kinds(rule)} | {checks} |"
            )
        parts.append("\n".join(lines))
    parts.append(_left_out())
    return "\n\n".join(parts) + "\n"


def _left_out() -> str:
    lines = [
        "## What is not checked, and why",
        "",
        "| edit | why not |",
        "|---|---|",
    ]
    with LEFT_OUT.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(
            (line for line in stream if not line.startswith("#")), delimiter="\t", strict=True
        )
        next(rows)
        lines += [f"| {edit} | {why} |" for edit, why in rows]
    return "\n".join(lines)


def _page(rule: Rule) -> str:
    checks, why = parted(rule.text)
    cases = [case for case in own_cases() if case.rule == rule.id]
    parts = [
        f"# {rule.id}",
        "Made from the rule and its cases by `make pages`; change it there.",
        "\n".join(_facts(rule)),
        f"## What it checks\n\n{checks}",
        f"## Why\n\n{why[:1].upper()}{why[1:]}",
        f"## What to do\n\n{_remedy(cases, rule)}",
        "## Denied\n\n" + "\n\n".join(_examples(cases, rule, is_hit=True)),
        "## Accepted\n\n" + "\n\n".join(_examples(cases, rule, is_hit=False)),
        "## Where it is published\n\n" + "\n".join(_cited(rule)),
    ]
    return "\n\n".join(parts) + "\n"


def _facts(rule: Rule) -> Iterator[str]:
    yield "| | |"
    yield "|---|---|"
    yield f"| category | {rule.category.value} |"
    yield f"| severity | {rule.severity.value} |"
    yield f"| claims | {_kinds(rule)} |"
    payers = [payer.value for payer in Payer if payer in rule.payers]
    yield f"| payers | {'all' if len(payers) == len(Payer) else ', '.join(payers)} |"
    until = f" to {rule.until}" if rule.until else ""
    yield f"| services | from {rule.since}{until} |"
    if rule.needs:
        needs = ", ".join(need.replace("|", " or ") for need in rule.needs)
        yield f"| data | {needs} |"
    if rule.carc:
        yield f"| adjustment reason (CARC) | {rule.carc} |"
    yield f"| what overrides it | {rule.override.value} |"
    yield f"| `--fix` | {'applies the remedy' if rule.mend else 'leaves it to you'} |"


def _kinds(rule: Rule) -> str:
    kinds = [kind.value for kind in ClaimKind if kind in rule.kinds]
    return "all" if len(kinds) == len(ClaimKind) else ", ".join(kinds)


def _examples(cases: list[Case], rule: Rule, *, is_hit: bool) -> Iterator[str]:
    for case in [case for case in cases if case.expects_hit is is_hit][:_MOST_EXAMPLES]:
        text = f"{case.why}\n\n```toml\n{_short(case)}\n```"
        if is_hit and (found := _found(case, rule)):
            text += f"\n\n> {found.message}"
        yield text


def _short(case: Case) -> str:
    lines = [f"{name} = {_toml(value)}" for name, value in case.fields.items()]
    if case.data:
        lines += [f"# data: {name} {_toml(value)}" for name, value in case.data.items()]
    for past in case.history:
        codes = ", ".join("-".join((line.code, *line.modifiers)) for line in past.lines)
        lines.append(f"# earlier, {past.first_day}: {codes}")
    return "\n".join(lines) or "# a claim with nothing else than its kind asks for"


def _toml(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{name} = {_toml(item)}" for name, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False, default=str)


def _remedy(cases: list[Case], rule: Rule) -> str:
    """Return the remedy as the first denied claim is told it, where it names what it is about."""
    if "{" not in rule.remedy:
        return rule.remedy
    found = next((one for case in cases if case.expects_hit and (one := _found(case, rule))), None)
    return f"As for the first claim below: {found.remedy}" if found else rule.remedy


def _found(case: Case, rule: Rule) -> Finding | None:
    book: FactBook = CaseFacts(_facts_of_store(), case.data)
    history = History()
    for past in case.history:
        history.add(past)
    found = Engine(book, chosen=(rule,)).check(case.claim, history.of(case.claim)).findings
    return next((item for item in found if item.rule == rule.id), None)


@cache
def _facts_of_store() -> FactBook:
    from nosology.workflow.check import load_engine

    return load_engine().book


def _cited(rule: Rule) -> Iterator[str]:
    for known in (authorities()[id] for id in rule.authority):
        edition = f", {known.edition}" if known.edition else ""
        read = "" if known.is_verified else " (the section was not read by us)"
        yield f"- {known.publisher}: {known}{edition}{read}"
