"""The store: built whole or not at all, by one process at a time, and again when it must be."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import tempfile
from pathlib import Path

import pytest

from nosology.codesets import schema, store
from nosology.codesets.book import SqliteCodeBook
from nosology.codesets.store import FILE_NAME, build_store, home_folder, open_store
from nosology.model.errors import InputError, MalformedRow, MissingCodeSet

from .conftest import TABULAR, TinyRelease


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def labels(home: Path) -> list[str]:
    """The releases in the file as it lies there, without opening it as a store."""
    with contextlib.closing(sqlite3.connect(home / FILE_NAME)) as connection:
        return [row[0] for row in connection.execute("SELECT label FROM release ORDER BY 1")]


def files(home: Path) -> set[str]:
    return {path.name for path in home.iterdir()} - {"codesets.lock"}


def test_the_first_use_builds_and_the_second_does_not(
    home: Path, tiny_release: TinyRelease
) -> None:
    assert build_store(home, sources=tiny_release.sources).built
    assert not build_store(home, sources=tiny_release.sources).built
    assert files(home) == {FILE_NAME}


def test_force_builds_again(home: Path, tiny_release: TinyRelease) -> None:
    build_store(home, sources=tiny_release.sources)
    assert build_store(home, sources=tiny_release.sources, force=True).built
    assert labels(home) == ["2099-01"]


def test_progress_ends_at_its_total(home: Path, tiny_release: TinyRelease) -> None:
    calls: list[tuple[str, int, int]] = []
    build_store(home, sources=tiny_release.sources, progress=lambda *call: calls.append(call))
    assert calls == [
        ("icd10cm 2099-01: reading", 0, 1),
        ("icd10cm 2099-01: writing", 0, 14),
        ("icd10cm 2099-01: writing", 14, 14),
    ]


def test_changed_sources_rebuild(home: Path, tiny_release: TinyRelease) -> None:
    build_store(home, sources=tiny_release.sources)
    tiny_release.name({"label": "2099-02"})
    open_store(home, tiny_release.sources).close()
    assert labels(home) == ["2099-02"]


@pytest.mark.parametrize(
    ("name", "value"), [("LOADER_VERSION", 0), ("tables", lambda: "-- changed")]
)
def test_a_changed_schema_or_loader_rebuilds(
    home: Path,
    tiny_release: TinyRelease,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: object,
) -> None:
    build_store(home, sources=tiny_release.sources)
    monkeypatch.setattr(schema, name, value)
    assert build_store(home, sources=tiny_release.sources).built


@pytest.mark.parametrize("kept", [0, 50, 4096, -4096, -1])
def test_a_store_that_was_cut_off_is_rebuilt(
    home: Path, tiny_release: TinyRelease, kept: int
) -> None:
    build_store(home, sources=tiny_release.sources)
    path = home / FILE_NAME
    os.truncate(path, kept if kept >= 0 else path.stat().st_size + kept)
    assert build_store(home, sources=tiny_release.sources).built
    open_store(home, tiny_release.sources).close()


def test_a_file_that_is_no_store_is_replaced(home: Path, tiny_release: TinyRelease) -> None:
    home.mkdir()
    (home / FILE_NAME).write_bytes(b"not a database" * 1000)
    book = SqliteCodeBook(home, tiny_release.sources)
    assert book.is_billable("S11.9")
    book.close()


def test_another_program_s_database_is_not_taken_for_a_store(
    home: Path, tiny_release: TinyRelease
) -> None:
    home.mkdir()
    with contextlib.closing(sqlite3.connect(home / FILE_NAME)) as connection:
        connection.execute("CREATE TABLE store (name, value)")
        connection.commit()
    assert build_store(home, sources=tiny_release.sources).built


@pytest.mark.parametrize("table", ["node", "node_code", "definition", "note"])
def test_a_damaged_page_rebuilds_while_reading(
    home: Path, tiny_release: TinyRelease, table: str
) -> None:
    build_store(home, sources=tiny_release.sources)
    path = home / FILE_NAME
    with contextlib.closing(sqlite3.connect(path)) as connection:
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)
        ).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with path.open("rb+") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    book = SqliteCodeBook(home, tiny_release.sources)
    assert book.lookup("S10.0").seventh_characters
    assert book.search("broken sprocket")[0].code == "S119"
    book.close()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"printed": 11}, "holds 10 printed codes, expected 11"),
        ({"headers": 5}, "holds 4 seventh-character headers, expected 5"),
        ({"billable": 9}, "holds 10 billable codes, expected 9"),
    ],
)
def test_a_count_that_is_off_leaves_the_old_store(
    home: Path, tiny_release: TinyRelease, change: dict[str, object], message: str
) -> None:
    build_store(home, sources=tiny_release.sources)
    tiny_release.name({"label": "2099-02"} | change)
    with pytest.raises(InputError, match=message):
        build_store(home, sources=tiny_release.sources)
    assert labels(home) == ["2099-01"]
    assert files(home) == {FILE_NAME}


def test_an_anchor_that_is_off_is_an_error(home: Path, tiny_release: TinyRelease) -> None:
    tiny_release.write(TABULAR.replace("Broken sprocket, unspecified", "Broken sprocket"))
    tiny_release.name({})
    with pytest.raises(InputError, match=r"anchor S119 is \('Broken sprocket', True\)"):
        build_store(home, sources=tiny_release.sources)
    assert files(home) == set()


def test_a_malformed_file_leaves_the_old_store(home: Path, tiny_release: TinyRelease) -> None:
    build_store(home, sources=tiny_release.sources)
    tiny_release.write(TABULAR.replace("<name>S11.9</name>", "<name>?</name>"))
    tiny_release.name({})
    with pytest.raises(MalformedRow, match=r"tabular\.xml:\d+: column name"):
        build_store(home, sources=tiny_release.sources)
    assert labels(home) == ["2099-01"]
    assert files(home) == {FILE_NAME}


def test_a_file_of_another_release_is_refused(home: Path, tiny_release: TinyRelease) -> None:
    tiny_release.write(TABULAR + "\n")
    with pytest.raises(MissingCodeSet, match=r"has sha256 .* reinstall tiny-release==1.0"):
        build_store(home, sources=tiny_release.sources)


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        ({"note": "No such note", "codes": 1}, "S10 no longer carries the note"),
        ({"note": "One of these", "codes": 2}, "applies to 1 codes, expected 2"),
    ],
)
def test_a_limit_that_no_longer_fits_is_an_error(
    home: Path, tiny_release: TinyRelease, limit: dict[str, object], message: str
) -> None:
    text = tiny_release.sources.read_text(encoding="utf-8")
    table = (
        f'[{{ category = "S10", sixth_characters = "3", seventh_characters = "1", '
        f'codes = {limit["codes"]}, note = "{limit["note"]}" }}]'
    )
    tiny_release.sources.write_text(
        text.replace("seventh_character_limits = []", f"seventh_character_limits = {table}")
    )
    with pytest.raises(InputError, match=message):
        build_store(home, sources=tiny_release.sources)


def test_a_correction_that_is_no_longer_needed_is_an_error(
    home: Path, tiny_release: TinyRelease
) -> None:
    text = tiny_release.sources.read_text(encoding="utf-8")
    table = '[{ code = "S10", seventh_character = "D", term = "first visit" }]'
    tiny_release.sources.write_text(
        text.replace("misplaced_inclusion_terms = []", f"misplaced_inclusion_terms = {table}")
    )
    with pytest.raises(InputError, match="S10 no longer prints 'first visit' as misplaced"):
        build_store(home, sources=tiny_release.sources)


SLOW_BUILD = """
from nosology.codesets.store import build_store
def progress(stage, done, total):
    if stage.endswith("writing") and done == 0:
        print("writing", flush=True)
        input()
