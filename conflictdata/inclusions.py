"""The check over frames: parts that are counted inside others, as `balancing` takes them, by expressions over bits."""

from collections.abc import Callable, Mapping

import attrs
import narwhals.stable.v2 as nw

from conflictdata.expressions import added, cases, either, every, number
from conflictdata.signed import Gap, Leaf, Parts, Scratch
from conflictdata.slots import Group, Node

_NOTHING = nw.lit(0, dtype=nw.Int64)


@attrs.frozen
class Counted:
    """The counts of a total and of its parts, with what is counted inside others taken into account.

    Attributes:
        low: The smallest number of the total.
        parts_low: The smallest sum of the parts.
        parts_high: The largest, of those that have one.
        parts_free: Whether a part has none.
        added: How many parts were added.
        absent: How many required parts are not there.
    """

    low: nw.Expr
    parts_low: nw.Expr
    parts_high: nw.Expr
    parts_free: nw.Expr
    added: nw.Expr
    absent: nw.Expr


def beyond(group: Group, mask: nw.Expr, codes: Mapping[str, nw.Expr]) -> nw.Expr:
    """Give what a count includes beside these codes, as bits.

    Args:
        group: The counts.
        mask: What it includes.
        codes: The codes, each with whether it is one of them here.
    """
    places = {code: place for place, code in enumerate(group.entries.included)}
    held = [every(here, has(mask, places[code])) for code, here in codes.items() if code in places]
    bits = [2 ** places[code] for code in codes if code in places]
    return mask - added(*(number(one) * bit for one, bit in zip(held, bits, strict=True))) if held else mask


