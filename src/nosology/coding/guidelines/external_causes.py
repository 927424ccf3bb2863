"""Chapter 20: how an injury came about, where, in what activity and status."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from nosology.coding.diagnoses import episode
from nosology.coding.diagnoses.draft import Case, Draft, first
from nosology.coding.diagnoses.specificity import Support, content_words
from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.coding.guidelines.relation import sentence_at
from nosology.coding.guidelines.transport import Accident, accident
from nosology.coding.rules import because
from nosology.model.code import EXTERNAL_CAUSES, plain
from nosology.model.encounter import Setting
from nosology.model.reading import SectionKind
from nosology.model.record import Author, Span
from nosology.model.tables import rows, table

_BURNS = ("T20", "T21", "T22", "T23", "T24", "T25", "T26", "T27", "T28", "T30", "T31", "T32")
_INJURY = ("S", "T0", "T14", "T15", "T16", "T17", "T18", "T19", *_BURNS, "T33", "T34")
_OTHER_EFFECTS = ("T66", "T67", "T68", "T69", "T70", "T71", "T73", "T75")
_CONFIRMED_ABUSE, _SUSPECTED_ABUSE = "T74", "T76"
_PLACE, _ACTIVITY, _STATUS = "Y92", "Y93", "Y99"
_BESIDE = (_PLACE, _ACTIVITY, _STATUS)
_PERPETRATOR = "Y07"
_ASSAULT = ("X92", "X93", "X94", "X95", "X96", "X97", "X98", "X99", "Y00", "Y01", "Y02", "Y03")
_ASSAULTS = (*_ASSAULT, "Y04", "Y08", "Y09")
_UNSAID = ("Y929", "Y939", "Y999")
"""Place, activity and status that are not stated are not coded."""
_PRIORITIES = (_ASSAULTS, ("Y38",), ("X34", "X35", "X36", "X37", "X38", "X39"), ("V",))
"""Abuse and assault, terrorism, cataclysm, transport, then all others."""
_TOLD = frozenset(
    {
        SectionKind.CHIEF_COMPLAINT,
        SectionKind.HISTORY_OF_PRESENT_ILLNESS,
        SectionKind.INDICATION,
        SectionKind.INTERVAL_HISTORY,
        SectionKind.ASSESSMENT,
        SectionKind.ASSESSMENT_AND_PLAN,
        SectionKind.IMPRESSION,
        SectionKind.HOSPITAL_COURSE,
        SectionKind.BODY,
    }
)
_INTERPRETED = frozenset(
    {Setting.IMAGING_PROFESSIONAL_HOSPITAL, Setting.IMAGING_CENTER_GLOBAL, Setting.INDEPENDENT_LAB}
)
_UNSPECIFIED_FALL, _FALLS = "W19", ("W0", "W10", "W11", "W12", "W13", "W14", "W15", "W16", "W17")
_FELL = frozenset({"fall", "fell"})
_WORDS_OF_A_FALL = 8
_HEAT, _NATURAL_HEAT = "T67", "X30"
_HOT_OUTSIDE = re.compile(
    r"\b(?:9\d|1[01]\d) ?(?:°|deg(?:rees)?\.?)? ?F?\b[^.;\n]{0,12}"
    r"\b(?:outside|outdoors|heat|day|weather)\b"
    r"|\b(?:hot|humid)\b[^.;\n]{0,12}\b(?:outside|outdoors|weather|day|sun)\b"
    r"|\bin the (?:hot )?sun\b|\boutdoors?\b[^.;\n]{0,20}\bheat\b",
    re.IGNORECASE,
)
_EVENT = frozenset({Sense.PRESENT, Sense.PAST})
_PAID = "Y990"
_TRANSPORT = ("V",)
_WORK = re.compile(
    r"(?<!not )\b(?:at work|on the job|while working|at (?:his|her|their) (?:job|workplace))\b",
    re.IGNORECASE,
)
_INITIAL = ("A", "B", "C")
_SEQUELA = "S"


def external_causes(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the cause of an injury, at its first care with place and activity.

    The seventh character is the injury's (ICD-10-CM OCG I.C.20.a.2); place of occurrence, activity
    and status are reported once, at the initial encounter (I.C.20.b, c and k), and not if they are
    not stated. No cause stands beside suspected abuse (I.C.19.f) nor beside a code that names its
    own cause, such as a poisoning (I.C.20.a.8). The cause told in most words is taken, the earliest
    of equals; abuse and transport accidents before others (I.C.20.f).
    """
    abuse = first(drafts, _CONFIRMED_ABUSE)
    injury = first(drafts, *_INJURY) or first(drafts, *_OTHER_EFFECTS) or abuse
    if first(drafts, _SUSPECTED_ABUSE):
        return [draft for draft in drafts if not draft.code.startswith((_PERPETRATOR, *_ASSAULTS))]
    if injury is None or any(draft.code.startswith(EXTERNAL_CAUSES) for draft in drafts):
        return list(drafts)
    character = _character(injury)
    told = [
        item
        for item in case.statements
        if item.concept.startswith(EXTERNAL_CAUSES)
        and item.sense in _EVENT
        and (item.kind in _TOLD or _is_reason_for_study(item, case))
    ]
    chosen = _causes(told, abuse is not None)
    seventh = "A" if character in _INITIAL else character
    if not any(item.concept.startswith((*_TRANSPORT, *_ASSAULTS)) for item in chosen):
        in_parts = next(_accidents(case, seventh), None)
        if in_parts is not None:
            reason = (because("transport-accident"),)
            return [*drafts, Draft(in_parts.code, (in_parts.span,), reason, 0.6)]
    if not chosen:
        return [*drafts, *_natural_heat(injury, character, case)]
    if character in _INITIAL:
        lead = chosen[0]
        for kind in _BESIDE:
            found = [
                item
                for item in told
                if item.concept.startswith(kind)
                and not item.concept.startswith(_UNSAID)
                and _is_near(item, lead)
            ]
            chosen.extend(found[:1])
    result = list(drafts)
    chosen_by = _perpetrator((abuse, chosen[0]), case) if abuse is not None else None
    if chosen_by is not None:
        chosen = [item for item in chosen if not item.concept.startswith(_PERPETRATOR)] or chosen
    work = None
    if character in _INITIAL and not any(item.concept.startswith(_STATUS) for item in chosen):
        work = _at_work(chosen[0], case)
    for item in chosen:
        if item.concept.startswith(_TRANSPORT):
            told_whole = _whole(item, case, seventh)
            if told_whole is not None:
                reason = (because("transport-accident"),)
                result.append(Draft(told_whole.code, (told_whole.span,), reason, 0.6))
                continue
        code = _completed(item, case, seventh)
        if code and not code.startswith(_UNSAID):
            result.append(Draft(code, (item.span,), (because("external-cause"),), 0.5))
    return [*result, *(draft for draft in (chosen_by, work) if draft)]


