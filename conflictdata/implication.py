"""What can be known about a cell, reported or not: the interval in which it must lie by what was reported of others."""

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from weakref import WeakKeyDictionary

import attrs
from attrs import validators as v

from conflictdata import checks, fields
from conflictdata.balances import FAILING
from conflictdata.balancing import Cells, evaluate
from conflictdata.catalog import load
from conflictdata.clashes import Answer, Clash, Reader
from conflictdata.dataset import Dataset
from conflictdata.errors import Fault, InvalidValueError, RecordError
from conflictdata.models import Record, cell_label, check_cell
from conflictdata.programs import Program, Said, aside, nobody_named, said_of, spans_of
from conflictdata.resolve import Cell
from conflictdata.schema import to_arrow
from conflictdata.structure import Key, Structure
from conflictdata.tables import Some, SomePeriods, Table
from conflictdata.values import Interval, Period
from conflictdata.vocabulary import Area, Code, Group, Measure, Scope, State

if TYPE_CHECKING:
    from conflictdata import names

Optional = Literal["unknown", "nothing"]
_AXES: dict[str, Callable[[Any], Any]] = {
    "period": Period.of,
    "area": Area,
    "scope": Scope,
    "measure": Measure,
    "group": Group,
}


@attrs.frozen(kw_only=True)
class Implied(Record):
    """What follows for one cell from what was reported. It is derived: no page states it.

    Attributes:
        dataset: The dataset.
        period: The span of the cell.
        area: Where.
        scope: Of what kind of violence.
        measure: What is counted.
        group: Who.
        low: The smallest number that the cell can be.
        high: The largest; null where there is no upper limit.
        state: How far what was reported settles the cell.
        reported: Whether the cell has a figure of its own.
        derived: Always true: the interval follows from the figures, and is none itself.
        low_by: The reported numbers from which the smallest follows, each with its cell; none of them could be left out.
        high_by: The reported numbers from which the largest follows.
        contradictions: Sets of reported numbers that bear on the cell and cannot all be true; all can if any one of a set is
            left out. The interval rests on none of them.
    """

    dataset: str = attrs.field(validator=fields.name)
    period: Period = attrs.field(converter=fields.period)
    area: Area = attrs.field(converter=Area)
    scope: Scope = attrs.field(converter=Scope)
    measure: Measure = attrs.field(converter=Measure)
    group: Group = attrs.field(converter=Group)
    low: int = attrs.field(validator=fields.not_negative)
    high: int | None = attrs.field(default=None, validator=v.optional(fields.not_negative))
    state: State = attrs.field(converter=State)
    reported: bool = attrs.field(validator=fields.flag)
    derived: bool = attrs.field(default=True, validator=fields.flag)
    low_by: tuple[str, ...] = attrs.field(default=(), converter=fields.names)
    high_by: tuple[str, ...] = attrs.field(default=(), converter=fields.names)
    contradictions: tuple[str, ...] = attrs.field(default=(), converter=fields.names)

    def __attrs_post_init__(self) -> None:
        """Hold the fields against each other."""
        check_cell(self)
        if not self.derived:
            raise InvalidValueError("derived", "what is implied is derived")
        if self.state is not state_of(self.interval, self.contradictions):
            problem = f"{self.interval} with {len(self.contradictions)} contradictions is not {self.state}"
            raise InvalidValueError("state", problem)

    @property
    def interval(self) -> Interval:
        """The whole numbers that the cell can be."""
        return Interval(self.low, self.high)

    def __str__(self) -> str:
        """Give the cell, and what can be known of it, on one line."""
        return f"{cell_label(self)}: {in_words(self)} (derived)"


def state_of(interval: Interval, contradictions: Sequence[str] = ()) -> State:
    """Say how far a cell is settled.

    Args:
        interval: What it can be.
        contradictions: The contradictions that bear on it.

    Returns:
        The state.
    """
    if contradictions:
        return State.CONTRADICTION
    if interval.high is None:
        return State.LOWER_ONLY if interval.low else State.OPEN
    return State.POINT if interval.low == interval.high else State.INTERVAL


