"""What was known on a day: the pages that had appeared by then, what they stated, and the figures that follow."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Literal

import attrs
import pyarrow as pa

from conflictdata import fields, values
from conflictdata.decode import records, take
from conflictdata.decode import values as values_of
from conflictdata.errors import InvalidValueError, OutOfSpanError
from conflictdata.models import Figure, Record, Source, Statement
from conflictdata.rules import RULES
from conflictdata.schema import to_arrow

Undated = Literal["exclude", "assume"]
Tables = Callable[[str], pa.Table]


@attrs.frozen(kw_only=True)
class Vintage(Record):
    """What was known on a day, and how much was left out to get it.

    A page shows its day, or is known to have appeared within a span of days. One whose span lies around the day may have
    appeared by then, or not: `exclude` leaves it out, `assume` takes it in.

    Attributes:
        as_of: The day.
        undated: What is done with pages that may have appeared by then: `exclude` or `assume`.
        sources: The pages that are taken in.
        statements: Their statements.
        claims: Their claims.
        later_sources: The pages that appeared after the day, surely.
        later_statements: Their statements.
        later_claims: Their claims.
        undated_sources: The pages that may have appeared by the day.
        undated_statements: Their statements.
        undated_claims: Their claims.
    """

    as_of: date = attrs.field(validator=values.day)
    undated: str = attrs.field(validator=fields.text)
    sources: int = attrs.field(validator=fields.not_negative)
    statements: int = attrs.field(validator=fields.not_negative)
    claims: int = attrs.field(validator=fields.not_negative)
    later_sources: int = attrs.field(validator=fields.not_negative)
    later_statements: int = attrs.field(validator=fields.not_negative)
    later_claims: int = attrs.field(validator=fields.not_negative)
    undated_sources: int = attrs.field(validator=fields.not_negative)
    undated_statements: int = attrs.field(validator=fields.not_negative)
    undated_claims: int = attrs.field(validator=fields.not_negative)

    def __str__(self) -> str:
        """Say the day, and what is left out, on one line."""
        left = "left out" if self.undated == "exclude" else "taken in"
        return (
            f"as of {self.as_of}: {self.sources:,} pages, {self.statements:,} statements, {self.claims:,} claims; "
            f"{self.later_sources:,} later pages left out with {self.later_statements:,} statements; "
            f"{self.undated_sources:,} that may have appeared by then {left} with {self.undated_statements:,} statements"
        )


def day_of(asked: date | str) -> date:
    """Take a day, or its text.

    Args:
        asked: A date, or a text like `2025-11-05`.

    Returns:
        The date.

    Raises:
        InvalidValueError: If it is no day; a moment is none.
    """
    try:
        found = date.fromisoformat(asked) if isinstance(asked, str) and len(asked) == len("2025-11-05") else asked
    except ValueError as error:
        raise InvalidValueError("as_of", f"{asked!r} is not a day like 2025-11-05") from error
    if type(found) is not date or str(found) != str(asked):  # 2025-W45-3 is a day to Python, and none here
        raise InvalidValueError("as_of", f"{asked!r} is not a day like 2025-11-05")
    return found


def _rows(table: pa.Table, column: str, keep: Callable[[object], bool]) -> pa.Table:
    return take(table, (row for row, value in enumerate(values_of(table[column])) if keep(value)))


def known(
    read: Tables, name: str, rule: int, last: date, as_of: date, undated: str
) -> tuple[Mapping[str, pa.Table], Vintage]:
    """Choose what was known on a day.

    Args:
        read: Gives the tables of a release by name.
        name: The dataset and its release, for the error.
        rule: The number of the release's rule.
        last: The day of the release.
        as_of: The day.
        undated: What is done with pages that may have appeared by then: `exclude` or `assume`.

    Returns:
        The tables: its pages, what they stated and claimed, the figures that follow by the rule, the breaks that had taken
        effect, and the explanations that rest on its pages alone. And the counts of what is left out.

    Raises:
        OutOfSpanError: If the day is before the first page or after the release.
    """
    sources = read("sources")
    column = "published_to" if undated == "exclude" else "published_from"
    first = min(values_of(sources[column]))
    if not first <= as_of <= last:
        raise OutOfSpanError(f"{name} (undated={undated!r})", as_of, first, last)
    days = zip(*(values_of(sources[end]) for end in ("id", "published_from", "published_to")), strict=True)
    when = {id: "known" if to <= as_of else "later" if start > as_of else "undated" for id, start, to in days}
    taken = {"known"} if undated == "exclude" else {"known", "undated"}

    def there(page: object) -> bool:
        return page is None or when[str(page)] in taken

    told = {table: read(table) for table in ("statements", "claims", "breaks", "discrepancies")}
    pages = {table: values_of(told[table]["source"]) for table in ("statements", "claims")} | {"sources": list(when)}
    counts = {
        f"{state}_{table}": sum(when[page] == state for page in pages[table])
        for table in pages
        for state in ("later", "undated")
    }
    tables = {
        "sources": _rows(sources, "id", there),
        "statements": _rows(told["statements"], "source", there),
        "claims": _rows(told["claims"], "source", there),
        "breaks": _rows(told["breaks"], "start", lambda start: isinstance(start, date) and start <= as_of),
        "releases": read("releases"),
        "discrepancies": _rows(_rows(told["discrepancies"], "source", there), "shown_by", there),
    }
    by_id = {page.id: page for page in records(tables["sources"], Source, {})}
    tables["figures"] = to_arrow(Figure, RULES[rule](records(tables["statements"], Statement, by_id)))
    sizes = {table: tables[table].num_rows for table in pages}
    return tables, Vintage(as_of=as_of, undated=undated, **sizes, **counts)
