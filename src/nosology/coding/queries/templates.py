"""Templates of questions, as ``queries.toml`` words them, and questions on their way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from nosology.coding.queries.inquiry import Inquiry
from nosology.model.code_ranges import CodeRange
from nosology.model.coding import Query
from nosology.model.record import Span
from nosology.model.tables import settings

_PACKAGE = "nosology.coding.queries"
_FEWEST_ANSWERS = 2
_MOST_INDICATORS = 4
_FIELDS = frozenset(
    {
        *("topic", "question", "options", "weight", "source"),
        *("codes", "words", "settings", "needs", "shows", "unless", "spares"),
    }
)


@dataclass(frozen=True, slots=True)
class Option:
    """One answer; ``when`` lists what the record must hold one of, empty for always."""

    text: str
    when: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """One table of ``queries.toml``.

    Attributes:
        codes: the diagnoses that it asks about; empty for questions of another kind.
        words: terms, in small letters, that it asks about.
        settings: ``inpatient`` or ``outpatient``; empty for both.
    """

    name: str
    topic: str
    question: str
    options: tuple[Option, ...]
    weight: int
    source: str
    codes: tuple[CodeRange, ...] = ()
    words: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    spares: tuple[CodeRange, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """A question on its way.

    Attributes:
        documented: the words that it asks about; never empty.
        answers: what the record supports, without the ways out.
        indicators: further words of the record that bear on the answer.
        basis: by what a value was judged.
        weight: the weightiest are put.
    """

    template: Template
    documented: tuple[Span, ...]
    answers: tuple[str, ...]
    indicators: tuple[Span, ...] = ()
    basis: str = ""
    weight: int = 0


type Kind = Callable[[Inquiry], Iterator[Ask]]
"""A kind of question: what it asks about this encounter."""


@cache
def templates() -> dict[str, Template]:
    """Return the templates by name, read once."""
    read = settings(_PACKAGE, "queries.toml")
    return {name: _template(name, fields) for name, fields in read.items() if name != "ways_out"}


@cache
def ways_out() -> tuple[str, ...]:
    """Return the answers that end every list."""
    return tuple(settings(_PACKAGE, "queries.toml")["ways_out"])


def _template(name: str, fields: dict[str, Any]) -> Template:
    unknown = fields.keys() - _FIELDS
    if unknown:
        raise ValueError(f"queries.toml: [{name}] has unknown fields {sorted(unknown)}")

    def listed(key: str) -> tuple[str, ...]:
        return tuple(fields.get(key, ()))

    return Template(
        name=name,
        topic=fields["topic"],
        question=fields["question"],
        options=tuple(
            Option(item)
            if isinstance(item, str)
            else Option(item["text"], tuple(item.get("when", ())))
            for item in fields["options"]
        ),
        weight=fields["weight"],
        source=fields["source"],
        codes=tuple(CodeRange.parse(code) for code in listed("codes")),
        words=listed("words"),
        settings=listed("settings"),
        needs=listed("needs"),
        shows=listed("shows"),
        unless=listed("unless"),
        spares=tuple(CodeRange.parse(code) for code in listed("spares")),
    )


def supported(template: Template, inquiry: Inquiry) -> tuple[str, ...]:
    """Return the template's answers that the record supports."""
    return tuple(
        option.text
        for option in template.options
        if not option.when or any(inquiry.held(condition) for condition in option.when)
    )


def put(ask: Ask, inquiry: Inquiry) -> Query:
    """Return the question as it is put, with the words of the record as its evidence."""
    indicators = ask.indicators[:_MOST_INDICATORS]
    shown = inquiry.quoted(indicators)
    if shown and not _is_inline(ask.template):
        shown = f"Also documented: {shown}. "
    return Query(
        topic=ask.template.topic,
        question=ask.template.question.format(
            documented=inquiry.quoted(ask.documented), indicators=shown, basis=ask.basis
        ),
        options=(*ask.answers, *ways_out()),
        evidence=inquiry.evidence((*ask.documented, *indicators)),
    )


def _is_inline(template: Template) -> bool:
    """Whether the indicators stand within a sentence of the question."""
    return "and {indicators} in" in template.question


def has_answers(ask: Ask) -> bool:
    """Return whether the question offers enough answers to be fair."""
    return len(ask.answers) >= _FEWEST_ANSWERS
