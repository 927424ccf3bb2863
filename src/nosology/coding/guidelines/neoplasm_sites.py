"""Chapter 2: primary and secondary sites of malignant neoplasms, as the sentence joins them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft, first
from nosology.coding.diagnoses.specificity import Support, content_words
from nosology.coding.diagnoses.statements import Statement
from nosology.coding.guidelines.wording import said_with, sentences_with
from nosology.coding.rules import because
from nosology.model.code import plain
from nosology.model.reading import Reading, Sentence
from nosology.model.record import Span
from nosology.model.tables import rows, table

_SECONDARY = ("C77", "C78", "C79")
_UNKNOWN_PRIMARY, _DISSEMINATED, _SITE_UNSPECIFIED = "C801", "C800", "C799"
_MALIGNANT_FLUID = ("J910", "R180")
_PAST_WITHOUT_SITE = "Z859"
_NEAR = 4
_SIDE_WORDS = frozenset({"right", "left", "bilateral", "both"})
_SIDE_BEFORE = re.compile(r"\b(?:right|left|bilateral|both)\W*$", re.IGNORECASE)
_FRACTURE, _BONE = "M845", "C7951"
_NO_SITE = (*_SECONDARY, "C80")
_NOT_AMONG_SITES = ("C81", "C82", "C83", "C84", "C85", "C86", "C88", "C9", "C7B")
_OFTEN_SECONDARY = ("C22", "C38", "C40", "C41", "C45", "C48", "C70", "C71", "C72", "C76", "C77")
"""Sites at which "metastatic" more often means that the neoplasm came there than that it left."""
_CANCER = (
    r"(?:cancer|carcinoma|adenocarcinoma|melanoma|sarcoma|malignancy|tumor|neoplasm|disease|ca)"
)
_SPREADS = r"(?:metasta(?:tic|s[ei]s|sized|sizing)|mets?)"
_TO = re.compile(
    rf"\b(?:{_SPREADS}(?:\s+(?:disease|lesions?|spread))?|spread"
    rf"|metastatic\s+(?:[\w-]+\s+){{0,5}}?{_CANCER})\s+(?:to|in|into|involving|of|at|within)\b",
    re.IGNORECASE,
)
_METASTATIC = re.compile(rf"\bmetastatic\s+(?:[\w-]+\s+){{1,4}}?{_CANCER}\b", re.IGNORECASE)
_ANY = re.compile(r"\bmet(?:asta|s?\b)|\bspread\b|carcinomatosis", re.IGNORECASE)
_JOINED = (
    r"(?:\s|,|/|&|\b(?:and|as well as|plus|the|his|her|their|both|multiple|diffuse|widespread|right"
    r"|left|bilateral|distant|several|lobe|lobes|of|also|to)\b)*"
)
_DENIED = re.compile(
    r"\b(?:no|not|without|negative for|denies|rule out|r/o|possible|possibly|probable|suspected"
    r"|suspicious for|concern(?:ing)? for|evaluate for|risk of|history of"
    r"|absence of)\b[^.;\n]{0,30}$",
    re.IGNORECASE,
)
_PRIMARY_UNKNOWN = re.compile(
    r"\b(?:unknown|undetermined|occult)\s+primary\b|\bprimary\s+(?:site\s+)?(?:is\s+)?unknown\b"
    r"|\bunknown (?:origin|source)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Site:
    """A site of the table: its secondary code and the primary neoplasms at the same place."""

    code: str
    within: str
    primary: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Spread:
    """A site to which the text says that a neoplasm spread."""

    site: _Site
    name: str
    span: Span
    sentence: Sentence


def secondary_sites(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with every site that a neoplasm is said to have spread to, and no other.

    The sites are read where the sentence lists them: a site that the words give as secondary is not
    primary too, and one that they give as primary not secondary (ICD-10-CM OCG I.C.2, general
    guidelines: primary and secondary sites are determined; Index: Neoplasm Table).
    """
    neoplasms = [draft for draft in drafts if draft.code.startswith("C")]
    if not neoplasms:
        return list(drafts)
    spreads = _spreads(neoplasms, case)
    if not spreads:
        return list(drafts)
    result = [
        _without_side(draft, spreads, case)
        for draft in drafts
        if not _is_misread(draft, spreads, case)
    ]
    for spread in spreads:
        if any(draft.code.startswith(spread.site.within) for draft in result):
            continue
        added = _secondary(spread, neoplasms, case)
        if added:
            beside = [
                place
                for place, draft in enumerate(result)
                if draft.code.startswith("C") and _in_sentence(draft, spread, case)
            ]
            place = beside[-1] + 1 if beside else len(result)
            result[place:place] = added
    return result


