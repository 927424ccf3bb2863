"""A coder that finds one word, so that the command line is tested without the code sets."""

from nosology.model.coding import Coding, Diagnosis, Evidence, Query, Rationale, Role
from nosology.model.errors import InputError, MissingCodeSet


class WordCoder:
    """Answers E11.9 for the word diabetes; some other words make it fail."""

    def code(self, encounter, scope):
        text = encounter.record.documents[0].text
        if "crash" in text:
            raise KeyError(text)
        if "unanswerable" in text:
            raise InputError(encounter.id, "cannot be answered; change it")
        if "no release" in text:
            raise MissingCodeSet("icd10cm", "is not installed; run nosology codesets build")
        found = []
        start = text.find("diabetes")
        if start >= 0:
            evidence = Evidence(0, start, start + 8, text[start : start + 8])
            reason = Rationale("index-default", "ICD-10-CM OCG I.B.1", "The index default")
            found.append(
                Diagnosis(
                    "E119",
                    "Type 2 diabetes mellitus without complications",
                    Role.FIRST_LISTED,
                    0.9,
                    (evidence,),
                    (reason,),
                )
            )
        day = encounter.date_of_service.isoformat()
        return Coding(
            encounter.id,
            tuple(found),
            "0",
            queries=(Query("type", "Which type?", ("one", "two")),) if "which" in text else (),
            releases={"icd10cm": "2026-04"},
            notices=(f"{encounter.setting} {day} {encounter.patient_age} {scope}",),
        )


def load():
    return WordCoder()
