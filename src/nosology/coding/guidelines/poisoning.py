"""Chapter 19: adverse effects, poisoning and underdosing, and the order in which they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft, first, replaced
from nosology.coding.guidelines.drug_codes import (
    Manner,
    code_of,
    in_manner,
    manner_of,
    named,
)
from nosology.coding.guidelines.relation import sentence_at
from nosology.coding.guidelines.wording import discussed_with, sentences_with
from nosology.coding.rules import because
from nosology.model.code import plain
from nosology.model.reading import Reading, Sentence
from nosology.model.record import Span
from nosology.model.tables import rows, table

_NOT_AN_EFFECT = (
    "Z",
    "O",
    "P",
    "Q",
    "S",
    "V",
    "W",
    "X",
    "Y",
    "T1",
    "T2",
    "T3",
    "T4",
    "T5",
    "C",
    "F1",
)
_LINK = (
    r"(?:(?:due|secondary|related|attribut\w+) to|caused by|because of|from|after (?:taking"
    r"|starting)"
    r"|side effects? (?:of|from)|adverse (?:effects?|reactions?) (?:of|to|from)|reaction to|2/2|d/t"
    r"|with use of|in response to)"
)
_MISUSED = re.compile(
    r"\boverdos\w+|\bpoison\w+|\b(?:wrong|too much|too many|extra|double|excess\w*) (?:dose|drug"
    r"|pill"
    r"|tablet|medication)?|\bin error\b|\bby mistake\b|\bmistakenly\b|\bnot prescribed\b"
    r"|\bingest\w+"
    r"|\b(?:with|and) alcohol\b|\bsuicid\w+|\bself[- ]harm|\bintentional\w*",
    re.IGNORECASE,
)
_RELIEVED = re.compile(
    r"\b(?:improv\w+|relie\w+|resolv\w+|better|treated|controlled|managed|benefit\w*|no|not|without"
    r"|unlikely|doubt\w*)\b",
    re.IGNORECASE,
)
_AS_PRESCRIBED = re.compile(
    r"\btak(?:en|ing) (?:it )?(?:as|exactly as) (?:prescribed|directed|instructed)"
    r"|\b(?:properly|correctly) (?:prescribed|taken|administered)|\bat (?:a )?therapeutic dose"
    r"|\bno overdose",
    re.IGNORECASE,
)
_SELF_HARM = re.compile(
    r"\bsuicid(?:e|al) (?:attempt|gesture|intent)|\battempted suicide|\bself[- ](?:harm"
    r"|inflicted|poison)"
    r"|(?<!un)\bintentional(?:ly)?\b(?! underdos)|\bdeliberate(?:ly)?\b|\bintent to (?:die|harm"
    r"|kill)",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:no|not|denies|denied|without|non-?|nor)\b[^.,;\n]{0,25}$", re.IGNORECASE
)
_UNDETERMINED = re.compile(
    r"\bundetermined intent|\bintent (?:is |was )?(?:undetermined|(?:cannot"
    r"|could not) be determined)",
    re.IGNORECASE,
)
_ATTEMPT = "T1491"
_CATEGORY = 3
_TYPED = re.compile(r"\btype\b|\bT[12]D|\bDM-?(?:[12]|II?)\b|\bwith\b", re.IGNORECASE)
_DIABETES = re.compile(r"\b(?:diabet\w+|mellitus|DM)\b", re.IGNORECASE)
_UNSPECIFIED_DRUG = "T5090"
_LESS = re.compile(
    r"\bunder-?dos\w+|\b(?:non-?(?:complian|adheren)\w+)|\b(?:ran|run|running) out of\b"
    r"|\b(?:has |have )?not (?:been )?(?:taking|taken)\b|\bskip(?:s|ped|ping)\b|\bmiss(?:es|ed"
    r"|ing)\b"
    r"|\bration(?:s|ed|ing)\b|\bself[- ]discontinu\w+|\bon (?:his|her|their) own\b"
    r"|\b(?:patient|pt|he|she|they)(?: has| had)? (?:stopped|quit|discontinued)\b"
    r"|\b(?:can(?:no|')t|could not|unable to) afford\b|\btak(?:es|ing) less\b"
    r"|\bforg[eo]t(?:s|ting)?\b|\b(?:stopping|quitting)\b"
    r"|\b(?:make|makes|making) (?:it|them) last\b|\bstretch(?:es|ed|ing)?\b",
    re.IGNORECASE,
)
_WITHOUT_IT = re.compile(
    r"\b(?:stop\w*|miss\w*|skip\w*|not (?:taking|having|being)|running out|lack|absence|without"
    r"|withdraw\w*|discontinu\w*|non-?(?:adher|compli)\w+|off|forget\w*|holding|held"
    r"|underdos\w*)\b",
    re.IGNORECASE,
)
"""What is blamed is that the medicine was not taken."""
_LESS_THAN_PRESCRIBED = re.compile(
    r"\bunder-?dos\w+|\btak(?:es|ing) less\b|\bnot tak(?:en|ing)\b"
    r"|\bnon-?(?:complian|adheren)\w+ (?:with|to) (?:his |her |their )?(?:med|drug|treat|therap)",
    re.IGNORECASE,
)
_OF_STOPPING = re.compile(
    r"\b(?:due to|secondary to|because of|related to|from|after|in the setting of|2/2)\s+"
    r"(?:\w+\s+){0,2}(?:(?:stopping|discontinu\w+|missing|skipping|not taking|running out of"
    r"|being off)"
    r"\s+(?:\w+\s+){0,2}(?:med\w*|drugs?|pills)\b"
    r"|(?:med\w*\s+)?(?:non-?(?:adheren|complian)\w+|under-?dosing))",
    re.IGNORECASE,
)
_BY_ORDER = re.compile(
    r"\b(?:we|I|provider|physician|doctor|cardiolog\w+|by (?:his|her|their) \w+)\b[^.\n]{0,30}"
    r"\b(?:stopped|discontinued|held)|\b(?:was|were|been) (?:stopped|discontinued|held)\b"
    r"|\b(?:advised|instructed|told) to (?:stop|hold)|\bdenies (?:missing|skipping)|\bnot miss",
    re.IGNORECASE,
)
_COST = re.compile(r"\bcost|\bafford|\bfinanc|\binsurance|\bexpens", re.IGNORECASE)
_FORGOT = re.compile(r"\bforg[eo]t\w*|\bunintentional\w*|\baccident\w*", re.IGNORECASE)
_CHOSE = re.compile(
    r"\b(?:stopp(?:ed|ing)|quit|discontinu(?:ed|ing)|self[- ]discontinu\w+|skip\w*|ration\w*"
    r"|halv(?:es?|ed|ing)|split(?:s|ting)? (?:pills|tablets|doses)|stretch(?:es|ed|ing)"
    r"|cut(?:s|ting)? (?:back|down|pills|tablets|doses|in half)|tak(?:es|ing) less"
    r"|mak(?:e|es|ing) (?:it|them) last|on (?:his|her"
    r"|their) own"
    r"|intentional\w*)",
    re.IGNORECASE,
)
_ALLERGY = ("Z88", "Z910")
_MOST_BETWEEN = 4
_TAKEN = frozenset({Manner.ACCIDENTAL, Manner.SELF_HARM, Manner.UNDETERMINED})
"""How a patient takes what poisons."""


def adverse_effects(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the medicine behind each condition that the record ascribes to it.

    The nature of the effect stands first, then the code of the medicine with the character 5; where
    it was taken otherwise than prescribed it is a poisoning, which stands before what it brought
    about (ICD-10-CM OCG I.C.19.e.5.a and b). The same substance is coded once (I.C.19.e.3).
    """
    result = list(drafts)
    for draft in drafts:
        if draft.code.startswith(_NOT_AN_EFFECT) or not draft.support:
            continue
        found = _blamed(draft, case)
        if found is None:
            continue
        name, span, is_misused = found
        manner = Manner.ACCIDENTAL if is_misused else Manner.ADVERSE_EFFECT
        code = code_of(name, manner, case)
        if code is None:
            continue
        known = next(
            (item for item in result if item.code[:5] == code[:5] and item.code[0] == "T"), None
        )
        if known is not None and (is_misused or manner_of(known.code) is not Manner.ACCIDENTAL):
            continue
        if known is not None:
            result = [item for item in result if item is not known]
        rule = "poisoning" if is_misused else "adverse-effect"
        taken = Draft(
            code, (span,), (because(rule, f"({name})"),), draft.confidence * 0.9, place=draft.place
        )
        if is_misused:
            result = replaced(result, draft, taken, draft)
        else:
            result = replaced(result, draft, _of_drug(draft, case), taken)
            result = [item for item in result if not _is_same_allergy(item, draft)]
    return result


