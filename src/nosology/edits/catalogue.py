"""Every rule of the editor, by id in the order of their families."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from nosology.edits import families
from nosology.edits.rule import Rule, listed_rules


@cache
def rules() -> dict[str, Rule]:
    """Return the rules by id, family by family; the families are imported with the first call."""
    for module in sorted(info.name for info in pkgutil.walk_packages(families.__path__)):
        import_module(f"{families.__name__}.{module}")
    found = listed_rules()
    return {id: found[id] for id in sorted(found, key=lambda id: (found[id].family, id))}
