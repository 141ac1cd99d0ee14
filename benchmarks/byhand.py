"""Queries written by hand for the figures of `planted`, with a bound beside each value: what the check on frames is held to.

Those that are `checked` give the same rows as the check does: the same verdicts, and the same rows that cannot be used. They
read the file twice: once for the rows that cannot be used, which are few, and once for one sum a cell over all others. Those
that are not take every row as it comes. `actors` of the structure is written out here by hand, as one would who has no
structure; that the rows are the same is asserted where they are timed.
"""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.plants import CELL, RESTS, TWICE, WHOLE

_PARTS = ("state", "rebels", "civilians", "others")
_REQUIRED = 3
_LARGEST = 10**15
_WIDE = 12  # bits that each actor's rows are counted in: a cell that stands more often than this holds is not planted
_BOUNDS = ("exact", "", "at_least", "more_than", "about", "at_most")
_PLACE = {actor: 1 << _WIDE * place for place, actor in enumerate((WHOLE, *_PARTS))}
_FULL = (1 << _WIDE) - 1

_KNOWN = "country <> '' and area <> '' and month <> '' and actor in ('all', 'state', 'rebels', 'civilians', 'others')"
_NUMBER = f"""value between 0 and {_LARGEST}
    and coalesce(bound, '') in ('exact', 'at_least', 'more_than', 'about', 'at_most', '')"""
_REASON = f"""case
    when coalesce(country, '') = '' then 'country is missing'
    when coalesce(area, '') = '' then 'area is missing'
    when coalesce(month, '') = '' then 'month is missing'
    when coalesce(actor, '') = '' then 'actor is missing'
    when actor not in ('all', 'state', 'rebels', 'civilians', 'others') then 'unknown actor'
    when value is null then 'value is missing'
    when value <> floor(value) then 'value is not a whole number'
    when value < 0 then 'value is negative'
    when value > {_LARGEST} then 'value is too large'
    else 'unknown bound' end"""
_LOW = """case when bound is null or bound in ('exact', '', 'at_least') then value
    when bound = 'more_than' then value + 1 else 0 end"""
_HIGH = "case when bound is null or bound in ('exact', '', 'at_most') then value end"
_SUMS = """
    sum(case when whole then low else -high end)::bigint as total_less_parts,
    sum(case when whole then high else -low end)::bigint as top_less_parts,
    max(low) filter (whole)::bigint as low,
    max(high) filter (whole)::bigint as high,
    bool_or(not whole and usable and high is null) as unlimited"""
_JUDGED = """case
    when residual_high < 0 then 'over'
    when residual_low is null or residual_low < 0 then 'open'
    when absent > 0 then 'partial'
    when residual_high = 0 then 'balanced'
    when residual_low > 0 then 'short'
    else 'open' end"""
_NO_TOTAL = "null, null, null, null, null, null, null, 'invalid'"


def _bits(column: str, over: int) -> str:
    """Give the actors of whom a cell has more than so many rows, as bits, from their packed counts."""
    told = (f"case when {column} >> {_WIDE * n} & {_FULL} > {over} then {1 << n} else 0 end" for n in range(len(_PLACE)))
    return f"({' | '.join(told)})"


def sql(path: Path, *, whole: bool = True) -> str:
    """Give the query for DuckDB, checked.

    Args:
        path: The Parquet file.
        whole: Whether the numbers are whole by their type; else that is checked too.

    Returns:
        The query.
    """
    number = _NUMBER if whole else f"{_NUMBER} and value = floor(value)"
    counted = " ".join(f"when '{actor}' then {place}" for actor, place in _PLACE.items())
    return f"""
with faulty as (
    select distinct nullif(country, '') as country, nullif(area, '') as area, nullif(month, '') as "month",
        nullif(actor, '') as actor, {_REASON} as reason
    from read_parquet('{path}') where ({_KNOWN} and {number}) is not true
), known as (
    select country, area, "month", case actor {counted} end as rows, actor = 'all' as whole, value, bound,
        coalesce({number}, false) as usable
    from read_parquet('{path}') where {_KNOWN}
), lines as (
    select *, case when usable then {_LOW} end as low, case when usable then {_HIGH} end as high from known
), cells as materialized (
    select country, area, "month", {_SUMS},
        sum(rows)::bigint as rows, sum(case when usable then 0 else rows end)::bigint as wrong
    from lines group by all
), found as (
    select *, {_bits("wrong", 0)} | {_bits("rows", 1)} as bad, {_bits("rows", 0)} as there from cells
), residuals as (
    select *, case when bad = 0 then bit_count(there & 30)::bigint end as parts,
        {_REQUIRED} - bit_count(there & 14)::bigint as absent,
        case when bad = 0 and not unlimited then total_less_parts end as residual_low,
        case when bad = 0 and high is not null then top_less_parts end as residual_high
    from found where there & 1 <> 0 and bad & 1 = 0 and there & 30 <> 0
)
select 'actors' as axis, country, area, "month", 'all' as actor, null::varchar as part, low, high, parts, absent,
    residual_low, residual_high, case when bad <> 0 then 'invalid' else {_JUDGED} end as verdict,
    case when bad <> 0 then '{RESTS}' end as reason
from residuals
union all select null, country, area, "month", actor, {_NO_TOTAL}, reason from faulty
union all select null, country, area, "month", actor, {_NO_TOTAL}, '{TWICE}' from (
    select country, area, "month", unnest(['all', 'state', 'rebels', 'civilians', 'others']) as actor,
        unnest([1, 2, 4, 8, 16]) as bit, {_bits("rows", 1)} as twice
    from cells where {_bits("rows", 1)} <> 0
) where bit & twice <> 0"""  # noqa: S608  the path is ours


