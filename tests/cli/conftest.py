import io
import sys
from dataclasses import dataclass

import pytest

from nosology.cli.main import main
from tests.cli import fake_coders


@dataclass
class Outcome:
    status: int
    output: bytes
    errors: list[str]

    @property
    def error(self):
        """The one line of standard error: every failure is told in exactly one."""
        assert len(self.errors) == 1, self.errors
        assert self.errors[0].startswith("nosology: ")
        assert "Traceback" not in self.errors[0]
        return self.errors[0]


@pytest.fixture
def run(capfdbinary, monkeypatch):
    """Call the command line in this process."""

    def call(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        status = main([str(argument) for argument in arguments])
        output, errors = capfdbinary.readouterr()
        return Outcome(status, output, errors.decode().splitlines())

    return call


@pytest.fixture
def coder(monkeypatch):
    """Let a coder of one word answer."""
    monkeypatch.setattr("nosology.cli.code.load_coder", fake_coders.load)


@pytest.fixture
def never_loaded(monkeypatch):
    """Fail where bad input is noticed only after the coder has been loaded."""

    def load():
        raise AssertionError("the coder was loaded")

    monkeypatch.setattr("nosology.cli.code.load_coder", load)


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write a file into an empty current directory; return its name."""
    monkeypatch.chdir(tmp_path)

    def create(name, content):
        data = content.encode() if isinstance(content, str) else content
        (tmp_path / name).write_bytes(data)
        return name

    return create


@pytest.fixture
def home(nosology_home, code_book):
    """The folder of a store that has been built."""
    return nosology_home
