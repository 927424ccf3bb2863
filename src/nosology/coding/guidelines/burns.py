"""Chapter 19: several burns, their order, and how much of the body they cover."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from nosology.coding.diagnoses import episode
from nosology.coding.diagnoses.draft import Case, Draft, first, replaced
from nosology.coding.diagnoses.specificity import Support, axes, content_words
from nosology.coding.rules import because
from nosology.model.code import plain
from nosology.model.reading import Reading
from nosology.model.record import Author, Span
from nosology.model.tables import rows, table

_BURNS = ("T20", "T21", "T22", "T23", "T24", "T25")
_EXTENT, _CORROSION_EXTENT = "T31", "T32"
_DEGREES = {"3": 0, "7": 0, "2": 1, "6": 1, "1": 2, "5": 2, "0": 3, "4": 3}
"""Burns and corrosions by the fourth character, the highest degree first."""
_CORROSIONS = ("4", "5", "6", "7")
_OF_EYES_AND_INSIDE = ("T26", "T27", "T28")
_CORROSIONS_INSIDE = ("5", "6", "7", "8", "9")
_OPEN_DEGREE = {"0": ("1", "2", "3"), "4": ("5", "6", "7")}
"""The fourth characters of an unstated degree, and those of the first, second and third."""
_DEGREE_CUES = (
    (2, re.compile(r"\b(?:third|3rd)[- ]degree\b|\bfull[- ]thickness\b", re.IGNORECASE)),
    (1, re.compile(r"\b(?:second|2nd)[- ]degree\b|\bpartial[- ]thickness\b", re.IGNORECASE)),
    (0, re.compile(r"\b(?:first|1st)[- ]degree\b", re.IGNORECASE)),
)
_DEGREE_WORDS = ("first degree", "second degree", "third degree")
_LIST_OF_BURNS = re.compile(r"^[ \t\-*]*(?P<head>burns?\s*:)[^\n]*(?:\n[^\n:]+)?", re.I | re.M)
_PIECE = re.compile(r"(?:[^;,.\n]|\n(?!\n))+?(?=;|,|\.|\band\b|$)", re.IGNORECASE)
_SIDES = frozenset({"right", "left"})
_DENIED = re.compile(r"\b(?:no|not|denies|without)\b[^.,;\n]*$", re.IGNORECASE)
_SURFACE = r"(?:TBSA|BSA|total body surface(?: area)?|body surface(?: area)?)"
_TOTAL = (
    re.compile(r"\btotal\b[^.%\n]{0,15}?(?P<percent>\d{1,2}) ?(?:%|percent)", re.IGNORECASE),
    re.compile(
        rf"\b(?P<percent>\d{{1,2}}) ?(?:%|percent)[^.,;\n]{{0,12}}\b{_SURFACE}", re.IGNORECASE
    ),
    re.compile(
        rf"\b{_SURFACE}\b[^.,;\d\n]{{0,15}}(?P<percent>\d{{1,2}}) ?(?:%|percent)", re.IGNORECASE
    ),
)
_THIRD = re.compile(
    r"\b(?P<before>\d{1,2}) ?(?:%|percent)[^.,;%\d\n]{0,25}\b(?:third|3rd|full)[- ](?:degree"
    r"|thickness)"
    r"|\b(?:third|3rd|full)[- ](?:degree|thickness)[^.,;\d%\n]{0,20}(?P<after>\d{1,2}) ?(?:%"
    r"|percent)",
    re.IGNORECASE,
)


def burns(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with one burn a site, the highest degree first, and their extent.

    Of burns of one site and side only the highest degree is coded (ICD-10-CM OCG I.C.19.d.1, 2);
    the extent stands beside them where the record tells the share of the body, not for sequelae
    (I.C.19.d.6).
    """
    found = [draft for draft in drafts if draft.code.startswith(_BURNS) and draft.code[6:7] != "S"]
    if not found:
        listed = [] if first(drafts, *_BURNS) else _listed(case)
        if not listed:
            return list(drafts)
        drafts = [*listed, *drafts]
    drafts = _by_site(drafts, case)
    found = [draft for draft in drafts if draft.code.startswith(_BURNS) and draft.code[6:7] != "S"]
    kept: dict[str, Draft] = {}
    for draft in sorted(found, key=lambda item: _DEGREES.get(item.code[3], 3)):
        kept.setdefault(draft.code[:3] + draft.code[4:6], draft)
    ordered = list(kept.values())
    if len(found) > 1 and [draft.code for draft in ordered] != [draft.code for draft in found]:
        ordered[0] = ordered[0].because("highest-degree-burn")
    place = next(number for number, draft in enumerate(drafts) if draft is found[0])
    others = [draft for draft in drafts if draft not in found]
    result = [*others[:place], *ordered, *others[place:]]
    extent = _extent(found, case)
    if extent is None:
        return result
    return [*(draft for draft in result if not draft.code.startswith(extent.code[:3])), extent]


