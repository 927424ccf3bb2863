"""Whether the words of a report mean that a procedure was done, and in this stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from nosology.coding.inpatient.procedures.catalog import Named, cues
from nosology.coding.inpatient.procedures.reports import Report, Voice
from nosology.model.reading import Certainty, Experiencer, Mention, Polarity, Reading, Time

WOUND_REPAIR = "laceration repair"


def is_the_patients(mention: Mention) -> bool:
    """Return whether it is told as a fact of the patient, and not of the future."""
    context = mention.context
    return (
        context.polarity is Polarity.AFFIRMED
        and context.experiencer is Experiencer.PATIENT
        and context.certainty is Certainty.CONFIRMED
        and context.time not in {Time.FUTURE, Time.CONDITIONAL}
    )


def kept_of(report: Report, told: list[tuple[Named, Mention]]) -> Iterator[tuple[Named, Mention]]:
    """Yield the names that tell of what was done, by how their sentences speak."""
    is_endoscopic = _is_endoscopic(report)
    for row, mention in told:
        voice = report.voices[mention.sentence]
        if not _is_apt(report, row, mention, is_endoscopic=is_endoscopic):
            continue
        if voice is Voice.TITLE:
            if not _is_denied(report.reading, mention) and not (
                "airway" in row.how and _is_elsewhere(_clause(report.reading, mention))
            ):
                yield row, mention
        elif voice is Voice.AROUND and is_planned(report, mention):
            yield row, mention
        elif voice is Voice.AROUND:
            clause = _clause(report.reading, mention)
            if "bedside" in row.how and _HERE.search(clause) and _is_done(report, mention, row):
                yield row, mention
        elif voice is Voice.DESCRIPTION:
            clause = _clause(report.reading, mention)
            if (
                "step" in row.how
                or mention.term == WOUND_REPAIR
                or ("scoped" in row.how and is_endoscopic)
                or ("bedside" in row.how and _AT_ANOTHER_TIME.search(clause))
            ) and not cues().not_done.search(clause):
                yield row, mention
        elif _is_done(report, mention, row):
            yield row, mention


_KEPT_ANSWERS = 8


@lru_cache(maxsize=_KEPT_ANSWERS)
def tells(words: re.Pattern[str], text: str) -> bool:
    """Return whether the words stand in the text, which is searched once for all its reports."""
    return words.search(text) is not None


_FARTHEST = 2


def _is_close(mention: Mention) -> bool:
    """Whether the words of the name stand together."""
    tokens = mention.tokens
    return all(after - before <= _FARTHEST for before, after in pairwise(tokens))


def _is_apt(report: Report, row: Named, mention: Mention, *, is_endoscopic: bool) -> bool:
    """Whether the text is of the kind in which the name means the procedure."""
    reading, voice = report.reading, report.voices[mention.sentence]
    how = row.how
    is_title = voice is Voice.TITLE
    clause = _clause(reading, mention)
    return not (
        ("near" in how and not _is_close(mention))
        or ("scoped" in how and not is_endoscopic and not ("generic" in how and is_title))
        or ("placed" in how and not _is_placed(reading, mention, voice))
        or ("policy" in how and not tells(_POLICY, reading.text))
        or ("titled" in how and not is_title)
        or ("transfusion" in how and not _is_given(clause, is_title=is_title))
        or ("labor" in how and not _is_for_labor(reading, mention))
        or ("bleeding" in how and not _is_bleeding(report, mention))
        or ("injury" in how and not is_title and _INJURED.search(clause))
    )


_POLICY = re.compile(
    r"\bfacility\s(?:codes|reports)[\s\w]{0,40}\b(?:CT|imaging|ultrasound|vascular|radiology)",
    re.IGNORECASE,
)
"""Where the record says that the hospital codes imaging of inpatients."""


_PLANNED = re.compile(r"\W*planned\b", re.IGNORECASE)


def is_planned(report: Report, mention: Mention) -> bool:
    """Whether it is the first procedure of a plan that the report says was given up."""
    reading = report.reading
    if report.voices[mention.sentence] is not Voice.AROUND:
        return False
    sentence = reading.sentences[mention.sentence]
    planned = _PLANNED.match(reading.text, sentence.start, sentence.end)
    if planned is None or not report.is_operation:
        return False
    between = reading.text[planned.end() : mention.start]
    return "," not in between and any(
        cues().discontinued.search(reading.said(reading.sentences[number]))
        for number in report.sentences(Voice.TITLE)
    )


_HERE = re.compile(
    r"\bthis\s(?:admission|hospital|stay)|\bhere\b"
    r"|\bour (?:ED|ICU|MICU|SICU|CCU|NICU|unit|hospital)\b"
    r"|\b(?:placed|inserted) (?:preoperatively|before induction|by anesthesia)",
    re.IGNORECASE,
)


_AT_ANOTHER_TIME = re.compile(
    r"\b\d{1,2}/\d{1,2}\b|\bPOD\b|\bin (?:the |our )?ED\b|\bED \d|\bHD ?\d", re.IGNORECASE
)


_SCOPE = re.compile(
    r"scopy\b|\bEGD\b|\bERCP\b|endoscop|\bEUS\b|\bEBUS\b|bronchoscop"
    r"|\bscope\b|duodenoscope|gastroscope",
    re.IGNORECASE,
)


_SCOPE_ELSEWHERE = re.compile(
    r"laparoscop|arthroscop|thoracoscop|microscope|\bport\b", re.IGNORECASE
)


_PLACED = re.compile(
    r"\bplac(?:ed|ement|ing)\b|\binsert|\bput in\b|\bby (?:me|IR|Dr"
    r"|vascular)\b|\btip\b|\badvanced\b|\b\(me\)|\bcreation",
    re.IGNORECASE,
)


_USED = re.compile(
    r"\b(?:via|through|thru|from|per|in|by|accessed)(?: the| a| his| her)? (?:\w+ ){0,3}$",
    re.IGNORECASE,
)


_AFTER_BIRTH = re.compile(
    r"after (?:the )?(?:placenta|delivery|birth)|postpartum|third stage"
    r"|in (?:500|1000|1 ?l|a liter)|not used|at delivery",
    re.IGNORECASE,
)


_LABOR_BEGUN = re.compile(r"\bIOL\b|\binduction of labor|\blabor (?:was )?induced", re.IGNORECASE)


_FOR_LABOR = re.compile(
    r"\binduc|\baugment|\bripen|\bIOL\b|\bstart(?:ed)?\b|\bper protocol\b|\bfor labor\b",
    re.IGNORECASE,
)


def _is_for_labor(reading: Reading, mention: Mention) -> bool:
    clause = _clause(reading, mention)
    if _AFTER_BIRTH.search(clause):
        return False
    return _FOR_LABOR.search(clause) is not None or tells(_LABOR_BEGUN, reading.text)


_INJURED = re.compile(r"\binjur|\bcrush|\btraumatic|\bsaw\b|\bs/p\b|\bprior\b", re.IGNORECASE)


_BLEEDING = re.compile(
    r"\bbleed|\bspurt|\booz|\bvisible vessel|\bhemorrhag|\bhemostasis\b"
    r"|\bangio(?:dys|ect)|\bDieulafoy",
    re.IGNORECASE,
)


def _is_bleeding(report: Report, mention: Mention) -> bool:
    numbers = range(mention.sentence - 2, mention.sentence + 3)
    return any(
        _BLEEDING.search(report.reading.said(report.reading.sentences[number]))
        for number in numbers
        if number in report.voices
    )


def _is_endoscopic(report: Report) -> bool:
    text = report.reading.text
    if not report.is_operation:
        return any(
            _SCOPE.search(report.reading.said(report.reading.sentences[number]))
            for number in report.voices
        )
    return tells(_SCOPE, text) and not _SCOPE_ELSEWHERE.search(text[:400])


def _is_placed(reading: Reading, mention: Mention, voice: Voice) -> bool:
    before = reading.text[max(0, mention.start - 40) : mention.start]
    if _USED.search(before):
        return False
    return voice is Voice.TITLE or _PLACED.search(_clause(reading, mention)) is not None


_DENIED = re.compile(
    r"\b(?:not (?:performed|done)|cancel(?:l?ed)|deferred|refused|declined)\b",
    re.IGNORECASE,
)


def _is_denied(reading: Reading, mention: Mention) -> bool:
    return _DENIED.search(reading.said(reading.sentences[mention.sentence])) is not None


def _is_elsewhere(clause: str) -> bool:
    """Whether the airway was placed for an operation or before the stay."""
    return cues().elsewhere.search(clause) is not None and _HERE.search(clause) is None


def _is_done(report: Report, mention: Mention, row: Named) -> bool:
    reading = report.reading
    clause = _clause(reading, mention)
    if "generic" in row.how and not (
        "scoped" in row.how
        or (report.is_operation and cues().done.search(clause))
        or ("told" in row.how and (cues().dated.search(clause) or cues().done.search(clause)))
    ):
        return False
    is_given = "fractions" in row.how and tells(_FRACTIONS, reading.text)
    if not is_given and cues().not_done.search(clause):
        return False
    if cues().before_stay.search(clause):
        return False
    before = reading.text[max(0, mention.start - _REFERRING_REACH) : mention.start]
    if _REFERRING.search(before):
        return False
    if "airway" in row.how and _is_elsewhere(clause):
        return False
    is_past = mention.context.time in {Time.HISTORICAL, Time.RESOLVED}
    if is_past and not report.is_operation and not _on_a_day(clause):
        return False
    return "performed" not in row.how or cues().done.search(clause) is not None


_FRACTIONS = re.compile(r"\bfractions?\b[^.]{0,30}\b(?:given|delivered|completed)", re.IGNORECASE)


_REFERRING = re.compile(
    r"\b(?:before|prior to|after|since|until|following|awaiting)\s+(?:the\s+|his\s+|her\s+)?$",
    re.IGNORECASE,
)


_REFERRING_REACH = 24


_CLAUSE_END = re.compile(
    r";|(?:, )?(?:but|so) |, no \w+ (?:was|were) |\bhowever\b|\balthough\b|(?<=\w), (?:and|then) ",
    re.IGNORECASE,
)


_ON_A_DAY = re.compile(r"\bon (?:\d{1,2}/\d|hd|hospital day|pod|\d{4}-)", re.IGNORECASE)


def _on_a_day(clause: str) -> bool:
    return _ON_A_DAY.search(clause) is not None


def _is_given(clause: str, *, is_title: bool) -> bool:
    """Whether the blood product is one that went into the patient, and not a count of cells."""
    if _CIRCUIT.search(clause) or _COUNTED_BLOOD.search(clause):
        return False
    return is_title or _GIVEN_BLOOD.search(clause) is not None


def _clause(reading: Reading, mention: Mention) -> str:
    sentence = reading.sentences[mention.sentence]
    start, end = sentence.start, sentence.end
    for border in _CLAUSE_END.finditer(reading.text, sentence.start, sentence.end):
        if border.end() <= mention.start:
            start = border.end() if not border.group().startswith(",") else start
        elif border.start() >= mention.end and not border.group().startswith(","):
            end = border.start()
            break
    clause = reading.text[start:end]
    for aside in _ASIDE.finditer(clause):
        if start + aside.end() <= mention.start or start + aside.start() >= mention.end:
            clause = clause.replace(aside.group(), " " * len(aside.group()))
    return clause


_ASIDE = re.compile(r"\((?![^)]*(?:placed|this|by (?:EMS|me)|inserted|here|outside|done))[^()]*\)")


_GIVEN_BLOOD = re.compile(
    r"\btransfus|\bunits?\b|\bgiven\b|\binfus|\breceiv|\badminist|\bpools?\b|\bbags?\b|\bMTP\b"
    r"|\bstarted\b|\bhung\b|\bspiked\b|\bvia\b|\bdoses?\b|\bx ?\d|\breplaced\b|\b\d+ ?g\b",
    re.IGNORECASE,
)
"""What tells of a product that was given: its name alone may be a result of the laboratory."""


_COUNTED_BLOOD = re.compile(
    r"\bplatelets?(?: count)?[\s:=(]*(?:of |was |were |are |is )?\d[\d.,]+"
    r"(?! ?(?:units?|pools?|packs?|bags?))|\bplatelet count\b|\bplatelet (?:aggreg|funct)",
    re.IGNORECASE,
)


_CIRCUIT = re.compile(
    r"\breplacement\b|\bthrough the circuit\b|\bexchange\b|\bnot spiked\b|\bon hold\b",
    re.IGNORECASE,
)
