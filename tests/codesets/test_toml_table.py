"""TOML of which every key must be there, be known and have the right type."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from nosology.codesets.toml_table import TomlTable, read_toml
from nosology.model.errors import InputError

TEXT = """
schema = 3
word = "sprocket"
empty = " "
count = 4
none = 0
yes = true
day = 2099-10-01
moment = 2099-10-01T10:00:00
words = ["crank", "wheel"]
mixed = ["crank", 1]
inner = { word = "wheel" }
named = { A00 = { word = "a" }, B00 = { word = "b" } }
"""
LISTED = '\n[[each]]\nname = "first"\nword = "x"\n[[each]]\nword = 1\n'


@pytest.fixture
def table() -> TomlTable:
    return TomlTable(tomllib.loads(TEXT + LISTED), "file.toml")


def test_every_kind_is_read(table: TomlTable) -> None:
    assert (table.text("word"), table.number("count"), table.truth("yes")) == ("sprocket", 4, True)
    assert table.number("none", least=0) == 0
    assert table.date("day") == dt.date(2099, 10, 1)
    assert table.texts("words") == ("crank", "wheel")
    assert table.table("inner").text("word") == "wheel"
    assert [(name, one.text("word")) for name, one in table.named_tables("named")] == [
        ("A00", "a"),
        ("B00", "b"),
    ]
    assert [one.where for one in table.tables("each")] == [
        "file.toml: each first",
        "file.toml: each 2",
    ]


def test_what_may_be_left_out(table: TomlTable) -> None:
    assert table.optional_text("other") == ""
    assert table.number("other", 7) == 7
    assert table.truth("other", default=False) is False
    assert table.texts("other") == ()
    assert table.optional_tables("other") == []
    assert len(table.optional_tables("each")) == 2


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (lambda t: t.text("other"), "other must be of type str, found nothing"),
        (lambda t: t.text("count"), "count must be of type str, found 4"),
        (lambda t: t.text("empty"), "empty is empty; expected a text"),
        (lambda t: t.optional_text("empty"), "empty is empty"),
        (lambda t: t.number("yes"), "yes must be of type int, found True"),
        (lambda t: t.number("word", 7), "word must be of type int"),
        (lambda t: t.number("none"), "none is 0; expected a number of 1 or more"),
        (lambda t: t.number("count", least=5), "count is 4; expected a number of 5 or more"),
        (lambda t: t.truth("none"), "none must be of type bool, found 0"),
        (lambda t: t.truth("other"), "other must be of type bool, found nothing"),
        (lambda t: t.date("moment"), "moment must be of type date"),
        (lambda t: t.texts("mixed"), "mixed must list texts, none of them empty"),
        (lambda t: t.texts("word"), "word must be of type list"),
        (lambda t: t.table("words"), "words must be of type dict"),
        (lambda t: t.tables("words"), "words must be an array of tables"),
        (lambda t: t.tables("other"), "other must be of type list, found nothing"),
        (lambda t: t.named_tables("inner"), "inner: word must be of type dict"),
        (lambda t: t.tables("each")[1].text("word"), "file.toml: each 2: word must be of type str"),
        (lambda t: t.finish(), "count is not a key that is read here"),
        (lambda t: [t.text("word"), t.text("word")], "word must be of type str, found nothing"),
    ],
)
def test_what_is_wrong_is_named(
    table: TomlTable, read: Callable[[TomlTable], object], message: str
) -> None:
    with pytest.raises(InputError) as caught:
        read(table)
    assert str(caught.value).startswith("file.toml")
    assert message in str(caught.value)


def test_a_table_of_which_all_was_read_is_finished() -> None:
    table = TomlTable({"word": "x"}, "file.toml")
    assert table.has("word")
    table.text("word")
    assert not table.has("word")
    table.finish()


def test_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "some.toml"
    path.write_text("schema = 3\nword = 'x'\n")
    table = read_toml(path, schema=3)
    assert (table.where, table.text("word")) == ("some.toml", "x")
    table.finish()
    with pytest.raises(InputError, match=r"some\.toml: schema is 3, expected 4"):
        read_toml(path, schema=4)


@pytest.mark.parametrize("content", [b"schema = = 1", b"schema = '\xff'"])
def test_what_is_no_toml(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "some.toml"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"some\.toml: is not readable TOML"):
        read_toml(path, schema=1)
