"""Tables: sequences of records, filters, and what other libraries get."""

import copy
import datetime as dt
import pickle
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

import attrs
import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import conflictdata as cd
from conflictdata import AmbiguousError, Figure, InvalidValueError, Period, Table, UnknownNameError, catalog
from conflictdata.schema import to_arrow
from conflictdata.testing import figures, periods
from conflictdata.vocabulary import Area, Group, Mark, Measure, PeriodKind, Scope, Status


@pytest.fixture(scope="module")
def picss() -> cd.Dataset:
    """The largest dataset."""
    return cd.load("picss")


def table_of(made: list[Figure]) -> cd.FigureTable:
    """Give a table of generated figures."""
    pages = {page.id: page for figure in made for page in (*figure.sources, *figure.others)}
    return cd.FigureTable(to_arrow(Figure, made), Figure, "figures", lambda: pages)


def test_a_table_is_a_sequence_of_records(picss: cd.Dataset) -> None:
    """Length, iteration, indices and slices agree."""
    table = picss.figures
    records = list(table)

    assert len(table) == len(records) == len(picss.figures.to_arrow())
    assert records[0] == table[0]
    assert records[-1] == table[-1]
    assert records[300] == table[300]
    assert records[5:600:7] == list(table[5:600:7])
    assert records[::-1][:3] == list(reversed(table))[:3]
    assert table[3] in table
    assert table.index(records[7]) == 7
    assert list(islice(table, 3)) == records[:3]
    with pytest.raises(IndexError):
        table[len(table)]


@given(
    st.lists(figures(), max_size=12),
    st.sets(st.sampled_from(Area), min_size=1),
    st.sets(st.sampled_from(Scope), min_size=1),
    st.sampled_from(Measure),
    st.sampled_from(Status),
)
def test_a_filter_keeps_the_rows_that_meet_every_condition(
    made: list[Figure], areas: set[Area], scopes: set[Scope], measure: Measure, status: Status
) -> None:
    """A filter gives what a loop over the records would keep, in order."""
    table = table_of(made)
    kept = table.filter(area=areas, scope=scopes, measure=measure, status=status)

    assert isinstance(kept, cd.FigureTable)
    wanted = [(f.period, f.value) for f in made if f.area in areas and f.scope in scopes]
    assert [(f.period, f.value) for f in table.filter(area=areas, scope=scopes)] == wanted
    assert len(kept) == sum(
        f.area in areas and f.scope in scopes and f.measure is measure and f.status is status for f in made
    )


@given(st.lists(figures(), max_size=12), periods(), st.sets(st.sampled_from(PeriodKind), min_size=1))
def test_periods_match_exactly_or_by_containment(made: list[Figure], period: Period, kinds: set[PeriodKind]) -> None:
    """`period` wants the very span, `within` all spans inside it, `period_kind` spans of a kind."""
    table = table_of(made)

    assert sum(f.period == period for f in made) == len(table.filter(period=period))
    assert sum(f.period in period for f in made) == len(table.filter(within=period.code))
    assert sum(f.period.kind in kinds for f in made) == len(table.filter(period_kind=kinds))
    codes = [f.period for f in made[:2]]
    assert sum(f.period in codes for f in made) == len(table.filter(period=codes))


def test_filters_of_the_other_tables(picss: cd.Dataset) -> None:
    """Pages, flags, lists and kinds can be asked for."""
    page = picss.source("dailytimespk-bab5c8")

    assert list(picss.statements.filter(source=page)) == list(picss.statements.filter(source=[page.id]))
    assert {s.source for s in picss.statements.filter(source=page)} == {page}
    assert all(s.subset for s in picss.statements.filter(subset=True))
    assert len(picss.statements.filter(subset=True)) + len(picss.statements.filter(subset=False)) == len(picss.statements)
    assert all("to_date" in s.caveats for s in picss.statements.filter(caveats="to_date"))
    assert all({"torn", "tie"} & set(f.marks) for f in picss.figures.filter(marks=["torn", "tie"]))
    assert {"opinion"} == {str(s.kind) for s in picss.sources.filter(kind="opinion")}
    assert {"at_most", "about"} == {str(s.bound) for s in picss.statements.filter(bound=["at_most", "about"])}
    assert {"share"} == {str(c.claim) for c in picss.claims.filter(claim="share")}