def has(mask: nw.Expr, place: int) -> nw.Expr:
    """Whether a bit is set."""
    flag: nw.Expr = (mask // 2**place).cast(nw.Int64) % 2 == 1
    return flag


def _tree(group: Group, node: Node, here: nw.Expr, above: tuple[int, ...]) -> dict[int, tuple[tuple[int, ...], nw.Expr]]:
    """Give all slots below a whole, each with those above it and whether it is below it here."""
    made = {}
    for part in node.parts:
        made[part.slot] = (above, here)
        for below in part.below:
            holds = every(here, group.holds(below.rule, below.offset))
            made |= _tree(group, below, holds, (*above, part.slot))
    return made


def counted(group: Group, work: Scratch, node: Node, parts: Parts) -> Counted:
    """Take into account what is counted inside other parts.

    Args:
        group: The counts.
        work: Its rows, which get further columns.
        node: The sum.
        parts: Its parts.

    Returns:
        The counts as they are to be added.
    """
    leaves, order = parts.leaves, range(len(parts.leaves))
    tree = _tree(group, node, nw.lit(value=True), ())
    codes = group.slots.codes
    bits = {slot: group.entries.included.index(codes[slot]) for slot in tree if codes[slot] in group.entries.included}
    nil = {
        j: every(group.high(leaf.slot) == 0, ~group.free(leaf.slot)) for j, leaf in enumerate(leaves) if not leaf.required
    }
    work.put({f"mask{j}": _mask(group, leaf, nil.get(j)) for j, leaf in enumerate(leaves)})
    work.put(
        {f"has{j}_{slot}": every(tree[slot][1], has(work.at(f"mask{j}"), bit)) for j in order for slot, bit in bits.items()}
    )

    def includes(j: int, slots: tuple[int, ...]) -> list[nw.Expr]:
        return [work.at(f"has{j}_{slot}") for slot in slots if slot in bits]

    def inside(i: int, j: int) -> nw.Expr:
        """Whether part i, or one above it, is what part j includes."""
        return every(leaves[i].here, leaves[j].here, either(*includes(j, (leaves[i].slot, *leaves[i].above))))

    named = {slot for slot, (above, _) in tree.items() if slot in bits or bits.keys() & above}  # those that can be included
    apart = [(i, j) for i in order for j in order if leaves[i].slot != leaves[j].slot and leaves[i].slot in named]
    work.put({f"in{i}_{j}": inside(i, j) for i, j in apart})
    both = set(apart)
    reach = _reached(work, apart, len(leaves))
    dropped = {
        i: either(
            *(every(reach(i, j), ~reach(j, i)) if j > i and (j, i) in both else reach(i, j) for i_, j in apart if i_ == i)
        )
        for i in order
    }
    work.put({f"kept{i}": every(leaves[i].here, ~dropped[i]) for i in order})
    work.put({f"all{j}_{slot}": either(*includes(j, (slot, *tree[slot][0]))) for j in order for slot in named})
    work.put(_overlaps(work, leaves, {slot: tree[slot][0] for slot in sorted(named)}))
    whole = {codes[slot]: here for slot, (_, here) in tree.items()}
    work.put({"beyond": beyond(group, group.inside(node.slot), whole)})
    work.put({f"beyond{j}": beyond(group, work.at(f"mask{j}"), whole) for j in order})
    real = {j: every(work.at(f"kept{j}"), ~nil[j]) if j in nil else work.at(f"kept{j}") for j in order}
    work.put({"differ": either(*(every(real[j], work.at(f"beyond{j}") != work.at("beyond")) for j in order))})

    def wide(i: int) -> nw.Expr:
        """Whether a part is smaller than what it is said to include."""
        held = [(o, work.at(f"in{o}_{i}")) for o, i_ in apart if i_ == i]
        smaller = [
            every(~work.at(f"kept{o}"), one, group.low(leaves[o].slot) > group.high(leaves[i].slot)) for o, one in held
        ]
        return every(~group.free(leaves[i].slot), either(*smaller))

    work.put({f"wide{i}": wide(i) for i in order})
    loose = [
        either(work.at(f"wide{j}"), work.at(f"overlap{j}"), every(work.at("differ"), work.at(f"beyond{j}") != 0))
        for j in order
    ]
    kept = [work.at(f"kept{j}") for j in order]
    low = [_where(every(kept[j], ~loose[j]), group.low(leaves[j].slot)) for j in order]
    high = [_where(every(kept[j], ~work.at(f"wide{j}")), group.high(leaves[j].slot)) for j in order]
    free = [every(kept[j], either(work.at(f"wide{j}"), group.free(leaves[j].slot))) for j in order]
    return Counted(
        cases([(every(work.at("differ"), work.at("beyond") != 0), _NOTHING)], group.low(node.slot)),
        added(*low),
        added(*high),
        either(*free),
        added(*map(number, kept)),
        added(*(number(every(gap.here, ~_filled(gap, leaves, includes))) for gap in parts.gaps)),
    )


def _mask(group: Group, leaf: Leaf, nil: nw.Expr | None) -> nw.Expr:
    mask = group.inside(leaf.slot)
    return mask if nil is None else cases([(nil, _NOTHING)], mask)


def _where(condition: nw.Expr, value: nw.Expr) -> nw.Expr:
    return nw.when(condition).then(value).otherwise(_NOTHING)


def _filled(gap: Gap, leaves: tuple[Leaf, ...], includes: Callable[[int, tuple[int, ...]], list[nw.Expr]]) -> nw.Expr:
    """Whether a part that is absent is counted inside another one."""
    others = [(j, leaf) for j, leaf in enumerate(leaves) if leaf.slot != gap.slot]
    return either(*(every(leaf.here, either(*includes(j, (gap.slot, *gap.above)))) for j, leaf in others))


def _reached(work: Scratch, apart: list[tuple[int, int]], size: int) -> Callable[[int, int], nw.Expr]:
    """Say which parts are counted inside which, at one remove or more."""
    names = {pair: f"in{pair[0]}_{pair[1]}" for pair in apart}
    length = 1
    while length < size - 1:  # each step doubles the removes that are seen
        steps = {
            (i, j): [(names[i, k], names[k, j]) for k in range(size) if (i, k) in names and (k, j) in names]
            for i, j in apart
        }
        made = {
            (i, j): either(work.at(names[i, j]), *(every(work.at(one), work.at(other)) for one, other in told))
            for (i, j), told in steps.items()
        }
        length *= 2
        work.put({f"by{length}_{i}_{j}": expr for (i, j), expr in made.items()})
        names = {pair: f"by{length}_{pair[0]}_{pair[1]}" for pair in made}
    return lambda i, j: work.at(names[i, j])


def _overlaps(work: Scratch, leaves: tuple[Leaf, ...], tree: Mapping[int, tuple[int, ...]]) -> dict[str, nw.Expr]:
    """Say which parts overlap with others: they include a piece of them, or something that those include too."""
    made = {}
    for i, leaf in enumerate(leaves):
        told = []
        for j, other in enumerate(leaves):
            if leaf.slot == other.slot or not tree:
                continue
            shared = [
                work.at(f"all{i}_{slot}")
                if slot == other.slot or other.slot in above
                else every(work.at(f"all{i}_{slot}"), work.at(f"all{j}_{slot}"))
                for slot, above in tree.items()
            ]
            told.append(every(work.at(f"kept{j}"), either(*shared)))
        made[f"overlap{i}"] = either(*told)
    return made
