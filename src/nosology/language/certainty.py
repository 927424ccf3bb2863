"""Certainty: whether a diagnosis is established, uncertain, or only to be looked for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from nosology.language.cues import cue_of, decide_all, load_cues
from nosology.model.reading import Certainty, Reading


@dataclass(frozen=True, slots=True)
class CertaintyStage:
    """Adds the certainty of each mention.

    The nearest cue of ``certainty.toml`` that reaches the mention decides. The cue's rule is
    recorded by name, since what an uncertain term means for coding differs by setting and term:
    ICD-10-CM guideline IV.H lists the terms for outpatients, II.H and III.C for inpatients.

    """

    def __call__(self, reading: Reading) -> Reading:
        """Return the reading with the certainty of its mentions."""
        mentions = list(reading.mentions)
        for index, words, found in decide_all(reading, load_cues("certainty.toml")):
            if found is not None and found.rule.sets:
                context = mentions[index].context
                cue = cue_of(reading, words, found)
                context = replace(
                    context, certainty=Certainty(found.rule.sets), cues=(*context.cues, cue)
                )
                mentions[index] = replace(mentions[index], context=context)
        return replace(reading, mentions=tuple(mentions))
