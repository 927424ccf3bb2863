"""Counts what two editors find in the same claims, and shows where they differ."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field

Found = Counter[tuple[str, Hashable]]
"""How often each kind of finding, at each place of a claim, was made."""


@dataclass(slots=True)
class Row:
    """One kind of finding over all claims.

    Attributes:
        both: findings of both sides.
        ours: findings of ours alone.
        peer: findings of the peer's alone.
        unasked: findings of ours where the peer does not look, since it has already denied the
            line or returned the claim.
    """

    both: int = 0
    ours: int = 0
    peer: int = 0
    unasked: int = 0
    only_ours: list[str] = field(default_factory=list)
    only_peer: list[str] = field(default_factory=list)


def always_asked(_kind: str, _place: Hashable) -> bool:
    """Return that the peer looks at every place of a claim."""
    return True


@dataclass(slots=True)
class Tally:
    """The findings of both sides, kind by kind."""

    peer: str
    rows: dict[str, Row] = field(default_factory=lambda: defaultdict(Row))
    claims: int = 0
    differing: int = 0

    def add(
        self,
        claim: str,
        ours: Found,
        peer: Found,
        is_asked: Callable[[str, Hashable], bool] = always_asked,
    ) -> None:
        """Take in what both sides found in a claim.

        Args:
            claim: its id.
            ours: our findings.
            peer: those of the other side.
            is_asked: returns whether the peer looks for a kind of finding at a place at all.
        """
        self.claims += 1
        differs = False
        for key in ours.keys() | peer.keys():
            row, shared = self.rows[key[0]], min(ours[key], peer[key])
            more, fewer = ours[key] - shared, peer[key] - shared
            row.both += shared
            row.peer += fewer
            place = f"{claim} {key[1]}".strip()
            row.only_peer += [place] * bool(fewer)
            if more and not is_asked(*key):
                row.unasked += more
                more = 0
            row.ours += more
            row.only_ours += [place] * bool(more)
            differs |= bool(more or fewer)
        self.differing += differs

    def table(self, kinds: Iterable[str] = ()) -> str:
        """Return the counts, a line a kind, those named first and then the others."""
        names = list(dict.fromkeys([*kinds, *sorted(self.rows)]))
        width = max([len(name) for name in names], default=10)
        heads = ("both", "only ours", f"only {self.peer}", "not asked")
        lines = [f"{'finding':{width}}  " + "  ".join(f"{head:>12}" for head in heads)]
        for name in names:
            row = self.rows.get(name, Row())
            counts = (row.both, row.ours, row.peer, row.unasked)
            lines.append(f"{name:{width}}  " + "  ".join(f"{count:12,}" for count in counts))
        lines.append(f"{self.claims:,} claims, {self.differing:,} with a difference")
        return "\n".join(lines)

    def examples(self, most: int) -> str:
        """Return claims, and places in them, of each kind of difference."""
        lines = []
        for name, row in sorted(self.rows.items()):
            for side, places in (("ours", row.only_ours), (self.peer, row.only_peer)):
                if places:
                    lines.append(f"{name}: only {side}: {', '.join(places[:most])}")
        return "\n".join(lines)


def speeds(seconds: Mapping[str, float], claims: int) -> str:
    """Return the claims a second of each editor, a line each."""
    return "\n".join(
        f"{name}: {claims / took:,.0f} claims a second" for name, took in seconds.items()
    )
