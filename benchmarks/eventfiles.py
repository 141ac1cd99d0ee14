"""Made-up files of events in published column layouts, and their roll-up as a plain loop, which is slow and easy to read."""

import random
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from conflictdata import Deaths, EventMapping

Row = Mapping[str, Any]
Cell = tuple[str | None, ...]
COUNTRIES = {"Arland": "AR", "Borland": "BO"}
AREAS = {"AR": {"North": "AR-N", "Northern district": "AR-N", "South": "AR-S"}}
_ACTORS = ("Government of Arland", "Government of Borland", "Hill Front", "River Front", "Civilians")
_TYPES = ("State forces", "Rebel group", "Political militia", "Rioters", "Civilians")
_EVENTS = ("Battles", "Explosions/Remote violence", "Violence against civilians", "Protests", "Strategic developments")
_DAYS = (date(2023, 12, 20), 120)  # with a turn of the year and a 29th of February
_FAULTY = 0.15  # of all events
MOST = 10**15


def ged(size: int, seed: int, *, faults: bool = True) -> list[dict[str, Any]]:
    """Make rows in the layout of UCDP GED.

    Args:
        size: How many.
        seed: The same rows for the same number.
        faults: Whether some have something wrong with them.

    Returns:
        The rows.
    """
    chance = random.Random(seed)  # noqa: S311  no secret
    return [_ged(number, chance, faulty=faults and chance.random() < _FAULTY) for number in range(size)]


def _ged(number: int, chance: random.Random, *, faulty: bool) -> dict[str, Any]:
    start = _DAYS[0] + timedelta(days=chance.randrange(_DAYS[1]))
    parts = [chance.choice((0, 0, 1, 2, 5)) for _ in range(4)]
    best = sum(parts)
    ranged = chance.random() < 1 / 2
    row: dict[str, Any] = {
        "id": number,
        "type_of_violence": chance.choice((1, 2, 3)),
        "side_a": chance.choice(_ACTORS),
        "side_b": chance.choice(_ACTORS),
        "country": chance.choice([*COUNTRIES]),
        "adm_1": chance.choice([*AREAS["AR"]]),
        "date_start": f"{start} 00:00:00.000",
        "date_end": f"{start + timedelta(days=chance.choice((0, 0, 0, 1, 6, 40)))} 00:00:00.000",
        **dict(zip(("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown"), parts, strict=True)),
        "best": best,
        "low": best - chance.randint(0, best) if ranged else best,
        "high": best + chance.choice((0, 1, 7)) if ranged else best,
    }
    if faulty:
        counts = ("best", "low", "high", "deaths_a", "deaths_unknown")
        wrong = {
            "adm_1": ("", "East", None),
            "country": ("", "Corland"),
            "date_start": ("2024-02-30", None, "2024"),
            "date_end": ("2025-02-01", "2023-02-28", "0000-00-00"),
            "side_a": ("", None),
            "type_of_violence": (4, None),
            **dict.fromkeys(counts, (None, -1, 99, MOST + 1)),
        }
        column = chance.choice([*wrong])
        row[column] = chance.choice(wrong[column])
        row["id"] = chance.choice((number, 0))
    return row


def acled(size: int, seed: int) -> list[dict[str, Any]]:
    """Make rows in the layout of ACLED, types of actors as words.

    Args:
        size: How many.
        seed: The same rows for the same number.

    Returns:
        The rows.
    """
    chance = random.Random(seed)  # noqa: S311  no secret
    return [
        {
            "event_id_cnty": f"ARL{number}",
            "event_date": str(_DAYS[0] + timedelta(days=chance.randrange(_DAYS[1]))),
            "time_precision": chance.choice((1, 1, 2, 3)),
            "event_type": chance.choice(_EVENTS),
            "inter1": chance.choice(_TYPES),
            "inter2": chance.choice((*_TYPES, "")),
            "civilian_targeting": chance.choice(("Civilian targeting", "", None)),
            "country": chance.choice([*COUNTRIES]),
            "admin1": chance.choice([*AREAS["AR"]]),
            "fatalities": chance.choice((0, 0, 1, 3)),
        }
        for number in range(size)
    ]


