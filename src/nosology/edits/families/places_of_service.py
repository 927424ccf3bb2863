"""Where professional services were given: missing, unknown, or not where they are given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from nosology.edits.groups import groups, lies_in, span
from nosology.edits.rule import ICD_10, MEDICARE, PROFESSIONAL, VERSION_5010, Hit, hit, rule
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView
from nosology.model.errors import MalformedRow
from nosology.model.finding import Category, Severity
from nosology.model.tables import parts, rows, table

COLUMNS = ("place", "means", "since")
FIT_COLUMNS = (
    *("services", "relation", "places", "payers", "severity", "since", "remedy", "source"),
)
_PACKAGE = "nosology.edits.families"
_TELEHEALTH_PLACES_ALONE = dt.date(2024, 1, 1)
_ONLY, _NEVER = "only", "never"
_OFFICE = "11"
_AT_A_DISTANCE = frozenset({"93", "95", "GQ", "GT"})
_PARTS = frozenset({"26", "TC"})
_THERAPY = (("92507", "92508"), ("92521", "92526"), ("97010", "97799"))
_FACILITIES = frozenset(
    {"19", "21", "22", "23", "24", "26", "31", "34", "41", "42", "51", "52", "53", "56", "61"}
)
"""Where Medicare pays the facility's fee of its schedule; elsewhere, the fee outside of one.

