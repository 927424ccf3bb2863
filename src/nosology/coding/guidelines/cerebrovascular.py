"""Chapter 9: strokes of the past as the deficits that they left, or as history."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft, first, replaced
from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.coding.guidelines.nervous import NO_SIDE, side_character
from nosology.coding.guidelines.relation import (
    CAUSES,
    sentence_at,
    side_of,
    when,
)
from nosology.model.code import plain
from nosology.model.encounter import Setting
from nosology.model.record import Span
from nosology.model.tables import rows, table

_EVENTS = ("I60", "I61", "I62", "I63")
_SEQUELA, _HISTORY = "I69", "Z8673"
_TOLD = (*_EVENTS, _SEQUELA, _HISTORY)
_SEQUELA_OF = {"I60": "I690", "I61": "I691", "I62": "I692"}
_OF_INFARCTION = "I693"
_SEQUELA_CODE = re.compile(r"I69[0-9](?P<rest>\d{2})")
_OPEN_SEQUELA = re.compile(r"I69[0-9]0")
_WEAKNESS = ("R531", "M6281", "R29898")
_HEMIPARESIS, _ARM, _LEG = "5", "3", "4"
_UPPER = re.compile(r"\b(?:arm|hand|upper)\b", re.IGNORECASE)
_LOWER = re.compile(r"\b(?:leg|foot|lower)\b", re.IGNORECASE)
PAST_DAYS = 7
VISITS = frozenset({Setting.OFFICE, Setting.TELEHEALTH, Setting.HOME, Setting.HOPD_PROFESSIONAL})
"""Settings in which no stroke is treated in its acute episode when it is told as past."""
_FROM = re.compile(
    rf"\b(?:{CAUSES}|from|after|following|as an?|of|status[- ]post|s/p|since)\b", re.IGNORECASE
)
_WITH = re.compile(
    r"\b(?:with|w|residual|resulting in|causing|leaving|which left|led to|complicated by"
    r"|deficits?|manifested by)\b",
    re.IGNORECASE,
)
_APART = re.compile(
    r"\b(?:without|no|presents?|presenting|presented|new|denies|comes?|admitted|developed)\b",
    re.IGNORECASE,
)
_REMAINS = re.compile(
    r"\b(?:residual|sequelae?|late effects?|persistent|chronic|deficits?)\b", re.I
)
_FOLLOWING = re.compile(r"\b(?:following|after|from|post)[ -](?:an?\s|the\s|his\s|her\s)?$", re.I)
_LEFT_BY = re.compile(
    r",\s*(?:both |all )?(?:residuals?|sequelae?|late effects?|deficits?|left over)\s"
    r"(?:\w+\s)?(?:of|from|after)\b[^,]*$",
    re.IGNORECASE,
)
"""A comma that sets off what the deficits before it are."""
_AFTER_STAY = re.compile(
    r"\b(?:after|following|post|since|from|s/p|status[- ]post|completed)\b[^.;\n]{0,30}?"
    r"\b(?:hospital(?:ization|isation|ized)?|admission|inpatient|acute|rehab\w*|stay|discharged?)\b"
    r"[^.;\n]{0,40}?\b(?:for|with|due to|because of|after|following)\b[^.;,\n]{0,30}$",
    re.IGNORECASE,
)
"""A stay in hospital, told as over, that was for what follows."""
_FACILITY = re.compile(
    r"\b(?:skilled nursing|nursing (?:facility|home)|SNF|long[- ]term care|POS 3[12]"
    r"|(?:acute |inpatient )?rehab(?:ilitation)? (?:facility|hospital|unit|center|admission|stay)"
    r"|IRF|subacute rehab\w*)\b",
    re.IGNORECASE,
)
"""Where a patient is cared for after the acute episode, as the heading of a record names it."""
_FRESH = re.compile(
    r"\b(?:new|evolving|today|yesterday|this morning|overnight|hours? ago|sent to (?:the )?(?:ED|ER"
    r"|hospital)|rule out|r/o)\b",
    re.IGNORECASE,
)
_HEADING = 240
"""Characters of a record within which it says where it was written."""
_FOLLOWING_SENTENCES = 2
"""Sentences behind a stroke of the past that go on about it in such a place."""
_NEAR = 20
_SEQUELAE = re.compile(r"\b(?:sequelae?|late effects?)\b", re.IGNORECASE)
_REACH = 60
_SUBCATEGORY = 4


@dataclass(frozen=True, slots=True)
class _Deficit:
    """A row of ``stroke_deficits.tsv``.

    Attributes:
        stays: whether its own code stands behind the sequela.
        acute: its own code beside an acute stroke, without the character of the side.
    """

    code: str
    characters: str
    has_side: bool
    stays: bool
    acute: str = ""


def stroke_sequelae(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with a past stroke as its deficits (I69) or, without any, as history.

    I60 to I63 are for the acute episode. The deficits that the record ties to a stroke of the past
    have codes of I69, whatever has its own code elsewhere; without deficits the history is reported
    (ICD-10-CM OCG I.C.9.d).
    """
    is_reported = first(drafts, *_TOLD) or any(_deficit(draft.code) for draft in drafts)
    if not is_reported and not case.encounter.is_inpatient:
        return list(drafts)
    strokes = [
        item
        for item in case.statements
        if item.concept.startswith(_TOLD) and item.sense in (Sense.PRESENT, Sense.PAST)
    ]
    if not strokes and not is_reported:
        return list(drafts)
    past = [item for item in strokes if _is_past(item, strokes, case)]
    result = _with_acute_deficits(list(drafts), strokes, past, case)
    if not past:
        return result
    result = _with_deficits(_with_named_sequelae(result, strokes, case), past, case)
    has_sequela = any(
        draft.code.startswith(_SEQUELA) and not _OPEN_SEQUELA.fullmatch(draft.code)
        for draft in result
    )
    spans = {item.span for item in past}
    return [
        draft
        for turned in (_turned(draft, spans, case, has_sequela=has_sequela) for draft in result)
        if (draft := turned) is not None
    ]


