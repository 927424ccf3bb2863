"""The risk of what was decided: medicines, operations, hospital care, circumstances."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from nosology.coding.diagnoses.knowledge import knowledge
from nosology.coding.services.draft import ServiceDraft
from nosology.coding.services.visits.elements import Level, Weighed, highest
from nosology.coding.services.visits.said import ASSESSING, Said, Words, cues
from nosology.model.reading import SectionKind, Sentence
from nosology.model.record import Span

_EVERYWHERE = frozenset({SectionKind.BODY, SectionKind.OTHER, SectionKind.PROCEDURE})
_BEFORE_PLAN = frozenset({SectionKind.PHYSICAL_EXAM, SectionKind.RESULTS, SectionKind.FINDINGS})
"""Sections that in a short note run on into what is prescribed."""
_MOST = 3
"""Treatments of low risk that a worksheet lists."""
_AT_HOME = frozenset({SectionKind.HISTORY_OF_PRESENT_ILLNESS, SectionKind.INTERVAL_HISTORY})


def weighed(words: Words, drafts: Sequence[ServiceDraft]) -> list[Weighed]:
    """Return what the record decides, and the risk of each; the heaviest first.

    Args:
        words: its cues.
        drafts: what is billed beside the visit: its risk belongs to it.
    """
    found = [*_high(words), *_moderate(words, drafts)]
    if not found:
        found += [
            Weighed("risk", Level.LOW, "treatment of low risk", (said.span,))
            for said in words.meant("over_the_counter")[:_MOST]
        ]
        found += [
            Weighed("risk", Level.LOW, "decision about minor surgery", (said.span,))
            for said in words.meant("minor_procedure")[:1]
            if not _is_past(said)
        ]
    return sorted(found, key=lambda item: -item.level)


def level(found: Sequence[Weighed]) -> Level:
    """Return the risk; what is not told is minimal."""
    return max(highest(found), Level.STRAIGHTFORWARD)


def _high(words: Words) -> Iterator[Weighed]:
    said = words.first("hospitalization")
    if said is not None and not _is_past(said):
        yield Weighed("risk", Level.HIGH, "decision about hospital care", (said.span,))
    for cue, text in (
        ("resuscitation", "decision not to resuscitate or to limit care"),
        ("parenteral_controlled", "controlled substance given parenterally"),
        ("emergency_surgery", "decision for emergency surgery"),
    ):
        said = words.first(cue)
        if said is not None and not _is_past(said):
            yield Weighed("risk", Level.HIGH, text, (said.span,))
    medicine = words.first("toxic_medicine")
    monitored = words.first("toxicity_monitored") if medicine is not None else None
    if (
        medicine is not None
        and monitored is not None
        and monitored.kind in (ASSESSING | _EVERYWHERE)
    ):
        yield Weighed(
            "risk",
            Level.HIGH,
            "medicine that needs intensive monitoring for toxicity",
            (medicine.span, monitored.span),
        )


def _moderate(words: Words, drafts: Sequence[ServiceDraft]) -> Iterator[Weighed]:
    prescribed = _prescribed(words, drafts)
    if prescribed is not None:
        yield Weighed("risk", Level.MODERATE, "prescription drug management", (prescribed,))
    said = next(
        (
            item
            for item in words.meant("surgery")
            if (item.kind in ASSESSING or item.kind in _EVERYWHERE) and not _is_past(item)
        ),
        None,
    )
    if said is not None:
        risky = words.first("surgical_risk")
        if risky is not None:
            yield Weighed(
                "risk",
                Level.HIGH,
                "decision for major surgery with risk factors",
                (said.span, risky.span),
            )
        else:
            yield Weighed("risk", Level.MODERATE, "decision for major surgery", (said.span,))
    social = words.first("social")
    if social is not None:
        yield Weighed(
            "risk",
            Level.MODERATE,
            "treatment limited by social determinants of health",
            (social.span,),
        )


def _is_past(said: Said) -> bool:
    return bool(cues()["bygone"].pattern.search(said.part))


def _prescribed(words: Words, drafts: Sequence[ServiceDraft]) -> Span | None:
    """Return where a prescription medicine is started, changed, stopped or deliberately kept."""
    for said in words.meant("prescription_words"):
        if said.kind in (ASSESSING | _EVERYWHERE) or said.kind is SectionKind.MEDICATIONS:
            if _is_past(said) or _is_over_the_counter(said):
                continue
            if said.kind in ASSESSING or not _is_only_history(said):
                return said.span
    given = {
        (span.document, span.start)
        for draft in drafts
        for span in draft.support
        if draft.area in {"drugs", "vaccines"}
    }
    named = (words.present & knowledge().drugs.keys()) - _over_the_counter_names()
    action, bygone = cues()["prescribes"].pattern, cues()["bygone"].pattern
    course = cues()["course_of_medicine"].pattern
    beside: Span | None = None
    for said in _places(named, words) if named else ():
        if (said.reading.index, said.start) in given:
            continue
        text, sentence = words.lower(said.reading), said.sentence
        if said.kind not in (ASSESSING | _EVERYWHERE) and not (
            said.kind in _BEFORE_PLAN and course.search(text, said.end, sentence.end)
        ):
            continue
        if (
            action.search(text, sentence.start, sentence.end)
            and not bygone.search(text, sentence.start, sentence.end)
            and words.is_meant(said)
        ):
            if not _holds(sentence, said.reading.index, given):
                return said.span
            # Named in the sentence that tells of a medicine given here: one that is prescribed
            # besides tells more.
            beside = beside or said.span
    return beside


def _holds(sentence: Sentence, document: int, places: Collection[tuple[int, int]]) -> bool:
    return any(one == document and sentence.start <= at < sentence.end for one, at in places)


def _places(named: Collection[str], words: Words) -> list[Said]:
    """Return where the words stand, in the order of the text."""
    found = []
    for reading in words.readings:
        text = words.lower(reading) if reading.sentences else ""
        for name in sorted(named):
            at = text.find(name)
            while at >= 0:
                end = at + len(name)
                if not text[at - 1 : at].isalnum() and not text[end : end + 1].isalnum():
                    found.append(Said(reading, at, end, {}))
                at = text.find(name, end)
    return sorted(found, key=lambda said: (said.reading.index, said.start))


def _over_the_counter_names() -> frozenset[str]:
    return cues()["nonprescription"].needs


def _is_over_the_counter(said: Said) -> bool:
    names = _over_the_counter_names()
    return said.groups.get("drug", "") in names or (
        "drug" not in said.groups
        and "dos" in said.reading.text[said.start : said.end].lower()
        and not names.isdisjoint(said.part.split())
    )


def _is_only_history(said: Said) -> bool:
    return said.kind in _AT_HOME
