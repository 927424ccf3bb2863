"""Small files in the exact layout of published ones; their words are invented."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from nosology.codesets.loaders.publication import Publication

ORDER_ROWS = (
    ("A00", 0, "Bent sprocket"),
    ("A000", 1, "Bent sprocket of crank"),
    ("A001", 0, "Bent sprocket of wheel"),
    ("A001XXA", 1, "Bent sprocket of wheel, initial encounter"),
    ("A001XXD", 1, "Bent sprocket of wheel, subsequent encounter"),
    ("Z99", 0, "Dependence on sprockets"),
    ("Z999", 1, "Dependence on sprockets, unspecified"),
    ("U07", 0, "New sprockets"),
    ("U071", 1, "New sprocket of 2099"),
)
PCS_ROWS = (
    ("001", 0, "Bypass of the sprocket"),
    ("0016070", 1, "Bypass Sprocket to Crank, Open Approach"),
    ("0016071", 1, "Bypass Sprocket to Wheel, Open Approach"),
    ("XY0", 0, "Sprockets of late"),
    ("XY0VX83", 1, "Introduction of a Late Sprocket, New Technology Group 3"),
)


def order_file(rows: tuple[tuple[str, int, str], ...] = ORDER_ROWS) -> str:
    """Columns 1-5 order, 7-13 code, 15 flag, 17-76 short title, 78- title."""
    return "".join(
        f"{number:05} {code:7} {flag} {title[:60]:60} {title}\r\n"
        for number, (code, flag, title) in enumerate(rows, start=1)
    )


def code_file(rows: tuple[tuple[str, int, str], ...] = ORDER_ROWS) -> str:
    return "".join(f"{code:7} {title}\r\n" for code, flag, title in rows if flag)


def hcpcs_record(
    code: str,
    sequence: int,
    record: int,
    description: str,
    short: str = "",
    *,
    added: str = "20200101",
    effective: str = "20210101",
    terminated: str = "",
    action: str = "N",
    betos: str = "O1A",
) -> str:
    """320 columns, as the record layout has them."""
    line = f"{code:>5}{sequence:05}{record}{description:80}{short:28}"
    if record in (3, 7):
        line = f"{line}00".ljust(229) + "C"
        line = line.ljust(256) + f"{betos:3}"
        line = line.ljust(268) + f"{added:8}{effective:8}{terminated:8}{action}"
    return line.ljust(320) + "\r\n"


HCPCS = (
    hcpcs_record("A0021", 100, 3, "Sprocket service, outside the state, per", "Sprocket outside")
    + hcpcs_record("A0021", 200, 4, "mile, with a driver who knows the way")
    + hcpcs_record("J1100", 100, 3, "Injection, oil, 1 mg", "Oil injection", terminated="20251231")
    + hcpcs_record("LT", 100, 7, "Left side of the machine", "Left side")
    + hcpcs_record("LT", 200, 8, "as seen by its driver")
)

CPT_NOTICE = (
    "An invented notice of the American Medical Association\r\n"
    "12345 is a number in the notice, behind which no descriptor could be\r\n\r\n"
)


def cpt_file(separator: str = "\t", notice: str = CPT_NOTICE.replace("12345", "Five")) -> str:
    rows = (("00100", "Invented service on a crank"), ("0001U", "Invented test"), ("99213", "Talk"))
    return notice + "".join(f"{code}{separator}{text}\r\n" for code, text in rows)


def published(folder: Path, name: str, content: str | bytes) -> Publication:
    """Write the content into a file of that name."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return Publication(path)


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """Return an archive of the members."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return content.getvalue()
