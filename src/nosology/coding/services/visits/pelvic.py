"""The screening breast and pelvic examination of Medicare, by what was examined.

Source: CMS Pub. 100-04 ch. 18 s. 40.4: at least seven of eleven elements, at a visit that screens.
"""

from __future__ import annotations

import re

from nosology.coding.rules import because
from nosology.coding.services.draft import Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.visits.evaluation import AREA
from nosology.coding.services.visits.said import Words
from nosology.model.record import Span

_CODE = "G0101"
_CONCEPT = "breast-pelvic-screening"
_COLLECTED = "pap-collection"
_FEWEST = 7
_SHOWN = 4
_LETTERS = 5
"""First letters by which two words for one element are told to be one."""
_SPACE = re.compile(r"[^a-z]")


def pelvic_screening(beside: Proposal, case: ServiceCase, words: Words) -> Proposal:
    """Return the examination where a smear was taken to screen and seven elements are described.

    Args:
        beside: what else is proposed of the area.
        case: the record.
        words: its cues.
    """
    concepts = {draft.concept for draft in beside.drafts}
    if not case.is_medicare or _COLLECTED not in concepts or _CONCEPT in concepts:
        return Proposal()
    if words.first("gynecologic_screening") is None:
        return Proposal()
    found: dict[str, Span] = {}
    for said in words.all("pelvic_elements"):
        name = _SPACE.sub("", words.lower(said.reading)[said.start : said.end])
        found.setdefault(name[:_LETTERS], said.span)
    if len(found) < _FEWEST:
        return Proposal()
    rationale = (because("pelvic-elements", f"({len(found)} of 11)"),)
    spans = tuple(found.values())[:_SHOWN]
    return Proposal((ServiceDraft(_CODE, AREA, spans, rationale, concept=_CONCEPT),))
