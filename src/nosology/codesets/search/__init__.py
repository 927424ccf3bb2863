"""Search as one types, over every code set: ``CodeSearch`` is what a code book asks.

``words`` and ``wordings`` take texts apart, ``building`` makes an index of them, ``shard_file`` and
``index_files`` keep it, ``shard`` reads it; ``query`` reads what is asked, ``matching`` finds its
words, ``ranking`` orders the answers, and ``engine`` puts a query to all code sets.
"""
