"""What every test shares: a home of its own, and one store built once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from nosology.codesets import open_code_book
from nosology.codesets.book import SqliteCodeBook
from nosology.codesets.store import FILE_NAME
from nosology.workflow.code import Coder

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True)
def nosology_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of the store for the whole run, so that no test touches the user's own.

    A store that stands in the folder that NOSOLOGY_HOME names is copied; otherwise the first test
    that needs one builds it, which takes a minute.
    """
    home = tmp_path_factory.mktemp("nosology-home")
    ready = os.environ.get("NOSOLOGY_HOME")
    if ready and (Path(ready) / FILE_NAME).exists():
        locks = shutil.ignore_patterns("*.lock", "*.unfinished")
        shutil.copytree(ready, home, dirs_exist_ok=True, ignore=locks)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NOSOLOGY_HOME", str(home))
        yield home


@pytest.fixture(scope="session")
def code_book(nosology_home: Path) -> Iterator[SqliteCodeBook]:
    """The embedded release, built on first use."""
    book = open_code_book()
    yield book
    book.close()


@pytest.fixture(scope="session")
def coder(code_book: SqliteCodeBook) -> Coder:
    """One coder for all tests, on the embedded release."""
    return Coder(code_book)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of development data beside the project; its tests carry the mark ``shared``."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the development data is not beside the project (../shared/data)")
    return folder
