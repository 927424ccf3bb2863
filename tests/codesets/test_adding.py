"""Adding published files: all of a file or nothing, once, and again into every new store."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import gzip
import json
import os
import shutil
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from nosology.codesets import adding, store_copy
from nosology.codesets.adding import Added, Refused, add, installed_without
from nosology.codesets.book import SqliteCodeBook
from nosology.codesets.editions import NamedEdition
from nosology.codesets.removing import remove
from nosology.codesets.store import FILE_NAME, build_store
from nosology.model.errors import InputError, MalformedRow, MissingCodeSet
from tests.codesets.conftest import TABULAR, TinyRelease
from tests.codesets.loaders.layouts import (
    HCPCS,
    ORDER_ROWS,
    PCS_ROWS,
    code_file,
    cpt_file,
    order_file,
    zipped,
)
from tests.codesets.loaders.test_icd10cm_tabular import tabular

NAME = "icd10cm_order_2098.txt"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


class Store:
    """A store of the tiny release, and files to add to it."""

    def __init__(self, home: Path, tiny: TinyRelease, folder: Path) -> None:
        self.home = home
        self.tiny = tiny
        self.sources = tiny.sources
        self.folder = folder
        folder.mkdir()

    def file(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def add(self, *paths: Path, **options: object) -> list[Added | Refused]:
        return add(paths, self.home, sources=self.sources, **options)  # type: ignore[arg-type]

    def add_one(self, *paths: Path, **options: object) -> Added:
        [outcome] = self.add(*paths, **options)
        assert isinstance(outcome, Added), outcome
        return outcome

    def refusal(self, path: Path) -> str:
        [outcome] = self.add(path)
        assert isinstance(outcome, Refused)
        return str(outcome.error)

    def query(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        with contextlib.closing(sqlite3.connect(self.home / FILE_NAME)) as connection:
            return connection.execute(statement, values).fetchall()

    def releases(self) -> list[str]:
        rows = self.query("SELECT trim(system || ' ' || label || ' ' || part) FROM release")
        return sorted(str(row[0]) for row in rows)

    def files(self) -> set[str]:
        return {path.name for path in self.home.iterdir()} - {"codesets.lock"}

    def kept(self) -> list[str]:
        folder = self.home / "added"
        return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


@pytest.fixture
def store(home: Path, tiny_release: TinyRelease, tmp_path: Path) -> Store:
    found = Store(home, tiny_release, tmp_path / "given")
    build_store(home, sources=tiny_release.sources)
    return found


def test_a_file_becomes_a_release(store: Store) -> None:
    added = store.add_one(store.file(NAME, order_file()))
    assert (added.file, added.rows, added.billable) == (NAME, 9, 5)
    assert (added.edition.label, added.already, added.replaced) == ("2097-10", False, None)
    assert store.releases() == ["icd10cm 2097-10", "icd10cm 2099-01"]
    assert store.query(
        "SELECT valid_from, valid_to, rows, billable, completeness, source, loader FROM release"
        " WHERE label = '2097-10'"
    ) == [("2097-10-01", "2098-09-30", 9, 5, "titles-only", f"added: {NAME}", "icd10-order")]
    assert store.files() == {FILE_NAME, "added"}


def test_the_first_file_builds_the_store(home: Path, tiny_release: TinyRelease, tmp_path: Path):
    found = Store(home, tiny_release, tmp_path / "given")
    found.add_one(found.file(NAME, order_file()))
    assert found.releases() == ["icd10cm 2097-10", "icd10cm 2099-01"]


def test_the_original_is_kept_compressed(store: Store) -> None:
    store.add_one(store.file("order.zip", zipped({f"folder/{NAME}": order_file()})))
    kept, manifest = store.kept()
    assert gzip.decompress((store.home / "added" / kept).read_bytes()) == order_file().encode()
    assert kept.endswith(f"-{NAME}.gz")
    assert manifest == "manifest.json"
    [entry] = json.loads((store.home / "added" / manifest).read_text())["files"]
    assert (entry["name"], entry["archive"], entry["kept"]) == (NAME, "order.zip", kept)


def test_the_same_bytes_again_change_nothing(store: Store) -> None:
    path = store.file(NAME, order_file())
    store.add_one(path)
    before = (store.home / FILE_NAME).stat()
    again = store.add_one(path)
    assert (again.already, again.rows, again.billable) == (True, 9, 5)
    zipped_again = store.add_one(store.file("x.zip", zipped({NAME: order_file()})))
    assert zipped_again.already
    after = (store.home / FILE_NAME).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_the_same_file_twice_in_one_call(store: Store) -> None:
    path = store.file(NAME, order_file())
    outcomes = store.add(path, path)
    assert [one.already for one in outcomes if isinstance(one, Added)] == [False, True]


def test_other_bytes_take_the_place_of_the_edition(store: Store) -> None:
    store.add_one(store.file(NAME, order_file()))
    again = store.add_one(store.file(NAME, order_file((*ORDER_ROWS, ("U072", 1, "One more")))))
    assert (again.rows, again.replaced) == (10, f"added: {NAME}")
    assert store.releases() == ["icd10cm 2097-10", "icd10cm 2099-01"]
    assert store.query("SELECT count(*) FROM node WHERE code = 'U072'") == [(1,)]
    assert store.query("SELECT count(*) FROM node WHERE code = 'A000'") == [(1,)]
    assert len(store.kept()) == 2


def test_many_files_at_once(store: Store) -> None:
    outcomes = store.add(
        store.file(NAME, order_file()),
        store.file("note.txt", "The patient has a cough."),
        store.file(
            "all.zip",
            zipped(
                {
                    "HCPC2098_APR_ANWEB.txt": HCPCS,
                    "guide.pdf": b"%PDF",
                    "icd10pcs_codes_2098.txt": code_file(PCS_ROWS),
                }
            ),
        ),
    )
    assert [one.file for one in outcomes] == [
        NAME,
        "note.txt",
        "all.zip icd10pcs_codes_2098.txt",
        "all.zip HCPC2098_APR_ANWEB.txt",
    ]
    assert isinstance(outcomes[1], Refused)
    assert isinstance(outcomes[2], Added)
    assert outcomes[2].left_out == ("guide.pdf (a PDF)",)
    assert store.releases() == [
        "hcpcs 2098Q2 anweb",
        "icd10cm 2097-10",
        "icd10cm 2099-01",
        "icd10pcs 2097-10 titles",
    ]


def test_of_two_files_of_an_edition_the_one_that_tells_more_is_read(store: Store) -> None:
    members = {"icd10cm_codes_2098.txt": code_file(), NAME: order_file()}
    added = store.add_one(store.file("all.zip", zipped(members)))
    assert added.file == f"all.zip {NAME}"
    assert added.left_out == (
        "icd10cm_codes_2098.txt (another file here tells more of the edition)",
    )


def test_titles_stand_beside_a_list_in_full(store: Store) -> None:
    named = NamedEdition("2099-01", *release_dates(store))
    path = store.file("order.txt", order_file())
    added = store.add_one(path, named=named)
    assert (added.edition.part, added.rows, added.replaced) == ("titles", 9, None)
    assert store.releases() == ["icd10cm 2099-01", "icd10cm 2099-01 titles"]
    assert store.query("SELECT remark FROM release WHERE part = 'titles'") == [
        ("titles without notes; the list of this edition with notes answers",)
    ]
    again = store.add_one(path, named=named)
    assert (again.already, again.edition.part) == (True, "titles")
    longer = dataclasses.replace(named, valid_to=dt.date(2100, 12, 31))
    assert store.add_one(path, named=longer).edition.part == "titles"
    with contextlib.closing(SqliteCodeBook(store.home, store.sources)) as book:
        assert book.lookup("S10.0", dt.date(2100, 6, 1)).seventh_characters
        assert book.lookup("S10.0").seventh_characters
        assert not book.is_billable("A00.0")
    [removed] = remove("icd10cm", "2099-01", store.home, sources=store.sources)
    assert (removed.part, removed.is_embedded_again) == ("titles", False)
    assert store.releases() == ["icd10cm 2099-01"]


def test_a_file_that_tells_less_does_not_replace_one_that_tells_more(store: Store) -> None:
    store.add_one(store.file(NAME, order_file()))
    codes = store.file("icd10cm_codes_2098.txt", code_file())
    assert store.add_one(codes).edition.part == "titles"
    for name, read in (("order", order_file), ("codes", code_file)):
        path = store.file(f"icd10pcs_{name}_2098.txt", read(PCS_ROWS))
        outcome = store.add(path)[0]
    assert isinstance(outcome, Refused)
    assert "is installed from icd10pcs_order_2098.txt with more than this file tells" in str(
        outcome.error
    )


def release_dates(store: Store) -> tuple[dt.date, dt.date]:
    [(first, last)] = store.query(
        "SELECT valid_from, valid_to FROM release WHERE label = '2099-01'"
    )
    return dt.date.fromisoformat(str(first)), dt.date.fromisoformat(str(last))


def test_a_full_list_replaces_titles(store: Store) -> None:
    store.add_one(store.file(NAME, order_file()))
    content = tabular().replace("<version>2099</version>", "<version>2098</version>")
    added = store.add_one(store.file("tabular.xml", content))
    assert added.replaced == f"added: {NAME}"
    assert store.query("SELECT completeness FROM release WHERE label = '2097-10'") == [("full",)]


NEXT_ROWS = (
    ("A10", 1, "Renamed A"),
    ("B10", 0, "Divided B"),
    ("B100", 0, "Newly divided B"),
    ("B1001", 1, "New B on the left"),
    ("B1009", 1, "New B elsewhere"),
    ("Z10", 1, "Invented Z"),
)


@pytest.mark.parametrize(
    ("name", "read", "heading"),
    [
        ("icd10cm_order_2099.txt", order_file, "Newly divided B"),
        ("icd10cm_codes_2099.txt", code_file, None),
    ],
)
def test_titles_of_the_next_year_stand_on_the_list_before(
    store: Store, name: str, read: Callable[..., str], heading: str | None
) -> None:
    note = "<inclusionTerm><note>old words</note></inclusionTerm>"
    content = tabular(more=note).replace("<version>2099</version>", "<version>2098</version>")
    store.add_one(store.file("tabular.xml", content))
    added = store.add_one(store.file(name, read(NEXT_ROWS)))
    assert (added.edition.label, added.billable) == ("2098-10", 4)
    asked = (
        "SELECT code, title, node.billable FROM node JOIN release USING (release)"
        " WHERE label = '2098-10' AND level <> 'chapter' AND level <> 'section' ORDER BY code"
    )
    rows = store.query(asked)
    expected = {(code, title, flag) for code, flag, title in NEXT_ROWS if flag or heading}
    assert expected <= set(rows)
    assert {code for code, _, billable in rows if billable} == {
        code for code, flag, _ in NEXT_ROWS if flag
    }
    [(completeness, remark, listed)] = store.query(
        "SELECT completeness, remark, rows FROM release WHERE label = '2098-10'"
    )
    assert (completeness, listed) == ("titles-only", added.rows)
    assert remark == ("codes and titles of this edition; hierarchy and notes are those of 2097-10")
    with contextlib.closing(SqliteCodeBook(store.home, store.sources)) as book:
        on = dt.date(2098, 11, 1)
        assert [term.text for term in book.lookup("A10", on).inclusion_terms] == ["old words"]
        assert book.lookup("B1009", on).parents[-2:] == ("B00-B99", "2")
        assert (book.lookup("B100", on).display if heading else None) == heading
    build_store(store.home, force=True, sources=store.sources)
    assert store.query(asked) == rows
    remove("icd10cm", "2098-10", store.home, sources=store.sources)
    assert store.query("SELECT count(*) FROM change") == [(0,)]


def test_titles_that_the_list_before_has_no_place_for_stand_alone(store: Store) -> None:
    store.tiny.name({"label": "2097-04", "valid_from": "2097-04-01", "valid_to": "2097-09-30"})
    added = store.add_one(store.file(NAME, order_file()))
    assert (added.rows, added.billable) == (9, 5)
    assert store.query("SELECT remark FROM release WHERE label = '2097-10'") == [
        ("titles without notes; those of 2097-04 do not fit its codes",)
    ]


def test_the_user_names_the_edition(store: Store) -> None:
    path = store.file("order.txt", order_file())
    assert "--release 2026-10" in store.refusal(path)
    added = store.add_one(path, named=NamedEdition("2097-10"))
    assert str(added.edition.valid_to) == "2098-09-30"


def test_the_parts_of_cpt_stand_side_by_side(store: Store) -> None:
    outcomes = store.add(
        *(store.file(f"{name} 2098.txt", cpt_file()) for name in ("LONGULT", "MEDU", "SHORTU"))
    )
    assert all(isinstance(one, Added) for one in outcomes)
    assert store.releases()[:3] == ["cpt 2098 long", "cpt 2098 medium", "cpt 2098 short"]


DAMAGED = order_file().replace("00007 Z999    1", "00007 Z999    x")


def test_a_damaged_file_leaves_everything_as_it_was(store: Store) -> None:
    before = (store.home / FILE_NAME).read_bytes()
    assert store.refusal(store.file(NAME, DAMAGED)).startswith(f"{NAME}:7: column 15 must be 0 or")
    assert (store.home / FILE_NAME).read_bytes() == before
    assert store.files() == {FILE_NAME}


def test_a_damaged_file_in_an_archive_keeps_the_archive_out_and_no_other(store: Store) -> None:
    members = {"HCPC2098_APR_ANWEB.txt": HCPCS, NAME: DAMAGED}
    good = store.file("icd10pcs_codes_2098.txt", code_file(PCS_ROWS))
    bad, added = store.add(store.file("all.zip", zipped(members)), good)
    assert isinstance(bad, Refused)
    assert isinstance(bad.error, MalformedRow)
    assert isinstance(added, Added)
    assert store.releases() == ["icd10cm 2099-01", "icd10pcs 2097-10 titles"]
    assert len(store.kept()) == 2
    assert store.query("SELECT DISTINCT system FROM dated_code") == [("icd10pcs",)]


def test_together_is_all_or_nothing(store: Store) -> None:
    good, bad = store.file(NAME, order_file()), store.file("codes_2098.txt", DAMAGED)
    for paths in ((good, bad), (good, store.folder / "nothing")):
        with pytest.raises(InputError):
            store.add(*paths, together=True)
    assert store.releases() == ["icd10cm 2099-01"]
    assert store.kept() == []


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.txt", "Cough for two days.", "is not recognized by its content"),
        ("x.pdf", b"%PDF-1.7", "x.pdf: is not read: it is a PDF. What is read: docs/adding"),
        ("x.xsd", "<xsd:schema id='x'/>", "is not read: it is an XML schema, which describes"),
        ("x.zip", zipped({}), "without a published file that is read here; it holds: nothing"),
        ("x.zip", zipped({"a.pdf": b"%PDF", "b.txt": "b"}), "it holds: a.pdf (a PDF), b.txt"),
        ("x.html", "<!DOCTYPE html>", "it is an HTML page, perhaps a licence page instead of"),
        ("x (old).txt", "Cough.", "x (old).txt: is not recognized by its content"),
        ("x.zip", zipped({"x.json": "{}"}), "it holds: x.json (JSON, in which nothing"),
        ("x.txt", "", "is empty"),
    ],
)
def test_what_none_recognizes_is_told(
    store: Store, name: str, content: str | bytes, message: str
) -> None:
    refusal = store.refusal(store.file(name, content))
    assert message in refusal
    assert "\n" not in refusal
    assert len(refusal) < 300


def test_text_of_an_unknown_file_is_never_shown(store: Store) -> None:
    assert "Miller" not in store.refusal(store.file("x.txt", "Mr. Miller has a cough."))


def test_a_build_loads_what_was_added_again(store: Store) -> None:
    store.add(store.file(NAME, order_file()), store.file("HCPC2098_APR_ANWEB.txt", HCPCS))
    columns = "system, label, part, valid_from, valid_to, rows, billable, completeness, sha256"
    listed = f"SELECT {columns} FROM release WHERE source LIKE 'added%' ORDER BY system"
    wanted = store.query(listed)
    assert len(wanted) == 2
    build_store(store.home, force=True, sources=store.sources)
    assert store.query(listed) == wanted
    assert store.query("SELECT count(*) FROM node WHERE code = 'A001XXA'") == [(1,)]
    assert installed_without(store.home, store.sources) == {}


def spoil_kept(store: Store) -> None:
    kept = next(name for name in store.kept() if name.endswith(".gz"))
    path = store.home / "added" / kept
    path.write_bytes(path.read_bytes()[:-20])


def change_kept(store: Store) -> None:
    kept = next(name for name in store.kept() if name.endswith(".gz"))
    (store.home / "added" / kept).write_bytes(gzip.compress(b"other"))


def lose_kept(store: Store) -> None:
    kept = next(name for name in store.kept() if name.endswith(".gz"))
    (store.home / "added" / kept).unlink()


def lose_loader(store: Store) -> None:
    path = store.home / "added" / "manifest.json"
    path.write_text(path.read_text().replace('"icd10-order"', '"no-such"'))


@pytest.mark.parametrize("spoil", [spoil_kept, change_kept, lose_kept, lose_loader])
def test_a_file_that_cannot_be_loaded_again_is_told_and_the_rest_stands(store: Store, spoil):
    path = store.file(NAME, order_file())
    store.add_one(path)
    spoil(store)
    build_store(store.home, force=True, sources=store.sources)
    assert store.releases() == ["icd10cm 2099-01"]
    [(edition, reason)] = installed_without(store.home, store.sources).items()
    assert edition == "icd10cm 2097-10"
    assert "add it again" in reason
    assert not store.add_one(path).already
    assert installed_without(store.home, store.sources) == {}
    build_store(store.home, force=True, sources=store.sources)
    assert store.releases() == ["icd10cm 2097-10", "icd10cm 2099-01"]


def test_a_damaged_list_does_not_stop_the_product(store: Store) -> None:
    store.add_one(store.file(NAME, order_file()))
    (store.home / "added" / "manifest.json").write_text("{")
    build_store(store.home, force=True, sources=store.sources)
    assert store.releases() == ["icd10cm 2099-01"]
    assert installed_without(store.home, store.sources)
    with pytest.raises(InputError, match="is not the list of added files"):
        store.add(store.file(NAME, order_file()))


@pytest.mark.parametrize(
    "change", [{"schema": 2}, {"files": [{}]}, {"files": [{"kept": "../../x.gz"}]}, {"files": 1}]
)
def test_a_list_that_says_something_else_is_refused(store: Store, change: dict[str, object]):
    store.add_one(store.file(NAME, order_file()))
    path = store.home / "added" / "manifest.json"
    document = json.loads(path.read_text())
    if isinstance(files := change.get("files"), list) and files[0]:
        change = {"files": [document["files"][0] | files[0]]}
    path.write_text(json.dumps(document | change))
    with pytest.raises(InputError, match="is not the list of added files"):
        store.add(store.file("other.txt", order_file((*ORDER_ROWS, ("U072", 1, "x")))),
                  named=NamedEdition("2097-10"))  # fmt: skip


def test_an_embedded_release_is_replaced_and_comes_back(store: Store) -> None:
    store.tiny.name({"label": "2098-04", "valid_from": "2098-04-01", "valid_to": "2098-09-30"})
    content = tabular().replace("<version>2099</version>", "<version>2098</version>")
    added = store.add_one(store.file("tabular-April.xml", content))
    assert added.replaced == "tiny-release 1.0: tiny_release/tabular.xml"
    assert store.query("SELECT count(*) FROM release") == [(1,)]
    build_store(store.home, force=True, sources=store.sources)
    assert store.query("SELECT loader FROM release") == [("icd10cm-tabular",)]
    [removed] = remove("icd10cm", "2098-04", store.home, sources=store.sources)
    assert removed.is_embedded_again
    assert store.query("SELECT loader FROM release") == [("tabular-xml",)]
    assert store.kept() == ["manifest.json"]


def test_the_embedded_file_itself_is_already_there(store: Store) -> None:
    named = NamedEdition("2099-01", *release_dates(store))
    content = (store.tiny.folder / "tiny_release" / "tabular.xml").read_bytes()
    assert content == TABULAR.encode()
    assert store.add_one(store.file("tabular.xml", content), named=named).already
    assert store.kept() == []


def test_remove(store: Store) -> None:
    store.add(store.file(NAME, order_file()), store.file("HCPC2098_APR_ANWEB.txt", HCPCS))
    [removed] = remove("icd10cm", "2097-10", store.home, sources=store.sources)
    assert (removed.source, removed.is_embedded_again) == (NAME, False)
    assert store.releases() == ["hcpcs 2098Q2 anweb", "icd10cm 2099-01"]
    assert store.query("SELECT count(*) FROM node WHERE code = 'A001XXA'") == [(0,)]
    assert len(store.kept()) == 2
    build_store(store.home, force=True, sources=store.sources)
    assert store.releases() == ["hcpcs 2098Q2 anweb", "icd10cm 2099-01"]


def test_only_what_was_added_can_be_removed(store: Store) -> None:
    with pytest.raises(InputError, match=r"comes with the product \(tiny-release 1.0"):
        remove("icd10cm", "2099-01", store.home, sources=store.sources)
    with pytest.raises(InputError, match="is not installed; added were: nothing"):
        remove("icd10cm", "2097-10", store.home, sources=store.sources)


def test_compiled_artefacts_go_with_the_code_set_they_were_made_from(store: Store) -> None:
    with contextlib.closing(sqlite3.connect(store.home / FILE_NAME)) as connection, connection:
        connection.execute("INSERT INTO artefact VALUES ('index', x'00')")
    store.add_one(store.file(NAME, order_file()))
    assert store.query("SELECT count(*) FROM artefact") == [(0,)]


def test_rows_that_cannot_stand_side_by_side_are_told(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nosology.codesets.loaders.icd10_order import TitlesLoader

    def load(self: object, connection: sqlite3.Connection, release: int, *_: object) -> None:
        for _ in range(2):
            connection.execute("INSERT INTO change VALUES (?, 'A00', 'added', '')", (release,))

    monkeypatch.setattr(TitlesLoader, "load", load)
    message = store.refusal(store.file(NAME, order_file()))
    assert "holds two rows where one may stand" in message
    assert store.query("SELECT count(*) FROM change") == [(0,)]


def test_what_does_not_reach_the_store_is_an_error(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nosology.codesets.loaders.contract import Loaded
    from nosology.codesets.loaders.icd10_order import TitlesLoader

    monkeypatch.setattr(TitlesLoader, "load", lambda *_: Loaded(9))
    assert "holds no row of data" in store.refusal(store.file(NAME, order_file()))

    def load(self: object, connection: sqlite3.Connection, release: int, *_: object) -> Loaded:
        connection.execute("INSERT INTO change VALUES (?, 'A00', 'added', '')", (release,))
        return Loaded(9)

    monkeypatch.setattr(TitlesLoader, "load", load)
    message = store.refusal(store.file(NAME, order_file()))
    assert "has 9 rows, of which the store holds 0 in node" in message


def test_progress_is_reported(store: Store) -> None:
    stages: list[str] = []
    store.add(store.file(NAME, order_file()), progress=lambda stage, *_: stages.append(stage))
    assert list(dict.fromkeys(stages)) == [
        f"{NAME}: looking what it is",
        f"{NAME}: checking",
        "copying the store",
        f"{NAME}: reading titles",
    ]


@pytest.mark.parametrize("step", ["keep", "put_in_place"])
def test_a_full_disk_leaves_the_old_store(
    store: Store, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = (store.home / FILE_NAME).read_bytes()
    monkeypatch.setattr(adding, step, full)
    with pytest.raises(MissingCodeSet, match=r"cannot be written .*No space left"):
        store.add(store.file(NAME, order_file()))
    assert (store.home / FILE_NAME).read_bytes() == before
    assert f"{FILE_NAME}.unfinished" not in store.files()


def test_a_rename_that_fails_leaves_the_list_as_it_was(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: object) -> None:
        raise OSError(5, "Input/output error")

    store.add_one(store.file("HCPC2098_APR_ANWEB.txt", HCPCS))
    before = (store.home / "added" / "manifest.json").read_text()
    with monkeypatch.context() as patch:
        patch.setattr(store_copy.StoreCopy, "replace", fail)
        with pytest.raises(MissingCodeSet):
            store.add(store.file(NAME, order_file()))
    assert (store.home / "added" / "manifest.json").read_text() == before
    store.add_one(store.file("icd10pcs_codes_2098.txt", code_file(PCS_ROWS)))
    assert len(store.kept()) == 3, "what a failed call kept is removed by the next one"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_home_that_may_not_be_written(store: Store) -> None:
    path = store.file(NAME, order_file())
    store.home.chmod(0o500)
    try:
        with pytest.raises(MissingCodeSet, match="set NOSOLOGY_HOME"):
            store.add(path)
    finally:
        store.home.chmod(0o700)


def test_a_home_that_is_no_folder(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store.home = tmp_path / "file" / "home"
    with pytest.raises(MissingCodeSet, match="set NOSOLOGY_HOME"):
        store.add(store.file(NAME, order_file()))


PROGRAM = """
from nosology.codesets import adding
from nosology.codesets.adding import add
import sys, time
def progress(stage, done, total):
    if stage == {stage!r}:
        print("now", flush=True)
        {wait}
