"""Headings: lines and starts of lines whose words open a section when they stand as headings do."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache
from importlib.resources import files

from nosology.model.errors import MalformedRow
from nosology.model.reading import SectionKind

LINE_END = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
MARKER = re.compile(
    r"(?:\[[ xX✓✔]?\]|[☐☑☒✓✔]|[-–—•*·▪▫◦‣●○■□➢►▶→>+o](?=\s)|[•●▪■◦‣➢►](?=\S)"
    r"|\(?\d{1,2}[.)](?=\s|[A-Za-z])|\(?[A-Ha-h][.)](?=\s)(?!\s(?:coli|diff|difficile|faecalis|faecium|cloacae|fragilis|cereus)\b)"
    r"|\(?[ivxIVX]{1,4}[.)](?=\s)|\#\d{1,2}[.):]?(?=\s))"
)
"""A bullet, a number or a box before an item; not the genus of an organism (``E. coli``)."""

_LONGEST = 70
_MARKUP = " \t#*_=~|<>[]\u200b\u200e\u200f\ufeff"
_UNDERLINE = re.compile(r"[^\S\n]*([=\-_~*])\1{2,}[^\S\n]*\Z")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_PARENTHESIS = re.compile(r"\([^()]*\)")
_COLON = re.compile(r"[:：]")
_CAPITAL_RUN = re.compile(r"[A-Z][A-Z0-9&/,.'’() +-]*\Z")
_AFTER_SENTENCE = re.compile(r"(?:[.!?;)\]]\s+|\s{2,}|\t)(?=\S)")
_DASH = re.compile(r"\s(?:--?|[–—])\s")
_JOINT = re.compile(r"\s*(?:/|&|,|\+|;|\band\b|\bAND\b)\s*")
_SOAP = {"s", "o", "a", "p"}
_CONCLUDING = frozenset(
    {
        SectionKind.ASSESSMENT,
        SectionKind.ASSESSMENT_AND_PLAN,
        SectionKind.IMPRESSION,
        SectionKind.DIAGNOSIS,
        SectionKind.DISCHARGE_DIAGNOSIS,
    }
)
"""Where one of these stands a lone ``A:`` is none (it may be an artery, or a blood group)."""
_SHORT_CAPITALS = frozenset({"hpi", "pmh", "psh", "ros", "a p", "imp", "dx"})


class Style(Enum):
    """How a heading is capitalised."""

    CAPITALS = "capitals"
    TITLE = "title"
    LOWER = "lower"


@dataclass(frozen=True, slots=True)
class Heading:
    """Words that may open a section.

    Attributes:
        report_kind: the kind in a report of one study or operation.
        body: where the text under it begins.
        is_alone: whether nothing else stands on its line.
        is_inner: whether it is a heading only directly under a history.
        indent: columns before the marker or words.
    """

    kind: SectionKind
    report_kind: SectionKind
    start: int
    body: int
    title: str
    style: Style
    marker: str = ""
    indent: int = 0
    is_alone: bool = False
    is_inner: bool = False

    def is_deeper(self, other: Heading) -> bool:
        """Return whether the heading is indented more than the other."""
        return self.indent > other.indent


@dataclass(frozen=True, slots=True)
class _Phrase:
    kind: SectionKind
    report_kind: SectionKind
    is_inner: bool


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    next_start: int
    is_after_blank: bool
    is_before_underline: bool


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a line's text begins: before and after its marker."""

    start: int
    first: int
    marker: str
    indent: int


def heading_words(phrase: str) -> str:
    """Return the phrase as the heading table is searched: small letters, no signs, singular."""
    lowered = phrase.lower().replace("&", " and ").replace("+", " and ")
    for apostrophe in "'’":
        lowered = lowered.replace(apostrophe, "")
    return " ".join(_singular(word) for word in _NOT_WORD.split(lowered) if word)


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return word[:-1]


@cache
def _table() -> tuple[dict[str, _Phrase], frozenset[str], frozenset[str]]:
    name = "sections.tsv"
    text = files("nosology.language").joinpath(name).read_text(encoding="utf-8")
    phrases: dict[str, _Phrase] = {}
    leading: set[str] = set()
    trailing: set[str] = set()
    for number, row in enumerate(csv.reader(text.splitlines(), delimiter="\t"), 1):
        if not row or row[0].startswith("#") or row[0] == "phrase":
            continue
        if len(row) != 4:
            raise MalformedRow(name, number, len(row), "ends the row; expected 4 columns")
        words, kind, use, in_report = heading_words(row[0]), row[1], row[2], row[3]
        if use == "leading":
            leading.add(words)
        elif use == "trailing":
            trailing.add(words)
        elif use in {"heading", "inner"} and kind in SectionKind:
            phrases[words] = _Phrase(
                SectionKind(kind), SectionKind(in_report or kind), use == "inner"
            )
        else:
            raise MalformedRow(name, number, "use", f"is {use!r}; see the head of the file")
    return phrases, frozenset(leading), frozenset(trailing)


