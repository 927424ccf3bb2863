"""The tables of the store, and the fingerprint that says whether a store is still the right one."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from zlib import crc32

SOURCES = Path(__file__).with_name("sources.toml")
_ARCHIVES = Path(__file__).with_name("archives.toml")
_LABELS = Path(__file__).with_name("labels")
_TABLES = Path(__file__).with_name("tables")

# Raised whenever a loader writes other rows than before: every store with another number is rebuilt
# on first use. A change of the tables or the sources does so by itself.
LOADER_VERSION = 3

# Marks the file as ours in its header ("NOSO"), so that no other database is taken for a store.
APPLICATION_ID = 0x4E4F534F


@cache
def tables() -> str:
    """Return the statements that make every table, one file for each family of them."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(_TABLES.glob("*.sql")))


def fingerprint(sources: Path) -> str:
    """Return what a store must carry to be used: loaders, tables, labels and sources.

    The sources pin the hash of every file and archive, so that they need not be read to compare.
    The text is kept whole: comparing it is quicker than loading what would hash it.
    """
    pinned = (path.read_text(encoding="utf-8") for path in (sources, _ARCHIVES))
    return "\n".join((str(LOADER_VERSION), tables(), _labels(), *pinned))


@cache
def _labels() -> str:
    """Return the length and checksum of each table of labels, which the store holds as titles."""
    return " ".join(
        f"{path.name}:{path.stat().st_size}:{crc32(path.read_bytes()):08x}"
        for path in sorted(_LABELS.glob("*.tsv"))
    )
