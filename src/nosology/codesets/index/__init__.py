"""Navigation of the official indexes: from the words of a term to codes, as a coder goes."""

from nosology.codesets.index.answer import Hop, IndexChild, IndexCode, IndexTerm
from nosology.codesets.index.book import IndexBook
from nosology.codesets.index.data_sets import DATA_SETS, FILES, TABLES, Table
from nosology.codesets.index.wordings import index_wordings

__all__ = [
    "DATA_SETS",
    "FILES",
    "TABLES",
    "Hop",
    "IndexBook",
    "IndexChild",
    "IndexCode",
    "IndexTerm",
    "Table",
    "index_wordings",
]
