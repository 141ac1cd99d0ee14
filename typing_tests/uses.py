"""What users write, with the types that they get; `tests/test_types.py` runs it, .ci/types checks it."""

from collections.abc import Mapping
from datetime import date
from typing import Any, assert_type

import duckdb
import pandas as pd
import polars as pl

import conflictdata as cd
from conflictdata.names import AreaCode, CellCodes, DatasetName, GroupCode, ScopeCode

CELL: CellCodes = {"area": "PK", "scope": "all", "measure": "killed", "group": "total"}


def opening() -> None:
    """A dataset by its name, at a release, on a day; names that are known only at run time."""
    picss = cd.load("picss")
    assert_type(picss, cd.Dataset)
    assert_type(picss.name, DatasetName)
    assert_type(picss.release, str)
    assert_type(cd.load("picss", release="2026-11-22", as_of=date(2025, 11, 5), undated="assume").vintage, cd.Vintage | None)
    for info in cd.list_datasets():
        assert_type(info.name, DatasetName)
        cd.load(info.name)
    text = "pips"  # as from a file of settings
    assert_type(cd.dataset_name(text), DatasetName)
    cd.load(cd.dataset_name(text))
    names: tuple[DatasetName, ...] = ("picss", "pips")
    assert [cd.load(name).name for name in names] == list(names)


def records() -> None:
    """Tables are sequences of typed records."""
    picss = cd.load("picss")
    assert_type(picss.figures, cd.FigureTable)
    assert_type(picss.statements, cd.Table[cd.Statement])
    assert_type(picss.sources, cd.Table[cd.Source])
    assert_type(picss.claims, cd.Table[cd.CheckedClaim])
    assert_type(picss.balances, cd.Table[cd.Balance])
    assert_type(picss.revisions, cd.Table[cd.Revision])
    assert_type(picss.releases, cd.Table[cd.Release])
    assert_type(picss.coverage(), cd.Table[cd.Coverage])
    for figure in picss.figures.filter(period="2025-10"):
        assert_type(figure, cd.Figure)
        assert_type(figure.value, int | None)
        assert_type(figure.bound, cd.Bound | None)
        assert_type(figure.area, cd.Area)
        assert_type(figure.period, cd.Period)
        assert_type(figure.interval, cd.Interval)
        assert_type(figure.marks, tuple[cd.Mark, ...])
        assert_type(figure.sources, tuple[cd.Source, ...])
        assert_type(figure.sources[0].published, date | None)
        assert_type(picss.statements_of(figure), cd.Table[cd.Statement])
    assert_type(picss.figures[0], cd.Figure)
    assert_type(picss.figures[:3], cd.FigureTable)
    assert_type(picss.statements[:3], cd.Table[cd.Statement])
    assert_type(len(picss.figures), int)


def choosing() -> None:
    """Codes are taken as texts and as members, one or several, and as a dictionary of the axes of a cell."""
    figures = cd.load("picss").figures
    killed = figures.filter(period="2025-10", area="PK", scope="all", measure="killed", group=["militants", "civilians"])
    assert_type(killed, cd.FigureTable)
    figures.filter(area=cd.Area.BALOCHISTAN, measure={cd.Measure.KILLED, cd.Measure.INJURED}, within=cd.Period.of("2025"))
    figures.filter(area=["PK-BA", cd.Area.SINDH], period=["2025-10", cd.Period.of("2025-09")], status="disputed")
    figures.filter(**CELL, period_kind="month")
    areas: list[AreaCode] = ["PK-BA", "PK-SD"]
    figures.filter(area=areas)
    figures.filter(area=cd.Area("PK"), group=cd.Group("total"))  # as from a file of settings
    assert_type(figures.where(lambda figure: figure.value is None), cd.FigureTable)
    assert_type(figures.select("period", "value", "bound"), cd.Frame)
    assert_type(figures.filter(area="PK", scope="all", period_kind="month").wide("high"), cd.Frame)
    cd.load("picss").balances.filter(axis="groups", verdict="short", reason="part_not_reported")
    cd.load("picss").claims.filter(verdict="contradicted", claim=["share", cd.ClaimKind.PERCENT_CHANGE])


def series() -> None:
    """One cell over time, of a dataset or its name."""
    points = cd.series("picss", measure="killed", group="total", area="PK", scope="militant_attacks", every="year")
    assert_type(points, cd.Table[cd.Point])
    assert_type(cd.series(cd.load("picss"), **CELL), cd.Table[cd.Point])
    assert_type(cd.load("picss").series(**CELL, every=cd.PeriodKind.YEAR), cd.Table[cd.Point])
    for point in points:
        assert_type(point.value, int | None)
        assert_type(point.status, cd.Status | None)