Source: CMS Pub. 100-04 ch. 12 s. 20.4.2.
"""


@dataclass(frozen=True, slots=True)
class PlaceFit:
    """Where services are given, or where they never are."""

    services: tuple[tuple[str, str], ...]
    relation: str
    places: frozenset[str]
    is_medicares: bool
    severity: Severity
    since: dt.date
    remedy: str

    def objects(self, code: str, place: str) -> bool:
        """Return whether the service is not given at the place."""
        return lies_in(code, self.services) and (place in self.places) is (self.relation == _NEVER)


@cache
def places() -> dict[str, dt.date]:
    """Return by place of service the first day on which it may be used, read once."""
    return {
        row["place"]: dt.date.fromisoformat(row["since"]) if row["since"] else dt.date.min
        for row in rows(table(_PACKAGE, "places_of_service.tsv"), COLUMNS)
    }


@cache
def fits() -> tuple[PlaceFit, ...]:
    """Return where services are given, read once.

    Raises:
        MalformedRow: when a row names a group, a relation or a place that there is not.
    """
    found = []
    for row in rows(table(_PACKAGE, "place_fit.tsv"), FIT_COLUMNS):
        services: list[tuple[str, str]] = []
        for item in parts(row["services"]):
            if not item.startswith("@"):
                services.append(span(item))
            elif item[1:] in groups():
                services += groups()[item[1:]]
            else:
                raise MalformedRow(row.file, row.line, "services", f"{item!r} is no group")
        if row["relation"] not in (_ONLY, _NEVER):
            raise MalformedRow(row.file, row.line, "relation", "must be only or never")
        named = frozenset(parts(row["places"]))
        if unknown := named - places().keys():
            raise MalformedRow(row.file, row.line, "places", f"{min(unknown)!r} is no place")
        found.append(
            PlaceFit(
                tuple(services),
                row["relation"],
                named,
                row["payers"] == "medicare",
                Severity(row["severity"]),
                dt.date.fromisoformat(row["since"]) if row["since"] else ICD_10,
                row["remedy"],
            )
        )
    return tuple(found)


@lru_cache(maxsize=32768)
def _misfits(code: str, place: str) -> tuple[PlaceFit, ...]:
    if place not in places():
        return ()
    return tuple(fit for fit in fits() if fit.objects(code, place))


@rule(
    "place-of-service-missing",
    category=Category.PLACE_OF_SERVICE,
    severity=Severity.ERROR,
    authority=("x12-837p-place", "cms-100-04-26-10-5"),
    since=VERSION_5010,
    kinds=PROFESSIONAL,
    needs_day=False,
    message="Line {line} ({code}) does not tell where the service was given.",
    remedy="Give the two digits of the place of service, such as 11 for an office.",
    carc="16",
)
def missing(claim: ClaimView) -> Iterator[Hit]:
    """Each line of a professional claim tells the place of service.

    Why: the fee depends on it; a line without one is returned.
    """
    for line in claim.lines:
        if not line.line.place_of_service:
            yield hit(line.number, *line.codes)


@rule(
    "place-of-service-unknown",
    category=Category.PLACE_OF_SERVICE,
    severity=Severity.ERROR,
    authority="cms-100-04-26-10-5",
    since=VERSION_5010,
    kinds=PROFESSIONAL,
    needs_day=False,
    message="Line {line} ({code}) gives {place}, which is no place of service.",
    remedy="Give the two digits of the place of service, such as 11 for an office.",
    carc="16",
)
def unknown(claim: ClaimView) -> Iterator[Hit]:
    """Each place of service is one of the code set that CMS keeps.

    Why: the line is returned.
    """
    known = places()
    for line in claim.lines:
        place = line.line.place_of_service
        if place not in known and place:
            yield hit(line.number, line.code, place=place)


@rule(
    "place-of-service-not-yet-valid",
    category=Category.PLACE_OF_SERVICE,
    severity=Severity.ERROR,
    authority=("cms-100-04-26-10-5", "cr-12427", "cr-11353", "noridian-place-27"),
    kinds=PROFESSIONAL,
    message="Line {line} ({code}) gives place of service {place}, which holds from {first}.",
    remedy="Give the place of service as it was told on the day.",
    carc="16",
)
def not_yet_valid(claim: ClaimView) -> Iterator[Hit]:
    """No place of service is used before the day from which it holds.

    Why: the line is returned.
    """
    known = places()
    for line in claim.lines:
        first = known.get(line.line.place_of_service)
        if first is not None and line.day is not None and line.day < first:
            yield hit(line.number, line.code, place=line.line.place_of_service, first=first)


@rule(
    "place-of-service-not-for-service",
    category=Category.PLACE_OF_SERVICE,
    severity=Severity.ERROR,
    authority=("cms-100-04-12-30", "cms-100-04-26-10-5"),
    kinds=PROFESSIONAL,
    message="{code} (line {line}) is not for place of service {place}.",
    remedy="{mend}.",
    carc="5",
)
def misfit(claim: ClaimView) -> Iterator[Hit]:
    """Each service is one that is given at the line's place of service.

    The table place_fit.tsv says of kinds of services where they are given alone or never, with how
    surely the line is denied and the source.

    Why: the line is denied, or paid at a fee that has to be paid back.
    """
    for line in claim.lines:
        found = _misfits(line.code, line.line.place_of_service)
        if not found:
            continue
        for fit in found:
            if (claim.is_medicare or not fit.is_medicares) and (
                line.day is None or fit.since <= line.day
            ):
                yield hit(
                    line.number,
                    line.code,
                    severity=None if fit.severity is Severity.ERROR else fit.severity,
                    place=line.line.place_of_service,
                    mend=fit.remedy,
                )
                break


@rule(
    "telehealth-modifier-in-office",
    asks=Trait.MODIFIERS,
    category=Category.PLACE_OF_SERVICE,
    severity=Severity.WARNING,
    authority=("ngs-telehealth", "cms-100-04-12-190"),
    since=_TELEHEALTH_PLACES_ALONE,
    kinds=PROFESSIONAL,
    payers=MEDICARE,
    message="Line {line} ({code}) was given at a distance ({modifier}), and its place is 11.",
    remedy="Give place of service 10 if the patient was at home, else 02; the modifier is then "
    "needed for sound alone (93).",
    carc="5",
)
def distance_in_office(claim: ClaimView) -> Iterator[Hit]:
    """A visit at a distance tells by its place of service where the patient was: 02 or 10.

    Services of therapy are not asked about, nor practitioners in hospitals.

    Why: since 2024 Medicare pays by 02 and 10; the place of an office claims another fee.
    """
    if claim.modifiers.isdisjoint(_AT_A_DISTANCE):
        return
    for line in claim.lines:
        if line.line.place_of_service == _OFFICE and not lies_in(line.code, _THERAPY):
            for modifier in line.modifiers:
                if modifier in _AT_A_DISTANCE:
                    yield hit(line.number, line.code, modifier=modifier)
                    break


@rule(
    "service-not-paid-in-facility",
    category=Category.PLACE_OF_SERVICE,
    severity=Severity.WARNING,
    authority="mpfs-indicators",
    kinds=PROFESSIONAL,
    payers=MEDICARE,
    needs=("mpfs",),
    message="The fee schedule has no fee for {code} (line {line}) in a facility ({place}).",
    remedy="Leave it to the facility's claim, or correct the place of service.",
    carc="5",
)
def not_in_facility(claim: ClaimView) -> Iterator[Hit]:
    """No service without a fee for facilities is billed at one.

    Parts of a service (26, TC) have fees of their own and are not asked about.

    Why: it is denied; what the schedule prices outside alone, the facility is paid for.
    """
    for line in claim.lines:
        if (
            line.line.place_of_service in _FACILITIES
            and line.facts is not None
            and not line.has_any(_PARTS)
            and line.facts.fee is not None
            and line.facts.fee.facility_na
        ):
            yield hit(line.number, line.code, place=line.line.place_of_service)


@rule(
    "service-rare-outside-facility",
    category=Category.PLACE_OF_SERVICE,
    severity=Severity.ADVISORY,
    authority="mpfs-indicators",
    kinds=PROFESSIONAL,
    payers=MEDICARE,
    needs=("mpfs",),
    message="{code} (line {line}) is rarely or never done outside of facilities; its place is "
    "{place}.",
    remedy="Check the place of service; payment, if any, is that of a facility.",
)
def rare_outside(claim: ClaimView) -> Iterator[Hit]:
    """Services that the fee schedule prices in facilities alone are told where done elsewhere.

    Why: the place is often mistaken, and the contractor decides whether it pays.
    """
    for line in claim.lines:
        if (
            line.facts is not None
            and line.facts.fee is not None
            and line.facts.fee.nonfacility_na
            and line.line.place_of_service not in _FACILITIES
        ):
            yield hit(line.number, line.code, place=line.line.place_of_service)
