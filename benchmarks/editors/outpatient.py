"""Compares the findings in random hospital visits with those of the package ``pyoce``.

    python -m benchmarks.editors.outpatient [--claims 20000] [--seed N] [--examples 5] [--show ID]

Both name the line, or the diagnosis, that a finding is about; so each finding is compared.
"""

from __future__ import annotations

from benchmarks.editors.claims import outpatient_claims
from benchmarks.editors.comparing import arguments, compare
from benchmarks.editors.outpatient_code_editor import NAME, OutpatientCodeEditor
from benchmarks.editors.pools import OutpatientPools
from nosology.codesets.store import open_store


def main() -> None:
    """Print the comparison."""
    told = arguments("Compare the findings in hospital visits with those of pyoce.")
    store = open_store()
    claims = list(outpatient_claims(OutpatientPools.read(store), told.claims, told.seed))
    store.close()
    peer = OutpatientCodeEditor()
    compare(NAME, peer, claims, told, lambda ours, answer, _: ours.by_place(answer))


if __name__ == "__main__":
    main()
