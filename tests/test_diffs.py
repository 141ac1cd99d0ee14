"""What differs between the releases that there are: what is listed, what is not, and why."""

import functools
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import conflictdata as cd
from conflictdata import Cell, Change, Diff, Figure, Statement, UnknownNameError
from conflictdata.lines import RECORD, writer
from conflictdata.names import DatasetName
from conflictdata.stored import turns
from tests.shared.tables import MODELS
from tests.shared.tiers import cases

DATASETS: tuple[DatasetName, ...] = ("cmc", "crss", "picss", "pips")
SMALL = cases(DATASETS, fast={"cmc", "crss"})
OLD, NEW = "2026-11-22", "2026-11-22.1"


@functools.cache
def real(name: DatasetName) -> Diff:
    """Compare the two releases of a dataset."""
    return cd.diff(name, OLD, NEW)


def told_of(root: Path, name: str) -> list[str]:
    """Give the lines that the changelog has on a dataset's second release."""
    text = (root.parent / "CHANGELOG.md").read_text(encoding="utf-8")
    section = text.partition(f"### {name} {NEW}\n")[2].partition("\n### ")[0]
    return [line for line in section.splitlines() if line]


def written_counts(lines: list[str]) -> Counter[tuple[str, str]]:
    """Count what the lines of the changelog list, a change a line or several of a page."""
    counts: Counter[tuple[str, str]] = Counter()
    tables = {"discrepancy": "discrepancies", "figures, verdict": "balances", "on a page, verdict": "source_balances"}
    for line in lines:
        one = re.match(r"- (.+?) (added|corrected|withdrawn|changed): ", line)
        some = re.match(r"- added: (?:(\d+) )?(\w+) ", line)
        if some:
            table = some[2].removesuffix("s") if some[2] != "discrepancies" else "discrepancy"
            counts[tables.get(table, f"{table}s"), "added"] += int(some[1] or 1)
        elif one:
            counts[tables.get(one[1], f"{one[1]}s"), one[2]] += 1
    return counts


@pytest.mark.parametrize("name", DATASETS)
def test_the_changelog_lists_what_the_diff_has(root: Path, name: str) -> None:
    """Rows, figures and verdicts told one by one are as many as the changelog lists; the other sums are counted."""
    diff, lines = real(name), told_of(root, name)
    head, *listed = lines
    counts = Counter({(v.table, v.kind): 0 for v in diff.verdicts}) + Counter((v.table, v.kind) for v in diff.telling)
    counts += Counter({key: count for key, count in diff.counts.items() if key[0] in {*RECORD, "figures"}})
    (sums,) = [line for line in listed if line.startswith("- further sums: ")] or [""]
    further = {verdict: int(count) for count, verdict in re.findall(r"(\d+) (\w+)", sums)}

    assert written_counts(listed) == counts
    assert dict(diff.further) == further
    assert sum(further.values()) + len(diff.telling) == len(diff.verdicts)
    in_words = re.findall(r"(\d+) (\w+) (added|corrected|withdrawn)", head)
    rows = {(re.sub(r"y$", "ies", what.removesuffix("s")), kind): int(count) for count, what, kind in in_words}
    rows = {(what if what.endswith("s") else f"{what}s", kind): count for (what, kind), count in rows.items()}
    assert rows == {key: count for key, count in diff.counts.items() if key[0] in RECORD}


def plainly(one: Figure | None) -> object:
    """Give what a figure says."""
    if one is None:
        return None
    return one.value, one.bound, one.low, one.high, one.status, one.marks, one.caveats, one.includes


