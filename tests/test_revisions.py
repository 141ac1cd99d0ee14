"""What later reports make of figures: the rows follow from the rule, and the command shows them."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import conflictdata as cd
from conflictdata import Cell, Figure, Mark, Revision, RevisionSummary, Source, Statement
from conflictdata.cli import run
from conflictdata.errors import InvalidValueError
from conflictdata.names import DatasetName
from conflictdata.report import revisions_screen
from conflictdata.resolve import resolve
from conflictdata.revisions import revisions, summary
from conflictdata.show import console
from conflictdata.testing import revisions as made_revisions
from conflictdata.testing import rivals

DATASETS: tuple[DatasetName, ...] = ("cmc", "crss", "picss", "pips")
OUT, LATER = date(2025, 11, 1), date(2025, 12, 1)


def page(name: str, kind: str = "secondary", day: date = OUT, **changes: Any) -> Source:
    """Make a page; its outlet is its own voice unless told."""
    fixed = {"url": f"https://example.org/{name}", "accessed": date(2026, 11, 22), "language": "en"}
    given = {"dataset": "picss", "id": name, "kind": kind, "outlet": name, "published_from": day, "published_to": day}
    return Source(**{**fixed, **given, **changes})


def says(source: Source, value: int, **changes: Any) -> Statement:
    """Let a page state a number of people killed in October 2025, in the report on that month."""
    cell = {"period": "2025-10", "area": "PK", "scope": "all", "measure": "killed", "group": "total"}
    told = {"dataset": "picss", "id": f"s{source.id}{value}", "source": source, "report_period": "2025-10", "value": value}
    return Statement(**{**cell, **told, **changes})


def restates(source: Source, value: int, **changes: Any) -> Statement:
    """Let a page state it in the report on November."""
    return says(source, value, **{"report_period": "2025-11", **changes})


def rows_of(*statements: Statement) -> list[Revision]:
    """Give the revisions of the figures that follow from some statements."""
    return revisions(resolve(statements), statements)


def summary_of(*statements: Statement) -> RevisionSummary:
    """Count the revisions of the figures that follow from some statements."""
    return summary("picss", resolve(statements), statements)


def marked(figures: Sequence[Figure], *marks: Mark) -> set[Cell]:
    """Give the cells of the figures that have one of these marks."""
    return {Cell.of(figure) for figure in figures if set(marks) & set(figure.marks)}


OWN = says(page("own"), 458)
B, C = page("b", day=LATER), page("c", day=LATER)
PRIMARY = page("publisher", "primary", day=LATER)


def hold(rows: Sequence[Revision], figures: Sequence[Figure], statements: Sequence[Statement]) -> None:
    """Hold revisions against the marks of the figures, and each row against the statements that it names."""
    assert {Cell.of(row) for row in rows} == marked(figures, Mark.REVISED, Mark.RESTATED_ONCE)
    assert {Cell.of(row) for row in rows if row.mark is Mark.REVISED} == marked(figures, Mark.REVISED)
    assert [(Cell.of(row), row.later_value) for row in rows] == sorted({(Cell.of(row), row.later_value) for row in rows})
    by_cell = {Cell.of(figure): figure for figure in figures}
    for row in rows:
        figure = by_cell[Cell.of(row)]
        assert (row.value, row.bound, row.low, row.high) == (figure.value, figure.bound, figure.low, figure.high)
        assert row.first_published == figure.first_published
        giving = [
            s
            for s in statements
            if (Cell.of(s), s.value, s.bound) == (Cell.of(row), row.later_value, "exact")
            and s.report_period.end > s.period.end
            and not s.subset
            and not s.source.mirror
        ]
        assert set(row.sources) == {s.source for s in giving}
        assert row.report_periods == tuple(sorted({s.report_period for s in giving}))
        assert row.later_published == min(s.source.published_to for s in giving)
        assert row.voices == len({s.source.voice for s in giving})


@given(st.lists(rivals(), max_size=3))
def test_the_cells_are_those_that_the_rule_marks(worlds: list[list[Statement]]) -> None:
    """A cell has rows if and only if its figure is marked, and is revised if and only if one of its rows is."""
    told = {Cell.of(world[0]): world for world in worlds}  # statements on one cell come from one world
    statements = [statement for world in told.values() for statement in world]
    figures = resolve(statements)

    hold(revisions(figures, statements), figures, statements)
    counted = summary("picss", figures, statements)
    assert counted.revised == len(marked(figures, Mark.REVISED))
    assert counted.raised + counted.lowered <= counted.revised <= counted.looked_at_again <= counted.figures


@st.composite
def restated(draw: st.DrawFn) -> list[Statement]:
    """Statements on one cell from its own report, and exact ones from later reports, of few pages and values."""
    kinds, voices = st.sampled_from(["primary", "secondary"]), st.sampled_from(["a", "b"])
    told = [draw(st.builds(says, st.just(page("own")), st.integers(0, 4), bound=st.sampled_from(["exact", "at_least"])))]
    for number in range(draw(st.integers(1, 4))):
        source = page(f"p{number}", draw(kinds), outlet=draw(voices), mirror=draw(st.sampled_from([False, False, True])))
        told.append(draw(st.builds(restates, st.just(source), st.integers(0, 4))))
    return told


@given(restated())
def test_marks_and_rows_agree_where_most_is_restated(statements: list[Statement]) -> None:
    """The same for cells of which nearly each is restated: by two voices or one, on pages of the publisher or others."""
    figures = resolve(statements)

    hold(revisions(figures, statements), figures, statements)


@pytest.mark.parametrize("name", DATASETS)
def test_the_record_agrees_with_its_marks(name: DatasetName) -> None:
    """The same for each dataset of the record; its own table has the very rows, and the summary counts them."""
    dataset = cd.load(name)
    figures, statements, rows = list(dataset.figures), list(dataset.statements), list(dataset.revisions)

    assert rows == revisions(figures, statements)
    assert rows
    hold(rows, figures, statements)
    (counted,) = dataset.revision_summary()
    assert counted.dataset == name
    assert counted.revised == len(dataset.figures.filter(marks="revised"))


def test_january_2025_was_raised() -> None:
    """PICSS counted 185 militants killed, and 208 a month later, on its own page and four others."""
    row = next(row for row in cd.load("picss").revisions.filter(period="2025-01", group="militants", measure="killed"))

    assert (row.value, row.later_value, row.change, row.mark) == (185, 208, 23, Mark.REVISED)
    assert [page.id for page in row.sources][:2] == ["ecom-picss-e6465b", "munsifdaily-22a157"]
    assert [str(period) for period in row.report_periods] == ["2025-02"]
    assert (row.first_published, row.later_published, row.lag_low, row.lag_high) == (
        date(2025, 2, 3),
        date(2025, 3, 3),
        25,
        31,
    )
    assert str(row) == "picss 2025-01, Pakistan, all violence, killed, militants: 185, then 208 (revised)"


def test_the_publishers_own_page_revises_alone() -> None:
    """One statement on a primary page is a revision."""
    (row,) = rows_of(OWN, restates(PRIMARY, 460))

    assert (row.mark, row.voices, row.sources) == (Mark.REVISED, 1, (PRIMARY,))
    assert (row.value, row.low, row.high, row.later_value, row.change) == (458, 458, 458, 460, 2)
    assert (row.first_published, row.later_published, row.lag_low, row.lag_high) == (OUT, LATER, 30, 30)


def test_two_voices_revise_and_one_restates() -> None:
    """Voices are counted, not pages: two with one origin are one."""
    assert [(row.mark, row.voices) for row in rows_of(OWN, restates(B, 460), restates(C, 460))] == [(Mark.REVISED, 2)]
    assert [(row.mark, row.voices) for row in rows_of(OWN, restates(B, 460))] == [(Mark.RESTATED_ONCE, 1)]
    (copied,) = rows_of(OWN, restates(B, 460), restates(page("d", origin="b"), 460))
    assert (copied.mark, copied.voices, len(copied.sources)) == (Mark.RESTATED_ONCE, 1, 2)


@pytest.mark.parametrize(
    "changes",
    [
        {"bound": "at_least"},
        {"subset": True},
        {"source": page("copy", mirror=True)},
        {"report_period": "2025-10-01/2025-10-31"},
    ],
)
def test_what_restates_nothing(changes: dict[str, Any]) -> None:
    """A bound, a part of the cell and a mirror neither restate nor look again, nor does a report that ends no later."""
    told = (OWN, attrs.evolve(restates(PRIMARY, 460), **changes))

    assert rows_of(*told) == []
    assert summary_of(*told) == RevisionSummary(
        dataset="picss", figures=1, looked_at_again=0, revised=0, raised=0, lowered=0, dated=0, median_lag_days=None
    )


def test_a_copy_adds_no_voice_to_a_restatement() -> None:
    """A mirror beside the page that restates is neither its second voice nor among its pages."""
    (row,) = rows_of(OWN, restates(B, 460), restates(page("copy", mirror=True), 460))

    assert (row.mark, row.voices, row.sources) == (Mark.RESTATED_ONCE, 1, (B,))


def test_a_later_number_that_agrees_looked_again() -> None:
    """The same value in a later report is no revision; it shows that the cell was looked at again."""
    told = (OWN, restates(PRIMARY, 458))

    assert rows_of(*told) == []
    counted = summary_of(*told)
    assert (counted.figures, counted.looked_at_again, counted.revised) == (1, 1, 0)


def test_a_number_within_a_bound_restates_nothing() -> None:
    """470 fits at least 458; 450 does not, and lies below it."""
    bounded = says(page("own"), 458, bound="at_least")
    assert rows_of(bounded, restates(PRIMARY, 470)) == []

    (row,) = rows_of(bounded, restates(PRIMARY, 450))
    assert (row.bound, row.low, row.high, row.change, row.raises) == ("at_least", 458, None, -8, False)
    assert str(row).endswith(": >=458, then 450 (revised)")

    (row,) = rows_of(says(page("own"), 458, bound="more_than"), restates(PRIMARY, 458))
    assert (row.change, row.raises) == (0, False)
    (row,) = rows_of(says(page("own"), 458, bound="at_most"), restates(PRIMARY, 459))
    assert (row.low, row.change, row.raises) == (0, 1, True)


def test_only_a_figure_of_its_own_report_with_a_value_is_revised() -> None:
    """A figure that rests on a later report, and one without a point value, are neither counted nor revised."""
    torn = (says(page("own"), 45), says(page("own"), 988), restates(PRIMARY, 460))
    only_later = (restates(B, 458), restates(PRIMARY, 460, report_period="2025-12"))
    for told in (torn, only_later, (says(B, 20, subset=True), restates(PRIMARY, 460, subset=True))):
        assert rows_of(*told) == []
        assert (summary_of(*told).figures, summary_of(*told).looked_at_again) == (0, 0)


def test_an_undated_page_leaves_the_lag_open() -> None:
    """Where the first page shows no day, it may be the later one: the lag has bounds, and is no part of the median."""
    undated = page("own", published_from=OUT, published_to=date(2026, 11, 22))
    (row,) = rows_of(says(undated, 458), restates(PRIMARY, 460))

    assert (row.lag_low, row.lag_high) == (-356, 30)
    counted = summary_of(says(undated, 458), restates(PRIMARY, 460))
    assert (counted.revised, counted.dated, counted.median_lag_days) == (1, 0, None)


def test_a_later_value_is_as_old_as_its_earliest_page() -> None:
    """Pages and reports that give the value come together; the first of them dates it."""
    early, late = page("early", day=date(2025, 12, 5)), page("late", day=date(2026, 2, 5))
    (row,) = rows_of(OWN, restates(late, 460, report_period="2025-12"), restates(early, 460))

    assert (row.sources, row.later_published, row.lag_low) == ((early, late), date(2025, 12, 5), 34)
    assert [period.code for period in row.report_periods] == ["2025-11", "2025-12"]


def test_each_later_value_has_a_row() -> None:
    """Rows come by cell and value, each with a mark of its own; the cell is revised once, neither raised nor lowered."""
    november = says(page("own"), 8, period="2025-11", report_period="2025-11", id="snovember")
    again = restates(PRIMARY, 9, period="2025-11", report_period="2025-12", id="sagain")
    told = (november, again, OWN, restates(PRIMARY, 470), restates(B, 460), restates(C, 450), restates(page("d"), 450))

    rows = rows_of(*told)
    assert [(str(row.period), row.later_value, row.mark) for row in rows] == [
        ("2025-10", 450, Mark.REVISED),
        ("2025-10", 460, Mark.RESTATED_ONCE),
        ("2025-10", 470, Mark.REVISED),
        ("2025-11", 9, Mark.REVISED),
    ]
    backwards = list(reversed(resolve(told)))
    assert revisions(backwards, told) == rows
    counted = summary_of(*told)
    assert (counted.figures, counted.revised, counted.raised, counted.lowered) == (2, 2, 1, 0)


def test_only_what_revises_is_counted() -> None:
    """A value from one voice beside a revision changes neither its direction nor the median of the lags."""
    slip = restates(page("slip", day=date(2026, 11, 1)), 500)
    counted = summary_of(OWN, restates(PRIMARY, 450), slip)

    assert (counted.revised, counted.raised, counted.lowered, counted.median_lag_days) == (1, 0, 1, 30)
    alone = summary_of(OWN, slip)
    assert (alone.looked_at_again, alone.revised, alone.raised, alone.lowered, alone.median_lag_days) == (1, 0, 0, 0, None)


def test_the_median_is_a_lag_that_there_is() -> None:
    """Of two lags in the middle it is the lower; a far one does not move it."""
    lags = [(460, date(2025, 11, 11)), (461, date(2025, 11, 21)), (462, date(2025, 12, 1)), (463, date(2026, 11, 1))]
    told = [restates(page(f"own{value}", "primary", day=day), value) for value, day in lags]

    assert summary_of(OWN, *told).median_lag_days == 20
    assert summary_of(OWN, *told[:3]).median_lag_days == 20


def test_nothing_gives_nothing() -> None:
    """Without figures there are no rows and a summary of zeros; without statements no figure can be looked at again."""
    assert revisions([], []) == []
    assert revisions(resolve([OWN]), []) == []
    assert summary("picss", [], []).figures == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"low": 457}, "low"),
        ({"later_value": 458, "change": 0}, "later_value"),
        ({"change": 3}, "change"),
        ({"lag_low": 31}, "lag_low"),
        ({"sources": ()}, "sources"),
        ({"report_periods": "2025-11"}, "periods"),
    ],
)
def test_a_row_that_contradicts_itself_is_refused(changes: dict[str, Any], field: str) -> None:
    """The numbers of a row are held against each other, and no value stands without a page."""
    (row,) = rows_of(OWN, restates(PRIMARY, 460))

    with pytest.raises(InvalidValueError, match=f"^{field}: "):
        attrs.evolve(row, **changes)
    with pytest.raises(ValueError, match="mark"):
        attrs.evolve(row, mark="tie")


@given(made_revisions())
def test_a_later_value_lies_above_or_below(row: Revision) -> None:
    """It never lies inside what the figure leaves open."""
    interval = cd.Interval(row.low, row.high)

    assert row.later_value not in interval
    assert row.raises == (row.high is not None and row.later_value > row.high)


def call(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run the command here, and give its status and what it printed."""
    status = run(list(words))
    told = capsys.readouterr()
    return status, told.out, told.err


