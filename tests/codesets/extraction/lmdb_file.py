"""Writes small LMDB files, so that the reader is tested without a database library."""

from __future__ import annotations

import struct
from collections.abc import Mapping

PAGE = 4096
_LEAF, _BRANCH, _OVERFLOW, _META = 2, 1, 4, 8
_LARGEST_IN_PAGE = 1000

Items = Mapping[bytes, bytes]


def lmdb_file(databases: Mapping[str, Items], main: Items | None = None) -> bytearray:
    """Return a file that holds the databases, and plain entries beside them."""
    pages: list[bytes] = [b"", b""]
    entries: list[tuple[bytes, int, bytes]] = [
        (key, 0, value) for key, value in (main or {}).items()
    ]
    for name, items in databases.items():
        described = _tree(pages, [(key, 0, value) for key, value in sorted(items.items())])
        entries.append((name.encode(), 2, described))
    root = _tree(pages, sorted(entries))
    for number in (0, 1):
        free = struct.pack("<IHHQQQQQ", PAGE, 0, 0, 0, 0, 0, 0, (1 << 64) - 1)
        head = struct.pack("<QHHHH", number, 0, _META, 0, 0)
        meta = struct.pack("<IIQQ", 0xBEEFC0DE, 1, 0, len(pages) * PAGE)
        tail = struct.pack("<QQ", len(pages) - 1, number)
        pages[number] = head + meta + free + root + tail
    return bytearray(b"".join(page.ljust(-(-len(page) // PAGE) * PAGE, b"\0") for page in pages))


def _tree(pages: list[bytes], entries: list[tuple[bytes, int, bytes]]) -> bytes:
    """Add the pages of a tree; return the description of its database."""
    if not entries:
        return struct.pack("<IHHQQQQQ", 0, 0, 0, 0, 0, 0, 0, (1 << 64) - 1)
    leaves: list[int] = []
    waiting: list[bytes] = []
    size = 0
    for key, flags, value in entries:
        node = _leaf_node(pages, key, flags, value)
        if size + len(node) + 2 > PAGE - 16:
            leaves.append(_page(pages, _LEAF, waiting))
            waiting, size = [], 0
        waiting.append(node)
        size += len(node) + 2
    leaves.append(_page(pages, _LEAF, waiting))
    root = leaves[0]
    if len(leaves) > 1:
        nodes = [
            struct.pack("<HHHH", page & 0xFFFF, page >> 16 & 0xFFFF, page >> 32, 0)
            for page in leaves
        ]
        root = _page(pages, _BRANCH, nodes)
    return struct.pack("<IHHQQQQQ", 0, 0, 1, 0, 0, 0, len(entries), root)


def _leaf_node(pages: list[bytes], key: bytes, flags: int, value: bytes) -> bytes:
    size = len(value)
    if size > _LARGEST_IN_PAGE:
        number = _number(pages)
        count = -(-(size + 16) // PAGE)
        pages.append(struct.pack("<QHHI", number, 0, _OVERFLOW, count) + value)
        value, flags = struct.pack("<Q", number), flags | 1
    node = struct.pack("<HHHH", size & 0xFFFF, size >> 16, flags, len(key)) + key + value
    return node + b"\0" * (len(node) % 2)


def _page(pages: list[bytes], flags: int, nodes: list[bytes]) -> int:
    number = _number(pages)
    places, upper, body = [], PAGE, b""
    for node in nodes:
        upper -= len(node)
        places.append(upper)
        body = node + body
    lower = 16 + 2 * len(nodes)
    head = struct.pack("<QHHHH", number, 0, flags, lower, upper)
    pages.append((head + struct.pack(f"<{len(places)}H", *places)).ljust(upper, b"\0") + body)
    return number


def _number(pages: list[bytes]) -> int:
    """Return the number of the page that comes next; an overflow takes several."""
    return sum(max(1, -(-len(page) // PAGE)) for page in pages)
