"""The check over frames: what needs each cell by itself.

Cells that stand more than once, counts of a part of a cell, runs of months.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import narwhals.stable.v2 as nw

from conflictdata.branches import apart, fit
from conflictdata.entries import Entries, code_problems, with_code
from conflictdata.errors import InvalidValueError
from conflictdata.expressions import LENGTHS, cases, either, every, no_text, number
from conflictdata.given import REPEATED
from conflictdata.signed import RESTS, judged, row, unless
from conflictdata.structure import Structure, Sum
from conflictdata.vocabulary import PeriodKind, Verdict

_ENDS = {"__low": "__l", "__high": "__h", "__inside": "__m"}


def codes_of(entries: Entries) -> list[str]:
    """Give the columns of the codes of a cell."""
    return [f"__code_{place}" for place in range(len(entries.cell))]


def coded(frame: "nw.LazyFrame[Any]", entries: Entries) -> "nw.LazyFrame[Any]":
    """Give rows all codes of their cells; rows whose codes are not known are left out."""
    wrong = []
    for place, column in enumerate(entries.cell):
        frame = with_code(frame, column, place, entries.structure)
        wrong += [condition for condition, _ in code_problems(column, place, entries.structure)]
    return frame.filter(*(~condition.fill_null(value=True) for condition in wrong))


def summed(frame: "nw.LazyFrame[Any]", entries: Entries, more: Sequence[str] = ()) -> "nw.LazyFrame[Any]":
    """Give a row for each cell: `__n`, how many rows give it, and what it counts as `__l`, `__h`, `__m`."""
    known = frame.collect_schema().names()
    ends = {source: name for source, name in _ENDS.items() if source in known}
    if entries.subsets:
        frame = frame.filter(~nw.col("__subset"))
    told = [nw.len().alias("__n"), *(nw.col(source).max() for source in ends)]
    made = frame.group_by(*codes_of(entries), *more).agg(*told).with_columns(nw.col("__n").cast(nw.Int64))
    return made.with_columns(*(nw.col(source).alias(name) for source, name in ends.items())).drop(list(ends))


def _usable() -> nw.Expr:
    """Whether one row gives a cell, and can be used."""
    return every(nw.col("__n") == 1, ~nw.col("__l").is_null())


def _aside(entries: Entries) -> nw.Expr:
    cell = entries.codes
    return either(*(cell[column].is_in(list(codes)) for column, codes in entries.structure.aside.items() if column in cell))


def repeated(entries: Entries) -> "nw.LazyFrame[Any]":
    """Give the cells that stand more than once."""
    cells = summed(coded(entries.frame, entries), entries).filter(nw.col("__n") > 1)
    return cells.select(**row(entries.codes, verdict=nw.lit(Verdict.INVALID.value), reason=nw.lit(REPEATED)))


def subsets(entries: Entries) -> "nw.LazyFrame[Any]":
    """Hold every count of a part of a cell against the cell."""
    frame = coded(entries.frame, entries)
    parts = frame.filter(nw.col("__subset"), ~nw.col("__low").is_null())
    name = nw.col("id").cast(nw.String) if entries.named else no_text()
    ends = {"__part_l": nw.col("__low")}
    if entries.bounded:
        ends["__part_h"] = nw.col("__high")
    if entries.included:
        ends["__part_m"] = nw.col("__inside")
    parts = parts.select(
        *codes_of(entries), name.fill_null("subset").alias("__name"), *(e.alias(n) for n, e in ends.items())
    )
    keys = parts.group_by(*codes_of(entries)).agg(nw.len().alias("__len")).select(*codes_of(entries))
    cells = summed(frame.join(keys, on=codes_of(entries), how="semi"), entries).filter(_usable(), ~_aside(entries))
    pairs = cells.join(parts, on=codes_of(entries), how="inner")
    low, part_low = nw.col("__l"), nw.col("__part_l")
    never = nw.lit(value=False)
    whole, part = (low, low, never), (part_low, never)
    if entries.bounded:
        whole = (low, nw.col("__h").fill_null(0), nw.col("__h").is_null())
        part = (nw.col("__part_h").fill_null(0), nw.col("__part_h").is_null())
    if entries.included:
        low, part_low = apart(nw.col("__m"), nw.col("__part_m"), low, part_low)
    told = fit(whole, low, (part_low, *part), bounded=entries.bounded)
    return pairs.select(**row(entries.codes, part=nw.col("__name"), **told))


def runs(entries: Entries, checks: Structure) -> "Iterator[nw.LazyFrame[Any]]":
    """Hold every run of months against the spans that it can be cut into.

    Raises:
        InvalidValueError: If the spans that make up a run, or those that replace them, do not nest: a kind is left out
            between two others, or their sums hold for other cells.
    """
    for rule in checks.sums:
        if rule.calendar and rule.whole == PeriodKind.MONTHS:
            yield _run(entries, rule, _kinds(checks, rule))


def _kinds(checks: Structure, rule: Sum) -> list[str]:
    """Give the kinds of spans that take part, the longest first."""
    lower = {s.whole: s for s in checks.sums if s.calendar and (s.axis, s.column) == (rule.axis, rule.column)}
    kinds = list(rule.required)
    nested = all(kind in lower and lower[kind].required[0] == after for kind, after in pairwise(kinds))
    alike = all(
        (lower[kind].only, lower[kind].since, lower[kind].until) == ({}, None, None) for kind in kinds if kind in lower
    )
    if not (nested and alike and (kinds[-1] not in lower)):
        problem = "the spans that make up a run of months do not nest; give records or mappings to check them"
        raise InvalidValueError("structure", problem)
    return kinds


def _run(entries: Entries, rule: Sum, kinds: Sequence[str]) -> "nw.LazyFrame[Any]":
    """Hold the runs of months against what is there of them."""
    place = entries.cell.index(rule.column)
    span = f"__span_{place}_"
    others = [code for n, code in enumerate(codes_of(entries)) if n != place] or ["__one"]
    frame = coded(entries.frame, entries).with_columns(nw.lit(1).alias("__one"))
    frame = frame.filter(nw.col(f"{span}kind").is_in(["months", *kinds]))
    keys = frame.filter(nw.col(f"{span}kind") == "months").group_by(*others).agg(nw.len().alias("__len")).select(*others)
    more = [f"{span}{name}" for name in ("kind", "start", "months")]
    if rule.since or rule.until:
        more += [f"__span_{entries.cell.index(rule.dated)}_{name}" for name in ("from", "to")]
    cells = summed(frame.join(keys, on=others, how="semi"), entries, more)
    cells = cells.with_columns(nw.lit(1).alias("__one"))
    cells = cells.filter((nw.col("__n") > 0) & ~_aside(entries))  # with a column, since a constant alone filters nothing
    ends = [name for name in ("__n", "__l", "__h", "__m") if name in cells.collect_schema().names()]
    code = f"__code_{place}"
    whole = nw.col(f"{span}kind") == "months"
    tops = cells.filter(whole, _usable(), _holds(entries, rule)).select(
        *others,
        nw.col(code).alias("__run"),
        nw.col(f"{span}start").alias("__first"),
        (nw.col(f"{span}start") + nw.col(f"{span}months")).alias("__after"),
        *(nw.col(name).alias(f"__run{name}") for name in ends if name != "__n"),
    )
    parts = cells.filter(~whole).select(
        *others,
        nw.col(f"{span}start").alias("__start"),
        (nw.col(f"{span}start") + nw.col(f"{span}months")).alias("__end"),
        nw.col(f"{span}months").alias("__months"),
        *ends,
    )
    pairs = tops.join(parts, on=others, how="inner")
    pairs = pairs.filter(nw.col("__start") >= nw.col("__first"), nw.col("__end") <= nw.col("__after"))
    key = [*others, "__run"]
    start, covered = nw.col("__start"), []
    for size in (LENGTHS[kind] for kind in kinds):
        bucket = f"__bucket{size}"
        pairs = pairs.with_columns((start // size * size).cast(nw.Int64).alias(bucket))
        itself = number(every(nw.col("__months") == size, start == nw.col(bucket)))
        pairs = pairs.with_columns(itself.alias(f"__is{size}"))
        pairs = pairs.with_columns(nw.col(f"__is{size}").max().over(*key, bucket).alias(f"__has{size}"))
        covered.append(every(nw.col("__months") < size, nw.col(f"__has{size}") == 1))
    leaves = pairs.filter(~either(*covered))
    return _judge(entries, leaves, rule, kinds, key)


def _holds(entries: Entries, rule: Sum) -> nw.Expr:
    """Whether the sum is one for a run of months."""
    cell, place = entries.codes, entries.cell.index(rule.dated) if rule.since or rule.until else 0
    told = [cell[column].is_in(list(codes)) for column, codes in rule.only.items()]
    if rule.since:
        told.append(nw.col(f"__span_{place}_from") >= int(f"{rule.since:%Y%m%d}"))
    if rule.until:
        told.append(nw.col(f"__span_{place}_to") <= int(f"{rule.until:%Y%m%d}"))
    return every(*told)


def _judge(
    entries: Entries, leaves: "nw.LazyFrame[Any]", rule: Sum, kinds: Sequence[str], key: Sequence[str]
) -> "nw.LazyFrame[Any]":
    """Add the spans up, and give the verdicts."""
    sizes = [LENGTHS[kind] for kind in kinds]
    first, after, start, months = (nw.col(name) for name in ("__first", "__after", "__start", "__months"))
    made = {"__parts": number(_usable()), "__bad": number(~_usable())}
    if entries.bounded:
        made["__f"] = number(every(_usable(), nw.col("__h").is_null()))
    for size in sizes:
        bucket = (start // size * size).cast(nw.Int64)
        within = every(months < size, bucket >= first, bucket + size <= after)
        made[f"__touched{size}"] = nw.when(within).then(bucket).otherwise(nw.lit(-1, dtype=nw.Int64))
        made[f"__outside{size}"] = number(~within)
        made[f"__held{size}"] = cases([(months >= size, (months // size).cast(nw.Int64))], nw.lit(0, dtype=nw.Int64))
    if entries.included:
        alike = nw.col("__m") == nw.col("__run__m")
        made |= {"__differ": number(~alike), "__sure": cases([(nw.col("__m") == 0, nw.col("__l"))], nw.lit(0))}
    leaves = leaves.with_columns(*(expr.cast(nw.Int64).alias(name) for name, expr in made.items()))
    unique = [nw.col(f"__touched{size}").n_unique().alias(f"__touched{size}") for size in sizes]
    most = [nw.col(f"__outside{size}").max().alias(f"__outside{size}") for size in sizes]
    names = [name for name in made if not name.startswith(("__touched", "__outside"))]
    names += [name for name in ("__l", "__h") if name in leaves.collect_schema().names()]
    tops = [name for name in ("__run__l", "__run__h", "__run__m") if name in leaves.collect_schema().names()]
    group = leaves.group_by(*key, "__first", "__after", *tops).agg(*(nw.col(name).sum() for name in names), *unique, *most)
    group = group.with_columns(*(nw.col(name).fill_null(0).cast(nw.Int64) for name in names))
    empty = []
    for size in sizes:
        all_ = (after // size).cast(nw.Int64) - ((first + size - 1) // size).cast(nw.Int64)
        all_ = cases([(all_ < 0, nw.lit(0))], all_)
        empty.append(all_ - nw.col(f"__held{size}") - nw.col(f"__touched{size}") + nw.col(f"__outside{size}"))
    absent = empty[0]
    for place, size in enumerate(sizes[1:]):
        absent = absent + empty[place + 1] - empty[place] * (sizes[place] // size)
    low, high = nw.col("__run__l"), nw.col("__run__h") if entries.bounded else nw.col("__run__l")
    parts_low, parts_high = nw.col("__l"), nw.col("__h") if entries.bounded else nw.col("__l")
    least_whole = low
    if entries.included:
        differ = nw.col("__differ") > 0
        parts_low = cases([(differ, nw.col("__sure"))], parts_low)
        least_whole = cases([(every(differ, nw.col("__run__m") != 0), nw.lit(0))], low)
    least, most_ = least_whole - parts_high, high - parts_low
    bad = nw.col("__bad") > 0
    if entries.bounded:
        least = unless(nw.col("__f") > 0, least)
    cell = {column: nw.col("__run") if column == rule.column else one for column, one in entries.codes.items()}
    return group.select(
        **row(
            cell,
            axis=nw.lit(rule.axis),
            low=low,
            high=high,
            parts=unless(bad, nw.col("__parts")),
            absent=absent.cast(nw.Int64),
            residual_low=unless(bad, least),
            residual_high=unless(bad, most_),
            verdict=judged(least, most_, complete=absent == 0, bad=bad),
            reason=cases([(bad, nw.lit(RESTS))], no_text()),
        )
    )
