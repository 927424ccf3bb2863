"""Reading an LMDB file that is held in memory, page by page, without a database library.

Only what the archives use is read: one writer's finished file of the 64-bit little-endian layout,
plain keys, values within a page or on overflow pages. Anything else is an error, and so is every
number that points outside the file, so that a damaged file cannot be misread.

Layout: LMDB 0.9, ``mdb.c`` (structures MDB_page, MDB_meta, MDB_db, MDB_node).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from nosology.model.errors import InputError

_MAGIC = 0xBEEFC0DE
_VERSION = 1
_HEADER = struct.Struct("<QHHHH")  # page number, unused, flags, lower, upper
_META = struct.Struct("<IIQQ")  # magic, version, address, size of the map
_DATABASE = struct.Struct("<IHHQQQQQ")  # ..., depth, branch, leaf, overflow pages, entries, root
_META_TAIL = struct.Struct("<QQ")  # last page, transaction
_NODE = struct.Struct("<HHHH")  # low and high half of a size or page, flags, length of the key
_PAGE_NUMBER = struct.Struct("<Q")
_BRANCH, _LEAF, _OVERFLOW, _META_PAGE = 1, 2, 4, 8
_ON_OVERFLOW, _IS_DATABASE = 1, 2
_NO_ROOT = (1 << 64) - 1
_DEEPEST = 16


class PagedFile:
    """An LMDB file in memory. Every error names the file."""

    def __init__(self, name: str, data: bytes | bytearray) -> None:
        self._name = name
        self._data = memoryview(data).toreadonly()
        self._page_size = 0
        self._page_size, self._main = self._newest_main_database()
        self._pages = len(data) // self._page_size

    def databases(self) -> tuple[str, ...]:
        """Return the names of the databases that the file holds beside its main one."""
        return tuple(
            key.decode("ascii", "replace")
            for key, flags, _ in self._entries(self._main)
            if flags & _IS_DATABASE
        )

    def items(self, database: str | None = None) -> Iterator[tuple[bytes, bytes]]:
        """Yield key and value in the order of the keys; of the main database where none is named.

        Raises:
            InputError: when there is no such database, or the file is damaged.
        """
        described = self._main
        if database is not None:
            wanted = database.encode()
            for key, flags, value in self._entries(self._main):
                if key == wanted and flags & _IS_DATABASE:
                    described = value
                    break
            else:
                raise self._error(f"holds no database {database}")
        for key, flags, value in self._entries(described):
            if not flags & _IS_DATABASE:
                yield key, value

    def _newest_main_database(self) -> tuple[int, bytes]:
        """Return the size of a page and the description of the main database."""
        best = -1
        found = 0, b""
        page_size = 0
        for number in (0, 1):
            offset = number * page_size
            _, _, flags, _, _ = self._unpack(_HEADER, offset)
            magic, version, _, _ = self._unpack(_META, offset + _HEADER.size)
            if magic != _MAGIC or version != _VERSION or not flags & _META_PAGE:
                raise self._error("is not an LMDB file of version 1")
            databases = offset + _HEADER.size + _META.size
            page_size = self._unpack(_DATABASE, databases)[0]
            if page_size not in (4096, 8192, 16384, 32768):
                raise self._error(f"has pages of {page_size} bytes")
            main = databases + _DATABASE.size
            _, transaction = self._unpack(_META_TAIL, main + _DATABASE.size)
            if transaction > best:
                best = transaction
                found = page_size, bytes(self._data[main : main + _DATABASE.size])
        return found

    def _entries(self, described: bytes) -> Iterator[tuple[bytes, int, bytes]]:
        """Yield key, flags and value of every entry of a database."""
        if len(described) != _DATABASE.size:
            raise self._error("describes a database in an unknown way")
        _, flags, _, _, _, _, entries, root = _DATABASE.unpack(described)
        if flags:
            raise self._error(f"holds a database with the flags {flags}, expected none")
        count = 0
        if root != _NO_ROOT:
            for entry in self._walk(root, 0, set()):
                count += 1
                yield entry
        if count != entries:
            raise self._error(f"holds {count} entries where it states {entries}")

    def _walk(self, page: int, depth: int, seen: set[int]) -> Iterator[tuple[bytes, int, bytes]]:
        """Yield the entries at and below a page; no page can stand in two places of a tree."""
        if page in seen or depth > _DEEPEST:
            raise self._error(f"leads to page {page} twice or too deep")
        seen.add(page)
        start = self._start(page)
        number, _, flags, lower, _ = self._unpack(_HEADER, start)
        if number != page or not flags & (_BRANCH | _LEAF):
            raise self._error(f"has another page in the place of page {page}")
        count, odd = divmod(lower - _HEADER.size, 2)
        if odd or count < 0 or lower > self._page_size:
            raise self._error(f"page {page} is damaged")
        for pointer in struct.unpack_from(f"<{count}H", self._data, start + _HEADER.size):
            low, high, node_flags, key_size = self._unpack(_NODE, start + pointer)
            key_start = start + pointer + _NODE.size
            key_end = key_start + key_size
            if flags & _BRANCH:
                yield from self._walk(low | high << 16 | node_flags << 32, depth + 1, seen)
                continue
            size = low | high << 16
            key = bytes(self._data[key_start:key_end])
            if node_flags & _ON_OVERFLOW:
                (overflow,) = self._unpack(_PAGE_NUMBER, key_end)
                value = self._overflow(overflow, size)
            else:
                if key_end + size > start + self._page_size:
                    raise self._error(f"page {page} is damaged")
                value = bytes(self._data[key_end : key_end + size])
            yield key, node_flags, value

    def _overflow(self, page: int, size: int) -> bytes:
        start = self._start(page)
        number, _, flags, _, _ = self._unpack(_HEADER, start)
        first = start + _HEADER.size
        if number != page or not flags & _OVERFLOW or first + size > len(self._data):
            raise self._error(f"overflow page {page} is damaged")
        return bytes(self._data[first : first + size])

    def _start(self, page: int) -> int:
        if not 1 < page < self._pages:
            raise self._error(f"points to page {page} of {self._pages}")
        return page * self._page_size

    def _unpack(self, layout: struct.Struct, offset: int) -> tuple[int, ...]:
        try:
            return layout.unpack_from(self._data, offset)
        except struct.error:
            raise self._error("ends too early") from None

    def _error(self, message: str) -> InputError:
        return InputError(self._name, message)
