"""Studies: which of the images that a record speaks of are billed by those it is coded for.

A hospital and an imaging center bill what their report describes; who reads for a hospital bills
the reading. A visit's note bills an image only where it was taken there: one that is looked at is
part of the visit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from nosology.coding.services.acts import Act, Standing
from nosology.coding.services.draft import ServiceCase
from nosology.model.encounter import Setting
from nosology.model.reading import SectionKind
from nosology.model.tables import patterns

_PACKAGE = "nosology.coding.services.imaging"
_READERS = frozenset(
    {
        *(Setting.IMAGING_PROFESSIONAL_HOSPITAL, Setting.IMAGING_CENTER_GLOBAL),
        Setting.HOPD_FACILITY,
    }
)
"""Settings that bill every study that the record reports."""
_IN_HOSPITAL = frozenset(
    {Setting.ED_PROFESSIONAL, Setting.INPATIENT_PROFESSIONAL, Setting.HOPD_PROFESSIONAL}
)
"""Settings whose images are the hospital's and read by its radiologists."""
_NAMING = frozenset(
    {
        *(SectionKind.PROCEDURE, SectionKind.BODY, SectionKind.OTHER, SectionKind.PHYSICAL_EXAM),
        *(SectionKind.RESULTS, SectionKind.ORDERS),
    }
)
"""Sections of a report that name the study, before those that describe it."""
_DESCRIBING = (
    frozenset({SectionKind.TECHNIQUE}),
    frozenset({SectionKind.FINDINGS, SectionKind.RESULTS}),
    frozenset({SectionKind.IMPRESSION, SectionKind.DIAGNOSIS}),
)
_TITLED = frozenset({SectionKind.PROCEDURE, SectionKind.PHYSICAL_EXAM, SectionKind.ORDERS})
_TITLE_WITHIN = 200
_BESIDE = 200
_ULTRASOUND = "ultrasound"
_KEPT_ASKED = frozenset({"bedside-fast", "vascular-access-guidance"})


def words(name: str) -> re.Pattern[str]:
    """Return what finds the words of that name in ``words.toml``."""
    return patterns(_PACKAGE, "words.toml")[name]


def billed(acts: Iterable[Act], case: ServiceCase) -> list[Act]:
    """Return the acts that name studies to be billed, in the order of the text."""
    if case.encounter.setting is Setting.INDEPENDENT_LAB:
        return []
    acts = list(acts)
    found: list[Act] = []
    for reading in case.readings:
        own = [act for act in acts if act.reading.index == reading.index]
        if not own:
            continue
        is_read = case.encounter.setting in _READERS or (
            case.encounter.setting in _IN_HOSPITAL and case.facts.is_report(own[0].reading)
        )
        if is_read or (case.facts.is_report(own[0].reading) and _is_of_own_studies(own[0])):
            found += _reported(own)
        elif case.encounter.setting in _IN_HOSPITAL:
            found += [act for act in own if _is_done(act) and _is_read_in_writing(act)]
        else:
            found += [act for act in own if _is_taken(act)]
    return found


def _is_of_own_studies(act: Act) -> bool:
    """Whether a report among an office's documents is of a study that the office did."""
    return not words("elsewhere").search(act.reading.text[:600])


def _reported(acts: list[Act]) -> list[Act]:
    """Return the acts of the report that name what was done.

    What the title names stands; where it names nothing, what technique or findings name.
    """
    able = [act for act in acts if act.standing in (Standing.DONE, Standing.REVIEWED)]
    named = [act for act in acts if act.kind in _NAMING and _may_name(act)]
    if named:
        first = min(act.mention.start for act in named)
        title = [act for act in named if act.section.start <= first < act.section.end]
        return title + [act for act in named if act not in title and act in able]
    for kinds in _DESCRIBING:
        described = [act for act in able if act.kind in kinds]
        if described:
            return described
    return []


def _may_name(act: Act) -> bool:
    if words("outside").search(act.said):
        return False
    if act.standing is Standing.ORDERED:
        return act.kind in _TITLED and act.mention.start < _TITLE_WITHIN
    return act.standing not in (Standing.NOT_DONE, Standing.PAST)


def _is_done(act: Act) -> bool:
    return act.standing in (Standing.DONE, Standing.REVIEWED)


def _is_taken(act: Act) -> bool:
    """Whether the office took the image: it says so, or that it kept the pictures."""
    if act.standing is Standing.NAMED:
        return bool(words("kept").search(act.said)) and not words("elsewhere").search(act.said)
    return _is_done(act) and (is_taken_here(act) or bool(words("kept").search(act.said)))


def is_taken_here(act: Act) -> bool:
    """Return whether the note says that the office itself took the image at this visit."""
    text, section = act.reading.text, act.section
    end = min(section.end, act.sentence.end + _BESIDE)
    heading = text[section.start : section.body]
    said = heading + text[act.sentence.start : end]
    return bool(words("here").search(said)) and not words("elsewhere").search(heading + act.said)


def _is_read_in_writing(act: Act) -> bool:
    """Whether the clinician wrote a report, and of an ultrasound kept the pictures too."""
    said = said_of(act)
    if words("elsewhere").search(said):
        return False
    if _ULTRASOUND in act.concept.name or act.concept.name in _KEPT_ASKED or _is_echo(act):
        return bool(words("kept").search(said))
    return bool(words("report").search(said))


def is_unkept_ultrasound(act: Act, case: ServiceCase) -> bool:
    """Return whether the clinician did an ultrasound of which no pictures are said to be kept."""
    if case.encounter.setting not in _IN_HOSPITAL or case.facts.is_report(act.reading):
        return False
    is_sound = _ULTRASOUND in act.concept.name or act.concept.name in _KEPT_ASKED
    said = said_of(act)
    return (
        is_sound
        and act.standing is Standing.DONE
        and bool(words("here").search(said) or re.search(r"\bbedside\b", said, re.IGNORECASE))
        and not words("kept").search(said)
        and not words("elsewhere").search(said)
    )


def _is_echo(act: Act) -> bool:
    return "echo" in act.concept.name


def said_of(act: Act) -> str:
    """Return the heading, the sentence and what follows it in the section."""
    text, sentence, section = act.reading.text, act.sentence, act.section
    start = section.start if sentence.start - section.start < 300 else sentence.start
    end = min(section.end, sentence.end + 400)
    return text[start:end]
