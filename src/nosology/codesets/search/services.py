"""By what CPT numbers are found: our labels with their search words, and what a plain name means.

``services.tsv`` says which number people expect first for a plain name. A search word that many
numbers share does not stand alone: it is said with the label, so that the plainest label leads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from nosology.codesets.labels.cpt import CptLabel, cpt_labels
from nosology.codesets.search.procedures import rows

TABLES = ("services.tsv",)

_MOST_SHARING = 4
_ANESTHESIA = ("00100", "01999")


def service_names() -> Iterator[tuple[str, str]]:
    """Yield number and name, for each name that a number is expected first for."""
    for number, names in rows("services.tsv"):
        for name in names.split(";"):
            yield number, name.strip()


def service_words(labels: Mapping[str, CptLabel] | None = None) -> Iterator[tuple[str, str]]:
    """Yield number and wording for everything that finds a CPT number beside its label.

    Args:
        labels: the labels; those of the project where none are given.
    """
    known = cpt_labels() if labels is None else labels
    names = list(service_names())
    yield from names
    meant = {name.partition("(")[0].strip().casefold() for _, name in names}
    sharing = Counter(
        words.casefold()
        for label in known.values()
        if _is_service(label.code)
        for words in label.words
    )
    for label in known.values():
        if not label.words:
            continue
        yield label.code, f"{label.label} ({' '.join(label.words).replace('(', '')})"
        if not _is_service(label.code):
            continue
        for words in label.words:
            if sharing[words.casefold()] <= _MOST_SHARING and words.casefold() not in meant:
                yield label.code, words


def _is_service(number: str) -> bool:
    """Return whether the number is a service of its own: no anesthesia, no quality measure."""
    return number.isdigit() and not _ANESTHESIA[0] <= number <= _ANESTHESIA[1]
