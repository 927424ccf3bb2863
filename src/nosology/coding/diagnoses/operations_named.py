"""Conditions that only the name of an operation tells: ``bilateral inguinal hernia repair``.

The lexicon reads such a name as the state that the operation leaves behind. Where it is the
operation of this encounter, the condition within the name is what it was done for.
"""

from __future__ import annotations

import re
from dataclasses import replace

from nosology.coding.diagnoses.statements import Sense, sense_of
from nosology.language.pipeline import CONTEXT_STAGES
from nosology.language.terms import TermIndex
from nosology.model.code import EXTERNAL_CAUSES
from nosology.model.reading import Mention, Reading, SectionKind

_LEFT_BEHIND = ("Z984", "Z98890", "Z90", "Z981")
_NO_CONDITION = ("Z", "K46", *EXTERNAL_CAUSES)
"""What is no condition, and a hernia without a place."""
_CATEGORY = 3
_TELLING = frozenset({SectionKind.BODY, SectionKind.OTHER, SectionKind.PROCEDURE})
_OF_ANOTHER_DAY = re.compile(
    r"\b(?:after|since|s/p|status|post|post-?op\w*|history|hx|h/o|prior|previous(?:ly)?|before|old"
    r"|past|had|underwent|schedul\w+|plann?\w*|candidate|discuss\w*|refer\w*|declin\w+|refus\w+"
    r"|will|recommend\w*|needs?|interested|consider\w*|pre-?op\w*|clear\w*|awaiting|upcoming)\b"
    r"[^.;\n]{0,60}$",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"[^.;\n]{0,40}\b(?:ago|(?:19|20)\d\d|scheduled|planned|declined|discussed|recommended"
    r"|next|tomorrow|later|history|healed)\b",
    re.IGNORECASE,
)


def with_operated(reading: Reading, index: TermIndex) -> Reading:
    """Return the reading with the conditions that the names of its operations hold."""
    added: list[Mention] = []
    for mention in reading.mentions:
        if mention.concept.startswith(_LEFT_BEHIND) and _is_of_today(reading, mention):
            found = _condition_in(reading, mention, index)
            if found is not None:
                added.append(found)
    if not added:
        return reading
    told = replace(reading, mentions=tuple(added))
    for stage in CONTEXT_STAGES:
        told = stage(told)
    both = sorted((*reading.mentions, *told.mentions), key=lambda one: (one.tokens, one.entry))
    return replace(reading, mentions=tuple(both))


def _is_of_today(reading: Reading, mention: Mention) -> bool:
    if sense_of(mention) is not Sense.PRESENT or reading.section_of(mention).kind not in _TELLING:
        return False
    sentence = reading.sentences[mention.sentence]
    before = reading.text[sentence.start : mention.start]
    return not (
        _OF_ANOTHER_DAY.search(before) or _LATER.match(reading.text, mention.end, sentence.end)
    )


def _condition_in(reading: Reading, mention: Mention, index: TermIndex) -> Mention | None:
    """The fullest condition among the words of the operation that is told nowhere else."""
    where = {word: token for token in mention.tokens for word in reading.tokens[token].words}
    entries = [
        entry
        for entry in index.within(frozenset(where))
        if not index.concepts[entry].startswith(_NO_CONDITION)
    ]
    if not entries:
        return None
    entry = max(entries, key=lambda one: (len(index.bag(one)), -one))
    concept = index.concepts[entry]
    if any(other.concept[:_CATEGORY] == concept[:_CATEGORY] for other in reading.mentions):
        return None
    tokens = tuple(sorted({where[word] for word in index.term(entry).words}))
    return Mention(
        start=reading.tokens[tokens[0]].start,
        end=reading.tokens[tokens[-1]].end,
        tokens=tokens,
        sentence=mention.sentence,
        concept=concept,
        term=index.texts[entry],
        entry=entry,
    )
