"""Files of events that users bring: which column says what, as data."""

import functools
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import attrs
from attrs import validators as v

from conflictdata.errors import Fault, InvalidValueError, RecordError, UnknownNameError
from conflictdata.fields import name, optional_text, text
from conflictdata.structure import as_codes, made_each, made_of, read_toml
from conflictdata.vocabulary import Bound, Group, Scope

if TYPE_CHECKING:
    from conflictdata import names

FILE = "the mapping"
PATH = Path(__file__).with_name("layouts.toml")
WEEKS = 27  # days by which a day may be off: more could reach past the month beside it


def _codes(told: Any) -> dict[str, str]:
    if not isinstance(told, Mapping) or not all(isinstance(one, str) and one for one in told.values()):
        raise InvalidValueError("codes", f"{told!r} is no table of names and their codes")
    return dict(told)


def _places(told: Any) -> dict[str, dict[str, str]]:
    if not isinstance(told, Mapping):
        raise InvalidValueError("areas", f"{told!r} is no table of countries and their places")
    return {country: _codes(places) for country, places in told.items()}


def _choices(told: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(told, Mapping):
        raise InvalidValueError("of_no_kind", f"{told!r} is no table of columns and their values")
    return {column: as_codes(values) for column, values in told.items()}


def _days(told: Any) -> dict[str, int]:
    if not isinstance(told, Mapping) or not all(type(days) is int and 0 <= days <= WEEKS for days in told.values()):
        raise InvalidValueError("margins", f"{told!r} is no table of values and their days, from 0 to {WEEKS}")
    return dict(told)


@attrs.frozen(kw_only=True)
class Deaths:
    """A column of deaths that are a part of an event's, and whose they are.

    Attributes:
        column: The column of the number.
        actor: The column of the name of the side whose deaths these are; its group follows from the mapping's `actors`.
        group: The group whose deaths these are, whoever took part. With neither, they are in the total alone.
    """

    column: str = attrs.field(validator=text)
    actor: str | None = attrs.field(default=None, validator=optional_text)
    group: str | None = attrs.field(default=None, validator=optional_text)

    def __attrs_post_init__(self) -> None:
        """Hold the fields against each other."""
        if self.actor and self.group:
            raise InvalidValueError("group", "follows from the actor where one is named")
        if self.group == Group.TOTAL:
            raise InvalidValueError("group", f"{self.group!r} is the sum of all columns")


@attrs.frozen(kw_only=True)
class EventKind:
    """Events of one kind, which are counted under a scope of their own too.

    Attributes:
        code: The code of the scope.
        columns: The columns of which any says so.
        values: The values by which it says so, as text.
    """

    code: str = attrs.field(validator=text)
    columns: tuple[str, ...] = attrs.field(converter=as_codes)
    values: tuple[str, ...] = attrs.field(converter=as_codes)

    def __attrs_post_init__(self) -> None:
        """Refuse a kind of which nothing can be, and one that is all events."""
        if not self.columns or not self.values:
            raise InvalidValueError("columns" if self.values else "values", "is empty: no event would be of this kind")
        if self.code == Scope.ALL:
            raise InvalidValueError("code", f"{self.code!r} is the scope of all events")


@attrs.frozen(kw_only=True)
class CountingDifference:
    """In what the counts of a file of events differ from what monitors report.

    Attributes:
        measures: The measures of which it is said; empty for all.
        groups: The groups; empty for all.
        scopes: The scopes of the file; empty for all.
        reason: What differs, in a sentence.
    """

    measures: tuple[str, ...] = attrs.field(default=(), converter=as_codes)
    groups: tuple[str, ...] = attrs.field(default=(), converter=as_codes)
    scopes: tuple[str, ...] = attrs.field(default=(), converter=as_codes)
    reason: str = attrs.field(validator=text)

    def about(self, measure: str, group: str, scope: str) -> bool:
        """Whether it says anything of a cell.

        Args:
            measure: What is counted.
            group: Who.
            scope: Of what kind of violence, in the file.

        Returns:
            Whether it does.
        """
        limits = ((self.measures, measure), (self.groups, group), (self.scopes, scope))
        return all(not codes or code in codes for codes, code in limits)


def _deaths(told: Iterable[Deaths]) -> tuple[Deaths, ...]:
    return tuple(told)


def _kinds(told: Iterable[EventKind]) -> tuple[EventKind, ...]:
    return tuple(told)


def _differences(told: Iterable[CountingDifference]) -> tuple[CountingDifference, ...]:
    return tuple(told)


@attrs.frozen(kw_only=True)
class EventMapping:
    """Which column of a file of events says what, and what its values mean.

    Attributes:
        dataset: The name that the figures made of it have as their `dataset`.
        id: The column that names an event.
        start: The column of its day, or of the first day on which it may have been.
        end: The column of the last day; None where the file has one day.
        dates: How days stand where they are text: `iso` for 2025-10-03, with a time after it or without; `words` for
            3 October 2025.
        month: Where the `value` of an event whose days cross months counts: in the month of its `start` or of its `end`.
        crossing: What such an event leaves open. `open`: in each of its months `low` leaves it out and `high` has it.
            `whole`: it counts in the month of `value` alone, as if its other days were not there.
        longest: How many months an event may cross; a longer one is a fault.
        precision: The column that says how certain the day is.
        margins: By the values of that column, by how many days the day may be off.
        country: The column of the country.
        countries: By the names in that column, the codes of the countries.
        place: The column of the place within the country.
        areas: By the code of the country and the names in that column, the codes of the areas. A country that is not
            there is rolled up as a whole alone.
        unmapped: The code of the area for a place that `areas` does not name.
        killed: The column of those killed, the best number.
        low: The column of the lowest number; None where the file has none.
        high: The column of the highest number; None where the file has none.
        bound: What a number without a range leaves open: `exact`, it is taken as the file states it, or `at_least`.
        deaths: The columns of the parts of those killed.
        sides: What the number of a part leaves open, since a part has no range of its own. `open`: where the range of the
            event is one number, the part is taken as stated; else it lies anywhere between 0 and the event's highest
            number. `stated`: it is taken as stated everywhere.
        actors: By the name of a side the group of its dead; a name that ends in `*` stands for all that begin so, and the
            first that fits holds.
        unattributed: The group of the deaths that are in no group; None to have them in the total alone.
        kinds: The kinds of events that are counted under scopes of their own.
        of_no_kind: Values by column that make an event of no kind; any other that no kind names is a fault.
        counts: By scope, what the file counts there, in a sentence.
        differs: In what its counts differ from those of monitors.
        source: Where the layout is described.
    """

    dataset: str = attrs.field(validator=name)
    id: str = attrs.field(validator=text)
    start: str = attrs.field(validator=text)
    end: str | None = attrs.field(default=None, validator=optional_text)
    dates: str = attrs.field(default="iso", validator=v.in_(("iso", "words")))
    month: str = attrs.field(validator=v.in_(("start", "end")))
    crossing: str = attrs.field(default="open", validator=v.in_(("open", "whole")))
    longest: int = attrs.field(default=12, validator=[v.instance_of(int), v.ge(1)])
    precision: str | None = attrs.field(default=None, validator=optional_text)
    margins: Mapping[str, int] = attrs.field(factory=dict, converter=_days, hash=False)
    country: str = attrs.field(validator=text)
    countries: Mapping[str, str] = attrs.field(converter=_codes, hash=False)
    place: str | None = attrs.field(default=None, validator=optional_text)
    areas: Mapping[str, Mapping[str, str]] = attrs.field(factory=dict, converter=_places, hash=False)
    unmapped: str = attrs.field(default="unmapped", validator=text)
    killed: str = attrs.field(validator=text)
    low: str | None = attrs.field(default=None, validator=optional_text)
    high: str | None = attrs.field(default=None, validator=optional_text)
    bound: Bound = attrs.field(default=Bound.EXACT, converter=Bound, validator=v.in_((Bound.EXACT, Bound.AT_LEAST)))
    deaths: tuple[Deaths, ...] = attrs.field(default=(), converter=_deaths)
    sides: str = attrs.field(default="open", validator=v.in_(("open", "stated")))
    actors: Mapping[str, str] = attrs.field(factory=dict, converter=_codes, hash=False)
    unattributed: str | None = attrs.field(default=None, validator=optional_text)
    kinds: tuple[EventKind, ...] = attrs.field(default=(), converter=_kinds)
    of_no_kind: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, converter=_choices, hash=False)
    counts: Mapping[str, str] = attrs.field(factory=dict, converter=_codes, hash=False)
    differs: tuple[CountingDifference, ...] = attrs.field(default=(), converter=_differences)
    source: str = ""

    def __attrs_post_init__(self) -> None:
        """Hold the fields against each other."""
        self._within()
        if self.end is None and self.month == "end":
            raise InvalidValueError("month", "is that of the end, and no column of the end is named")
        if (self.low is None) != (self.high is None):
            raise InvalidValueError("low", "is named if and only if high is")
        if (self.precision is None) != (not self.margins):
            raise InvalidValueError("margins", "are given if and only if precision is named")
        codes = [kind.code for kind in self.kinds]
        if len(codes) != len(set(codes)):
            raise InvalidValueError("kinds", "two have one code")
        if any(one.actor for one in self.deaths) and not self.actors:
            raise InvalidValueError("actors", "are not given, and the deaths of a side are those of its actor")
        if Group.TOTAL in self.groups:
            raise InvalidValueError("actors", f"{Group.TOTAL.value!r} is the sum of all groups")

    def _within(self) -> None:
        """Hold the areas to the countries, and the codes apart that must not be mixed up."""
        if not self.countries:
            raise InvalidValueError("countries", "names none: no event could be placed")
        unknown = sorted(self.areas.keys() - set(self.countries.values()))
        if unknown:
            raise InvalidValueError("areas", f"{unknown[0]!r} is the code of no country")
        if self.areas and self.place is None:
            raise InvalidValueError("place", "is not named, and areas are")
        owners: dict[str, str] = {}
        wholes = {*self.countries.values(), self.unmapped}
        for country, places in self.areas.items():
            for code in places.values():
                if code in wholes or owners.setdefault(code, country) != country:
                    raise InvalidValueError("areas", f"{code!r} stands for something else too")

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups that deaths are attributed to, in order."""
        sides = tuple(self.actors.values()) if any(one.actor for one in self.deaths) else ()
        fixed = tuple(one.group for one in self.deaths if one.group)
        return tuple(dict.fromkeys([*sides, *fixed, *([self.unattributed] if self.unattributed else [])]))

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes of the figures, in order."""
        return (Scope.ALL.value, *(kind.code for kind in self.kinds))

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the areas of the figures, in order."""
        areas = [code for places in self.areas.values() for code in places.values()]
        return tuple(dict.fromkeys([*self.countries.values(), *areas, *([self.unmapped] if self.areas else [])]))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that a file of events must have."""
        optional = (self.end, self.precision, self.place if self.areas else None, self.low, self.high)
        parts = [column for one in self.deaths for column in (one.column, one.actor)]
        kinds = [column for kind in self.kinds for column in kind.columns]
        named = (self.id, self.start, self.country, self.killed, *optional, *parts, *kinds)
        return tuple(dict.fromkeys(column for column in named if column))

    def known(self, column: str) -> frozenset[str]:
        """Give the values of a column of kinds that the mapping knows."""
        named = {value for kind in self.kinds if column in kind.columns for value in kind.values}
        return frozenset(named | {*self.of_no_kind.get(column, ())})

    def differences(self, measure: str, group: str, scope: str) -> tuple[str, ...]:
        """Say in what the counts of a cell differ from those of monitors.

        Args:
            measure: What is counted.
            group: Who.
            scope: Of what kind of violence, in the file.

        Returns:
            A sentence each.
        """
        return tuple(one.reason for one in self.differs if one.about(measure, group, scope))

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """Make a mapping from tables of text, as a TOML or JSON file gives them.

        Args:
            told: A table with the fields of the mapping; `deaths`, `kinds` and `differs` are lists of tables with those of
                `Deaths`, `EventKind` and `CountingDifference`.

        Returns:
            The mapping.

        Raises:
            RecordError: If anything is wrong, with every fault found.
        """
        faults: list[Fault] = []
        made = dict(told)
        for key, model in _LISTS.items():
            made[key] = made_each(model, made.get(key, []), key, faults, FILE)
        if faults:
            raise RecordError(faults, FILE)
        whole = made_of(cls, made, "", faults, FILE)
        if whole is None:
            raise RecordError(faults, FILE)
        return whole

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read a mapping from a TOML file.

        Args:
            path: The file; its tables are those of `of`, or stand under `events`.

        Returns:
            The mapping.

        Raises:
            RecordError: If anything is wrong, with every fault found.
            OSError: If the file cannot be read.
        """
        return read_toml(path, lambda told: cls.of(told.get("events", told)), FILE)

    @classmethod
    def ready(cls, layout: "names.LayoutName", **changes: Any) -> Self:
        """Give a mapping for a published layout.

        Args:
            layout: `ucdp_ged`, `ucdp_candidate`, `acled` (types of actors as words) or `acled_numeric` (as numbers).
            **changes: Fields to set: `countries` always, `areas` for regions, and any other that is to differ.

        Returns:
            The mapping.

        Raises:
            UnknownNameError: If there is no such layout.
            RecordError: If anything is wrong, with every fault found.

        Examples:
            >>> import conflictdata as cd
            >>> mapping = cd.EventMapping.ready(
            ...     "ucdp_ged", countries={"Pakistan": "PK"}, areas={"PK": {"Balochistan province": "PK-BA"}}
            ... )
            >>> mapping.groups
            ('security_forces', 'militants', 'civilians')
        """
        return cls.of({**_layout(layout), **changes})


_LISTS: dict[str, type[Deaths | EventKind | CountingDifference]] = {
    "deaths": Deaths,
    "kinds": EventKind,
    "differs": CountingDifference,
}


@functools.cache
def layouts() -> Mapping[str, Mapping[str, Any]]:
    """Read the published layouts, by their names."""
    import tomllib  # here, since few roll events up

    return tomllib.loads(PATH.read_text(encoding="utf-8"))


def _layout(layout: str) -> dict[str, Any]:
    """Give the table of a layout: where it is like another one, that one's with what it changes."""
    known = layouts()
    if layout not in known:
        raise UnknownNameError("layout of events", layout, known)
    told = dict(known[layout])
    base = _layout(told.pop("like")) if "like" in told else {}
    without, also = told.pop("without", []), told.pop("also_differs", [])
    made = {**base, **told}
    made["kinds"] = [kind for kind in made.get("kinds", []) if kind["code"] not in without]
    made["differs"] = [*made.get("differs", []), *also]
    return made