def plain(rows: Iterable[Row], mapping: EventMapping) -> dict[Cell, tuple[int | None, int, int | None]]:
    """Roll events up, one by one.

    Args:
        rows: The events; days are text or days, counts whole numbers or null.
        mapping: Which column says what.

    Returns:
        By period, area, scope, measure and group the value, low and high.
    """
    cells: dict[Cell, list[Any]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        months, home = _months(row, mapping)
        for month in months:
            for area in _areas(row, mapping):
                for scope in _scopes(row, mapping):
                    for measure, group, value, low, high in _counts(row, mapping):
                        cell = cells[month, area, scope, measure, group]
                        told = (value if month == home else 0, low if len(months) == 1 else 0, high)
                        for place, number in enumerate(told):
                            cell[place] = None if cell[place] is None or number is None else cell[place] + number
    return {cell: (value, low, high) for cell, (value, low, high) in cells.items()}


def _day(told: Any, mapping: EventMapping) -> date | None:
    if told is None or isinstance(told, date):
        return told
    try:
        if mapping.dates == "iso":
            return date.fromisoformat(told[:10])
        day, word, year = told.split()
        names = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October"]
        return date(int(year), [*names, "November", "December"].index(word) + 1, int(day))
    except ValueError:
        return None


def _months(row: Row, mapping: EventMapping) -> tuple[list[str | None], str | None]:
    start = _day(row[mapping.start], mapping)
    end = _day(row[mapping.end], mapping) if mapping.end else start
    nowhere: tuple[list[str | None], str | None] = [None], None
    if start is None or end is None or end < start:
        return nowhere
    if (end.year - start.year) * 12 + end.month - start.month >= mapping.longest:
        return nowhere
    home = f"{start if mapping.month == 'start' else end:%Y-%m}"
    if mapping.precision:
        off = mapping.margins.get(str(row[mapping.precision]))
        if off is None:
            return nowhere
        start, end = start - timedelta(days=off), end + timedelta(days=off)
    if mapping.crossing == "whole":
        return [home], home
    return [*_between(start, end)], home


def _between(start: date, end: date) -> Iterator[str]:
    month = start.replace(day=1)
    while month <= end:
        yield f"{month:%Y-%m}"
        month += timedelta(days=monthrange(month.year, month.month)[1])


def _areas(row: Row, mapping: EventMapping) -> list[str | None]:
    country = mapping.countries.get(row[mapping.country])
    if country is None:
        return [None]
    if country not in mapping.areas or mapping.place is None:
        return [country]
    return [country, mapping.areas[country].get(row[mapping.place], mapping.unmapped)]


def _text(told: Any) -> str:
    return "" if told is None else str(told)


def _scopes(row: Row, mapping: EventMapping) -> list[str]:
    kinds = [kind.code for kind in mapping.kinds if any(_text(row[column]) in kind.values for column in kind.columns)]
    return ["all", *kinds]


def _usable(told: Any) -> bool:
    return told is not None and 0 <= told <= MOST


def _counts(row: Row, mapping: EventMapping) -> Iterator[tuple[str, str, int | None, int, int | None]]:
    yield "incidents", "total", 1, 1, 1
    best = row[mapping.killed]
    low, high = (row[mapping.low], row[mapping.high]) if mapping.low and mapping.high else (best, best)
    usable = all(map(_usable, (best, low, high))) and low <= best <= high
    low, most = (low, high) if usable else (0, None)
    if mapping.bound == "at_least" and not mapping.high:
        most = None
    yield "killed", "total", best if usable else None, low, most
    for group in mapping.groups:
        parts = [row[one.column] for one in mapping.deaths if _group(row, one, mapping) == group]
        broken = not all(map(_usable, parts)) or (usable and sum(parts) > high)
        value = None if broken else sum(parts)
        if not parts:
            yield "killed", group, 0, 0, 0
        elif value is not None and (mapping.sides == "stated" or (most is not None and low == most)):
            yield "killed", group, value, value, value
        else:
            yield "killed", group, value, 0, None if broken else most


def _group(row: Row, one: Deaths, mapping: EventMapping) -> str | None:
    if one.actor:
        name = row[one.actor] or ""
        for pattern, group in mapping.actors.items():
            if name and (name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern):
                return group
    return one.group or mapping.unattributed
