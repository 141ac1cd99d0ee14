"""The rules by which statements become figures, by number. One that was part of a release never changes, and never goes."""

from collections.abc import Callable, Collection, Mapping

from conflictdata import resolve
from conflictdata.models import Figure, Statement

Rule = Callable[[Collection[Statement]], list[Figure]]

# A further rule is a module of its own, and stands here beside this one.
RULES: Mapping[int, Rule] = {resolve.RULE: resolve.resolve}

NEWEST = max(RULES)
