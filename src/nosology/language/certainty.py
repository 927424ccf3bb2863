"""Certainty: whether a diagnosis is established, uncertain, or only to be looked for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from nosology.language.cues import cue_of, decide_all, load_cues
from nosology.model.reading import Certainty, Cue, Reading

_UNCERTAIN_TITLES = {
    "working": "section-working-diagnosis",
    "provisional": "section-working-diagnosis",
    "differential": "section-differential",
    "ddx": "section-differential",
}


@dataclass(frozen=True, slots=True)
class CertaintyStage:
    """Adds the certainty of each mention.

    The nearest cue of ``certainty.toml`` that reaches the mention decides, or a heading such as
    "Working diagnosis". The cue's rule is
    recorded by name, since what an uncertain term means for coding differs by setting and term:
    ICD-10-CM guideline IV.H lists the terms for outpatients, II.H and III.C for inpatients.

    Measured by reading: 709 mentions of sixty common symptoms and diseases in 31 office notes and
    47 machine-translated case reports, with the decisions as they stood before the corrections
    that the reading led to. Misses were looked for in sentences that hold a word of the kind.
    17 not certain: precision 0.71 (12), recall 0.92 (1 missed); too few for more than a hint.

    """

    def __call__(self, reading: Reading) -> Reading:
        """Return the reading with the certainty of its mentions."""
        mentions = list(reading.mentions)
        for index, words, found in decide_all(reading, load_cues("certainty.toml")):
            mention = mentions[index]
            if found is not None and found.rule.sets:
                certainty, cue = Certainty(found.rule.sets), cue_of(reading, words, found)
            else:
                section = reading.section_of(mention)
                rule = _rule_of_title(section.title)
                if not rule:
                    continue
                certainty = Certainty.UNCERTAIN
                cue = Cue(certainty, section.start, section.body, rule)
            context = mention.context
            context = replace(context, certainty=certainty, cues=(*context.cues, cue))
            mentions[index] = replace(mention, context=context)
        return replace(reading, mentions=tuple(mentions))


def _rule_of_title(title: str) -> str:
    for words, rule in _UNCERTAIN_TITLES.items():
        if words in title:
            return rule
    return ""