print(add([Path({path!r})], HOME, sources=SOURCES, progress=progress)[0].already, flush=True)
"""


@pytest.mark.parametrize("stage", ["copying the store", f"{NAME}: reading titles"])
def test_a_kill_leaves_the_old_store(store: Store, stage: str) -> None:
    before = (store.home / FILE_NAME).read_bytes()
    path = store.file(NAME, order_file())
    program = PROGRAM.format(stage=stage, wait="time.sleep(60)", path=str(path))
    process = store.tiny.start(program, store.home)
    assert process.stdout is not None
    assert process.stdout.readline() == "now\n"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert (store.home / FILE_NAME).read_bytes() == before
    # A journal beside it would be taken for that of the next one.
    assert store.files() == {FILE_NAME, f"{FILE_NAME}.unfinished"}
    store.add_one(path)
    assert store.files() == {FILE_NAME, "added"}


def test_two_at_once(store: Store) -> None:
    order = store.file(NAME, order_file())
    hcpcs = store.file("HCPC2098_APR_ANWEB.txt", HCPCS)
    processes = [
        store.tiny.start(PROGRAM.format(stage="-", wait="pass", path=str(path)), store.home)
        for path in (order, hcpcs, order)
    ]
    answers = [process.communicate(timeout=60)[0] for process in processes]
    assert sorted(answers) == ["False\n", "False\n", "True\n"]
    assert store.releases() == ["hcpcs 2098Q2 anweb", "icd10cm 2097-10", "icd10cm 2099-01"]
    assert len(store.kept()) == 3


def test_a_half_written_change_of_a_killed_writer_is_undone_first(store: Store) -> None:
    """The journal beside the store belongs to it; a copy made without it would be damaged."""
    path = store.home / FILE_NAME
    shutil.copy(path, store.folder / "saved")
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN")
        connection.execute("DELETE FROM note")
        connection.execute("INSERT INTO artefact VALUES ('x', zeroblob(2000000))")
        shutil.copy(path, store.folder / "half")
        shutil.copy(f"{path}-journal", store.folder / "journal")
        connection.execute("ROLLBACK")
    half = (store.folder / "half").read_bytes()
    if half == path.read_bytes():
        pytest.skip("this SQLite kept the change in memory")
    path.write_bytes(half)
    Path(f"{path}-journal").write_bytes((store.folder / "journal").read_bytes())
    with contextlib.suppress(MissingCodeSet):
        store.add(store.file(NAME, order_file()))
    assert store.query("SELECT count(*) > 0 FROM note") == [(1,)]
    assert store.query("PRAGMA integrity_check") == [("ok",)]


@pytest.mark.shared
def test_official_files_as_they_are_downloaded(store: Store, shared_data: Path) -> None:
    folder = shared_data / "codesets"
    members = {
        f"download/{path.name}": path.read_bytes()
        for path in (
            folder / "icd10pcs" / "icd10pcs_tables_2026.xml",
            folder / "icd10cm_index_2025" / "icd-10-cm-neoplasm-2025.xml",
            folder / "icd10cm_index_2025" / "icd-10-cm-tabular-2025.xsd",
            folder / "ncci" / "mue_dme_2024q3.csv",
        )
    }
    outcomes = store.add(store.file("all.zip", zipped(members)), folder / "mpfs_2024/gpci_2024.csv")
    found = {
        one.edition.data_set: (one.edition.label, one.rows)
        for one in outcomes
        if isinstance(one, Added)
    }
    assert found == {
        "icd10pcs-tables": ("2025-10", 2733),
        "icd10cm-neoplasm-table": ("2024-10", 1939),
        "mue-dme": ("2024Q3", 2928),
        "gpci": ("2024", 109),
    }
    assert all(one.already for one in store.add(store.folder / "all.zip") if isinstance(one, Added))
    before = store.query("SELECT system, label, part, rows, sha256 FROM release ORDER BY system")
    build_store(store.home, force=True, sources=store.sources)
    assert before == store.query(
        "SELECT system, label, part, rows, sha256 FROM release ORDER BY system"
    )
