"""Pins to hold: a series of PIPS, the pin of a whole dataset, and what it is for a table to be as pinned."""

from typing import Any

from conflictdata import Table
from conflictdata.names import CellCodes


def same(one: Table[Any], other: Table[Any]) -> bool:
    """Whether two tables have the same model, columns and rows."""
    return one.model is other.model and bool(one.to_arrow().equals(other.to_arrow()))


PIPS_SERIES: CellCodes = {"measure": "killed", "group": "total", "area": "PK", "scope": "militant_attacks"}
WHOLE = "conflictdata/pips@2026-11-22.1 rows=cbecf2277682efcb figures=870083228f65fda0"