def squeezed(out: str) -> list[str]:
    """Fold white space, so that a test reads numbers and not columns."""
    return [" ".join(line.split()) for line in out.splitlines()]


def test_the_command_shows_a_summary_and_each_later_value(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cell, its numbers and mark and report, and its pages under it: within 80 columns, and the status is 0."""
    monkeypatch.setenv("COLUMNS", "80")
    status, out, err = call(capsys, "revisions", "picss")

    assert (status, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    lines = squeezed(out)
    assert lines[1] == "dataset figures again revised raised lowered dated in days"
    (counted,) = cd.load("picss").revision_summary()
    assert lines[2].startswith(f"picss {counted.figures:,} {counted.looked_at_again} {counted.revised} {counted.raised} ")
    cell = lines.index("picss 2025-01, Pakistan, all violence, killed, militants")
    assert lines[cell + 1] == "185 208 +23 25..31 revised 2025-02"
    assert lines[cell + 2].startswith("ecom-picss-e6465b munsifdaily-22a157")
    assert lines[-2] == f"{len(cd.load('picss').revisions)} later values"


def test_a_cell_is_named_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Several later values of one cell stand under one heading."""
    _, out, _ = call(capsys, "revisions", "crss")
    lines = squeezed(out)

    assert lines.count("crss 2023, Pakistan, all violence, killed, total") == 1
    cell = lines.index("crss 2023, Pakistan, all violence, killed, total")
    assert lines[cell + 1].startswith("1,524 1,523 -1 ")
    assert lines[cell + 3].startswith("1,524 1,533 +9 ")


def test_the_command_filters_by_mark(capsys: pytest.CaptureFixture[str]) -> None:
    """Only the later values with the mark are printed; the summary counts the dataset in any case."""
    _, out, _ = call(capsys, "revisions", "cmc", "--mark", "restated_once")
    assert squeezed(out)[-2] == "1 later value"
    status, out, _ = call(capsys, "revisions", "cmc", "--mark", "revised")
    assert status == 0
    assert squeezed(out)[-2] == "0 later values"
    assert any(line.startswith("cmc ") for line in squeezed(out))
    assert "lag:" not in out
    _, both, _ = call(capsys, "revisions", "cmc", "--mark", "revised", "--mark", "restated_once")
    assert squeezed(both)[-2] == "1 later value"


def test_revisions_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    """CSV holds the later values of all datasets, JSON the summary too."""
    status, out, _ = call(capsys, "revisions", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert status == 0
    assert {row["dataset"] for row in rows} == set(DATASETS)
    assert len(rows) == sum(len(cd.load(name).revisions) for name in DATASETS)

    _, out, _ = call(capsys, "revisions", "picss", "--mark", "revised", "--format", "json")
    told = json.loads(out)
    assert [row["dataset"] for row in told["summary"]] == ["picss"]
    assert {row["mark"] for row in told["revisions"]} == {"revised"}
    january = next(row for row in told["revisions"] if row["period"] == "2025-01")
    assert (january["value"], january["later_value"], january["report_periods"]) == (185, 208, ["2025-02"])


def test_revisions_of_what_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown dataset is an answer, another mark a misspelling."""
    status, out, err = call(capsys, "revisions", "acled")
    assert (status, out) == (1, "")
    assert "unknown dataset 'acled'" in err
    assert call(capsys, "revisions", "--mark", "torn")[0] == 2


def test_the_screen_shows_a_bound_and_no_lag(capsys: pytest.CaptureFixture[str]) -> None:
    """A bound has its sign; where nothing is revised the median is left empty."""
    told = (says(page("own"), 458, bound="at_least"), restates(B, 450))
    console().print(revisions_screen([summary_of(*told)], rows_of(*told)))

    lines = squeezed(capsys.readouterr().out)
    assert lines[2] == "picss 1 1 0 0 0 0"
    assert ">=458 450 -8 30 restated once 2025-11" in lines
