"""Events rolled up to figures: by month, area, scope and group, on whatever engine the events are."""

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from conflictdata.engines import Branch, branch_out, library_of, opened
from conflictdata.errors import Fault, RecordError
from conflictdata.given import REPEATED
from conflictdata.layouts import EventMapping
from conflictdata.vocabulary import Group, Measure, Scope

FAULTS = ("event", "reason", "found")
_YEAR = 12
_PARTS = ("value", "unknown", "low", "high", "open")


def rollup(events: Any, mapping: EventMapping, *, strict: bool = False) -> Any:
    """Roll a file of events up to figures, by month, area, scope and group.

    No event is lost: one whose days, country or numbers cannot be used is in the figures as far as it is known, and in
    `rollup_faults`. Its numbers are then no number and no upper limit, its month or its area a null.

    Args:
        events: A row each: a pyarrow table, a pandas or a polars frame (lazy too), a DuckDB relation, a Dask or a PySpark
            frame.
        mapping: Which column says what: `EventMapping.ready` has those of published layouts.
        strict: Whether faults raise, instead of being left to `rollup_faults`. What is lazy is run for it.

    Returns:
        A frame of the same kind, lazy where the events are, with `dataset`, `period`, `area`, `scope`, `measure`, `group`,
        `value`, `low` and `high`, in no particular order. A cell has a row if an event may be in it; no row is not a 0.
        `killed` has a row for the total and for each group of the mapping, `incidents` one for the total. `value` is the
        sum of the best numbers in the month of the mapping's choice, `low` and `high` the ends of what the file leaves
        open; null is no number, and no upper limit.

    Raises:
        MissingExtraError: If narwhals is not installed.
        MissingColumnsError: If columns are missing that the mapping names.
        InvalidValueError: If the events are no frame, or a column has a type that cannot be what the mapping says.
        RecordError: If `strict` and anything is wrong with an event; every fault is listed.

    Examples:
        >>> import conflictdata as cd, pyarrow as pa
        >>> mapping = cd.EventMapping.of({
        ...     "dataset": "mine", "id": "id", "start": "day", "month": "start", "country": "country",
        ...     "countries": {"Arland": "AR"}, "killed": "dead",
        ... })
        >>> events = pa.table({"id": [1, 2], "day": ["2025-10-03", "2025-10-20"], "country": ["Arland"] * 2, "dead": [4, 1]})
        >>> for row in sorted(cd.rollup(events, mapping).to_pylist(), key=str):
        ...     print(row["period"], row["area"], row["measure"], row["group"], row["value"])
        2025-10 AR incidents total 2
        2025-10 AR killed total 5
    """
    frame = opened(events, "rollup")
    if strict and (found := _listed(_faults(frame, mapping))):
        raise RecordError(found, "the events")
    return _native(_figures(frame, mapping), ("value", "low", "high"))


def rollup_faults(events: Any, mapping: EventMapping) -> Any:
    """Say what is wrong with the events of a file.

    Args:
        events: As for `rollup`.
        mapping: As for `rollup`.

    Returns:
        A frame of the same kind, lazy where the events are. It has a row for each event and each fault, with `event`, its
        name in the file, `reason`, one of few fixed texts, and `found`, the name that is not known, where that is wrong.
        An event that stands more than once is counted as often as it stands.

    Raises:
        MissingExtraError: If narwhals is not installed.
        MissingColumnsError: If columns are missing that the mapping names.
        InvalidValueError: If the events are no frame, or a column has a type that cannot be what the mapping says.

    Examples:
        >>> import conflictdata as cd, pyarrow as pa
        >>> mapping = cd.EventMapping.of({
        ...     "dataset": "mine", "id": "id", "start": "day", "month": "start", "country": "country",
        ...     "countries": {"Arland": "AR"}, "killed": "dead",
        ... })
        >>> events = pa.table({"id": [7], "day": ["2025-10-32"], "country": ["Arlant"], "dead": [-4]})
        >>> for row in sorted(cd.rollup_faults(events, mapping).to_pylist(), key=str):
        ...     print(row["event"], row["reason"], row["found"])
        7 day is not a day None
        7 dead is negative None
        7 unknown country Arlant
    """
    return _native(_faults(opened(events, "rollup"), mapping), ())


