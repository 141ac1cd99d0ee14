"""A made-up country and what its actors add up to, for the checks on a user's own rows and frames."""

from conflictdata import Structure

ACTORS = Structure.of(
    {
        "sum": [
            {"axis": "actors", "column": "actor", "whole": "all", "required": ["state", "rebels"], "optional": ["others"]},
            {"axis": "months", "column": "span", "calendar": True, "whole": "quarter", "required": ["month"]},
        ],
        "aside": {"actor": ["unknown"]},
        "subsets": False,
    }
)
COUNTRY = {
    "country": ["X", "X", "X", "Y", "Y"],
    "span": ["2020-01"] * 5,
    "actor": ["all", "state", "rebels", "all", "state"],
    "value": [10, 6, 4, 8, 9],
}