def test_figures_that_rest_on_a_page(picss: cd.Dataset) -> None:
    """Pages, inclusions, report periods and caveats can be asked for too."""
    page = picss.source("dailytimespk-bab5c8")

    assert all(page in f.sources for f in picss.figures.filter(source=page))
    assert len(picss.figures.filter(source=page)) == sum(page in f.sources for f in picss.figures)
    assert all(Mark.INCLUDES_OTHER in f.marks for f in picss.figures.filter(includes="peace_committee"))
    assert {str(s.report_period) for s in picss.statements.filter(report_period=["2025-10", "2025-11"])} == {
        "2025-10",
        "2025-11",
    }
    (kidnapped,) = picss.figures.filter(caveats="misprint_likely", measure="kidnapped", period="2015")
    assert (kidnapped.value, kidnapped.caveats) == (8, ("misprint_likely",))


def test_a_figure_gives_all_that_was_stated_about_its_cell(picss: cd.Dataset) -> None:
    """The statements of the pool and those set aside."""
    (civilians,) = picss.figures.filter(period="2025-10", area="PK", scope="all", measure="killed", group="civilians")
    statements = picss.statements_of(civilians)

    assert {s.source for s in statements} >= {*civilians.sources, *civilians.others}
    assert {s.value for s in statements} == {30, 31}
    assert civilians.others_state == ("31", "31")


@pytest.mark.parametrize("given", [{"subset": "yes"}, {"subset": 1}, {"period": 2025}, {"within": [2025]}])
def test_values_of_another_type_are_refused(picss: cd.Dataset, given: dict[str, Any]) -> None:
    """A number is no period, a text no flag."""
    with pytest.raises(InvalidValueError):
        picss.statements.filter(**given)


def test_a_filter_that_matches_nothing_gives_an_empty_table(picss: cd.Dataset) -> None:
    """No row is an answer, not an error; an empty table still has its columns and prints."""
    none = picss.figures.filter(period="1999-01")

    assert not none
    assert list(none) == []
    assert picss.figures.columns == none.columns
    assert "0 rows" in repr(none)
    assert "<table>" in none._repr_html_()


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        ({"area": "PK-XX"}, "unknown area 'PK-XX'; valid: PK, PK-BA"),
        ({"group": ["total", "soldiers"]}, "unknown group 'soldiers'; valid: total, militants"),
        ({"status": "sure"}, "unknown status 'sure'; valid: repeated, single, disputed"),
        ({"period_kind": "week"}, "unknown period_kind 'week'; valid: month, quarter"),
        ({"claim": "share"}, "unknown column of figures of picss 'claim'; valid: dataset, period"),
        ({"subset": True}, "unknown column of figures of picss 'subset'"),
    ],
)
def test_unknown_names_list_the_valid_ones(picss: cd.Dataset, conditions: dict[str, Any], said: str) -> None:
    """A misspelt code and a condition that the table has no column for raise."""
    with pytest.raises(UnknownNameError) as caught:
        picss.figures.filter(**conditions)

    assert str(caught.value).startswith(said)


def test_an_unknown_page_and_a_text_that_is_no_period_raise(picss: cd.Dataset) -> None:
    """Neither gives an empty answer."""
    with pytest.raises(UnknownNameError, match="unknown source 'nowhere'"):
        picss.statements.filter(source="nowhere")
    with pytest.raises(InvalidValueError, match="not a period"):
        picss.figures.filter(within="last year")
    with pytest.raises(UnknownNameError, match="unknown source 'nowhere'"):
        picss.source("nowhere")