def in_words(row: Implied) -> str:
    """Write what can be known of a cell: `458`, `10 to 12`, `any number`, `contradiction; without it 3 or more`."""
    number = "any number" if row.high is None and not row.low else str(row.interval)
    sets = len(row.contradictions)
    return f"{'contradiction' if sets == 1 else f'{sets} contradictions'}; without it {number}" if sets else number


class _Window(NamedTuple):
    """What was found out about the figures of one measure in some years."""

    said: tuple[Said, ...]
    program: Program
    reader: Reader


def _parts(key: Key, parts: Iterable[str]) -> Iterator[tuple[Key, str]]:
    """Give what the part of a pair can be: a count of a part of the cell, by its name, or another code in a column."""
    for part in parts:
        yield key, part
        yield from (((*key[:place], part, *key[place + 1 :]), "") for place in range(len(key)))


@attrs.define
class Reports:
    """What was reported of cells, ready to be asked what follows from it.

    Attributes:
        cells: The counts, with the columns that a dataset has.
        structure: What adds up to what.
        nothing: Whether an optional part that nobody named counts as nothing.
    """

    cells: Cells
    structure: Structure
    nothing: bool = False
    _said: tuple[Said, ...] = attrs.field(init=False)
    _totals: list[tuple[tuple[Key, str], ...]] = attrs.field(init=False)
    _windows: dict[tuple[str, Period], _Window] = attrs.field(factory=dict, init=False)
    _answers: dict[Key, tuple[Answer, tuple[Said, ...]]] = attrs.field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        """Write down what was said, and which totals and parts the check finds wanting."""
        self._said = said_of(self.cells, self.structure)
        failing = [one for one in evaluate(self.cells, self.structure) if one.verdict in FAILING]
        self._totals = [((one.key, ""), *((key, "") for key in one.used)) for one in failing if one.used]
        pairs = [(one.key, part) for one in failing if not one.used for part in _parts(one.key, one.parts)]
        self._totals += [((key, ""), part) for key, part in pairs]

    def ask(self, keys: Sequence[Key]) -> list[tuple[Answer, tuple[Said, ...]]]:
        """Say what can be known about cells.

        What is looked at is what was reported of the same measure, in the calendar years of a cell's span: there every
        figure, and of spans that reach beyond these years the pieces as they were reported.

        Args:
            keys: The cells.

        Returns:
            For each cell its answer, with what its places are about.
        """
        asked: dict[tuple[str, Period], list[Key]] = {}
        for key in dict.fromkeys(keys):
            if key not in self._answers:
                asked.setdefault(self._years(key), []).append(key)
        for years, some in asked.items():
            window = self._window(years, some)
            answers = window.reader.answers(some)
            self._answers |= {key: (answer, window.said) for key, answer in zip(some, answers, strict=True)}
        return [self._answers[key] for key in keys]

    def _years(self, key: Key) -> tuple[str, Period]:
        cell = dict(zip(self.cells.columns, key, strict=True))
        span = Period.of(cell["period"])
        return cell["measure"], Period.of(f"{span.start.year:04}-01/{span.end.year:04}-12")

    def _window(self, years: tuple[str, Period], keys: Iterable[Key]) -> _Window:
        """Give what answers for some cells: as it was kept, or with these cells taken in."""
        if years not in self._windows:
            measure = self.cells.columns.index("measure")
            said = tuple(one for one in self._said if one.key[measure] == years[0])
            program = self._program(years, said, ())
            self._windows[years] = _Window(said, program, Reader(program, said, near=self._near(said)))
        window = self._windows[years]
        if new := sorted({key for key in keys if key not in window.program.vectors}):
            program = window.program
            if spans_of(self.cells.columns, self.structure, new) <= program.spans:
                program.add(new)
            else:  # other spans may have to be cut
                program = self._program(
                    years, window.said, [*(key for key in self._answers if self._years(key) == years), *new]
                )
            # A cell that nobody named says nothing of others, and changes no contradiction.
            window = window._replace(program=program, reader=Reader(program, window.said, window.reader.clashes))
            self._windows[years] = window
        return window

    def _program(self, years: tuple[str, Period], said: tuple[Said, ...], asked: Iterable[Key]) -> Program:
        columns, (_, window) = self.cells.columns, years
        place = columns.index("period")
        near = [one for one in said if window.overlaps(one.key[place])]
        seeds = [*(key for one in near for limit in one.limits for key in limit.cells), *asked]
        nothing = nobody_named(columns, self.structure, said) if self.nothing else lambda _column, _key: False
        spans = spans_of(columns, self.structure, [*seeds, *(one.key for one in said)])
        program = Program(columns, self.structure, window.overlaps, spans, nothing)
        program.add(seeds)
        return program

    def _near(self, said: Sequence[Said]) -> list[Clash]:
        places = {(one.key, one.name): place for place, one in enumerate(said)}
        known = (total for total in self._totals if places.keys() >= set(total))
        return [tuple(sorted(places[one] for one in total)) for total in known]