def _accidents(case: Case, character: str) -> Iterator[Accident]:
    """The transport accidents that sentences tell of whose words make no term."""
    for reading in case.readings:
        if reading.document.author is not Author.PROVIDER:
            continue
        for sentence in reading.sentences:
            if reading.sections[sentence.section].kind in _TOLD:
                found = accident(reading, sentence, case, character)
                if found is not None:
                    yield found


def _whole(item: Statement, case: Case, character: str) -> Accident | None:
    """The accident put together of its parts, where a term takes some of them only."""
    reading = item.reading
    return accident(reading, reading.sentences[item.mention.sentence], case, character)


def _is_reason_for_study(item: Statement, case: Case) -> bool:
    """Whether it is the history with which a study was asked for, which is why it was done."""
    return item.kind is SectionKind.PAST_MEDICAL_HISTORY and case.encounter.setting in _INTERPRETED


def _natural_heat(injury: Draft, character: str, case: Case) -> list[Draft]:
    """The heat of the weather as the cause of an effect of heat, where the record tells of it."""
    code = f"{_NATURAL_HEAT}XXX{character}"
    if not injury.code.startswith(_HEAT) or not case.is_billable(code):
        return []
    for reading in case.readings:
        for section in reading.sections:
            if section.kind in _TOLD:
                found = _HOT_OUTSIDE.search(reading.text, section.start, section.end)
                if found:
                    span = Span(found.start(), found.end(), reading.index)
                    return [Draft(code, (span,), (because("external-cause"),), 0.5)]
    return []