def _is_past(item: Statement, strokes: Sequence[Statement], case: Case) -> bool:
    if not item.concept.startswith(_EVENTS):
        return not _is_named_with_event(item, strokes, case)
    if _is_after_stay(item) or (_is_after_acute_care(item, case) and not _is_fresh(item)):
        return True
    told = when(item, case.on)
    if told.is_now:
        return False
    if told.days is not None:
        return told.days >= PAST_DAYS
    if told.is_past:
        return True
    if case.encounter.setting not in VISITS:
        return _SEQUELAE.search(item.said) is not None
    if _REMAINS.search(item.said):
        return True
    before = item.reading.text[max(0, item.mention.start - _NEAR) : item.mention.start]
    if _FOLLOWING.search(before):
        return True
    others = [(other, when(other, case.on)) for other in strokes if other is not item]
    is_new_elsewhere = any(
        told.is_now and other.concept.startswith(_EVENTS) for other, told in others
    )
    return not is_new_elsewhere and any(
        other.concept.startswith((_SEQUELA, _HISTORY))
        or told.is_past
        or (told.days is not None and told.days >= PAST_DAYS)
        for other, told in others
    )


def _is_after_stay(item: Statement) -> bool:
    """Whether the words before the stroke tell of the stay for it as over."""
    sentence = item.reading.sentences[item.mention.sentence]
    before = item.reading.text[sentence.start : item.mention.start]
    return _AFTER_STAY.search(before) is not None


def _is_fresh(item: Statement) -> bool:
    """Whether the sentence says that the stroke has only now come about."""
    return _FRESH.search(item.said) is not None


def _is_after_acute_care(item: Statement, case: Case) -> bool:
    """Whether the record was written where patients are cared for after the acute episode."""
    if case.encounter.is_inpatient:
        return False
    document = item.reading.document
    return _FACILITY.search(f"{document.type}\n{document.text[:_HEADING]}") is not None


def _with_acute_deficits(
    drafts: list[Draft], strokes: list[Statement], past: list[Statement], case: Case
) -> list[Draft]:
    """With the deficits of an acute stroke, which one term names with it, by their own codes."""
    acute = {item.span for item in strokes if item not in past}
    if not acute:
        return drafts
    present = {draft.code[:_SUBCATEGORY] for draft in drafts}
    explained: set[str] = set()
    result: list[Draft] = []
    for draft in drafts:
        found = _SEQUELA_CODE.fullmatch(draft.code)
        if found is None or draft.support[0] not in acute:
            result.append(draft)
            continue
        code = _acute_code(found["rest"])
        if code[:_SUBCATEGORY] in present:
            explained.add(code[:_SUBCATEGORY])
        elif case.is_billable(code):
            present.add(code[:_SUBCATEGORY])
            result.append(replace(draft, code=code).because("stroke-deficit-acute"))
    return [
        draft.because("stroke-deficit-acute") if draft.code[:_SUBCATEGORY] in explained else draft
        for draft in result
    ]


