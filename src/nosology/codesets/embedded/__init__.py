"""Writing the extracts of packages' archives into the tables of the store.

``load_embedded`` is the way in; each other module writes the data sets of one family.
"""

from nosology.codesets.embedded.loading import LoadedRelease, load_embedded
from nosology.codesets.embedded.titles import diagnosis_titles

__all__ = ["LoadedRelease", "diagnosis_titles", "load_embedded"]
