"""An evaluation of search as a table for people and as fields for scripts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import shorten
from typing import Any

from nosology.evaluation.search import (
    Answer,
    Asked,
    Latency,
    Ranking,
    SearchEvaluation,
    groupings,
    latency,
    mistakes,
    ranking,
)
from nosology.evaluation.search_questions import Accepted, Question
from nosology.model.code import SearchHit, System, dotted

WAYS = {"within": "within the system", "across": "over all systems"}
"""The two ways of asking, and what a table calls them."""

_LABEL_WIDTH, _COUNT_WIDTH, _CELL_WIDTH = 26, 7, 8
_QUERY_WIDTH = 60


def as_json(evaluation: SearchEvaluation, *, lists_mistakes: bool = False) -> dict[str, Any]:
    """Return the evaluation's fields; ``errors`` only where they are asked for."""
    fields: dict[str, Any] = {"name": evaluation.name} | _fields(evaluation.asked)
    for name, groups in groupings(evaluation).items():
        fields[f"by_{name}"] = {label: _fields(group) for label, group in groups.items()}
    fields["latency_ms"] = {
        way: _latency_fields(latency(_answers(evaluation.asked, way))) for way in WAYS
    }
    fields["releases"] = dict(evaluation.releases)
    if lists_mistakes:
        fields["errors"] = [_mistake_fields(asked) for asked in mistakes(evaluation)]
    return fields


def as_table(evaluation: SearchEvaluation, *, lists_mistakes: bool = False) -> str:
    """Return the evaluation as lines of text; the listing only where it is asked for."""
    width = 3 * _CELL_WIDTH
    titles = "".join(f"{name:<{_CELL_WIDTH}}" for name in ("hit@1", "hit@10", "MRR"))
    lines = [
        f"{evaluation.name:<{_LABEL_WIDTH + _COUNT_WIDTH}}"
        + "".join(f"{name:<{width}}" for name in WAYS.values()),
        f"{'':<{_LABEL_WIDTH}}{'asked':<{_COUNT_WIDTH}}{titles * len(WAYS)}",
        _row("all", evaluation.asked),
    ]
    for name, groups in groupings(evaluation).items():
        lines += ["", *(_row(f"{name} {label}", group) for label, group in groups.items())]
    lines.append("")
    for way, title in WAYS.items():
        times = latency(_answers(evaluation.asked, way))
        shown = (
            f"p50 {times.p50:.2f}  p95 {times.p95:.2f}  p99 {times.p99:.2f} ms" if times else "–"
        )
        lines.append(f"{title:<{_LABEL_WIDTH}}{shown}")
    for system, label in evaluation.releases.items():
        lines.append(f"{'release':<{_LABEL_WIDTH}}{system} {label}")
    if lists_mistakes:
        lines += ["", *_listing(mistakes(evaluation))]
    return "\n".join(line.rstrip() for line in lines)


def _row(label: str, asked: Sequence[Asked]) -> str:
    cells = "".join(
        f"{cell:<{_CELL_WIDTH}}" for way in WAYS for cell in _cells(ranking(_answers(asked, way)))
    )
    return f"{label:<{_LABEL_WIDTH}}{len(asked):<{_COUNT_WIDTH}}{cells}"


def _cells(ranks: Ranking) -> Iterable[str]:
    for value in (ranks.first.rate, ranks.found.rate, ranks.reciprocal):
        yield "–" if value is None else f"{value:.3f}"


def _listing(listed: Sequence[Asked]) -> list[str]:
    lines = [f"{len(listed)} without a right answer in first place"]
    for asked in listed:
        query = shorten(asked.question.query, _QUERY_WIDTH, placeholder=" …")
        lines.append(f"  {query}  ({asked.question.system}) expected {_expected(asked.question)}")
        for way, title in WAYS.items():
            answer: Answer = getattr(asked, way)
            if answer.rank != 1:
                place = "not found" if answer.rank is None else f"in place {answer.rank}"
                hits = ", ".join(_code(hit) for hit in answer.hits) or "nothing"
                lines.append(f"      {title}: {place}; first {hits}")
    return lines


def _expected(question: Question) -> str:
    return " ".join(_pattern(accepted, question.system) for accepted in question.accepted)


def _pattern(accepted: Accepted, system: System) -> str:
    code = dotted(accepted.pattern) if accepted.system is System.ICD10CM else accepted.pattern
    return code if accepted.system is system else f"{accepted.system}:{code}"


def _code(hit: SearchHit) -> str:
    return dotted(hit.code) if hit.system is System.ICD10CM else hit.code


def _answers(asked: Iterable[Asked], way: str) -> list[Answer]:
    return [getattr(item, way) for item in asked]


def _fields(asked: Sequence[Asked]) -> dict[str, Any]:
    return {"asked": len(asked)} | {
        way: _ranking_fields(ranking(_answers(asked, way))) for way in WAYS
    }


def _ranking_fields(ranks: Ranking) -> dict[str, Any]:
    return {
        "hit_at_1": _rounded(ranks.first.rate),
        "hit_at_10": _rounded(ranks.found.rate),
        "mrr": _rounded(ranks.reciprocal),
    }


def _latency_fields(times: Latency | None) -> dict[str, Any] | None:
    if times is None:
        return None
    return {"p50": round(times.p50, 3), "p95": round(times.p95, 3), "p99": round(times.p99, 3)}


def _mistake_fields(asked: Asked) -> dict[str, Any]:
    question = asked.question
    fields: dict[str, Any] = {
        "query": question.query,
        "system": question.system.value,
        "kind": question.kind,
        "accepted": [_pattern(accepted, question.system) for accepted in question.accepted],
    }
    for way in WAYS:
        answer: Answer = getattr(asked, way)
        fields[way] = {
            "rank": answer.rank,
            "first": [f"{hit.system}:{_code(hit)}" for hit in answer.hits],
        }
    return fields


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
