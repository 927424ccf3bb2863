"""Chapter 6: dominance of the affected side, and pain that the record calls chronic or acute."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nosology.coding.diagnoses.draft import Case, Draft, first, moved_before, replaced
from nosology.coding.diagnoses.statements import Sense
from nosology.coding.guidelines.relation import (
    beside,
    is_cause,
    of_draft,
    sentence_at,
    side_of,
)
from nosology.coding.guidelines.wording import said_with
from nosology.coding.rules import because
from nosology.model.reading import SectionKind

NO_SIDE = "9"
_ONE_SIDED = re.compile(
    r"(?:G81[019]|G83[123]|I69[012389][345])(?P<side>[0-49])|I69[012389]6(?P<other>[1-49])"
)
_RIGHT, _LEFT = frozenset("13"), frozenset("24")
_BY_DOMINANCE = {
    **{("right", "dominant"): "1", ("left", "dominant"): "2"},
    **{("right", "nondominant"): "3", ("left", "nondominant"): "4"},
}
_HANDED = re.compile(
    r"\b(?P<hand>right|left)[- ]hand(?:ed(?:ness)?|[- ]domina\w+)\b|\b(?P<both>ambidextrous)\b",
    re.IGNORECASE,
)
_SAID = re.compile(r"\b(?:non-?)?dominant\b", re.IGNORECASE)

_QUADRIPLEGIA, _LAST_HIGH_SEGMENT = "G8250", 4
_SEGMENT = re.compile(r"\bC-?(?P<number>[1-7])\b")
_EXTENT = re.compile(r"\b(?:in)?complete\b", re.IGNORECASE)
_LEVELS = {
    **{(True, True): "G8251", (True, False): "G8252"},
    **{(False, True): "G8253", (False, False): "G8254"},
}
_WITHOUT_STATUS = re.compile(r"(?P<stem>(?P<category>G40|G43)\w{2})9")
_STATUS = {
    "G40": re.compile(r"\bstatus epilepticus\b", re.IGNORECASE),
    "G43": re.compile(r"\bstatus migrainosus\b", re.IGNORECASE),
}
_NO_STATUS = re.compile(r"\b(?:without|no|not in)\s+(?:\w+\s+)?status\b", re.IGNORECASE)

_PAIN = ("M54", "M255", "M796", "R10", "M791", "R07", "N94", "R102")
_CHRONIC_PAIN, _NEOPLASM_PAIN = "G8929", "G893"
_UNTYPED_PAIN = (*_PAIN, "R52")
_PAIN_OF_SITE = (*_UNTYPED_PAIN, "M898")
_POSTOPERATIVE = ("G8918", "G8912")
_EXPECTED = re.compile(
    r"\b(?:expected|routine|appropriate|anticipated|normal|typical|usual)\b[^.\n]{0,30}"
    r"\b(?:post-?op|pain)",
    re.IGNORECASE,
)
_PAIN_CARE = re.compile(
    r"\bpain (?:management|control|clinic)\b|\b(?:epidural|facet|nerve block|trigger point|joint)"
    r"[^.\n]{0,20}\binjection|\bnerve block\b|\bspinal cord stimulator\b|\bneurostimulator\b",
    re.IGNORECASE,
)
_REASON = frozenset({SectionKind.CHIEF_COMPLAINT, SectionKind.INDICATION})
_MALIGNANT = ("C", "D0", "D37", "D38", "D39", "D4")
_BLOOD_COUNT = ("D46", "D47")
_OF_TRAUMA, _INJURIES = "G8911", ("S", "T2", "T30")


def dominance(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the dominance of the side that hemiplegia or monoplegia affects.

    Where the record does not tell it, right is dominant, left is not, and an ambidextrous patient's
    side is dominant; a stated handedness decides (ICD-10-CM OCG I.C.6.a, I.C.9.d.1).
    """
    result: list[Draft] = []
    for draft in drafts:
        found = _ONE_SIDED.fullmatch(draft.code)
        character = _character(draft, found, case) if found else None
        if character is None or not case.is_billable(draft.code[:-1] + character):
            result.append(draft)
        else:
            turned = replace(draft, code=draft.code[:-1] + character)
            result.append(turned.because("dominance-of-side"))
    return result