print(build_store(HOME, sources=SOURCES, progress=progress).built, flush=True)
"""
PLAIN_BUILD = """
from nosology.codesets.store import build_store
print("started", flush=True)
print(build_store(HOME, sources=SOURCES).built, flush=True)
"""


def test_of_two_builds_at_once_one_builds_and_the_other_uses_it(
    home: Path, tiny_release: TinyRelease
) -> None:
    with tiny_release.start(SLOW_BUILD, home) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "writing\n"
        with tiny_release.start(PLAIN_BUILD, home) as second:
            assert second.stdout is not None
            assert second.stdout.readline() == "started\n"
            with pytest.raises(TimeoutError):
                wait_briefly(second.pid)
            first_said, _ = first.communicate("\n", timeout=30)
            second_said, _ = second.communicate(timeout=30)
    assert (first_said, second_said) == ("True\n", "False\n")
    assert files(home) == {FILE_NAME}


def wait_briefly(process: int) -> None:
    """Return when the process has ended; raise TimeoutError after a third of a second."""
    import time

    deadline = time.monotonic() + 0.3
    while time.monotonic() < deadline:
        if os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            return
        time.sleep(0.02)
    raise TimeoutError


def test_a_build_that_is_killed_leaves_the_old_store_and_the_next_one_cleans_up(
    home: Path, tiny_release: TinyRelease
) -> None:
    build_store(home, sources=tiny_release.sources)
    tiny_release.name({"label": "2099-02"})
    for _ in range(2):
        with tiny_release.start(SLOW_BUILD, home) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "writing\n"
            process.send_signal(signal.SIGKILL)
        assert labels(home) == ["2099-01"]
        assert files(home) == {FILE_NAME, f"{FILE_NAME}.unfinished"}
    assert build_store(home, sources=tiny_release.sources).built
    assert labels(home) == ["2099-02"]
    assert files(home) == {FILE_NAME}


def test_a_lock_that_is_never_let_go_is_an_error(
    home: Path, tiny_release: TinyRelease, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir()
    with (
        store.locked(home / FILE_NAME),
        pytest.raises(MissingCodeSet, match="held by another process"),
        store.locked(home / FILE_NAME, seconds=0.1),
    ):
        pytest.fail("the lock was given twice")


def test_a_home_that_cannot_be_written_is_one_clear_error(
    tmp_path: Path, tiny_release: TinyRelease
) -> None:
    (tmp_path / "file").write_text("a file where the folder should be")
    with pytest.raises(
        MissingCodeSet, match=r"cannot be written \([^\[/]*\); .* NOSOLOGY_HOME"
    ) as caught:
        open_store(tmp_path / "file" / "home", tiny_release.sources)
    assert "\n" not in str(caught.value)


READ_ONLY = """
import os
import filelock, urllib.parse, nosology.codesets.loading  # before the rights are given up
from nosology.codesets.book import SqliteCodeBook
from nosology.codesets.store import build_store
from nosology.model.errors import MissingCodeSet
if os.geteuid() == 0:
    os.setuid(65534)  # the superuser may write anywhere
