"""One claim against one set of numbers: what comes out, and in a sentence why."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

import attrs

from conflictdata.claims import words_of
from conflictdata.lookups import Look, Number
from conflictdata.models import Break, Claim
from conflictdata.percentages import Percent, accepted_by, change, digits, places_of, share, slips_of
from conflictdata.resolve import Cell
from conflictdata.values import Interval, Period
from conflictdata.vocabulary import (
    Area,
    Caveat,
    ClaimKind,
    ClaimVerdict,
    Direction,
    Measure,
    Scope,
    Slip,
    Undecided,
    area_tree,
)
from conflictdata.windows import HIGHEST, before, breaks_between, same_shape, window_of

_NEVER = {
    Caveat.NOT_A_PLAIN_RECORD: Undecided.NOT_A_PLAIN_RECORD,
    Caveat.REFERENCE_UNNAMED: Undecided.REFERENCE_UNNAMED,
    Caveat.DENOMINATOR_UNCLEAR: Undecided.DENOMINATOR_UNCLEAR,
}
_SHOWN = 3  # spans that a sentence names
_NOTHING_LEFT = -100  # per cent: no fall is larger


@attrs.frozen
class Outcome:
    """What came out of a test; the fields are those of `ClaimTest`."""

    verdict: ClaimVerdict
    evidence: str
    undecided: Undecided | None = None
    slips: tuple[Slip, ...] = ()
    computed: Percent | None = None
    accepted: str | None = None
    used: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    seen: int | None = None
    window: int | None = None


def _open(why: Undecided, evidence: str, **more: Any) -> Outcome:
    return Outcome(ClaimVerdict.UNDECIDED, evidence, undecided=why, **more)


def _with(cell: Cell, **axes: Any) -> Cell:
    return attrs.evolve(cell, **axes)


def _alike(one: Number, other: Number) -> tuple[Interval, Interval]:
    """Leave open what one number includes and the other does not; what both include alike makes no difference."""
    if one.includes == other.includes:
        return one.interval, other.interval
    loose = [Interval(0, n.interval.high) if n.includes else n.interval for n in (one, other)]
    return loose[0], loose[1]


def _moved(percent: Percent, places: int) -> str:
    """Say a change in words: `up 29.0 %`, `down 12.5 to 33.3 %`, `no change`."""
    if percent.low == percent.high == 0:
        return "no change"
    if percent.low is not None and percent.low >= 0:
        return f"up {percent.text(places)}"
    if percent.high is not None and percent.high <= 0:
        return f"down {percent.turned().text(places)}"
    fall = "" if percent.low is None or percent.low <= _NOTHING_LEFT else f"down {digits(-percent.low, places)} %"
    rise = "" if percent.high is None else f"up {digits(percent.high, places)} %"
    if fall and rise:
        return f"between {fall} and {rise}"
    return f"at most {rise}" if rise else f"at most {fall}" if fall else "any change"


def _part(percent: Percent, places: int) -> str:
    """Say a share in words: `70.0 %`, `at most 28.1 %`, `72.7 % or more`."""
    if percent.low == 0 and percent.high:
        return f"at most {digits(percent.high, places)} %"
    return percent.text(places)


def _listed(names: Sequence[object]) -> str:
    """Name a few, and say how many more there are."""
    shown = ", ".join(map(str, names[:_SHOWN]))
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN:,} more"


@attrs.frozen
class Check:
    """One claim against one set of numbers.

    Attributes:
        claim: The claim.
        look: Gives the number of a cell, if there is one.
        breaks: The breaks of definition that hold; none for a page by itself.
        unclear: Whether cells of unclear scope or extent are left undecided, as between pages.
        nearby: Gives the areas and scopes with a number of a span, for the context.
    """

    claim: Claim
    look: Look
    breaks: tuple[Break, ...]
    unclear: bool
    nearby: Callable[[Period, Measure], set[tuple[Area, Scope]]]

    def run(self) -> Outcome:
        """Test the claim."""
        never = next((_NEVER[caveat] for caveat in self.claim.caveats if caveat in _NEVER), None)
        if never:
            return self.never(never)
        if self.claim.claim is ClaimKind.PERCENT_CHANGE:
            return self.change()
        return self.share() if self.claim.claim is ClaimKind.SHARE else self.record()

    def never(self, why: Undecided) -> Outcome:
        """Say why a claim is never decided, with the changes that may help to judge it."""
        claim = self.claim
        context: list[str] = []
        if why is Undecided.REFERENCE_UNNAMED and claim.claim is ClaimKind.PERCENT_CHANGE:
            context = self.changes_nearby()
        told = f"; as context and not as a test, of the spans before and after: {', '.join(context)}" if context else ""
        return _open(why, f"{why.definition.rstrip('.')}{told}.", context=tuple(context))

    def changes_nearby(self) -> list[str]:
        """List what went the claimed way since the span before in the parts of the area, or in one that has no parts."""
        claim, cell = self.claim, Cell.of(self.claim)
        earlier, found = before(claim.period), []
        below = {area for area, node in area_tree().items() if claim.area in node.ancestors} or {claim.area}
        for area, scope in sorted(self.nearby(claim.period, claim.measure), key=lambda pair: (pair[0].rank, pair[1].rank)):
            if area not in below:
                continue
            here = _with(cell, area=area, scope=scope)
            new, old = self.look(here), self.look(_with(here, period=earlier))
            moved = change(new.interval, old.interval) if new and old else None
            if new and old and moved:
                way = moved if claim.direction is Direction.UP else moved.turned()
                if way.low is not None and way.low > 0:
                    found.append(f"{area}/{scope}={old.all_stated}>{new.all_stated}")
        return found

    def unclear_cell(self) -> bool:
        """Whether the cell is one that is never compared with another page's."""
        c = self.claim
        areas = {c.area, c.reference_area}
        return self.unclear and (c.scope is Scope.UNCLEAR or Area.KP_UNCLEAR in areas)

    def two(self, cells: Sequence[tuple[str, Cell]]) -> tuple[list[Number], Outcome | None]:
        """Look two numbers up; an outcome if one is missing or a likely misprint, or the cell is unclear."""
        found = [(name, self.look(cell)) for name, cell in cells]
        used = tuple(f"{name}={number.all_stated}" for name, number in found if number)
        missing = tuple(name for name, number in found if number is None)
        if missing:
            there = f"; there is {', '.join(used)}" if used else ""
            told = f"not reported: {', '.join(missing)}{there}."
            return [], _open(Undecided.NOT_REPORTED, told, used=used, missing=missing)
        if self.unclear_cell():
            told = f"{', '.join(used)}. {Undecided.CELL_UNCLEAR.definition}"
            return [], _open(Undecided.CELL_UNCLEAR, told, used=used)
        misprints = [f"{name} {number}" for name, number in found if number and number.misprint]
        if misprints:
            return [], _open(Undecided.MISPRINT, f"{', '.join(misprints)}. {Undecided.MISPRINT.definition}", used=used)
        return [number for _, number in found if number], None

    def change(self) -> Outcome:
        """Test a change in per cent."""
        claim, cell = self.claim, Cell.of(self.claim)
        base = cast("Period", claim.reference_period)  # a change without one is never tested
        if not same_shape(base, claim.period):
            return _open(Undecided.SPANS_DIFFER, f"{base} and {claim.period} are not spans of the same kind and length.")
        numbers, stop = self.two([(str(base), _with(cell, period=base)), (str(claim.period), cell)])
        if stop:
            return stop
        old, new = numbers
        told = f"{base} {old}, {claim.period} {new}"
        used = (f"{base}={old.all_stated}", f"{claim.period}={new.all_stated}")
        parted = breaks_between(claim, base, self.breaks)
        if parted:
            names = ", ".join(f"{b.id} from {b.start}" for b in parted)
            return _open(Undecided.DEFINITION_BREAK, f"{told}: a break of definition lies between, {names}.", used=used)
        made = self.weighed(f"{told}: ", change, (new, old), _moved, turn=claim.direction is Direction.DOWN)
        slips: tuple[Slip, ...] = ()
        if made.verdict is ClaimVerdict.CONTRADICTED:
            after, prior = _alike(new, old)
            slips = tuple(slips_of(claim, after, prior))
            told = "".join(f" {_slip_told(slip, after, prior, places_of(claim))}" for slip in slips)
            made = attrs.evolve(made, evidence=f"{made.evidence}{told}")
        return attrs.evolve(made, slips=slips, used=used)

    def share(self) -> Outcome:
        """Test the share of an area in another."""
        claim, cell = self.claim, Cell.of(self.claim)
        if claim.reference_area is None:
            return self.never(Undecided.DENOMINATOR_UNCLEAR)
        whole_cell = _with(cell, area=claim.reference_area)
        numbers, stop = self.two([(str(claim.area), cell), (str(claim.reference_area), whole_cell)])
        if stop:
            return stop
        part, whole = numbers
        used = (f"{claim.area}={part.all_stated}", f"{claim.reference_area}={whole.all_stated}")
        told = f"{claim.area} {part} of {claim.reference_area} {whole}"
        made = self.weighed(f"{told}: ", share, (part, whole), _part, turn=False)
        return attrs.evolve(made, used=used)

    def weighed(
        self,
        told: str,
        of: Callable[[Interval, Interval], Percent | None],
        numbers: tuple[Number, Number],
        say: Callable[[Percent, int], str],
        *,
        turn: bool,
    ) -> Outcome:
        """Judge the per cents of two numbers: as they are, and for each way in which others give one of them."""
        found = [of(*_alike(one, other)) for one in numbers[0].options for other in numbers[1].options]
        percents = [percent for percent in found if percent]
        if len(percents) < len(found):
            return _open(Undecided.BASE_IS_ZERO, f"{told}no percentage of nothing.")
        accepted = accepted_by(self.claim)
        compared = [percent.turned() if turn else percent for percent in percents]
        answers = [accepted.holds(percent) for percent in compared]
        places = accepted.places(compared, places_of(self.claim))
        ways = " or ".join(dict.fromkeys(say(percent, places) for percent in percents))
        told += f"{ways}; claimed {words_of(self.claim, whole=False)}."
        more: dict[str, Any] = {"computed": _hull(percents), "accepted": str(accepted)}
        if None in answers:
            return _open(Undecided.BOUNDS, f"{told} Bounds leave it open.", **more)
        if len(set(answers)) > 1:
            why = _why_not_one(numbers)
            return _open(why, f"{told} It holds for one of the numbers and not for the other.", **more)
        return Outcome(ClaimVerdict.SUPPORTED if answers[0] else ClaimVerdict.CONTRADICTED, told, **more)

    def record(self) -> Outcome:
        """Test a highest or lowest."""
        claim, cell = self.claim, Cell.of(self.claim)
        window = window_of(claim)
        own = self.look(cell)
        used = (f"{claim.period}={own.all_stated}",) if own else ()
        if not window:
            known = "its length is not known" if window is None else "it has no other span of this length"
            return _open(Undecided.WINDOW_UNCLEAR, f"{words_of(claim)}: of the window, {known}.", used=used)
        high = claim.claim in HIGHEST
        axes = cell.key[1:]
        seen = {span: number for span in window if (number := self.look(Cell(span, *axes)))}
        missing = tuple(str(span) for span in window if span not in seen)
        parted = {span: b for span in window if (b := breaks_between(claim, span, self.breaks))}
        sides = {span: _side(own, number, high=high) for span, number in seen.items()} if own else {}
        beyond = [span for span, side in sides.items() if side == "beyond"]
        against = tuple(f"{span}={seen[span].all_stated}" for span in beyond)
        counts = f"{len(seen):,} of {len(window):,} other spans seen"
        more: dict[str, Any] = {"used": used, "missing": missing, "against": against}
        more |= {"seen": len(seen), "window": len(window)}
        if own is None:
            return _open(Undecided.NOT_REPORTED, f"not reported: {claim.period}; {counts}.", **more)
        word = "higher" if high else "lower"
        named = _listed([f"{span} {seen[span]}" for span in beyond])
        told = f"{claim.period} {own}; {counts}, {f'{word}: {named}' if beyond else f'none {word}'}"
        verdict, why, tail = self.record_says(sides, parted, (own, *seen.values()), complete=not missing)
        return Outcome(verdict, f"{told}{tail}", undecided=why, **more)

    def record_says(
        self,
        sides: Mapping[Period, str],
        parted: Mapping[Period, tuple[Break, ...]],
        numbers: Iterable[Number],
        *,
        complete: bool,
    ) -> tuple[ClaimVerdict, Undecided | None, str]:
        """Judge a record by how the spans of its window stand to its own: one that goes beyond it is enough."""
        why, tail = None, "."
        tied = [span for span, side in sides.items() if side == "tied"]
        if self.unclear_cell():
            why, tail = Undecided.CELL_UNCLEAR, f". {Undecided.CELL_UNCLEAR.definition}"
        elif any(side == "beyond" and span not in parted for span, side in sides.items()):
            return ClaimVerdict.CONTRADICTED, None, tail
        elif parted:
            breaks = {b.id: b for some in parted.values() for b in some}
            names = ", ".join(f"{b.id} from {b.start}" for b in breaks.values())
            why, tail = Undecided.DEFINITION_BREAK, f"; a break of definition lies in the window, {names}."
        elif not complete:
            why = Undecided.NOT_ALL_SEEN
        elif tied:
            why, tail = Undecided.TIED, f"; the same: {_listed(tied)}."
        elif "open" in sides.values():
            why, tail = Undecided.BOUNDS, "; bounds leave it open."
        elif "either" in sides.values():
            again = [span for span, side in sides.items() if side == "either"]
            why, tail = _why_not_one(numbers), f"; it holds for one of the numbers and not for the other: {_listed(again)}."
        return (ClaimVerdict.UNDECIDED if why else ClaimVerdict.SUPPORTED), why, tail


