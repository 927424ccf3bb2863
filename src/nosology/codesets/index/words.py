"""Words of index terms and of what is typed, made comparable.

An index writes a term as *noun, then what qualifies it*, with commas between; people leave commas
out, change the order, and write other endings. Words are therefore compared by their root.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

from nosology.codesets.wording import fold

_WORD = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?")

_ALTERNATIVE = re.compile(r",| or ")

# What joins a term to the one above it. A level of such words alone may be left out when typing.
FUNCTION_WORDS = frozenset(
    (
        *("a", "an", "and", "any", "as", "associated", "at", "by", "caused", "due", "during"),
        *("for", "from", "in", "into", "of", "on", "or", "see", "than", "that", "the", "through"),
        *("to", "using", "with", "within", "nec", "nos", "also"),
    )
)
_NUMERALS = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8"}
# Longest first; what remains must keep four letters.
_ENDINGS = (
    *("ically", "ication", "ations", "itious", "ation", "ional", "ities", "ical", "ated", "ious"),
    *("ings", "eous", "ized", "ing", "ion", "ity", "ous", "ial", "ies", "ied", "ic", "al", "ed"),
    *("ia", "es", "is", "um", "us", "ae", "ar", "y", "s", "e", "a"),
)
_SHORTEST_ROOT = 4


def split(text: str) -> list[str]:
    """Return the words of a text in lower case, in order, numerals as digits."""
    return [_NUMERALS.get(word, word) for word in _WORD.findall(fold(text).replace("-", ""))]


@lru_cache(maxsize=1 << 16)
def root(word: str) -> str:
    """Return the word without the ending of its plural."""
    if len(word) < 4 or not word.isalpha() or not word.endswith("s"):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ss", "us", "is")):
        return word
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word[:-1]


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """Return what is left of the word without any ending (``diabetic``, ``diabetes``)."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_ROOT:
            return word[: -len(ending)]
    return word


def content(text: str) -> list[str]:
    """Return the roots of the words that carry meaning, in order."""
    return [root(word) for word in split(text) if word not in FUNCTION_WORDS]


def asked(text: str) -> tuple[str, ...]:
    """Return the words of a query that are looked for: those with meaning, each stem once."""
    return tuple({stem(word): word for word in reversed(content(text))}.values())[::-1]


def key(text: str) -> tuple[str, ...]:
    """Return what two writings of one title have in common; all its words, if only such join."""
    return tuple(content(text)) or tuple(split(text))


@lru_cache(maxsize=1 << 16)
def forms(title: str) -> tuple[tuple[str, ...], ...]:
    """Return the title's key, then that of each other form it gives of its first word.

    ``Abnormal, abnormality, abnormalities`` is one term in three forms; ``Fracture, traumatic`` is
    not, and has one.
    """
    whole = key(title)
    parts = [part for part in title.split(",") if part.strip()]
    if len(parts) < 2:
        return (whole,)
    keys = [key(part) for part in parts]
    beginning = keys[0][0][:_SHORTEST_ROOT] if keys[0] else ""
    if all(len(one) == 1 and one[0].startswith(beginning) for one in keys):
        return (whole, *keys)
    return (whole,)


@lru_cache(maxsize=1 << 16)
def beginnings(title: str) -> tuple[str, ...]:
    """Return the title, and what of it stands before its first comma or ``or``."""
    found = _ALTERNATIVE.split(title, maxsplit=1)[0]
    return (title, found) if found and found != title else (title,)


@cache
def _short_forms() -> dict[str, str]:
    table = files(__package__).joinpath("short_forms.tsv").read_text(encoding="utf-8")
    lines = [line for line in table.splitlines() if line and not line.startswith("#")]
    return dict(line.split("\t") for line in lines[1:])


def spelled_out(text: str) -> str:
    """Return the text with its short forms (``ckd``) replaced by what they stand for."""
    short = _short_forms()
    return re.sub(r"[A-Za-z0-9]+", lambda found: short.get(found[0].lower(), found[0]), text)