book = SqliteCodeBook(HOME, SOURCES)
book.put_artefact("words", b"lost")
print(book.is_billable("S11.9"), book.artefact("words"))
try:
    build_store(HOME, sources=SOURCES, force=True)
except MissingCodeSet as error:
    print(error)
"""


def test_a_finished_store_is_read_from_a_home_that_cannot_be_written(
    tiny_release: TinyRelease,
) -> None:
    # Not below the folder of the test run, which only the user who runs it may enter.
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        sources = home / "sources.toml"
        sources.write_bytes(tiny_release.sources.read_bytes())
        build_store(home, sources=sources)
        (home / "codesets.lock").unlink(missing_ok=True)
        home.chmod(0o555)
        try:
            with TinyRelease(tiny_release.folder, sources).start(READ_ONLY, home) as process:
                said, _ = process.communicate(timeout=60)
        finally:
            home.chmod(0o755)
        assert {path.name for path in home.iterdir()} == {FILE_NAME, "sources.toml"}
    read, refused = said.splitlines()
    assert read == "True None"
    assert "cannot be written" in refused
    assert "NOSOLOGY_HOME" in refused


def test_reading_a_finished_store_writes_nothing(
    home: Path, tiny_release: TinyRelease, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_store(home, sources=tiny_release.sources)
    (home / "codesets.lock").unlink(missing_ok=True)
    before = (home / FILE_NAME).read_bytes()
    monkeypatch.setattr(store, "build_store", lambda *_, **__: pytest.fail("built again"))
    book = SqliteCodeBook(home, tiny_release.sources)
    assert book.lookup("S11.9").billable
    book.close()
    assert {path.name for path in home.iterdir()} == {FILE_NAME}
    assert (home / FILE_NAME).read_bytes() == before


def test_an_artefact_is_kept_until_the_store_is_rebuilt(
    home: Path, tiny_release: TinyRelease
) -> None:
    book = SqliteCodeBook(home, tiny_release.sources)
    assert book.artefact("words") is None
    book.put_artefact("words", b"\x00one")
    book.put_artefact("words", b"\x00two")
    assert book.artefact("words") == b"\x00two"
    book.close()
    build_store(home, sources=tiny_release.sources, force=True)
    book = SqliteCodeBook(home, tiny_release.sources)
    assert book.artefact("words") is None
    book.close()


def test_an_artefact_takes_the_place_of_its_family(home: Path, tiny_release: TinyRelease) -> None:
    book = SqliteCodeBook(home, tiny_release.sources)
    book.put_artefact("words-1", b"old")
    book.put_artefact("other-1", b"kept")
    book.put_artefact("words-2", b"new", replaces="words-")
    assert book.artefact("words-1") is None
    assert book.artefact("words-2") == b"new"
    assert book.artefact("other-1") == b"kept"
    book.close()


def test_an_artefact_that_cannot_be_kept_is_let_go(home: Path, tiny_release: TinyRelease) -> None:
    book = SqliteCodeBook(home, tiny_release.sources)
    with contextlib.closing(sqlite3.connect(home / FILE_NAME)) as other:
        other.execute("DROP TABLE artefact")
    book.put_artefact("words", b"one")
    book.close()
    (home / FILE_NAME).unlink()
    book.put_artefact("words", b"one")
    assert FILE_NAME not in files(home)


def test_an_artefact_of_another_store_is_not_kept(home: Path, tiny_release: TinyRelease) -> None:
    book = SqliteCodeBook(home, tiny_release.sources)
    other = tiny_release.sources.with_name("other.toml")
    other.write_text(tiny_release.sources.read_text().replace("2099-01", "2099-02"))
    build_store(home, sources=other)
    book.put_artefact("words", b"of the old release")
    book.close()
    book = SqliteCodeBook(home, other)
    assert book.artefact("words") is None
    book.close()


def test_the_home_is_named_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOSOLOGY_HOME", str(tmp_path / "named"))
    assert home_folder() == tmp_path / "named"
    assert home_folder(tmp_path) == tmp_path
    monkeypatch.delenv("NOSOLOGY_HOME")
    assert home_folder().name == "nosology"


def test_the_columns_of_a_key_stand_first() -> None:
    """SQLite 3.40's own check reports values as NULL that stand between those of a key."""
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(schema.tables())
        names = [
            row[0]
            for row in connection.execute(
                "SELECT name FROM pragma_table_list WHERE schema = 'main' AND wr"
            )
        ]
        assert len(names) > 30
        for name in names:
            keys = [
                bool(row[0])
                for row in connection.execute(
                    "SELECT pk FROM pragma_table_info(?) ORDER BY cid", (name,)
                )
            ]
            assert keys == sorted(keys, reverse=True), name


def test_sqlite_finds_nothing_wrong_with_a_built_store(
    nosology_home: Path, code_book: SqliteCodeBook
) -> None:
    assert code_book.path == nosology_home / FILE_NAME
    with contextlib.closing(sqlite3.connect(code_book.path)) as connection:
        assert connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
