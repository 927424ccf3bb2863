"""Asks the rules about a claim and writes their findings."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from nosology.edits.authorities import cited
from nosology.edits.catalogue import rules
from nosology.edits.groups import mask
from nosology.edits.history import NO_PAST, History, Past
from nosology.edits.policy import DEFAULT, Policy
from nosology.edits.rule import Check, Hit, Rule
from nosology.edits.view import ClaimView
from nosology.model.claim import Claim, ClaimKind
from nosology.model.encounter import Payer
from nosology.model.errors import MissingCodeSet
from nosology.model.facts import FactBook
from nosology.model.finding import Category, Checked, Finding, Fix, Severity

NO_DATA = "data-not-installed"
STAND_IN = "data-stands-in"
NO_DAY = "no-date-of-service"
SHORT_HISTORY = "history-shortened"
REMARKS = {
    NO_DATA: "Data that edits need is not installed for the day of service; they were not asked.",
    STAND_IN: "Other data answered in place of what is not installed, and may differ from it.",
    NO_DAY: "The claim tells no day of service, by which nearly every edit goes.",
    SHORT_HISTORY: "Earlier claims of the patient were let go to keep memory bounded.",
}
"""What is said where something could not be evaluated that is the fault of no rule."""
_GRAVITY = {severity: place for place, severity in enumerate(Severity)}
_MOST_PLANS = 4096
_MOST_KNOWN = 512
_MOST_MENDS = 100


@dataclass(frozen=True, slots=True)
class _Asked:
    """A rule as it is asked: with the severity that holds and the editions that it reads."""

    rule: Rule
    severity: Severity
    releases: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A rule for claims of a kind, payer and day.

    Attributes:
        wanted: bits of the groups of which a line must have one; 0 for any claim.
        asks: bits of what the claim must have.
        lacks: data sets that do not answer for the day.
        stand_ins: data sets that lack, each with the one that answers in its place.
    """

    wanted: int
    asks: int
    asked: _Asked
    lacks: tuple[str, ...]
    stand_ins: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is asked of claims of one kind, and what cannot be."""

    asked: tuple[tuple[Check, _Asked], ...]
    unasked: tuple[Finding, ...]


@dataclass
class Engine:
    """Checks claims. Answers depend on the claim, its history, the rules and the data alone.

    Attributes:
        book: answers what is known of codes.
        policy: the user's own rules and choices.
        chosen: the rules that are asked; every rule of the product where it is None.
    """

    book: FactBook
    policy: Policy = DEFAULT
    chosen: tuple[Rule, ...] | None = None
    _plans: dict[tuple[object, ...], _Plan] = field(default_factory=dict)
    _known: dict[tuple[object, ...], tuple[_Candidate, ...]] = field(default_factory=dict)

    def check(self, claim: Claim, past: Past = NO_PAST) -> Checked:
        """Return what a payer would object to.

        Args:
            claim: the claim, which stays as it is.
            past: lines of earlier claims of the same patient.
        """
        return Checked(claim.id, self._findings(ClaimView(claim, self.book, past.lines), past))

    def check_all(
        self, claims: Iterable[Claim], history: History | None = None
    ) -> Iterator[Checked]:
        """Yield the findings of claims in turn, each in the light of those before it.

        Args:
            claims: in the order in which they count as earlier and later.
            history: of claims given before; a new one where it is None.
        """
        told = History() if history is None else history
        for claim in claims:
            yield self.check(claim, told.of(claim))
            told.add(claim)

    def mend(self, claim: Claim, past: Past = NO_PAST) -> Checked:
        """Return the findings that stay once every only possible remedy has been applied.

        What was changed is in ``fixes``, and the claim as it then stands in ``claim``. Remedies are
        applied one at a time, since one may make another needless. A claim of which something
        could not be read stays as it is: what is not read would be lost.
        """
        fixes: list[Fix] = []
        while len(fixes) < _MOST_MENDS and not claim.flaws:
            view = ClaimView(claim, self.book, past.lines)
            step = next(self._mends(view), None)
            if step is None:
                break
            claim, fix = step
            fixes.append(fix)
        found = self._findings(ClaimView(claim, self.book, past.lines), past)
        return Checked(claim.id, found, tuple(fixes), claim)

    def _mends(self, view: ClaimView) -> Iterator[tuple[Claim, Fix]]:
        for _, asked in self._plan(view).asked:
            mend = asked.rule.mend
            if mend is None:
                continue
            try:
                for found in asked.rule.check(view):
                    changed = mend(view, found)
                    if changed is not None and changed != view.claim:
                        yield (
                            changed,
                            Fix(asked.rule.id, found.line, _told(asked.rule, found, view)),
                        )
            except Exception:  # the check tells of it
                continue

    def _findings(self, view: ClaimView, past: Past) -> tuple[Finding, ...]:
        plan = self._plan(view)
        found: list[Finding] = [] if past.is_whole else [_SHORT_HISTORY]
        for check, asked in plan.asked:
            try:
                for one in check(view):
                    found.append(_finding(asked, one, view))  # noqa: PERF401 - one try for all
            except MissingCodeSet as error:
                found.append(_unevaluated(asked.rule, f"{error.where} {error.message}"))
            except Exception as error:  # must not cost the run
                found.append(_unevaluated(asked.rule, f"the rule failed ({type(error).__name__})"))
        return _in_order((*plan.unasked, *found)) if found else plan.unasked

    def _plan(self, view: ClaimView) -> _Plan:
        """Return what is asked of the claim; claims of one kind, payer, day and groups share it."""
        payer = view.claim.payer_id
        if payer not in self.policy.by_payer:
            payer = ""
        key = (
            view.kind,
            view.payer,
            payer,
            self._day_key(view.day),
            view.mask & self._told_groups,
            view.traits,
        )
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) >= _MOST_PLANS:
                self._plans.clear()
            plan = self._plans[key] = self._made(view, payer)
        return plan

    def _made(self, view: ClaimView, payer: str) -> _Plan:
        day, traits, mask_ = view.day, view.traits, view.mask
        asked: list[tuple[Check, _Asked]] = []
        missing: dict[str, list[str]] = {}
        stand_ins: dict[tuple[str, str], list[str]] = {}
        without_day: list[str] = []
        for one in self._candidates(view, payer):
            if (one.wanted and not one.wanted & mask_) or one.asks & traits != one.asks:
                continue
            rule = one.asked.rule
            if day is None and rule.needs_day:
                without_day.append(rule.id)
                continue
            for name in one.lacks:
                missing.setdefault(name, []).append(rule.id)
            for pair in one.stand_ins:
                stand_ins.setdefault(pair, []).append(rule.id)
            if not one.lacks:
                asked.append((rule.check, one.asked))
        unasked: list[Finding] = []
        if day is not None:
            unasked += [_not_installed(name, ids, day) for name, ids in missing.items()]
            unasked += [_standing_in(*pair, ids, day) for pair, ids in stand_ins.items()]
        if without_day:
            unasked.append(_no_day(without_day))
        return _Plan(tuple(asked), _in_order(unasked))

    def _candidates(self, view: ClaimView, payer: str) -> tuple[_Candidate, ...]:
        """Return the rules for the kind, payer and day, with what each lacks of its data."""
        key = (view.kind, view.payer, payer, self._day_key(view.day))
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._known[key] = tuple(self._chosen(view, payer))
        return known

    def _chosen(self, view: ClaimView, payer: str) -> Iterator[_Candidate]:
        day = view.day
        names = tuple(name for name in (payer, view.payer and view.payer.value) if name)
        for rule, wanted in self._rules:
            if not _is_for(rule, view.kind, view.payer, day):
                continue
            severity = self.policy.severity(rule, names)
            if severity is None:
                continue
            releases: dict[str, str] = {}
            lacks: list[str] = []
            stand_ins: list[tuple[str, str]] = []
            for need in rule.needs if day is not None else ():
                first, *others = need.split("|")
                answering = self._answering((first, *others), day)
                if answering is None:
                    lacks.append(first)
                    continue
                releases[answering] = self.book.label(answering, day) if day else ""
                if answering != first:
                    stand_ins.append((first, answering))
            yield _Candidate(
                wanted,
                int(rule.asks),
                _Asked(rule, severity, releases),
                tuple(lacks),
                tuple(stand_ins),
            )

    def _answering(self, names: tuple[str, ...], day: dt.date | None) -> str | None:
        if day is None:
            return None
        return next((one for one in names if self.book.has(one, day)), None)

    def _day_key(self, day: dt.date | None) -> object:
        return None if day is None else (day.year, day.month, bisect_right(self._turns, day))

    @cached_property
    def _rules(self) -> tuple[tuple[Rule, int], ...]:
        known = tuple(rules().values()) if self.chosen is None else self.chosen
        return tuple((rule, mask(rule.when)) for rule in (*known, *self.policy.own))

    @cached_property
    def _told_groups(self) -> int:
        told = 0
        for _, wanted in self._rules:
            told |= wanted
        return told

    @cached_property
    def _turns(self) -> list[dt.date]:
        """The days on which a rule begins, or on which one no longer holds."""
        days = {rule.since for rule, _ in self._rules}
        days |= {
            rule.until + dt.timedelta(days=1) for rule, _ in self._rules if rule.until is not None
        }
        return sorted(days)


_Key = tuple[str, int | None, tuple[str, ...], str]


def _key(item: Finding) -> _Key:
    """What two findings share that say the same."""
    return (item.rule, item.line, item.codes, item.message)


def _in_order(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings in their order, each once."""
    return tuple(
        item for _, item in sorted({_key(item): item for item in found}.items(), key=_order)
    )