_KEPT: "WeakKeyDictionary[Dataset, dict[tuple[Structure, bool], Reports]]" = WeakKeyDictionary()


def _reports(dataset: Dataset, structure: Structure, *, nothing: bool) -> Reports:
    kept = _KEPT.setdefault(dataset, {})
    if (structure, nothing) not in kept:
        cells = checks.of_figures(dataset.figures, dataset.statements, structure).cells
        kept[structure, nothing] = Reports(cells, structure, nothing)
    return kept[structure, nothing]


def _codes(axis: str, given: Any, structure: Structure, faults: list[Fault]) -> list[Any]:
    """Read the codes of one axis, all that take part if it is left out, and keep what is wrong with them."""
    if given is None:
        every = _AXES[axis]
        if isinstance(every, type) and issubclass(every, Code):
            return [code for code in every if code not in structure.aside.get(axis, ())]
        faults.append(Fault("cell", 0, axis, "is not given; the calendar has no end"))
        return []
    found = []
    several = isinstance(given, Iterable) and not isinstance(given, str | Period)
    for one in (told := list(given) if several else [given]):
        try:
            found.append(_AXES[axis](one))
        except (TypeError, ValueError) as error:
            faults.append(Fault("cell", 0, axis, error.problem if isinstance(error, InvalidValueError) else str(error)))
    if not told:
        faults.append(Fault("cell", 0, axis, "is empty; leave it out for all codes"))
    return found


def _wrong(cell: Cell, structure: Structure) -> list[Fault]:
    """Say why nothing follows for a cell, or why there is none."""
    apart = aside(structure, tuple(_AXES), tuple(map(str, cell.key)))
    wrong = [Fault("cell", 0, code, "is never compared or added: nothing follows for it") for code in apart]
    return [*wrong, *_uncounted(cell)]


def _uncounted(cell: Cell) -> list[Fault]:
    try:
        check_cell(cell)
    except InvalidValueError as error:
        return [Fault("cell", 0, error.field, error.problem)]
    return []


def _asked(cell: Cell | None, axes: dict[str, Any], structure: Structure) -> list[Cell]:
    """Give the cells that are asked about; refuse all that is wrong with them at once.

    Among the combinations of several codes, those that nobody counts are left out.
    """
    faults: list[Fault] = []
    cells: list[Cell] = []
    if cell is not None:
        faults += [Fault("cell", 0, axis, "is given beside a cell") for axis, given in axes.items() if given is not None]
        if isinstance(cell, Cell):
            cells = [cell]
        else:
            faults.append(Fault("cell", 0, "", f"{cell!r} is no Cell"))
    else:
        codes = [_codes(axis, given, structure, faults) for axis, given in axes.items()]
        cells = [Cell(*key) for key in itertools.product(*codes)]
        cells = [one for one in cells if not _uncounted(one)] or cells
    faults += dict.fromkeys(fault for one in cells for fault in _wrong(one, structure))
    if faults:
        raise RecordError(faults, "the cells asked for")
    return list(dict.fromkeys(cells))


