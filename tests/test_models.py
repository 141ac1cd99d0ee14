"""The records: what their constructors take and refuse."""

import pickle
from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import Phase, find, given, settings

from conflictdata import (
    AmbiguousError,
    Area,
    Bound,
    Claim,
    Fault,
    Figure,
    InvalidValueError,
    Mark,
    Measure,
    MissingExtraError,
    Period,
    RecordError,
    Source,
    Statement,
    UnknownNameError,
)
from conflictdata.models import Break, Record
from conflictdata.testing import MODELS, claims, figures, sources, statements

PAGE: dict[str, Any] = {
    "dataset": "picss",
    "id": "page",
    "kind": "secondary",
    "outlet": "Dawn",
    "url": "https://example.org/page",
    "published": date(2025, 11, 1),
    "published_from": date(2025, 11, 1),
    "published_to": date(2025, 11, 1),
    "accessed": date(2026, 11, 22),
    "language": "en",
}
CELL: dict[str, Any] = {"period": "2025-10", "area": "PK", "scope": "all", "measure": "killed", "group": "total"}
STATED: dict[str, Any] = {"dataset": "picss", "source": Source(**PAGE), "report_period": "2025-10", **CELL}


def statement(**changes: Any) -> Statement:
    """Make a statement on October 2025."""
    return Statement(**{"id": "s1a", **STATED, "value": 458, **changes})


def claim(**changes: Any) -> Claim:
    """Make a claim on October 2025."""
    return Claim(**{"id": "c1a", **STATED, "claim": "highest_since", "reference_period": "2014-11", **changes})


def figure(**changes: Any) -> Figure:
    """Make a figure of October 2025."""
    made = {"value": 458, "bound": "exact", "low": 458, "high": 458, "status": "single"}
    pages = {"sources": (Source(**PAGE),), "first_published": date(2025, 11, 1)}
    return Figure(**{"dataset": "picss", **CELL, **made, **pages, **changes})


def test_codes_may_be_given_as_text() -> None:
    """Text becomes members and periods, and a record made from either is the same."""
    made = statement(bound="at_least", includes=["PK-IS", "clashes"], caveats=["to_date"])

    assert Area.PK is made.area
    assert Bound.AT_LEAST is made.bound
    assert Period.of("2025-10") == made.period
    assert made == statement(bound=Bound.AT_LEAST, includes=made.includes, caveats=made.caveats, period=made.period)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: str(model.__name__))
def test_records_are_frozen_slotted_and_hashable(model: type[Record]) -> None:
    """No record can be changed, none carries a dictionary, each can be a key."""
    made = find(MODELS[model], lambda _: True, settings=settings(phases=[Phase.generate]))  # any will do, however large

    assert not hasattr(made, "__dict__")
    assert {made: 1}[made] == 1
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(made, attrs.fields(model)[0].name, None)


def test_a_value_without_a_source_cannot_be_made() -> None:
    """Neither a statement nor a figure stands without a page."""
    for source in (None, "page"):
        with pytest.raises(InvalidValueError, match=f"source: {source!r} is not a Source"):
            statement(source=source)
    with pytest.raises(InvalidValueError, match="sources: is empty: no value stands without a page"):
        figure(sources=())
    for given_pages in (("page",), [Source(**PAGE)], None):
        with pytest.raises(InvalidValueError, match="sources: is not a tuple of Source"):
            figure(sources=given_pages)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"value": -1}, "value"),
        ({"value": 1.5}, "value"),
        ({"value": True}, "value"),
        ({"id": "458"}, "id"),
        ({"includes": ["all"]}, "includes"),
        ({"includes": ["PK"]}, "includes"),
        ({"includes": ["everything"]}, "includes"),
        ({"caveats": "to_date"}, "caveat"),
        ({"measure": "incidents", "group": "militants"}, "group"),
        ({"measure": "kidnapped", "scope": "all"}, "scope"),
        ({"measure": "arrested", "scope": "militant_attacks"}, "scope"),
        ({"dataset": "pips"}, "source"),
        ({"period": "2025-10/2025-09"}, "period"),
        ({"report_period": "2025-09"}, "report_period"),
        ({"period": "2026-11", "report_period": "2026-11"}, "period"),
        ({"value": 2**31 - 1}, "value"),
        ({"readings": -1}, "readings"),
    ],
)
def test_a_statement_refuses_what_contradicts_the_record(changes: dict[str, Any], field: str) -> None:
    """The error names the field."""
    with pytest.raises(InvalidValueError) as caught:
        statement(**changes)

    assert field == caught.value.field