@pytest.mark.parametrize("name", DATASETS)
def test_every_figure_that_says_otherwise_is_listed(name: DatasetName) -> None:
    """A figure whose value, bound, interval, status, marks, caveats or inclusions differ is listed, and no other."""
    old, new = ({Cell.of(f): f for f in cd.load(name, release=label).figures} for label in (OLD, NEW))
    differ = {cell for cell in old.keys() | new.keys() if plainly(old.get(cell)) != plainly(new.get(cell))}

    listed = {Cell.of(change.record): change for change in real(name).figures}
    assert listed.keys() == differ
    assert len(listed) == len(real(name).figures)
    for cell, change in listed.items():
        assert (change.old, change.new) == (old.get(cell), new.get(cell))
        assert change.kind == ("added" if cell not in old else "withdrawn" if cell not in new else "changed")
        assert (change.table, change.why) == ("figures", "")


@pytest.mark.parametrize("table", ["balances", "source_balances"])
@pytest.mark.parametrize("name", DATASETS)
def test_every_verdict_that_says_otherwise_is_listed(name: DatasetName, table: str) -> None:
    """A balance with another verdict or reason, or short or over by another number, is listed, and no other."""
    old, new = ({b.key: b for b in getattr(cd.load(name, release=label), table)} for label in (OLD, NEW))
    differ = set()
    for key in old.keys() | new.keys():
        a, b = old.get(key), new.get(key)
        if (
            a is None
            or b is None
            or (a.verdict, a.reason) != (b.verdict, b.reason)
            or (a.verdict in {"short", "over"} and (a.residual_low, a.residual_high) != (b.residual_low, b.residual_high))
        ):
            differ.add(key)

    listed = [change for change in real(name).verdicts if change.table == table]
    assert {change.record.key for change in listed} == differ
    assert len(listed) == len(differ)
    for change in listed:
        assert (change.old, change.new) == (old.get(change.record.key), new.get(change.record.key))


@pytest.mark.parametrize("name", SMALL)
def test_every_row_that_differs_is_listed(name: DatasetName) -> None:
    """By the rows alone: what only one release has, or has otherwise, is added, corrected or withdrawn, each once."""
    diff = real(name)
    for table in RECORD:
        old, new = ({row.id: row for row in getattr(cd.load(name, release=label), table)} for label in (OLD, NEW))
        changes = [change for change in diff.rows if change.table == table]
        line = writer(table, MODELS[table], 1)
        before = {change.old.id for change in changes if change.old}  # type: ignore[attr-defined]
        after = {change.new.id for change in changes if change.new}  # type: ignore[attr-defined]
        otherwise = {id for id in old.keys() & new.keys() if line(old[id]) != line(new[id])}
        assert before == (old.keys() - new.keys()) | otherwise
        assert after == (new.keys() - old.keys()) | otherwise
        assert len(changes) == len(before) + len(after) - sum(change.kind == "corrected" for change in changes)
        corrects = {turn.id: turn.corrects for turn in turns(name, table) if turn.corrects}
        pairs = {c.new.id: c.old.id for c in changes if c.old and c.new}  # type: ignore[attr-defined]
        assert pairs == {id: was for id, was in corrects.items() if id in new}


def test_each_kind_occurs() -> None:
    """The releases hold rows added, corrected and withdrawn, and figures and balances added and changed."""
    kinds = {kind for name in DATASETS for kind in real(name).counts}

    assert kinds >= {
        ("sources", "added"),
        ("statements", "added"),
        ("statements", "corrected"),
        ("claims", "added"),
        ("discrepancies", "added"),
        ("discrepancies", "withdrawn"),
        ("figures", "added"),
        ("figures", "changed"),
        ("balances", "changed"),
        ("source_balances", "added"),
    }
    for name in DATASETS:
        for (table, kind), count in real(name).counts.items():
            assert len(real(name).of(table, kind)) == count
            assert {change.kind for change in real(name).of(table, kind)} == {kind}
    assert real("picss").of("statements", "withdrawn") == ()


