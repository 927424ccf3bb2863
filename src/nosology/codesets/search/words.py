"""Words as search compares them: folded, in American spelling, and cut to what a family shares.

The same functions serve the building of an index and the reading of a query. A root need not be
English; it is enough that the words of one family have the same one. What the rules cannot know
(``renal`` and ``kidney``, irregular plurals, words that only look alike) is in ``families.tsv``.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

_WORD = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?")
_APOSTROPHE = re.compile(r"['’‘`´]")
_POSSESSIVE = re.compile(r"['’‘`´]s\b")
# Beginnings that are written with a hyphen, apart, or joined to their word.
_BEGINNINGS = (
    *("anti", "auto", "bi", "cardio", "cerebro", "co", "de", "extra", "gastro", "hyper", "hypo"),
    *("infra", "inter", "intra", "ischio", "macro", "micro", "mid", "mono", "multi", "musculo"),
    *("myo", "neuro", "non", "oculo", "osteo", "para", "peri", "poly", "post", "pre", "pseudo"),
    *("re", "retro", "semi", "sub", "supra", "sero", "trans", "tri", "ultra", "un", "uni", "utero"),
    *("vaso", "vesico", "recto", "entero", "broncho", "tracheo", "fibro", "lymph", "haemo", "hemo"),
)
_HYPHENATED = re.compile(rf"\b({'|'.join(sorted(_BEGINNINGS, key=len, reverse=True))})-(?=[a-z])")
_SLASHED = (("w/o", " without "), ("s/p", " status post "), ("w/", " with "))

FUNCTION_WORDS = frozenset(
    (
        *(
            "a",
            "an",
            "and",
            "are",
            "as",
            "at",
            "be",
            "by",
            "due",
            "for",
            "from",
            "has",
            "have",
        ),
        *("her", "his", "in", "into", "is", "it", "its", "my", "of", "on", "or", "patient", "pt"),
        *("that", "the", "their", "this", "to", "w", "was", "with"),
    )
)
"""Words that carry no meaning of their own in a query."""

# What says that nothing more is known; it does not make a wording less plain.
PLAIN_WORDS = frozenset(("unspecified", "nos", "unsp"))
SILENT_WORDS = frozenset(("mellitus",))
"""Words that tell nothing where they stand with another."""
VAGUE_WORDS = frozenset(("form", "kind", "organism", "part", "site", "type"))
"""Words that say nothing where a query says ``specified`` or ``unspecified`` of them."""
ABSENT = "-"
"""Put before the root of what a wording says is absent."""
RESIDUAL_WORDS = frozenset(("other", "nec", "specified", "elsewhere", "classified"))

_SPELLINGS = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"haem", "hem"), (r"aem", "em"), (r"oed", "ed"), (r"oesoph", "esoph"), (r"oestr", "estr"),
        (r"rrhoe", "rrhe"), (r"pnoe", "pne"), (r"coel", "cel"), (r"foet", "fet"),
        (r"paed", "ped"), (r"gynaec", "gynec"), (r"caes", "ces"), (r"faec", "fec"),
        (r"anaesth", "anesth"), (r"lys(e|ed|ing)$", r"lyz\1"), (r"our$", "or"), (r"oural$", "oral"),
        (r"^fibre", "fiber"), (r"^(cent|lit|met|calib|goit|titr)re$", r"\1er"), (r"sulph", "sulf"),
        (r"is(e|ed|ing|ation)$", r"iz\1"), (r"leuc", "leuk"), (r"hypogly?caem", "hypoglycem"),
        (r"ll(ed|ing)$", r"l\1"), (r"orthopaed", "orthoped"), (r"^oe", "e"), (r"aesth", "esth"),
        (r"diarrhoe", "diarrhe"), (r"homoe", "home"), (r"toxaem", "toxem"),
    )
)  # fmt: skip

# Endings by family, the longest first: what a word ends in -> what its root ends in.
_ENDINGS = {
    "itides": "it", "itises": "it", "itis": "it", "itic": "it",
    "oses": "os", "osis": "os", "otic": "os", "osed": "os",
    "yses": "ys", "ysis": "ys", "ytic": "ys",
    "ases": "as", "asis": "as", "atic": "as",
    "eses": "es", "esis": "es", "etic": "es",
    "omata": "om", "omatous": "om", "omatosis": "omatos", "omas": "om", "oma": "om",
    "emias": "em", "emia": "em", "emic": "em",
    "urias": "ur", "uria": "ur", "uric": "ur",
    "ations": "", "ation": "", "ating": "", "ated": "", "ates": "", "ative": "", "ate": "",
    "itions": "it", "ition": "it", "ions": "", "ion": "", "ively": "", "ives": "", "ive": "",
    "iveness": "", "fulness": "", "nesses": "", "ness": "",
    "ically": "", "icals": "", "ical": "", "ially": "", "ial": "", "ials": "", "ics": "", "ic": "",
    "ities": "", "ity": "", "ibility": "", "ability": "", "able": "", "ible": "",
    "ences": "", "ence": "", "encies": "", "ency": "", "ents": "", "ent": "",
    "ances": "", "ance": "", "ancies": "", "ancy": "", "ants": "", "ant": "",
    "ments": "", "ment": "", "ally": "", "als": "", "al": "", "ars": "", "ar": "", "aries": "",
    "ary": "", "ories": "", "ory": "", "ors": "", "or": "", "ous": "", "iously": "", "ious": "",
    "eous": "", "ingly": "", "ings": "", "ing": "", "edly": "", "ed": "", "ers": "", "er": "",
    "ias": "", "iae": "", "ia": "", "ies": "", "ied": "", "ium": "", "ius": "", "ae": "", "a": "",
    "um": "", "us": "", "i": "", "es": "", "e": "", "is": "", "s": "", "y": "", "ly": "", "on": "",
    "ens": "", "en": "", "o": "", "eal": "", "ean": "", "ian": "", "ist": "", "ism": "", "isms": "",
    "iform": "", "ional": "", "ionals": "", "age": "", "ages": "", "ular": "", "ule": "",
    "ules": "", "plasias": "plas", "plasia": "plas", "plastic": "plas", "oid": "oid",
    "oids": "oid", "oidal": "oid", "oidosis": "oidos",
    "izations": "", "ization": "", "izing": "", "ized": "", "ize": "", "izes": "",
}  # fmt: skip
_LONGEST_ENDING = max(map(len, _ENDINGS))
_SHORTEST_ROOT = 4


@cache
def families() -> dict[str, str]:
    """Return form -> the form that stands for its family, both folded."""
    return dict(_rows("families.tsv"))


def _rows(name: str) -> list[list[str]]:
    """Return the rows of a table that stands beside this module."""
    table = files("nosology.codesets.search").joinpath(name).read_text(encoding="utf-8")
    lines = [line for line in table.splitlines() if line and not line.startswith("#")]
    return list(csv.reader(lines[1:], delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def phrases() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return what finds the phrases that say more than their words, and what each also says."""
    also: dict[str, list[str]] = {}
    for phrase, words in _rows("phrases.tsv"):
        also.setdefault(phrase, []).append(words)
    longest = sorted(also, key=lambda phrase: (-len(phrase), phrase))
    return (
        re.compile(rf"\b(?:{'|'.join(map(re.escape, longest))})\b"),
        {phrase: " ".join(words) for phrase, words in also.items()},
    )


