"""Writes what the library says of every series of every dataset, for the tests of the explorer's own rules."""

import contextlib
import io
import json
import sys
from typing import Any

import conflictdata as cd
from conflictdata.models import signed
from conflictdata.printing import print_csv
from conflictdata.timeline import CALENDAR
from conflictdata.vocabulary import Code
from website.explore import facts


def series(opened: cd.Dataset, cell: tuple[Code, ...]) -> dict[str, Any]:
    """Give one series, as the command prints it, and the pages of each of its figures."""
    asked = dict(zip(("measure", "group", "area", "scope", "every"), map(str, cell), strict=True))
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        print_csv(opened.series(**asked))
    return {"cell": asked, "csv": text.getvalue(), "figures": {}}


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
                "others": [f"{said}: {page}" for said, page in zip(f.others_state, f.others, strict=True)],
                "includes": [code.label for code in f.includes],
            }
        made["datasets"][info.name] = list(found.values())
    json.dump(made, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