def sql_unchecked(path: Path) -> str:
    """Give the query for DuckDB that takes every row as it comes.

    Args:
        path: The Parquet file.

    Returns:
        The query.
    """
    return f"""
with lines as (
    select country, area, "month", actor = 'all' as whole, actor in ('state', 'rebels', 'civilians') as required,
        true as usable, {_LOW} as low, {_HIGH} as high
    from read_parquet('{path}')
), cells as (
    select country, area, "month", {_SUMS}, count(*) filter (not whole) as parts,
        {_REQUIRED} - count(*) filter (required) as absent
    from lines group by all
), residuals as (
    select *, case when not unlimited then total_less_parts end as residual_low,
        case when high is not null then top_less_parts end as residual_high
    from cells where low is not null and parts > 0
)
select 'actors' as axis, country, area, "month", 'all' as actor, null::varchar as part, low, high, parts, absent,
    residual_low, residual_high, {_JUDGED} as verdict, null::varchar as reason
from residuals"""  # noqa: S608  the path is ours


def duckdb(path: Path, *, whole: bool = True, checked: bool = True) -> Any:
    """Give the query for DuckDB.

    Args:
        path: The Parquet file.
        whole: Whether the numbers are whole by their type; else that is checked too.
        checked: Whether rows that cannot be used are told apart.

    Returns:
        The relation.
    """
    import duckdb as library

    return library.sql(sql(path, whole=whole) if checked else sql_unchecked(path))