@cache
def _parts() -> tuple[dict[str, str], dict[str, str]]:
    """Return what parts mean that begin a word, and those that end one."""
    begins: dict[str, str] = {}
    ends: dict[str, str] = {}
    for place, part, means in _rows("word_parts.tsv"):
        (begins if place == "begins" else ends).setdefault(part, means)
    return begins, ends


def parts(word: str) -> list[str]:
    """Return what the parts of a word mean, as words; empty where it is not made of known parts.

    The parts must make up the word but for a joining vowel; a word of two parts that begin words
    and one that ends them is read too.
    """
    begins, ends = _parts()
    for at in range(len(word) - 3, 2, -1):
        if word[at:] in ends or word[at:].lstrip("o") in ends:
            end = ends.get(word[at:]) or ends[word[at:].lstrip("o")]
            for first in (word[:at], word[:at].rstrip("o")):
                if first in begins:
                    return [*begins[first].split(), *end.split()]
            for middle in range(2, at - 1):
                if word[:middle] in begins and (
                    word[middle:at] in begins or word[middle:at].rstrip("o") in begins
                ):
                    second = begins.get(word[middle:at]) or begins[word[middle:at].rstrip("o")]
                    return [*begins[word[:middle]].split(), *second.split(), *end.split()]
    return []


def beginning(word: str) -> tuple[list[str], str]:
    """Return what the longest known beginning of a word means, and the rest of the word."""
    begins, _ = _parts()
    for length in range(len(word) - 4, 3, -1):
        if word[:length] in begins:
            return begins[word[:length]].split(), word[length:]
    return [], word


def fold(text: str) -> str:
    """Return the text in lower case, without accents, apostrophes and joining hyphens."""
    folded = text.casefold()
    if not folded.isascii():
        decomposed = unicodedata.normalize("NFKD", folded)
        folded = "".join(part for part in decomposed if not unicodedata.combining(part))
    folded = _APOSTROPHE.sub("", _POSSESSIVE.sub("", folded))
    if "/" in folded:
        for short, long in _SLASHED:
            folded = folded.replace(short, long)
    return _HYPHENATED.sub(r"\1", folded) if "-" in folded else folded


def split(text: str) -> list[str]:
    """Return the folded words of a text, in order."""
    return _WORD.findall(fold(text))


@lru_cache(maxsize=200_000)
def root(word: str) -> str:
    """Return what the folded word has in common with its family."""
    known = families()
    if word in known:
        return known[word]
    if len(word) <= 3 or not word.isalpha():
        return word
    american = word
    for pattern, replacement in _SPELLINGS:
        american = pattern.sub(replacement, american)
    if american in known:
        return known[american]
    singular = _singular(american)
    if singular in known:
        return known[singular]
    stem = _stem(singular)
    return _stem_families().get(stem, stem)


def _stem(word: str) -> str:
    if word.endswith(("ss", "ay", "ey", "oy")):
        return word
    for length in range(min(_LONGEST_ENDING, len(word) - _SHORTEST_ROOT), 0, -1):
        ending = word[-length:]
        if ending in _ENDINGS:
            return word[:-length] + _ENDINGS[ending]
    return word


@cache
def _stem_families() -> dict[str, str]:
    """Return the stem of each form of a family -> the family, where only one family has it."""
    known = families()
    found: dict[str, set[str]] = {}
    for form, family in known.items():
        stem = _stem(form)
        if len(stem) > _SHORTEST_ROOT and stem not in known:
            found.setdefault(stem, set()).add(family)
    return {stem: next(iter(of)) for stem, of in found.items() if len(of) == 1}


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith(("ases", "oses", "eses", "yses")):
        return word[:-2] + "is"
    return word[:-1]


def roots(text: str) -> list[str]:
    """Return the roots of a text's words, function words left out, in order."""
    return [root(word) for word in split(text) if word not in FUNCTION_WORDS]
