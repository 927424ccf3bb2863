"""Writing the extracts of packages' archives into the tables of the store.

``load_embedded`` is the way in; each other module writes the data sets of one family.
"""

from nosology.codesets.embedded.loading import load_embedded
from nosology.codesets.embedded.target import LoadedRelease

__all__ = ["LoadedRelease", "load_embedded"]
