"""Looking into what a user gives: bare files, archives, and what is hostile."""

from __future__ import annotations

import gzip
import io
import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from nosology.codesets.loaders import containers
from nosology.codesets.loaders.containers import contents_of, damage_told
from nosology.codesets.loaders.publication import Publication
from nosology.model.errors import InputError
from tests.codesets.loaders.layouts import order_file, published, zipped


def archive(folder: Path, content: bytes, name: str = "given.zip") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def names(path: Path) -> list[str]:
    return [publication.name for publication in contents_of(path).publications]


def test_a_bare_file(tmp_path: Path) -> None:
    path = published(tmp_path, "order.txt", order_file()).path
    contents = contents_of(path)
    assert [one.name for one in contents.publications] == ["order.txt"]
    assert not contents.is_archive


def test_what_surrounds_the_data_is_left_out(tmp_path: Path) -> None:
    workbook = zipped({"[Content_Types].xml": "x", "xl/workbook.xml": "x"})
    path = archive(
        tmp_path,
        zipped(
            {
                "folder/": b"",
                "folder/order.txt": order_file(),
                "guide.pdf": b"%PDF-1.7",
                "list.xlsx": workbook,
                "__MACOSX/folder/._order.txt": b"\x00\x05",
                ".DS_Store": b"\x00\x00\x00\x01Bud1",
                "empty.txt": b"",
                "old.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            }
        ),
    )
    contents = contents_of(path)
    assert [one.member for one in contents.publications] == ["folder/order.txt"]
    assert contents.left_out == [
        ("guide.pdf", "a PDF"),
        ("list.xlsx", "an Excel workbook"),
        ("empty.txt", "empty"),
        ("old.xls", "an old Excel workbook or Word document"),
    ]


def test_archives_within_archives(tmp_path: Path) -> None:
    inner = zipped({"deep.zip": zipped({"order.txt": order_file()}), "a.txt": "a"})
    path = archive(tmp_path, zipped({"parts/inner.zip": inner}))
    deep, bare = contents_of(path).publications
    assert (deep.name, deep.archive) == ("order.txt", "given.zip inner.zip deep.zip")
    assert deep.head == order_file().encode()
    assert deep.size == len(order_file())
    assert next(deep.lines())[0] == 1
    with deep.text_file() as file:
        assert file.read() == order_file()
    assert bare.head == b"a"


def test_archives_too_deep_are_left_out(tmp_path: Path) -> None:
    content = zipped({"order.txt": order_file()})
    for _ in range(4):
        content = zipped({"inner.zip": content})
    contents = contents_of(archive(tmp_path, content))
    assert contents.publications == []
    assert contents.left_out == [("inner.zip", "an archive within archives")]


def test_a_compressed_file_goes_by_the_name_within(tmp_path: Path) -> None:
    path = archive(tmp_path, gzip.compress(order_file().encode()), "order.txt.gz")
    [publication] = contents_of(path).publications
    assert publication.name == "order.txt"
    assert publication.head == order_file().encode()
    assert publication.size == len(order_file())


@pytest.mark.parametrize(
    "name",
    ["../../escape.txt", "/etc/passwd.txt", "C:\\windows\\escape.txt", "a/\x1b[31mred\n.txt"],
)
def test_names_are_shown_and_never_used_as_paths(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "only"
    folder.mkdir()
    path = archive(folder, zipped({name: order_file()}))
    [publication] = contents_of(path).publications
    assert publication.name in {"escape.txt", "passwd.txt", "?[31mred?.txt"}
    assert publication.head == order_file().encode()
    assert [child.name for child in folder.iterdir()] == ["given.zip"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.4", "a PDF"),
        (b"<!DOCTYPE html><html>", "an HTML page, perhaps a licence page instead of the file"),
        (b"\xef\xbb\xbf\r\n<html>", "an HTML page, perhaps a licence page instead of the file"),
        (zipped({"[Content_Types].xml": "x", "word/document.xml": "x"}), "a Word document"),
        (gzip.compress(b"x"), "a gzip file; give it a name that ends in .gz"),
        (b"MZ\x90", "a Windows program; where it unpacks itself, run it and add the files that "),
        (order_file().encode("utf-16"), "text in UTF-16; save it as UTF-8, or add the file as pub"),
    ],
)
def test_what_else_it_is(tmp_path: Path, content: bytes, kind: str) -> None:
    contents = contents_of(archive(tmp_path, content, "given"))
    assert contents.publications == []
    [(name, found)] = contents.left_out
    assert name == "given"
    assert found.startswith(kind)


def test_xml_is_no_html(tmp_path: Path) -> None:
    assert names(archive(tmp_path, b"<?xml version='1.0'?><ICD10CM.tabular>", "x.xml")) == ["x.xml"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: None, "does not exist"),
        (lambda path: path.mkdir(), "is a folder; name the files in it"),
        (os.mkfifo, "is no regular file, such as a pipe"),
        (lambda path: path.write_bytes(b""), "is empty; download it again"),
        (lambda path: path.symlink_to(path), "cannot be read"),
        (lambda path: path.write_bytes(b"PK\x03\x04"), "is damaged or cut short"),
        (lambda path: path.write_bytes(zipped({"a": "b" * 5000})[:-30]), "is damaged or cut"),
        (lambda path: path.write_bytes(zipped({})[:-1]), "is damaged or cut short"),
        (lambda path: path.write_bytes(gzip.compress(b"x" * 99)[:-9]), "is damaged or cut short"),
        (lambda path: path.write_bytes(b"\x1f\x8bnonsense"), "is damaged or cut short"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, make, message: str) -> None:
    path = tmp_path / "given.gz"
    make(path)
    with pytest.raises(InputError, match=message) as caught:
        contents_of(path)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = published(tmp_path, "order.txt", order_file()).path
    path.chmod(stat.S_IWUSR)
    with pytest.raises(InputError, match="cannot be read"):
        contents_of(path)


def test_an_archive_without_files(tmp_path: Path) -> None:
    contents = contents_of(archive(tmp_path, zipped({})))
    assert contents.is_archive
    assert (contents.publications, contents.left_out) == ([], [])


def with_declared_size(content: bytes, size: int) -> bytes:
    """Return the archive with another size of its only member in its directory."""
    at = content.rindex(b"PK\x01\x02")
    return content[: at + 24] + struct.pack("<I", size) + content[at + 28 :]


def test_a_member_of_absurd_size_is_refused(tmp_path: Path) -> None:
    content = with_declared_size(zipped({"bomb.txt": "x" * 100}), (2 << 30) + 1)
    with pytest.raises(InputError, match=r"bomb\.txt: would unpack to more than 2 GiB"):
        contents_of(archive(tmp_path, content))


def test_a_member_that_shrinks_absurdly_is_refused(tmp_path: Path) -> None:
    content = zipped({"bomb.txt": bytes(20 << 20)})
    assert len(content) < 100_000
    with pytest.raises(InputError, match=r"bomb\.txt: would unpack from \d+ to 20971520 bytes"):
        contents_of(archive(tmp_path, content))


def test_a_bomb_within_an_archive_is_refused(tmp_path: Path) -> None:
    content = zipped({"inner.zip": zipped({"bomb.txt": bytes(20 << 20)})})
    with pytest.raises(InputError, match=r"bomb\.txt: would unpack"):
        contents_of(archive(tmp_path, content))


def test_a_member_that_is_longer_than_declared_is_read_no_further(tmp_path: Path) -> None:
    path = archive(tmp_path, with_declared_size(zipped({"a.txt": "x" * 9000}), 10))
    with pytest.raises(InputError, match="is damaged or cut short"):
        [len(one.head) for one in contents_of(path).publications]


@pytest.mark.parametrize(
    ("limit", "value", "message"),
    [("_MOST_MEMBERS", 1, "holds 2 files"), ("_LARGEST_ARCHIVE", 3, "more than 8 GiB")],
)
def test_an_archive_beyond_measure_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, message: str
) -> None:
    monkeypatch.setattr(containers, limit, value)
    with pytest.raises(InputError, match=message):
        contents_of(archive(tmp_path, zipped({"a": "aa", "b": "bb"})))


