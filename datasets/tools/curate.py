"""What a maintainer does to the record by hand: add what a page states, correct a row, withdraw one."""

import csv
import hashlib
import io
import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from conflictdata.errors import ConflictDataError, Fault, RecordError
from conflictdata.lines import columns, shapes, write
from conflictdata.models import NEXT, Claim, Record, Source, Statement
from datasets.tools import text
from datasets.tools.edit import Folder, Proposal, propose
from datasets.tools.history import DatasetRecord
from datasets.tools.read import read

_TABLES: Mapping[str, type[Record]] = {"statements": Statement, "claims": Claim}
_KEYS = {"dataset", "page", "report_period", "source", "why", *_TABLES}
_PAGE = set(columns(Source)) - {"readings"}
_STAMP = {"from_release": NEXT, "to_release": "", "corrects": "", "why": "", "withdrawn": ""}
_CORRECTION = ["id", "column", "value", "why"]
WITHDRAW = "withdraw"
Changes = list[tuple[int, str, str, str]]  # line, column, value, why


def _made_id(letter: str, *parts: object) -> str:
    return f"{letter}{hashlib.sha256('|'.join(map(str, parts)).encode()).hexdigest()[:10]}"


def _new_id(rows: Iterable[Mapping[str, str]], letter: str, *parts: object) -> str:
    """Make the id of a row that is added: another one if a row that is gone had it, since an id is used once."""
    gone = {row["id"] for row in rows if row["to_release"]}
    made, number = _made_id(letter, *parts), 1
    while made in gone:
        number += 1
        made = _made_id(letter, *parts, number)
    return made


def page_id(url: str) -> str:
    """Make the id of a page from its address: its site and six digits that tell its pages apart."""
    host = (urlsplit(url).hostname or "page").removeprefix("www.")
    site = re.sub(r"[^a-z0-9]+", "-", host.rpartition(".")[0] or host).strip("-")
    return f"{site}-{hashlib.sha256(url.encode()).hexdigest()[:6]}"


def _page(form: Mapping[str, Any], name: str, faults: list[Fault]) -> dict[str, str]:
    """Read the page of a form into a row."""
    told = form.get("source")
    if not isinstance(told, dict):
        faults.append(
            Fault(name, 0, "source", "is missing: name the page that states the numbers, or give the id of one as page")
        )
        return {}
    named = f"is no column of a page; they are {', '.join(sorted(_PAGE))}"
    faults += [Fault(name, 0, f"source.{key}", named) for key in sorted(told.keys() - _PAGE)]
    cells = {key: "true" if value is True else "" if value is False else str(value) for key, value in told.items()}
    day = cells.get("published", "")
    row = {"accessed": str(date.today()), "readings": "1", **cells}  # noqa: DTZ011  the reader's own day
    if day:
        row = {"published_from": day, "published_to": day, **row}
    row.setdefault("published_to", row["accessed"])
    row.setdefault("id", page_id(cells.get("url", "")))
    return {**dict.fromkeys(columns(Source), ""), **row, **_STAMP}


def _block(content: str, key: str, block: str) -> int:
    """Find the line on which a block of rows begins, counted from 1."""
    head = block.strip("\n").partition("\n")[0]
    named = re.search(rf"(?m)^[ \t]*[\"']?{key}[\"']?[ \t]*=", content)
    return content.count("\n", 0, max(0, content.find(head, named.end() if named else 0))) + 1


def _rows(
    form: Mapping[str, Any], key: str, content: str, name: str, faults: list[Fault]
) -> list[tuple[int, dict[str, str]]]:
    """Read the rows of one block of a form: the line of each, and its cells."""
    model, block = _TABLES[key], form.get(key, "")
    if not isinstance(block, str):
        faults.append(Fault(name, 0, key, "is no text of rows"))
        return []
    if not block.strip():
        return []
    first = _block(content, key, block)
    allowed = [column for column in columns(model) if column not in {"id", "source", "readings"}]
    try:
        head, *table = csv.reader(io.StringIO(block.strip("\n") + "\n", newline=""), strict=True)
    except csv.Error as error:
        faults.append(Fault(name, first, key, f"is not CSV: {error}"))
        return []
    named = f"is no column here; they are {', '.join(allowed)}"
    faults += [Fault(name, first, key, f"{column!r} {named}") for column in head if column not in allowed]
    faults += [Fault(name, first, key, f"{column!r} stands twice") for column in set(head) if head.count(column) > 1]
    found = []
    for place, cells in enumerate(table, first + 1):
        if len(cells) != len(head):
            faults.append(Fault(name, place, key, f"has {len(cells)} cells where the header has {len(head)}"))
            continue
        told = dict(zip(head, cells, strict=True))
        report = told.get("report_period") or str(form.get("report_period", ""))
        row = {**dict.fromkeys(columns(model), ""), "report_period": report, "readings": "1", **told}
        row["period"] = row["period"] or report
        row["bound"] = row["bound"] or "exact"
        found.append((place, {**row, **_STAMP}))
    return found