@lru_cache(maxsize=8192)
def _find(words: str) -> _Phrase | None:
    phrases, leading, trailing = _table()
    found = phrases.get(words)
    if found is not None or " " not in words:
        return found
    parts = words.split()
    for size in (1, 2):
        rest = " ".join(parts[size:])
        if rest and " ".join(parts[:size]) in leading and not _is_inner(rest):
            found = _find(rest)
            if found is not None:
                return found
    for size in (1, 2, 3):
        rest = " ".join(parts[:-size])
        if rest and " ".join(parts[-size:]) in trailing and not _is_inner(rest):
            found = _find(rest)
            if found is not None:
                return found
    return None


def _is_inner(words: str) -> bool:
    found = _table()[0].get(words)
    return found is not None and found.is_inner


@lru_cache(maxsize=8192)
def _phrase(raw: str) -> _Phrase | None:
    """Return what a heading text says, also when it joins several headings."""
    words = heading_words(raw)
    if not words:
        return None
    found = _find(words)
    if found is not None:
        return found
    plain = _PARENTHESIS.sub(" ", raw)
    if plain != raw and (found := _find(heading_words(plain))) is not None:
        return found
    parts = [_find(heading_words(part)) for part in _JOINT.split(plain) if part.strip()]
    known = [part for part in parts if part is not None and not part.is_inner]
    if len(known) < 2 or len(known) != len(parts):
        return None
    kinds = {part.kind for part in known}
    assessing = {SectionKind.ASSESSMENT, SectionKind.IMPRESSION, SectionKind.DIAGNOSIS}
    if kinds & assessing and SectionKind.PLAN in kinds:
        return _Phrase(SectionKind.ASSESSMENT_AND_PLAN, SectionKind.ASSESSMENT_AND_PLAN, False)
    return known[0]


def _style(raw: str) -> Style:
    letters = [char for char in raw if char.isalpha()]
    if all(char.isupper() for char in letters):
        return Style.CAPITALS
    return Style.TITLE if letters and letters[0].isupper() else Style.LOWER


def find_headings(text: str) -> list[Heading]:
    """Return every run of words that may open a section, in the order of the text."""
    found = [heading for line in _lines(text) for heading in _of_line(text, line)]
    letters = {h.title for h in found if h.title in _SOAP}
    if len(letters) >= 3 or {"a", "p"} <= letters:
        return found
    concludes = any(heading.kind in _CONCLUDING for heading in found if heading.title != "a")
    return [
        heading
        for heading in found
        if heading.title not in _SOAP or (heading.title == "a" and not concludes)
    ]


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    is_after_blank = True
    while start < len(text):
        match = LINE_END.search(text, start)
        end, next_start = (match.start(), match.end()) if match else (len(text), len(text))
        if text[start:end].isspace() or start == end:
            is_after_blank = True
        else:
            yield _Line(start, end, next_start, is_after_blank, _is_underlined(text, next_start))
            is_after_blank = False
        start = next_start


def _is_underlined(text: str, start: int) -> bool:
    if text[start : start + 1] not in tuple(" =-_~*\t"):
        return False
    match = LINE_END.search(text, start)
    end = match.start() if match else len(text)
    return end - start < 200 and _UNDERLINE.match(text[start:end]) is not None


def _of_line(text: str, line: _Line) -> Iterator[Heading]:
    position = line.start
    while position < line.end and text[position].isspace():
        position += 1
    indent = position - line.start
    marker = MARKER.match(text, position)
    first = position
    if marker is not None and marker.end() < line.end:
        first = marker.end()
        while first < line.end and text[first].isspace():
            first += 1
    begin = _Start(position, first, marker.group() if marker else "", indent)
    alone = _alone(text, line, begin)
    if alone is not None:
        yield alone
        return
    inline = _inline(text, line, begin)
    scanned = position
    if inline is not None:
        yield inline
        scanned = inline.body
    yield from _inside(text, line, scanned, indent)