def site_of_cancer(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with a cancer without a site under the site that its phrase names.

    ``Colon cancer, status post resection`` gives its site to the operation as well; the words of
    the phrase are read once more for the neoplasm (ICD-10-CM OCG I.B.2).
    """
    result: list[Draft] = []
    for draft in drafts:
        site = (
            _site_in(draft, case) if draft.code in (_UNKNOWN_PRIMARY, _PAST_WITHOUT_SITE) else None
        )
        if site and any(other is not draft and other.code[:3] == site[:3] for other in drafts):
            continue  # the site is coded already, perhaps more exactly
        result.append(
            replace(draft, code=site).because("neoplasm-site-in-phrase") if site else draft
        )
    return result


def _site_in(draft: Draft, case: Case) -> str | None:
    words = _words_before(draft, case)
    entries = sorted(
        case.index.within(words), key=lambda entry: (-len(case.index.bag(entry)), entry)
    )
    for entry in entries:
        term = case.index.term(entry)
        if term.concept[0] != "C" or term.concept.startswith(_NO_SITE):
            continue
        if draft.code == _PAST_WITHOUT_SITE:
            history = case.knowledge.personal_history(term.concept)
            return history if history and case.is_billable(history) else None
        choices = case.specificity.choose(
            term.concept, term.within, content_words(term.text), Support(words)
        )
        code = choices[0].title.code if choices else ""
        return code if case.is_billable(code) else None
    return None


def _words_before(draft: Draft, case: Case) -> frozenset[str]:
    """The words of the cancer and the few directly before it, up to a stop."""
    for span, reading, sentence in sentences_with(draft, case):
        said = reading.text[sentence.start : span.end]
        return frozenset(content_words(" ".join(re.split(r"[,;:.]", said)[-1].split()[-_NEAR:])))
    return frozenset()


def unknown_sites(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with what stands for a primary or secondary site that nobody names.

    C80.1 where the record calls the primary unknown, C79.9 where a neoplasm is metastatic without
    a site; neither, nor C80.0, beside the sites that are known (ICD-10-CM OCG I.C.2.j and k).
    """
    primary = next(
        (draft for draft in drafts if draft.code[0] == "C" and not draft.code.startswith(_NO_SITE)),
        None,
    )
    secondary = first(drafts, *_SECONDARY)
    result = list(drafts)
    if primary:
        result = [draft for draft in result if draft.code != _UNKNOWN_PRIMARY]
    if primary or secondary:
        result = [draft for draft in result if draft.code != _DISSEMINATED]
    is_known = any(
        draft.code.startswith(_SECONDARY) and draft.code != _SITE_UNSPECIFIED for draft in result
    )
    if is_known:
        result = [draft for draft in result if draft.code != _SITE_UNSPECIFIED]
    unknown = next((draft for draft in result if draft.code == _UNKNOWN_PRIMARY), None)
    if unknown is not None and is_known:
        # Nothing but the secondary sites can be treated (OCG I.C.2.b).
        last = [place for place, draft in enumerate(result) if draft.code.startswith(_SECONDARY)][
            -1
        ]
        if result.index(unknown) < last:
            result.insert(last, result.pop(result.index(unknown)))
    if primary and first(result, *_MALIGNANT_FLUID):
        # Where the cells were found says where the neoplasm went.
        result = [draft for draft in result if draft.code != _SITE_UNSPECIFIED]
        secondary = secondary or primary
    result = [draft for draft in result if not _is_of_other_sites(draft, result)]
    if primary and secondary is None and _is_metastatic(primary, case):
        reason = (because("metastatic-site-unspecified"),)
        code = _BONE if first(result, _FRACTURE) else _SITE_UNSPECIFIED
        added = replace(primary, code=code, rationale=reason)
        place = result.index(primary) + 1
        return [*result[:place], added, *result[place:]]
    if (
        secondary
        and primary is None
        and not first(result, _UNKNOWN_PRIMARY, "Z85", _SITE_UNSPECIFIED)
        and _PRIMARY_UNKNOWN.search(said_with(secondary, case))
    ):
        reason = (because("primary-unknown"),)
        result.append(replace(secondary, code=_UNKNOWN_PRIMARY, rationale=reason))
    return result


def _is_of_other_sites(draft: Draft, drafts: Sequence[Draft]) -> bool:
    """Whether "metastatic" without a site is a word of a site that another draft names."""
    return draft.code == _SITE_UNSPECIFIED and any(
        other.code.startswith(_SECONDARY)
        and other.code != _SITE_UNSPECIFIED
        and any(
            mine.document == theirs.document and mine.start < theirs.end and theirs.start < mine.end
            for mine in draft.support
            for theirs in other.support
        )
        for other in drafts
    )


def _is_metastatic(primary: Draft, case: Case) -> bool:
    if primary.code.startswith((*_OFTEN_SECONDARY, *_NOT_AMONG_SITES)):
        return False
    for span, reading, sentence in sentences_with(primary, case):
        for match in _METASTATIC.finditer(reading.text, sentence.start, sentence.end):
            is_its = (
                match.start() <= span.start <= match.end() or span.start <= match.start() < span.end
            )
            before = reading.text[sentence.start : match.start()]
            if is_its and not _DENIED.search(before):
                return True
    return False


def _spreads(neoplasms: Sequence[Draft], case: Case) -> list[_Spread]:
    found: dict[str, _Spread] = {}
    seen: set[tuple[int, int]] = set()
    for draft in neoplasms:
        for span, reading, sentence in sentences_with(draft, case):
            key = (span.document, sentence.start)
            if key in seen or not _ANY.search(reading.text, sentence.start, sentence.end):
                continue
            seen.add(key)
            for spread in (*_named_behind(reading, sentence), *_named_before(reading, sentence)):
                found.setdefault(spread.site.within, spread)
    return list(found.values())


def _named_behind(reading: Reading, sentence: Sentence) -> Iterator[_Spread]:
    """The sites listed behind the words, as in ``metastatic to bone, liver and brain``."""
    site = _patterns().next_site
    for match in _TO.finditer(reading.text, sentence.start, sentence.end):
        if _DENIED.search(reading.text[sentence.start : match.start()]):
            continue
        place = match.end()
        while (named := site.match(reading.text, place, sentence.end)) is not None:
            yield _spread(named, reading, sentence)
            place = named.end()


def _named_before(reading: Reading, sentence: Sentence) -> Iterator[_Spread]:
    """The sites listed before the words, as in ``liver and bone metastases``."""
    patterns = _patterns()
    for match in patterns.listed.finditer(reading.text, sentence.start, sentence.end):
        if not _DENIED.search(reading.text[sentence.start : match.start()]):
            for named in patterns.site.finditer(
                reading.text, match.start("list"), match.end("list")
            ):
                yield _spread(named, reading, sentence)


def _spread(named: re.Match[str], reading: Reading, sentence: Sentence) -> _Spread:
    name = re.sub(r"\s+", " ", named["site"].lower())
    span = Span(named.start("site"), named.end("site"), reading.index)
    return _Spread(_sites()[name], name, span, sentence)


def _is_misread(draft: Draft, spreads: Sequence[_Spread], case: Case) -> bool:
    """Whether the draft joins words that belong to a primary and to a secondary site."""
    together = [spread for spread in spreads if _in_sentence(draft, spread, case)]
    if not together or len({span.document for span in draft.support}) > 1:
        return False
    if draft.code.startswith(_SECONDARY):
        return (
            draft.code != _SITE_UNSPECIFIED
            and any(draft.code.startswith(site.within) for site in _sites().values())
            and not any(draft.code.startswith(spread.site.within) for spread in together)
        ) or _is_said_in_part(draft, together)
    return any(
        draft.code.startswith(spread.site.primary)
        and any(span.start <= spread.span.start < span.end for span in draft.support)
        for spread in together
        if spread.site.primary
    )


def _is_said_in_part(draft: Draft, spreads: Sequence[_Spread]) -> bool:
    """Whether lymph nodes without a region stand for those of a region that is named."""
    return (
        draft.code == "C779"
        and any(spread.site.code[:3] == "C77" for spread in spreads)
        and not any(spread.site.code == "C779" for spread in spreads)
    )


def _in_sentence(draft: Draft, spread: _Spread, case: Case) -> bool:
    return any(
        span.document == spread.span.document and sentence.start == spread.sentence.start
        for span, _, sentence in sentences_with(draft, case)
    )


def _secondary(spread: _Spread, neoplasms: Sequence[Draft], case: Case) -> list[Draft]:
    text = case.readings[spread.span.document].text
    near = content_words(text[max(spread.span.start - 12, spread.sentence.start) : spread.span.end])
    choices = case.specificity.choose(
        spread.site.code, spread.site.within, content_words(spread.name), Support(near)
    )
    owner = next((draft for draft in neoplasms if _in_sentence(draft, spread, case)), neoplasms[0])
    reason = (because("secondary-site", f"({spread.name})"),)
    return [
        replace(owner, code=code, support=(spread.span,), rationale=reason, words=frozenset())
        for code in (choice.title.code for choice in choices)
        if case.is_billable(code)
    ]


def _without_side(draft: Draft, spreads: Sequence[_Spread], case: Case) -> Draft:
    """The primary neoplasm without a side that the sentence says of a secondary site only."""
    together = [spread for spread in spreads if _in_sentence(draft, spread, case)]
    if not together or draft.code[0] != "C" or draft.code.startswith(_NO_SITE):
        return draft
    stated = next((item for item in case.statements if item.span == draft.support[0]), None)
    if stated is None or stated.mention.entry < 0 or not draft.words & _SIDE_WORDS:
        return draft
    words = _words_beside(stated, together)
    if words & _SIDE_WORDS == draft.words & _SIDE_WORDS:
        return draft
    term = case.index.term(stated.mention.entry)
    choices = case.specificity.choose(
        term.concept, term.within, content_words(term.text), Support(words)
    )
    if not choices or not case.is_billable(choices[0].title.code):
        return draft
    return replace(draft, code=choices[0].title.code)


def _words_beside(stated: Statement, spreads: Sequence[_Spread]) -> frozenset[str]:
    """The words of the sentence, abbreviations spelled out, without the sites of the spreads."""
    reading = stated.reading
    sentence = reading.sentences[stated.mention.sentence]
    taken = []
    for spread in spreads:
        side = _SIDE_BEFORE.search(reading.text, sentence.start, spread.span.start)
        taken.append((side.start() if side else spread.span.start, spread.span.end))
    said = [
        " ".join(token.words)
        for token in reading.tokens[sentence.first_token : sentence.last_token]
        if not any(start <= token.start < end for start, end in taken)
    ]
    return content_words(" ".join(said))


@cache
def _sites() -> dict[str, _Site]:
    columns = ("site", "code", "within", "primary", "source")
    return {
        row["site"]: _Site(
            plain(row["code"]),
            plain(row["within"]),
            tuple(plain(code) for code in row["primary"].split()),
        )
        for row in rows(table("nosology.coding.guidelines", "secondary_sites.tsv"), columns)
    }


@dataclass(frozen=True, slots=True)
class _Patterns:
    """How sites are written.

    Attributes:
        next_site: the next of a list; ``listed`` a list of them before the word for their spread.
    """

    site: re.Pattern[str]
    next_site: re.Pattern[str]
    listed: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    longest = sorted(_sites(), key=lambda name: (-len(name), name))
    names = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in longest)
    return _Patterns(
        re.compile(rf"\b(?P<site>{names})\b", re.IGNORECASE),
        re.compile(rf"{_JOINED}\b(?P<site>{names})\b", re.IGNORECASE),
        re.compile(
            rf"\b(?P<list>(?:{names})(?:\s*(?:,|/|&|\band\b)+\s*(?:{names}))*)\s+"
            r"(?:metastas[ei]s|mets?\b|carcinomatosis"
            r"|metastatic\s+(?:disease|lesions?|deposits?|involvement))",
            re.IGNORECASE,
        ),
    )