def poisoning(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with poisonings by their intent, before what they brought about.

    Accidental unless the record tells the intent, undetermined only if it says that it cannot be
    determined; what was taken as prescribed is an adverse effect, behind its nature (ICD-10-CM OCG
    I.C.19.e.5.a and b).
    """
    if first(drafts, "T3", "T4", "T5", "T6") is None:
        return list(drafts)
    result: list[Draft] = []
    intended = False
    for stated in drafts:
        draft = _named_drug(stated, case)
        stated_manner = manner_of(draft.code)
        if stated_manner is not Manner.ACCIDENTAL:
            intended = intended or stated_manner is Manner.SELF_HARM
            result.append(draft)
            continue
        changed = _by_intent(draft, case)
        intended = intended or manner_of(changed.code) is Manner.SELF_HARM
        result.append(changed)
    if intended:
        result = [draft for draft in result if not draft.code.startswith(_ATTEMPT)]
    return _without_unnamed(result)


def _without_unnamed(drafts: list[Draft]) -> list[Draft]:
    """Without the poisoning by a drug that nobody names, where the record names the one taken."""
    named = next(
        (
            draft
            for draft in drafts
            if manner_of(draft.code) in _TAKEN and not draft.code.startswith(_UNSPECIFIED_DRUG)
        ),
        None,
    )
    if named is None:
        return drafts
    return [
        draft
        for draft in drafts
        if not (draft.code.startswith(_UNSPECIFIED_DRUG) and manner_of(draft.code) in _TAKEN)
    ]


def effects_in_order(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with poisonings before what they brought about and adverse effects behind.

    Source: ICD-10-CM Official Guidelines I.C.19.e.5.a and b.
    """
    del case
    return _in_order(list(drafts))


def underdosing(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with a prescribed medicine that the patient takes less of than prescribed.

    Behind the condition, never first, with the noncompliance that tells the intent (ICD-10-CM OCG
    I.C.19.e.5.c).
    """
    result = list(drafts)
    for draft in drafts:
        if draft.code.startswith(("Z", "T", "V", "W", "X", "Y")):
            continue
        found = _taken_less(draft, case)
        if found is None:
            continue
        name, span, said = found
        code = code_of(name, Manner.UNDERDOSING, case)
        if code is None or any(item.code[:5] == code[:5] for item in result):
            continue
        less = Draft(code, (span,), (because("underdosing", f"({name})"),), draft.confidence * 0.8)
        result = _noncompliant([*result, less], less, said, case)
    for draft in drafts:
        if manner_of(draft.code) is Manner.UNDERDOSING:
            result = _noncompliant(result, draft, discussed_with(draft, case), case)
    return result


def _noncompliant(drafts: list[Draft], less: Draft, said: str, case: Case) -> list[Draft]:
    stated = first(drafts, "Z9112", "Z9113", "Z9114")
    code = _why(said)
    if not case.is_billable(code) or (stated is not None and stated.code != "Z91148"):
        return drafts
    others = [draft for draft in drafts if draft is not stated]
    reason = because("underdosing", f"({less.code})")
    return [*others, Draft(code, less.support, (reason,), less.confidence)]


def _why(said: str) -> str:
    is_chosen = _CHOSE.search(said) is not None
    if _FORGOT.search(said) and not is_chosen:
        return "Z91138"
    if _COST.search(said):
        return "Z91120"
    return "Z91128" if is_chosen else "Z91148"


def _taken_less(draft: Draft, case: Case) -> tuple[str, Span, str] | None:
    sentences = _of_problem(draft, case)
    if any(_OF_STOPPING.search(reading.said(sentence)) for _, reading, sentence in sentences):
        # The problem comes of it; which medicine it is the record may tell elsewhere.
        sentences += [
            (draft.support[0], reading, sentence)
            for reading in case.readings
            for sentence in reading.sentences
        ]
    for _, reading, sentence in sentences:
        said = reading.said(sentence)
        cue = _LESS.search(said)
        if cue is None or _BY_ORDER.search(said):
            continue
        named = _treating(draft, _names(reading, sentence), case)
        if named:
            return (*named[0], said)
        # A cause that speaks of the medicine without its name: the one that the problem names.
        if _LESS_THAN_PRESCRIBED.search(said):
            discussed = [
                found
                for _, other, beside in _of_problem(draft, case)
                for found in _treating(draft, _names(other, beside), case)
            ]
            if len({name.lower() for name, _ in discussed}) == 1:
                return (*discussed[0], said)
    return None


def _treating(
    draft: Draft, names: Sequence[tuple[str, Span]], case: Case
) -> list[tuple[str, Span]]:
    """Those of the medicines that are given for the condition."""
    drugs = case.knowledge.drugs
    return [
        (name, span)
        for name, span in names
        if name.lower() in drugs and draft.code.startswith(drugs[name.lower()].treats)
    ]


def _of_problem(draft: Draft, case: Case) -> list[tuple[Span, Reading, Sentence]]:
    found = list(sentences_with(draft, case))
    document, rank = draft.place
    if rank >= 0:
        reading = case.readings[document]
        problem = next((item for item in reading.problems if item.rank == rank), None)
        found.extend(
            (draft.support[0], reading, reading.sentences[number])
            for number in (problem.sentences if problem else ())
        )
    return found


def _names(reading: Reading, sentence: Sentence) -> list[tuple[str, Span]]:
    return [
        (found[0], Span(found.start(), found.end(), reading.index))
        for found in _any_name().finditer(reading.text, sentence.start, sentence.end)
    ]


def _blamed(draft: Draft, case: Case) -> tuple[str, Span, bool] | None:
    """The medicine that the record says brings the condition about, and whether it was misused."""
    for span in draft.support:
        sentence = sentence_at(span, case)
        reading = case.readings[span.document]
        said = reading.said(sentence) if sentence else ""
        if sentence is None or not _any_name().search(said):
            continue
        found = _behind().search(reading.text, span.start, sentence.end)
        if found and found.start() - span.end > 0:
            between = reading.text[span.end : found.start()]
            if len(between) > 60 or _RELIEVED.search(between) or ";" in between:
                found = None
        found = found or _before().search(reading.text, sentence.start, span.end)
        if found and not _WITHOUT_IT.search(found.group()):
            place = Span(found.start("name"), found.end("name"), reading.index)
            is_misused = bool(_MISUSED.search(said)) and not _AS_PRESCRIBED.search(said)
            return found["name"], place, is_misused
    return None


def _of_drug(draft: Draft, case: Case) -> Draft:
    """The condition under the code that the Index has for it where a drug is the cause."""
    for condition, code in _induced():
        if not draft.code.startswith(condition):
            continue
        if len(code) == _CATEGORY and not _is_blamed_directly(draft, case):
            continue
        of_drug = code + draft.code[_CATEGORY:] if len(code) == _CATEGORY else code
        if case.is_billable(of_drug):
            is_same = of_drug == draft.code
            return draft if is_same else replace(draft, code=of_drug).because("drug-induced")
    return draft


def _is_blamed_directly(draft: Draft, case: Case) -> bool:
    """Whether the medicine is blamed for the disease itself, not for what it is with."""
    for span in draft.support:
        text = case.readings[span.document].text
        if _TYPED.search(text, span.start, span.end):
            return False
        if _DIABETES.search(text, span.start, span.end) and (
            found := _behind().search(text, span.end)
        ):
            between = text[span.end : found.start()]
            return not between.strip(" ,(-") or _DIABETES.fullmatch(between.strip()) is not None
    return False


def _is_same_allergy(item: Draft, effect: Draft) -> bool:
    return item.code.startswith(_ALLERGY) and any(
        one.document == other.document and one.start < other.end and other.start < one.end
        for one in item.support
        for other in effect.support
    )


def _named_drug(draft: Draft, case: Case) -> Draft:
    """A poisoning by an unspecified drug under the one drug that its sentence names."""
    manner = manner_of(draft.code)
    if manner is None or not draft.code.startswith(_UNSPECIFIED_DRUG):
        return draft
    codes = {
        code_of(name, manner, case)
        for _, reading, sentence in sentences_with(draft, case)
        for name, _ in _names(reading, sentence)
    }
    code = codes.pop() if len(codes) == 1 else None
    return replace(draft, code=code).because("specificity") if code else draft


def _by_intent(draft: Draft, case: Case) -> Draft:
    said = discussed_with(draft, case)
    manner = Manner.ACCIDENTAL
    if _UNDETERMINED.search(said):
        manner = Manner.UNDETERMINED
    elif any(
        not _DENIED.search(said[max(0, found.start() - 40) : found.start()])
        for found in _SELF_HARM.finditer(said)
    ):
        manner = Manner.SELF_HARM
    elif _AS_PRESCRIBED.search(said):
        manner = Manner.ADVERSE_EFFECT
    if manner is Manner.ACCIDENTAL:
        return draft
    code = in_manner(draft.code, manner, case)
    if code is None:
        return draft
    rule = "adverse-effect" if manner is Manner.ADVERSE_EFFECT else "poisoning"
    return replace(draft, code=code).because(rule)


def _in_order(drafts: list[Draft]) -> list[Draft]:
    """Poisonings before the other conditions of their problem, adverse effects behind them."""
    result = list(drafts)
    for draft in drafts:
        manner = manner_of(draft.code)
        if manner is None or manner is Manner.UNDERDOSING:
            continue
        here = result.index(draft)
        result.pop(here)
        partners = [
            place
            for place, item in enumerate(result)
            if item.place == draft.place and item.place[1] >= 0 and manner_of(item.code) is None
        ]
        if manner is Manner.ADVERSE_EFFECT:
            here = max([here, *(place + 1 for place in partners[:1])])
        else:
            here = min([here, *partners])
        result.insert(here, draft)
    return result


@cache
def _any_name() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{named()})\b", re.IGNORECASE)


@cache
def _behind() -> re.Pattern[str]:
    return re.compile(
        rf"\b{_LINK}\s+(?:[\w-]+\s+){{0,{_MOST_BETWEEN}}}?(?P<name>{named()})\b(?! (?:allergy"
        rf"|withdrawal))",
        re.IGNORECASE,
    )


@cache
def _before() -> re.Pattern[str]:
    return re.compile(rf"\b(?P<name>{named()})[- ](?:induced|related|associated)\b", re.IGNORECASE)


@cache
def _induced() -> tuple[tuple[str, str], ...]:
    found = [
        (plain(row["condition"]), plain(row["drug_induced"]))
        for row in rows(
            table("nosology.coding.guidelines", "drug_induced.tsv"),
            ("condition", "drug_induced", "source"),
        )
    ]
    return tuple(sorted(found, key=lambda pair: -len(pair[0])))
