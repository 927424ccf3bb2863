"""What people type for HCPCS Level II: our labels, their search words, descriptors in full."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from nosology.codesets.labels.hcpcs import hcpcs_labels, spelled_out
from nosology.codesets.search.words import split

_BRACKETS = re.compile(r"[()]")


def item_words(titles: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield code and wording of all that is known of codes and their titles.

    Search words stand with the label in parentheses: a query may say something of both ("Toradol
    injection"), while the label adds nothing to what the search words alone must answer.
    """
    labels = hcpcs_labels()
    for code, title in titles:
        said = set(split(title))
        full = spelled_out(code, title)
        if not said.issuperset(split(full)):
            yield code, full
        label = labels.get(code)
        if label is None:
            continue
        yield code, label.label
        aside = _BRACKETS.sub("", label.label)
        for words in label.words:
            yield code, f"{words} ({aside})"
