"""The check over frames: which rows of the result follow from the counts of all cells that differ in one column alone."""

from typing import Any

import narwhals.stable.v2 as nw

from conflictdata.engines import Branch
from conflictdata.expressions import added, cases, either, every, no_text, number
from conflictdata.given import REPEATED
from conflictdata.inclusions import Counted, beyond, counted
from conflictdata.signed import RESTS, Scratch, fits, judged, parts_of, row, sum_of, unless, written
from conflictdata.slots import Group, Node
from conflictdata.structure import Within
from conflictdata.vocabulary import Axis, Verdict


def branches_of(group: Group) -> tuple["nw.LazyFrame[Any]", list[Branch]]:
    """Say what rows of the result follow from a row of a group.

    Args:
        group: The counts.

    Returns:
        The rows of the group, with the columns that the branches need, and the branches.
    """
    frame, branches = group.frame, []
    for place, node in enumerate(group.slots.tops):
        frame, branch = _sum(group, frame, node, f"__t{place}_")
        branches.append(branch)
    for place, rule in enumerate(group.slots.withins):
        work = Scratch(frame, f"__w{place}_")
        branches += _withins(group, work, rule)
        frame = work.frame
    if group.slots.counts_rows:
        for slot in range(len(group.slots.codes)):
            told = {"verdict": nw.lit(Verdict.INVALID.value), "reason": nw.lit(REPEATED)}
            # a code that hangs on the row: constants alone would be one row, whatever is left of the frame
            code = nw.when(group.repeated(slot)).then(group.code(slot))
            branches.append(Branch(group.repeated(slot), row(group.cell(code), **told), rare=True))
    return frame, branches


def _sum(group: Group, frame: "nw.LazyFrame[Any]", node: Node, prefix: str) -> tuple["nw.LazyFrame[Any]", Branch]:
    """Hold a total against its parts."""
    work = Scratch(frame, prefix)
    parts = written(parts_of(group, node), work)
    whole = node.slot if group.single else "w"
    if group.entries.included:
        told = counted(group, work, node, parts)
    else:
        if group.single:
            low, high = (sum_of(parts.leaves, one) for one in (group.low, group.high))
            free = either(*(every(leaf.here, group.free(leaf.slot)) for leaf in parts.leaves))
        else:
            low, high, free = group.low("p"), group.high("p"), group.free("p")
        absent = added(*(number(gap.here) for gap in parts.gaps))
        there = added(*(number(leaf.here) for leaf in parts.leaves))
        told = Counted(group.low(whole), low, high, free, there, absent)
    top, endless = group.high(whole), group.free(whole)
    slots = [leaf.slot for leaf in parts.leaves]
    least, most = told.low - told.parts_high, top - told.parts_low
    if group.entries.bounded or group.entries.included:
        least = unless(told.parts_free, least)
    if group.entries.bounded:
        most, top = unless(endless, most), unless(endless, top)
    work.put({"least": least, "most": most, "absent": told.absent, "bad": either(*parts.bad, group.spoilt(slots))})
    least, most, absent, bad = (work.at(name) for name in ("least", "most", "absent", "bad"))
    branch = Branch(
        every(group.there(node.slot), ~group.aside(), group.holds(node.rule, node.offset), work.at("any")),
        row(
            group.cell(group.code(node.slot)),
            axis=nw.lit(node.rule.axis),
            low=group.low(whole),
            high=top,
            parts=unless(bad, told.added),
            absent=absent,
            residual_low=unless(bad, least),
            residual_high=unless(bad, most),
            verdict=judged(least, most, complete=absent == 0, bad=bad),
            reason=cases([(bad, nw.lit(RESTS))], no_text()),
        ),
    )
    return work.frame, branch


def _withins(group: Group, work: Scratch, rule: Within) -> list[Branch]:
    """Hold every part against its whole, one at a time."""
    slots = {code: group.slots.codes.index(code) for code in (rule.whole, *rule.parts)}
    whole = slots[rule.whole]
    if group.entries.included:
        inside = dict.fromkeys(rule.parts, nw.lit(value=True))
        work.put({f"beyond{slot}": beyond(group, group.inside(slot), inside) for slot in slots.values()})
    made = []
    for code in rule.parts:
        part = slots[code]
        low, part_low = group.low(whole), group.low(part)
        if group.entries.included:
            low, part_low = apart(work.at(f"beyond{whole}"), work.at(f"beyond{part}"), low, part_low)
        where = every(group.there(whole), group.there(part), ~group.aside(), group.holds(rule))
        ends = (group.low(whole), group.high(whole), group.free(whole))
        told = fit(ends, low, (part_low, group.high(part), group.free(part)), bounded=group.entries.bounded)
        made.append(Branch(where, row(group.cell(group.code(whole)), part=nw.lit(code), **told)))
    return made


def apart(one: nw.Expr, other: nw.Expr, low: nw.Expr, other_low: nw.Expr) -> tuple[nw.Expr, nw.Expr]:
    """Leave open what a whole or a part of it includes beyond them, and the other does not."""
    nothing, differ = nw.lit(0, dtype=nw.Int64), one != other
    return cases([(every(differ, one != 0), nothing)], low), cases([(every(differ, other != 0), nothing)], other_low)


def fit(
    whole: tuple[nw.Expr, nw.Expr, nw.Expr], low: nw.Expr, part: tuple[nw.Expr, nw.Expr, nw.Expr], *, bounded: bool
) -> dict[str, nw.Expr]:
    """Hold one part against its whole.

    Args:
        whole: The ends of the whole, and whether it has no upper limit.
        low: The smallest number of the whole, as it is compared.
        part: The same of the part, as it is compared.
        bounded: Whether there can be none.
    """
    least, most, top = low - part[1], whole[1] - part[0], whole[1]
    if bounded:
        least, most, top = unless(part[2], least), unless(whole[2], most), unless(whole[2], top)
    one, none = nw.lit(1, dtype=nw.Int64), nw.lit(0, dtype=nw.Int64)
    return {
        "axis": nw.lit(Axis.WITHIN.value),
        "low": whole[0],
        "high": top,
        "parts": one,
        "absent": none,
        "residual_low": least,
        "residual_high": most,
        "verdict": fits(least, most),
    }
