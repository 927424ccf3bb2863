"""Every file of CMS and AHRQ: recognized, dated, read whole, and refused where it is damaged."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from nosology.codesets.loaders.contract import Edition
from nosology.codesets.loaders.publication import Publication
from nosology.model.errors import MalformedRow
from tests.codesets.loaders.cms_files import FILES, PublishedFile, empty_store, install, silent

ALL = pytest.mark.parametrize("file", FILES.values(), ids=FILES)

EDITIONS = {
    "ccipra-v321r0-f1.TXT": ("ncci-ptp-practitioner", "2026Q2", "2026-04-01", "2026-06-30", "f1"),
    "ncci_ptp_hospital_2024q3.csv": (
        "ncci-ptp-hospital",
        "2024Q3",
        "2024-07-01",
        "2024-09-30",
        "",
    ),
    "MCR_MUE_PractitionerServices_Eff_04-01-2026.csv": (
        "mue-practitioner",
        "2026Q2",
        "2026-04-01",
        "2026-06-30",
        "",
    ),
    "AOC_V2026Q2-MCR.txt": ("ncci-add-on", "2026Q2", "2026-04-01", "2026-06-30", ""),
    "PPRRVU2026_Apr_nonQPP.csv": ("mpfs", "2026Q2", "2026-04-01", "2026-12-31", ""),
    # The title says April; the name is only asked where the title says nothing.
    "PPRRVU2026_Jul_QPP.csv": ("mpfs", "2026Q2", "2026-04-01", "2026-12-31", "qpp"),
    "rvu_amounts_2024c.csv": ("mpfs", "2024Q3", "2024-07-01", "2024-12-31", "amounts"),
    "rvu_indicators_2024c.csv": ("mpfs", "2024Q3", "2024-07-01", "2024-12-31", "indicators"),
    "GPCI2026.csv": ("gpci", "2026", "2026-01-01", "2026-12-31", ""),
    "26LOCCO.csv": ("mpfs-localities", "2026", "2026-01-01", "2026-12-31", ""),
    "ANES2026.csv": ("anesthesia", "2026", "2026-01-01", "2026-12-31", ""),
    "limits.csv": ("asp-limits", "2026Q2", "2026-04-01", "2026-06-30", ""),
    "crosswalk.csv": ("asp-ndc", "2026Q2", "2026-04-01", "2026-06-30", ""),
    "article_x_icd10_covered.csv": None,
    "article_x_icd10_noncovered.csv": None,
    "article_x_hcpc_code.csv": None,
    "article.csv": None,
    "lcd_related_documents.csv": None,
    "coverage_2026-05.csv": ("coverage", "2026-05", "2026-05-01", None, "pairs"),
    "2018_I9gem.txt": ("gem-icd9-icd10cm", "2018", "2017-10-01", None, ""),
    "2018_I10gem.txt": ("gem-icd10cm-icd9", "2018", "2017-10-01", None, ""),
    "DXCCSR_v2026-1.csv": ("ccsr", "2026.1", "2025-10-01", "2026-09-30", ""),
    "2026 Midyear_Final ICD-10-CM Mappings.csv": ("hcc", "2026", "2026-01-01", "2026-12-31", ""),
    "ra_dx_to_cc_2026.csv": ("hcc", "2026", "2026-01-01", "2026-12-31", ""),
}


@ALL
def test_each_is_recognized_by_its_own_loader_alone(file: PublishedFile, tmp_path: Path) -> None:
    publication = file.written(tmp_path)
    loaders = {other.loader.name: other.loader for other in FILES.values()}
    assert [name for name, loader in loaders.items() if loader.recognizes(publication)] == [
        file.loader.name
    ]


@ALL
def test_the_edition_is_told(file: PublishedFile, tmp_path: Path) -> None:
    expected = EDITIONS[file.name]
    editions = file.loader.editions(file.written(tmp_path))
    if expected is None:
        assert editions == ()
        return
    data_set, label, first, last, part = expected
    assert editions == (
        Edition(
            data_set,
            label,
            dt.date.fromisoformat(first),
            dt.date.fromisoformat(last) if last else None,
            part,
        ),
    )


@ALL
def test_every_row_is_read_and_written(file: PublishedFile, tmp_path: Path) -> None:
    publication = file.written(tmp_path)
    assert len(list(file.read(publication))) == file.rows
    stages: list[tuple[int, int]] = []
    loaded = file.loader.load(
        empty_store(), 1, publication, lambda _, done, total: stages.append((done, total))
    )
    assert loaded.rows == file.rows
    assert loaded.anchors
    assert stages[-1][0] == stages[-1][1]
    assert all(0 <= done <= total for done, total in stages)


@ALL
def test_windows_line_ends_mark_of_bytes_and_bare_line_feeds_read_the_same(
    file: PublishedFile, tmp_path: Path
) -> None:
    rows = list(file.read(file.written(tmp_path)))
    plain = file.text.replace("\r\n", "\n")
    assert list(file.read(file.written(tmp_path, plain))) == rows
    if file.encoding == "utf-8":
        assert list(file.read(file.written(tmp_path, "\ufeff" + plain))) == rows
        assert file.loader.recognizes(file.written(tmp_path, "\ufeff" + plain))


@ALL
def test_words_that_belong_to_others_never_reach_the_store(
    file: PublishedFile, tmp_path: Path
) -> None:
    store = empty_store()
    file.loader.load(store, 1, file.written(tmp_path), silent)
    assert "Secret" not in "\n".join(store.iterdump())


@ALL
def test_a_file_without_its_header_is_refused(file: PublishedFile, tmp_path: Path) -> None:
    if file.loader.name == "gems":
        pytest.skip("the mappings have no header")
    last_lines = file.text.rstrip().splitlines(keepends=True)[-1:]
    publication = file.written(tmp_path, "".join(last_lines))
    assert not file.loader.recognizes(publication)
    with pytest.raises(MalformedRow, match="expected"):
        list(file.read(publication))


@ALL
def test_another_separator_is_refused(file: PublishedFile, tmp_path: Path) -> None:
    if file.loader.name == "gems":
        pytest.skip("the mappings are parted by spaces")
    text = file.text.replace(",", ";").replace("\t", ";")
    publication = file.written(tmp_path, text)
    assert not file.loader.recognizes(publication)
    with pytest.raises(MalformedRow):
        list(file.read(publication))


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"\x00\x01\x02" * 99, b"PK\x03\x04 and more", "na\u00efve\n".encode("utf-16")],
    ids=["empty", "blank", "binary", "archive", "utf-16"],
)
@ALL
def test_what_is_another_file_is_refused(
    file: PublishedFile, content: bytes, tmp_path: Path
) -> None:
    publication = file.written(tmp_path, content)
    assert not file.loader.recognizes(publication)
    with pytest.raises(MalformedRow):
        list(file.read(publication))


DAMAGES = ("cut", "swap", "drop", "double", "junk", "quote", "byte", "tail")


def damaged(line: bytes, damage: str, at: int, junk: bytes) -> bytes:
    """Return the line with one damage; it never becomes blank, which would be no row at all."""
    delimiter = b"\t" if b"\t" in line else b"," if b"," in line else b" "
    body = line.rstrip(b"\r\n")
    end = line[len(body) :]
    cells = body.split(delimiter)
    place = at % len(cells)
    if damage == "cut":
        body = body[: 1 + at % len(body)]
    elif damage == "swap":
        other = (place + 1) % len(cells)
        cells[place], cells[other] = cells[other], cells[place]
        body = delimiter.join(cells)
    elif damage == "drop" and len(cells) > 1:
        body = delimiter.join(cells[:place] + cells[place + 1 :])
    elif damage == "double":
        body = delimiter.join([*cells[: place + 1], cells[place], *cells[place + 1 :]])
    elif damage == "junk":
        cells[place] = junk
        body = delimiter.join(cells)
    elif damage == "quote":
        body = body[: at % len(body)] + b'"' + body[at % len(body) :]
    elif damage == "byte":
        body = body[: at % len(body)] + junk[:1] + body[at % len(body) + 1 :]
    elif damage == "tail":
        body += junk
    return body + end if body.strip(delimiter + b" \x1a") else line


@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(
    name=st.sampled_from(sorted(FILES)),
    damage=st.sampled_from(DAMAGES),
    at=st.integers(0, 400),
    from_end=st.integers(1, 5),
    junk=st.binary(min_size=1, max_size=12).map(lambda junk: junk.translate(None, b"\r\n") or b"?"),
)
@example(name="limits.csv", damage="byte", at=30, from_end=1, junk=b"\x81")
@example(name="article.csv", damage="quote", at=3, from_end=1, junk=b"?")
@example(name="26LOCCO.csv", damage="cut", at=4, from_end=2, junk=b"?")
@example(name="GPCI2026.csv", damage="junk", at=0, from_end=4, junk=b"a b")
def test_a_damaged_line_is_refused_or_read_and_never_skipped(
    name: str, damage: str, at: int, from_end: int, junk: bytes, tmp_path: Path
) -> None:
    file = FILES[name]
    lines = file.text.encode(file.encoding).splitlines(keepends=True)
    place = len(lines) - min(from_end, len(lines) - 1)
    lines[place] = damaged(lines[place], damage, at, junk)
    publication = file.written(tmp_path, b"".join(lines))
    file.loader.recognizes(publication)
    outcome = read_or_refused(file, publication)
    if isinstance(outcome, MalformedRow):
        assert outcome.file == name
        assert 1 <= outcome.line <= len(lines) + 1
        assert "\n" not in str(outcome)
    else:
        # A category that is emptied is one row less of the diagnosis, which is still read.
        assert outcome == file.rows or file.loader.name == "hcc-mappings"


def read_or_refused(file: PublishedFile, publication: Publication) -> int | MalformedRow:
    """Return how many rows were read, or how the file was refused; anything else is a failure."""
    try:
        file.loader.editions(publication)
        return len(list(file.read(publication)))
    except MalformedRow as error:
        return error


def test_a_load_that_fails_does_so_before_it_says_that_it_loaded(tmp_path: Path) -> None:
    file = FILES["ANES2026.csv"]
    text = file.text.replace("20.04", "twenty")
    with pytest.raises(MalformedRow, match=r"ANES2026\.csv:3: column 5 .* expected a number"):
        install(empty_store(), file.loader, file.written(tmp_path, text))


def test_a_second_load_of_the_same_release_is_the_store_s_to_refuse(tmp_path: Path) -> None:
    store = empty_store()
    file = FILES["GPCI2026.csv"]
    install(store, file.loader, file.written(tmp_path))
    with pytest.raises(sqlite3.IntegrityError):
        install(store, file.loader, file.written(tmp_path))
