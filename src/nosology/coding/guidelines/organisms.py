"""Chapter 1: the organism of an infection that is classified elsewhere, and its resistance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft, first, replaced
from nosology.coding.guidelines.wording import said_with, sentences_with
from nosology.coding.rules import because
from nosology.model.code import plain
from nosology.model.code_ranges import CodeRange, named_in
from nosology.model.reading import Reading, Sentence
from nosology.model.record import Span
from nosology.model.tables import rows, table

_PACKAGE = "nosology.coding.guidelines"
_ORGANISMS = CodeRange("B95", "B97")
_SITELESS = ("A49", "B95", "B96", "B97", "A048")
"""Codes of an organism without a site: they say less than the infection with its organism."""
_CATHETER, _URINARY = "T8351", ("N390", "N30", "N10", "N12", "N34")
_NAMES_URINARY = re.compile(r"\b(?:C?A?UTIs?|urinary tract infections?)\b", re.IGNORECASE)
_CARRIER = "Z223"
_METHICILLIN = ("A4102", "J15212", "A4902", "B9562")
_METHICILLIN_RESISTANCE = "Z1611"
_NOT_ITS = re.compile(
    r"\b(?:no|not|non|negative for|without|denies|rule out|r/o|possibl[ey]|probabl[ey]|suspect\w*"
    r"|likely|concern\w* for|cover\w*|empiric\w*|risk (?:of|for)|history of|h/o|hx of|prior"
    r"|previous"
    r"|vaccin\w*|versus|vs)\b[^.;,\n]{0,30}$",
    re.IGNORECASE,
)
_NOT_FOUND = re.compile(
    r"^[^.;,\n]{0,12}\b(?:negative|not (?:detected|isolated|grown|present)|ruled out|screen\w*"
    r"|nares"
    r"|swab|coloni[sz]\w*|carriers?|vaccin\w*|coverage|pending)\b",
    re.IGNORECASE,
)
_CULTURE = re.compile(
    r"\b(?:cultures?|grew|grow\w*|isolated?|speciat\w*|sensitivit\w+|pcr|positive for|due to"
    r"|caused by)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Named:
    """An organism where the text names it."""

    code: str
    span: Span
    reading: Reading
    sentence: Sentence


def organisms(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the organism behind each infection whose note asks for it.

    The organism must be said in the infection's own sentence, or as the growth of a culture in the
    discussion of the problem; resistance follows unless a code names it (ICD-10-CM OCG I.C.1.b, c
    and e). A code that names the organism without a site is dropped where the infection has one.
    """
    hosts = [draft for draft in drafts if _asked_at(draft, case)]
    siteless = [draft for draft in drafts if draft.code.startswith(_SITELESS)]
    if not hosts and not siteless:
        return list(drafts)
    found: dict[str, list[_Named]] = {}
    for host in hosts:
        asked = _asked_at(host, case)
        others = [item for item in hosts if item is not host]
        for named in _named_with(host, case):
            if any(item.holds(named.code) for item in asked) and not _is_nearer(
                named, host, others
            ):
                found.setdefault(host.code, []).append(named)
    result: list[Draft] = []
    present = {draft.code for draft in drafts if draft not in siteless}
    for draft in drafts:
        if draft in siteless and _has_site(draft, drafts, found, case):
            continue
        result.append(draft)
        for added in _organism_drafts(draft, found.get(draft.code, []), case):
            if added.code not in present:
                present.add(added.code)
                result.append(added)
    return result