def implied(
    dataset: "names.DatasetName | Dataset",
    cell: Cell | None = None,
    *,
    period: "SomePeriods | None" = None,
    area: "Some[names.AreaCode] | None" = None,
    scope: "Some[names.ScopeCode] | None" = None,
    measure: "Some[names.MeasureCode] | None" = None,
    group: "Some[names.GroupCode] | None" = None,
    structure: Structure | None = None,
    optional_absent: Optional = "unknown",
) -> Table[Implied]:
    """Say what can be known about cells, from what was reported of them and of others.

    Each cell gets the interval in which it must lie if what was reported is true, along the structure: totals and their
    parts, regions, scopes, spans, bounds. It is the interval of a linear program, rounded inwards to whole numbers, and
    never too narrow. Needs the extra `implied`.

    Args:
        dataset: A dataset, or its name.
        cell: The cell; or else its axes, and all combinations that are counted of what is given:
        period: One span or several.
        area: One code or several; left out, all that take part in anything. So on each of the axes below.
        scope: One code or several.
        measure: One code or several.
        group: One code or several.
        structure: What adds up to what; by default what is declared for the record.
        optional_absent: What an optional part is that nobody named: `unknown`, any number from 0 on; or `nothing`.

    Returns:
        A row for each cell, in the order in which they were given, or of the codes, with the interval, the reported numbers
        that bind it, and the contradictions that bear on it. Its rows are derived, and no line can pin them.

    Raises:
        RecordError: If no period is given, an axis is empty, a code is unknown or never takes part in anything, or none of
            the cells is one that anybody counts; with every fault found.
        InvalidValueError: If `optional_absent` is neither of the two.
        UnknownNameError: If there is no such dataset.
        MissingExtraError: If the solver is not installed.

    Examples:
        >>> import conflictdata as cd
        >>> picss = cd.load("picss", release="2026-11-22")
        >>> cell = {"period": "2015-03", "area": "PK", "scope": "all", "measure": "incidents", "group": "total"}
        >>> (row,) = cd.implied(picss, **cell)
        >>> row.low, row.high, row.low_by[0]
        (160, 160, '2015-01 PK all incidents total 207')
    """
    if optional_absent not in {"unknown", "nothing"}:
        raise InvalidValueError("optional_absent", f"{optional_absent!r} is neither unknown nor nothing")
    opened = load(dataset) if isinstance(dataset, str) else dataset
    rules = Structure.declared() if structure is None else structure
    axes = {"period": period, "area": area, "scope": scope, "measure": measure, "group": group}
    asked = _asked(cell, axes, rules)
    reports = _reports(opened, rules, nothing=optional_absent == "nothing")
    keys: list[Key] = [(opened.name, *map(str, one.key)) for one in asked]
    rows: list[Implied] = []
    named: dict[str, tuple[tuple[str, ...], str]] = {}
    for one, key, (answer, said) in zip(asked, keys, reports.ask(keys), strict=True):
        rows.append(_row(opened.name, one, answer, said, reported=key in reports.cells.members))
        clashing = itertools.chain.from_iterable(answer.clashes)
        named |= {said[at].text: (said[at].key[1:], said[at].name) for at in (*answer.low_by, *answer.high_by, *clashing)}
    known = f" as of {opened.vintage.as_of}" if opened.vintage else ""
    title = f"implied (derived) intervals of {opened.name}{known}"
    return Table(
        to_arrow(Implied, rows), Implied, title, basis=opened.basis(functools.partial(opened.reported.of_implied, named))
    )


def _row(dataset: str, cell: Cell, answer: Answer, said: tuple[Said, ...], *, reported: bool) -> Implied:
    contradictions = tuple("; ".join(said[place].text for place in clash) for clash in answer.clashes)
    return Implied(
        dataset=dataset,
        period=cell.period,
        area=cell.area,
        scope=cell.scope,
        measure=cell.measure,
        group=cell.group,
        low=answer.low,
        high=answer.high,
        state=state_of(Interval(answer.low, answer.high), contradictions),
        reported=reported,
        low_by=tuple(said[place].text for place in answer.low_by),
        high_by=tuple(said[place].text for place in answer.high_by),
        contradictions=contradictions,
    )
