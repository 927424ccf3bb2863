"""``nosology code``: what it answers, in which order, and where it writes it."""

import datetime as dt
import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli import fake_coders

pytestmark = pytest.mark.usefixtures("coder")


def answers(outcome):
    return [json.loads(line) for line in outcome.output.splitlines()]


def encounters(count):
    return "".join(
        json.dumps({"id": f"E{number}", "text": f"diabetes {number}"}) + "\n"
        for number in range(count)
    )


def test_text_file(run, write):
    outcome = run("code", write("visit.txt", "Assessment: diabetes."), "--date", "2026-04-14")
    [answer] = answers(outcome)
    assert outcome.status == 0
    assert outcome.errors == []
    assert list(answer) == [
        "id",
        "icd10cm",
        "icd10pcs",
        "services",
        "suggestions",
        "queries",
        "releases",
        "notices",
        "nosology",
    ]
    assert answer["id"] == "visit.txt"
    assert answer["icd10cm"][0]["code"] == "E11.9"
    assert answer["icd10cm"][0]["evidence"] == [
        {"document": 0, "start": 12, "end": 20, "quote": "diabetes"}
    ]


def test_options_reach_the_coder(run, write):
    options = ("--setting", "office-oncology", "--date", "2026-04-14", "--age", "58", "--sex", "m")
    outcome = run("code", write("a.txt", "a"), *options, "--scope", "documented")
    assert answers(outcome)[0]["notices"] == ["office 2026-04-14 58 documented"]


def test_without_a_date_it_is_today(run, write):
    before = dt.date.today()
    outcome = run("code", write("a.txt", "a"))
    assert answers(outcome)[0]["notices"][0].split()[1] in {
        before.isoformat(),
        dt.date.today().isoformat(),
    }


@pytest.mark.parametrize(
    ("content", "options"),
    [
        ("é\r\ndiabetes".encode(), ()),
        ("é\r\ndiabetes".encode("utf-8-sig"), ()),
        ("é\r\ndiabetes".encode("utf-16"), ()),
        ("é\r\ndiabetes".encode("utf-32"), ()),
        ("é\r\ndiabetes".encode("cp1252"), ("--encoding", "cp1252")),
        ("é\r\ndiabetes".encode("utf-16-le"), ("--encoding", "utf-16-le")),
    ],
)
def test_offsets_count_characters_of_the_text_as_it_was_written(run, write, content, options):
    outcome = run("code", write("a.txt", content), *options)
    assert answers(outcome)[0]["icd10cm"][0]["evidence"][0]["start"] == 3


def test_note_on_standard_input(run):
    outcome = run("code", "-", stdin=b"diabetes")
    assert answers(outcome)[0]["id"] == "stdin"


def test_several_notes_keep_their_order_and_a_bad_one_does_not_stop_the_others(run, write):
    names = [write("b.txt", "diabetes"), "missing.txt", write("a.txt", "diabetes")]
    outcome = run("code", *names)
    found = answers(outcome)
    assert [answer["id"] for answer in found] == names
    assert found[1]["error"]["message"] == "no such file; check the name"
    assert outcome.error == "nosology: missing.txt: no such file; check the name"
    assert outcome.status == 2


def test_name_that_is_not_utf8(run, write, tmp_path):
    name = os.fsdecode(b"caf\xe9.txt")
    (tmp_path / name).write_text("diabetes")
    outcome = run("code", tmp_path / name)
    assert outcome.status == 0
    assert answers(outcome)[0]["id"].endswith("caf\ufffd.txt")