def corrosive_first(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the substance that corroded before the corrosion.

    The Tabular List asks at the corrosions of T20 to T28 to code first the chemical and the intent
    (T51-T65), accidental unless the record says otherwise.
    """
    corrosion = next((draft for draft in drafts if _is_corrosion(draft.code)), None)
    if corrosion is None or first(drafts, "T51", "T52", "T53", "T54", "T55", "T56", "T57", "T65"):
        return list(drafts)
    for reading in case.readings:
        for found in _corrosives()[0].finditer(reading.text):
            if _DENIED.search(reading.text[max(0, found.start() - 30) : found.start()]):
                continue
            name = " ".join(found.group().lower().split())
            code = f"{_corrosives()[1][name]}X1{corrosion.code[6:7] or 'A'}"
            if case.is_billable(code):
                span = Span(found.start(), found.end(), reading.index)
                reason = (because("corrosive-first", f"({name})"),)
                agent = Draft(code, (span,), reason, corrosion.confidence, place=corrosion.place)
                return replaced(drafts, corrosion, agent, corrosion)
    return list(drafts)


def _is_corrosion(code: str) -> bool:
    if code.startswith(_BURNS):
        return code[3] in _CORROSIONS
    return code.startswith(_OF_EYES_AND_INSIDE) and code[3] in _CORROSIONS_INSIDE


@cache
def _corrosives() -> tuple[re.Pattern[str], dict[str, str]]:
    codes = {
        row["name"]: plain(row["substance"])
        for row in rows(
            table("nosology.coding.guidelines", "corrosives.tsv"), ("name", "substance", "source")
        )
    }
    names = sorted(codes, key=lambda name: (-len(name), name))
    pattern = "|".join(name.replace(" ", r"\s+") for name in names)
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), codes


def _listed(case: Case) -> list[Draft]:
    """Burns that a list headed by the word gives by degree and site alone.

    ``Burns: third degree right forearm and hand; second degree abdomen``: the degree holds for
    every site up to the next.
    """
    found: dict[str, Draft] = {}
    for reading in case.readings:
        if reading.document.author is not Author.PROVIDER:
            continue
        for head in _LIST_OF_BURNS.finditer(reading.text):
            degree: frozenset[str] = frozenset()
            for piece in _PIECE.finditer(reading.text, head.end("head"), head.end()):
                named = next((rank for rank, cue in _DEGREE_CUES if cue.search(piece[0])), None)
                if named is not None:
                    degree = frozenset(content_words(_DEGREE_WORDS[named]))
                words = frozenset(content_words(piece[0])) | degree | {"burn"}
                code = _burn_of(words, case) if degree else None
                if code is not None:
                    span = Span(piece.start(), piece.end(), reading.index)
                    reason = (because("burn-degree"),)
                    found.setdefault(code, Draft(code, (span,), reason, 0.75))
    return list(found.values())


def _burn_of(words: frozenset[str], case: Case) -> str | None:
    """The code of a burn that the words name with its site, at its first care."""
    entries = [
        entry for entry in case.index.within(words) if case.index.concepts[entry].startswith(_BURNS)
    ]
    if not entries:
        return None
    term = case.index.term(max(entries, key=lambda entry: len(case.index.bag(entry))))
    choices = case.specificity.choose(
        term.concept, term.within, content_words(term.text), Support(words)
    )
    code = episode.completed(choices[0].title.code, "A") if choices else ""
    return code if case.is_billable(code) else None


def _by_site(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """The burns whose degree the name leaves open under the degree told of their site elsewhere."""
    result: list[Draft] = []
    for draft in drafts:
        if not draft.code.startswith(_BURNS) or draft.code[3] not in _OPEN_DEGREE:
            result.append(draft)
            continue
        found = _degree_of(draft, case)
        if found is None:
            result.append(draft)
            continue
        code = draft.code[:3] + _OPEN_DEGREE[draft.code[3]][found[0]] + draft.code[4:]
        if not case.is_billable(code):
            result.append(draft)
        else:
            deeper = replace(draft, code=code, support=(*draft.support, found[1]))
            result.append(deeper.because("burn-degree"))
    return result


def _degree_of(draft: Draft, case: Case) -> tuple[int, Span] | None:
    """The highest degree that a sentence tells of the site of the burn, and where it does."""
    title = content_words(case.code(draft.code).display)
    parts = axes().sites | axes().regions
    sites, sides = title & parts, title & _SIDES
    best: tuple[int, Span] | None = None
    for reading in case.readings:
        for number, sentence in enumerate(reading.sentences):
            said = reading.said(sentence)
            degree = next((rank for rank, cue in _DEGREE_CUES if cue.search(said)), None)
            if degree is None or (best is not None and degree <= best[0]):
                continue
            own = _block_words(reading, number)
            if own & sites and (not sides or not own & _SIDES or own & sides):
                best = (degree, Span(sentence.start, sentence.end, reading.index))
    return best


def _block_words(reading: Reading, number: int) -> frozenset[str]:
    """The words of the sentence, or of the one before it in the same entry if it names no site."""
    for place in (number, number - 1):
        if place < 0:
            break
        sentence = reading.sentences[place]
        words = frozenset(
            word
            for token in reading.tokens[sentence.first_token : sentence.last_token]
            for word in token.words
        )
        if words & (axes().sites | axes().regions) or sentence.is_line_start:
            return words
    return frozenset()


def _extent(found: list[Draft], case: Case) -> Draft | None:
    for reading in case.readings:
        total = next((hit for cue in _TOTAL if (hit := cue.search(reading.text))), None)
        if total is None:
            continue
        third = _THIRD.search(reading.text)
        share = int(total["percent"])
        deep = min(int(third["before"] or third["after"]), share) if third else 0
        category = _CORROSION_EXTENT if found[0].code[3] in _CORROSIONS else _EXTENT
        code = category + str(share // 10) + (str(deep // 10) if share >= 10 else "")
        if case.is_billable(code):
            span = Span(total.start(), total.end(), reading.index)
            return Draft(code, (span,), (because("extent-of-burns"),), 0.7)
    return None
