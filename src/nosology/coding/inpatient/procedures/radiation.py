"""Radiation by site, and by energy or source."""

from __future__ import annotations

import re

from nosology.coding.inpatient.procedures.acts import Act
from nosology.coding.inpatient.procedures.completing import Built, Tables, missing, stated

_SITES: tuple[tuple[str, str, str], ...] = (
    (r"\bwhole brain|\bbrain", "D0", "0"),
    (r"\bspinal cord", "D0", "6"),
    (r"\b(?:spine|spinal(?! anesth)|vertebra\w*|T\d{1,2}|L[1-5]|C[1-7])\b", "DP", "C"),
    (r"\bfem(?:ur|oral)", "DP", "9"),
    (r"\bhumer(?:us|al)", "DP", "6"),
    (r"\b(?:pelvic bone|iliac|sacr\w+|acetabul\w+)", "DP", "8"),
    (r"\bribs?\b", "DP", "5"),
    (r"\bskull\b", "DP", "0"),
    (r"\blung|\bpulmonary", "DB", "2"),
    (r"\bmediastin\w+", "DB", "6"),
    (r"\bcervix|\bcervical (?:cancer|SCC|carcinoma)|\btandem", "DU", "1"),
    (r"\bendometri\w+|\buter(?:us|ine)", "DU", "2"),
    (r"\bprostat\w+", "DV", "0"),
    (r"\besophag\w+", "DD", "0"),
    (r"\brect(?:um|al)\b", "DD", "7"),
    (r"\bleft breast", "DM", "0"),
    (r"\bright breast", "DM", "1"),
)
_ENERGY = re.compile(r"(?P<amount>\d+(?:\.\d+)?)\s?-?MV\b", re.IGNORECASE)
_ELECTRONS = re.compile(r"\belectrons?\b", re.IGNORECASE)
_PROTONS = re.compile(r"\bprotons?\b", re.IGNORECASE)
_SOURCES = (
    ("7", r"cesium|Cs-?137"),
    ("8", r"iridium|Ir-?192"),
    ("9", r"iodine|I-?125"),
    ("B", r"palladium|Pd-?103"),
)
_LOW_RATE = re.compile(r"\blow[- ]dose[- ]rate|\bLDR\b|\bseeds?\b", re.IGNORECASE)
_MOST_MEDIUM = 10


def _site(act: Act, *, with_report: bool) -> tuple[str, str] | None:
    groups = ((act.own,), act.beside, (*act.rest, *act.around)) if with_report else ((act.own,),)
    for pieces in groups:
        text = " ".join(piece.text for piece in pieces)
        for words, system, body in _SITES:
            if re.search(words, text, re.IGNORECASE):
                return system, body
    return None


def beam(act: Act, tables: Tables) -> list[Built]:
    """Return the code of a beam by its site and energy; none where no dose was given here."""
    text = " ".join(piece.text for piece in (act.own, *act.rest))
    energy = _ENERGY.search(text)
    kind = ""
    if _ELECTRONS.search(text):
        kind = "3"
    elif _PROTONS.search(text):
        kind = "4"
    elif energy:
        amount = float(energy["amount"])
        kind = "0" if amount < 1 else "1" if amount <= _MOST_MEDIUM else "2"
    site = _site(act, with_report=False)
    if not kind or site is None:
        return []
    system, body = site
    code = f"{system}0{body}{kind}ZZ"
    return [stated(act, code, tables, ())] if tables.has(code) else [missing(act, "site", "D")]


def brachytherapy(act: Act, tables: Tables) -> list[Built]:
    """Return the code of a source placed at its site, by dose rate and isotope."""
    text = " ".join(piece.text for piece in (act.own, *act.beside, *act.rest))
    source = next((value for value, words in _SOURCES if re.search(words, text, re.IGNORECASE)), "")
    site = _site(act, with_report=True)
    if not source or site is None:
        return []
    system, body = site
    rate = "B" if _LOW_RATE.search(act.own.text) else "9"
    code = f"{system}1{body}{rate}{source}Z"
    return [stated(act, code, tables, ())] if tables.has(code) else []
