"""Times the claim editor on one core, with the peers on hospital claims where that is asked for.

    python -m benchmarks.editors.speed [--claims 20000] [--peer]

Claims are made as they are asked for and not kept, so that the memory of a long run is that of the
editor: with a million claims it must stay where it is with ten thousand.
"""

from __future__ import annotations

import argparse
import itertools
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from benchmarks.editors import ours
from benchmarks.editors.claims import Claim, inpatient_claims, outpatient_claims
from benchmarks.editors.office import office_claims
from benchmarks.editors.pools import InpatientPools, OutpatientPools
from nosology.codesets.store import open_store

_AT_ONCE = 1000
_WARM = 5000


def main() -> None:
    """Print the claims a second of each editor and the memory of the process."""
    parser = argparse.ArgumentParser(description="Time the claim editor.")
    parser.add_argument("--claims", type=int, default=20_000, help="of each kind (20000)")
    parser.add_argument("--peer", action="store_true", help="time msdrg and pyoce beside it")
    told = parser.parse_args()
    store = open_store()
    visits, stays = OutpatientPools.read(store), InpatientPools.read(store)
    store.close()
    editor = ours.OurEditor({})
    office = office_claims(visits, told.claims + _WARM)
    _print("office, five lines", ours.NAME, _speed(office, editor.answer), told.claims)
    _print_memory()
    _print("inpatient", ours.NAME, _speed(_stays(stays, told), editor.answer), told.claims)
    _print("outpatient", ours.NAME, _speed(_visits(visits, told), editor.answer), told.claims)
    if told.peer:
        _time_peers(stays, visits, told)


def _time_peers(stays: InpatientPools, visits: OutpatientPools, told: argparse.Namespace) -> None:
    from benchmarks.editors import medicare_code_editor as inpatient
    from benchmarks.editors import outpatient_code_editor as outpatient

    with inpatient.MedicareCodeEditor() as editor:
        took = _speed(_stays(stays, told), editor.answer, editor.asked)
        _print("inpatient", inpatient.NAME, took, told.claims)
    other = outpatient.OutpatientCodeEditor()
    took = _speed(_visits(visits, told), other.answer, other.asked)
    _print("outpatient", outpatient.NAME, took, told.claims)


def _stays(pools: InpatientPools, told: argparse.Namespace) -> Iterator[Claim]:
    return inpatient_claims(pools, told.claims + _WARM)


def _visits(pools: OutpatientPools, told: argparse.Namespace) -> Iterator[Claim]:
    return outpatient_claims(pools, told.claims + _WARM)


def _speed(
    claims: Iterable[Claim],
    answer: Callable[[Any], object],
    asked: Callable[[Claim], object] = lambda claim: claim,
) -> float:
    """Return the seconds that the answers take, without the first, which warm the editor up.

    Making the claims is not counted.
    """
    took = 0.0
    source = iter(claims)
    for claim in itertools.islice(source, _WARM):
        answer(asked(claim))
    while batch := [asked(claim) for claim in itertools.islice(source, _AT_ONCE)]:
        began = time.perf_counter()
        for one in batch:
            answer(one)
        took += time.perf_counter() - began
    return took


def _print(kind: str, name: str, seconds: float, claims: int) -> None:
    print(f"{kind:20}{name:10}{claims / seconds:12,.0f} claims a second", flush=True)


def _print_memory() -> None:
    # Bytes on macOS, kilobytes elsewhere.
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    print(f"peak memory, with the tables that claims are drawn from: {peak:,.0f} MB", flush=True)


if __name__ == "__main__":
    main()
