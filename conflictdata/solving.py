"""Linear programs over what was reported: whether it can all be true, and how small and how large a cell can be then.

Needs scipy, the extra `implied`; it is imported when the first program is written.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from math import ceil, floor
from typing import Any, NamedTuple

from conflictdata.errors import MissingExtraError
from conflictdata.programs import Program, Said, Vector
from conflictdata.structure import Key

SLACK = 1e-6  # what a solver's arithmetic may be off by
_CLASH = 1e-5  # by how much numbers must miss each other to contradict each other; whole numbers miss by far more

_OPTIMAL, _INFEASIBLE, _UNBOUNDED = 0, 2, 3


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


class System:
    """A program with what was reported, to be solved for any part of that.

    Attributes:
        program: The cells.
        said: What was reported.
        places: The places of what says something of a cell of the program.
        owners: The place of what was reported, for each row of `rows`.
        rows: The atoms that each limit is about.
        low: The smallest number that fits each limit.
        high: The largest; infinite where there is no upper limit.
    """

    def __init__(self, program: Program, said: Sequence[Said]) -> None:
        """Write the rows.

        Args:
            program: The cells.
            said: What was reported.

        Raises:
            MissingExtraError: If scipy is not installed.
        """
        try:
            import numpy as np
            from scipy import optimize, sparse
        except ImportError as error:
            raise MissingExtraError("implied", "implied") from error
        self._np, self._optimize, self._sparse = np, optimize, sparse
        self.program = program
        self.said = said
        self.size = len(program.atoms)
        known = program.vectors
        limits = [
            (place, limit)
            for place, one in enumerate(said)
            for limit in one.limits
            if all(key in known for key in limit.cells)
        ]
        self.places = tuple(dict.fromkeys(place for place, _ in limits))
        self.owners = np.array([place for place, _ in limits], dtype=int)
        self.low = np.array([limit.low for _, limit in limits], dtype=float)
        self.high = np.array([np.inf if limit.high is None else limit.high for _, limit in limits], dtype=float)
        self.rows = self._matrix([_total(known[key] for key in limit.cells) for _, limit in limits])
        self._equal = self._matrix([_difference(one, other) for one, other in program.equal])
        self._less = self._matrix([_difference(one, other) for one, other in program.less])
        self._most = np.full(self.size, np.inf)
        self._most[sorted(program.nil)] = 0

    def _matrix(self, vectors: Sequence[Vector]) -> Any:
        rows = [row for row, vector in enumerate(vectors) for _ in vector]
        atoms = [atom for vector in vectors for atom in vector]
        numbers = [float(number) for vector in vectors for number in vector.values()]
        return self._sparse.csr_matrix((numbers, (rows, atoms)), shape=(len(vectors), self.size))

    def cost(self, key: Key) -> Any:
        """Give the atoms of a cell as an array."""
        cost = self._np.zeros(self.size)
        for atom, number in self.program.vectors[key].items():
            cost[atom] = number
        return cost

    def _chosen(self, among: Collection[int]) -> tuple[Any, Any, Any]:
        """Give the rows of what is taken in: those with one number, those with a low end, those with a high one."""
        np = self._np
        wanted = np.zeros(len(self.said), dtype=bool)
        wanted[list(among)] = True
        taken = wanted[self.owners]
        exact = taken & (self.low == self.high)
        lower = taken & ~exact & (self.low > 0)
        upper = taken & ~exact & np.isfinite(self.high)
        return np.nonzero(exact)[0], np.nonzero(lower)[0], np.nonzero(upper)[0]

    def _solved(self, cost: Any, among: Collection[int], *, elastic: bool = False) -> tuple[Any, tuple[int, ...]]:
        """Minimise a cost; elastic: the smallest sum by which the limits have to be missed. Give who limits it too."""
        np, sparse = self._np, self._sparse
        exact, lower, upper = self._chosen(among)
        rows = [self._less, -self.rows[lower], self.rows[upper]]
        right = [np.zeros(self._less.shape[0]), -self.low[lower], self.high[upper]]
        same = [self._equal, self.rows[exact]]
        to = [np.zeros(self._equal.shape[0]), self.low[exact]]
        most = self._most
        above, equal = sparse.vstack(rows, format="csr"), sparse.vstack(same, format="csr")
        if elastic:
            loose, tied = len(lower) + len(upper), len(exact)
            miss = sparse.vstack([sparse.csr_matrix((self._less.shape[0], loose)), -sparse.identity(loose)])
            miss_equal = sparse.vstack([sparse.csr_matrix((self._equal.shape[0], tied)), sparse.identity(tied)])
            above = sparse.hstack([above, miss, sparse.csr_matrix((above.shape[0], 2 * tied))], format="csr")
            equal = sparse.hstack([equal, sparse.csr_matrix((equal.shape[0], loose)), miss_equal, -miss_equal], format="csr")
            cost = np.concatenate([np.zeros(self.size), np.ones(loose + 2 * tied)])
            most = np.concatenate([most, np.full(loose + 2 * tied, np.inf)])
        bounds = np.column_stack([np.zeros(len(cost)), most])
        told = {"A_ub": above, "b_ub": np.concatenate(right), "A_eq": equal, "b_eq": np.concatenate(to), "bounds": bounds}
        found = self._optimize.linprog(cost, method="highs", **told)
        if found.status not in {_OPTIMAL, _INFEASIBLE, _UNBOUNDED}:  # it may know only that it is one of the two
            found = self._optimize.linprog(cost, method="highs", options={"presolve": False}, **told)
        if found.status not in {_OPTIMAL, _INFEASIBLE, _UNBOUNDED}:
            raise ArithmeticError(found.message)
        if found.status != _OPTIMAL:
            return found, ()
        limiting = np.concatenate(
            [found.ineqlin.marginals[self._less.shape[0] :], found.eqlin.marginals[self._equal.shape[0] :]]
        )
        owners = self.owners[np.concatenate([lower, upper, exact])]
        return found, tuple(sorted({int(place) for place in owners[np.abs(limiting) > SLACK]}))

    def feasible(self, among: Collection[int]) -> bool:
        """Whether all of these can be true together."""
        if not among:
            return True
        found, _ = self._solved(self._np.zeros(self.size), among)
        return bool(found.status != _INFEASIBLE)

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
        found, by = self._solved(-cost if highest else cost, among)
        if found.status == _INFEASIBLE:
            return None
        if found.status == _UNBOUNDED:
            return Solution(None, (), None)
        number = floor(-found.fun + SLACK) if highest else max(0, ceil(found.fun - SLACK))
        return Solution(number, by, found.x)

    def clashing(self, among: Collection[int]) -> list[tuple[int, ...]]:
        """Find sets that cannot all be true, no two of them about the same counts.

        Args:
            among: The places of what is taken as true.

        Returns:
            The sets; none if all of these can be true.
        """
        if not among:
            return []
        found, by = self._solved(None, among, elastic=True)
        if found.fun <= _CLASH:
            return []
        sets = [one for one in self._apart(by) if not self.feasible(one)]
        return sets or [by if by and not self.feasible(by) else tuple(sorted(among))]

    def _apart(self, places: Iterable[int]) -> list[tuple[int, ...]]:
        """Part what was reported into sets that share no atom."""
        sets: list[tuple[set[int], set[int]]] = []
        for place in places:
            mine, atoms = {place}, set(self.rows[self.owners == place].indices.tolist())
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
        found, by = self._solved(None, trial, elastic=True)
        if found.fun <= _CLASH:
            return []
        return list(by) if len(by) < len(trial) and not self.feasible(by) else trial

    def unlimited(self, key: Key) -> bool:
        """Whether a cell has no limit above, whatever of all that was reported is true."""
        np, sparse = self._np, self._sparse
        upper = np.isfinite(self.high)
        above = sparse.vstack([self._less, self.rows[upper]], format="csr")
        cost = self.cost(key)
        equal = sparse.vstack([self._equal, sparse.csr_matrix(cost)], format="csr")
        told = {"A_ub": above, "b_ub": np.zeros(above.shape[0]), "A_eq": equal}
        to = np.append(np.zeros(self._equal.shape[0]), 1.0)
        bounds = np.column_stack([np.zeros(self.size), self._most])
        found = self._optimize.linprog(np.zeros(self.size), b_eq=to, bounds=bounds, method="highs", **told)
        return bool(found.status == _OPTIMAL)

    def needed(self, key: Key, solution: Solution, *, highest: bool) -> tuple[int, ...]:
        """Leave out of what limits a cell what is not needed for the same end.

        Args:
            key: The cell.
            solution: The end, with what limits it.
            highest: Whether it is the largest number.

        Returns:
            What gives the same end alone, and does not if any one of it is left out.
        """
        kept = list(solution.by)
        for one in solution.by:
            if one not in kept:
                continue
            trial = [other for other in kept if other != one]
            found = self.end(key, trial, highest=highest)
            if found is not None and found.end == solution.end:
                kept = list(found.by)
        return tuple(kept)


def _total(vectors: Iterable[Vector]) -> Vector:
    counted = Counter[int]()
    for vector in vectors:
        counted.update(vector)
    return dict(counted)


def _difference(one: Vector, other: Vector) -> Vector:
    counted = Counter(one)
    counted.subtract(other)
    return {atom: number for atom, number in counted.items() if number}
