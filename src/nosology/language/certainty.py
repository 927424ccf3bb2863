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

    Read by eye, by the author of the cues: 709 mentions of sixty common symptoms and diseases in
    31 office notes and 47 machine-translated case reports; misses were looked for only in
    sentences with a word of the kind.
    Of about 17 found not certain 5 were wrong, 2 were missed: too few for a rate.
    The cues were then corrected by what was read, and no unseen notes have been read since.
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
