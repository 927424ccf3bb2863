"""Reporter: whether the provider or the patient says what is mentioned."""

from __future__ import annotations

from dataclasses import dataclass, replace

from nosology.language.cues import cue_of, decide_all, load_cues
from nosology.model.reading import Cue, Reading, Reporter, SectionKind

_PATIENT_SECTIONS = {
    SectionKind.CHIEF_COMPLAINT: "section-chief-complaint",
    SectionKind.HISTORY_OF_PRESENT_ILLNESS: "section-history-of-present-illness",
    SectionKind.REVIEW_OF_SYSTEMS: "section-review-of-systems",
}


@dataclass(frozen=True, slots=True)
class ReporterStage:
    """Adds who says what is mentioned.

    A verb of saying with the patient or a companion before it makes the patient the reporter, as
    do the sections that record what the patient tells; everything else is the provider's.

    Held to its cases only; not measured on notes.

    """

    def __call__(self, reading: Reading) -> Reading:
        """Return the reading with the reporter of its mentions."""
        mentions = list(reading.mentions)
        for index, words, found in decide_all(reading, load_cues("reporter.toml")):
            mention = mentions[index]
            if found is not None:
                reporter, cue = Reporter(found.rule.sets), cue_of(reading, words, found)
            elif words.section in _PATIENT_SECTIONS:
                section = reading.section_of(mention)
                reporter = Reporter.PATIENT
                cue = Cue(reporter, section.start, section.body, _PATIENT_SECTIONS[words.section])
            else:
                continue
            context = mention.context
            context = replace(context, reporter=reporter, cues=(*context.cues, cue))
            mentions[index] = replace(mention, context=context)
        return replace(reading, mentions=tuple(mentions))
