"""What both comparisons share: arguments, the run over the claims, and what is printed."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from benchmarks.editors import ours
from benchmarks.editors.claims import SEED, Claim
from benchmarks.editors.kinds import Kinds
from benchmarks.editors.tally import Found, Tally, speeds

_WARM = 50
"""Claims that are asked before the clock starts, so that no side pays for opening its data."""


class Peer(Protocol):
    """An editor of another package."""

    def asked(self, claim: Claim) -> dict[str, Any]:
        """Return the claim in the editor's own form."""
        ...

    def answer(self, asked: dict[str, Any]) -> Any:
        """Return what the editor says."""
        ...

    def found(self, answer: Any) -> Found:
        """Return the edits that it made."""
        ...

    def is_asked(self, answer: Any, edit: str, place: object) -> bool:
        """Return whether it looks for an edit at a place of the claim."""
        ...


OurFound = Callable[[ours.OurEditor, Any, Claim], Found]


def arguments(text: str) -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(description=text)
    parser.add_argument("--claims", type=int, default=20_000, help="how many (20000)")
    parser.add_argument("--seed", type=int, default=SEED, help=f"of the generator ({SEED})")
    parser.add_argument("--examples", type=int, default=0, help="places of each difference")
    parser.add_argument("--show", metavar="ID", help="print a claim and both answers, then stop")
    return parser.parse_args()


def compare(
    name: str, peer: Peer, claims: Sequence[Claim], told: argparse.Namespace, found: OurFound
) -> None:
    """Ask both editors about the claims and print the counts, the differences and the speeds.

    Args:
        name: of the peer, as the table of kinds has it.
        peer: the other editor.
        claims: that both are asked about.
        told: the command line.
        found: returns our findings in the peer's way of counting.
    """
    kinds = Kinds.of(name)
    editor = ours.OurEditor(kinds.rules)
    asked = [peer.asked(claim) for claim in claims]
    if told.show:
        _show(told.show, claims, asked, peer, editor)
        return
    for one, claim in zip(asked[:_WARM], claims[:_WARM], strict=True):
        peer.answer(one)
        editor.answer(claim)
    began = time.perf_counter()
    theirs = [peer.answer(one) for one in asked]
    between = time.perf_counter()
    mine = [editor.answer(claim) for claim in claims]
    ended = time.perf_counter()
    tally, others, own = Tally(name), Counter[str](), Counter[str]()
    for claim, answer, answered in zip(claims, theirs, mine, strict=True):
        own.update(editor.others(answered))
        edits: Found = Counter()
        for (edit, place), count in peer.found(answer).items():
            if edit in kinds.edits:
                edits[kinds.edits[edit], place] += count
            else:
                others[edit] += count

        def is_asked(kind: str, place: object, answer: Any = answer) -> bool:
            return any(peer.is_asked(answer, edit, place) for edit in kinds.edits_of(kind))

        tally.add(claim["id"], found(editor, answered, claim), edits, is_asked)
    print(tally.table(kinds.names))
    for side, counts in ((f"edits of {name}", others), ("our rules", own)):
        listed = ", ".join(f"{edit} {count:,}" for edit, count in sorted(counts.items()))
        print(f"{side} that are not compared: {listed or 'none'}")
    print(speeds({name: between - began, ours.NAME: ended - between}, len(claims)))
    if told.examples:
        print(tally.examples(told.examples))


def _show(
    wanted: str,
    claims: Sequence[Claim],
    asked: Sequence[dict[str, Any]],
    peer: Peer,
    editor: ours.OurEditor,
) -> None:
    for claim, one in zip(claims, asked, strict=True):
        if claim["id"] == wanted:
            print(json.dumps(claim, indent=1))
            for (edit, place), count in sorted(peer.found(peer.answer(one)).items(), key=str):
                print("peer:", edit, place, count)
            for finding in editor.answer(claim).findings:
                print("ours:", finding.rule, finding.line, finding.codes, finding.message)
            return
    print(f"no claim {wanted} among the {len(claims):,}", file=sys.stderr)