def _native(frame: Any, counts: Iterable[str]) -> Any:
    """Give the frame of the engine; pandas and Dask keep counts with nulls as whole numbers."""
    native = frame.to_native()
    if frame.implementation.is_pandas_like() or frame.implementation.is_dask():
        return native.astype(dict.fromkeys(counts, "Int64")).reset_index(drop=True)
    return native


def _listed(frame: Any) -> list[Fault]:
    """Run the faults, and list them."""
    table = (frame.collect("pyarrow") if hasattr(frame, "collect") else frame).to_arrow()
    rows = sorted(zip(*(table[column].to_pylist() for column in FAULTS), strict=True), key=str)
    return [
        Fault("event", 0, "" if event is None else str(event), f"{reason} {found!r}" if found else reason)
        for event, reason, found in rows
    ]


def _each(frame: Any, index: tuple[str, ...], name: str, choices: Mapping[str, Any]) -> Any:
    """Give each row once for each of some expressions, with its value under a name."""
    if len(choices) == 1:
        return frame.select(*index, next(iter(choices.values())).alias(name))
    library = library_of(frame.to_native())
    if library == "duckdb":  # where narwhals' own way of it knows no connection but the default one
        import narwhals.stable.v2 as nw

        always, kept = nw.lit(value=True), {column: nw.col(column) for column in index}
        return branch_out(frame, [Branch(always, {**kept, name: choice}) for choice in choices.values()], library)
    told = {f"{name}{place}": choice for place, choice in enumerate(choices.values())}
    held = frame.with_columns(**told)
    long = held.unpivot(on=list(told), index=list(index), variable_name=f"{name}_at", value_name=name)
    return long.select(*index, name)


@attrs.frozen
class _Sums:
    """The columns of sums of one row of figures.

    Attributes:
        at: Their place among all, which their names begin with.
        measure: What is counted.
        group: Who.
    """

    at: int
    measure: str
    group: str

    def names(self) -> tuple[str, ...]:
        """Give the names of its columns: those of the parts of a `Count`, in order."""
        return tuple(f"{part}{self.at}" for part in _PARTS)


