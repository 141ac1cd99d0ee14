"""Linear programs over what was reported: whether it can all be true, and how small and how large a cell can be then.

Needs the solver HiGHS, the extra `implied`; it is imported when the first program is written.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from math import ceil, floor
from typing import TYPE_CHECKING, Any, NamedTuple

from conflictdata.errors import MissingExtraError
from conflictdata.programs import Program, Said, Vector
from conflictdata.structure import Key

if TYPE_CHECKING:
    from numpy.typing import NDArray

SLACK = 1e-6  # what a solver's arithmetic may be off by
_TILT = 1e-3  # by how much limits are widened to tell apart sets that limit an end alike; far less than a count
_CLASH = 1e-5  # by how much numbers must miss each other to contradict each other; whole numbers miss by far more


class Solution(NamedTuple):
    """How small or how large a cell can be.

    Attributes:
        end: The end of the linear program, rounded inwards to a whole number; None where there is no limit.
        by: The places of the numbers that limit it.
        point: A count for each atom at which it is reached; None where there is no limit.
    """

    end: int | None
    by: tuple[int, ...]
    point: Any


@cache
def _silent() -> Any:
    """Give the solver's class, without its notice of who made it: the command's output is read by programs."""
    import highspy

    class Silent(highspy.Highs):
        def __init__(self) -> None:
            super().__init__()  # type: ignore[no-untyped-call]
            self.setOptionValue("output_flag", False)  # noqa: FBT003  the solver's own

        def enableCallbacks(self) -> None:  # noqa: N802  the solver's own; some versions call it first of all, and speak
            self.setOptionValue("output_flag", False)  # noqa: FBT003
            super().enableCallbacks()  # type: ignore[no-untyped-call]

    return Silent


class _Model:
    """A linear program that is kept by the solver: what changes between two questions is told, and it goes on from there.

    Counts are 0 or more; a row that is not taken in has no limits.
    """

    def __init__(self, costs: Any, most: Any, matrix: Any, fixed: Any) -> None:
        """Hand the program over.

        Args:
            costs: The cost of each column.
            most: The largest number of each column.
            matrix: For each row, its columns with their numbers.
            fixed: The upper and lower limits of the first rows, which always hold; the others are free until taken in.
        """
        import highspy
        import numpy as np

        self._np, self._highspy = np, highspy
        self._solver: Any = _silent()()
        for name, value in (("presolve", "off"), ("threads", 1)):
            self._solver.setOptionValue(name, value)
        told = highspy.HighsLp()
        told.num_col_, told.num_row_ = len(costs), len(matrix)
        told.col_cost_, told.col_lower_, told.col_upper_ = costs, np.zeros(len(costs)), most
        free = np.full(len(matrix) - len(fixed), np.inf)
        told.row_lower_ = np.concatenate([[low for low, _ in fixed], -free])
        told.row_upper_ = np.concatenate([[high for _, high in fixed], free])
        told.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        told.a_matrix_.start_ = np.cumsum([0, *map(len, matrix)])
        told.a_matrix_.index_ = np.array([column for row in matrix for column in row], dtype=np.int32)
        told.a_matrix_.value_ = np.array([number for row in matrix for number in row.values()], dtype=float)
        self._solver.passModel(told)
        self._first = len(fixed)
        self._taken = np.zeros(len(matrix) - len(fixed), dtype=bool)
        self._costs = np.array(costs, dtype=float)

    def take(self, wanted: Any, low: Any, high: Any) -> None:
        """Let the limits of some rows hold, and of no others."""
        for row in self._np.nonzero(wanted != self._taken)[0].tolist():
            ends = (low[row], high[row]) if wanted[row] else (-self._np.inf, self._np.inf)
            self._solver.changeRowBounds(self._first + row, *ends)
        self._taken = wanted

    def minimise(self, costs: Any = None) -> "_Found":
        """Find the smallest cost.

        Args:
            costs: The cost of each column; by default as they were.

        Returns:
            What was found.

        Raises:
            ArithmeticError: If the solver gives up.
        """
        if costs is not None:
            for column in self._np.nonzero(costs != self._costs)[0].tolist():
                self._solver.changeColCost(column, costs[column])
            self._costs = costs
        state = self._highspy.HighsModelStatus
        self._solver.run()
        found = self._solver.getModelStatus()
        if found not in {state.kOptimal, state.kInfeasible, state.kUnbounded}:
            self._solver.clearSolver()  # from the start, where going on from the last answer failed
            self._solver.run()
            found = self._solver.getModelStatus()
        if found not in {state.kOptimal, state.kInfeasible, state.kUnbounded}:
            raise ArithmeticError(self._solver.modelStatusToString(found))
        if found != state.kOptimal:
            return _Found(infeasible=found == state.kInfeasible)
        solution = self._solver.getSolution()
        limiting = self._np.abs(self._np.array(solution.row_dual)[self._first :]) > SLACK
        return _Found(
            cost=self._solver.getObjectiveValue(),
            point=self._np.array(solution.col_value),
            limiting=self._np.nonzero(limiting & self._taken)[0],
        )


class _Found(NamedTuple):
    """What a program gives: its smallest cost, where there is one, a point that has it, and the rows that limit it."""

    infeasible: bool = False
    cost: float | None = None
    point: Any = None
    limiting: Any = ()


class System:
    """A program with what was reported, to be solved for any part of that.

    Attributes:
        program: The cells.
        said: What was reported.
        places: The places of what says something of a cell of the program.
        owners: The place of what was reported, for each row of `rows`.
        rows: The atoms that each limit is about, with their numbers.
        low: The smallest number that fits each limit.
        high: The largest; infinite where there is no upper limit.
    """

    def __init__(self, program: Program, said: Sequence[Said]) -> None:
        """Write the rows.

        Args:
            program: The cells.
            said: What was reported.

        Raises:
            MissingExtraError: If the solver is not installed.
        """
        try:
            import highspy  # noqa: F401
            import numpy as np
        except ImportError as error:
            raise MissingExtraError("implied", "implied") from error
        self._np = np
        self.program = program
        self.said = said
        self.size: int = len(program.atoms)
        known = program.vectors
        limits = [
            (place, limit)
            for place, one in enumerate(said)
            for limit in one.limits
            if all(key in known for key in limit.cells)
        ]
        self.places: tuple[int, ...] = tuple(dict.fromkeys(place for place, _ in limits))
        self.owners: NDArray[Any] = np.array([place for place, _ in limits], dtype=int)
        self.low: NDArray[Any] = np.array([limit.low for _, limit in limits], dtype=float)
        self.high: NDArray[Any] = np.array(
            [np.inf if limit.high is None else limit.high for _, limit in limits], dtype=float
        )
        self.rows: list[Vector] = [_total(known[key] for key in limit.cells) for _, limit in limits]
        # A little each, and to each its own: what limits an end then does not depend on the way of the solver.
        self._tilt = _TILT * (1 + self.owners / (2 * max(1, len(said))))
        self._fixed = [(0.0, 0.0)] * len(program.equal) + [(-np.inf, 0.0)] * len(program.less)
        self._structure = [_difference(one, other) for one, other in (*program.equal, *program.less)]
        self._most = np.full(self.size, np.inf)
        self._most[sorted(program.nil)] = 0
        self._models: dict[str, _Model] = {}
        self._dense = np.zeros((len(self.rows), self.size))
        for row, numbers in enumerate(self.rows):
            self._dense[row, list(numbers)] = list(numbers.values())

    def sums(self, point: Any) -> Any:
        """Give the number of each row at a point."""
        return self._dense @ point

    def cost(self, key: Key) -> Any:
        """Give the atoms of a cell as an array."""
        cost = self._np.zeros(self.size)
        for atom, number in self.program.vectors[key].items():
            cost[atom] = number
        return cost

    def _model(self, kind: str) -> _Model:
        """Give a program.

        It is `plain`; `tilted`, where limits are wider by a little; `elastic`, where they may be missed at a cost; or
        `cone`, of directions without end.
        """
        if kind not in self._models:
            np, costs, most = self._np, self._np.zeros(self.size), self._most
            rows: list[dict[int, float]] = [dict(row) for row in self.rows]
            if kind == "elastic":
                loose = 2 * len(rows)
                spare = [{self.size + 2 * n: 1.0, self.size + 2 * n + 1: -1.0} for n in range(len(rows))]
                rows = [{**row, **more} for row, more in zip(rows, spare, strict=True)]
                costs = np.concatenate([costs, np.ones(loose)])
                most = np.concatenate([most, np.full(loose, np.inf)])
            self._models[kind] = _Model(costs, most, [*self._structure, *rows], self._fixed)
        return self._models[kind]

    def _solved(self, kind: str, among: Collection[int], cost: Any = None) -> tuple[_Found, tuple[int, ...]]:
        """Solve a program for a part of what was reported. Give who limits it too."""
        wanted = self._np.zeros(len(self.said), dtype=bool)
        wanted[list(among)] = True
        model = self._model(kind)
        tilt = self._tilt if kind == "tilted" else 0
        model.take(wanted[self.owners], self.low - tilt, self.high + tilt)
        found = model.minimise(cost)
        return found, tuple(sorted({int(self.owners[row]) for row in found.limiting}))

    def feasible(self, among: Collection[int]) -> bool:
        """Whether all of these can be true together."""
        if not among:
            return True
        return not self._solved("plain", among, self._np.zeros(self.size))[0].infeasible

    def end(self, key: Key, among: Collection[int], *, highest: bool) -> Solution | None:
        """Say how small or how large a cell can be.

        Args:
            key: The cell.
            among: The places of what is taken as true.
            highest: Whether the largest number is asked for.

        Returns:
            The end of its interval; None if not all of these can be true.
        """
        cost = self.cost(key)
        found, by = self._solved("plain", among, -cost if highest else cost)
        if found.infeasible:
            return None
        if found.cost is None:
            return Solution(None, (), None)
        number = floor(-found.cost + SLACK) if highest else max(0, ceil(found.cost - SLACK))
        return Solution(number, by, found.point)

    def binding(self, key: Key, among: Collection[int], *, highest: bool) -> tuple[int, ...]:
        """Say what limits an end of a cell: of several sets that do, as a rule the smallest, then the first.

        Args:
            key: The cell.
            among: The places of what is taken as true; all of it can be.
            highest: Whether the largest number is asked for.

        Returns:
            The places; which they are does not depend on the version of the solver.
        """
        cost = self.cost(key)
        return self._solved("tilted", among, -cost if highest else cost)[1]

    def clashing(self, among: Collection[int]) -> list[tuple[int, ...]]:
        """Find sets that cannot all be true, no two of them about the same counts.

        Args:
            among: The places of what is taken as true.

        Returns:
            The sets; none if all of these can be true.
        """
        if not among:
            return []
        found, by = self._solved("elastic", among)
        if found.cost is None or found.cost <= _CLASH:
            return []
        sets = [one for one in self._apart(by) if not self.feasible(one)]
        return sets or [by if by and not self.feasible(by) else tuple(sorted(among))]

    def _apart(self, places: Iterable[int]) -> list[tuple[int, ...]]:
        """Part what was reported into sets that share no atom."""
        sets: list[tuple[set[int], set[int]]] = []
        for place in places:
            mine = {place}
            atoms = {atom for row in self._np.nonzero(self.owners == place)[0] for atom in self.rows[row]}
            for one in [one for one in sets if one[1] & atoms]:
                sets.remove(one)
                mine |= one[0]
                atoms |= one[1]
            sets.append((mine, atoms))
        return [tuple(sorted(mine)) for mine, _ in sets]

    def irreducible(self, clash: Iterable[int]) -> tuple[int, ...]:
        """Leave out of a set that cannot all be true what it does not need for that.

        Args:
            clash: The set.

        Returns:
            A set that cannot all be true, of which all but any one can.
        """
        kept = sorted(clash)
        for one in tuple(kept):
            trial = [other for other in kept if other != one]
            if one in kept and (smaller := self._still(trial)):
                kept = smaller
        return tuple(kept)

    def _still(self, trial: list[int]) -> list[int]:
        """Give what cannot all be true of a set; empty if all of it can."""
        found, by = self._solved("elastic", trial)
        if found.cost is None or found.cost <= _CLASH:
            return []
        return list(by) if len(by) < len(trial) and not self.feasible(by) else trial

    def unlimited(self, key: Key) -> bool:
        """Whether a cell has no limit above, whatever of all that was reported is true."""
        np = self._np
        model = self._model("cone")
        model.take(np.isfinite(self.high), np.full(len(self.rows), -np.inf), np.zeros(len(self.rows)))
        return model.minimise(-self.cost(key)).cost is None


def _total(vectors: Iterable[Vector]) -> Vector:
    counted = Counter[int]()
    for vector in vectors:
        counted.update(vector)
    return dict(counted)


def _difference(one: Vector, other: Vector) -> Vector:
    counted = Counter(one)
    counted.subtract(other)
    return {atom: number for atom, number in counted.items() if number}