def test_the_arrow_stream_goes_to_other_libraries(picss: cd.Dataset) -> None:
    """Polars, pandas and DuckDB take a table as it is."""
    table = picss.figures.filter(period="2025-10")

    assert len(table) == len(pl.DataFrame(table))
    assert len(table) == len(pa.table(table))
    connection = duckdb.connect()
    connection.register("figures", table.to_arrow())
    assert connection.execute("select count(*) from figures").fetchall() == [(len(table),)]


def test_pandas_gets_no_float_counts_and_no_object_dates(picss: cd.Dataset) -> None:
    """The documented dtypes, with gaps kept as missing values."""
    frame = picss.figures.to_pandas()
    dtypes = {name: str(dtype) for name, dtype in frame.dtypes.items()}

    assert (dtypes["value"], dtypes["low"], dtypes["high"], dtypes["voices"]) == ("Int32",) * 4
    assert all(dtypes[name].startswith("datetime64") for name in ("start", "end", "first_published"))
    assert all(dtypes[name] == "category" for name in ("dataset", "period", "area", "scope", "measure", "group", "status"))
    assert "object" not in dtypes.values()
    assert frame["high"].isna().sum() == sum(f.high is None for f in picss.figures)
    assert list(frame["sources"].iloc[0]) == [page.id for page in picss.figures[0].sources]

    others = {**picss.statements.to_pandas().dtypes, **picss.claims.to_pandas().dtypes, **picss.sources.to_pandas().dtypes}
    assert "object" not in {str(dtype) for dtype in others.values()}
    assert (str(others["subset"]), str(picss.claims.to_pandas()["value"].dtype)) == ("boolean", "Float64")
    assert isinstance(frame, pd.DataFrame)


def test_polars_gets_its_own_types(picss: cd.Dataset) -> None:
    """The documented dtypes."""
    types = picss.figures.to_polars().schema

    assert types["value"] == pl.Int32()
    assert types["start"] == pl.Date()
    assert isinstance(types["sources"], pl.List)
    assert isinstance(types["area"], pl.Categorical)


def test_a_repr_fits_a_screen(picss: cd.Dataset) -> None:
    """The first rows, each on a line, and how many there are."""
    lines = repr(picss.statements).splitlines()

    assert f"<statements of picss: {len(picss.statements):,} rows, 19 columns>" == lines[0]
    assert len(lines) == 13
    assert max(map(len, lines)) <= 160
    first = repr(cd.load("picss", release="2026-11-22"))
    assert first == "<Dataset picss 2026-11-22: 327 sources, 5,193 statements, 2,084 figures, 1,073 claims>"


def test_an_html_repr_escapes_its_text(picss: cd.Dataset) -> None:
    """A title with markup of its own does no harm in a notebook."""
    page = attrs.evolve(picss.sources[0], title="<script>alert('&')</script>")
    text = Table(to_arrow(cd.Source, [page]), cd.Source, "<sources>")._repr_html_()

    assert "<script>" not in text
    assert "&lt;script&gt;alert(&#x27;&amp;&#x27;)&lt;/script&gt;" in text
    assert "<caption>&lt;sources&gt;: 1 row, " in text
    assert picss.sources._repr_html_().count("<tr>") == 11