def test_a_correction_says_what_and_why() -> None:
    """A figure of CRSS that was read as exact is worded as a lower limit."""
    diff = real("crss")
    (row,), (figure,) = diff.rows, diff.figures
    assert isinstance(row.old, Statement)
    assert isinstance(row.new, Statement)

    assert (row.table, row.kind, row.columns) == ("statements", "corrected", ("bound",))
    assert (row.old.id, row.new.id) == ("sa085b2a379", "s9ded5e7764")
    assert row.why == "page re-read: worded as a lower limit"
    assert str(row) == (
        "crss 2016-Q2, Pakistan, all violence, killed, civilians, on zzawz-117380: bound exact, then at_least."
        " page re-read: worded as a lower limit"
    )
    assert (figure.kind, figure.why) == ("changed", "")
    assert str(figure) == "crss 2016-Q2, Pakistan, all violence, killed, civilians: 172, single, then >=172, single, bounded"
    assert str(diff) == f"crss {OLD} to {NEW}: 2 differences\nstatements, corrected: {row}\nfigures, changed: {figure}"


def test_the_table_of_differences_has_a_row_a_value() -> None:
    """A row for each column that differs, in the form of the files; one for what came or went as a whole."""
    (bound, *figure) = list(real("crss").table)
    cell = "2016-Q2 PK all killed civilians"

    assert (bound.dataset, bound.table, bound.kind, bound.id, bound.was) == (
        "crss",
        "statements",
        "corrected",
        "s9ded5e7764",
        "sa085b2a379",
    )
    assert (bound.cell, bound.column, bound.old, bound.new) == (cell, "bound", "exact", "at_least")
    assert bound.why == "page re-read: worded as a lower limit"
    assert [(d.column, d.old, d.new) for d in figure] == [
        ("bound", "exact", "at_least"),
        ("high", "172", ""),
        ("marks", "", "bounded"),
    ]
    assert {(d.table, d.kind, d.id, d.was, d.cell, d.why) for d in figure} == {
        ("figures", "changed", None, None, cell, None)
    }

    for name in DATASETS:
        diff = real(name)
        every: tuple[Change[Any], ...] = (*diff.rows, *diff.figures, *diff.verdicts)
        assert [(d.table, d.kind) for d in diff.table] == [
            (change.table, change.kind) for change in every for _ in range(len(change.columns) or 1)
        ]
        assert {d.column is None for d in diff.table if d.kind in {"added", "withdrawn"}} <= {True}
        assert {d.column is None for d in diff.table if d.kind in {"corrected", "changed"}} <= {False}
        assert all(d.old is None for d in diff.table if d.kind == "added")
        assert all(d.new is None for d in diff.table if d.kind == "withdrawn")
        assert diff.table.columns[:4] == ("dataset", "table", "kind", "id")
    source = next(d for d in real("picss").table if d.table == "sources")
    assert (source.id, source.cell, source.new) == ("dawn-6d9b50", None, cd.load("picss").source("dawn-6d9b50").url)


@pytest.mark.parametrize("label", [OLD, NEW])
@pytest.mark.parametrize("name", SMALL)
def test_a_release_does_not_differ_from_itself(name: DatasetName, label: str) -> None:
    """The diff is empty, and false; its table has no row."""
    diff = cd.diff(name, label, label)

    assert not diff
    assert (diff.rows, diff.figures, diff.verdicts, dict(diff.counts), len(diff.table)) == ((), (), (), {}, 0)
    assert str(diff) == f"{name} {label} to {label}: 0 differences"
    assert real(name)
    assert (real(name).dataset, real(name).old, real(name).new) == (name, OLD, NEW)
    assert str(cd.diff(name, OLD, NEW)) == str(real(name))


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (("picss", NEW, OLD), rf"unknown release of picss up to {OLD} '{NEW}'; valid: {OLD}$"),
        (("picss", "2025-01-01"), "unknown release of picss '2025-01-01'"),
        (("picss", OLD, "next"), "unknown release of picss 'next'"),
        (("acled", OLD), "unknown dataset 'acled'"),
    ],
)
def test_releases_that_there_are_not_are_refused(asked: tuple[Any, ...], why: str) -> None:
    """An unknown label, and an older release after a newer one: the error lists those that fit."""
    with pytest.raises(UnknownNameError, match=why):
        cd.diff(*asked)
