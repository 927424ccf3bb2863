"""A file of codes in use: a code a line, with how often it was used where that is known."""

from __future__ import annotations

import csv
from pathlib import Path

from nosology.model.code import plain
from nosology.model.errors import InputError, shown

_LONGEST_CODE = 8


def read_codes_in_use(path: Path) -> list[tuple[str, int]]:
    """Return each code, without a dot, with how often it was used; 1 where no count is given.

    The file is comma or tab separated: a code, then perhaps a count. A first line that holds no
    code is taken for the header. A code that stands twice is counted together.

    Raises:
        InputError: naming the line that is not of this form.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise InputError(f"{path.name}:{line}", "is not UTF-8; save the list as UTF-8") from None
    except OSError as error:
        raise InputError(str(path), f"cannot be read ({error.strerror})") from None
    counts: dict[str, int] = {}
    separator = "\t" if "\t" in text.partition("\n")[0] else ","
    for number, row in enumerate(csv.reader(text.splitlines(), delimiter=separator), start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        code = plain(cells[0])
        if not (code.isascii() and code.isalnum() and any(c.isdigit() for c in code)):
            if number == 1:
                continue
            raise InputError(
                f"{path.name}:{number}",
                f"begins with {shown(cells[0])}, expected a code such as E11.9, then a count",
            )
        if len(code) > _LONGEST_CODE:
            raise InputError(f"{path.name}:{number}", "begins with what is too long for a code")
        counts[code] = counts.get(code, 0) + _count(cells, path, number)
    if not counts:
        raise InputError(path.name, "holds no code; expected a code a line, such as E11.9")
    return list(counts.items())


def _count(cells: list[str], path: Path, number: int) -> int:
    if len(cells) < 2 or not cells[1]:
        return 1
    written = cells[1].replace(",", "")
    if not (written.isascii() and written.isdigit()):
        raise InputError(
            f"{path.name}:{number}", f"has the count {shown(cells[1])}, expected a whole number"
        )
    return int(written)