def _side(own: Number, other: Number, *, high: bool) -> str:
    """Say whether another span goes beyond the claim's, falls short of it, is the same, or may be any of these.

    It may be by its bounds (`open`), or for it depends on which of the numbers given is taken (`either`).
    """
    sides = {_side_of(mine, its, high=high) for mine in own.options for its in other.options}
    return "open" if "open" in sides else sides.pop() if len(sides) == 1 else "either"


def _side_of(own: Number, other: Number, *, high: bool) -> str:
    mine, its = _alike(own, other)
    low, top = (mine, its) if high else (its, mine)
    if low.high is not None and top.low > low.high:
        return "beyond"
    if top.high is not None and top.high < low.low:
        return "short"
    return "tied" if mine == its and mine.low == mine.high else "open"


def _slip_told(slip: Slip, new: Interval, old: Interval, places: int) -> str:
    """Say by which computation the per cent as printed comes out."""
    if slip is Slip.LATER_BASE:
        of_later = change(old, new)
        percent = of_later and (of_later if new.low < old.low else of_later.turned())
        return f"{slip.label} ({percent.text(places) if percent else ''} of the later number)."
    if slip is Slip.OPPOSITE:
        return f"{slip.label}."
    left = share(new, old)
    return f"{slip.label} (the later number is {left.text(places) if left else ''} of the earlier)."


def _why_not_one(numbers: Iterable[Number]) -> Undecided:
    """Say why there is more than one number to take: later reports restate one, else pages on one report dispute it."""
    return Undecided.RESTATED if any(number.restated for number in numbers) else Undecided.DISPUTED


def _hull(percents: Iterable[Percent]) -> Percent:
    lows, highs = zip(*((percent.low, percent.high) for percent in percents), strict=True)
    return Percent(None if None in lows else min(lows), None if None in highs else max(highs))
