"""What the fields of the records take: converters from text, and validators that name the field."""

import math
import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias, TypeVar

import attrs
from attrs import validators as v

from conflictdata.errors import InvalidValueError
from conflictdata.values import Period, count
from conflictdata.vocabulary import Area, Caveat, Group, Mark, Measure, Scope

# Text that differs from row to row, which a dictionary would only make larger.
UNIQUE = {"unique": True}

# Sums of counts, for which an int32 may not have room.
WIDE = {"wide": True}

# The largest count: one more, which "more than" leaves open, is the largest int32.
LARGEST = 2**31 - 2

Includable = Group | Area | Scope
C = TypeVar("C")


def includable(value: str) -> Includable:
    """Read a code that a count may include: another group, area or scope.

    Args:
        value: The code.

    Returns:
        The member of the vocabulary that holds it.

    Raises:
        InvalidValueError: If no such vocabulary does.
    """
    for vocabulary in (Group, Area, Scope):
        if value in vocabulary.__members__.values():
            return vocabulary(value)
    raise InvalidValueError("includes", f"{value!r} is no group, area or scope")


def codes(of: Callable[[str], C], values: Iterable[str]) -> tuple[C, ...]:
    """Make a tuple of codes; one text is refused, since its letters would be taken for codes."""
    if isinstance(values, str):
        raise InvalidValueError(of.__name__.lower(), f"{values!r} is one text where a list of codes belongs")
    return tuple(of(value) for value in values)


# Type checkers follow converters that are named functions.
def period(value: str | Period) -> Period:
    """Take a period or its code."""
    return Period.of(value)


def optional_period(value: str | Period | None) -> Period | None:
    """Take a period, its code or None."""
    return None if value is None else Period.of(value)


def periods(values: Iterable[str | Period]) -> tuple[Period, ...]:
    """Take periods or their codes."""
    if isinstance(values, str):
        raise InvalidValueError("periods", f"{values!r} is one text where a list of periods belongs")
    return tuple(Period.of(value) for value in values)


def included(values: Iterable[str]) -> tuple[Includable, ...]:
    """Take what a count may include."""
    return codes(includable, values)


def caveats(values: Iterable[str]) -> tuple[Caveat, ...]:
    """Take caveats or their codes."""
    return codes(Caveat, values)


def marks(values: Iterable[str]) -> tuple[Mark, ...]:
    """Take marks or their codes."""
    return codes(Mark, values)


def areas(values: Iterable[str]) -> tuple[Area, ...]:
    """Take areas or their codes."""
    return codes(Area, values)


def scopes(values: Iterable[str]) -> tuple[Scope, ...]:
    """Take scopes or their codes."""
    return codes(Scope, values)


def measures(values: Iterable[str]) -> tuple[Measure, ...]:
    """Take measures or their codes."""
    return codes(Measure, values)


def names(values: Iterable[str]) -> tuple[str, ...]:
    """Take names."""
    return codes(str, values)


def not_negative(_: object, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    """Hold the field to a whole number of 0 or more that an int32 has room for."""
    count(_, attribute, value)
    if value > LARGEST:
        raise InvalidValueError(attribute.name, f"{value} is larger than {LARGEST}, the largest count")


def whole(_: object, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    """Hold the field to a whole number, negative or not."""
    if type(value) is not int:
        raise InvalidValueError(attribute.name, f"{value!r} is not a whole number")


def ratio(_: object, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    """Hold the field to a float of 0 or more that is a number."""
    if type(value) is not float or not 0 <= value < math.inf:
        raise InvalidValueError(attribute.name, f"{value!r} is not a float of 0 or more")


def text(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    """Hold the field to a text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise InvalidValueError(attribute.name, f"{value!r} is not a text" if value else "is empty")


def matches(pattern: str, what: str) -> Callable[[object, "attrs.Attribute[Any]", Any], None]:
    """Make a validator that holds the field to a pattern."""
    compiled = re.compile(pattern, re.ASCII)

    def check(_: object, attribute: "attrs.Attribute[Any]", value: Any) -> None:
        if not isinstance(value, str) or compiled.fullmatch(value) is None:
            raise InvalidValueError(attribute.name, f"{value!r} is not {what}")

    return check


def a(kind: type, what: str) -> Callable[[object, "attrs.Attribute[Any]", object], None]:
    """Make a validator that holds the field to one type, and not to a subtype of it."""

    def check(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        if type(value) is not kind:
            raise InvalidValueError(attribute.name, f"{value!r} is not {what}")

    return check


def all_of(kind: type, what: str) -> Callable[[object, "attrs.Attribute[Any]", object], None]:
    """Make a validator that holds the field to a tuple of one type."""

    def check(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        if type(value) is not tuple or any(type(one) is not kind for one in value):
            raise InvalidValueError(attribute.name, f"is not a tuple of {what}")

    return check


def some(_: object, attribute: "attrs.Attribute[Any]", value: tuple[object, ...]) -> None:
    """Hold a tuple of pages to one at least."""
    if not value:
        raise InvalidValueError(attribute.name, "is empty: no value stands without a page")


def decimal(value: Decimal | str | float | None) -> Decimal | None:
    """Take a number as printed: a float by its shortest form."""
    if value is None or isinstance(value, Decimal):
        return value
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        raise InvalidValueError("value", f"{value!r} is not a number") from error


def label_day(label: str) -> date:
    """Give the day of the label of a release."""
    return date.fromisoformat(label.partition(".")[0])


def release_label(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    """Hold the field to a label of a release, so that labels stand in order as text."""
    problem = f"{value!r} is not a day like 2026-11-22, or 2026-11-22.1 to .9 for more than one on a day"
    if not isinstance(value, str) or not _LABEL.fullmatch(value):
        raise InvalidValueError(attribute.name, problem)
    try:
        label_day(value)
    except ValueError as error:
        raise InvalidValueError(attribute.name, problem) from error


Validator: TypeAlias = 'Callable[[object, "attrs.Attribute[Any]", Any], None]'
_LABEL = re.compile(r"\d{4}-\d\d-\d\d(\.[1-9])?", re.ASCII)
sha256: Validator = matches("[0-9a-f]{64}", "a sha256 of 64 hexadecimal digits")
name: Validator = matches(r"[a-z0-9][a-z0-9_-]*", "a name of small letters, digits, - and _")
flag: Validator = a(bool, "true or false")
optional_text: Validator = v.optional(text)
note: Validator = a(str, "a text")
