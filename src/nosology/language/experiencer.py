"""Experiencer: whether a condition is the patient's, a relative's or another person's."""

from __future__ import annotations

from dataclasses import dataclass, replace

from nosology.language.cues import cue_of, decide_all, load_cues
from nosology.model.reading import Cue, Experiencer, Reading, SectionKind

FAMILY_SECTION = "section-family-history"


@dataclass(frozen=True, slots=True)
class ExperiencerStage:
    """Adds whose condition each mention is.

    The nearest cue of ``experiencer.toml`` that reaches the mention decides; under a family
    history heading it is the family's. A relative who only speaks (``mother reports that he
    has``) decides nothing.

    Held to its cases only: the notes read had too few.

    """

    def __call__(self, reading: Reading) -> Reading:
        """Return the reading with the experiencer of its mentions."""
        mentions = list(reading.mentions)
        for index, words, found in decide_all(reading, load_cues("experiencer.toml")):
            mention = mentions[index]
            if found is not None and found.rule.sets:
                experiencer, cue = Experiencer(found.rule.sets), cue_of(reading, words, found)
            elif words.section is SectionKind.FAMILY_HISTORY:
                section = reading.section_of(mention)
                experiencer = Experiencer.FAMILY
                cue = Cue(experiencer, section.start, section.body, FAMILY_SECTION)
            else:
                continue
            context = mention.context
            context = replace(context, experiencer=experiencer, cues=(*context.cues, cue))
            mentions[index] = replace(mention, context=context)
        return replace(reading, mentions=tuple(mentions))
