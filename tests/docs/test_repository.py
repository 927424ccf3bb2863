"""The files around the code agree with one another."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = {
    "run": [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["build"]],
    "dev": [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]],
}

_NAME = re.compile(r"[A-Za-z0-9._-]+")


def name_of(requirement: str) -> str:
    found = _NAME.match(requirement)
    assert found is not None, requirement
    return re.sub(r"[-_.]+", "-", found.group()).lower()


@pytest.mark.parametrize("kind", LOCKS)
def test_the_lock_holds_every_dependency_with_hashes_and_no_host(kind: str) -> None:
    lock = (ROOT / "requirements" / f"{kind}.lock").read_text(encoding="utf-8")
    locked = {name_of(line) for line in lock.splitlines() if re.match(r"[a-z0-9]", line)}
    assert {name_of(item) for item in LOCKS[kind]} - locked == set(), "run 'make lock'"
    assert lock.count("--hash=sha256:") >= len(locked)
    assert "://" not in lock


def test_make_alone_prints_what_it_offers() -> None:
    printed = subprocess.run(["make"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for target in ("demo", "test", "check", "evaluate", "bench", "format", "lock", "clean"):
        assert re.search(rf"^  {target} +\S", printed, re.MULTILINE), target


def test_an_interpreter_that_does_not_suit_is_passed_over(tmp_path: Path) -> None:
    old = tmp_path / "python3.12"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    found = subprocess.run(
        ["/bin/sh", "tools/find-python"],
        cwd=ROOT,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "HOME": str(tmp_path), "PYTHON": str(old)},
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode == 0:
        assert found.stdout.strip() != str(old)
    else:
        assert found.stdout == ""
        (line,) = found.stderr.splitlines()
        assert line.startswith("find-python: no Python 3.12 or newer")


def test_the_changelog_opens_with_what_is_not_released_or_the_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    opening = re.search(r"^## \[(.+?)\]", changelog, re.MULTILINE)
    assert opening is not None
    assert opening.group(1) in {"Unreleased", PROJECT["project"]["version"]}


def test_the_version_is_stated_once_more_only_in_the_package() -> None:
    import nosology

    assert nosology.__version__ == PROJECT["project"]["version"]
