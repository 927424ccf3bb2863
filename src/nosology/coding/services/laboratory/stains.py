"""Stains: special stains by stain, immunostains by antibody, frozen sections by block."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from nosology.coding.rules import because
from nosology.coding.services.acts import Act
from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.coding.services.laboratory.specimens import Specimen
from nosology.model.record import Span
from nosology.model.tables import parts, rows, table

_FIRST, _MORE = "88342", "88341"
_SPECIAL = {"special-stain-organism": "88312", "special-stain-other": "88313"}
_IMMUNO, _FROZEN = "immunohistochemistry", "frozen-section"
_FLUORESCENCE = "immunofluorescence"
_MEASURED = re.compile(r"\b(?:quantitative|semi-?quantitative|morphometric)\b", re.IGNORECASE)
_COMPUTED = re.compile(r"\b(?:computer|image analysis|digital)\b", re.IGNORECASE)
_FOLLOWING = 300
_ON = re.compile(r"\b(?:part|specimen|block)s?\s+([A-Z])\b|\b([A-Z])\d?\s*[:)]")


def stained(acts: Iterable[Act], told: Sequence[Specimen], case: ServiceCase) -> list[ServiceDraft]:
    """Return the stains, immunostains and frozen sections of a report."""
    acts = list(acts)
    found: list[ServiceDraft] = []
    for concept, code in _SPECIAL.items():
        own = [act for act in acts if act.concept.name == concept]
        if own:
            spans = tuple(act.span for act in own)
            units = max(len({act.mention.term.lower() for act in own if _is_named(act)}), 1)
            units = max(units, _number(own, case))
            found.append(_line(code, spans, units, concept, "laboratory-stain"))
    immuno = [act for act in acts if act.concept.name == _IMMUNO]
    measured = [act for act in immuno if _MEASURED.search(act.said)]
    immuno = [act for act in immuno if act not in measured]
    if immuno:
        lines = _immunostains(immuno, case)
        if measured:
            lines = [line.with_modifiers("59").because("laboratory-quantitative") for line in lines]
        found += lines
    if measured:
        code = "88361" if any(_COMPUTED.search(act.said) for act in measured) else "88360"
        units = max(1, *(len(_antibodies_in(act.said)) for act in measured))
        spans = tuple(act.span for act in measured)
        found.append(_line(code, spans, units, _IMMUNO, "laboratory-quantitative"))
    fluorescence = [act for act in acts if act.concept.name == _FLUORESCENCE]
    if fluorescence:
        spans = tuple(act.span for act in fluorescence[:1])
        more = max(_antibodies(fluorescence, _fluorescent()), _number(fluorescence, case)) - 1
        found.append(_line("88346", spans, 1, _FLUORESCENCE, "laboratory-stain"))
        if more > 0:
            found.append(_line("88350", spans, more, _FLUORESCENCE, "laboratory-stain"))
    frozen = [act for act in acts if act.concept.name == _FROZEN]
    if frozen:
        found += _frozen(frozen, told, case)
    return found


def _is_named(act: Act) -> bool:
    """Whether the stain is named, and not only explained in brackets behind another name."""
    before = act.reading.text[act.sentence.start : act.mention.start].rstrip()
    return not before.endswith("(")


def _immunostains(acts: Sequence[Act], case: ServiceCase) -> list[ServiceDraft]:
    """Return the first antibody of each specimen, and those beyond the first."""
    spans = tuple(dict.fromkeys(act.span for act in acts))
    by_specimen: dict[str, int] = {}
    for act in acts:
        named = _ON.search(act.said)
        label = (named[1] or named[2] or "") if named else ""
        count = max(_named_antibodies(act), int(case.facts.number(act, "count") or 0), 1)
        by_specimen[label] = max(by_specimen.get(label, 0), count)
    labelled = {label: count for label, count in by_specimen.items() if label} or by_specimen
    first, more = len(labelled), sum(count - 1 for count in labelled.values())
    lines = [_line(_FIRST, spans, first, _IMMUNO, "laboratory-immunostain")]
    if more:
        lines.append(_line(_MORE, spans, more, _IMMUNO, "laboratory-immunostain"))
    return lines


def _frozen(acts: Sequence[Act], told: Sequence[Specimen], case: ServiceCase) -> list[ServiceDraft]:
    """Return the first frozen block of each specimen, and those beyond the first."""
    spans = tuple(act.span for act in acts)
    labels = {
        named[1] or named[2]
        for act in acts
        for named in _ON.finditer(act.said)
        if any(specimen.label == (named[1] or named[2]) for specimen in told)
    }
    first = max(1, len(labels))
    blocks = max((int(case.facts.number(act, "frozenblocks") or 0) for act in acts), default=0)
    lines = [_line("88331", spans, first, _FROZEN, "laboratory-frozen")]
    if blocks > first:
        lines.append(_line("88332", spans, blocks - first, _FROZEN, "laboratory-frozen"))
    return lines


def _number(acts: Sequence[Act], case: ServiceCase) -> int:
    return max((int(case.facts.number(act, "count") or 0) for act in acts), default=0)


def _named_antibodies(act: Act) -> int:
    text, end = act.reading.text, min(act.section.end, act.sentence.end + _FOLLOWING)
    measured = _MEASURED.search(text, act.sentence.end, end)
    return len(_antibodies_in(text[act.sentence.start : measured.start() if measured else end]))


def _antibodies_in(text: str) -> set[str]:
    return {match.group().lower() for match in _antibody_names().finditer(text)}


def _antibodies(acts: Sequence[Act], pattern: re.Pattern[str]) -> int:
    return len({match.group().lower() for act in acts for match in pattern.finditer(act.said)})


@cache
def _antibody_names() -> re.Pattern[str]:
    names = [
        name
        for row in rows(
            table("nosology.coding.services.laboratory", "antibodies.tsv"), ("antibody", "kind")
        )
        if row["kind"] == "tissue"
        for name in parts(row["antibody"])
    ]
    return _alternatives(names)


@cache
def _fluorescent() -> re.Pattern[str]:
    names = [
        row["antibody"]
        for row in rows(
            table("nosology.coding.services.laboratory", "antibodies.tsv"), ("antibody", "kind")
        )
        if row["kind"] == "fluorescent"
    ]
    return _alternatives(names)


def _alternatives(names: Sequence[str]) -> re.Pattern[str]:
    spelled = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{spelled})(?!\w)", re.IGNORECASE)


def _line(code: str, spans: tuple[Span, ...], units: int, concept: str, rule: str) -> ServiceDraft:
    return ServiceDraft(
        code=code,
        area="laboratory",
        support=spans,
        rationale=(because("service-done"), because(rule)),
        concept=concept,
        units=units,
    )