def _order(keyed: tuple[_Key, Finding]) -> tuple[int, int, str, tuple[str, ...], str]:
    """By what findings are sorted: the whole claim first, then by line and gravity."""
    rule, line, codes, message = keyed[0]
    return (line or 0, _GRAVITY[keyed[1].severity], rule, codes, message)


class _Values(dict[str, object]):
    """What a message may name: the hit's own values, and the line's code, units and day."""

    def __init__(self, found: Hit, view: ClaimView) -> None:
        super().__init__(found.values)
        self.setdefault("codes", ", ".join(found.codes))
        self.setdefault("day", view.day)
        self.setdefault("line", found.line)
        if found.line is not None and 0 < found.line <= len(view.lines):
            line = view.lines[found.line - 1]
            self.setdefault("code", line.code)
            self.setdefault("units", line.units)
            self["day"] = found.values.get("day", line.day)
        else:
            self.setdefault("code", self["codes"])
            self.setdefault("units", "")


def _is_for(rule: Rule, kind: ClaimKind, payer: Payer | None, day: dt.date | None) -> bool:
    if kind not in rule.kinds or payer not in rule.payers:
        return False
    if day is None:
        return True
    return rule.since <= day and (rule.until is None or day <= rule.until)


def _told(rule: Rule, found: Hit, view: ClaimView) -> str:
    """Say what was wrong and what was done."""
    values = _Values(found, view)
    return f"{rule.message.format_map(values)} {rule.remedy.format_map(values)}"