def exports() -> None:
    """Frames of other libraries, by their own types."""
    figures = cd.load("cmc").figures
    assert_type(figures.to_pandas(), pd.DataFrame)
    assert_type(figures.to_polars(), pl.DataFrame)
    assert_type(figures.columns, tuple[str, ...])
    assert_type(pl.DataFrame(figures).height, int)


def balancing() -> None:
    """The check gives back the kind of frame that it was given."""
    rows: list[Mapping[str, Any]] = [{**CELL, "dataset": "picss", "period": "2025-10", "value": 458}]
    assert_type(cd.balance(rows), cd.Frame)
    assert_type(cd.balance(cd.load("picss").figures[:50], axis=["groups", cd.Axis.AREAS]), cd.Frame)
    assert_type(cd.balance(pd.DataFrame(rows), axis="groups"), pd.DataFrame)
    assert_type(cd.balance(pl.DataFrame(rows), axis="groups"), pl.DataFrame)
    assert_type(cd.balance(pl.LazyFrame(rows), axis="groups"), pl.LazyFrame)
    with duckdb.connect() as connection:
        relation = connection.sql("select 'total' as \"group\", 'killed' as measure, 1 as value")
        assert_type(cd.balance(relation, axis="groups"), duckdb.DuckDBPyRelation)
    own = cd.Structure.of({"sum": [{"axis": "actors", "column": "actor", "whole": "all", "required": ["a", "b"]}]})
    assert_type(cd.balance([{"actor": "all", "value": 1}, {"actor": "a", "value": 1}], own, axis="actors"), cd.Frame)
    cd.assert_adds_up([{"actor": name, "value": number} for name, number in (("all", 3), ("a", 1), ("b", 2))], own)


def comparing() -> None:
    """Publishers side by side."""
    found = cd.compare("picss", "pips", measure="killed", group="total", scope="militant_attacks", every="year")
    assert_type(found, cd.Comparison)
    assert_type(found.table[0], cd.Compared)
    assert_type(found.table[0].ratio, float | None)
    scopes: dict[DatasetName, ScopeCode] = {"picss": "militant_attacks", "pips": "militant_attacks"}
    cd.compare(cd.load("picss"), "pips", measure="killed", group="total", scope=scopes, every="year")


def implying() -> None:
    """What follows for cells."""
    rows = cd.implied("crss", period="2015-Q1", **CELL)
    assert_type(rows, cd.Table[cd.Implied])
    assert_type(rows[0].low, int)
    assert_type(rows[0].high, int | None)


def rolling() -> None:
    """Events of a published layout, as the kind of frame that they are."""
    mapping = cd.EventMapping.ready("acled", countries={"Pakistan": "PK"})
    assert_type(mapping, cd.EventMapping)
    assert_type(mapping.deaths, tuple[cd.Deaths, ...])


def pinning() -> None:
    """Pins, what holds to them, and what differs between releases."""
    picss = cd.load("picss", release="2026-11-22")
    assert_type(picss.pin(), str)
    assert_type(picss.figures.filter(period="2025-10").pinned(), cd.Pin)
    held = cd.verify(picss.pin())
    assert_type(held, cd.Dataset | cd.Table[Any])
    try:
        cd.verify("conflictdata/picss@2026-11-22 rows=0000000000000000 figures=32b5cbf59e07eeab")
    except cd.PinError as error:
        assert_type(error.differences, tuple[str, ...])
    assert_type(cd.diff(picss.name, "2026-11-22"), cd.Diff)
    assert_type(cd.diff("crss", "2026-11-22").table[0].kind, str)


def errors() -> None:
    """One family, each error with its parts."""
    try:
        cd.Area("PK-XX")
    except cd.ConflictDataError as error:
        assert_type(str(error), str)
    try:
        cd.dataset_name("acled")
    except cd.UnknownNameError as error:
        assert_type(error.valid, tuple[str, ...])
    try:
        cd.Structure.of({"sums": []})
    except cd.RecordError as error:
        assert_type(error.faults, tuple[cd.Fault, ...])


def vocabulary() -> None:
    """Codes, spans, and functions of a user's own that take them."""
    assert_type(cd.Area.PK.label, str)
    assert_type(cd.Period.of("2025-10").start, date)
    assert_type(cd.area_tree(), Mapping[cd.Area, cd.AreaNode])

    def killed(group: GroupCode, period: str) -> int | None:
        table = cd.load("picss").figures.filter(period=period, area="PK", scope="all", measure="killed", group=group)
        return table[0].value

    assert killed("militants", "2025-10") == killed(cd.Group.MILITANTS, "2025-10")


USES = (
    opening,
    records,
    choosing,
    series,
    exports,
    balancing,
    comparing,
    implying,
    rolling,
    pinning,
    errors,
    vocabulary,
)
