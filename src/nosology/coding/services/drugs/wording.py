"""The words that tell how a drug was given, where it came from, and whether it was given at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from nosology.coding.services.acts import Act, Standing
from nosology.coding.services.drugs.place import Place
from nosology.coding.tables import any_of, settings
from nosology.model.reading import Polarity, SectionKind

_PACKAGE = "nosology.coding.services.drugs"
_LISTS = frozenset(
    {
        *(SectionKind.MEDICATIONS, SectionKind.ALLERGIES, SectionKind.PAST_MEDICAL_HISTORY),
        *(SectionKind.HISTORY_OF_PRESENT_ILLNESS, SectionKind.INTERVAL_HISTORY),
        *(
            SectionKind.PAST_SURGICAL_HISTORY,
            SectionKind.FAMILY_HISTORY,
            SectionKind.SOCIAL_HISTORY,
        ),
        *(SectionKind.INSTRUCTIONS, SectionKind.CHIEF_COMPLAINT, SectionKind.REVIEW_OF_SYSTEMS),
    }
)
"""Where drugs are listed that the patient takes or took, or must not take."""
_LEAD = 12
"""Most sentences between a line that introduces a list and its entries."""
_MINOR_DOCUMENTS = re.compile(
    r"\b(?:mar|medication administration|infusion|nurs\w+|injection|procedure|treatment|chemo\w*|immunization)\b"
)


@dataclass(frozen=True, slots=True)
class _Wording:
    routes: tuple[tuple[str, re.Pattern[str]], ...]
    not_ours: re.Pattern[str]
    taken_home: re.Pattern[str]
    given: re.Pattern[str]
    details: re.Pattern[str]
    titles: re.Pattern[str]
    refused: re.Pattern[str]
    later: re.Pattern[str]
    before: re.Pattern[str]


@cache
def _wording() -> _Wording:
    read = settings(_PACKAGE, "wording.toml")
    given = read["given"]
    return _Wording(
        tuple((route, any_of(patterns)) for route, patterns in read["routes"].items()),
        any_of(read["source"]["not_ours"]),
        any_of(read["source"]["taken_home"]),
        any_of(given["words"]),
        any_of(given["details"]),
        any_of(given["titles"]),
        any_of(given["refused"]),
        any_of(given["later"]),
        any_of(given["before"]),
    )


def route_in(text: str) -> str:
    """Return the route that the text tells, as ``wording.toml`` names it; empty for none."""
    return next((route for route, pattern in _wording().routes if pattern.search(text)), "")


def is_not_ours(text: str) -> bool:
    """Return whether the text says that the practice did not pay for the drug."""
    return bool(_wording().not_ours.search(text))


def given_standing(act: Act, place: Place) -> Standing:
    """Return what the record says of a drug: words of giving weigh more than those around them."""
    words = _wording()
    text = act.reading.text
    clause = text[place.before : place.after]
    tail = text[place.end : place.after]
    if act.mention.context.polarity is Polarity.NEGATED:
        return Standing.NOT_DONE
    is_told = bool(words.given.search(clause))
    has_details = bool(words.details.search(clause))
    is_introduced = _is_introduced(act)
    if words.refused.search(clause) and not (words.given.search(tail) and has_details):
        return Standing.NOT_DONE
    is_listed = act.kind in _LISTS and not is_introduced
    for pattern, standing in ((words.before, Standing.PAST), (words.later, Standing.ORDERED)):
        if (
            pattern.search(clause)
            and not (is_told and has_details)
            and "today" not in clause.lower()
        ):
            return standing
    if is_listed and not (is_told and "today" in clause.lower()):
        return Standing.PAST
    if words.taken_home.search(clause) and not is_told and not has_details and not is_introduced:
        return Standing.ORDERED
    following = text[place.after : place.last]
    goes_on = bool(words.details.search(following) or words.given.search(following))
    if is_told or is_introduced or act.standing is Standing.DONE:
        return Standing.DONE
    if has_details or (goes_on and act.standing in {Standing.NAMED, Standing.ORDERED}):
        return Standing.DONE
    return act.standing


def _is_introduced(act: Act) -> bool:
    """Whether a heading, a line that ends in a colon or the document's type tells of giving."""
    titles = _wording().titles
    if titles.search(act.section.title) or _MINOR_DOCUMENTS.search(act.reading.document.type):
        return True
    sentences = act.reading.sentences
    own = act.sentence
    if own.label > own.start and titles.search(act.reading.text[own.start : own.label]):
        return True
    for number in range(act.mention.sentence - 1, max(act.mention.sentence - _LEAD, -1), -1):
        sentence = sentences[number]
        if sentence.section != own.section:
            return False
        said = act.reading.said(sentence).rstrip()
        if said.endswith(":"):
            return bool(titles.search(said))
    return False
