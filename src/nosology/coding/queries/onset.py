"""Whether a condition of a stay was there on admission, where the record does not say."""

from __future__ import annotations

from collections.abc import Iterator

from nosology.coding.inpatient.present_on_admission import UNKNOWN
from nosology.coding.queries.inquiry import Inquiry
from nosology.coding.queries.laterality import documented
from nosology.coding.queries.templates import Ask, templates


def unknown_onsets(inquiry: Inquiry) -> Iterator[Ask]:
    """Yield a question for each diagnosis of a stay whose indicator is U.

    Source: ICD-10-CM Official Guidelines, Appendix I.
    """
    template = templates()["present-on-admission"]
    answers = tuple(option.text for option in template.options)
    for diagnosis in inquiry.diagnoses:
        if diagnosis.poa == UNKNOWN:
            yield Ask(template, documented(diagnosis), answers, weight=template.weight)
