"""What the record says where a draft stands: its sentences, and what links two conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nosology.coding.diagnoses.draft import Case, Draft
from nosology.coding.guidelines.relation import sentence_at
from nosology.model.reading import Reading, Sentence
from nosology.model.record import Span

CAUSED_BY = (
    r"(?:due to|secondary to|caused by|because of|related to|associated with|attribut\w+ to"
    r"|resulting from|result of|complication of|as a consequence of|from|2/2|d/t)"
)
"""Words by which a provider says that what follows is the cause; "in the setting of" does not."""
_ASIDE = r"(?:\s+(?:an?|the|his|her|their|known|underlying|acute|chronic|active|current))*\s+"


def sentences_with(draft: Draft, case: Case) -> Iterator[tuple[Span, Reading, Sentence]]:
    """Yield the draft's words with their sentence, each sentence once, in the draft's order."""
    seen: set[tuple[int, int]] = set()
    for span in draft.support:
        reading = case.reading_of(span)
        sentence = sentence_at(span, case)
        if sentence and (span.document, sentence.start) not in seen:
            seen.add((span.document, sentence.start))
            yield span, reading, sentence


def said_with(draft: Draft, case: Case) -> str:
    """Return the sentences that hold the draft's words, one a line."""
    return "\n".join(reading.said(sentence) for _, reading, sentence in sentences_with(draft, case))


def discussed_with(draft: Draft, case: Case) -> str:
    """Return the draft's sentences and those of the problem that it belongs to, one a line."""
    document, rank = draft.place
    said = {
        sentence.start: reading.said(sentence)
        for _, reading, sentence in sentences_with(draft, case)
        if reading.index == document or rank < 0
    }
    if rank >= 0:
        reading = case.readings[document]
        problem = next((item for item in reading.problems if item.rank == rank), None)
        for number in problem.sentences if problem else ():
            said[reading.sentences[number].start] = reading.said(reading.sentences[number])
    return "\n".join(said[start] for start in sorted(said))


def is_caused_by(draft: Draft, case: Case, cause: str) -> bool:
    """Return whether a sentence of the draft says behind its words that the cause leads to it.

    Args:
        draft: what is caused.
        case: the record.
        cause: a pattern of what causes it, without flags.
    """
    pattern = _caused_by(cause)
    return any(
        pattern.search(reading.text, span.start, sentence.end)
        for span, reading, sentence in sentences_with(draft, case)
    )


def _caused_by(cause: str) -> re.Pattern[str]:
    return re.compile(rf"\b{CAUSED_BY}{_ASIDE}(?:{cause})", re.IGNORECASE)


def share_a_sentence(one: Draft, other: Draft, case: Case) -> bool:
    """Return whether words of both drafts stand in one sentence."""
    places = {(span.document, item.start) for span, _, item in sentences_with(one, case)}
    return any(
        (span.document, item.start) in places for span, _, item in sentences_with(other, case)
    )
