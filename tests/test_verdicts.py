"""The verdicts of the record: what was known on the day of each page, each claim and its verdict, and the tables."""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import attrs
import pyarrow as pa
import pytest
from hypothesis import settings

import conflictdata as cd
from conflictdata import (
    Cell,
    CheckedClaim,
    Claim,
    ClaimKind,
    ClaimTest,
    ClaimVerdict,
    Dataset,
    Figure,
    Interval,
    InvalidValueError,
    Mark,
    Period,
    PinError,
    Table,
)
from conflictdata.lines import HEAD, digest, writer
from conflictdata.names import DatasetName
from conflictdata.schema import to_arrow
from conflictdata.windows import window_of
from tests.shared.firstclaims import DATASETS, RELEASE, by_name, opened, tried
from tests.shared.tiers import cases

NUMBER = re.compile(r"(~|>=|<=|>|<)?(\d+)(?:\.\.(\d*))?")
FINAL = {
    "not_a_plain_record",
    "reference_unnamed",
    "denominator_unclear",
    "spans_differ",
    "window_unclear",
    "definition_break",
}
RECORDS = {kind for kind in ClaimKind if kind.value.startswith(("highest", "lowest"))}


# As known on the day of the page


def cell_of(claim: Claim, name: str) -> Cell:
    """Give the cell of a number that a test names: of a share by its area, else by its span."""
    cell = Cell.of(claim)
    if claim.claim is ClaimKind.SHARE:
        return attrs.evolve(cell, area=cd.Area(name))
    return attrs.evolve(cell, period=Period.of(name))


def interval_of(text: str) -> Interval:
    """Read a number as it stands in a list of used ones."""
    match = NUMBER.fullmatch(text)
    assert match is not None, text
    sign, low, high = match.groups()
    value = int(low)
    if high is not None:
        return Interval(value, int(high) if high else None)
    some = {None: (value, value), ">=": (value, None), ">": (value + 1, None), "<=": (0, value), "~": (0, None)}
    return Interval(*some[sign])


def restatements(vintage: Dataset, claim: Claim, cell: Cell, figure: Figure) -> set[int]:
    """Give what later reports revise, as known on the day, and what the claim's own page says anew."""
    at: dict[str, Any] = {name: getattr(cell, name) for name in ("period", "area", "scope", "measure", "group")}
    revised = {row.later_value for row in vintage.revisions.filter(**at) if row.mark is Mark.REVISED}
    if cell.period.end >= claim.report_period.end:
        return revised
    said = [s for s in vintage.statements.filter(source=claim.source, **at) if not s.subset]
    plain = [s for s in said if not s.includes] or said
    values = {s.value for s in plain}
    alone = len(values) == 1 and all(s.interval == Interval(s.value, s.value) for s in plain)
    alike = {code for s in plain for code in s.includes} == set(figure.includes)
    return revised | ({value for value in values if value not in figure.interval} if alone and alike else set())


def rivals(figure: Figure) -> set[int]:
    """Give the exact numbers of the pages that state otherwise, where these cannot be true together with the figure."""
    if figure.value is None or figure.status != "disputed":
        return set()
    said = [text for told in figure.others_state for text in told.replace(",", "").split()]
    return {int(text) for text in said if text.isdigit() and int(text) not in figure.interval}