def _opened(root: Path, name: str) -> tuple[DatasetRecord, Folder]:
    """Read a dataset: its records, which holds the files to their form, and then its rows as text."""
    before = next(dataset for dataset in read(root) if dataset.name == name)
    return before, Folder.of(root / name)


def add(root: Path, path: Path) -> Proposal:
    """Try to add what a page states, as a form says it.

    Args:
        root: The folder of the record.
        path: The form, a TOML file: `dataset`, `report_period`, the page as `[source]` or the id of a known one as `page`,
            and blocks of rows, `statements` and `claims`, with the columns that are needed.

    Returns:
        The edit, checked.

    Raises:
        RecordError: If the form or what it would make of the record holds faults, with all of them.
    """
    name = path.name
    try:
        content = path.read_text(encoding="utf-8-sig")
        form = tomllib.loads(content)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RecordError([Fault(name, 0, "", f"cannot be read: {error}")], "the form") from error
    faults = [Fault(name, 0, key, "is not known here") for key in sorted(form.keys() - _KEYS)]
    folder = root / str(form.get("dataset", ""))
    if folder not in text.dataset_folders(root):
        names = ", ".join(one.name for one in text.dataset_folders(root))
        raise RecordError([*faults, Fault(name, 0, "dataset", f"is none of {names}")], "the form")
    before, edited = _opened(root, folder.name)
    lines: dict[tuple[str, str], tuple[str, int]] = {}
    page = _named(form, edited, name, faults) if "page" in form else ""
    if "page" not in form:
        row = _page(form, name, faults)
        page = row.get("id", "")
        edited.rows["sources.csv"] += [row] if row else []
        lines["sources.csv", page] = name, content.count("\n", 0, max(0, content.find("[source]"))) + 1
    for key, model in _TABLES.items():
        for line, row in _rows(form, key, content, name, faults):
            row["source"], row["why"] = page, str(form.get("why", ""))
            cells = [row[column] for column in columns(model) if column not in {"id", "note", "readings"}]
            row["id"] = _new_id(
                edited.rows[f"{key}.csv"], key[0], folder.name, *cells, row["note"] if row.get("subset") else ""
            )
            if lines.setdefault((f"{key}.csv", row["id"]), (name, line)) != (name, line):
                faults.append(Fault(name, line, key, f"says the same as line {lines[f'{key}.csv', row['id']][1]}"))
            edited.rows[f"{key}.csv"].append(row)
    if not any(file != "sources.csv" for file, _ in lines):
        faults.append(Fault(name, 0, "", "has no row of statements or claims"))
    if faults:
        raise RecordError(faults, "the form")
    return propose(root, before, edited, lines)


def _named(form: Mapping[str, Any], edited: Folder, name: str, faults: list[Fault]) -> str:
    """Give the id of the page that a form names, if the dataset has it."""
    page = str(form["page"])
    if page not in {row["id"] for row in edited.rows["sources.csv"] if not row["to_release"]}:
        faults.append(Fault(name, 0, "page", f"{page!r} is no page of {edited.path.name}"))
    if "source" in form:
        faults.append(Fault(name, 0, "source", "stands beside page: it is the one or the other"))
    if not str(form.get("why", "")).strip():
        faults.append(Fault(name, 0, "why", "is missing: say why rows are added to a page that the record has"))
    return page


def _changes(path: Path) -> dict[str, Changes]:
    """Read a list of corrections: for each id its changes, with their lines."""
    try:
        told = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RecordError([Fault(path.name, 0, "", f"cannot be read: {error}")], "the list") from error
    if not told or told[0] != _CORRECTION:
        raise RecordError([Fault(path.name, 1, "", f"the columns should be {', '.join(_CORRECTION)}")], "the list")
    faults = [
        Fault(path.name, line, "", f"has {len(row)} cells where the header has {len(_CORRECTION)}")
        for line, row in enumerate(told[1:], 2)
        if len(row) != len(_CORRECTION)
    ]
    if faults or len(told) == 1:
        raise RecordError(faults or [Fault(path.name, 0, "", "has no row")], "the list")
    changes: dict[str, Changes] = {}
    for line, (id, column, value, why) in enumerate(told[1:], 2):
        before = [number for number, name, _, _ in changes.get(id, []) if name == column]
        faults += [
            Fault(path.name, line, "column", f"{column!r} of {id!r} is changed on line {number}") for number in before
        ]
        changes.setdefault(id, []).append((line, column, value, why))
    if faults:
        raise RecordError(faults, "the list")
    return changes


