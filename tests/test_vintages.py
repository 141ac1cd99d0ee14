"""What was known on a day: the pages that had appeared by then, what they stated, and what follows from that alone."""

import datetime as dt
import functools
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import attrs
import pyarrow as pa
import pytest
from hypothesis import settings

import conflictdata as cd
from conflictdata import Claim, Dataset, Figure, InvalidValueError, OutOfSpanError, Source, Statement, Table, Vintage
from conflictdata.balances import Discrepancy
from conflictdata.models import Break, Release
from conflictdata.names import DatasetName
from conflictdata.resolve import resolve
from conflictdata.schema import to_arrow
from conflictdata.vintages import known
from tests.shared.tiers import cases

DATASETS = ("cmc", "crss", "picss", "pips")
SMALL = cases(DATASETS, fast={"crss"})
MODES = ("exclude", "assume")
DAY = dt.timedelta(days=1)
RELEASED = date(2026, 11, 22)
OCTOBER: dict[str, Any] = {"period": "2025-10", "area": "PK", "scope": "all", "measure": "killed"}
JANUARY: dict[str, Any] = {"period": "2025-01", "area": "PK", "scope": "all", "measure": "killed", "group": "militants"}


@functools.lru_cache(maxsize=256)
def on(name: DatasetName, day: date | str, undated: Any = "exclude", release: str | None = None) -> Dataset:
    """Open what was known on a day."""
    return cd.load(name, release=release, as_of=day, undated=undated)


def ends(undated: str) -> Callable[[Source], date]:
    """Give the day from which on a page is taken in."""
    return lambda page: page.published_to if undated == "exclude" else page.published_from