def test_a_large_archive_within_an_archive_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "_LARGEST_INNER_ARCHIVE", 10)
    contents = contents_of(archive(tmp_path, zipped({"inner.zip": zipped({"a": "a"})})))
    assert contents.left_out == [("inner.zip", "an archive of more than 512 MiB")]


def test_an_encrypted_member_is_told(tmp_path: Path) -> None:
    content = bytearray(zipped({"order.txt": order_file()}))
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(InputError, match="is encrypted; unpack it with its password"):
        contents_of(archive(tmp_path, bytes(content)))


def test_an_unknown_compression_is_told(tmp_path: Path) -> None:
    content = bytearray(zipped({"order.txt": order_file()}))
    content[8] = 9
    content[content.rindex(b"PK\x01\x02") + 10] = 9
    with pytest.raises(InputError, match="is compressed in a way that is not read here"):
        contents_of(archive(tmp_path, bytes(content)))


def test_damage_in_the_middle_shows_when_it_is_read(tmp_path: Path) -> None:
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_STORED) as file:
        file.writestr("order.txt", order_file() * 50)
    content = bytearray(stored.getvalue())
    content[20_000] ^= 1
    [publication] = contents_of(archive(tmp_path, bytes(content))).publications
    with pytest.raises(InputError, match=r"order\.txt: is damaged"), damage_told(publication):
        for _ in publication.lines():
            pass


def test_an_error_of_the_program_is_not_hidden() -> None:
    with pytest.raises(RuntimeError, match="of ours"), damage_told(Publication(Path("x"), "y")):
        raise RuntimeError("of ours")
