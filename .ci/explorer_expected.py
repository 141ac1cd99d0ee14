"""Writes what the library says of every series of every dataset, for the tests of the explorer's own rules."""

import contextlib
import csv
import io
import json
import sys
from typing import Any

import conflictdata as cd
from conflictdata.models import signed
from conflictdata.printing import print_csv
from conflictdata.tables import charted
from conflictdata.timeline import CALENDAR
from conflictdata.vocabulary import Code
from website.explore import facts


def series(opened: cd.Dataset, cell: tuple[Code, ...]) -> dict[str, Any]:
    """Give one series, as the command prints it, as a chart joins it, and what a chart sets against each of its figures."""
    asked = dict(zip(("measure", "group", "area", "scope", "every"), map(str, cell), strict=True))
    found = opened.series(**asked)
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        print_csv(found)
    drawn: Any = charted(found)
    (line,) = drawn.lines
    return {
        "cell": asked,
        "csv": text.getvalue(),
        "figures": {},
        "runs": [[str(spot.period) for spot in run] for run in line.runs],
        "rivals": {str(spot.period): list(map(str, spot.rivals)) for spot in line.spots},
    }


def with_pages(opened: cd.Dataset, told: dict[str, Any]) -> str:
    """Give a series as the explorer gives it away: each row of the command with its dataset, release and addresses."""
    head, *rows = csv.reader(io.StringIO(told["csv"]))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*head, "dataset", "release", "sources"])
    for row in rows:
        pages = told["figures"].get(row[0], {"addresses": []})["addresses"]
        writer.writerow([*row, opened.name, opened.release, " ".join(pages)])
    return text.getvalue()


def main() -> None:
    """Write them all, as JSON."""
    made: dict[str, Any] = {"facts": facts(), "datasets": {}}
    for info in cd.list_datasets():
        opened = cd.load(info.name)
        found: dict[tuple[Code, ...], dict[str, Any]] = {}
        for f in opened.figures:
            cell = (f.measure, f.group, f.area, f.scope, f.period.kind)
            if f.period.kind not in CALENDAR:
                continue
            if cell not in found:
                found[cell] = series(opened, cell)
            found[cell]["figures"][str(f.period)] = {
                "number": None if f.value is None or f.bound is None else signed(f.value, f.bound),
                "sources": list(map(str, f.sources)),
                "addresses": [page.url for page in f.sources],
                "others": [f"{said}: {page}" for said, page in zip(f.others_state, f.others, strict=True)],
                "includes": [code.label for code in f.includes],
            }
        for told in found.values():
            told["file"] = with_pages(opened, told)
        made["datasets"][info.name] = list(found.values())
    json.dump(made, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
