"""The check over frames: a total against its parts, as expressions over one row of all their counts."""

from collections.abc import Callable, Mapping
from typing import Any

import attrs
import narwhals.stable.v2 as nw

from conflictdata.expressions import added, cases, either, every, no_number, no_text
from conflictdata.slots import Group, Node
from conflictdata.vocabulary import Verdict

RESTS = "rests on a row that cannot be used"


@attrs.define
class Scratch:
    """A frame, and columns of its own that are written once and read often."""

    frame: "nw.LazyFrame[Any]"
    prefix: str

    def put(self, made: Mapping[str, nw.Expr]) -> None:
        """Write columns, each from those that were written before."""
        if made:
            self.frame = self.frame.with_columns(*(expr.alias(f"{self.prefix}{name}") for name, expr in made.items()))

    def at(self, name: str) -> nw.Expr:
        """Give one of these columns."""
        return nw.col(f"{self.prefix}{name}")


@attrs.frozen
class Leaf:
    """A part that may be there.

    Attributes:
        slot: Its slot.
        above: The slots above it, below the whole.
        here: Whether it is there, and added.
        required: Whether the sum is not complete without it.
    """

    slot: int
    above: tuple[int, ...]
    here: nw.Expr
    required: bool


@attrs.frozen
class Gap:
    """A required part that may be absent.

    Attributes:
        slot: Its slot.
        above: The slots above it, below the whole.
        here: Whether it is absent.
    """

    slot: int
    above: tuple[int, ...]
    here: nw.Expr


@attrs.frozen
class Parts:
    """The parts of a total: those that may be there, those that may be absent, those that may be unusable."""

    leaves: tuple[Leaf, ...]
    gaps: tuple[Gap, ...]
    bad: tuple[nw.Expr, ...]

    @property
    def any(self) -> nw.Expr:
        """Whether any part is there, usable or not."""
        return either(*(leaf.here for leaf in self.leaves), *self.bad)


def written(parts: Parts, work: Scratch) -> Parts:
    """Write each condition of these parts down once."""
    conditions = {f"leaf{n}": leaf.here for n, leaf in enumerate(parts.leaves)}
    conditions |= {f"gap{n}": gap.here for n, gap in enumerate(parts.gaps)}
    work.put(conditions | {"any": parts.any})
    return Parts(
        tuple(attrs.evolve(leaf, here=work.at(f"leaf{n}")) for n, leaf in enumerate(parts.leaves)),
        tuple(attrs.evolve(gap, here=work.at(f"gap{n}")) for n, gap in enumerate(parts.gaps)),
        parts.bad,
    )


def parts_of(group: Group, node: Node, above: tuple[int, ...] = ()) -> Parts:
    """Collect the parts of a total; one that is not there is replaced by its own.

    Args:
        group: The counts.
        node: The sum.
        above: The slots above it, below the outermost whole.

    Returns:
        The parts.
    """
    leaves, gaps, bad = [], [], []
    for part in node.parts:
        missing = group.missing(part.slot)
        leaves.append(Leaf(part.slot, above, group.there(part.slot), part.required))
        bad.append(group.bad(part.slot))
        replaced = []
        for below in part.below:
            own = parts_of(group, below, (*above, part.slot))
            instead = every(missing, group.holds(below.rule, below.offset))
            leaves += [attrs.evolve(leaf, here=every(instead, leaf.here)) for leaf in own.leaves]
            bad += [every(instead, one) for one in own.bad]
            found = every(instead, own.any)
            gaps += [attrs.evolve(gap, here=every(found, gap.here)) for gap in own.gaps]
            replaced.append(found)
        if part.required:
            gaps.append(Gap(part.slot, above, every(missing, ~either(*replaced)) if replaced else missing))
    return Parts(tuple(leaves), tuple(gaps), tuple(bad))


def judged(low: nw.Expr, high: nw.Expr, *, complete: nw.Expr, bad: nw.Expr) -> nw.Expr:
    """Give the verdict on a residual, as `balancing.judge` does.

    Args:
        low: The smallest difference that fits; null where there is no limit.
        high: The largest.
        complete: Whether all required parts are there.
        bad: Whether a part cannot be used.
    """
    told = [
        (bad, Verdict.INVALID),
        (high < 0, Verdict.OVER),
        (low.is_null() | (low < 0), Verdict.OPEN),
        (~complete, Verdict.PARTIAL),
        (high == 0, Verdict.BALANCED),
        (low > 0, Verdict.SHORT),
    ]
    return cases([(condition, nw.lit(verdict.value)) for condition, verdict in told], nw.lit(Verdict.OPEN.value))


def fits(low: nw.Expr, high: nw.Expr) -> nw.Expr:
    """Give the verdict on what is left of a whole without a part of it."""
    told = [(high < 0, Verdict.OVER), (low.is_null() | (low < 0), Verdict.OPEN)]
    return cases([(condition, nw.lit(verdict.value)) for condition, verdict in told], nw.lit(Verdict.BALANCED.value))


def unless(condition: nw.Expr, value: nw.Expr) -> nw.Expr:
    """Give a number, or null where a condition holds."""
    return cases([(condition, no_number())], value)


def row(cell: dict[str, nw.Expr], **told: nw.Expr) -> dict[str, nw.Expr]:
    """Give the columns of a row of the result; a number that is not told is null."""
    numbers = ("low", "high", "parts", "absent", "residual_low", "residual_high")
    texts = ("axis", "part", "verdict", "reason")
    empty = dict.fromkeys(numbers, no_number()) | dict.fromkeys(texts, no_text())
    made = empty | told
    first, *_ = names = ("axis", "part", *numbers, "verdict", "reason")
    return {first: made[first], **cell} | {name: made[name] for name in names[1:]}


def sum_of(leaves: tuple[Leaf, ...], count: Callable[[int], nw.Expr]) -> nw.Expr:
    """Add up the counts of the parts that are there."""
    return added(*(nw.when(leaf.here).then(count(leaf.slot)).otherwise(nw.lit(0, dtype=nw.Int64)) for leaf in leaves))
