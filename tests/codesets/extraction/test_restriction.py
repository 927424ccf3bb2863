"""What the converting process may not do, tried out in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[3] / "src"

PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from nosology.codesets.extraction.restriction import restrict
folder = Path(sys.argv[2])
import socket, subprocess, shutil, os, ctypes
restrict(folder)
try:
    {attempt}
except PermissionError as error:
    print("refused:", error)
except Exception as error:
    print("other:", type(error).__name__, error)
else:
    print("allowed")
"""


def attempt(code: str, folder: Path) -> str:
    program = PROGRAM.format(attempt=code)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", program, str(SOURCES), str(folder)],
        capture_output=True,
        text=True,
        env={},
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.strip()


@pytest.mark.parametrize(
    "code",
    [
        "socket.socket()",
        "socket.getaddrinfo('localhost', 80)",
        "subprocess.run(['true'])",
        "os.system('true')",
        "os.fork()",
        "ctypes.CDLL(None)",
        "open('/etc/hostname').read()",
        "open(folder.parent / 'beside', 'w')",
        "(folder / '..' / 'beside').write_text('x')",
        "os.open(folder.parent / 'beside', os.O_WRONLY | os.O_CREAT)",
        "os.remove(folder / 'inside')",
        "shutil.rmtree(folder)",
        "open(folder.with_name(folder.name + 'x'), 'w')",
    ],
)
def test_it_is_refused(tmp_path: Path, code: str) -> None:
    folder = tmp_path / "extract"
    folder.mkdir()
    (folder / "inside").write_text("x")
    assert attempt(code, folder).startswith("refused:")
    assert {path.name for path in tmp_path.iterdir()} == {"extract"}
    assert (folder / "inside").is_file()


def test_writing_into_its_folder_and_late_imports_are_allowed(tmp_path: Path) -> None:
    assert attempt("(folder / 'new').write_text('x'); import colorsys", tmp_path) == "allowed"
    assert (tmp_path / "new").read_text() == "x"


@pytest.mark.skipif(sys.platform != "linux", reason="not every system limits memory")
def test_memory_is_limited(tmp_path: Path) -> None:
    assert attempt("bytearray(8 << 30)", tmp_path).startswith("other: MemoryError")


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="Windows has no such limits")
def test_a_file_that_grows_too_large_is_cut_off(tmp_path: Path) -> None:
    code = "(folder / 'large').open('wb').truncate((1 << 28) + 1)"
    assert attempt(code, tmp_path).startswith("other: OSError")