@pytest.mark.parametrize("name", ["area", "scope", "measure", "group", "bound"])
def test_an_unknown_code_is_refused(name: str) -> None:
    """The error lists the valid codes."""
    with pytest.raises(UnknownNameError, match="valid: "):
        statement(**{name: "elsewhere"})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "dailytimespk.com"}, "url"),
        ({"language": "eng"}, "language"),
        ({"outlet": " "}, "outlet"),
        ({"title": ""}, "title"),
        ({"published_from": date(2025, 11, 2)}, "published_to"),
        ({"published_to": date(2027, 1, 1), "published": None}, "accessed"),
        ({"published": date(2025, 10, 31)}, "published"),
    ],
)
def test_a_page_refuses_dates_and_texts_that_do_not_fit(changes: dict[str, Any], field: str) -> None:
    """The error names the field."""
    with pytest.raises(InvalidValueError) as caught:
        Source(**{**PAGE, **changes})

    assert field == caught.value.field


def test_a_page_speaks_with_the_voice_of_its_origin() -> None:
    """An agency's text is the agency's voice, wherever it is printed."""
    assert Source(**PAGE).voice == "Dawn"
    assert Source(**PAGE, origin="ANI").voice == "ANI"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"claim": "percent_change", "reference_period": "2025-09", "value": 29}, "direction"),
        ({"claim": "percent_change", "direction": "up", "value": 29, "reference_period": None}, "reference_period"),
        ({"reference_period": None}, "reference_period"),
        ({"value": 10}, "value"),
        ({"direction": "up"}, "direction"),
        ({"reference_area": "PK"}, "reference_area"),
        ({"claim": "highest_in_years", "reference_period": None}, "value"),
        ({"claim": "highest_in_years", "value": 10}, "reference_period"),
        ({"claim": "share", "value": -1, "reference_period": None}, "value"),
        ({"claim": "share", "value": "Infinity", "reference_period": None}, "value"),
        ({"claim": "share", "value": "many", "reference_period": None}, "value"),
        ({"claim": "share", "value": "9" * 400, "reference_period": None}, "value"),
    ],
)
def test_a_claim_has_what_its_kind_needs_and_nothing_else(changes: dict[str, Any], field: str) -> None:
    """The error names the field that is missing or too many."""
    with pytest.raises(InvalidValueError) as caught:
        claim(**changes)

    assert field == caught.value.field


def test_a_float_is_taken_by_its_shortest_form() -> None:
    """12.1 per cent is 12.1, not the nearest binary number."""
    assert claim(claim="share", value=12.1, reference_period=None).value == Decimal("12.1")


def test_a_change_may_leave_its_reference_unnamed_if_it_says_so() -> None:
    """The caveat stands in for the reference period."""
    made = claim(claim="percent_change", direction="up", value="19.40", reference_period=None, caveats=["reference_unnamed"])

    assert Decimal("19.40") == made.value
    assert made.value is not None
    assert made.value.as_tuple().exponent == -2
    other = claim(claim="percent_change", direction="up", value=1, reference_period=None, caveats=["not_a_plain_record"])
    assert other.reference_period is None
    with pytest.raises(InvalidValueError, match="a change without one is marked reference_unnamed"):
        claim(claim="percent_change", direction="up", value=1, reference_period=None, caveats=["to_date"])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"value": None, "bound": None}, "value"),
        ({"marks": ["torn"]}, "value"),
        ({"bound": None}, "value"),
        ({"low": 457, "high": 459}, "low"),
        ({"low": 9, "high": 3, "value": None, "bound": None, "marks": ["torn"]}, "high"),
        ({"others": (Source(**PAGE),)}, "others_state"),
        ({"first_published": "2025-11-01"}, "first_published"),
        ({"bound": "at_least"}, "low"),
        ({"includes": ["clashes"]}, "includes"),
        ({"marks": ["includes_other"]}, "includes"),
        ({"measure": "incidents", "group": "civilians"}, "group"),
    ],
)
def test_a_figure_is_whole(changes: dict[str, Any], field: str) -> None:
    """Value, bound, interval and marks belong together."""
    with pytest.raises(InvalidValueError) as caught:
        figure(**changes)

    assert field == caught.value.field


