"""An evaluation as a table for people and as fields for scripts."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten
from typing import Any

from nosology.evaluation.metrics import MEASURES, Share
from nosology.evaluation.mistakes import Mistake, MistakeKind, by_cause
from nosology.evaluation.run import Agreement, Evaluation

MEASURE_NAMES = {
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "macro_f1": "macro F1, over codes",
    "category_f1": "category F1",
    "identical": "identical sets",
}
QUOTE_WIDTH = 110
_OTHERS = {
    "procedures": ("icd10pcs", "ICD-10-PCS codes"),
    "services": ("services", "services"),
    "lines": ("service_lines", "lines, as billed"),
}
"""What an evaluation may hold beside diagnoses: its name in JSON, and in the table."""
_PLAIN_MEASURES = tuple(name for name in MEASURES if name != "category_f1")


def as_json(evaluation: Evaluation, listed: Sequence[Mistake] | None = None) -> dict[str, Any]:
    """Return the evaluation's fields; ``errors`` only where the mistakes are given."""
    fields: dict[str, Any] = {
        "notes": len(evaluation.answers),
        "all": _agreement_fields(evaluation.every),
        "core": _agreement_fields(evaluation.core),
        "invalid_codes": _share_fields(evaluation.invalid),
        "exact_evidence": _share_fields(evaluation.exact_evidence),
        "releases": dict(evaluation.releases),
    }
    for name, (told, _) in _OTHERS.items():
        agreement: Agreement | None = getattr(evaluation, name)
        if agreement is not None:
            fields[told] = _agreement_fields(agreement, _PLAIN_MEASURES)
    if listed is not None:
        fields["errors"] = [_mistake_fields(mistake) for mistake in listed]
    return fields


def as_table(evaluation: Evaluation, listed: Sequence[Mistake] | None = None) -> str:
    """Return the evaluation as lines of text; the listing only where the mistakes are given."""
    lines = [f"{'':<22}{'all codes':<24}{'core codes':<24}"]
    for name in MEASURES:
        cells = (_cell(evaluation.every, name), _cell(evaluation.core, name))
        lines.append(f"{MEASURE_NAMES[name]:<22}{cells[0]:<24}{cells[1]}")
    for name in ("correct", "wrong", "missed"):
        every: int = getattr(evaluation.every.counts, name)
        kept: int = getattr(evaluation.core.counts, name)
        lines.append(f"{name:<22}{every:<24}{kept:<24}")
    lines += _others(evaluation)
    lines += [
        "",
        f"{'notes':<22}{len(evaluation.answers)}",
        f"{'invalid codes':<22}{_share(evaluation.invalid)}",
        f"{'exact evidence':<22}{_share(evaluation.exact_evidence)}",
    ]
    lines += [f"{'release':<22}{name} {label}" for name, label in evaluation.releases.items()]
    if listed is not None:
        lines += _listing(listed)
    return "\n".join(line.rstrip() for line in lines)


def _others(evaluation: Evaluation) -> list[str]:
    """Return the lines on procedures and services; none where the data set has no gold of them."""
    held: list[tuple[str, Agreement]] = [
        (title, agreement)
        for name, (_, title) in _OTHERS.items()
        if (agreement := getattr(evaluation, name)) is not None
    ]
    if not held:
        return []
    lines = ["", f"{'':<22}" + "".join(f"{title:<24}" for title, _ in held)]
    for name in _PLAIN_MEASURES:
        cells = "".join(f"{_cell(agreement, name):<24}" for _, agreement in held)
        lines.append(f"{MEASURE_NAMES[name]:<22}{cells}")
    for name in ("correct", "wrong", "missed"):
        counts = "".join(f"{getattr(agreement.counts, name):<24}" for _, agreement in held)
        lines.append(f"{name:<22}{counts}")
    return lines


def _listing(listed: Sequence[Mistake]) -> list[str]:
    grouped = by_cause(listed)
    lines = ["", f"{'cause':<56}{'missed':<10}wrong"]
    lines += [
        f"{cause:<56}{_missed(group):<10}{len(group) - _missed(group)}"
        for cause, group in grouped.items()
    ]
    for cause, group in grouped.items():
        lines += ["", f"{cause}:"]
        for mistake in group:
            title = shorten(mistake.display, 60, placeholder=" …")
            section = mistake.section.value if mistake.section else "words not found"
            lines.append(
                f"  {mistake.id:<12}{mistake.kind:<8}{mistake.code:<10}{title} ({section})"
            )
            if mistake.span is not None:
                quote = shorten(mistake.quote, QUOTE_WIDTH, placeholder=" …")
                lines.append(f"      {mistake.before} [{quote}] {mistake.after}")
    return lines


def _missed(group: Sequence[Mistake]) -> int:
    return sum(mistake.kind is MistakeKind.MISSED for mistake in group)


def _cell(agreement: Agreement, name: str) -> str:
    value: float | None = getattr(agreement.score, name)
    if value is None:
        return "–"
    interval = agreement.intervals[name]
    return f"{value:.3f}" + (f"  {interval[0]:.3f}–{interval[1]:.3f}" if interval else "")


def _share(share: Share) -> str:
    return f"{share.part} of {share.whole}"


def _share_fields(share: Share) -> dict[str, Any]:
    return {"count": share.part, "of": share.whole, "rate": _rounded(share.rate)}


def _agreement_fields(agreement: Agreement, measured: Sequence[str] = MEASURES) -> dict[str, Any]:
    measures: dict[str, Any] = {}
    for name in measured:
        interval = agreement.intervals[name]
        measures[name] = {
            "value": _rounded(getattr(agreement.score, name)),
            "low": _rounded(interval[0]) if interval else None,
            "high": _rounded(interval[1]) if interval else None,
        }
    counts = agreement.counts
    return measures | {
        "correct": counts.correct,
        "wrong": counts.wrong,
        "missed": counts.missed,
    }


def _mistake_fields(mistake: Mistake) -> dict[str, Any]:
    span = mistake.span
    return {
        "id": mistake.id,
        "error": mistake.kind.value,
        "code": mistake.code,
        "display": mistake.display,
        "cause": mistake.cause.value,
        "section": mistake.section.value if mistake.section else None,
        "document": span.document if span else None,
        "start": span.start if span else None,
        "end": span.end if span else None,
        "before": mistake.before,
        "quote": mistake.quote,
        "after": mistake.after,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
