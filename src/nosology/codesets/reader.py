"""Questions to the store, safe for threads and forks, mended once where a page is damaged."""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path
from typing import Any

from nosology.codesets.store import build_store, open_store


class StoreReader:
    """Puts questions to the store of one home.

    It refers to nothing that refers to it, so that its file is closed as soon as it is let go.
    """

    def __init__(self, home: Path, sources: Path) -> None:
        self._home = home
        self._sources = sources
        self._connection = open_store(home, sources)
        # SQLite serializes its calls, but two threads may not step through one statement.
        self._lock = threading.Lock()
        self._process = os.getpid()

    def rows(self, query: str, *values: object) -> list[Any]:
        """Return the rows that answer the query.

        Raises:
            MissingCodeSet: when the store is damaged and cannot be built again.
        """
        if self._process != os.getpid():
            # Neither a connection nor a lock that another thread held may be used across a fork;
            # the connection may not even be closed, so it is kept.
            self._of_parent = self._connection
            self._lock = threading.Lock()
            self._connection = open_store(self._home, self._sources)
            self._process = os.getpid()
        with self._lock:
            try:
                return self._connection.execute(query, values).fetchall()
            except sqlite3.DatabaseError as error:
                # The low byte is the kind of error; the rest tells which sort of page it was.
                kind = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
                if kind not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                    raise
                # A damaged page, which opening cannot notice: the store is made again, once.
                self._connection.close()
                build_store(self._home, force=True, sources=self._sources)
                self._connection = open_store(self._home, self._sources)
                return self._connection.execute(query, values).fetchall()

    def close(self) -> None:
        """Close the store's file; the reader answers no more."""
        self._connection.close()

    def __del__(self) -> None:
        connection = getattr(self, "_connection", None)
        if connection is not None:
            connection.close()
