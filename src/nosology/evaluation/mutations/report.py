"""What a mutation run counted, for people and for scripts."""

from __future__ import annotations

from typing import Any

from nosology.evaluation.mutations.run import MutationRun, Tally
from nosology.model.finding import Severity

_GRAVE = (Severity.ERROR, Severity.WARNING)


def as_table(run: MutationRun, *, lists_kinds: bool = True) -> str:
    """Return the figures as lines of text.

    Args:
        run: what was counted.
        lists_kinds: whether each kind of defect has its line; else only those that were missed.
    """
    width = max(len(item.defect.name) for item in run.tallies)
    lines = [
        f"{item.defect.name:{width}}  {item.found:5} of {item.planted:5}  {item.defect.says}"
        for item in run.tallies
        if lists_kinds or item.found < item.planted
    ]
    lines += [""] if lines else []
    lines.append(
        f"defects found: {run.found:,} of {run.planted:,} planted ({_share(run):.2%}), "
        f"of {len(run.tallies)} kinds"
    )
    lines.append(
        f"clean claims: {run.claims:,}, with {run.false(Severity.ERROR)} errors, "
        f"{run.false(Severity.WARNING)} warnings"
    )
    lines += [
        f"  {severity.value} {rule} on {scenario}: {count}"
        for (severity, rule, scenario), count in sorted(run.false_findings.items())
    ]
    return "\n".join(lines)


def as_json(run: MutationRun) -> dict[str, Any]:
    """Return the figures as a script reads them."""
    return {
        "claims": run.claims,
        "planted": run.planted,
        "found": run.found,
        "found_share": round(_share(run), 4),
        "findings_on_clean_claims": {item.value: run.false(item) for item in _GRAVE},
        "kinds": [_kind(item) for item in run.tallies],
    }


def _kind(item: Tally) -> dict[str, Any]:
    return {
        "defect": item.defect.name,
        "says": item.defect.says,
        "categories": sorted(one.value for one in item.defect.categories),
        "planted": item.planted,
        "found": item.found,
        "missed_in": list(item.missed),
    }


def _share(run: MutationRun) -> float:
    return run.found / run.planted if run.planted else 0.0