def _acute_code(rest: str) -> str:
    """The code beside an acute stroke of what the characters behind I69.- stand for."""
    for row in _deficits():
        if row.acute and rest.startswith(row.characters):
            if not row.has_side:
                return row.acute
            side = rest[len(row.characters) :]
            return row.acute + ("0" if side == NO_SIDE else side)
    return ""


def _is_named_with_event(item: Statement, strokes: Sequence[Statement], case: Case) -> bool:
    """Whether a term for a sequela only joins the words of an acute stroke and of its deficit."""
    if not item.concept.startswith(_SEQUELA) or _REMAINS.search(item.said):
        return False
    return any(
        other.concept.startswith(_EVENTS)
        and other.reading is item.reading
        and other.mention.sentence == item.mention.sentence
        and not _is_past(other, strokes, case)
        for other in strokes
    )


def _with_named_sequelae(drafts: list[Draft], strokes: list[Statement], case: Case) -> list[Draft]:
    """With the deficits that a sentence on a stroke of the past names together with it."""
    histories = [draft for draft in drafts if draft.code == _HISTORY]
    for item in strokes if histories else ():
        is_specific = item.concept.startswith(_SEQUELA) and not _OPEN_SEQUELA.fullmatch(
            item.concept
        )
        history = next(
            (
                draft
                for draft in histories
                if sentence_at(draft.support[0], case)
                is item.reading.sentences[item.mention.sentence]
            ),
            None,
        )
        if history is None or not is_specific or not _REMAINS.search(item.said):
            continue
        for assigned in case.assignment.codes(item):
            if not any(draft.code == assigned.code for draft in drafts):
                sequela = replace(
                    history,
                    code=assigned.code,
                    support=(item.span, *history.support),
                    rationale=assigned.rationale,
                )
                drafts = replaced(drafts, history, sequela.because("stroke-deficit"), history)
    return drafts


def _with_deficits(drafts: list[Draft], past: list[Statement], case: Case) -> list[Draft]:
    reported = {span for draft in drafts for span in draft.support}
    spans = {item.span for item in past}
    is_acute = any(
        draft.code.startswith(_EVENTS) and draft.support[0] not in spans for draft in drafts
    )
    for item in case.statements:
        deficit = _deficit_of(item)
        if deficit is None or item.sense not in (Sense.PRESENT, Sense.PAST):
            continue
        stroke = next((other for other in past if _are_linked(item, other, case)), None)
        needs_cue = is_acute or item.sense is Sense.PAST
        if stroke is None or (needs_cue and not _REMAINS.search(item.said)):
            continue
        is_new = when(item, case.on).is_now and not _REMAINS.search(item.said)
        if is_new and not _is_after_acute_care(item, case):
            continue
        own = next(
            (draft for draft in drafts if item.span in draft.support or _is_same(draft, deficit)),
            None,
        )
        is_stay = case.encounter.is_inpatient and item.sense is Sense.PRESENT
        if own is None and stroke.span not in reported and not is_stay:
            continue
        code = _sequela_code(item, deficit, stroke, case)
        if not case.is_billable(code):
            continue
        base = own or Draft(item.concept, (item.span,), (), 0.7, place=item.place)
        sequela = replace(base, code=code, support=(*base.support, stroke.span)).because(
            "stroke-deficit"
        )
        stays = own is not None and deficit.stays and own.code != "R1310"
        if any(draft.code == code for draft in drafts):
            drafts = [draft for draft in drafts if draft is not own or stays]
        elif own is not None:
            drafts = replaced(drafts, own, sequela, *((own,) if stays else ()))
        else:
            told = [sequela]
            if deficit.stays:
                told.extend(
                    replace(base, code=found.code, rationale=found.rationale).because(
                        "stroke-deficit"
                    )
                    for found in case.assignment.codes(item)
                    if found.code != "R1310"
                )
            behind = _place_behind(stroke, drafts)
            drafts = [*drafts[:behind], *told, *drafts[behind:]]
    return drafts


