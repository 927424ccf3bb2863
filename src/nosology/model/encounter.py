"""The encounter: a record with the setting, date and patient facts that decide how it is coded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from nosology.model.dates import optional_date
from nosology.model.errors import InputError, shown
from nosology.model.record import Author, Document, Record


class Setting(StrEnum):
    """Where and for whom the encounter is coded."""

    OFFICE = "office"
    ED_PROFESSIONAL = "ed-professional"
    INPATIENT_FACILITY = "inpatient-facility"
    INPATIENT_PROFESSIONAL = "inpatient-professional"
    HOPD_PROFESSIONAL = "hopd-professional"
    HOPD_FACILITY = "hopd-facility"
    IMAGING_PROFESSIONAL_HOSPITAL = "imaging-professional-hospital"
    IMAGING_CENTER_GLOBAL = "imaging-center-global"
    INDEPENDENT_LAB = "independent-lab"
    DME_SUPPLIER = "dme-supplier"
    AMBULANCE_SUPPLIER = "ambulance-supplier"
    TELEHEALTH = "telehealth"
    HOME = "home"


class Payer(StrEnum):
    """The kind of payer, where its rules differ."""

    MEDICARE = "medicare"
    MEDICAID = "medicaid"
    COMMERCIAL = "commercial"


class Sex(StrEnum):
    """The sex on the claim."""

    FEMALE = "F"
    MALE = "M"
    UNKNOWN = "U"


class PatientStatus(StrEnum):
    """Whether the patient is new to the practice."""

    NEW = "new"
    ESTABLISHED = "established"


@dataclass(frozen=True, slots=True)
class Encounter:
    """One encounter to be coded.

    Attributes:
        specialty: what follows the hyphen in ``office-oncology``; empty when none was given.
        patient_age: whole years on the date of service.
        date_of_service: for an inpatient stay the discharge date; None means today, which the
            caller resolves, so that no clock is read where codes are decided.
    """

    id: str
    record: Record
    setting: Setting = Setting.OFFICE
    specialty: str = ""
    date_of_service: dt.date | None = None
    patient_age: int | None = None
    patient_sex: Sex | None = None
    payer: Payer | None = None
    patient_status: PatientStatus | None = None

    @property
    def is_inpatient(self) -> bool:
        """Whether the guidelines for uncertain diagnoses of a facility's inpatients apply.

        Source: ICD-10-CM Official Guidelines II.H and III.C, which speak of facilities; section IV
        governs professional services wherever they are given.
        """
        return self.setting is Setting.INPATIENT_FACILITY


ENCOUNTER_FIELDS = (
    "id",
    "setting",
    "date_of_service",
    "patient_age",
    "patient_sex",
    "payer",
    "patient_status",
    "text",
    "documents",
)
DOCUMENT_FIELDS = ("type", "author", "date", "text")
OLDEST_PATIENT = 130


def encounter_from_mapping(fields: Mapping[str, Any], where: str = "encounter") -> Encounter:
    """Return the encounter that a JSON object describes.

    Args:
        fields: the object's fields, as ``interfaces`` of the documentation lists them.
        where: what an error is to be located by, such as ``encounters.jsonl:12``.

    Raises:
        InputError: naming the first field that is missing, unknown or not of the expected form.
    """
    for name in fields:
        if name not in ENCOUNTER_FIELDS:
            raise InputError(
                where, f"unknown field {name!r}; the fields are {', '.join(ENCOUNTER_FIELDS)}"
            )
    identifier = fields.get("id")
    if isinstance(identifier, bool) or not isinstance(identifier, str | int) or identifier == "":
        raise InputError(where, "field 'id' must be a non-empty text that names the encounter")
    setting, specialty = _setting(fields.get("setting", Setting.OFFICE), where)
    return Encounter(
        id=str(identifier),
        record=Record(_documents(fields, where)),
        setting=setting,
        specialty=specialty,
        date_of_service=optional_date(
            fields.get("date_of_service"), f"{where}: field 'date_of_service'"
        ),
        patient_age=_age(fields.get("patient_age"), where),
        patient_sex=_choice(Sex, fields.get("patient_sex"), "patient_sex", where),
        payer=_choice(Payer, fields.get("payer"), "payer", where),
        patient_status=_choice(
            PatientStatus, fields.get("patient_status"), "patient_status", where
        ),
    )


def _setting(value: object, where: str) -> tuple[Setting, str]:
    if isinstance(value, str):
        name = value.strip().lower()
        if name in Setting:
            return Setting(name), ""
        base, _, specialty = name.partition("-")
        if base == Setting.OFFICE and specialty:
            return Setting.OFFICE, specialty
    raise InputError(
        where,
        f"field 'setting' is {shown(value)}; expected one of {', '.join(Setting)}, "
        "or office with a specialty, such as office-oncology",
    )


def _documents(fields: Mapping[str, Any], where: str) -> tuple[Document, ...]:
    if "text" in fields and "documents" in fields:
        raise InputError(where, "give field 'text' or field 'documents', not both")
    if "text" in fields:
        return (Document(text=_text(fields["text"], f"{where}: field 'text'")),)
    listed = fields.get("documents")
    if not isinstance(listed, list) or not listed:
        raise InputError(
            where, "field 'text' (a text) or field 'documents' (a list of documents) is required"
        )
    return tuple(
        _document(item, f"{where}: field 'documents[{index}]'") for index, item in enumerate(listed)
    )


def _document(item: object, where: str) -> Document:
    if not isinstance(item, dict):
        raise InputError(where, "must be an object with at least the field 'text'")
    for name in item:
        if name not in DOCUMENT_FIELDS:
            raise InputError(
                where, f"unknown field {name!r}; the fields are {', '.join(DOCUMENT_FIELDS)}"
            )
    kind = item.get("type", "note")
    if not isinstance(kind, str) or not kind.strip():
        raise InputError(where, "field 'type' must be a text such as 'discharge summary'")
    author = _choice(Author, item.get("author", Author.PROVIDER), "author", where)
    return Document(
        text=_text(item.get("text"), f"{where}: field 'text'"),
        type=kind.strip().lower(),
        author=author or Author.PROVIDER,
        date=optional_date(item.get("date"), f"{where}: field 'date'"),
    )


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise InputError(where, "must be a text")
    return value


def _age(value: object, where: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= OLDEST_PATIENT:
        raise InputError(
            where,
            f"field 'patient_age' is {shown(value)}; "
            f"expected whole years between 0 and {OLDEST_PATIENT}",
        )
    return value


def _choice[E: StrEnum](kind: type[E], value: object, field: str, where: str) -> E | None:
    if value is None:
        return None
    if isinstance(value, str):
        for member in kind:
            if member.lower() == value.strip().lower():
                return member
    raise InputError(where, f"field {field!r} is {shown(value)}; expected one of {', '.join(kind)}")
