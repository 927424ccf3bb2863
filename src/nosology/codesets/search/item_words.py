"""What people type for HCPCS Level II: our labels, their search words, descriptors in full."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from nosology.codesets.labels.hcpcs import hcpcs_labels, spelled_out
from nosology.codesets.search.words import split

_DRUGS = ("J", "C9", "Q0", "Q2", "Q5", "Q99", "S00", "S01")
_BRACKETS = re.compile(r"[()]")


def item_words(titles: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield code and wording of all that is known of codes and their titles.

    The name of a drug stands with its label in parentheses: a query may say something of both
    ("Toradol injection"), while the label adds nothing to what the name alone must answer. What
    an item is called needs no such help, and its label would answer for other items.
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
        aside = f" ({_BRACKETS.sub('', label.label)})" if code.startswith(_DRUGS) else ""
        for words in label.words:
            yield code, f"{words}{aside}"