def polars(path: Path, *, whole: bool = True, checked: bool = True) -> Any:
    """Give the query for polars.

    Args:
        path: The Parquet file.
        whole: Whether the numbers are whole by their type; else that is checked too.
        checked: Whether rows that cannot be used are told apart.

    Returns:
        The lazy frame.
    """
    import polars as pl

    def number(value: int) -> pl.Expr:
        return pl.lit(value, pl.Int64)

    column, none = pl.col, pl.lit(None, pl.String)
    source, bound, total = pl.scan_parquet(path), column("bound").fill_null("exact"), column("actor") == WHOLE
    parts = column("actor").is_in(_PARTS)
    above = pl.when(bound == "more_than").then(column("value") + 1).otherwise(number(0))
    low = pl.when(bound.is_in(["exact", "", "at_least"])).then("value").otherwise(above).cast(pl.Int64)
    high = pl.when(bound.is_in(["exact", "", "at_most"])).then("value").cast(pl.Int64)
    lines, usable = source, pl.lit(value=True)
    if checked:
        known = pl.all_horizontal(column(name) != "" for name in CELL) & (total | parts)
        usable = column("value").is_between(0, _LARGEST) & bound.is_in(_BOUNDS)
        if not whole:
            usable &= column("value") == column("value").floor()
        usable = usable.fill_null(value=False)
        lines = source.filter(known)
        missing = [
            pl.when(column(name).is_null() | (column(name) == "")).then(pl.lit(f"{name} is missing"))
            for name in (*CELL, "actor")
        ]
        reason = pl.coalesce(
            *missing,
            pl.when(~(total | parts)).then(pl.lit("unknown actor")),
            pl.when(column("value").is_null()).then(pl.lit("value is missing")),
            pl.when(column("value") != column("value").floor()).then(pl.lit("value is not a whole number")),
            pl.when(column("value") < 0).then(pl.lit("value is negative")),
            pl.when(column("value") > _LARGEST).then(pl.lit("value is too large")),
            pl.lit("unknown bound"),
        )
        named = [pl.when(column(name) != "").then(name).alias(name) for name in (*CELL, "actor")]
        faulty = source.filter(~(known.fill_null(value=False) & usable)).select(*named, reason.alias("reason")).unique()
    counted = pl.lit(None, pl.Int64)
    for actor, place in _PLACE.items():
        counted = pl.when(column("actor") == actor).then(number(place)).otherwise(counted)
    ends = [pl.when(usable).then(end).alias(name) for name, end in (("low", low), ("high", high))]
    cells = (
        lines.select(*CELL, total.alias("whole"), usable.alias("usable"), counted.alias("rows"), *ends)
        .select(
            *CELL,
            "rows",
            pl.when("usable").then(number(0)).otherwise("rows").alias("wrong"),
            pl.when("whole").then("low").otherwise(-column("high")).alias("total_less_parts"),
            pl.when("whole").then("high").otherwise(-column("low")).alias("top_less_parts"),
            pl.when("whole").then("low").alias("low"),
            pl.when("whole").then("high").alias("high"),
            (column("usable") & ~column("whole") & column("high").is_null()).alias("unlimited"),
        )
        .group_by(CELL)
        .agg(
            column("rows", "wrong", "total_less_parts", "top_less_parts").sum(),
            column("low", "high").max(),
            column("unlimited").any(),
        )
        .with_columns(
            ((column(name) // place) & number(_FULL)).alias(f"{name} {actor}")
            for actor, place in _PLACE.items()
            for name in ("rows", "wrong")
        )
    )
    rows = {actor: column(f"rows {actor}") for actor in _PLACE}
    bad = {actor: (rows[actor] > 1) | (column(f"wrong {actor}") > 0) if checked else pl.lit(value=False) for actor in _PLACE}
    there = {actor: rows[actor] > 0 for actor in _PLACE}
    rests = pl.any_horizontal(bad[actor] for actor in _PARTS)
    found = (
        cells.filter(there[WHOLE] & ~bad[WHOLE] & pl.any_horizontal(there[actor] for actor in _PARTS))
        .with_columns(
            rests.alias("rests"),
            pl.when(~rests).then(pl.sum_horizontal(there[actor].cast(pl.Int64) for actor in _PARTS)).alias("parts"),
            pl.sum_horizontal((~there[actor]).cast(pl.Int64) for actor in _PARTS[:_REQUIRED]).alias("absent"),
            pl.when(~rests & ~column("unlimited")).then("total_less_parts").alias("residual_low"),
            pl.when(~rests & column("high").is_not_null()).then("top_less_parts").alias("residual_high"),
        )
        .select(
            pl.lit("actors").alias("axis"),
            *CELL,
            pl.lit(WHOLE).alias("actor"),
            none.alias("part"),
            *("low", "high", "parts", "absent", "residual_low", "residual_high"),
            pl.when("rests")
            .then(pl.lit("invalid"))
            .when(column("residual_high") < 0)
            .then(pl.lit("over"))
            .when(column("residual_low").is_null() | (column("residual_low") < 0))
            .then(pl.lit("open"))
            .when(column("absent") > 0)
            .then(pl.lit("partial"))
            .when(column("residual_high") == 0)
            .then(pl.lit("balanced"))
            .when(column("residual_low") > 0)
            .then(pl.lit("short"))
            .otherwise(pl.lit("open"))
            .alias("verdict"),
            pl.when("rests").then(pl.lit(RESTS)).alias("reason"),
        )
    )
    if not checked:
        return found.drop_nulls("low")
    twice = [
        cells.filter(rows[actor] > 1).select(*CELL, pl.lit(actor).alias("actor"), pl.lit(TWICE).alias("reason"))
        for actor in _PLACE
    ]
    numbers = ("low", "high", "parts", "absent", "residual_low", "residual_high")
    empty = [pl.lit(None, pl.Int64).alias(name) for name in numbers]
    unusable = pl.concat([faulty, *twice]).select(
        none.alias("axis"),
        *(*CELL, "actor"),
        none.alias("part"),
        *empty,
        pl.lit("invalid").alias("verdict"),
        "reason",
    )
    return pl.concat([found, unusable])


def arrow(table: pa.Table) -> pa.Table:
    """Sum an Arrow table by cell, the total up and the parts down, low and high side by side; every row as it comes.

    Args:
        table: The figures.

    Returns:
        The cells, the smallest and the largest difference of each, and how many of its rows have no upper limit.
    """
    value, bound = table["value"].cast(pa.int64(), safe=False), pc.fill_null(table["bound"], "exact")
    whole, nothing = pc.equal(table["actor"], WHOLE), pa.scalar(None, pa.int64())
    exact = pc.is_in(bound, pa.array(["exact", ""]))
    low = pc.case_when(
        pc.make_struct(pc.or_(exact, pc.equal(bound, "at_least")), pc.equal(bound, "more_than")), value, pc.add(value, 1), 0
    )
    high = pc.if_else(pc.or_(exact, pc.equal(bound, "at_most")), value, nothing)
    signed = {
        "residual_low": pc.if_else(whole, low, pc.negate(high)),
        "residual_high": pc.if_else(whole, high, pc.negate(low)),
        "unlimited": pc.cast(pc.is_null(high), pa.int8()),
    }
    lines = pa.table({**{name: table[name] for name in CELL}, **signed})
    return lines.group_by(list(CELL)).aggregate([(name, "sum") for name in signed])
