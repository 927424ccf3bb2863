"""The published examples: each claim is read with its total, its diagnoses and its lines."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from nosology.claims.x12 import ReadClaim, Rejected, read_transmission
from nosology.model.claim import ClaimType

pytestmark = pytest.mark.shared

_FOLDERS = {"837_005010X222A2": ClaimType.PROFESSIONAL, "837_005010X223A3": ClaimType.INSTITUTIONAL}
_DIAGNOSES = re.compile(r"[*](?:A?B[KF])[:>]")


def examples(folder: Path) -> list[tuple[Path, ClaimType]]:
    found = [
        (path, form)
        for name, form in _FOLDERS.items()
        for path in sorted(folder.rglob(f"{name}/*"))
    ]
    own = {"p": ClaimType.PROFESSIONAL, "i": ClaimType.INSTITUTIONAL}
    found += [(path, own[path.name[3]]) for path in sorted(folder.rglob("837?_min_valid.x12"))]
    assert len(found) >= 24
    return found


def test_every_claim_of_the_examples_is_read(shared_data: Path) -> None:
    for path, form in examples(shared_data / "x12"):
        with path.open("rb") as stream:
            items = list(read_transmission(stream, path.name))
        # What each claim holds, told in another way than the reader: by its raw segments.
        _, *texts = re.split(r"~\s*CLM[*]", path.read_text())
        assert len(items) == len(texts), path.name
        for item, text in zip(items, texts, strict=True):
            assert isinstance(item, ReadClaim), path.name
            claim, (identifier, total, *_) = item.claim, text.split("*")
            assert (claim.id, claim.type, claim.total_charge) == (identifier, form, Decimal(total))
            assert sum(line.charge or 0 for line in claim.lines) == claim.total_charge, path.name
            assert len(claim.lines) == len(re.findall(r"~\s*SV[12][*]", text)), path.name
            assert len(claim.diagnoses) == len(_DIAGNOSES.findall(text)), path.name
            assert all(line.date for line in claim.lines), path.name
            assert claim.patient.birth_date, path.name
            assert {flaw.field for flaw in claim.flaws} <= {"place_of_service", "bill_type"}


def test_every_other_example_is_called_by_its_name(shared_data: Path) -> None:
    paths = [
        path
        for path in sorted((shared_data / "x12").rglob("*.[28]*"))
        if not re.search(r"837i?$", path.name) or "4010" in path.parent.name
    ]
    assert len(paths) > 20
    for path in paths:
        with path.open("rb") as stream:
            first = next(read_transmission(stream, path.name))
        assert isinstance(first, Rejected)
        expected = "version 4010" if "4010" in path.parent.name else f"({path.suffix[1:]})"
        assert expected in first.error.message, path.name