def test_wide_sets_measures_and_groups_side_by_side(picss: cd.Dataset) -> None:
    """A row a month, a column a measure and group, gaps empty."""
    cells = picss.figures.filter(within="2025", period_kind="month", area="PK", scope="all")
    wide = cells.wide().to_arrow().to_pylist()
    october = next(row for row in wide if row["period"] == "2025-10")

    assert dt.date(2025, 10, 31) == october["end"]
    assert tuple(
        october[f"killed_{group}"] for group in ("total", "militants", "security_forces", "civilians", "peace_committee")
    ) == (458, 355, 72, 30, 1)
    status = next(row for row in cells.wide("status").to_arrow().to_pylist() if row["period"] == "2025-10")
    assert status["killed_civilians"] == "disputed"
    high = next(row for row in cells.wide("high").to_arrow().to_pylist() if row["period"] == "2025-10")
    assert high["killed_total"] == 458


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        (
            {"scope": "all"},
            r"one area, and there are .*filter\(area=…\) to one of PK, PK-BA",
        ),
        ({"area": "PK"}, r"one scope, and there are .*filter\(scope=…\) to one of all, militant_attacks"),
        ({"area": "PK", "scope": "all"}, r"share no day, not 2025-01 and .*filter\(period_kind=…\) by month"),
    ],
)
def test_wide_refuses_what_would_be_summed_by_accident(picss: cd.Dataset, conditions: dict[str, Any], said: str) -> None:
    """Several areas, several scopes, overlapping spans: the error names the choices."""
    with pytest.raises(AmbiguousError, match=said):
        picss.figures.filter(within="2025", **conditions).wide()


def test_wide_refuses_what_it_does_not_hold(picss: cd.Dataset) -> None:
    """Only the values that it documents."""
    with pytest.raises(UnknownNameError, match="valid: value, low, high, bound, status"):
        picss.figures.filter(period="2025-10", area="PK", scope="all").wide("voices")  # type: ignore[arg-type]


def test_wide_of_nothing_is_empty(picss: cd.Dataset) -> None:
    """An empty selection gives an empty frame."""
    assert len(picss.figures.filter(period="1999").wide()) == 0


def test_a_figure_leads_to_its_pages(picss: cd.Dataset) -> None:
    """The pages of a figure are objects with addresses, the same as those of the table of pages."""
    (figure,) = picss.figures.filter(period="2025-10", area="PK", scope="all", measure="killed", group="total")

    assert "https://dailytimespk.com/?p=2932" in {page.url for page in figure.sources}
    assert all(picss.source(page.id) == page for page in figure.sources)


def test_the_series_is_complete_and_flags_its_breaks(picss: cd.Dataset) -> None:
    """One row a month from first to last, gaps explicit, the break of August 2024 flagged."""
    series = cd.series("picss", measure="killed", group="total", area="PK", scope="all")
    found = list(series)

    assert isinstance(series, Table)
    assert list(Period.index(PeriodKind.MONTH, found[0].period.start, found[-1].period.end)) == [p.period for p in found]
    figures = picss.figures.filter(measure="killed", group="total", area="PK", scope="all", period_kind="month")
    assert {f.period: f.value for f in figures} == {p.period: p.value for p in found if not p.gap}
    assert all(p.value is None and p.low is None and p.status is None for p in series.filter(gap=True))
    assert [str(p.period) for p in found if p.breaks] == ["2024-08"]
    assert {p.segment for p in found if p.period < Period.of("2024-08")} == {0}
    assert {p.segment for p in found if p.period >= Period.of("2024-08")} == {1}


def test_a_break_inside_a_longer_span_is_flagged(picss: cd.Dataset) -> None:
    """The year in which a definition changed names the break; an axis that it does not touch does not."""
    years = picss.series(measure="killed", group="total", area="PK", scope="militant_attacks", every="year")

    assert [str(p.period) for p in years if p.breaks] == ["2024"]
    assert [p.segment for p in years if str(p.period) in {"2023", "2024", "2025"}][:2] == [0, 1]
    suicide = picss.series(measure="killed", group="total", area="PK", scope="suicide_attacks", every="year")
    assert {p.segment for p in suicide} == {0}


def test_a_series_keeps_bounds_and_disputes() -> None:
    """June 2025: at least 100, disputed."""
    series = cd.series("picss", measure="killed", group="total", area="PK", scope="militant_attacks")
    (june,) = series.filter(period="2025-06")

    assert (june.value, june.bound, june.low, june.high, june.status) == (100, "at_least", 100, None, "disputed")
    assert june.marks == ("bounded",)