def test_a_figure_prints_on_labelled_lines() -> None:
    """Value, bound, interval, status, cell and pages stand on lines of their own."""
    other = Source(**{**PAGE, "id": "other", "outlet": "Jang", "url": "https://example.org/other"})
    text = str(
        figure(
            bound="at_least",
            high=None,
            marks=[Mark.BOUNDED],
            caveats=["misprint_likely"],
            status="disputed",
            others=(other,),
            others_state=["94"],
        )
    )

    assert text.splitlines() == [
        "Figure    picss 2025-10, Pakistan, all violence, killed, total",
        "Value     at least 458",
        "Interval  458 or more",
        "Status    disputed, bounded",
        "Caveats   misprint likely",
        "Voices    1, first published on or before 2025-11-01",
        "Stated by Dawn (secondary, 2025-11-01) https://example.org/page",
        "Otherwise 94: Jang (secondary, 2025-11-01) https://example.org/other",
    ]


def test_a_figure_says_what_it_includes() -> None:
    """The line stands only where something is included."""
    made = figure(includes=["peace_committee", "PK-IS"], marks=["includes_other"])

    assert "Includes  peace committee, Islamabad" in str(made).splitlines()
    assert "Includes" not in str(figure())


def test_statements_and_claims_print_on_one_line() -> None:
    """The number, its cell and its page can be read at once."""
    said = str(statement(bound="more_than", value=1200, subset=True))
    claimed = str(claim(claim="percent_change", value="29", direction="up", reference_period="2025-09"))

    page = "(Dawn (secondary, 2025-11-01) https://example.org/page)"
    assert f"part of picss 2025-10, Pakistan, all violence, killed, total: more than 1,200 {page}" == said
    assert f"picss 2025-10, Pakistan, all violence, killed, total: change in per cent up 29 2025-09 {page}" == claimed


def test_a_repr_names_pages_by_id() -> None:
    """The repr of a record stays on a line or two."""
    assert "source='page'" in repr(statement())
    assert "<1 sources>" in repr(figure())


def test_a_break_touches_what_it_names() -> None:
    """Empty lists mean all."""
    made = Break(dataset="picss", id="b", start=date(2024, 8, 1), areas=["PK"], measures=["killed"], description="It did.")

    assert made.touches(area=Area.PK, scope=statement().scope, measure=Measure.KILLED)
    assert not made.touches(area=Area.PK, scope=statement().scope, measure=Measure.INJURED)
    assert not made.touches(area=Area.SINDH, scope=statement().scope, measure=Measure.KILLED)


@given(sources(), statements(), figures(), claims())
def test_generated_records_print(page: Source, said: Statement, made: Figure, claimed: Claim) -> None:
    """Every record has a text and a repr, whatever its fields."""
    for record in (page, said, made, claimed):
        assert str(record)
        assert repr(record)


@pytest.mark.parametrize(
    "error",
    [
        UnknownNameError("area", "PK-X", ["PK"], "\n  PK"),
        InvalidValueError("value", "is empty"),
        MissingExtraError("The command", "cli"),
        RecordError([Fault("a.csv", 2, "id", "is empty")]),
        AmbiguousError("several"),
    ],
)
def test_errors_pass_between_processes(error: Exception) -> None:
    """An error that a worker raises arrives whole."""
    back = pickle.loads(pickle.dumps(error))  # noqa: S301  made here

    assert type(back) is type(error)
    assert str(back) == str(error)
    assert vars(back) == vars(error)
