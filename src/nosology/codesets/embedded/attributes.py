"""The names under which the Medicare Code Editor's attributes of codes are kept."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from nosology.model.errors import InputError, MalformedRow

_FILE = Path(__file__).with_name("editor_attributes.tsv")


@cache
def attribute_names(file: Path = _FILE) -> dict[str, str]:
    """Return the name that is used here of each of the editor's own names.

    Raises:
        MalformedRow: when a line is not three fields.
    """
    names: dict[str, str] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("#"):
            continue
        fields = line.split("\t")
        if len(fields) != 3 or not all(fields):
            raise MalformedRow(
                file.name, number, 1, "should be the editor's name, the name here and its meaning"
            )
        names[fields[0]] = fields[1]
    return names


def named(attributes: str) -> str:
    """Return attributes, parted by commas, under the names that are used here.

    Raises:
        InputError: when the editor has an attribute that is not known.
    """
    names = attribute_names()
    try:
        return ",".join(dict.fromkeys(names[attribute] for attribute in attributes.split(",")))
    except KeyError as error:
        raise InputError(
            _FILE.name, f"does not name the attribute {error} of the editor; add a line for it"
        ) from None
