"""What search is told beside the code sets: terms with their codes, and short forms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class Knowledge(Protocol):
    """Terms and short forms that a higher layer hands in.

    They are asked for only when an index is built; the digest whenever one is opened.
    """

    def digest(self) -> str:
        """Return what changes whenever the terms or short forms do."""
        ...

    def terms(self) -> Iterable[tuple[str, str]]:
        """Yield each term with its ICD-10-CM code, without a dot."""
        ...

    def short_forms(self) -> Iterable[tuple[str, str]]:
        """Yield each short form with what it stands for, the likeliest first."""
        ...