def _finding(asked: _Asked, found: Hit, view: ClaimView) -> Finding:
    rule = asked.rule
    values = _Values(found, view)
    return Finding(
        rule=rule.id,
        category=rule.category,
        severity=_graver_only(asked, found),
        line=found.line,
        codes=found.codes,
        message=rule.message.format_map(values),
        remedy=rule.remedy.format_map(values),
        authority=cited(rule.authority) if rule.is_own else "; ".join(rule.authority),
        releases=asked.releases,
        carc=rule.carc,
        override=rule.override if found.override is None else found.override,
    )


def _graver_only(asked: _Asked, found: Hit) -> Severity:
    """The severity of a hit; where the user has chosen one for the rule, that holds."""
    if found.severity is None or asked.severity is not asked.rule.severity:
        return asked.severity
    return found.severity


def _unevaluated(rule: Rule, why: str) -> Finding:
    return Finding(
        rule=rule.id,
        category=Category.NOT_EVALUATED,
        severity=Severity.NOT_EVALUATED,
        line=None,
        codes=(),
        message=f"{rule.id} could not be evaluated: {why}.",
        remedy="Check this by hand; if the rule failed, report it with the rule's name.",
        authority="",
    )


def _not_installed(data_set: str, ids: list[str], day: dt.date) -> Finding:
    return Finding(
        rule=NO_DATA,
        category=Category.NOT_EVALUATED,
        severity=Severity.NOT_EVALUATED,
        line=None,
        codes=(),
        message=f"{data_set} is not installed for {day}; not evaluated: {', '.join(sorted(ids))}.",
        remedy="Add the file that its publisher offers for that day: nosology codesets add FILE",
        authority="",
    )


def _standing_in(wanted: str, answering: str, ids: list[str], day: dt.date) -> Finding:
    found = _not_installed(wanted, ids, day)
    return replace(
        found,
        rule=STAND_IN,
        message=f"{wanted} is not installed for {day}; {answering} answered in its place for "
        f"{len(ids)} rules, and may differ.",
    )


_SHORT_HISTORY = Finding(
    rule=SHORT_HISTORY,
    category=Category.NOT_EVALUATED,
    severity=Severity.NOT_EVALUATED,
    line=None,
    codes=(),
    message="Earlier claims of the patient may have been let go to keep memory bounded; edits that "
    "look back saw the later ones only.",
    remedy="Give the claims of one patient together, or fewer patients at a time.",
    authority="",
)


def _no_day(ids: list[str]) -> Finding:
    return Finding(
        rule=NO_DAY,
        category=Category.NOT_EVALUATED,
        severity=Severity.NOT_EVALUATED,
        line=None,
        codes=(),
        message=f"The claim tells no date of service; {len(ids)} rules were not evaluated.",
        remedy="Give each line its date of service.",
        authority="",
    )