def _figures(frame: Any, mapping: EventMapping) -> Any:
    """Sum the events once by what tells them apart; all else is done on those few sums."""
    import narwhals.stable.v2 as nw

    from conflictdata.incidents import NOWHERE, UNKNOWN, Reader, choose, number_of, rest

    reader = Reader(frame, mapping)
    reader.days()
    reader.areas()
    reader.kinds()
    one, none = number_of(1), number_of(0)
    counts = [(_Sums(0, Measure.INCIDENTS.value, Group.TOTAL.value), (one, none, one, one, none))]
    for at, (group, count) in enumerate(reader.killed()[0].items(), 1):
        counts.append((_Sums(at, Measure.KILLED.value, group or Group.TOTAL.value), attrs.astuple(count, recurse=False)))
    flags = [f"k{place}" for place in range(len(mapping.kinds))]
    keys = ("first", "last", "home", "country", "area", *flags)
    summed = {name: made for sums, told in counts for name, made in zip(sums.names(), told, strict=True)}
    few = (
        reader.frame.select(*keys, **summed)
        .group_by(*keys)
        .agg(*(nw.col(name).sum() for name in summed))
        .with_columns(*(nw.col(name).cast(nw.Int64) for name in summed))
    )

    # From here on there is a row for each set of events that are alike.
    by_area = {"own": nw.col("area"), "whole": nw.col("country")}
    few = _each(few, ("first", "last", "home", *flags, *summed), "place", by_area).filter(nw.col("place") != "")
    by_scope = {"all": nw.lit(Scope.ALL.value)}
    for flag, kind in zip(flags, mapping.kinds, strict=True):
        by_scope[kind.code] = choose(nw.col(flag) == 1, nw.lit(kind.code), nw.lit(""))
    few = _each(few, ("first", "last", "home", "place", *summed), "scope", by_scope).filter(nw.col("scope") != "")
    index: tuple[str, ...] = ("first", "last", "home", "place", "scope")
    few = _each(few, (*index, *summed), "at", {str(sums.at): number_of(sums.at) for sums, _ in counts})
    for place, name in enumerate(_PARTS):
        made = none
        for sums, _ in counts:
            made = choose(nw.col("at") == sums.at, nw.col(sums.names()[place]), made)
        few = few.with_columns(made.alias(name))
    spans = (mapping.longest if mapping.end else 1) + (2 if mapping.precision else 0) if mapping.crossing == "open" else 1
    columns = (*index, "at", *_PARTS)
    few = _each(few.select(*columns), columns, "step", {str(step): number_of(step) for step in range(spans)})
    few = few.filter(nw.col("step") <= nw.col("last") - nw.col("first")).with_columns(
        (nw.col("first") + nw.col("step")).alias("month")
    )
    here, apart = nw.col("month") == nw.col("home"), nw.col("first") != nw.col("last")
    cells = (
        few.select(
            *("month", "place", "scope", "at"),
            value=choose(here, nw.col("value"), none),
            unknown=choose(here, nw.col("unknown"), none),
            low=choose(apart, none, nw.col("low")),
            high=nw.col("high"),
            open=nw.col("open"),
        )
        .group_by("month", "place", "scope", "at")
        .agg(*(nw.col(name).sum() for name in _PARTS))
    )
    month = nw.col("month")
    # With a digit before it, 2025-10 is 1202510, so that a year has four digits.
    text = ((month // _YEAR) * 100 + rest(month, _YEAR) + 1 + 10**6).cast(nw.Int64).cast(nw.String)
    period = nw.concat_str([text.str.slice(1, 4), nw.lit("-"), text.str.slice(5, 2)])
    groups, measures = nw.lit(Group.TOTAL.value), nw.lit(Measure.KILLED.value)
    for sums, _ in counts:
        groups = choose(nw.col("at") == sums.at, nw.lit(sums.group), groups)
        measures = choose(nw.col("at") == sums.at, nw.lit(sums.measure), measures)
    return cells.select(
        dataset=nw.lit(mapping.dataset),
        period=nw.when(month != NOWHERE).then(period),
        area=nw.when(nw.col("place") != UNKNOWN).then(nw.col("place")),
        scope=nw.col("scope"),
        measure=measures,
        group=groups,
        value=nw.when(nw.col("unknown") == 0).then(nw.col("value").cast(nw.Int64)),
        low=nw.col("low").cast(nw.Int64),
        high=nw.when(nw.col("open") == 0).then(nw.col("high").cast(nw.Int64)),
    )


def _faults(frame: Any, mapping: EventMapping) -> Any:
    """List what is wrong: the events at fault first, and then their faults one by one."""
    import narwhals.stable.v2 as nw

    from conflictdata.incidents import Reader, any_of, as_int, choose, number_of

    reader = Reader(frame, mapping)
    problems = [*reader.days(), *reader.areas(), *reader.kinds(), *reader.killed()[1]]
    merged: dict[tuple[str, str], Any] = {}
    for problem in problems:
        key = problem.reason, problem.found
        merged[key] = merged[key] | problem.holds if key in merged else problem.holds
    texts = {column: f"x{place}" for place, column in enumerate(dict.fromkeys(found for _, found in merged if found))}
    flags = {f"f{place}": as_int(holds) for place, holds in enumerate(merged.values())}
    told = {name: reader.text(column) for column, name in texts.items()}
    event = reader.text(mapping.id)
    made = reader.frame.select(event=event, **told, **flags).filter(any_of(nw.col(flag) == 1 for flag in flags))
    number = {str(place): choose(nw.col(f"f{place}") == 1, nw.lit(place), nw.lit(-1)) for place in range(len(merged))}
    long = _each(made, ("event", *texts.values()), "at", number).filter(nw.col("at") >= 0)
    reason, found = nw.lit(""), nw.lit("")
    for place, (said, column) in enumerate(merged):
        reason = choose(nw.col("at") == place, nw.lit(said), reason)
        if column:
            found = choose(nw.col("at") == place, nw.col(texts[column]), found)
    one = long.select("event", reason=reason, found=found)
    ids = reader.frame.select(event=event, n=number_of(1))
    twice = ids.group_by("event").agg(nw.col("n").sum()).filter((nw.col("n") > 1) & (nw.col("event") != ""))
    both = nw.concat([one, twice.select("event", reason=nw.lit(REPEATED), found=nw.lit(""))])
    return both.select("event", "reason", found=nw.when(nw.col("found") != "").then(nw.col("found")))
