"""What adds up to what: data, not code.

The record's own structure stands in `vocabulary.toml`; another one, of other actors or countries, is written the same way.
"""

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Self, TypeVar, cast

import attrs
from attrs import validators as v

from conflictdata.errors import Fault, InvalidValueError, RecordError
from conflictdata.fields import flag, text
from conflictdata.values import Period, day
from conflictdata.vocabulary import Axis, PeriodKind, declared

Key = tuple[Any, ...]
T = TypeVar("T")


def as_codes(values: Iterable[str]) -> tuple[str, ...]:
    """Take a list of codes, known or not; one text is refused, since its letters would be taken for codes."""
    if isinstance(values, str):
        raise InvalidValueError("codes", f"{values!r} is one text where a list of codes belongs")
    return tuple(str(value) for value in values)


def _choices(only: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    if not isinstance(only, Mapping):
        raise InvalidValueError("codes", f"{only!r} is no table of columns and their codes")
    return {column: as_codes(codes) for column, codes in only.items()}


def _apart(rule: "Sum | Within", parts: Iterable[str]) -> None:
    """Refuse a code that stands twice among a whole and its parts."""
    seen = {rule.whole}
    for code in parts:
        if code in seen:
            raise InvalidValueError(rule.column, f"{code!r} stands twice among {rule.whole!r} and its parts")
        seen.add(code)


@attrs.frozen(kw_only=True)
class Sum:
    """A whole and the parts that add up to it.

    Attributes:
        axis: The name of the check.
        column: The column whose codes these are.
        whole: The code of the whole; for a calendar the kind of its spans, such as `year`.
        required: The parts without which the sum is not complete; for a calendar the kinds of spans that it is cut into,
            the longest first.
        optional: Parts that are rarely named; one that is absent counts as nothing.
        calendar: Whether the codes are spans: the parts of `2025` are then `2025-H1` and `2025-H2`.
        only: For which codes of other columns the sum holds; empty for all.
        since: The day on which a span must begin, or later, for the sum to hold; None for any.
        until: The day on which a span must end, or earlier; None for any.
        dated: The column of the spans that `since` and `until` limit.
        reason: Why they add up.
    """

    axis: str = attrs.field(validator=text)
    column: str = attrs.field(validator=text)
    whole: str = attrs.field(validator=text)
    required: tuple[str, ...] = attrs.field(converter=as_codes)
    optional: tuple[str, ...] = attrs.field(default=(), converter=as_codes)
    calendar: bool = attrs.field(default=False, validator=flag)
    only: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, converter=_choices, hash=False)
    since: date | None = attrs.field(default=None, validator=v.optional(day))
    until: date | None = attrs.field(default=None, validator=v.optional(day))
    dated: str = attrs.field(default="period", validator=text)
    reason: str = ""

    def __attrs_post_init__(self) -> None:
        """Hold the fields against each other."""
        if not self.required:
            raise InvalidValueError("required", "is empty: such a sum is always complete")
        if self.axis == Axis.WITHIN:
            raise InvalidValueError("axis", f"{self.axis!r} is the name of another check")
        _apart(self, (*self.required, *self.optional))
        if self.calendar:
            spans = [PeriodKind(self.whole), *map(PeriodKind, self.required)]
            ranks = [kind.rank for kind in spans]
            left_over = self.whole == PeriodKind.MONTHS and self.required[-1] != PeriodKind.MONTH
            if self.optional or ranks != sorted(ranks, reverse=True) or PeriodKind.DAYS in spans or left_over:
                problem = "a span is cut into shorter kinds, the longest first; a run of months into months at last"
                raise InvalidValueError("required", problem)

    def is_whole(self, code: str) -> bool:
        """Whether a code is the whole of this sum, or a span of its kind."""
        return _kind(code) == self.whole if self.calendar else code == self.whole

    def parts_of(self, code: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Give the required and the optional parts of a whole.

        Args:
            code: A code for which `is_whole` holds.

        Returns:
            The codes of both, in order.
        """
        return (_cut(code, self.required), ()) if self.calendar else (self.required, self.optional)


@attrs.frozen(kw_only=True)
class Within:
    """A whole, and parts none of which can be larger than it.

    Attributes:
        column: The column whose codes these are.
        whole: The code of the whole.
        parts: The codes that lie within it; they need not add up to it.
        only: For which codes of other columns this holds; empty for all.
        reason: Why they lie within it.
    """

    column: str = attrs.field(validator=text)
    whole: str = attrs.field(validator=text)
    parts: tuple[str, ...] = attrs.field(converter=as_codes)
    only: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, converter=_choices, hash=False)
    reason: str = ""

    def __attrs_post_init__(self) -> None:
        """Hold the fields against each other."""
        if not self.parts:
            raise InvalidValueError("parts", "is empty: nothing would be checked")
        _apart(self, self.parts)


@functools.lru_cache(maxsize=4096)
def _kind(code: str) -> str:
    return Period.of(code).kind.value


@functools.lru_cache(maxsize=4096)
def _cut(code: str, kinds: tuple[str, ...]) -> tuple[str, ...]:
    """Cut a span into the longest of these kinds that follow on each other."""
    whole = Period.of(code)
    parts: list[Period] = []
    while not parts or parts[-1].end < whole.end:
        start = parts[-1].end + timedelta(days=1) if parts else whole.start
        spans = (next(Period.index(PeriodKind(kind), start, start)) for kind in kinds)
        parts.append(next(span for span in spans if span.start == start and span in whole))
    return tuple(part.code for part in parts)


def _sums(rules: Iterable[Sum]) -> tuple[Sum, ...]:
    return tuple(rules)


def _withins(rules: Iterable[Within]) -> tuple[Within, ...]:
    return tuple(rules)


@attrs.frozen(kw_only=True)
class Structure:
    """What adds up to what, and what lies within what.

    Attributes:
        sums: The sums. The parts of one may be the wholes of others: an absent part is replaced by its own parts.
        within: The parts that cannot be larger than their whole.
        subsets: Whether a count of a part of its cell (a row whose `subset` is true) is held against the cell.
        aside: Codes by column that are known, and never take part in anything.
        codes: Codes by column that are known beside those that a check or `aside` names; a column that is named here holds
            no others.
    """

    sums: tuple[Sum, ...] = attrs.field(default=(), converter=_sums)
    within: tuple[Within, ...] = attrs.field(default=(), converter=_withins)
    subsets: bool = attrs.field(default=True, validator=flag)
    aside: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, converter=_choices, hash=False)
    codes: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, converter=_choices, hash=False)

    def __attrs_post_init__(self) -> None:
        """Refuse a whole that has two sums on one axis, or that is a part of itself."""
        for sum_ in self.sums:
            same = [s for s in self.sums if (s.axis, s.column, s.whole) == (sum_.axis, sum_.column, sum_.whole)]
            if any(_overlap(sum_, other) for other in same if other is not sum_):
                raise InvalidValueError("sum", f"{sum_.axis}: {sum_.whole!r} has two sums that hold for the same rows")
            if sum_.whole in self._below(sum_, ()):
                raise InvalidValueError("sum", f"{sum_.axis}: {sum_.whole!r} is a part of itself")

    def _below(self, top: Sum, way: tuple[str, ...]) -> Iterator[str]:
        for part in (*top.required, *top.optional):
            yield part
            if part not in way:
                for sum_ in self.sums:
                    if (sum_.axis, sum_.column, sum_.whole) == (top.axis, top.column, part):
                        yield from self._below(sum_, (*way, part))

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """Make a structure from tables of text, as a TOML or JSON file gives them.

        Args:
            told: `sum`, a list of tables with the fields of `Sum`; `within`, one with those of `Within`; `subsets`;
                `aside`; `codes`. All may be left out.

        Returns:
            The structure.

        Raises:
            RecordError: If anything is wrong, with every fault found.

        Examples:
            >>> import conflictdata as cd
            >>> sides = {"axis": "actors", "column": "actor", "whole": "all", "required": ["state", "rebels"]}
            >>> cd.Structure.of({"sum": [sides]}).axes
            ('actors', 'within')
        """
        faults = [Fault("structure", 0, key, "is not known here") for key in sorted(told.keys() - {*_LISTS, *_PLAIN})]
        made: dict[str, Any] = {key: told[key] for key in _PLAIN if key in told}
        for name, (key, model) in _LISTS.items():
            made[key] = made_each(model, told.get(name, []), name, faults)
        whole: Self | None = None if faults else tried(lambda: cls(**made), "", faults)
        if whole is None:
            raise RecordError(faults, "the structure")
        return whole

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read a structure from a TOML file.

        Args:
            path: The file; its tables are those of `of`, or stand under `structure`.

        Returns:
            The structure.

        Raises:
            RecordError: If anything is wrong, with every fault found.
            OSError: If the file cannot be read.
        """
        return read_toml(path, lambda told: cls.of(told.get("structure", told)), "the structure")

    @classmethod
    def declared(cls) -> Self:
        """Give the structure of the record: what adds up to what for the monitors of Pakistan.

        Returns:
            The structure that `vocabulary.toml` declares.

        Examples:
            >>> import conflictdata as cd
            >>> cd.Structure.declared().axes
            ('groups', 'areas', 'scopes', 'time', 'within')
        """
        return cls.of(declared()["structure"])

    @property
    def axes(self) -> tuple[str, ...]:
        """The names of the checks, in order."""
        named = dict.fromkeys(sum_.axis for sum_ in self.sums)
        return (*named, *([Axis.WITHIN.value] if self.within or self.subsets else []))

    def select(self, axes: Iterable[str]) -> Self:
        """Keep some checks alone.

        Args:
            axes: Their names.

        Returns:
            A structure of these.

        Examples:
            >>> import conflictdata as cd
            >>> cd.Structure.declared().select(["groups"]).axes
            ('groups',)
        """
        kept = set(axes)
        within = Axis.WITHIN in kept
        return attrs.evolve(
            self,
            sums=tuple(sum_ for sum_ in self.sums if sum_.axis in kept),
            within=self.within if within else (),
            subsets=self.subsets and within,
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the checks need, beside the numbers."""
        rules: tuple[Sum | Within, ...] = (*self.sums, *self.within)
        needed = [column for rule in rules for column in (rule.column, *rule.only)]
        needed += [rule.dated for rule in self.sums if rule.since or rule.until]
        return tuple(dict.fromkeys(needed))

    @property
    def named(self) -> tuple[str, ...]:
        """All columns whose codes it names, those that no check needs too."""
        return tuple(dict.fromkeys([*self.columns, *self.aside, *self.codes]))

    def known(self, column: str) -> frozenset[str] | None:
        """Give the codes that a column may hold.

        Args:
            column: Its name.

        Returns:
            The codes that a check, `aside` or `codes` names; None where any code will do, as in a column that no check
            adds up.
        """
        also = {*self.aside.get(column, ()), *self.codes.get(column, ())}
        sums = [sum_ for sum_ in self.sums if sum_.column == column]
        within = [rule for rule in self.within if rule.column == column]
        if not (sums or within or column in self.codes) or any(sum_.calendar for sum_ in sums):
            return None
        codes = {code for sum_ in sums for code in (sum_.whole, *sum_.required, *sum_.optional)}
        codes |= {code for rule in within for code in (rule.whole, *rule.parts)}
        return frozenset(codes | also)

    @property
    def datasets(self) -> frozenset[str]:
        """The datasets that some check is limited to."""
        rules: tuple[Sum | Within, ...] = (*self.sums, *self.within)
        return frozenset(name for rule in rules for name in rule.only.get("dataset", ()))

    @property
    def calendars(self) -> frozenset[str]:
        """The columns that hold spans."""
        dated = {sum_.dated for sum_ in self.sums if sum_.since or sum_.until}
        return frozenset(dated | {sum_.column for sum_ in self.sums if sum_.calendar})

    def below(self, sum_: Sum, code: str) -> tuple[Sum, ...]:
        """Give the sums that make up a part of another one.

        Args:
            sum_: The sum.
            code: One of its parts.

        Returns:
            The sums of the same axis and column whose whole that part is; at most one of them holds for a row.
        """
        column = (sum_.axis, sum_.column)
        return tuple(other for other in self.sums if (other.axis, other.column) == column and other.is_whole(code))


_LISTS: dict[str, tuple[str, type[Sum | Within]]] = {"sum": ("sums", Sum), "within": ("within", Within)}
_PLAIN = ("subsets", "aside", "codes")


def _overlap(one: Sum, other: Sum) -> bool:
    """Whether a row can be the whole of both."""
    shared = one.only.keys() & other.only.keys()
    if any(not set(one.only[column]) & set(other.only[column]) for column in shared):
        return False
    ends = ((one.until, other.since), (other.until, one.since))
    return not any(until and since and until < since for until, since in ends)


def tried(make: Callable[[], T], where: str, faults: list[Fault], file: str = "structure") -> T | None:
    """Make something, and keep what is wrong with it.

    Args:
        make: Makes it.
        where: What stands before the name of the field at fault.
        faults: Takes the faults.
        file: What holds it.

    Returns:
        What was made; None if that failed.
    """
    try:
        return make()
    except InvalidValueError as error:
        faults.append(Fault(file, 0, " ".join(filter(None, [where, error.field])), error.problem))
    except (TypeError, ValueError, AttributeError) as error:
        faults.append(Fault(file, 0, where, str(error)))
    return None


def made_of(
    model: type[T], entry: object, where: str, faults: list[Fault], file: str = "structure", **more: Any
) -> T | None:
    """Make one rule of its table, and keep its faults.

    Args:
        model: The class of the rule, made by attrs.
        entry: The table.
        where: Which rule it is.
        faults: Takes the faults.
        file: What holds it.
        **more: Fields that the table does not have.

    Returns:
        The rule; None if anything is wrong with it.
    """
    if not isinstance(entry, dict):
        faults.append(Fault(file, 0, where, "is not a table"))
        return None
    known = {field.name: field for field in attrs.fields(cast("Any", model)) if field.name not in more}
    before = len(faults)
    wrong = dict.fromkeys(sorted(entry.keys() - known.keys()), "is not known here")
    needed = [key for key, field in known.items() if field.default is attrs.NOTHING]
    wrong |= {key: "is missing" for key in needed if key not in entry}
    faults += [Fault(file, 0, f"{where} {key}".strip(), problem) for key, problem in wrong.items()]
    return tried(lambda: model(**entry, **more), where, faults, file) if len(faults) == before else None


def made_each(model: type[T], entries: object, name: str, faults: list[Fault], file: str = "structure") -> list[T | None]:
    """Make the rules of a list of tables, and keep their faults.

    Args:
        model: The class of the rules, made by attrs.
        entries: The list.
        name: Its name.
        faults: Takes the faults.
        file: What holds it.

    Returns:
        The rules; None for one with which anything is wrong.
    """
    if not isinstance(entries, list):
        faults.append(Fault(file, 0, name, "is not a list of tables"))
        return []
    return [made_of(model, entry, f"{name} {n}", faults, file) for n, entry in enumerate(entries, 1)]


def read_toml(path: str | Path, make: Callable[[dict[str, Any]], T], what: str) -> T:
    """Make something of a TOML file.

    Args:
        path: The file.
        make: Makes it of the file's tables.
        what: What it is, for the message.

    Returns:
        What was made.

    Raises:
        RecordError: If anything is wrong, with every fault found, each with the file.
        OSError: If the file cannot be read.
    """
    import tomllib  # here, since few read a file of their own

    try:
        told = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecordError([Fault(str(path), 0, "", f"is not TOML: {error}")], what) from error
    try:
        return make(told)
    except RecordError as error:
        raise RecordError([attrs.evolve(fault, file=str(path)) for fault in error.faults], what) from error