def catheter_infection(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the urinary infection behind the code of its catheter.

    The note at T83.5 asks for the infection, which the term itself names (ICD-10-CM OCG I.B.7).
    """
    catheter = first(drafts, _CATHETER)
    if catheter is None or first(drafts, *_URINARY) or not case.is_billable(_URINARY[0]):
        return list(drafts)
    if not _NAMES_URINARY.search(said_with(catheter, case)):
        return list(drafts)
    reason = (because("additional-code", f"({catheter.code})"),)
    named = replace(catheter, code=_URINARY[0], rationale=reason)
    return replaced(drafts, catheter, catheter, named)


def resistance(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the resistance that is stated in the sentence of an infection.

    Source: ICD-10-CM OCG I.C.1.c; not for methicillin, which the codes name (I.C.1.e.1).
    """
    if any(draft.code.startswith("Z16") for draft in drafts):
        return list(drafts)
    result: list[Draft] = []
    present: set[str] = set()
    for draft in drafts:
        result.append(draft)
        if not _is_infection(draft):
            continue
        for span, reading, sentence in sentences_with(draft, case):
            for match in _resistances()[0].finditer(reading.text, sentence.start, sentence.end):
                code = _resistances()[1][_levelled(match.group())]
                barred = code == _METHICILLIN_RESISTANCE and draft.code in _METHICILLIN
                if code in present or barred or _is_denied(reading, sentence, match):
                    continue
                present.add(code)
                said = Span(match.start(), match.end(), span.document)
                reason = (because("resistance-stated", f"({draft.code})"),)
                result.append(Draft(code, (said,), reason, draft.confidence * 0.9))
    return [draft for draft in result if case.is_billable(draft.code)]


def _is_infection(draft: Draft) -> bool:
    return draft.code.startswith(("A", "B95", "B96", "B97", "J13", "J14", "J15"))


def _asked_at(draft: Draft, case: Case) -> tuple[CodeRange, ...]:
    """The organisms that the notes at the code, or our list, ask to name beside it."""
    if draft.code.startswith(("Z", *_SITELESS)):
        return ()
    noted = named_in(case.code(draft.code).use_additional)
    asked = tuple(item for item in noted if _ORGANISMS.first <= item.first[:3] <= _ORGANISMS.last)
    return asked or tuple(
        organism for condition, organism in _hosts() if draft.code.startswith(condition)
    )


def _named_with(host: Draft, case: Case) -> Iterator[_Named]:
    own: set[tuple[int, int]] = set()
    for span, reading, sentence in sentences_with(host, case):
        own.add((span.document, sentence.start))
        yield from _named_in(reading, sentence)
    document, rank = host.place
    if rank < 0:
        return
    reading = case.readings[document]
    for problem in reading.problems:
        if problem.rank == rank:
            for number in problem.sentences:
                sentence = reading.sentences[number]
                is_told = (document, sentence.start) in own
                if not is_told and _CULTURE.search(reading.text, sentence.start, sentence.end):
                    yield from _named_in(reading, sentence)


def _named_in(reading: Reading, sentence: Sentence) -> Iterator[_Named]:
    pattern, codes = _names()
    for match in pattern.finditer(reading.text, sentence.start, sentence.end):
        if not _is_denied(reading, sentence, match):
            span = Span(match.start(), match.end(), reading.index)
            yield _Named(codes[_levelled(match.group())], span, reading, sentence)


def _is_denied(reading: Reading, sentence: Sentence, match: re.Match[str]) -> bool:
    before = reading.text[sentence.start : match.start()]
    behind = reading.text[match.end() : sentence.end]
    return bool(_NOT_ITS.search(before) or _NOT_FOUND.search(behind))


def _is_nearer(named: _Named, host: Draft, others: Sequence[Draft]) -> bool:
    """Whether another infection of the sentence stands nearer to the organism."""

    def distance(draft: Draft) -> int:
        return min(
            (
                max(span.start - named.span.end, named.span.start - span.end, 0)
                for span in draft.support
                if span.document == named.span.document
                and named.sentence.start <= span.start < named.sentence.end
            ),
            default=1 << 30,
        )

    return any(distance(other) < distance(host) for other in others)


def _organism_drafts(host: Draft, named: Sequence[_Named], case: Case) -> Iterator[Draft]:
    for item in named:
        if case.is_billable(item.code):
            reason = (because("organism-named", f"({host.code})"),)
            yield replace(
                host, code=item.code, support=(item.span,), rationale=reason, words=frozenset()
            )


def _has_site(
    draft: Draft, drafts: Sequence[Draft], found: dict[str, list[_Named]], case: Case
) -> bool:
    """Whether the organism of the draft is that of an infection or of a carrier coded beside it."""
    places = {(span.document, item.start) for span, _, item in sentences_with(draft, case)}
    if any(
        (item.span.document, item.sentence.start) in places
        for same in found.values()
        for item in same
    ):
        return True
    return any(
        other is not draft
        and (other.code.startswith(_CARRIER) or "methicillin" in _title(other, case))
        and any(
            (span.document, item.start) in places for span, _, item in sentences_with(other, case)
        )
        for other in drafts
        if not other.code.startswith(_SITELESS)
    )


def _title(draft: Draft, case: Case) -> str:
    return case.code(draft.code).display.lower()


def _levelled(name: str) -> str:
    return " ".join(re.split(r"[\s-]+", name.lower()))


@cache
def _names() -> tuple[re.Pattern[str], dict[str, str]]:
    return _table("organisms.tsv")


@cache
def _resistances() -> tuple[re.Pattern[str], dict[str, str]]:
    return _table("resistances.tsv")


def _table(name: str) -> tuple[re.Pattern[str], dict[str, str]]:
    codes = {
        row["name"]: plain(row["code"])
        for row in rows(table(_PACKAGE, name), ("name", "code", "source"))
    }
    longest = sorted(codes, key=lambda known: (-len(known), known))
    written = "|".join(re.escape(known).replace(r"\ ", r"[\s-]+") for known in longest)
    return re.compile(rf"(?<![\w])(?:{written})(?![\w])", re.IGNORECASE), codes


@cache
def _hosts() -> tuple[tuple[str, CodeRange], ...]:
    listed = rows(table(_PACKAGE, "organism_hosts.tsv"), ("condition", "organism", "source"))
    return tuple((plain(row["condition"]), CodeRange.parse(row["organism"])) for row in listed)
