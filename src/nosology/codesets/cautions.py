"""What a coder should be warned of before a code is reported, told from what is known of it."""

from __future__ import annotations

import datetime as dt

from nosology.model.code import Code, Note, System, dotted

_SHOWN = 6

# What a flag warns of. The first group are edits of the Medicare Code Editor.
_FLAGGED = {
    "manifestation": "manifestation: never first-listed or principal; the underlying disease is "
    "coded first",
    "unacceptable-principal": "not accepted by Medicare as a principal diagnosis",
    "external-cause": "external cause: never first-listed or principal",
    "questionable-admission": "as principal diagnosis, Medicare questions the need for admission",
    "unspecified": "unspecified: a payer may ask for a more specific code",
    "newborn": "age: newborn only",
    "pediatric": "age: 0 to 17 years only",
    "maternity": "age: of childbearing only",
    "adult": "age: 15 years and older only",
    "female": "sex: female patients only",
    "male": "sex: male patients only",
    "requires-secondary": "as principal diagnosis, Medicare wants a secondary diagnosis with it",
    "noncovered": "not covered by Medicare",
    "noncovered-conditional": "not covered by Medicare under some conditions",
    "limited-coverage": "covered by Medicare within limits",
    "wrong-procedure": "wrong procedure performed: not paid",
}


def warnings_of(
    code: Code, on: dt.date | None = None, *, is_covered: bool = True
) -> tuple[str, ...]:
    """Return what to heed before the code is reported, one short sentence each.

    Args:
        code: as it was looked up.
        on: the date of service that was asked for.
        is_covered: whether the release that answered was in force on it.
    """
    found: list[str] = []
    if on is not None and not is_covered:
        found.append(uncovered(code, on))
    if on is not None and (span := _other_span(code, on)):
        found.append(f"not valid on {on}: {span}")
    if "group" in code.flags or not code.billable:
        if code.seventh_characters:
            found.append(f"not billable: needs a seventh character{_below(code)}")
        elif not {"modifier", "dental"} & set(code.flags):
            found.append(f"not billable: a more specific code is needed{_below(code)}")
    found.extend(_FLAGGED[flag] for flag in code.flags if flag in _FLAGGED)
    for label, notes in (
        ("code first", code.code_first),
        ("use an additional code", code.use_additional),
        ("code also", code.code_also),
        ("Excludes1, never reported together", code.excludes1),
        ("Excludes2, not included here", code.excludes2),
    ):
        if notes:
            found.append(f"{label}: {_told(notes, code)}")
    return tuple(found)


def uncovered(code: Code, on: dt.date) -> str:
    """Return that nothing installed of the code set is for the date, and what answers instead."""
    return f"no installed release covers {on}; release {code.release} answers"


def _other_span(code: Code, on: dt.date) -> str:
    """Return from when to when the code is valid where the date lies outside; empty otherwise."""
    if code.valid_from is not None and on < code.valid_from:
        return f"it begins on {code.valid_from}"
    if code.valid_to is not None and on > code.valid_to:
        return f"it ends on {code.valid_to}"
    return ""


def _below(code: Code) -> str:
    """Return the first codes that stand below, as the end of a sentence."""
    if not code.children:
        return ""
    is_diagnosis = code.system is System.ICD10CM
    shown = [dotted(child) if is_diagnosis else child for child in code.children[:_SHOWN]]
    more = len(code.children) - _SHOWN
    return f"; below it stand {', '.join(shown)}{f' and {more} more' if more > 0 else ''}"


def _told(notes: tuple[Note, ...], code: Code) -> str:
    """Return how many notes there are and where they stand."""
    places = dict.fromkeys(
        "the code itself" if note.origin == code.code else dotted(note.origin) for note in notes
    )
    count = "1 note" if len(notes) == 1 else f"{len(notes)} notes"
    return f"{count} at {', '.join(places)}"