def _alone(text: str, line: _Line, begin: _Start) -> Heading | None:
    """Return the heading that fills the line, if its words are known."""
    first, marker = begin.first, begin.marker
    if line.end - first > _LONGEST:
        return None
    raw = text[first : line.end]
    bare = raw.strip(_MARKUP)
    has_colon = bare.endswith((":", ":-", "："))
    is_marked = bare != raw.strip() or line.is_before_underline
    if bare.endswith(".") and not (is_marked or _style(bare) is Style.CAPITALS):
        return None
    bare = bare.rstrip(":：-–—. ")
    bare = bare.strip(_MARKUP + "-–—")
    if not bare:
        return None
    found = _phrase(bare)
    if found is None:
        return None
    style = _style(bare)
    title = heading_words(bare)
    is_single_letter = title in _SOAP
    if marker in {"-", "–", "—", "*", "+"} and not (has_colon or style is Style.CAPITALS):
        # Dashes on both sides decorate; a dash before is a bullet, and the words an item.
        if not raw.rstrip().endswith(("-", "–", "—", "*")):
            return None
        marker = ""
    if is_single_letter and not has_colon and not is_marked:
        return None
    if style is Style.LOWER and not (has_colon or is_marked) and not line.is_after_blank:
        return None
    body = line.next_start
    if line.is_before_underline:
        underline = LINE_END.search(text, line.next_start)
        body = underline.end() if underline else len(text)
    if is_marked and marker in {"*"}:
        marker = ""
    return Heading(
        found.kind, found.report_kind, begin.start, body, title, style, marker, begin.indent,
        is_alone=True, is_inner=found.is_inner,
    )  # fmt: skip


def _inline(text: str, line: _Line, begin: _Start) -> Heading | None:
    """Return the heading that begins the line and is followed by text."""
    first = begin.first
    window = text[first : min(line.end, first + _LONGEST)]
    colon = _COLON.search(window)
    if colon is not None:
        raw = window[: colon.start()].strip(_MARKUP)
        # A stop within it ends a sentence: "CT. Impression:" is no heading.
        found = _phrase(raw) if raw and ". " not in raw else None
        if found is not None and not found.is_inner:
            style = _style(raw)
            if style is Style.LOWER and not line.is_after_blank:
                return None
            body = first + colon.end()
            while body < line.end and text[body] in "*_:-":
                body += 1
            return Heading(
                found.kind,
                found.report_kind,
                begin.start,
                body,
                heading_words(raw),
                style,
                begin.marker,
                begin.indent,
            )
    dash = _DASH.search(window)
    if dash is not None and _style(window[: dash.start()]) is Style.CAPITALS:
        raw = window[: dash.start()].strip(_MARKUP)
        found = _phrase(raw) if len(raw) > 1 else None
        if found is not None and not found.is_inner:
            return Heading(
                found.kind, found.report_kind, begin.start, first + dash.end(), heading_words(raw),
                Style.CAPITALS, begin.marker, begin.indent,
            )  # fmt: skip
    return _capitals_without_colon(window, begin)


def _capitals_without_colon(window: str, begin: _Start) -> Heading | None:
    """Return a heading in capitals that runs straight on into text that is not."""
    words = window.split(" ")
    size = 0
    while size < len(words) and size < 6 and words[size] and words[size].upper() == words[size]:
        if not any(char.isalpha() for char in words[size]) and words[size] not in {"&", "/", "+"}:
            break
        size += 1
    if size == 0 or size == len(words) or not words[size][:1].isalnum():
        return None
    raw = " ".join(words[:size])
    if len(raw) < 4 and heading_words(raw) not in _SHORT_CAPITALS:
        return None
    found = _phrase(raw)
    if found is None or found.is_inner:
        return None
    return Heading(
        found.kind, found.report_kind, begin.start, begin.first + len(raw), heading_words(raw),
        Style.CAPITALS, begin.marker, begin.indent,
    )  # fmt: skip


def _inside(text: str, line: _Line, start: int, indent: int) -> Iterator[Heading]:
    """Yield headings before a colon in the middle of a line, as in notes without line ends."""
    for colon in _COLON.finditer(text, start, line.end):
        before = text[colon.start() - 1 : colon.start()]
        if colon.start() <= start or not (before.isalpha() or before == ")"):
            continue
        low = max(start, colon.start() - _LONGEST)
        window = text[low : colon.start()]
        found, raw = _last_heading(window)
        if found is not None and not found.is_inner and len(raw) > 1:
            begin = colon.start() - len(raw)
            if begin <= line.start:
                continue
            yield Heading(
                found.kind, found.report_kind, begin, colon.end(), heading_words(raw),
                _style(raw), "", indent + 1,
            )  # fmt: skip


def _last_heading(window: str) -> tuple[_Phrase | None, str]:
    """Return the known heading that ends the window, and its words as written."""
    capitals = _CAPITAL_RUN.search(window)
    if capitals is not None and (
        capitals.start() == 0 or not window[capitals.start() - 1].isalnum()
    ):
        words = capitals.group().split(" ")
        for size in range(min(len(words), 8), 0, -1):
            raw = " ".join(words[-size:])
            if len(raw) > 1 and raw[:1].isalpha() and (found := _phrase(raw)) is not None:
                return found, raw
    breaks = list(_AFTER_SENTENCE.finditer(window))
    if not breaks:
        return None, ""
    raw = window[breaks[-1].end() :]
    if _style(raw) is Style.LOWER:
        return None, ""
    return _phrase(raw), raw
