"""What each publisher counts, and what may be compared with what: data, not code.

It stands in `vocabulary.toml`, under `comparison`. What no rule says is the same is never taken to be.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import combinations
from typing import Any, Self

import attrs
from attrs import validators as v

from conflictdata.errors import Fault, InvalidValueError, RecordError
from conflictdata.fields import flag, text
from conflictdata.structure import as_codes, made_of, tried
from conflictdata.values import Period, day
from conflictdata.vocabulary import declared

FILE = "comparison"
UNSAID = "Nothing declares that the two count the same."
PARTLY = "The span does not lie wholly within the days for which the two are declared to count the same."


def _dataset(member: str) -> str:
    return member.partition(".")[0]


@attrs.frozen(kw_only=True)
class Rule:
    """That some scopes of some publishers mean the same, or do not.

    Attributes:
        same: Whether they do.
        members: A dataset and one of its scopes each, such as `picss.all`. What is said holds for any two of them.
        measures: The measures of which it is said; empty for all.
        groups: The groups of which it is said; empty for all.
        areas: The areas of which it is said; empty for all.
        since: The first day for which it is said; None for any.
        until: The last day for which it is said; None for any.
        reason: Why, in a sentence.
    """

    same: bool = attrs.field(validator=flag)
    members: tuple[str, ...] = attrs.field(converter=as_codes)
    measures: tuple[str, ...] = attrs.field(default=(), converter=as_codes)
    groups: tuple[str, ...] = attrs.field(default=(), converter=as_codes)
    areas: tuple[str, ...] = attrs.field(default=(), converter=as_codes)
    since: date | None = attrs.field(default=None, validator=v.optional(day))
    until: date | None = attrs.field(default=None, validator=v.optional(day))
    reason: str = attrs.field(validator=text)

    def __attrs_post_init__(self) -> None:
        """Hold the fields against each other."""
        wrong = [member for member in self.members if not all(member.partition("."))]
        if wrong:
            raise InvalidValueError("members", f"{wrong[0]!r} is not a dataset and a scope with a point between")
        if len({_dataset(member) for member in self.members}) < max(2, len(self.members)):
            raise InvalidValueError("members", "are not scopes of two datasets or more, one of each")
        if self.since and self.until and self.until < self.since:
            raise InvalidValueError("until", f"{self.until} is before {self.since}")

    def about(self, pair: Iterable[str], measure: str, group: str, area: str) -> bool:
        """Whether it says anything of two members, for these codes and some span.

        Args:
            pair: The two members.
            measure: What is counted.
            group: Who.
            area: Where.

        Returns:
            Whether it does.
        """
        limits = ((self.measures, measure), (self.groups, group), (self.areas, area))
        return set(pair) <= set(self.members) and all(not codes or code in codes for codes, code in limits)

    def holds(self, period: Period) -> bool:
        """Whether what it says holds for a span: `same` for one wholly within its days, else for one that shares a day."""
        start, end = (period.start, period.end) if self.same else (period.end, period.start)
        return (self.since is None or self.since <= start) and (self.until is None or end <= self.until)

    def contradicts(self, other: "Rule") -> bool:
        """Whether the other says the opposite of the same two members, for the same codes and a common day."""
        pairs = ((self.measures, other.measures), (self.groups, other.groups), (self.areas, other.areas))
        shared = all(not one or not two or set(one) & set(two) for one, two in pairs)
        ends = ((self.until, other.since), (other.until, self.since))
        apart = any(until and since and until < since for until, since in ends)
        both = len(set(self.members) & set(other.members)) > 1
        return self.same != other.same and both and shared and not apart


def _counts(told: Any) -> dict[str, dict[str, str]]:
    if not isinstance(told, Mapping) or not all(isinstance(scopes, Mapping) for scopes in told.values()):
        raise InvalidValueError("counts", "is not a table of datasets, each with a sentence for each scope")
    for name, scopes in told.items():
        for scope, said in scopes.items():
            if not isinstance(said, str) or not said.strip():
                raise InvalidValueError("counts", f"{name}.{scope} is not a sentence")
    return {name: dict(scopes) for name, scopes in told.items()}


def _rules(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(rules)


@attrs.frozen(kw_only=True)
class Definitions:
    """What each publisher counts under each scope, and what of it means the same.

    Attributes:
        counts: By dataset and scope, what its publisher counts there, in a sentence.
        rules: What is declared of two or more scopes.
    """

    counts: Mapping[str, Mapping[str, str]] = attrs.field(factory=dict, converter=_counts, hash=False)
    rules: tuple[Rule, ...] = attrs.field(default=(), converter=_rules)

    def __attrs_post_init__(self) -> None:
        """Refuse two rules that say the opposite of one thing."""
        for one, other in combinations(self.rules, 2):
            if one.contradicts(other):
                both = " and ".join(member for member in one.members if member in other.members)
                raise InvalidValueError("differ", f"{both} are declared the same, and not, for the same numbers")

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """Make definitions from tables of text, as a TOML file gives them.

        Args:
            told: `counts`, a table of datasets with a sentence for each scope; `same` and `differ`, lists of tables with
                the fields of `Rule`.

        Returns:
            The definitions.

        Raises:
            RecordError: If anything is wrong, with every fault found.
        """
        faults = [Fault(FILE, 0, key, "is not known here") for key in sorted(told.keys() - {"counts", "same", "differ"})]
        rules: list[Rule | None] = []
        for key in ("same", "differ"):
            entries = told.get(key, [])
            if not isinstance(entries, list):
                faults.append(Fault(FILE, 0, key, "is not a list of tables"))
                entries = []
            rules += [
                made_of(Rule, entry, f"{key} {n}", faults, FILE, same=key == "same") for n, entry in enumerate(entries, 1)
            ]
        made = tried(lambda: cls(counts=told.get("counts", {}), rules=[rule for rule in rules if rule]), "", faults, FILE)
        if made is None or faults:
            raise RecordError(faults, FILE)
        return made

    @classmethod
    def declared(cls) -> Self:
        """Give the definitions that `vocabulary.toml` declares."""
        return cls.of(declared()["comparison"])

    @property
    def datasets(self) -> frozenset[str]:
        """The datasets that it names."""
        return frozenset({*self.counts, *(_dataset(member) for rule in self.rules for member in rule.members)})

    def comparable(self, pair: tuple[str, str], measure: str, group: str, area: str) -> bool:
        """Whether two members count the same for any span at all."""
        return any(rule.same and rule.about(pair, measure, group, area) for rule in self.rules)

    def says(self, pair: tuple[str, str], measure: str, group: str, area: str, period: Period) -> tuple[bool, str]:
        """Say whether two members count the same for a span, and why.

        Args:
            pair: The two members, such as `picss.all`.
            measure: What is counted.
            group: Who.
            area: Where.
            period: The span.

        Returns:
            Whether they do, and the reasons in a text: of the rules that say they do not, else of those that say they do.
            Where no rule holds they do not.
        """
        about = [rule for rule in self.rules if rule.about(pair, measure, group, area)]
        holding = [rule for rule in about if rule.holds(period)]
        differ = [rule.reason for rule in holding if not rule.same]
        same = [rule.reason for rule in holding if rule.same]
        if differ or same:
            return not differ, " ".join(dict.fromkeys(differ or same))
        return False, PARTLY if any(rule.same for rule in about) else UNSAID
