"""Check claims: open the code sets, ask every rule."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from nosology.codesets import open_code_book
from nosology.codesets.book import SqliteCodeBook
from nosology.codesets.facts import StoreFacts
from nosology.coding.services.catalogue.indicators import NONE, indicators_of
from nosology.coding.services.drugs.doses import Container, doses
from nosology.edits.engine import Engine
from nosology.edits.policy import DEFAULT, Policy
from nosology.model.facts import DrugContainer, FeeFacts

_EDITION = "2024, indicators only"
_WITHOUT_WASTE = frozenset({"oral", "oral-cancer", "device", "anesthetic", "fluid", "contrast"})
"""Kinds of drugs that are not drawn from a vial for one patient, or are packaged everywhere."""


def load_engine(home: Path | None = None, policy: Policy = DEFAULT) -> Engine:
    """Return an editor on the installed code sets, which are built first where there are none.

    Args:
        home: folder of the store; by default ``NOSOLOGY_HOME`` or the user's data folder.
        policy: the user's own rules and choices.
    """
    return engine_of(open_code_book(home), policy)


def engine_of(book: SqliteCodeBook, policy: Policy = DEFAULT) -> Engine:
    """Return an editor that reads the store of a code book."""
    facts = StoreFacts(book, built_in_fees, built_in_containers=built_in_containers)
    return Engine(facts, policy)


def built_in_containers(code: str) -> DrugContainer:
    """Return in what containers the product knows the drug of a code to be sold."""
    dose = doses().get(code)
    if dose is None or dose.kind in _WITHOUT_WASTE:
        return ""
    if dose.container is Container.SINGLE:
        return "single"
    return "multiple" if dose.container is Container.MULTIPLE else ""


@cache
def built_in_fees(code: str) -> FeeFacts | None:
    """Return the indicators of the fee schedule that the product carries; None where it has none.

    They say nothing of whether a code is paid (``status``), of the supervision or of the place.
    """
    known = indicators_of(code)
    if known is NONE:
        return None
    return FeeFacts(
        status="",
        component=known.component,
        global_days=known.days,
        multiple=known.multiple,
        bilateral=known.bilateral,
        assistant=known.assistant,
        co_surgeons=known.cosurgeons,
        team="",
        endoscopic_base="",
        supervision="",
        nonfacility_na=False,
        facility_na=False,
        release=_EDITION,
    )