def test_a_series_by_year_has_years() -> None:
    """Another span may be asked for."""
    series = cd.series("picss", measure="incidents", group="total", area="PK", scope="militant_attacks", every="year")

    assert {"year"} == {str(p.period.kind) for p in series}
    (one,) = series.filter(period="2023")
    assert (one.value, one.bound) == (645, "at_least")


def test_a_series_that_does_not_exist_lists_its_neighbours(picss: cd.Dataset) -> None:
    """The error names cells that differ in one axis."""
    with pytest.raises(UnknownNameError) as caught:
        picss.series(measure="killed", group="total", area="PK", scope="sectarian")

    assert "measure=killed group=total area=PK scope=all" in caught.value.valid
    with pytest.raises(UnknownNameError, match="unknown span of a series 'days'; valid: month, quarter, half, year"):
        picss.series(measure="killed", group="total", area="PK", scope="all", every="days")  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match="unknown measure 'deaths'"):
        picss.series(measure="deaths", group="total", area="PK", scope="all")  # type: ignore[arg-type]


def test_coverage_counts_what_there_is(picss: cd.Dataset) -> None:
    """Figures, gaps and cells known in part only, for each cell and kind of span."""
    coverage = picss.coverage()
    rows = {(c.area, c.scope, c.measure, c.group, c.period_kind): c for c in coverage}
    cell = (Area.PK, Scope.ALL, Measure.KILLED, Group.TOTAL, PeriodKind.MONTH)
    series = picss.series(measure="killed", group="total", area="PK", scope="all")

    assert sum(c.figures for c in coverage) == len(picss.figures)
    assert rows[cell].figures == sum(not p.gap for p in series)
    assert rows[cell].missing == sum(p.gap for p in series)
    assert (series[0].period, series[-1].period) == (rows[cell].first, rows[cell].last)
    stated = {(s.area, s.scope, s.measure, s.group, s.period) for s in picss.statements}
    resolved = {(f.area, f.scope, f.measure, f.group, f.period) for f in picss.figures}
    assert sum(c.subset_only for c in coverage) == len(stated - resolved) > 0
    assert {None} == {c.missing for c in coverage if c.period_kind in {"months", "days"}}


def test_everything_can_be_pickled_and_copied(picss: cd.Dataset) -> None:
    """Datasets, tables, records and codes go to other processes and come back equal."""
    table = picss.figures.filter(period="2025-10")
    back = pickle.loads(pickle.dumps(table))  # noqa: S301  made here

    assert list(back) == list(table)
    assert list(pickle.loads(pickle.dumps(picss)).sources) == list(picss.sources)  # noqa: S301
    for thing in (table[0], Area.SINDH, Period.of("2025-10"), cd.Interval(1, None)):
        assert copy.deepcopy(thing) == copy.copy(thing) == pickle.loads(pickle.dumps(thing)) == thing  # noqa: S301


def test_many_threads_may_open_a_dataset_at_once() -> None:
    """Whoever comes first, all read the same."""
    catalog._release.cache_clear()  # noqa: SLF001
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: tuple(cd.load("crss").figures.filter(period="2025-Q1")), range(32)))

    assert len(found) == 1


def test_datasets_are_listed_and_unknown_ones_refused() -> None:
    """Each entry says what it is; an unknown name lists the names."""
    entries = {entry.name: entry for entry in cd.list_datasets()}

    assert list(entries) == ["cmc", "crss", "picss", "pips"]
    assert entries["picss"].continues == "cmc"
    assert entries["cmc"].continues is None
    assert entries["picss"].first < entries["picss"].last
    for name, entry in entries.items():
        assert entry.rows == {table: len(getattr(cd.load(name), table)) for table in entry.rows}
    for wrong in ("pics", "../data", "", "picss/", ".", None):
        with pytest.raises(UnknownNameError, match="valid: cmc, crss, picss, pips"):
            cd.load(wrong)  # type: ignore[arg-type]