def sampled(name: DatasetName) -> Mapping[date, list[tuple[Claim, ClaimTest]]]:
    """Give claims with their tests by the series, by the day of their page: some of PICSS, of the others all."""
    days: dict[date, list[tuple[Claim, ClaimTest]]] = defaultdict(list)
    for claim, series, _ in tried(name)[:: max(1, 500 // settings().max_examples) if name == "picss" else 1]:
        days[claim.source.published_to].append((claim, series))
    return days


@pytest.mark.parametrize("name", cases(DATASETS, fast={"cmc"}))
def test_the_numbers_are_those_known_on_the_day_of_the_page(name: DatasetName) -> None:
    """What a test used is the figure as of that day, with what restated it by then; what it missed was not there."""
    used = missed = again = 0
    for day, told in sorted(sampled(name).items()):
        vintage = cd.load(name, release=RELEASE, as_of=day)
        figures = {Cell.of(figure): figure for figure in vintage.figures}
        for claim, series in told:
            assert series.as_of == day
            for entry in (*series.used, *series.against):
                span, _, text = entry.partition("=")
                first, *others = text.split("/")
                cell = cell_of(claim, span)
                figure = figures[cell]
                assert interval_of(first) == figure.interval, (claim.id, entry)
                expected = restatements(vintage, claim, cell, figure) | rivals(figure)
                assert sorted(map(int, others)) == sorted(expected), (claim.id, entry)
                used, again = used + 1, again + len(others)
            for span in series.missing:
                assert cell_of(claim, span) not in figures, (claim.id, span)
                missed += 1
            if series.window:
                seen = [span for span in window_of(claim) or () if cell_of(claim, span.code) in figures]
                assert (series.seen, series.window) == (len(seen), len(window_of(claim) or ()))
    assert used > 10
    assert missed > 0
    assert again > 0 or name in {"cmc", "pips"}


def numbers_of(entries: Iterable[str]) -> list[int] | None:
    """Read used numbers that are all exact, and never restated; None if one is not."""
    texts = [entry.partition("=")[2] for entry in entries]
    return [int(text) for text in texts] if all(text.isdigit() for text in texts) else None


@pytest.mark.parametrize("name", DATASETS)
def test_the_verdicts_of_exact_numbers_follow_by_hand(name: DatasetName) -> None:
    """Of each change or share of two exact numbers that include nothing, computed anew: what rounds or is cut to it."""
    counted = 0
    for claim, *tests in tried(name):
        for test in tests:
            numbers = numbers_of(test.used) if len(test.used) == 2 and test.accepted else None
            if numbers is None or test.computed_low != test.computed_high or claim.value is None:
                continue
            one, other = numbers
            change = claim.claim is ClaimKind.PERCENT_CHANGE
            x = Fraction(100 * (other - one), one) if change else Fraction(100 * one, other)
            x, printed = -x if claim.direction == "down" else x, Fraction(claim.value)
            unit = Fraction(1, 10 ** max(0, -int(claim.value.as_tuple().exponent)))
            room = max(Fraction(2), printed / 20)
            fits = {
                "exact": abs(x - printed) <= unit / 2 or (unit == 1 and printed <= x < printed + 1),
                "about": abs(x - printed) <= room,
                "at_least": x >= printed,
                "more_than": x > printed,
                "at_most": x <= printed,
            }[claim.bound.value]
            holds = fits and (x > 0 or not change or (x == 0 and printed == 0))
            assert test.verdict == ("supported" if holds else "contradicted"), (claim.id, test.evidence)
            assert test.computed_low == pytest.approx(float(-x if claim.direction == "down" else x))
            counted += 1
    assert counted > 10


# Each claim, and its verdict


@pytest.mark.parametrize("name", DATASETS)
def test_each_claim_has_two_tests_in_order(name: DatasetName) -> None:
    """That by the series, then that of the page; the claims keep what is recorded of them."""
    dataset = opened(name)
    recorded = list(dataset.recorded("claims"))

    expected = [(claim.id, basis) for claim in recorded for basis in ("series", "page")]
    assert [(test.claim, test.basis.value) for test in dataset.claim_tests] == expected
    kept = list(dataset.claims)
    names = [field.name for field in attrs.fields(Claim)]
    assert [[getattr(c, n) for n in names] for c in kept] == [[getattr(c, n) for n in names] for c in recorded]
    columns = to_arrow(Claim, recorded).column_names
    plain = dataset.recorded("claims").to_arrow().select(columns).to_pylist()
    assert dataset.claims.to_arrow().select(columns).to_pylist() == plain


@pytest.mark.parametrize("name", DATASETS)
def test_the_series_decides_and_else_the_page(name: DatasetName) -> None:
    """Unless the reason stands whatever a page prints; fields and evidence are those of the test that decides."""
    claims, reached = by_name(name), set()
    for claim, series, by_page in tried(name):
        judged = claims[claim.id]
        decided = series.verdict != "undecided"
        page_decides = not decided and series.undecided not in FINAL and by_page.verdict != "undecided"
        deciding = by_page if page_decides else series
        assert (judged.verdict, judged.basis) == (deciding.verdict, "page" if page_decides else "series")
        assert (judged.series_verdict, judged.page_verdict) == (series.verdict, by_page.verdict)
        for field in ("undecided", "slips", "used", "missing", "against", "context", "seen", "window", "accepted", "as_of"):
            assert getattr(judged, field) == getattr(deciding, field)
        assert deciding.evidence in judged.evidence
        assert (judged.as_of is None) == page_decides
        reached.add((decided, page_decides))
    assert reached >= {(True, False), (False, False)}
    assert (False, True) in reached or name in {"cmc", "pips"}


@pytest.mark.parametrize("name", DATASETS)
def test_what_is_never_decided(name: DatasetName) -> None:
    """Claims with one of three caveats, by either test."""
    never = FINAL - {"spans_differ", "window_unclear", "definition_break"}
    for claim, *tests in tried(name):
        why = {caveat.value for caveat in claim.caveats} & never
        for test in tests:
            assert not why or (test.verdict == "undecided" and test.undecided in why)
            assert why or test.undecided not in never or (claim.reference_area or claim.reference_period) is None
            assert (test.window is not None) <= (claim.claim in RECORDS)
            assert test.seen is None or test.window is None or len(test.missing) == test.window - test.seen


# Tables


def test_the_claims_can_be_filtered() -> None:
    """By verdict, reason, slip, kind and span, alone and together: as a loop over the records would keep them."""
    table = opened("picss").claims
    rows = list(table)

    def kept(**asked: Any) -> list[str]:
        return [claim.id for claim in table.filter(**asked)]

    for verdict in ClaimVerdict:
        assert kept(verdict=verdict) == [c.id for c in rows if c.verdict is verdict] != []
    assert kept(undecided="bounds") == [c.id for c in rows if c.undecided == "bounds"] != []
    assert kept(undecided=["tied", "restated"]) == [c.id for c in rows if c.undecided in {"tied", "restated"}] != []
    assert kept(slips="remainder") == [c.id for c in rows if "remainder" in c.slips] != []
    assert kept(slips=["remainder", "ratio"]) == [c.id for c in rows if {"remainder", "ratio"} & set(c.slips)] != []
    assert (
        kept(claim="share", verdict="contradicted")
        == [c.id for c in rows if c.claim == "share" and c.verdict == "contradicted"]
        != []
    )
    assert (
        kept(period="2022-02", slips="remainder")
        == [c.id for c in rows if c.period == Period.of("2022-02") and "remainder" in c.slips]
        != []
    )
    assert kept(basis="page") == [c.id for c in rows if c.basis == "page"] != []
    tests = opened("picss").claim_tests
    pages = tests.filter(basis="page", verdict="supported")
    assert len(pages) == sum(t.basis == "page" and t.verdict == "supported" for t in tests) > 0
    with pytest.raises(cd.UnknownNameError):
        table.filter(verdict="refuted")  # type: ignore[arg-type]


@pytest.mark.parametrize("table", ["claims", "claim_tests"])
@pytest.mark.parametrize("name", DATASETS)
def test_records_and_columns_agree(name: DatasetName, table: str) -> None:
    """Written anew from its records a table is the same; so are its records read from what Arrow holds."""
    made: Table[Any] = getattr(opened(name), table)

    assert to_arrow(made.model, list(made)).equals(made.to_arrow())
    assert all(row.evidence.endswith(".") for row in made)
    verdicts = made.to_arrow()["verdict"].to_pylist()
    assert verdicts == [row.verdict.value for row in made]


@pytest.mark.forkless
def test_other_libraries_get_the_same_rows() -> None:
    """Codes, numbers, lists and what is not there, in pandas, polars and Arrow."""
    table = opened("picss").claims
    rows = list(table)
    pandas, polars, arrow = table.to_pandas(), table.to_polars(), pa.table(table)

    assert arrow.to_pylist() == table.to_arrow().to_pylist()
    assert polars.height == len(pandas) == len(rows)
    assert tuple(polars.columns) == tuple(pandas.columns) == table.columns
    for name in ("verdict", "basis", "page_verdict", "series_verdict", "undecided", "evidence", "accepted"):
        expected = [None if (value := getattr(row, name)) is None else str(value) for row in rows]
        assert polars[name].to_list() == expected
        assert [
            None if lacks else str(value) for value, lacks in zip(pandas[name], pandas[name].isna(), strict=True)
        ] == expected
    for name in ("computed_low", "computed_high", "seen", "window", "as_of"):
        expected = [getattr(row, name) for row in rows]
        assert polars[name].to_list() == expected
        assert pandas[name].isna().tolist() == [value is None for value in expected]
    assert str(pandas["seen"].dtype) == "Int32"
    assert str(pandas["computed_low"].dtype) == "Float64"
    for name in ("slips", "used", "missing", "against", "context"):
        lists = [[str(one) for one in getattr(row, name)] for row in rows]
        assert polars[name].to_list() == lists
        assert [list(value) for value in pandas[name]] == lists


def test_verdicts_have_a_pin() -> None:
    """A filter of the verdicts verifies to the same rows; a changed verdict or sentence is another digest."""
    table = opened("picss").claims.filter(verdict="contradicted")
    line = table.pin()
    assert line.startswith(f"conflictdata/picss@{RELEASE} claims?verdict=contradicted count={len(table)} digest=")
    found = cd.verify(line)
    assert isinstance(found, Table)
    assert found.to_arrow().equals(table.to_arrow())

    def head(rows: Iterable[CheckedClaim]) -> str:
        return digest(map(writer("claims", CheckedClaim, 1), rows))[:HEAD]

    rows = list(table)
    assert line.endswith(f"digest={head(rows)}")
    changed = [
        attrs.evolve(rows[0], verdict="undecided", undecided="bounds", slips=()),
        attrs.evolve(rows[0], page_verdict="supported"),
        attrs.evolve(rows[0], evidence="It holds."),
        attrs.evolve(rows[0], used=("2025-09=1",)),
    ]
    heads = {head([one, *rows[1:]]) for one in changed}
    assert len(heads - {head(rows)}) == len(changed)
    with pytest.raises(PinError, match="digest"):
        cd.verify(line.replace(head(rows), heads.pop()))


# One dataset that continues another


def test_only_picss_continues_another() -> None:
    """CRSS continues none; an unknown dataset is one."""
    with pytest.raises(InvalidValueError, match="crss continues no other dataset"):
        cd.check_claims("crss", continued=True)
    with pytest.raises(cd.UnknownNameError):
        cd.check_claims("acled")  # type: ignore[arg-type]
    assert cd.check_claims("crss") is cd.load("crss").claims


def test_continued_claims_see_more() -> None:
    """They differ only where a span was missing that CMC has: more is seen, less is missing; there is no pin."""
    plain, continued = cd.load("picss").claims, cd.check_claims("picss", continued=True)
    assert len(plain) == len(continued)
    differ = [pair for pair in zip(plain, continued, strict=True) if pair[0] != pair[1]]

    assert 10 < len(differ) < 40
    cmc = {Cell.of(statement) for statement in cd.load("cmc").statements}
    for before, after in differ:
        assert before.id == after.id
        assert set(after.missing) < set(before.missing)
        filled = set(before.missing) - set(after.missing)
        assert {cell_of(after, span) for span in filled} <= cmc
        assert before.seen is not None
        assert after.seen == before.seen + len(filled)
        assert (before.window, before.used) == (after.window, after.used)
        assert all(Period.of(span).start < date(2016, 1, 1) for span in filled)
    with pytest.raises(PinError, match="which no line can say"):
        continued.pin()
    with pytest.raises(PinError, match="which no line can say"):
        continued.filter(verdict="supported").pin()
    kept = [dataset.tests_of_claims() for dataset in itertools.repeat(cd.load("cmc"), 2)]
    assert kept[0] == kept[1] == list(cd.load("cmc").claim_tests)


def test_continued_claims_as_known_on_a_day() -> None:
    """A vintage is continued by what was known of CMC on its day."""
    vintage = cd.load("picss", as_of="2016-03-01")
    plain, continued = list(vintage.claims), list(cd.check_claims(vintage, continued=True))

    assert [claim.id for claim in plain] == [claim.id for claim in continued]
    assert all((one.seen or 0) >= (other.seen or 0) for one, other in zip(continued, plain, strict=True))
    assert plain != continued
