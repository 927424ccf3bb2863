"""Terms taken from the Tabular List: titles and inclusion terms, without what they say by default.

A title says more than a clinician would (``unspecified``, ``not elsewhere classified``, ``without
complication``); what is left when that is taken off is what may be found in a note. Residual titles
(``Other …``) and those of manifestations are no terms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nosology.model.code import EXTERNAL_CAUSES, Title

_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_DEFAULT = re.compile(
    r"\b(?:unspecified(?: as to)?|not otherwise specified|NOS|NEC|not elsewhere classified"
    r"|so stated|not specified as [^,]*|not intractable|initial encounter|mellitus|displaced"
    r"|closed)\b",
    re.IGNORECASE,
)
_WITHOUT = re.compile(
    r"(?:,\s*|\s+)(?:and\s+)?(?:without|not having|no)\b.*?"
    r"(?=\s(?:of|in|at|on|with|without|and|due)\b|[,;]|$)",
    re.IGNORECASE,
)
_RESIDUAL = re.compile(
    r"^(?:other\b|certain\b|encounter for other|problems? related to other)"
    r"|classified elsewhere|\bother specified\b|\bother and unspecified\b",
    re.IGNORECASE,
)
_TELLING_ABSENCE = re.compile(r"\bwithout (?:rheumatoid factor|aura|psychotic)", re.IGNORECASE)
"""What tells a condition apart by its absence: without it the title would name another one."""
_NO_TERMS = (*EXTERNAL_CAUSES, "U8")
"""External causes: their titles are sentences of common words; the lexicon has its own terms."""


def core(phrase: str) -> str:
    """Return the phrase without asides, default words and what it says is absent."""
    kept = _ASIDE.sub(" ", phrase)
    kept = _WITHOUT.sub(" ", kept)
    kept = _DEFAULT.sub(" ", kept)
    return " ".join(kept.replace(" ,", ",").split()).strip(" ,;-")


def phrases(title: Title) -> Iterator[str]:
    """Yield the phrases by which a note may name the code."""
    if title.code.startswith(_NO_TERMS):
        return
    for phrase in (title.display, *title.terms):
        if not _RESIDUAL.search(phrase) and not _TELLING_ABSENCE.search(phrase):
            shortened = core(phrase)
            if shortened:
                yield shortened
