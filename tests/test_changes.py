"""What differs between two made-up releases: rows paired by their id or by what corrects what, and what follows."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conflictdata import Break, Claim, Dataset, Diff, Discrepancy, Figure, Record, Source, Statement
from conflictdata.changes import between as compare
from conflictdata.models import Release
from conflictdata.resolve import resolve
from conflictdata.schema import to_arrow
from conflictdata.stored import Turn
from tests.shared.tables import MODELS

R1, R2, R3, R4, R5 = (f"2027-0{month}-01" for month in range(1, 6))


def page(name: str = "page", **changes: Any) -> Source:
    """Make a page."""
    day = date(2025, 11, 1)
    fixed = {"kind": "secondary", "outlet": name, "url": f"https://example.org/{name}", "language": "en"}
    days = {"published": day, "published_from": day, "published_to": day, "accessed": date(2026, 11, 22)}
    return Source(**{"dataset": "picss", "id": name, **fixed, **days, **changes})


PAGE = page()


def says(id: str, value: int, **changes: Any) -> Statement:
    """Make a statement on people killed in October 2025."""
    cell = {"period": "2025-10", "area": "PK", "scope": "all", "measure": "killed", "group": "total"}
    return Statement(
        **{"dataset": "picss", "id": id, "source": PAGE, "report_period": "2025-10", "value": value, **cell, **changes}
    )


@attrs.frozen
class Row:
    """A row of a history: what it is, since when, until when, in whose place and why it is there, and why it went."""

    record: Any
    since: str
    until: str | None = None
    corrects: str | None = None
    why: str | None = None
    withdrawn: str | None = None


def table_of(record: Record) -> str:
    """Give the table of a record."""
    return next(name for name, model in MODELS.items() if type(record) is model)


def opened(rows: Iterable[Row], label: str) -> Dataset:
    """Open a history at one release; statements are on their page as that release has it."""
    there = [row.record for row in rows if row.since <= label and not (row.until and row.until <= label)]
    pages = {one.id: one for one in there if isinstance(one, Source)} or {PAGE.id: PAGE}
    moved = [attrs.evolve(one, source=pages[one.source.id]) if isinstance(one, Statement | Claim) else one for one in there]
    if not any(isinstance(one, Source) for one in there):
        moved.append(PAGE)

    def read(name: str) -> Any:
        if name == "figures":
            return to_arrow(Figure, resolve([one for one in moved if isinstance(one, Statement)]))
        if name == "releases":
            return to_arrow(Release, [])
        return to_arrow(MODELS[name], [one for one in moved if isinstance(one, MODELS[name])])

    return Dataset("picss", label, read, 1)


def turned(rows: Iterable[Row]) -> Callable[[str], Iterator[Turn]]:
    """Give the turns of a history by table."""

    def of(table: str) -> Iterator[Turn]:
        for row in rows:
            if table_of(row.record) == table:
                yield Turn(row.record.id, row.since, row.until, row.corrects, row.why, row.withdrawn)

    return of


def between(rows: list[Row], since: str = R1, until: str = R4) -> Diff:
    """Compare two releases of a history; the order of its rows does not matter."""
    made = [compare(opened(some, since), opened(some, until), turned(some), since, until) for some in (rows, rows[::-1])]
    assert {str(change) for change in made[0].rows} == {str(change) for change in made[1].rows}
    return made[0]


def shown(diff: Diff) -> list[tuple[str | None, str | None, str]]:
    """Give the ids and the reason of each row that differs."""
    return [(getattr(c.old, "id", None), getattr(c.new, "id", None), c.why) for c in diff.rows]


S1, S2, S3, S4 = says("s01", 1), says("s02", 2), says("s03", 3), says("s04", 4)
CHAIN = [Row(S1, R1, R2), Row(S2, R2, R3, "s01", "second"), Row(S3, R3, None, "s02", "third")]


def test_corrections_of_corrections_are_one_change() -> None:
    """From the first form to the last that the newer release has, with every reason on the way, in order."""
    assert shown(between(CHAIN)) == [("s01", "s03", "second; third")]
    assert shown(between(CHAIN, R1, R2)) == [("s01", "s02", "second")]
    assert shown(between(CHAIN, R2, R3)) == [("s02", "s03", "third")]
    assert shown(between(CHAIN, R3, R4)) == []
    (change,) = between(CHAIN).rows
    assert (change.kind, change.columns, str(change)) == (
        "corrected",
        ("value",),
        "picss 2025-10, Pakistan, all violence, killed, total, on page: value 1, then 3. second; third",
    )
    (figure,) = between(CHAIN).figures
    assert (figure.old and figure.old.value, figure.new and figure.new.value) == (1, 3)


def test_what_is_withdrawn_after_corrections_is_withdrawn() -> None:
    """The old form is what went, and the reason is that of its withdrawal."""
    rows = [Row(S1, R1, R2), Row(S2, R2, R3, "s01", "second"), Row(S3, R3, R4, "s02", "third", "page is gone")]

    assert shown(between(rows, R1, R4)) == [("s01", None, "page is gone")]
    assert shown(between(rows, R1, R3)) == [("s01", "s03", "second; third")]
    assert shown(between(rows, R3, R4)) == [("s03", None, "page is gone")]
    (change,) = between(rows, R1, R4).rows
    assert (change.kind, change.old, change.new, change.columns) == ("withdrawn", S1, None, ())
    (figure,) = between(rows, R1, R4).figures
    assert (figure.kind, figure.record.value) == ("withdrawn", 1)


def test_what_came_and_went_between_is_in_neither() -> None:
    """A row that both releases lack is no difference, corrected on its way or not."""
    rows = [Row(S4, R1), Row(S1, R2, R3), Row(S2, R3, R4, "s01", "second")]

    assert shown(between(rows, R1, R4)) == []
    assert not between(rows, R1, R4)
    assert shown(between(rows, R1, R2)) == [(None, "s01", "")]
    assert shown(between(rows, R1, R3)) == [(None, "s02", "second")]


def test_what_came_before_or_after_does_not_count() -> None:
    """Only what turned after the older release, up to the newer, says what corrects what."""
    rows = [
        Row(S1, R1, R2),
        Row(S2, R2, R3, "s01", "second"),
        Row(S3, R3, R5, "s02", "third"),
        Row(S4, R5, None, "s03", "last"),
    ]

    assert shown(between(rows, R2, R4)) == [("s02", "s03", "third")]
    assert shown(between(rows, R2, R5)) == [("s02", "s04", "third; last")]
    assert shown(between(rows, R3, R4)) == []


def test_several_rows_are_told_apart() -> None:
    """Each correction pairs its own two rows; the withdrawn, the added and the corrected stand side by side."""
    other = says("s05", 5, group="militants")
    rows = [
        *CHAIN,
        Row(other, R1, R3, None, None, "no such number"),
        Row(says("s06", 6, group="civilians"), R1, R4),
        Row(says("s07", 7, group="civilians"), R4, None, "s06", "seventh"),
        Row(says("s08", 8, area="PK-BA"), R2),
        Row(says("s09", 9, area="PK-SD"), R1),
    ]

    assert set(shown(between(rows))) == {
        ("s01", "s03", "second; third"),
        ("s05", None, "no such number"),
        ("s06", "s07", "seventh"),
        (None, "s08", ""),
    }
    assert dict(between(rows).counts) == {
        ("statements", "corrected"): 2,
        ("statements", "withdrawn"): 1,
        ("statements", "added"): 1,
        ("figures", "changed"): 2,
        ("figures", "withdrawn"): 1,
        ("figures", "added"): 1,
    } | {key: count for key, count in between(rows).counts.items() if "balances" in key[0]}


def test_a_page_keeps_its_id_when_it_is_corrected() -> None:
    """The page is what changed, with each reason; its statements did not, and its figures where its kind or day decides."""
    first, second, third = PAGE, page(title="A title"), page(title="A title", outlet="Another")
    rows = [
        Row(first, R1, R2),
        Row(second, R2, R3, "page", "titled"),
        Row(third, R3, None, "page", "outlet misread"),
        Row(S1, R1),
    ]

    diff = between(rows)
    assert shown(diff) == [("page", "page", "titled; outlet misread")]
    (change,) = diff.rows
    assert (change.table, change.kind, change.columns) == ("sources", "corrected", ("outlet", "title"))
    assert str(change) == "page, Another: outlet page, then Another; title empty, then A title. titled; outlet misread"
    assert [(d.id, d.was, d.column, d.old, d.new) for d in diff.table] == [
        ("page", None, "outlet", "page", "Another"),
        ("page", None, "title", "", "A title"),
    ]
    assert (diff.figures, diff.verdicts) == ((), ())


def test_a_page_that_is_corrected_and_withdrawn_says_why_it_went() -> None:
    """Of several turns of one id the last says why it is gone."""
    rows = [
        Row(page("other"), R1),
        Row(PAGE, R1, R2, None, "zero"),
        Row(page(title="A title"), R2, R3, "page", "titled", "a fake"),
    ]

    assert shown(between(rows)) == [("page", None, "a fake")]
    assert shown(between(rows, R1, R2)) == [("page", "page", "titled")]


def test_a_row_that_comes_back_is_none_that_differs() -> None:
    """Withdrawn and added again as it was, or corrected there and back, a row is the same in both releases."""
    again = [Row(S1, R1, R2, None, None, "gone"), Row(S1, R3, None, None, "back"), Row(S4, R1)]
    back = [Row(S1, R1, R2), Row(S2, R2, R3, "s01", "there"), Row(S1, R3, None, "s02", "back")]

    assert shown(between(again)) == []
    assert shown(between(back)) == []
    assert shown(between(back, R2, R4)) == [("s02", "s01", "back")]


def test_the_reason_is_that_of_the_time_between() -> None:
    """A row that was withdrawn, came back later and was withdrawn for another reason went for the first one."""
    rows = [Row(S4, R1), Row(S1, R1, R2, None, None, "first"), Row(S1, R4, R5, None, None, "second")]

    assert shown(between(rows, R1, R3)) == [("s01", None, "first")]
    assert shown(between(rows, R4, R5)) == [("s01", None, "second")]


def test_a_ring_of_corrections_ends() -> None:
    """A row corrected into one that was corrected into it is followed once round, and not for ever."""
    rows = [
        Row(S4, R1, R2),
        Row(S1, R2, R3, "s04", "first"),
        Row(S2, R3, R4, "s01", "second"),
        Row(S1, R4, None, "s02", "third"),
    ]

    assert [(old, new) for old, new, _ in shown(between(rows))] == [("s04", "s01")]


def test_the_other_tables_pair_their_rows() -> None:
    """Claims have new ids, breaks and discrepancies keep theirs; how often a page was read is no difference."""
    told: dict[str, Any] = {
        "dataset": "picss",
        "source": PAGE,
        "report_period": "2025-10",
        "period": "2025-10",
        "area": "PK",
    }
    claim = Claim(id="c01", scope="all", measure="killed", group="total", claim="share", value="12", **told)
    other = attrs.evolve(claim, id="c02", value="12.5")
    turn = Break(dataset="picss", id="turn", start=date(2024, 8, 1), description="All deaths are counted.")
    why = Discrepancy(
        dataset="picss",
        id="d01",
        axis="groups",
        period="2025-10",
        area="PK",
        scope="all",
        measure="killed",
        group="total",
        residual_low=1,
        residual_high=1,
        reason="unexplained",
        explanation="Nobody knows.",
    )
    rows = [
        Row(claim, R1, R2),
        Row(other, R2, None, "c01", "half a per cent"),
        Row(turn, R1, R3),
        Row(attrs.evolve(turn, approximate=True), R3, None, "turn", "no day is named"),
        Row(why, R1, R4),
        Row(attrs.evolve(why, reason="misprint", explanation="A slip."), R4, None, "d01", "found"),
        Row(S1, R1, R2),
        Row(attrs.evolve(S1, readings=2), R2, None, "s01", "read again"),
    ]

    diff = between(rows)
    assert {(c.table, c.kind, c.columns, c.why) for c in diff.rows} == {
        ("claims", "corrected", ("value",), "half a per cent"),
        ("breaks", "corrected", ("approximate",), "no day is named"),
        ("discrepancies", "corrected", ("reason", "explanation"), "found"),
    }
    reread = between([Row(S1, R1, R2), Row(attrs.evolve(S2, readings=2), R2, None, "s01", "read again")])
    assert [change.columns for change in reread.rows] == [("value",)]
    assert [(d.cell, d.column, d.old, d.new) for d in diff.table if d.table in {"claims", "breaks"}] == [
        ("2025-10 PK all killed total", "value", "12", "12.5"),
        (None, "approximate", "", "true"),
    ]


def test_verdicts_follow_from_rows() -> None:
    """A corrected part moves a residual, a new reason explains it, and a part that comes makes it balanced."""
    parts = {"militants": 4, "security_forces": 3}
    rows = [
        Row(says("s10", 10), R1),
        *(Row(says(f"s1{group[0]}", value, group=group), R1) for group, value in parts.items()),
        Row(says("s20", 1, group="civilians"), R1, R2),
        Row(says("s21", 2, group="civilians"), R2, R3, "s20", "two"),
        Row(says("s22", 3, group="civilians"), R3, None, "s21", "three"),
    ]

    def verdicts(since: str, until: str) -> list[str]:
        return [str(change) for change in between(rows, since, until).verdicts if change.table == "balances"]

    cell = "picss 2025-10, Pakistan, all violence, killed, total, by groups"
    assert verdicts(R1, R2) == [f"{cell}: short by 2, then short by 1"]
    assert verdicts(R1, R3) == [f"{cell}: short by 2, then balanced"]
    assert verdicts(R3, R4) == []
    assert {v.verdict for v in (c.record for c in between(rows, R1, R3).telling)} == {"balanced"}
    assert not between(rows, R1, R3).further

    told = {"dataset": "picss", "axis": "groups", "period": "2025-10", "area": "PK", "scope": "all", "measure": "killed"}
    known: dict[str, Any] = {**told, "group": "total", "residual_low": 2, "residual_high": 2, "explanation": "A slip."}
    rows.append(Row(Discrepancy(id="d01", reason="misprint", **known), R5))
    rows[3:6] = [Row(says("s20", 1, group="civilians"), R1)]
    assert verdicts(R1, R5) == [f"{cell}: short by 2, then short by 2 (misprint)"]


FIGURE = Figure(
    dataset="picss",
    period="2025-10",
    area="PK",
    scope="all",
    measure="killed",
    group="total",
    value=458,
    bound="exact",
    low=458,
    high=458,
    status="single",
    sources=(PAGE,),
    first_published=date(2025, 11, 1),
)


@pytest.mark.parametrize(
    ("changes", "listed"),
    [
        ({"value": 459, "low": 459, "high": 459}, True),
        ({"bound": "at_least", "high": None}, True),
        ({"value": None, "bound": None, "low": 1, "marks": ("torn",)}, True),
        ({"status": "disputed"}, True),
        ({"marks": ("tie",)}, True),
        ({"caveats": ("to_date",)}, True),
        ({"includes": ("border",), "marks": ("includes_other",)}, True),
        ({"voices": 2}, False),
        ({"first_published": date(2025, 11, 2)}, False),
        ({"others": (PAGE,), "others_state": ("31",)}, False),
        ({}, False),
    ],
)
def test_a_figure_changes_by_what_it_says(changes: dict[str, Any], listed: bool) -> None:  # noqa: FBT001  a case's outcome
    """A number, its bound, interval, support, mark, caveat or inclusion is a change; pages and voices alone are none."""

    def with_figure(figure: Figure) -> Dataset:
        rest = opened([Row(S1, R1)], R1).read
        return Dataset("picss", R1, lambda name: to_arrow(Figure, [figure]) if name == "figures" else rest(name), 1)

    for old, new in ((FIGURE, attrs.evolve(FIGURE, **changes)), (attrs.evolve(FIGURE, **changes), FIGURE)):
        diff = compare(with_figure(old), with_figure(new), turned([]), R1, R2)
        assert [(change.old, change.new) for change in diff.figures] == ([(old, new)] if listed else [])
    border, area = (attrs.evolve(FIGURE, marks=("includes_other",), includes=(one,)) for one in ("border", "PK-JK"))
    assert compare(with_figure(border), with_figure(area), turned([]), R1, R2).figures


@st.composite
def histories(draw: st.DrawFn) -> list[Row]:
    """Histories of a few statements over five releases: corrected, withdrawn, added at any of them."""
    rows: list[Row] = []
    for number in range(draw(st.integers(1, 4))):
        area = ("PK", "PK-BA", "PK-SD", "PK-PB")[number]
        marks = sorted(draw(st.sets(st.sampled_from([R1, R2, R3, R4, R5]), min_size=1)))
        ends = draw(st.booleans())
        turns_ = marks[:-1] if ends and len(marks) > 1 else marks
        for place, since in enumerate(turns_):
            until = marks[place + 1] if place + 1 < len(marks) else None
            was = f"s{number}{place - 1}" if place else None
            record = says(f"s{number}{place}", draw(st.integers(0, 9)) * 5 + place, area=area)
            gone = f"gone {number}" if until and place + 1 == len(turns_) else None
            rows.append(Row(record, since, until, was, f"{number}.{place}" if was else None, gone))
    return draw(st.permutations(rows))


@given(histories(), st.sampled_from([R1, R2, R3, R4, R5]), st.sampled_from([R1, R2, R3, R4, R5]))
def test_the_changes_lead_from_the_older_to_the_newer(rows: list[Row], one: str, other: str) -> None:
    """The old rows, less what is listed as old, with what is listed as new, are the new rows; each pair is of one cell."""
    since, until = sorted((one, other))
    diff = compare(opened(rows, since), opened(rows, until), turned(rows), since, until)
    old, new = (list(opened(rows, label).statements) for label in (since, until))

    went = [change.old for change in diff.rows if change.old]
    came = [change.new for change in diff.rows if change.new]
    assert sorted(
        [row.id for row in old if row not in went] + [row.id for row in came if isinstance(row, Statement)]
    ) == sorted(row.id for row in new)
    for change in diff.rows:
        if isinstance(change.old, Statement) and isinstance(change.new, Statement):
            assert change.old.area is change.new.area
            first, last = int(change.old.id[-1]), int(change.new.id[-1])
            number = change.new.id[1]
            assert change.why == "; ".join(f"{number}.{place}" for place in range(first + 1, last + 1))
        elif isinstance(change.old, Statement):
            assert all(row.area is not change.old.area for row in new)
            closed = [row for row in rows if row.record.area is change.old.area and row.until and row.until <= until]
            assert change.why == max(closed, key=lambda row: row.since).withdrawn
        else:
            assert all(row.area is not change.record.area for row in old)  # type: ignore[attr-defined]
    assert bool(diff) == (old != new)
