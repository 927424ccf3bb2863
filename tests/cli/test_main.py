"""How calls end: the exit status, one line for every failure, and how fast a command starts."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nosology import __version__
from nosology.cli.main import COMMANDS, main

FULL = Path("/dev/full")


def run_process(*arguments, stdin=b"", **environment):
    return subprocess.run(
        [sys.executable, "-m", "nosology", *arguments],
        input=stdin,
        capture_output=True,
        env={**os.environ, **environment},
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("arguments", [(), ("-h",), ("--help",)])
def test_help_lists_every_command(run, arguments):
    outcome = run(*arguments)
    assert outcome.status == 0
    assert outcome.errors == []
    for name in COMMANDS:
        assert f"\n  {name} ".encode() in outcome.output


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_help_with_an_example(run, name):
    outcome = run(name, "--help")
    assert outcome.status == 0
    assert f"Usage: nosology {name}".encode() in outcome.output


def test_version(run):
    assert run("--version").output == f"nosology {__version__}\n".encode()


def test_unknown_command_offers_the_nearest(run):
    outcome = run("serch", "pain")
    assert outcome.error == (
        "nosology: no such command 'serch'; did you mean 'search'?; see 'nosology --help'"
    )
    assert outcome.status == 2


def test_unknown_command_lists_all_where_none_is_near(run):
    assert "there are code, check, explain" in run("xyzzy").error


def test_unknown_option(run):
    outcome = run("--colour")
    assert outcome.error == "nosology: no such option '--colour'; see 'nosology --help'"
    assert outcome.status == 2


@pytest.fixture
def failing(monkeypatch):
    def fail_with(error):
        def load():
            raise error

        monkeypatch.setattr("nosology.cli.code.load_coder", load)

    return fail_with


def test_error_of_the_program_is_one_line_without_what_it_says(run, failing, monkeypatch):
    monkeypatch.delenv("NOSOLOGY_DEBUG", raising=False)
    failing(ValueError("Jane Roe, born 1950"))
    outcome = run("code", "-", stdin=b"a")
    assert outcome.status == 70
    assert "internal error (ValueError in nosology.cli.code:" in outcome.error
    assert "Roe" not in outcome.error


def test_debugging_shows_the_error_itself(run, failing, monkeypatch):
    monkeypatch.setenv("NOSOLOGY_DEBUG", "1")
    failing(ValueError("what it says"))
    with pytest.raises(ValueError, match="what it says"):
        run("code", "-", stdin=b"a")


def test_interruption_is_quiet(run, failing):
    failing(KeyboardInterrupt())
    outcome = run("code", "-", stdin=b"a")
    assert (outcome.status, outcome.output, outcome.errors) == (130, b"", [])


def test_reader_that_goes_away_is_no_error():
    with subprocess.Popen(
        [sys.executable, "-m", "nosology", "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 141


@pytest.mark.skipif(not FULL.exists(), reason="needs a device that is always full")
def test_full_disk_is_one_line():
    with FULL.open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "nosology", "--help"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.stderr.decode().splitlines() == [
        "nosology: output: No space left on device; check the path and the free space"
    ]
    assert done.returncode == 2


def test_line_breaks_of_a_message_do_not_break_the_line(run, failing):
    from nosology.model.errors import InputError

    failing(InputError("a", "b\nc"))
    assert run("code", "-", stdin=b"a").error == "nosology: a: b c"


def test_starting_imports_no_more_than_is_needed():
    program = (
        "import sys, json\n"
        "import nosology.cli.lookup, nosology.cli.search, nosology.cli.main\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    loaded = json.loads(done.stdout)
    heavy = {"rich", "sqlite3", "asyncio", "multiprocessing", "xml", "email", "importlib.metadata"}
    assert not heavy & {name for name in loaded if name in heavy}


def test_public_names_are_all_there():
    import nosology

    for name in nosology.__all__:
        assert getattr(nosology, name) is not None
    assert set(nosology.__all__) <= set(dir(nosology))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = nosology.nothing


def test_importing_the_package_imports_none_of_its_parts():
    program = "import sys, nosology; print([name for name in sys.modules if 'nosology.' in name])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout == b"[]\n"


def test_module_and_call_end_alike():
    done = run_process("code", "nowhere.txt")
    assert done.returncode == main(["code", "nowhere.txt"]) == 2
    assert done.stderr.decode() == "nosology: nowhere.txt: no such file; check the name\n"
