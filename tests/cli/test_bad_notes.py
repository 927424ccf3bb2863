"""Text files that are none: each told in one line that says what to do, and nothing is written."""

import pytest

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
ZIP = b"PK\x03\x04\x14\x00\x06\x00\x08\x00"

pytestmark = pytest.mark.usefixtures("never_loaded")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b" \r\n\t\n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (PDF, "looks like a PDF document"),
        (ZIP + b"....word/document.xml", "looks like a Word document (.docx)"),
        (ZIP, "looks like a zip archive"),
        (b"\x89PNG\r\n\x1a\n", "looks like a PNG image"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "looks like a JPEG image"),
        (b"\x1f\x8b\x08\x00", "looks like a gzip archive"),
        (b"{\\rtf1\\ansi text}", "looks like a rich text (RTF) document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Microsoft Office document"),
        (bytes(128) + b"DICM", "looks like a DICOM image"),
        (b"Assessment:\x00\x01\x02", "looks like a binary file (a NUL at character 11)"),
        (b"\x01\x02\xfe\x00\x81", "looks like a binary file (a NUL at byte 3)"),
        ("Anämie".encode("cp1252"), "byte 0xE4 at offset 2 is not UTF-8"),
        ("Anämie".encode("cp1252"), "add --encoding cp1252"),
        (b"\xff\xfea", "is not UTF-16"),
    ],
)
def test_file_that_is_no_text(run, write, content, told):
    outcome = run("code", write("note.txt", content))
    assert told in outcome.error
    assert outcome.error.startswith("nosology: note.txt: ")
    assert outcome.status == 2
    assert outcome.output == b""


def test_missing_file(run):
    outcome = run("code", "nowhere.txt")
    assert outcome.error == "nosology: nowhere.txt: no such file; check the name"
    assert outcome.status == 2


def test_directory(run, tmp_path):
    outcome = run("code", tmp_path)
    assert "cannot be read: Is a directory" in outcome.error
    assert outcome.status == 2


def test_file_of_50_megabytes(run, write):
    outcome = run("code", write("large.txt", b"Assessment: diabetes.\n" * 2_300_000))
    assert outcome.error == (
        "nosology: large.txt: is 50.6 MB; one note may have 5 MB. "
        "Give one note a file, or raise --max-size"
    )
    assert outcome.status == 2


def test_too_much_on_standard_input(run):
    outcome = run("code", "-", "--max-size", "10", stdin=b"a" * 11)
    assert "stdin: is longer; one note may have 10 bytes" in outcome.error


def test_encoding_that_does_not_fit(run, write):
    outcome = run("code", write("note.txt", b"a\x81b"), "--encoding", "cp1252")
    assert "byte 0x81 at offset 1 is not cp1252; check --encoding" in outcome.error


def test_encoding_that_yields_half_a_pair(run, write):
    outcome = run("code", write("note.txt", rb"\ud800"), "--encoding", "unicode_escape")
    assert "does not decode to text as unicode_escape" in outcome.error


@pytest.mark.parametrize("name", ["latin-99", "base64", "rot13", ""])
def test_unknown_encoding(run, write, name):
    outcome = run("code", write("note.txt", b"a"), "--encoding", name)
    assert "is not a text encoding; try utf-8, cp1252 or utf-16" in outcome.error
    assert outcome.status == 2


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--date", "2026-02-30", "expected a date of the calendar as YYYY-MM-DD"),
        ("--date", "14.4.2026", "expected a date of the calendar as YYYY-MM-DD"),
        ("--setting", "garden", "field 'setting' is 'garden'; expected one of office"),
        ("--age", "131", "field 'patient_age' is 131"),
        ("--age", "old", "'old' is not a valid integer"),
        ("--sex", "X", "'X' is not one of"),
        ("--max-size", "5 pounds", "is not a size"),
        ("--max-size", "0", "is not a size"),
        ("--scope", "all", "'all' is not one of"),
        ("--jobs", "0", "0 is not in the range"),
    ],
)
def test_option_that_cannot_be(run, write, option, value, told):
    outcome = run("code", write("note.txt", b"a"), option, value)
    assert told in outcome.error
    assert outcome.status == 2
    assert outcome.output == b""


def test_errors_never_show_the_note(run, write):
    outcome = run("code", write("note.txt", b"Jane Roe has asthma \xff"))
    assert "Roe" not in outcome.error