def _perpetrator(told: tuple[Draft, Statement], case: Case) -> Draft | None:
    """Who did it, as the sentence of the abuse or of the assault says with ``by``."""
    abuse, cause = told
    for span in (*abuse.support, cause.span):
        sentence = sentence_at(span, case)
        reading = case.reading_of(span)
        found = _by_whom().search(reading.text, sentence.start, sentence.end) if sentence else None
        if found is None:
            continue
        now, former = _people()[" ".join(found["person"].lower().split())]
        code = former if found["former"] else now
        if case.is_billable(code):
            place = Span(found.start(), found.end(), span.document)
            return Draft(code, (place,), (because("perpetrator-named"),), 0.6)
    return None


@cache
def _people() -> dict[str, tuple[str, str]]:
    return {
        row["person"]: (plain(row["code"]), plain(row["former"]))
        for row in rows(
            table("nosology.coding.guidelines", "perpetrators.tsv"),
            ("person", "code", "former", "source"),
        )
    }


@cache
def _by_whom() -> re.Pattern[str]:
    people = "|".join(
        person.replace(" ", r"\s+") for person in sorted(_people(), key=lambda name: -len(name))
    )
    return re.compile(
        r"\bby\s+(?:his|her|their|the|an?|pt'?s|patient'?s)?\s*(?:current\s+|own\s+|biological\s+)?"
        rf"(?P<former>ex-?\s*|former\s+|estranged\s+ex-?\s*)?(?P<person>{people})\b",
        re.IGNORECASE,
    )


def _at_work(cause: Statement, case: Case) -> Draft | None:
    """The civilian activity done for pay, where the sentence of the cause says so."""
    sentence = cause.reading.sentences[cause.mention.sentence]
    found = _WORK.search(cause.reading.text, sentence.start, sentence.end)
    if found is None or not case.is_billable(_PAID):
        return None
    span = Span(found.start(), found.end(), cause.reading.index)
    return Draft(_PAID, (span,), (because("external-cause"),), 0.5)


def _causes(told: list[Statement], is_abuse: bool) -> list[Statement]:
    """The cause that is told in most words, and for abuse the assault with who did it."""
    causes = [item for item in told if not item.concept.startswith((*_BESIDE, _PERPETRATOR))]
    cause = max(
        causes,
        key=lambda item: (-_priority(item), len(item.mention.tokens), -item.order[1]),
        default=None,
    )
    chosen = [cause] if cause else []
    if is_abuse:
        chosen.extend([item for item in told if item.concept.startswith(_PERPETRATOR)][:1])
    return chosen


def _priority(item: Statement) -> int:
    return next(
        (
            number
            for number, prefixes in enumerate(_PRIORITIES)
            if item.concept.startswith(prefixes)
        ),
        len(_PRIORITIES),
    )


def _character(injury: Draft) -> str:
    """The seventh character of the causes: that of the injury, any later care being subsequent."""
    stated = injury.code[6:7] or "A"
    if stated in (*_INITIAL, _SEQUELA):
        return stated
    return "D"


def _is_near(item: Statement, cause: Statement) -> bool:
    """Whether the two are told together: in one sentence or in neighboring ones."""
    return (
        item.reading is cause.reading
        and item.kind is cause.kind
        and abs(item.mention.sentence - cause.mention.sentence) <= 1
    )


def _named_fall(item: Statement, case: Case) -> str | None:
    """The fall that the words from "fell" on name, where the term leaves the fall unspecified."""
    reading = item.reading
    sentence = reading.sentences[item.mention.sentence]
    first = item.mention.tokens[0]
    last = min(sentence.last_token, first + _WORDS_OF_A_FALL)
    said: set[str] = set()
    for token in reading.tokens[first:last]:
        if token.words[0] in (",", ";"):
            break
        said.update(token.words)
    entries = [
        entry
        for entry in case.index.within(frozenset(said))
        if case.index.concepts[entry].startswith(_FALLS)
        and _FELL.intersection(case.index.term(entry).words)
    ]
    if not entries:
        return None
    return case.index.concepts[max(entries, key=lambda one: (len(case.index.bag(one)), -one))]


def _completed(item: Statement, case: Case, character: str) -> str | None:
    words = content_words(item.mention.term)
    concept = item.concept
    if concept == _UNSPECIFIED_FALL:
        concept = _named_fall(item, case) or concept
    choices = case.specificity.choose(concept, concept, words, Support(words))
    if not choices:
        return None
    title = choices[0].title
    code = title.code
    if not title.billable and title.seventh_characters:
        code = episode.completed(code, character)
    return code if case.is_billable(code) else None