def test_json_lines_to_a_file(run, write, tmp_path):
    outcome = run("code", "--input", write("in.jsonl", encounters(20)), "--output", "out.jsonl")
    assert (outcome.status, outcome.output, outcome.errors) == (0, b"", [])
    lines = (tmp_path / "out.jsonl").read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines] == [f"E{number}" for number in range(20)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


def test_json_lines_through_standard_streams(run):
    outcome = run("code", "--input", "-", "--output", "-", stdin=encounters(3).encode())
    assert [answer["id"] for answer in answers(outcome)] == ["E0", "E1", "E2"]


def test_byte_order_mark_windows_line_ends_and_blank_lines(run):
    content = encounters(2).replace("\n", "\r\n\r\n").encode("utf-8-sig")
    outcome = run("code", "--input", "-", stdin=content)
    assert [answer["id"] for answer in answers(outcome)] == ["E0", "E1"]
    assert outcome.status == 0


def test_several_processes_answer_the_same_bytes(run, write):
    name = write("in.jsonl", encounters(30) + '{\n{"id": 1, "text": "crash"}\n' + encounters(3))
    alone = run("code", "--input", name)
    shared = run("code", "--input", name, "--jobs", "2")
    assert shared.output == alone.output
    assert shared.errors == alone.errors
    assert shared.status == alone.status == 70


def test_same_input_same_bytes(run, write):
    name = write("in.jsonl", '{"id": "é", "date_of_service": "2026-04-14", "text": "diabetes"}')
    first, second = run("code", "--input", name), run("code", "--input", name)
    assert first.output == second.output
    assert '{"id": "é", '.encode() in first.output


def test_output_keeps_the_rights_of_the_file_that_it_replaces(run, write, tmp_path):
    target = tmp_path / write("out.jsonl", "old")
    target.chmod(0o600)
    run("code", "--input", write("in.jsonl", encounters(1)), "--output", "out.jsonl")
    assert b"E11.9" in target.read_bytes()
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_output_through_a_link_replaces_what_it_leads_to(run, write, tmp_path):
    write("real.jsonl", "old")
    (tmp_path / "link.jsonl").symlink_to("real.jsonl")
    run("code", "--input", write("in.jsonl", encounters(1)), "--output", "link.jsonl")
    assert (tmp_path / "link.jsonl").is_symlink()
    assert b"E11.9" in (tmp_path / "real.jsonl").read_bytes()


def test_device_is_written_to_and_not_replaced(run, write):
    run("code", "--input", write("in.jsonl", encounters(1)), "--output", os.devnull)
    assert Path(os.devnull).is_char_device()


@pytest.mark.parametrize(
    ("output", "told"),
    [
        ("nowhere/out.jsonl", "there is no directory nowhere"),
        (".", "is a directory"),
        ("in.jsonl", "is the input itself"),
        ("in.jsonl/out.jsonl", "cannot be written (Not a directory)"),
    ],
)
def test_output_that_cannot_be_written(run, write, output, told):
    outcome = run("code", "--input", write("in.jsonl", encounters(1)), "--output", output)
    assert told in outcome.error
    assert outcome.status == 2


def test_failure_in_the_middle_leaves_the_old_output(run, write, tmp_path, monkeypatch):
    class Failing(fake_coders.WordCoder):
        def code(self, encounter, scope):
            if encounter.id == "E3":
                raise KeyboardInterrupt
            return super().code(encounter, scope)

    monkeypatch.setattr("nosology.cli.code.load_coder", Failing)
    write("out.jsonl", "old")
    outcome = run("code", "--input", write("in.jsonl", encounters(9)), "--output", "out.jsonl")
    assert outcome.status == 130
    assert outcome.errors == []
    assert (tmp_path / "out.jsonl").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


def test_termination_leaves_nothing_half_written(tmp_path):
    program = (
        "import sys, time\n"
        "from nosology.cli import code, main\n"
        "class Slow:\n"
        "    def code(self, encounter, scope):\n"
        "        print('working', flush=True)\n"
        "        time.sleep(60)\n"
        "code.load_coder = Slow\n"
        "sys.exit(main.main(['code', '--input', 'in.jsonl', '--output', 'out.jsonl']))\n"
    )
    (tmp_path / "in.jsonl").write_text(encounters(2))
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"working\n"
        assert len(list(tmp_path.iterdir())) == 2
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 143
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


def test_answers_come_while_the_input_is_still_open():
    program = (
        "import sys\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "from tests.cli import fake_coders\n"
        "from nosology.cli import code, main\n"
        "code.load_coder = fake_coders.load\n"
        "sys.exit(main.main(['code', '--input', '-', '--output', '-']))\n"
    )
    root = str(Path(__file__).parents[2])
    with subprocess.Popen(
        [sys.executable, "-c", program, root], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        for number in range(3):
            process.stdin.write(b'{"id": "%d", "text": "diabetes"}\n' % number)
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == str(number)
        process.stdin.close()
        assert process.wait(10) == 0


def test_memory_does_not_grow_with_the_batch(run, write, monkeypatch):
    import tracemalloc

    class Silent(fake_coders.WordCoder):
        pass

    monkeypatch.setattr("nosology.cli.code.load_coder", Silent)
    line = json.dumps({"id": "E", "text": "diabetes " + "a" * 20_000}) + "\n"
    name = write("in.jsonl", line * 500)
    tracemalloc.start()
    started = time.monotonic()
    run("code", "--input", name, "--output", os.devnull)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3_000_000, (peak, time.monotonic() - started)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "give a NOTE.txt, or --input ENCOUNTERS.jsonl"),
        (("a.txt", "--input", "b.jsonl"), "give text files or --input, not both"),
        (("--input", "b.jsonl", "--age", "5"), "--age is for text files"),
        (("--input", "b.jsonl", "--date", "2026-04-14"), "--date is for text files"),
        (("--input", "b.jsonl", "--encoding", "cp1252"), "--encoding is for text files"),
        (("--input", "b", "--output", "c", "--format", "table"), "leave --format table out"),
        (("--colour", "red"), "no such option"),
    ],
)
def test_calls_that_make_no_sense(run, arguments, told):
    outcome = run("code", *arguments)
    assert told in outcome.error
    assert outcome.error.endswith("see 'nosology code --help'")
    assert outcome.status == 2


def test_a_claim_is_reviewed_beside_its_note(run, write):
    claim = json.dumps({"id": "C1", "lines": [{"code": "99213", "units": 1}]})
    note = write("a.txt", "diabetes")
    outcome = run("code", note, "--claim", write("claim.json", claim))
    [answer] = answers(outcome)
    assert outcome.status == 0
    assert answer["id"] == "a.txt"
    assert [(item["verdict"], item["code"]) for item in answer["review"]] == [
        ("unsupported", "99213")
    ]
    table = run("code", note, "--claim", "claim.json", "--format", "table")
    assert b"unsupported" in table.output


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("a.txt", "a.txt"), "--claim goes with one NOTE.txt"),
        (("a.txt", "--scope", "documented"), "--claim goes without --output and --scope"),
    ],
)
def test_a_claim_goes_with_one_note(run, write, options, told):
    write("a.txt", "diabetes")
    outcome = run("code", *options, "--claim", write("claim.json", "[]"))
    assert outcome.status == 2
    assert told in outcome.error


@pytest.mark.parametrize(
    ("content", "told"),
    [("{", "claim.json: is not JSON"), ("{}", "claim.json: must be a claim with a list 'lines'")],
)
def test_a_bad_claim_is_told_before_the_note_is_read(run, write, never_loaded, content, told):
    write("a.txt", "diabetes")
    outcome = run("code", "a.txt", "--claim", write("claim.json", content))
    assert outcome.status == 2
    assert told in outcome.error
