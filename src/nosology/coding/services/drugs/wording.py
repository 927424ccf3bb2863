"""The words that tell how a drug was given, where it came from, and whether it was given at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from nosology.coding.services.acts import Act, Standing
from nosology.coding.services.drugs.place import Place, infusion_line, statement_of
from nosology.model.reading import Polarity, SectionKind
from nosology.model.tables import any_of, settings

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
        *(SectionKind.INSTRUCTIONS, SectionKind.REVIEW_OF_SYSTEMS),
    }
)
"""Where drugs are listed that the patient takes or took, or must not take."""
_CUT = re.compile(r"[,;:\n]|\b(?:and|but)\b|&|\+")
_TURN = re.compile(
    r",\s*(?:patient|pt|she|he|to return|returns?|will|next|follow|RTC|f/u|see|call)\b",
    re.IGNORECASE,
)
_LOT = re.compile(r"\blot\s*(?:#|no\.?|number)?\s*:?\s*\Z", re.IGNORECASE)
"""What makes the name of a drug the number of a lot (``lot B12``)."""
_LOT_WITHIN = 16
_LEAD = 12
"""Most sentences between a line that introduces a list and its entries."""
_MINOR_DOCUMENTS = re.compile(
    r"\b(?:mar|medication administration|infusion|nurs\w+|injection|procedure|treatment"
    r"|chemo\w*|immunization)\b"
)


@dataclass(frozen=True, slots=True)
class _Wording:
    routes: tuple[tuple[str, re.Pattern[str]], ...]
    not_ours: re.Pattern[str]
    taken_home: re.Pattern[str]
    given: re.Pattern[str]
    sure: re.Pattern[str]
    details: re.Pattern[str]
    titles: re.Pattern[str]
    by_others: re.Pattern[str]
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
        any_of(given["sure"]),
        any_of(given["details"]),
        any_of(given["titles"]),
        any_of(given["by_others"]),
        any_of(given["refused"]),
        any_of(given["later"]),
        any_of(given["before"]),
    )


def route_in(text: str) -> str:
    """Return the route that the text tells, as ``wording.toml`` names it; empty for none."""
    found = next((route for route, pattern in _wording().routes if pattern.search(text)), "")
    return found.partition("_")[0]


def is_not_ours(text: str) -> bool:
    """Return whether the text says that the practice did not pay for the drug."""
    return bool(_wording().not_ours.search(text))


def standings(acts: Sequence[Act], spoken: Sequence[Place]) -> list[Standing]:
    """Return what the record says of each: words of giving weigh more than those around them.

    In a list (``DTaP, IPV and Hib given``) an entry without words of its own is told by those that
    lead the list or end it.

    Args:
        acts: of drugs and vaccines of one document, in the order of the text.
        spoken: where each is spoken of.
    """
    leads, tails = _segments(acts)
    found: list[Standing] = []
    for number, (act, place) in enumerate(zip(acts, spoken, strict=True)):
        tails[number] = _TURN.split(tails[number])[0]
        own = _told(f"{leads[number]} {tails[number]}")
        if own is None:
            own = _inherited(number, acts, leads, tails)
        found.append(_standing(act, place, own, leads[number], tails[number]))
    return found


def _segments(acts: Sequence[Act]) -> tuple[list[str], list[str]]:
    """Return what leads to each act in its statement and what follows it, parted between two."""
    leads, tails = [], []
    lead = ""
    for number, act in enumerate(acts):
        text, (start, end) = act.reading.text, statement_of(act)
        if number == 0 or not _are_together(acts[number - 1], act):
            lead = text[start : act.mention.start]
        leads.append(lead)
        after = text[act.mention.end : end]
        lead = ""
        if number + 1 < len(acts) and _are_together(act, acts[number + 1]):
            between = text[act.mention.end : max(acts[number + 1].mention.start, act.mention.end)]
            cuts = [match.end() for match in _CUT.finditer(between)]
            cut = cuts[-1] if cuts else len(between)
            after, lead = between[:cut], between[cut:]
        tails.append(after)
    return leads, tails


def _are_together(one: Act, other: Act) -> bool:
    return statement_of(one) == statement_of(other)


def _told(text: str) -> Standing | None:
    """Return what words of giving, refusing, planning or looking back say; None for no such."""
    words = _wording()
    if words.by_others.search(text):
        return Standing.PAST
    is_given = bool(words.given.search(text))
    is_sure = is_given and (bool(words.details.search(text)) or "today" in text.lower())
    for pattern, standing in (
        (words.refused, Standing.NOT_DONE),
        (words.before, Standing.PAST),
        (words.later, Standing.ORDERED),
    ):
        if pattern.search(text) and not is_sure:
            return standing
    return Standing.DONE if is_given or words.details.search(text) else None


def _inherited(
    number: int, acts: Sequence[Act], leads: Sequence[str], tails: Sequence[str]
) -> Standing | None:
    for other in range(number - 1, -1, -1):
        if not _are_together(acts[other], acts[number]):
            break
        told = _told(leads[other])
        if told is not None:
            return told
        if _told(tails[other]) is not None:
            break
    for other in range(number + 1, len(acts)):
        if not _are_together(acts[other], acts[number]) or _told(leads[other]) is not None:
            return None
        told = _told(tails[other])
        if told is not None:
            return told
    return None


def _standing(act: Act, place: Place, told: Standing | None, lead: str, tail: str) -> Standing:
    words = _wording()
    if _LOT.search(act.reading.text, max(0, act.mention.start - _LOT_WITHIN), act.mention.start):
        return Standing.NOT_DONE
    if act.mention.context.polarity is Polarity.NEGATED and told is not Standing.DONE:
        return Standing.NOT_DONE
    text = act.reading.text
    said = f"{lead} {tail}"
    is_introduced = _is_introduced(act)
    if told in {Standing.NOT_DONE, Standing.PAST, Standing.ORDERED}:
        return told
    if act.kind in _LISTS and not is_introduced:
        is_today = told is Standing.DONE and (
            "today" in act.said.lower()
            or (act.kind is not SectionKind.MEDICATIONS and bool(words.sure.search(said)))
        )
        return Standing.DONE if is_today else Standing.PAST
    has_details = bool(words.details.search(said))
    if words.taken_home.search(said) and told is None and not has_details and not is_introduced:
        return Standing.ORDERED
    if told is Standing.DONE or is_introduced or act.standing is Standing.DONE or has_details:
        return Standing.DONE
    following = text[place.after : place.last]
    goes_on = bool(
        words.details.search(following)
        or words.given.search(following)
        or infusion_line(act, place)
    )
    if goes_on and act.standing in {Standing.NAMED, Standing.ORDERED}:
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
