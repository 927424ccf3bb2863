"""``lookup``, ``search``, ``tree`` and ``codesets`` on the embedded release."""

import json
import os
import subprocess
import sys

import pytest

from nosology.model.code import Code, Note, System

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
    assert "no installed release covers 2019-01-01; release 2023-10 answers" in outcome.error
    assert outcome.status == 0
    assert outcome.output
    assert run(*arguments, "--on", "2026-04-14").errors == []


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
