"""Answers about local coverage: does a diagnosis support a service."""

from __future__ import annotations

import datetime as dt

from nosology.codesets.reference.answers import Coverage, CoverageDecision
from nosology.codesets.reference.editions import Edition, Reader, day_number

COVERAGE = "coverage"

_PAIRS = "pairs"
_ARTICLES = "articles"
_RELATED = "related"
_LIST = (
    "SELECT 1 FROM coverage_diagnosis"
    " WHERE release = ? AND article = ? AND version = ? AND is_covered = ?"
)
_NEEDED = ("services", "covered", "not-covered")


class CoverageReader(Reader):
    """Questions about coverage."""

    def coverage(self, code: str, diagnosis: str, on: dt.date) -> Coverage:
        """Return what local policies say of the service for the diagnosis.

        Args:
            code: HCPCS or CPT code.
            diagnosis: ICD-10-CM code without its dot.
            on: date of service.

        Raises:
            MissingCodeSet: when no whole edition answers for the day.
        """
        edition = self._editions.needed(COVERAGE, on)
        if lacking := _lacking(edition):
            raise self._editions.incomplete(edition, lacking)
        covering: set[str] = set()
        excluding: set[str] = set()
        if _PAIRS in edition.releases:
            self._ask_pairs(edition.releases[_PAIRS], code, diagnosis, covering, excluding)
        if "services" in edition.releases:
            self._ask_articles(edition, code, diagnosis, on, covering, excluding)
        decision = (
            CoverageDecision.COVERED
            if covering
            else CoverageDecision.NOT_COVERED
            if excluding
            else CoverageDecision.NO_POLICY
        )
        # A determination covers where one of its articles does.
        return Coverage(
            decision, tuple(sorted(covering)), tuple(sorted(excluding - covering)), edition.label
        )

    def _ask_pairs(
        self, release: int, code: str, diagnosis: str, covering: set[str], excluding: set[str]
    ) -> None:
        for names, is_named, is_covered in self._rows(
            "SELECT names, max(diagnosis = ?),"
            " max(diagnosis = ? AND is_covered)"
            " FROM coverage_pair JOIN coverage_documents USING (release, documents)"
            " WHERE release = ? AND code = ? GROUP BY documents",
            diagnosis,
            diagnosis,
            release,
            code,
        ):
            if is_named and is_covered:
                covering.update(names.split())
            else:
                excluding.update(names.split())

    def _ask_articles(
        self,
        edition: Edition,
        code: str,
        diagnosis: str,
        on: dt.date,
        covering: set[str],
        excluding: set[str],
    ) -> None:
        releases = edition.releases
        for article, version in self._rows(
            "SELECT DISTINCT article, version FROM coverage_service WHERE release = ? AND code = ?",
            releases["services"],
            code,
        ):
            if not self._is_in_force(releases.get(_ARTICLES), article, version, on):
                continue
            names = {f"A{article}", *self._determinations(releases.get(_RELATED), article)}
            is_covered = self._lists(releases["covered"], article, version, diagnosis, 1)
            is_excluded = self._lists(releases["not-covered"], article, version, diagnosis, 0)
            if is_excluded or is_covered is False:
                excluding |= names
            elif is_covered:
                covering |= names

    def _lists(
        self, release: int, article: str, version: int, diagnosis: str, covered: int
    ) -> bool | None:
        """Return whether the article's list has the diagnosis; None where it has no list."""
        article_list = (release, article, version, covered)
        if self._rows(f"{_LIST} AND diagnosis = ? LIMIT 1", *article_list, diagnosis):
            return True
        # A row of its own may say that the article names no diagnosis.
        names_any = f"{_LIST} AND diagnosis NOT LIKE 'XX%' AND diagnosis <> 'N/A' LIMIT 1"
        return False if self._rows(names_any, *article_list) else None

    def _is_in_force(self, release: int | None, article: str, version: int, on: dt.date) -> bool:
        if release is None:
            return True
        day = day_number(on)
        return all(
            (effective is None or effective <= day) and (ended is None or day <= ended)
            for effective, ended in self._rows(
                "SELECT effective, ended FROM coverage_article"
                " WHERE release = ? AND article = ? AND version = ?",
                release,
                article,
                version,
            )
        )

    def _determinations(self, release: int | None, article: str) -> list[str]:
        if release is None:
            return []
        return [
            f"L{lcd}"
            for (lcd,) in self._rows(
                "SELECT lcd FROM coverage_related WHERE release = ? AND article = ?",
                release,
                article,
            )
        ]

    def _has_coverage(self, on: dt.date) -> bool:
        edition = self._editions.answering(COVERAGE, on)
        return edition is not None and not _lacking(edition)


def _lacking(edition: Edition) -> list[str]:
    if _PAIRS in edition.releases:
        return []
    return [part for part in _NEEDED if part not in edition.releases]