def correct(root: Path, dataset: str, path: Path) -> Proposal:
    """Try to correct or withdraw rows of a dataset, as a list says it.

    A released row is closed, and a corrected one comes in its place with the reason; a row that waits for the release to
    come is edited where it stands, or taken away.

    Args:
        root: The folder of the record.
        dataset: The dataset.
        path: The list, a CSV file with the columns `id`, `column`, `value`, `why`. Several lines may change one row. The
            column `withdraw`, without a value, takes the row away.

    Returns:
        The edit, checked.

    Raises:
        RecordError: If the list or what it would make of the record holds faults, with all of them.
    """
    before, edited = _opened(root, dataset)
    others = [Folder.of(folder) for folder in text.dataset_folders(root) if folder.name != dataset]
    touched: dict[Path, Folder] = {}
    lines: dict[tuple[str, str], tuple[str, int]] = {}
    faults: list[Fault] = []
    for id, changes in _changes(path).items():
        where = path.name, changes[0][0]
        named = [(file, row) for file in text.FILES for row in edited.rows[file] if row["id"] == id]
        homes = [(file, row) for file, row in named if not row["to_release"]]
        if len(homes) != 1:
            known = (
                "more than one row"
                if homes
                else f"closed already by {named[-1][1]['to_release']}, a row"
                if named
                else "no row"
            )
            faults.append(Fault(*where, "id", f"{id!r} is {known} of {dataset}"))
            continue
        file, row = homes[0]
        wrong = _checked(file, row, changes, path.name)
        faults += wrong
        lines[file, row["id"]] = where
        if not wrong:
            shared = _shared(others, row) if file == "sources.csv" else []
            lines[file, _edit(edited, file, row, changes)] = where
            for folder, same in shared:
                _edit(folder, file, same, changes)
                touched[folder.path] = folder
    if faults:
        raise RecordError(faults, "the list")
    return propose(root, before, edited, lines, touched.values())


def _shared(others: Iterable[Folder], row: Mapping[str, str]) -> list[tuple[Folder, dict[str, str]]]:
    """Find a page in the other datasets that rest on it: it is corrected in all of them."""
    return [
        (folder, same)
        for folder in others
        for same in folder.rows["sources.csv"]
        if same["id"] == row["id"] and not same["to_release"]
    ]


def _checked(file: str, row: Mapping[str, str], changes: Changes, name: str) -> list[Fault]:
    """Say what is wrong with the changes of one row."""
    columns_ = {WITHDRAW, *columns(text.FILES[file])} - {"id", "readings"}
    faults = []
    for line, column, value, why in changes:
        if column == WITHDRAW and (value or len(changes) > 1):
            faults.append(Fault(name, line, "column", "a row is withdrawn by one line without a value"))
        elif column not in columns_:
            faults.append(Fault(name, line, "column", f"{column!r} is no column to correct in {file}"))
        elif column != WITHDRAW and _canonical(file, column, row[column]) == _canonical(file, column, value):
            faults.append(Fault(name, line, "value", f"is {row[column]!r} already"))
        if not why.strip():
            faults.append(Fault(name, line, "why", "is empty: say why"))
    return faults


def _canonical(file: str, column: str, cell: str) -> str:
    """Give the spelling of a cell that the record has, as far as it can be read."""
    of = shapes(text.FILES[file])[column]
    try:
        return write(text.parse(cell.strip(), of), of)
    except (ConflictDataError, ValueError):  # the check of the copy says what is wrong with it
        return cell


def _same(file: str, one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether two rows say the same, whatever their ids, and however often they were read."""
    names = set(columns(text.FILES[file])) - {"id", "readings"}
    return all(_canonical(file, name, one[name]) == _canonical(file, name, other[name]) for name in names)


def _joined(*whys: str) -> str:
    return "; ".join(dict.fromkeys(one for why in whys for one in why.split("; ") if one))


def _edit(edited: Folder, file: str, row: dict[str, str], changes: Changes) -> str:
    """Change one row, or close it and put another in its place.

    Returns:
        The id of the row that is new, or that was changed.
    """
    why = _joined(*(why for *_, why in changes))
    told = {column: value for _, column, value, _ in changes if column != WITHDRAW}
    rows = edited.rows[file]
    if row["from_release"] == NEXT:
        row.update(told, why=_joined(row["why"], why) if row["corrects"] and told else row["why"])
        closed = [one for one in rows if one["id"] == row["corrects"] and one["to_release"] == NEXT]
        if not told or any(_same(file, one, row) for one in closed):  # away with it, and with the correction it was
            rows.remove(row)
            for one in closed:
                one["to_release"] = ""
        return row["id"]
    row["to_release"] = NEXT
    if not told:
        row["withdrawn"] = why
        return row["id"]
    new = {**row, **told, **_STAMP, "corrects": row["id"], "why": why}
    if "readings" in new:
        new["readings"] = "1"
    if file.removesuffix(".csv") in _TABLES:
        new["id"] = _made_id(file[0], row["id"], *(new[column] for column in columns(text.FILES[file]) if column != "id"))
    rows.append(new)
    return new["id"]
