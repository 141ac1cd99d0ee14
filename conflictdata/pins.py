"""Pins: one line that says which release, or which selection of it, and by what digest it is known again."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import quote, unquote

import attrs

from conflictdata.errors import PinError
from conflictdata.lines import HEAD
from conflictdata.models import Source
from conflictdata.schema import SCHEMA_VERSION

_FORM = re.compile(
    r"conflictdata/(?P<dataset>[a-z0-9][a-z0-9_-]*)@(?P<release>\d{4}-\d\d-\d\d(?:\.[1-9])?)"
    r"(?:;as_of=(?P<as_of>\d{4}-\d\d-\d\d);undated=(?P<undated>exclude|assume))?"
    r"(?: (?P<table>[a-z_]+)(?P<asked>\([^\s()]*\))?(?:\?(?P<filters>[^\s?]+))?)?"
    r"(?P<digests>(?: [a-z]+=[0-9a-f]+)+)"
)
# What begins as a pin, and all that may be more of it: also one that is broken. No word can be matched in two ways, so that
# a long text takes time by its length.
_ONE = re.compile(
    r"conflictdata/[a-z0-9][a-z0-9_-]*@[\w.;=-]*"
    r"(?:\s+[a-z_]+(?![a-z_=])(?:[(?]\S*|(?=\s+(?:count|digest|rows|figures)=)))?"
    r"(?:\s+(?:count|digest|rows|figures)=[0-9A-Za-z]*)*"
)
_SAFE = "/:"

# How LaTeX and HTML write what a pin is made of.
_ESCAPES = (("\\&", "&"), ("\\_", "_"), ("\\%", "%"), ("\\#", "#"), ("&amp;", "&"), ("&nbsp;", " "))

Conditions = tuple[tuple[str, tuple[str, ...]], ...]


@attrs.frozen(kw_only=True)
class Selection:
    """Where a table comes from, as far as a line can say it.

    Attributes:
        dataset: The dataset.
        release: The label of its release.
        as_of: The day of which it is what was known; None for all that the release has.
        undated: What is done with pages whose day is not known: `exclude` or `assume`.
        schema: The number of the schema whose columns its digests cover: that of the release.
        table: Which table; empty for the dataset as a whole.
        asked: What was asked for, for a table that is made on demand, such as the cell of a series.
        filters: The conditions of each filter, one after the other; a condition without a value is one that no row meets.
    """

    dataset: str
    release: str
    as_of: date | None = None
    undated: str = "exclude"
    schema: int = attrs.field(default=SCHEMA_VERSION, eq=False)
    table: str = ""
    asked: tuple[tuple[str, str], ...] = ()
    filters: tuple[Conditions, ...] = ()

    def of(self, table: str, asked: Mapping[str, object] | None = None) -> "Selection":
        """Name a table of the dataset."""
        told = tuple(sorted((name, str(value)) for name, value in (asked or {}).items()))
        return attrs.evolve(self, table=table, asked=told, filters=())

    def filtered(self, conditions: Mapping[str, Iterable[Any]]) -> "Selection":
        """Add a filter: the order of its conditions and of their values does not matter."""
        named = {"source" if name == "sources" else name: values for name, values in conditions.items()}
        told = tuple((name, tuple(sorted(set(map(_text, values))))) for name, values in sorted(named.items()))
        return attrs.evolve(self, filters=(*self.filters, told)) if told else self

    def __str__(self) -> str:
        """Write it as a pin begins."""
        known = f";as_of={self.as_of};undated={self.undated}" if self.as_of else ""
        asked = f"({_query(self.asked)})" if self.asked else ""
        filters = ";".join(
            _query((name, value) for name, values in told for value in values or (None,)) for told in self.filters
        )
        table = f" {self.table}{asked}{f'?{filters}' if filters else ''}" if self.table else ""
        return f"conflictdata/{self.dataset}@{self.release}{known}{table}"


def _text(value: object) -> str:
    if isinstance(value, Source):
        return value.id
    return str(value).lower() if isinstance(value, bool) else str(value)


def _query(pairs: Iterable[tuple[str, str | None]]) -> str:
    return "&".join(name if value is None else f"{name}={quote(value, safe=_SAFE)}" for name, value in pairs)


def _pairs(query: str) -> Iterator[tuple[str, str | None]]:
    """Read what `_query` wrote."""
    for pair in query.split("&") if query else ():
        name, told, value = pair.partition("=")
        yield name, unquote(value) if told else None


@attrs.frozen(kw_only=True)
class Pin:
    """A selection, and the digests by which it is known again.

    Attributes:
        selection: What is pinned.
        digests: By name, the first digits of each digest. A dataset has `rows` and `figures`; a table has
            `count`, its number of rows in decimal digits, and `digest`.
    """

    selection: Selection
    digests: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, text: str) -> "Pin":
        """Read a pin.

        Args:
            text: The line.

        Returns:
            What it says.

        Raises:
            PinError: If it is none.
        """
        match = _FORM.fullmatch(text.strip())
        told = match.groupdict() if match else {}
        digests = tuple(
            (name, value) for name, _, value in (one.partition("=") for one in (told.get("digests") or "").split())
        )
        names = ["count", "digest"] if told.get("table") else ["rows", "figures"]
        asked = tuple((name, value or "") for name, value in _pairs((told.get("asked") or "()")[1:-1]))
        twice = len(dict(asked)) < len(asked)
        if [name for name, _ in digests] != names or any(len(value) != HEAD for name, value in digests[-1:]) or twice:
            raise PinError(text.strip(), [f"is no pin: a line like {_LIKE}"])
        filters = tuple(_conditions(query) for query in (told["filters"] or "").split(";") if query)
        try:
            as_of = date.fromisoformat(told["as_of"]) if told["as_of"] else None
        except ValueError as error:
            raise PinError(text.strip(), [f"{told['as_of']} is no day"]) from error
        selection = Selection(
            dataset=told["dataset"],
            release=told["release"],
            as_of=as_of,
            undated=told["undated"] or "exclude",
            table=told["table"] or "",
            asked=asked,
            filters=filters,
        )
        return cls(selection=selection, digests=digests)

    def __str__(self) -> str:
        """Write it as one line."""
        return " ".join([str(self.selection), *(f"{name}={value}" for name, value in self.digests)])


_LIKE = f"conflictdata/picss@2026-11-22 rows={'0' * HEAD} figures={'0' * HEAD}"


def _conditions(query: str) -> Conditions:
    found: dict[str, list[str]] = {}
    for name, value in _pairs(query):
        found.setdefault(name, []).extend([] if value is None else [value])
    return tuple((name, tuple(values)) for name, values in found.items())


def pins_in(text: str) -> Iterator[str]:
    """Find the pins in a text, such as a paper or a notebook.

    Args:
        text: The text.

    Yields:
        Each, in order, on one line where the text breaks it between its parts. What begins as a pin and is none comes too,
        so that it is not passed over.
    """
    for escaped, plain in _ESCAPES:
        text = text.replace(escaped, plain)
    yield from (" ".join(one.split()) for one in _ONE.findall(text))
