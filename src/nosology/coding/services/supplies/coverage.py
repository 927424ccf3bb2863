"""Coverage: KX where every criterion of the policy is documented, else what notices say."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from nosology.coding.services.acts import Act
from nosology.coding.services.draft import ServiceCase
from nosology.coding.services.supplies.cues import words
from nosology.coding.services.supplies.items import Item, Payment
from nosology.model.tables import parts, rows, table

_PACKAGE = "nosology.coding.services.supplies"
_GLUCOSE = (
    "E0607",
    "E2100",
    "A4253",
    "A4259",
    "A4258",
    "A4256",
    "A4233",
    "A4234",
    "A4235",
    "A4236",
)
_MONITORS = ("E2103", "E2102", "A4239", "A4238")
_ALL_MET = re.compile(
    r"\b(?:(?:all )?(?:coverage|LCD|policy|medicare)\s*(?:\w+\s+)?criteria (?:are |were |"
    r"have been |is )?"
    r"(?:all )?(?:met|satisfied|documented)|meets (?:all )?(?:of )?(?:the )?(?:medicare |LCD |"
    r"coverage |policy )+"
    r"criteria|all (?:\w+ ){0,3}criteria (?:are |were )?(?:met|documented)"
    r"|(?<!not )(?:criteria|requirements)(?! (?:is |are |was |were )?not)[^.\n]{0,45}\b(?:met|"
    r"satisfied|documented|fulfilled))\b"
    r"(?! (?:in part|only))",
    re.IGNORECASE,
)
_NO_INSULIN = re.compile(
    r"\b(?:non[\s-]?insulin|not (?:currently )?(?:on|using|taking|treated with|"
    r"requiring) (?:any )?insulin|"
    r"no insulin|does not (?:use|take|require) insulin|without insulin|insulin[\s-]na[iï]ve|"
    r"diet[\s-]controlled|oral (?:agents?|medications?|hypoglycemics?) only|metformin only|"
    r"(?:denies|never used) insulin)\b",
    re.IGNORECASE,
)
_INSULIN = re.compile(
    r"\b(?:insulin(?! (?:resistan|sensitiv))|lantus|humalog|novolog|levemir|basaglar|tresiba|"
    r"toujeo|glargine|lispro|aspart|detemir|degludec|humulin|novolin|NPH)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Criterion:
    """What a policy asks to be documented of an item."""

    codes: tuple[str, ...]
    says: str
    words: re.Pattern[str]


@cache
def criteria() -> tuple[Criterion, ...]:
    """Return the criteria of ``coverage.tsv``."""
    return tuple(
        Criterion(
            parts(row["codes"]),
            row["criterion"],
            re.compile(row["words"], re.IGNORECASE),
        )
        for row in rows(
            table(_PACKAGE, "coverage.tsv"), ("group", "codes", "criterion", "words", "source")
        )
    )


@dataclass
class Coverage:
    """Answers what the record documents of coverage; only Medicare's claims carry it.

    Attributes:
        acts: the items that were delivered, among whom a notice may be meant for one alone.
    """

    case: ServiceCase
    acts: list[Act]
    _text: str = field(init=False)

    def __post_init__(self) -> None:
        self._text = "\n".join(reading.text for reading in self.case.readings)

    def modifiers(self, item: Item, act: Act) -> tuple[tuple[str, ...], str]:
        """Return the modifiers of coverage, and what the record lacks for KX; empty for nothing."""
        if not self.case.is_medicare:
            return (), ""
        if item.payment is Payment.EXCLUDED or self._is_meant("excluded", act):
            return ("GY",), ""
        if self._is_meant("signed", act) and not _is_denied(self._text):
            return ("GA",), ""
        if item.code in _GLUCOSE or item.code in _MONITORS:
            return self._for_glucose(item)
        wanted = [criterion for criterion in criteria() if item.code.startswith(criterion.codes)]
        if not wanted:
            return self._of_unmet(act), ""
        unmet = self._of_unmet(act)
        if unmet:
            return unmet, ""
        if _ALL_MET.search(self._text):
            return ("KX",), ""
        lacking = [one.says for one in wanted if not one.words.search(self._text)]
        return ((), "; ".join(lacking)) if lacking else (("KX",), "")

    def _for_glucose(self, item: Item) -> tuple[tuple[str, ...], str]:
        is_without = _NO_INSULIN.search(self._text)
        rest = _NO_INSULIN.sub(" ", self._text)
        is_on = _INSULIN.search(_ITEM_WORDS.sub(" ", rest))
        criteria_met = ("CG",) if item.code in _MONITORS else ()
        if is_without:
            return ("KS", *criteria_met), ""
        if is_on:
            return ("KX", *criteria_met), ""
        return (), "whether insulin is used"

    def _of_unmet(self, act: Act) -> tuple[str, ...]:
        if not self._is_meant("unmet", act):
            return ()
        return ("GZ",)

    def _is_meant(self, notice: str, act: Act) -> bool:
        """Whether the record says so, of this item or of none by name."""
        pattern = words("notice", notice)
        for reading in self.case.readings:
            for match in pattern.finditer(reading.text):
                named = [
                    other
                    for other in self.acts
                    if other.reading.index == reading.index
                    and other.sentence.start <= match.start() < other.sentence.end
                ]
                if not named or any(other.concept.name == act.concept.name for other in named):
                    return True
        return False


_ITEM_WORDS = re.compile(r"\binsulin (?:syringes?|pen needles?)\b", re.IGNORECASE)


def _is_denied(text: str) -> bool:
    return words("notice", "absent").search(text) is not None