def _place_behind(stroke: Statement, drafts: Sequence[Draft]) -> int:
    """The place behind what the stroke already supports, the end where it supports nothing."""
    places = [number for number, draft in enumerate(drafts) if stroke.span in draft.support]
    return places[-1] + 1 if places else len(drafts)


def _is_same(draft: Draft, deficit: _Deficit) -> bool:
    """Whether the draft, said elsewhere, is the same deficit."""
    known = _deficit(draft.code)
    return known is not None and known.characters == deficit.characters


def _are_linked(deficit: Statement, stroke: Statement, case: Case) -> bool:
    """Whether the words tie the deficit to the stroke: in one sentence, or as what remains.

    Where care goes on after the acute episode, what is told right behind the stroke is tied to it.
    """
    if deficit.reading is not stroke.reading:
        return False
    behind = deficit.mention.sentence - stroke.mention.sentence
    if 0 < behind <= _FOLLOWING_SENTENCES and _is_after_acute_care(stroke, case):
        return True
    text = deficit.reading.text
    if deficit.mention.sentence == stroke.mention.sentence:
        if stroke.concept.startswith(_SEQUELA):
            return True
        if deficit.mention.end <= stroke.mention.start:
            between = text[deficit.mention.end : stroke.mention.start]
            is_tied = _FROM.search(between) is not None and (
                "," not in between or _LEFT_BY.search(between) is not None
            )
        else:
            between = text[stroke.mention.end : deficit.mention.start]
            is_tied = len(between) <= _REACH and _WITH.search(between) is not None
        return is_tied and _APART.search(between) is None
    return (
        deficit.problem is not None
        and deficit.place == stroke.place
        and _REMAINS.search(deficit.said) is not None
    )


def _sequela_code(item: Statement, deficit: _Deficit, stroke: Statement, case: Case) -> str:
    stem = _SEQUELA_OF.get(stroke.concept[:3], _OF_INFARCTION)
    if stroke.concept.startswith(_SEQUELA):
        stem = stroke.concept[:4]
    if not deficit.has_side:
        return stem + deficit.characters
    side = side_character(side_of(item), case) or NO_SIDE
    return stem + deficit.characters + side


def _turned(draft: Draft, past: set[Span], case: Case, *, has_sequela: bool) -> Draft | None:
    """The draft of a past stroke as it is reported: not beside its deficits, else as history."""
    is_event = draft.code.startswith(_EVENTS) and draft.support[0] in past
    if has_sequela:
        is_told = draft.code == _HISTORY or _OPEN_SEQUELA.fullmatch(draft.code)
        return None if is_event or is_told else draft
    if not is_event:
        return draft
    history = case.knowledge.personal_history(draft.code)
    if history is None or not case.is_billable(history):
        return draft
    return replace(draft, code=history).because("stroke-past")


def _deficit_of(item: Statement) -> _Deficit | None:
    if item.concept.startswith(_WEAKNESS):
        if side_of(item) not in {"right", "left"}:
            return None
        # Weakness of one side is what the Index calls hemiparesis, of one limb monoparesis.
        near = item.reading.text[max(0, item.mention.start - 20) : item.mention.end + 25]
        limb = _ARM if _UPPER.search(near) else _LEG if _LOWER.search(near) else _HEMIPARESIS
        if _UPPER.search(near) and _LOWER.search(near):
            limb = _HEMIPARESIS
        return _Deficit(item.concept, limb, has_side=True, stays=False)
    return _deficit(item.concept)


def _deficit(code: str) -> _Deficit | None:
    return next((row for row in _deficits() if code.startswith(row.code)), None)


@cache
def _deficits() -> tuple[_Deficit, ...]:
    return tuple(
        _Deficit(
            plain(row["deficit"]),
            row["characters"],
            row["side"] == "yes",
            row["beside"] == "yes",
            plain(row["acute"]),
        )
        for row in rows(
            table("nosology.coding.guidelines", "stroke_deficits.tsv"),
            ("deficit", "characters", "side", "beside", "acute", "source"),
        )
    )
