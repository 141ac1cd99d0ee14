"""What is declared the same, to differ, and why: the rules between publishers, and those of the record."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import conflictdata as cd
from conflictdata import Period
from conflictdata.definitions import UNSAID, Definitions, Rule
from conflictdata.errors import InvalidValueError, RecordError


def rule(**changes: Any) -> Rule:
    """Make a rule of two members."""
    given = {"same": True, "members": ("a.all", "b.all"), "reason": "Because."}
    return Rule(**{**given, **changes})


DAYS = st.integers(0, 40).map(lambda days: date(2018, 1, 1) + timedelta(days))


@given(st.booleans(), st.none() | DAYS, st.none() | DAYS, DAYS, DAYS)
def test_the_days_of_a_rule(same: bool, since: date | None, until: date | None, one: date, other: date) -> None:  # noqa: FBT001
    """That two count the same needs every day of a span; that they do not, one of them."""
    if since and until and until < since:
        since, until = until, since
    period = Period(min(one, other), max(one, other))
    days = [period.start + timedelta(number) for number in range((period.end - period.start).days + 1)]
    among = [(since is None or since <= day) and (until is None or day <= until) for day in days]

    assert rule(same=same, since=since, until=until).holds(period) == (all(among) if same else any(among))


def test_a_rule_is_about_what_it_names() -> None:
    """Any two of its members, in any order; the codes that it names, or all."""
    told = rule(members=("a.all", "b.all", "c.x"), measures=("killed",), groups=("total",), areas=("PK",))

    assert told.about(("c.x", "a.all"), "killed", "total", "PK")
    assert not told.about(("c.all", "a.all"), "killed", "total", "PK")
    for other in (("injured", "total", "PK"), ("killed", "civilians", "PK"), ("killed", "total", "PK-BA")):
        assert not told.about(("a.all", "b.all"), *other)
        assert rule().about(("b.all", "a.all"), *other)


def test_nothing_is_declared_the_same_and_not() -> None:
    """Unless it is of other codes, other days, or fewer than two members in common."""
    problem = "^differ: a.all and b.all are declared the same, and not, for the same numbers$"
    day = date(2018, 6, 1)
    for other in (rule(same=False), rule(same=False, areas=("PK",)), rule(same=False, since=day)):
        with pytest.raises(InvalidValueError, match=problem):
            Definitions(rules=(rule(until=day), other))
    for other in (
        rule(same=False, since=day + timedelta(1)),
        rule(same=False, members=("a.all", "c.all")),
        rule(same=True, members=("b.all", "a.all")),
    ):
        assert Definitions(rules=(rule(until=day), other)).rules[1] == other
    Definitions(rules=(rule(measures=("killed",)), rule(same=False, measures=("injured",))))


def test_what_differs_outweighs_and_reasons_are_told_once() -> None:
    """Two rules with one reason say it once; without any rule the two do not count the same."""
    by = Definitions(
        rules=(rule(), rule(areas=("PK",)), rule(areas=("PK",), reason="And so."), rule(members=("a.x", "b.x")))
    )
    pair, year = ("a.all", "b.all"), Period.of("2018")

    assert by.says(pair, "killed", "total", "PK", year) == (True, "Because. And so.")
    assert by.says(("a.all", "c.all"), "killed", "total", "PK", year) == (False, UNSAID)
    assert by.comparable(pair, "killed", "total", "PK-BA")
    assert not by.comparable(("a.all", "b.x"), "killed", "total", "PK-BA")


def test_the_records_definitions() -> None:
    """Every scope that a dataset has statements of has a sentence, every member one too, and every rule a reason."""
    by = Definitions.declared()

    for info in cd.list_datasets():
        scopes = {statement.scope.value for statement in cd.load(info.name).statements} - {"unclear"}
        assert set(by.counts[info.name]) == scopes
    for told in by.rules:
        assert told.reason.endswith(".")
        for member in told.members:
            name, _, scope = member.partition(".")
            assert by.counts[name][scope].endswith(".")
    with pytest.raises(RecordError, match=r"(?s)2 faults in comparison.*same 1 members: is missing.*differ: is not a list"):
        Definitions.of({"same": [{"reason": "So."}], "differ": "no"})
