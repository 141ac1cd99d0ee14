"""The one family of errors: each says what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import attrs

_FEW = 60  # names that a message lists; of more, the closest


class ConflictDataError(Exception):
    """Base of every error that this library raises on purpose."""


class UnknownNameError(ConflictDataError, ValueError):
    """A name that the vocabulary, the bundle or a table does not hold.

    Attributes:
        kind: What was looked up, such as `area` or `dataset`.
        name: The name that was given.
        valid: The names that exist.
        closest: Those of them that are written much like it, the nearest first.
    """

    def __init__(self, kind: str, name: object, valid: Iterable[object], listed: str | None = None) -> None:
        """Keep the parts and write the sentence that lists the valid names; `listed` lists them in another form."""
        self.kind = kind
        self.name: str = str(name)
        self.valid: tuple[str, ...] = tuple(str(v) for v in valid)
        self._listed = listed
        super().__init__(f"unknown {kind} {self.name!r}; {self._answer()}")

    @property
    def closest(self) -> tuple[str, ...]:
        """Those of the names that exist that are written much like the one that was given, the nearest first."""
        from difflib import get_close_matches  # here, since few programs ask

        return tuple(get_close_matches(self.name, self.valid, cutoff=0.75))

    def _answer(self) -> str:
        if self._listed or len(self.valid) <= _FEW:
            return f"valid:{self._listed or ' ' + ', '.join(self.valid)}"
        near = f"closest: {', '.join(self.closest)}" if self.closest else "none is close"
        return f"{near}; there are {len(self.valid)}, in the error's `valid`"

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """Let the error pass between processes whole."""
        return type(self), (self.kind, self.name, self.valid, self._listed)


class InvalidValueError(ConflictDataError, ValueError):
    """A field holds what it must not hold.

    Attributes:
        field: The field's name, which is also its column's.
        problem: What is wrong with it.
    """

    def __init__(self, field: str, problem: str) -> None:
        """Keep the parts, so that a reader of files can locate the fault."""
        self.field = field
        self.problem = problem
        super().__init__(f"{field}: {problem}")

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """Let the error pass between processes whole."""
        return type(self), (self.field, self.problem)


class MissingColumnsError(ConflictDataError, ValueError):
    """A table lacks columns that the question needs.

    Attributes:
        missing: Their names.
        columns: The columns that there are.
    """

    def __init__(self, missing: Iterable[str], columns: Iterable[str]) -> None:
        """Name the columns that are missing, and those that are there."""
        self.missing: tuple[str, ...] = tuple(missing)
        self.columns: tuple[str, ...] = tuple(columns)
        super().__init__(f"columns missing: {', '.join(self.missing)}; there: {', '.join(self.columns)}")

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """Let the error pass between processes whole."""
        return type(self), (self.missing, self.columns)


class AmbiguousError(ConflictDataError, ValueError):
    """The question has several answers; the message names the choices."""


class MissingDataError(ConflictDataError, FileNotFoundError):
    """The bundled data are not where the installed package keeps them."""


class DamagedDataError(ConflictDataError, OSError):
    """A file of the bundle is not the one that this version of the package was built with.

    Attributes:
        path: The file.
        problem: What is wrong with it.
    """

    def __init__(self, path: object, problem: str) -> None:
        """Name the file, what is wrong, and what to do."""
        self.path: str = str(path)
        self.problem = problem
        super().__init__(f"{path}: {problem}; install it anew: pip install --force-reinstall --no-deps conflictdata")

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """Let the error pass between processes whole."""
        return type(self), (self.path, self.problem)


class PinError(ConflictDataError, ValueError):
    """A pin is not what this install gives, or is no pin.

    Attributes:
        pin: The pin.
        differences: What differs, a sentence each.
    """

    def __init__(self, pin: object, differences: Iterable[str]) -> None:
        """Name the pin and all that differs."""
        self.pin: str = str(pin)
        self.differences: tuple[str, ...] = tuple(differences)
        super().__init__("\n".join([self.pin, *(f"  {one}" for one in self.differences)]))

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """Let the error pass between processes whole."""
        return type(self), (self.pin, self.differences)


class OutOfSpanError(ConflictDataError, ValueError):
    """A day of which a release does not know what was known.

    Attributes:
        day: The day that was asked for.
        first: The first day of the span.
        last: The last day of the span.
    """

    def __init__(self, what: str, day: date, first: date, last: date) -> None:
        """Say the span."""
        self.what = what
        self.day: date = day
        self.first: date = first
        self.last: date = last
        super().__init__(f"{what} is known as of {first} to {last}, not as of {day}")

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """Let the error pass between processes whole."""
        return type(self), (self.what, self.day, self.first, self.last)


class DefinitionsDifferError(ConflictDataError, ValueError):
    """Numbers of publishers who do not count the same were to be compared.

    Attributes:
        pairs: The pairs at fault: two scopes of two datasets, such as `picss.all`, and why they are not compared.
    """

    def __init__(self, pairs: Iterable[tuple[str, str, str]]) -> None:
        """Name the pairs, why they are refused, and what to do."""
        self.pairs: tuple[tuple[str, str, str], ...] = tuple(pairs)
        lines = [f"  {one} and {other}: {why}" for one, other, why in self.pairs]
        head = "not compared, since they do not count the same, or nothing declares that they do"
        last = "definitions_differ=True (the command: --definitions-differ) sets them side by side all the same"
        super().__init__("\n".join([head, *lines, last]))

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """Let the error pass between processes whole."""
        return type(self), (self.pairs,)


class MissingExtraError(ConflictDataError, ImportError):
    """An optional library is needed; the message says what to install."""

    def __init__(self, what: str, extra: str) -> None:
        """Name what needs the library and the extra that brings it."""
        self.what = what
        self.extra = extra
        super().__init__(f"{what} needs an optional library: pip install 'conflictdata[{extra}]'")

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """Let the error pass between processes whole."""
        return type(self), (self.what, self.extra)


@attrs.frozen
class Fault:
    """One fault of a file, located.

    Attributes:
        file: The file, relative to the folder that was read.
        row: The line on which the row begins, counted from 1; 0 for the file as a whole.
        column: The column's name; empty for the row as a whole.
        problem: What is wrong.
    """

    file: str
    row: int
    column: str
    problem: str

    def __str__(self) -> str:
        """Give `file:row: column: problem`, the form that editors can follow."""
        where = f"{self.file}:{self.row}" if self.row else self.file
        return f"{where}: {self.column}: {self.problem}" if self.column else f"{where}: {self.problem}"


class RecordError(ConflictDataError, ValueError):
    """Files of the record, a structure or a table hold faults; all of them are listed at once.

    Attributes:
        faults: Every fault found, in the order of files and rows.
        where: What holds them.
    """

    def __init__(self, faults: Iterable[Fault], where: str = "the record") -> None:
        """List the faults, one a line."""
        self.faults: tuple[Fault, ...] = tuple(faults)
        self.where = where
        count = len(self.faults)
        head = f"{count} fault{'' if count == 1 else 's'} in {where}"
        super().__init__("\n".join([head, *(f"  {fault}" for fault in self.faults)]))

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """Let the error pass between processes whole."""
        return type(self), (self.faults, self.where)
