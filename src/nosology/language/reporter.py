"""Reporter: whether the provider or the patient says what is mentioned."""

from __future__ import annotations

from dataclasses import dataclass

from nosology.language.context import Fact, Place
from nosology.language.cues import Cues, load_cues
from nosology.model.reading import Reporter, SectionKind

_PATIENT_SECTIONS = {
    SectionKind.CHIEF_COMPLAINT: "section-chief-complaint",
    SectionKind.HISTORY_OF_PRESENT_ILLNESS: "section-history-of-present-illness",
    SectionKind.REVIEW_OF_SYSTEMS: "section-review-of-systems",
}


@dataclass(frozen=True, slots=True)
class ReporterQuestion:
    """Adds who says what is mentioned.

    A verb of saying with the patient or a companion before it makes the patient the reporter, as
    do the sections that record what the patient tells; everything else is the provider's.

    Held to its cases only; not measured on notes.

    """

    def cues(self) -> Cues:
        """Return the cues of ``reporter.toml``."""
        return load_cues("reporter.toml")

    def answer(self, place: Place) -> Fact | None:
        """Return who says so where a cue or the section tells, or None."""
        found = place.found
        if found is not None:
            return Fact("reporter", Reporter(found.rule.sets), place.cue())
        rule = _PATIENT_SECTIONS.get(place.words.section)
        if rule is None:
            return None
        return Fact("reporter", Reporter.PATIENT, place.section_cue(Reporter.PATIENT, rule))
