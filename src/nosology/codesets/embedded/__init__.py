"""Writing the extracts of packages' archives into the tables of the store, and reading them back.

``loading.load_embedded`` is the way in; each other module writes the data sets of one family, and
``reading`` answers what the editors of Medicare say of a code on a day.
"""
