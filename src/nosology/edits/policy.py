"""Which rules are asked and how grave they are: the user's choices, also by payer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nosology.edits.rule import Rule
from nosology.model.finding import Severity

OFF = "off"


@dataclass(frozen=True)
class Policy:
    """The user's own rules, and what is changed in those of the product.

    Attributes:
        own: the user's own rules.
        severities: by rule or category, a severity or ``off``.
        by_payer: the same for a payer, by its id or kind; goes before ``severities``.
    """

    own: tuple[Rule, ...] = ()
    severities: Mapping[str, str] = field(default_factory=dict)
    by_payer: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def severity(self, rule: Rule, payer_names: tuple[str, ...]) -> Severity | None:
        """Return the severity of a rule for a payer; None where it is switched off.

        What names the rule goes before what names its category, and what a payer has before what
        holds for all; of the payer's names the first goes first.
        """
        for choices in (*(self.by_payer.get(name, {}) for name in payer_names), self.severities):
            for name in (rule.id, rule.category.value):
                if name in choices:
                    chosen = choices[name]
                    return None if chosen == OFF else Severity(chosen)
        return rule.severity


DEFAULT = Policy()
