"""Defects in the diagnoses: their codes, their order, what stands beside what."""

from __future__ import annotations

import re
from collections.abc import Callable

from nosology.evaluation.mutations.planting.site import Site, code_of, plants

_FURTHER = (
    *("H52.4", "K59.00", "R53.83", "L85.3", "R51.9", "R11.0", "R42", "R63.4", "R21", "R05.9"),
    *("H93.13", "K21.9", "L60.0", "R35.0", "R60.0", "J30.9", "M62.81", "R20.2", "G47.00", "R61"),
    *("H04.123", "L30.9", "R00.2", "R13.10", "K64.9", "B35.1", "E55.9", "M79.7", "J34.2"),
)
"""Everyday conditions that do not exclude each other."""


@plants("add-diagnosis")
def add_diagnosis(site: Site) -> bool:
    """Put one or several diagnoses behind the others."""
    texts = site.chosen().split(", ")
    if _stands(site, texts):
        return False
    site.put_last(texts)
    return True


@plants("first-diagnosis")
def first_diagnosis(site: Site) -> bool:
    """Put one or several diagnoses before the others, where they do not stand yet."""
    texts = site.chosen().split(", ")
    if _stands(site, texts):
        return False
    site.put_first(texts)
    return True


def _stands(site: Site, texts: list[str]) -> bool:
    known = set(site.codes())
    return any(text.partition(" ")[0] in known for text in texts)


@plants("replace-diagnosis")
def replace_diagnosis(site: Site) -> bool:
    """Put a code in the place of the last diagnosis."""
    site.replace_at(len(site.codes()) - 1, site.chosen())
    return True


@plants("replace-that-diagnosis")
def replace_that_diagnosis(site: Site) -> bool:
    """Put a code in the place of a certain one."""
    choices = site.choices()
    for place, code in enumerate(site.codes()):
        if code in choices:
            site.replace_at(place, choices[code])
            return True
    return False


@plants("drop-diagnosis")
def drop_diagnosis(site: Site) -> bool:
    """Leave a certain diagnosis out of a stay, whose lines point to none."""
    wanted = site.chosen()
    kept = [item for item in site.claim["diagnoses"] if code_of(item) != wanted]
    if len(kept) == len(site.claim["diagnoses"]):
        return False
    site.claim["diagnoses"] = kept
    return True


@plants("only-diagnosis")
def only_diagnosis(site: Site) -> bool:
    """Let one diagnosis stand alone, which every line points to."""
    site.claim["diagnoses"] = [site.diagnosis(site.chosen())]
    for line in site.claim["lines"]:
        if line.get("diagnoses"):
            line["diagnoses"] = [1]
    return True


@plants("no-diagnosis")
def no_diagnosis(site: Site) -> bool:
    """Leave every diagnosis out, and the pointers with them."""
    site.claim["diagnoses"] = []
    for line in site.claim["lines"]:
        line.pop("diagnoses", None)
    return True


@plants("heading")
def heading(site: Site) -> bool:
    """Leave out the last character of a code."""
    return _spoiled(site, r"[A-Z][0-9A-Z]{2}\.[0-9A-WYZ]+", lambda code: code[:-1].rstrip("."))


@plants("letter-for-digit")
def letter_for_digit(site: Site) -> bool:
    """Write the letter O for a zero."""
    return _spoiled(site, r".[^0]*0.*", lambda code: code.replace("0", "O", 1))


@plants("seventh-dropped")
def seventh_dropped(site: Site) -> bool:
    """Leave out the seventh character of an injury."""
    return _spoiled(site, r"S\d\d\.\d{3}[A-Z]", lambda code: code[:-1])


@plants("seventh-wrong")
def seventh_wrong(site: Site) -> bool:
    """Write a seventh character that no injury has."""
    return _spoiled(site, r"S\d\d\.\d{3}[A-Z]", lambda code: f"{code[:-1]}Z")


def _spoiled(site: Site, pattern: str, spoil: Callable[[str], str]) -> bool:
    places = [place for place, code in enumerate(site.codes()) if re.fullmatch(pattern, code)]
    if not places:
        return False
    place = site.draw.choice(places)
    site.replace_at(place, spoil(site.codes()[place]))
    return True


@plants("diagnosis-twice")
def diagnosis_twice(site: Site) -> bool:
    """List a diagnosis again."""
    site.claim["diagnoses"].append(site.draw.choice(site.claim["diagnoses"]))
    return True


@plants("open-side")
def open_side(site: Site) -> bool:
    """List beside a code with a side the one without."""
    for begin, code in site.choices().items():
        if any(known.startswith(begin) for known in site.codes()):
            site.put_last([f"{code} Y"])
            return True
    return False


@plants("many-diagnoses")
def many_diagnoses(site: Site) -> bool:
    """List more diagnoses than the form holds."""
    known = set(site.codes())
    further = [code for code in _FURTHER if code not in known]
    site.put_last([f"{code} Y" for code in further[: int(site.chosen()) - len(known)]])
    return True


@plants("sexed")
def sexed(site: Site) -> bool:
    """List a condition that the patient's sex does not have, written as ``F=N40.0``."""
    fitting = [item for item in site.what if item.startswith(site.claim["patient"]["sex"])]
    if not fitting:
        return False
    site.put_last([site.draw.choice(fitting).partition("=")[2]])
    return True
