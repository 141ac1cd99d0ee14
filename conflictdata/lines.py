"""Records as lines of text, and digests over them: what makes a release, or a selection of it, the same anywhere.

`docs/releases.md` says the form in words, so that a few lines of shell give the same digests from the record's files.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

import attrs

from conflictdata.models import Record, Source
from conflictdata.schema import Shape, shape
from conflictdata.vocabulary import Code

HEAD = 16  # hexadecimal digits of a digest that are printed where a whole one would be too long

# The tables whose rows people edit: a release's first digest is over all of them.
RECORD = ("sources", "statements", "claims", "breaks", "discrepancies")

_CELL = "period area scope measure group"
_STATEMENT = f"id source report_period {_CELL} value bound subset includes caveats note"
_BALANCE = (
    f"source axis {_CELL} stated low high parts parts_stated absent several residual_low residual_high verdict reason"
    " explanation shown_by"
)

_CLAIM = f"id source report_period {_CELL} claim value direction reference_period reference_area bound caveats note"
_TEST = "undecided slips computed_low computed_high accepted used missing against context seen window as_of evidence"

# The columns that a digest covers, by the number of the schema and by table. A number that was part of a release keeps its
# columns for ever: a column that is added later changes no digest of before.
COVERED: Mapping[int, Mapping[str, tuple[str, ...]]] = {
    number: {table: tuple(names.split()) for table, names in tables.items()}
    for number, tables in {
        1: {
            "sources": "id kind outlet origin mirror url published published_from published_to accessed language title",
            "statements": _STATEMENT,
            "unprotected": _STATEMENT,
            "claims": _CLAIM,
            "breaks": "id start approximate areas scopes measures description",
            "discrepancies": f"id source axis {_CELL} part residual_low residual_high reason explanation shown_by",
            "figures": f"{_CELL} value bound low high includes status marks caveats sources others others_state voices"
            " first_published",
            "balances": _BALANCE,
            "source_balances": _BALANCE,
            "series": "period value bound low high status marks caveats gap breaks segment",
            "coverage": "area scope measure group period_kind figures missing subset_only first last",
            "revisions": f"{_CELL} value bound low high later_value change mark voices sources report_periods"
            " first_published later_published lag_low lag_high",
            "revision_summary": "figures looked_at_again revised raised lowered dated median_lag_days",
            "checked_claims": f"{_CLAIM} verdict basis page_verdict series_verdict {_TEST}",
            "claim_tests": f"claim basis verdict {_TEST}",
            "tally": "level axis totals complete balanced short over open partial empty unexplained",
        }
    }.items()
}


def columns(model: type[Record]) -> tuple[str, ...]:
    """Give the columns of a model's file, in order: its fields, less `dataset`, which is the folder's name."""
    return tuple(field.name for field in attrs.fields(model) if field.name != "dataset")


def shapes(model: type[Record]) -> dict[str, Shape]:
    """Give what each column of a model's file holds."""
    return {field.name: shape(field.type) for field in attrs.fields(model) if field.name != "dataset"}


def _one(value: Any) -> str:
    if isinstance(value, Source):
        return value.id
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def write(value: Any, of: Shape) -> str:
    """Write a value into a cell, in canonical form.

    Args:
        value: The value.
        of: What the field holds.

    Returns:
        Its text: the shortest name of a period, the id of a page, `true` or nothing for a flag, nothing for a value that is
        not there. Codes of a list stand in the order of their vocabulary, pages in their own, with a space between; other
        texts with a semicolon and a space.
    """
    if value is None or value is False:
        return ""
    if value is True:
        return "true"
    if not of.many:
        return _one(value)
    if issubclass(of.of, Code):
        return " ".join(str(code) for code in sorted(set(value), key=lambda code: (code.axis(), code.rank)))
    return (" " if of.of is Source else "; ").join(map(_one, value))


def quoted(cell: str) -> str:
    """Quote a cell where it holds a comma or a quotation mark, as CSV does."""
    return '"{}"'.format(cell.replace('"', '""')) if "," in cell or '"' in cell else cell


def writer(table: str, model: type[Record], schema: int) -> Callable[[Record], str]:
    """Make what writes the records of a table as canonical lines.

    Args:
        table: The table's name, which begins each line.
        model: The class of the records.
        schema: The number of the schema whose columns the digest covers.

    Returns:
        A function from a record to its line, without a line end.
    """
    names = COVERED[schema][model.covered or table]
    kinds = shapes(model)
    cells = [(name, kinds[name]) for name in names]

    def line(record: Record) -> str:
        return ",".join([table, *(quoted(write(getattr(record, name), of)) for name, of in cells)])

    return line


def digest(lines: Iterable[str]) -> str:
    """Give the sha256 over lines: sorted by their bytes, in UTF-8, each ended by one line feed.

    Args:
        lines: The lines, in any order.

    Returns:
        The digest, 64 hexadecimal digits.
    """
    # Code points sort as their bytes in UTF-8 do.
    return hashlib.sha256("".join(f"{line}\n" for line in sorted(lines)).encode()).hexdigest()