def days_of(name: DatasetName) -> list[date]:
    """Give days of all the span of a dataset: those on which a page appeared and those before, thinned out.

    How many follows from how many examples a property has.
    """
    pages = cd.load(name).sources
    edges = sorted({day for page in pages for day in (page.published_from, page.published_to)})
    first = max(min(map(ends("exclude"), pages)), min(map(ends("assume"), pages)))
    some = [
        day + step for day in edges[:: max(1, 5 * len(edges) // settings().max_examples)] for step in (-DAY, dt.timedelta(0))
    ]
    return sorted({day for day in [first, *some, RELEASED] if first <= day <= RELEASED})


# What follows


@pytest.mark.parametrize("undated", MODES)
def test_october_2025_as_known_in_november(undated: str) -> None:
    """On 5 November 2025 the report on October was out: 458 killed, by group 355, 72, 30 and 1."""
    found = {figure.group.value: figure.value for figure in on("picss", "2025-11-05", undated).figures.filter(**OCTOBER)}

    assert found == {"total": 458, "militants": 355, "security_forces": 72, "civilians": 30, "peace_committee": 1}


@pytest.mark.parametrize("undated", MODES)
@pytest.mark.parametrize("name", SMALL)
def test_the_figures_follow_from_the_pages_of_the_day(name: DatasetName, undated: str) -> None:
    """On any day the rows are those of the pages out by then, and the figures what the rule makes of their statements."""
    whole, end = cd.load(name), ends(undated)
    days = [date(2025, 11, 5), *days_of(name)[::3]]
    for day in days:
        vintage = on(name, day, undated)
        pages = [page for page in whole.sources if end(page) <= day]
        statements = [statement for statement in whole.statements if end(statement.source) <= day]

        assert list(vintage.sources) == pages
        assert list(vintage.statements) == statements
        claimed = [claim for claim in whole.recorded("claims") if end(claim.source) <= day]
        assert list(vintage.recorded("claims")) == claimed
        assert list(vintage.breaks) == [one for one in whole.breaks if one.start <= day]
        assert list(vintage.figures) == resolve(statements)
        assert list(vintage.discrepancies) == [
            one for one in whole.discrepancies if all(end(page) <= day for page in (one.source, one.shown_by) if page)
        ]


def test_january_2025_was_185_until_march() -> None:
    """Militants killed in January 2025 are 185 from the first page on, and revised from the day of two voices with 208."""
    first, again = date(2025, 2, 3), date(2025, 3, 3)
    stated = cd.load("picss").statements.filter(**JANUARY)
    later = [statement.source.published_to for statement in stated if statement.value == 208]
    assert min(later) == again

    for day in (first - DAY, first - 30 * DAY):
        assert not on("picss", day).figures.filter(**JANUARY)
        assert not on("picss", day).statements.filter(**JANUARY)
    for day in (first, first + DAY, again - DAY, again, again + DAY, date(2025, 11, 5), RELEASED):
        (figure,) = on("picss", day).figures.filter(**JANUARY)
        assert (figure.value, figure.first_published) == (185, first)
        rows = on("picss", day).revisions.filter(**JANUARY)
        if day < again:
            assert (figure.marks, len(rows)) == ((), 0)
        else:
            assert figure.marks == ("revised",)
            (row,) = rows
            assert (row.value, row.later_value, row.mark, row.later_published) == (185, 208, "revised", again)
            assert row.voices == ({again: 2, RELEASED: 5}.get(day, 4))


def test_january_2025_where_undated_pages_are_assumed() -> None:
    """A page that may have appeared from 28 February on restates January once; the day before it does not."""
    before, once, again = (on("picss", day, "assume") for day in ("2025-02-27", "2025-02-28", "2025-03-03"))

    assert [figure.marks for figure in before.figures.filter(**JANUARY)] == [()]
    assert [figure.marks for figure in once.figures.filter(**JANUARY)] == [("restated_once",)]
    assert [row.voices for row in once.revisions.filter(**JANUARY)] == [1]
    assert [figure.marks for figure in again.figures.filter(**JANUARY)] == [("revised",)]


def test_the_totals_of_a_year_appear_when_the_year_is_told() -> None:
    """2025's totals are there from the day of the first page with them, and not a day before."""
    year: dict[str, Any] = {"period": "2025", "area": "PK", "scope": "all", "measure": "killed"}
    told = date(2026, 1, 7)

    for undated, first in (("exclude", told), ("assume", date(2025, 12, 31))):
        assert min(map(ends(undated), (s.source for s in cd.load("picss").statements.filter(**year)))) == first
        assert not on("picss", first - DAY, undated).figures.filter(**year)
        assert on("picss", first, undated).figures.filter(**year)
    found = {figure.group.value: figure.value for figure in on("picss", told).figures.filter(**year)}
    assert (found["total"], found["militants"]) == (3413, 2138)


def ids(opened: Dataset) -> set[str]:
    """Give the ids of all pages, statements and claims; for those no claim has to be tested."""
    tables = (opened.sources, opened.statements, opened.recorded("claims"))
    return {id for table in tables for id in table.to_arrow()["id"].to_pylist()}


@pytest.mark.parametrize("name", SMALL)
def test_what_is_taken_in_grows_with_the_day(name: DatasetName) -> None:
    """No page, statement or claim is lost from day to day; what surely had appeared is among what may have."""
    before: Mapping[str, set[str]] = {undated: set() for undated in MODES}
    for day in days_of(name):
        opened = {undated: on(name, day, undated) for undated in MODES}
        now = {mode: ids(one) for mode, one in opened.items()}
        assert now["exclude"] <= now["assume"]
        for undated in MODES:
            assert before[undated] <= now[undated]
        before = now
    assert before["assume"] == ids(cd.load(name))


@pytest.mark.parametrize("name", SMALL)
def test_on_the_day_of_the_release_all_is_known(name: DatasetName) -> None:
    """Every page had appeared when it was read: what may have appeared by the release is all, with the same digests."""
    for release in ("2026-11-22", "2026-11-22.1"):
        whole, vintage = cd.load(name, release=release), on(name, RELEASED, "assume", release)

        assert all(page.published_from <= RELEASED for page in whole.sources)
        assert vintage.pinned().digests == whole.pinned().digests
        assert list(vintage.revisions) == list(whole.revisions)


# The counts


@pytest.mark.parametrize("name", SMALL)
def test_the_counts_add_up(name: DatasetName) -> None:
    """Taken in and left out are all, on every day and in both modes; both modes leave the same in doubt."""
    whole = cd.load(name)
    for day in days_of(name):
        counts = {}
        for undated in MODES:
            opened = on(name, day, undated)
            told = counts[undated] = opened.vintage
            assert told is not None
            assert (told.as_of, told.undated) == (day, undated)
            for table in ("sources", "statements", "claims"):
                taken, later, doubt = (getattr(told, f"{part}{table}") for part in ("", "later_", "undated_"))
                assert taken == len(opened.recorded(table))
                assert taken + later + (doubt if undated == "exclude" else 0) == len(whole.recorded(table))
        sure, perhaps = counts["exclude"], counts["assume"]
        assert sure is not None
        assert perhaps is not None
        for table in ("sources", "statements", "claims"):
            assert getattr(sure, f"undated_{table}") == getattr(perhaps, f"undated_{table}")
            assert getattr(sure, f"later_{table}") == getattr(perhaps, f"later_{table}")
            assert getattr(sure, table) + getattr(sure, f"undated_{table}") == getattr(perhaps, table)


def test_a_page_that_may_have_appeared_is_one_whose_span_lies_around_the_day() -> None:
    """Known from its last possible day on, later until the day before its first, in doubt between them."""
    page = next(page for page in cd.load("picss").sources if page.published is None)
    first, last = page.published_from, page.published_to
    assert first < last <= RELEASED

    modes = {first - DAY: [], first: ["assume"], last - DAY: ["assume"], last: ["exclude", "assume"]}
    for day, there in modes.items():
        assert [mode for mode in MODES if page in on("picss", day, mode).sources] == there


# What else a vintage has


def pages_of(record: Any) -> set[str]:
    """Give the ids of all pages that a record names."""
    named = [getattr(record, name, None) for name in ("source", "shown_by", "sources", "others")]
    return {page.id for one in named if one for page in (one if isinstance(one, tuple) else (one,))}


@pytest.mark.parametrize("undated", MODES)
@pytest.mark.parametrize("name", SMALL)
def test_no_row_rests_on_a_page_of_later(name: DatasetName, undated: str) -> None:
    """Figures, claims, breaks, explanations, balances, revisions: none names a page that is not taken in."""
    for day in days_of(name)[1::3]:
        opened = on(name, day, undated)
        there = {page.id for page in opened.sources}
        for table in ("statements", "figures", "claims", "discrepancies", "balances", "source_balances", "revisions"):
            for record in getattr(opened, table):
                assert pages_of(record) <= there
        assert {s.source.id for s in opened.unprotected()} <= there
        assert all(one.start <= day for one in opened.breaks)


def test_an_explanation_waits_for_the_page_that_shows_it() -> None:
    """A total that does not add up is explained from the day on which its own page and the one that shows it are out."""
    picss = cd.load("picss")
    waiting = [
        one
        for one in picss.discrepancies
        if one.source and one.shown_by and one.source.published_to < one.shown_by.published_to < RELEASED
    ]
    assert waiting
    for one in waiting[:3]:
        assert one.shown_by
        day = one.shown_by.published_to
        reasons = {
            when: [b.reason for b in on("picss", when).source_balances if b.key == one.key] for when in (day - DAY, day)
        }
        assert reasons == {day - DAY: [None], day: [one.reason]}


def test_a_break_is_known_from_its_day_on() -> None:
    """The change of August 2024 is no break on 31 July, and one on 1 August."""
    assert [len(on("picss", day).breaks) for day in ("2024-07-31", "2024-08-01")] == [0, 1]


def test_releases_and_days_combine() -> None:
    """The same day of two releases differs by what the second corrected of pages that were out, and by nothing else."""
    day = date(2024, 11, 20)
    old, new = (on("pips", day, release=release) for release in ("2026-11-22", "2026-11-22.1"))
    added = cd.diff("pips", "2026-11-22").of("statements", "added")
    corrected = cd.diff("pips", "2026-11-22").of("statements", "corrected")
    came = {c.record.id for c in (*added, *corrected) if c.record.source.published_to <= day}  # type: ignore[attr-defined]
    went = {c.old.id for c in corrected if c.old and c.old.source.published_to <= day}  # type: ignore[attr-defined]
    assert came
    assert (old.release, new.release) == ("2026-11-22", "2026-11-22.1")

    before, after = {s.id for s in old.statements}, {s.id for s in new.statements}
    assert (after - before, before - after) == (came, went)
    assert {p.id for p in new.sources} - {p.id for p in old.sources} == {"brecorder-31c435"}
    cell: dict[str, Any] = {"period": "2024-10", "area": "PK-SD", "measure": "killed", "group": "total"}
    assert not old.figures.filter(**cell)
    assert [figure.value for figure in new.figures.filter(**cell)] == [4]


def test_the_rest_of_a_dataset_works_on_a_day() -> None:
    """Series end with what was known, coverage and balances count it, the repr says the day, pins hold."""
    opened = on("picss", "2025-11-05")
    series = opened.series(measure="killed", group="total", area="PK", scope="all")

    assert "<Dataset picss 2026-11-23 as of 2025-11-05: 169 sources, " in repr(opened)
    assert repr(opened.figures).startswith("<figures of picss as of 2025-11-05: ")
    assert repr(opened.balances).startswith("<balances of picss as of 2025-11-05: ")
    assert str(list(series)[-1].period) == "2025-10"
    assert sum(row.figures for row in opened.coverage()) == len(opened.figures)
    assert {row.level for row in opened.tally()} == {"figures", "sources"}
    with pytest.raises(cd.UnknownNameError, match="unknown source 'dailytimespk-bab5c8'"):
        opened.source("dailytimespk-bab5c8")
    assert list(opened.releases) == list(cd.load("picss").releases)
    assert cd.load("picss").vintage is None
    assert str(opened.vintage) == (
        "as of 2025-11-05: 169 pages, 2,742 statements, 539 claims; 27 later pages left out with 305 statements; "
        "132 that may have appeared by then left out with 2,189 statements"
    )
    assert "that may have appeared by then taken in with" in str(on("picss", "2025-11-05", "assume").vintage)


@pytest.mark.parametrize("undated", MODES)
@pytest.mark.parametrize("name", DATASETS)
def test_the_first_day_works(name: DatasetName, undated: str) -> None:
    """On the day of the first page, with next to nothing there, every table prints, is exported and has a pin."""
    opened = on(name, min(map(ends(undated), cd.load(name).sources)), undated)

    assert {len(opened.sources), len(opened.breaks), len(opened.discrepancies)} <= {0, 1, 2}
    assert not opened.breaks
    hold(opened)


def hold(opened: Dataset) -> None:
    """Hold every table of a dataset to what tables can do, full or empty."""
    tables: list[Table[Any]] = [
        *(getattr(opened, name) for name in ("sources", "statements", "figures", "claims", "breaks", "discrepancies")),
        *(getattr(opened, name) for name in ("balances", "source_balances", "revisions", "claim_tests")),
        *(make() for make in (opened.coverage, opened.tally, opened.unprotected, opened.revision_summary)),
    ]
    for table in tables:
        assert f"{len(table):,} row" in repr(table)
        assert "<table>" in table._repr_html_()
        assert len(table.to_pandas()) == len(table.to_polars()) == len(table) == len(list(table))
        assert table.pinned().digests[0] == ("count", str(len(table)))
        assert len(table[:0]) == len(table.where(lambda _: False)) == 0


def test_a_day_without_a_statement_works() -> None:
    """Where the first pages only make claims, or count a part, the tables of what follows are empty and work."""
    page = page_of("early", date(2020, 1, 5))
    cell: dict[str, Any] = {"period": "2019-12", "area": "PK", "scope": "all", "measure": "killed", "group": "total"}
    told = {"dataset": "picss", "source": page, "report_period": "2019-12", **cell}
    part = Statement(id="s00", value=3, subset=True, **told)
    claim = Claim(id="c00", claim="highest_since", reference_period="2019-01", **told)
    late = Statement(id="s01", value=9, **{**told, "source": page_of("late", date(2020, 2, 5))})

    for first in ([], [part]):
        made = {
            "sources": to_arrow(Source, [page, late.source]),
            "statements": to_arrow(Statement, [*first, late]),
            "claims": to_arrow(Claim, [claim]),
            "breaks": to_arrow(Break, []),
            "discrepancies": to_arrow(Discrepancy, []),
            "releases": to_arrow(Release, []),
        }
        tables, vintage = known(made.__getitem__, "picss", 1, date(2020, 3, 1), date(2020, 1, 31), "exclude")
        opened = Dataset("picss", "2020-03-01", tables.__getitem__, 1, vintage)

        assert (len(opened.sources), len(opened.statements), len(opened.claims)) == (1, len(first), 1)
        assert (len(opened.figures), len(opened.balances), len(opened.tally())) == (0, 0, 0)
        assert (vintage.later_sources, vintage.later_statements, vintage.later_claims) == (1, 1, 0)
        (summary,) = opened.revision_summary()
        assert (summary.dataset, summary.figures, summary.median_lag_days) == ("picss", 0, None)
        hold(opened)
        with pytest.raises(cd.UnknownNameError, match="unknown series by month"):
            opened.series(measure="killed", group="total", area="PK", scope="all")


def page_of(name: str, day: date) -> Source:
    """Make a page of a day."""
    return Source(
        dataset="picss",
        id=name,
        kind="secondary",
        outlet=name,
        url=f"https://example.org/{name}",
        published=day,
        published_from=day,
        published_to=day,
        accessed=RELEASED,
        language="en",
    )


# Errors


@pytest.mark.parametrize("undated", MODES)
@pytest.mark.parametrize("name", DATASETS)
def test_days_outside_the_span_are_refused(name: DatasetName, undated: str) -> None:
    """From the day of the first page to that of the release, and not one more on either side; the error says the span."""
    first = min(map(ends(undated), cd.load(name).sources))

    for release in ("2026-11-22", "2026-11-22.1"):
        assert on(name, first, undated, release).vintage
        assert on(name, RELEASED, undated, release).vintage
        for day in (first - DAY, RELEASED + DAY, date.min, date.max):
            with pytest.raises(OutOfSpanError) as caught:
                on(name, day, undated, release)
            assert (caught.value.day, caught.value.first, caught.value.last) == (day, first, RELEASED)
            assert (
                str(caught.value)
                == f"{name} {release} (undated='{undated}') is known as of {first} to {RELEASED}, not as of {day}"
            )


@pytest.mark.parametrize(
    "day",
    [
        "",
        "yesterday",
        "2025",
        "2025-11",
        "20251105",
        "2025-W45-3",
        "2025-1-5",
        "2025-11-31",
        "2025-11-05T00:00",
        " 2025-11-05",
        "٢٠٢٥-11-05",
        dt.datetime(2025, 11, 5),  # noqa: DTZ001  a moment, which is no day
        dt.datetime(2025, 11, 5, tzinfo=dt.UTC),
        20251105,
        1.5,
        (2025, 11, 5),
    ],
)
def test_what_is_no_day_is_refused(day: Any) -> None:
    """A month, a moment, a week's day, a day that does not exist: each is named in the error."""
    with pytest.raises(InvalidValueError, match="is not a day like 2025-11-05") as caught:
        cd.load("picss", as_of=day)
    assert caught.value.field == "as_of"
    assert repr(day) in str(caught.value)


def test_a_day_and_its_text_are_the_same() -> None:
    """A date and its text open the same vintage."""
    assert cd.load("cmc", as_of=date(2013, 1, 1)) is cd.load("cmc", as_of="2013-01-01")


@pytest.mark.parametrize("undated", ["", "Exclude", "include", "assumed", None, True])
def test_a_misspelt_mode_is_refused(undated: Any) -> None:
    """There are two ways to treat pages without a day."""
    with pytest.raises(InvalidValueError, match=f"undated: {undated!r} is neither exclude nor assume"):
        cd.load("picss", as_of="2025-11-05", undated=undated)


def test_an_unknown_release_or_dataset_is_refused_before_the_day() -> None:
    """The error lists the releases, or the datasets, that there are."""
    with pytest.raises(cd.UnknownNameError, match=r"valid: 2026-11-22, 2026-11-22\.1"):
        on("picss", "2025-11-05", release="2025-11-05")
    with pytest.raises(cd.UnknownNameError, match="valid: cmc, crss, picss, pips"):
        on("acled", "2025-11-05")


def test_a_vintage_is_a_record() -> None:
    """Its counts are held to whole numbers of 0 or more."""
    told = on("cmc", "2013-01-01").vintage
    assert isinstance(told, Vintage)
    given = attrs.asdict(told)
    for name in ("sources", "later_claims", "undated_statements"):
        with pytest.raises(InvalidValueError):
            Vintage(**{**given, name: -1})
    assert isinstance(told.as_of, date)


def test_the_tables_of_a_vintage_are_of_their_schemas() -> None:
    """What is known of a day has the very columns and types of the whole, with the figures made anew."""
    whole, opened = cd.load("crss"), on("crss", "2020-01-01")

    for name in ("sources", "statements", "figures", "claims", "breaks", "discrepancies"):
        made: pa.Table = getattr(opened, name).to_arrow()
        assert made.schema.equals(getattr(whole, name).to_arrow().schema)
    assert all(isinstance(figure, Figure) for figure in opened.figures)
