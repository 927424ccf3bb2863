"""The levelled form of a word: lower case, no accent, American spelling, singular.

The rules cover what is regular; ``word_forms.tsv`` what is not, and joins words of one family.
Levelling is applied to the record and to every term alike, so that it need not yield English, only
agreement.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache
from importlib.resources import files

_BRITISH = (
    (re.compile(r"haem"), "hem"),
    (re.compile(r"aem"), "em"),
    (re.compile(r"oedema"), "edema"),
    (re.compile(r"oesoph"), "esoph"),
    (re.compile(r"oestr"), "estr"),
    (re.compile(r"rrhoea"), "rrhea"),
    (re.compile(r"pnoe"), "pne"),
    (re.compile(r"coeliac"), "celiac"),
    (re.compile(r"foet"), "fet"),
    (re.compile(r"^(ortho)?paed"), r"\1ped"),
    (re.compile(r"gynaec"), "gynec"),
    (re.compile(r"caes"), "ces"),
    (re.compile(r"faec"), "fec"),
    (re.compile(r"aesth"), "esth"),
    (re.compile(r"caec"), "cec"),
    (re.compile(r"coel(?=e$|om)"), "cel"),
    (re.compile(r"leuco"), "leuko"),
    (re.compile(r"isation$"), "ization"),
    (re.compile(r"colour"), "color"),
    (re.compile(r"paralys(e|ed|ing)$"), r"paralyz\1"),
    (re.compile(r"^(tum|behavi|lab|hum|od|vap|harb|rig)our"), r"\1or"),
    (re.compile(r"^fibre"), "fiber"),
    (re.compile(r"^(cent|lit|met)re$"), r"\1er"),
    (re.compile(r"sulph"), "sulf"),
)  # fmt: skip
_ADJECTIVES = (
    (re.compile(r"^(tachy|brady)cardic$"), r"\1cardia"),
    (re.compile(r"^(.{2,})pneic$"), r"\1pnea"),
    (re.compile(r"^(hyper|hypo)(natr|kal|calc|magnes|phosphat)emic$"), r"\1\2emia"),
)
"""Adjectives that say of a patient what the noun says of the finding."""
_KEEPS_S = ("ss", "us", "is", "ous")
_SHORTEST_PLURAL = 4


@cache
def _forms() -> dict[str, str]:
    table = files("nosology.language").joinpath("word_forms.tsv").read_text(encoding="utf-8")
    rows = csv.reader(
        (line for line in table.splitlines() if line and not line.startswith("#")), delimiter="\t"
    )
    next(rows)
    return {row[0]: row[1] for row in rows}


@cache
def _levelled() -> frozenset[str]:
    """The forms that stand for a family: they are level already, whatever they end in."""
    return frozenset(_forms().values())


def normalize(word: str) -> str:
    """Return the levelled form of one word; a number or sign comes back as it is."""
    lowered = word.lower()
    if not lowered.isascii():
        lowered = "".join(
            char
            for char in unicodedata.normalize("NFKD", lowered.replace("’", "'"))
            if not unicodedata.combining(char)
        )
    if lowered.endswith("'s"):
        lowered = lowered[:-2]
    forms = _forms()
    if lowered in forms:
        return forms[lowered]
    if not lowered or not lowered[0].isalpha() or lowered in _levelled():
        return lowered or word
    american = _american(lowered)
    if american in forms:
        return forms[american]
    singular = _singular(american)
    return forms.get(singular, singular)


def _american(word: str) -> str:
    for pattern, replacement in _BRITISH:
        word = pattern.sub(replacement, word)
    if word.endswith("ic"):
        for pattern, replacement in _ADJECTIVES:
            word = pattern.sub(replacement, word)
    return word


def _singular(word: str) -> str:
    if len(word) < _SHORTEST_PLURAL or not word.endswith("s") or not word.isalpha():
        return word
    if word.endswith("ies") and len(word) > _SHORTEST_PLURAL:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith(("ases", "oses", "eses", "yses", "ises")) and len(word) > 6:
        return word[:-2] + "is"
    if word.endswith(_KEEPS_S):
        return word
    return word[:-1]