def quadriplegia_level(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with quadriplegia by the segment that the record names.

    The Tabular List groups the segments as C1 to C4 and C5 to C7, each complete or incomplete.
    """
    result = list(drafts)
    for draft in drafts:
        if draft.code != _QUADRIPLEGIA:
            continue
        said = said_with(draft, case)
        segment, extent = _SEGMENT.search(said), _EXTENT.search(said)
        if segment is None or extent is None:
            continue
        is_high = int(segment["number"]) <= _LAST_HIGH_SEGMENT
        is_complete = extent.group().lower() == "complete"
        code = _LEVELS[is_high, is_complete]
        if case.is_billable(code):
            placed = replace(draft, code=code).because("quadriplegia-level")
            result = replaced(result, draft, placed)
    return result


def status_named(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with migraine and epilepsy in status as such.

    The Tabular List tells it by the last character: 1 with status, 9 without.
    """
    result: list[Draft] = []
    for draft in drafts:
        found = _WITHOUT_STATUS.fullmatch(draft.code)
        code = f"{found['stem']}1" if found else ""
        if (
            found is None
            or not case.is_billable(code)
            or not _STATUS[found["category"]].search(said := said_with(draft, case))
            or _NO_STATUS.search(said)
        ):
            result.append(draft)
        else:
            result.append(replace(draft, code=code).because("status-named"))
    return result


def side_character(side: str | None, case: Case) -> str | None:
    """Return the character for a side by the patient's handedness, None for no one side."""
    if side == "right":
        return "3" if _hand(case) == "left" else "1"
    if side == "left":
        return "2" if _hand(case) in {"left", "both"} else "4"
    return None


def _character(draft: Draft, found: re.Match[str], case: Case) -> str | None:
    """The character that tells side and dominance, None where it stays as it is."""
    now = found["side"] or found["other"]
    stated = {word.lower().replace("-", "") for word in _SAID.findall(said_with(draft, case))}
    if stated:
        is_open = len(stated) == 1 and now not in _RIGHT | _LEFT
        item = of_draft(draft, case) if is_open else None
        return _BY_DOMINANCE.get((side_of(item), *stated)) if item else None
    if now in _RIGHT or now in _LEFT:
        character = side_character("right" if now in _RIGHT else "left", case)
    else:
        item = of_draft(draft, case)
        character = side_character(side_of(item), case) if item else None
    return None if character == now else character


def _hand(case: Case) -> str | None:
    for reading in case.readings:
        found = _HANDED.search(reading.text)
        if found:
            return "both" if found["both"] else found["hand"].lower()
    return None


def chronic_pain(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with G89.29 beside a site's pain that the record calls chronic.

    The pain category adds what the site code does not say (ICD-10-CM OCG I.C.6.b.1.b); not where
    the diagnosis that explains the pain is known, unless the visit is for the control of pain
    (I.C.6.b.1).
    """
    pain = next(
        (
            draft
            for draft in drafts
            if draft.code.startswith(_PAIN) and {"chronic", "pain"} <= draft.words
        ),
        None,
    )
    if pain is None or first(drafts, "G89") or not case.is_billable(_CHRONIC_PAIN):
        return list(drafts)
    is_explained = any(case.knowledge.explains(pain.code, other.code) for other in drafts)
    if is_explained and not is_for_pain(case):
        return list(drafts)
    added = Draft(_CHRONIC_PAIN, pain.support, (because("chronic-pain"),), pain.confidence * 0.9)
    place = list(drafts).index(pain) + 1
    return [*drafts[:place], added, *drafts[place:]]


def neoplasm_pain(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with pain that the record gives to a neoplasm as G89.3.

    It needs no further code for its site, and follows the neoplasm unless the visit is for the
    control of pain (ICD-10-CM OCG I.C.6.b.5).
    """
    result = list(drafts)
    for draft in drafts:
        if draft.code.startswith(_UNTYPED_PAIN) and case.is_billable(_NEOPLASM_PAIN):
            pain = of_draft(draft, case)
            if pain is not None and any(
                is_cause(other, pain)
                for other in beside(pain, case)
                if other.sense is Sense.PRESENT
                and other.concept.startswith(_MALIGNANT)
                and not other.concept.startswith(_BLOOD_COUNT)
            ):
                related = replace(draft, code=_NEOPLASM_PAIN).because("neoplasm-pain")
                is_known = first(result, _NEOPLASM_PAIN) is not None
                result = replaced(result, draft, *(() if is_known else (related,)))
                result = [
                    item
                    for item in result
                    if not item.code.startswith(_PAIN_OF_SITE)
                    or sentence_at(item.support[0], case) != sentence_at(draft.support[0], case)
                ]
                neoplasm = first(result, "C")
                if neoplasm is not None and not is_known and not is_for_pain(case):
                    result = moved_before(result, neoplasm, related)
    return result


def postoperative_pain(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts without the pain that is expected after an operation.

    Source: ICD-10-CM Official Guidelines I.C.6.b.3: routine or expected pain immediately after
    surgery is not coded.
    """
    pain = first(drafts, *_POSTOPERATIVE)
    if pain is None or len(drafts) < 2 or not _EXPECTED.search(said_with(pain, case)):
        return list(drafts)
    kept = [draft for draft in drafts if draft is not pain]
    return [kept[0].because("postoperative-pain-expected"), *kept[1:]]


def pain_first(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the pain category before site and cause in a visit for pain control.

    Source: ICD-10-CM Official Guidelines I.C.6.b.1.a and I.C.6.b.1.b.
    """
    pain = first(drafts, "G89")
    if pain is None:
        return list(drafts)
    if pain.code == _OF_TRAUMA and first(drafts, *_INJURIES) and not is_for_pain(case):
        # The injury that hurts is known, which says it (OCG I.C.6.b.1).
        return [draft for draft in drafts if draft is not pain]
    if drafts[0] is pain or not is_for_pain(case):
        return list(drafts)
    others = [draft for draft in drafts if draft is not pain]
    return [pain.because("pain-control-visit"), *others]


def is_for_pain(case: Case) -> bool:
    """Return whether the record gives the control of pain as the reason for the encounter."""
    return any(
        _PAIN_CARE.search(reading.text, section.start, section.end)
        for reading in case.readings
        for section in reading.sections
        if section.kind in _REASON
    )
