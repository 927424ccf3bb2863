"""Certainty: whether a diagnosis is established, uncertain, or only to be looked for."""

from __future__ import annotations

from dataclasses import dataclass

from nosology.language.context import Fact, Place
from nosology.language.cues import Cues, load_cues
from nosology.model.reading import Certainty

_UNCERTAIN_TITLES = {
    "working": "section-working-diagnosis",
    "provisional": "section-working-diagnosis",
    "differential": "section-differential",
    "ddx": "section-differential",
}


@dataclass(frozen=True, slots=True)
class CertaintyQuestion:
    """Adds the certainty of each mention.

    The nearest cue of ``certainty.toml`` that reaches the mention decides, or a heading such as
    "Working diagnosis". The cue's rule is
    recorded by name, since what an uncertain term means for coding differs by setting and term:
    ICD-10-CM guideline IV.H lists the terms for outpatients, II.H and III.C for inpatients.

    Read by eye, by the author of the cues: 200 mentions of 67 office notes and 680 of 500
    machine-translated case reports; by what was read in all but the last 260 mentions the cues
    were corrected. Those 260 are told apart as unseen; in them misses were looked for only in
    sentences with a word of the kind.
    Of what was found less than certain in office notes 12 of 12 were right and none was missed; in
    the reports 11 of 15, with 2 missed, before the corrections, and 10 of 11, with 2 missed,
    unseen. On its own cases, 121 doubts, precision and recall are 1.
    """

    def cues(self) -> Cues:
        """Return the cues of ``certainty.toml``."""
        return load_cues("certainty.toml")

    def answer(self, place: Place) -> Fact | None:
        """Return what makes the mention less than certain, or None."""
        found = place.found
        if found is not None and found.rule.sets:
            return Fact("certainty", Certainty(found.rule.sets), place.cue())
        rule = _rule_of_title(place.reading.section_of(place.mention).title)
        if not rule:
            return None
        cue = place.section_cue(Certainty.UNCERTAIN, rule)
        return Fact("certainty", Certainty.UNCERTAIN, cue)


def _rule_of_title(title: str) -> str:
    for words, rule in _UNCERTAIN_TITLES.items():
        if words in title:
            return rule
    return ""
