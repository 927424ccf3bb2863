"""The documentation says what is true: its examples are run and its pages are current."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

from tools import pages

_LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)")
_PYTHON = re.compile(r"(?<=^```python\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
WRITTEN_BY_HAND = ("ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")


@pytest.mark.parametrize("page", pages.pages(), ids=str)
def test_page_is_current(page: Path) -> None:
    text = (pages.ROOT / page).read_text(encoding="utf-8")
    assert text == pages.generated(page), "run 'make pages' and look at the difference"


@pytest.mark.parametrize("page", pages.pages(), ids=str)
def test_python_examples_answer_what_they_show(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(pages.ROOT)
    text = (pages.ROOT / page).read_text(encoding="utf-8")
    names: dict[str, object] = {}
    for number, block in enumerate(_PYTHON.findall(text), start=1):
        example = doctest.DocTestParser().get_doctest(
            block, names, f"{page}, example {number}", str(page), 0
        )
        assert example.examples, f"{page}, example {number}: a python block must hold >>> lines"
        runner = doctest.DocTestRunner(verbose=False)
        runner.run(example, clear_globs=False)
        assert runner.failures == 0
        names = example.globs


@pytest.mark.parametrize("page", [*map(Path, WRITTEN_BY_HAND), *pages.pages()], ids=str)
def test_links_lead_to_files(page: Path) -> None:
    path = pages.ROOT / page
    for target in _LINK.findall(path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), f"{page} links to {target}"


def test_an_example_that_has_gone_stale_is_rewritten() -> None:
    stale = "$ echo one\nold\n$ echo two; echo three\n"
    assert pages.rerun(stale) == "$ echo one\none\n$ echo two; echo three\ntwo\nthree\n"


def test_an_example_that_fails_is_an_error() -> None:
    with pytest.raises(pages.subprocess.CalledProcessError):
        pages.rerun("$ false\n")


def test_an_example_sees_a_terminal() -> None:
    assert pages.rerun("$ test -t 1 && echo terminal\n").endswith("\nterminal\n")
