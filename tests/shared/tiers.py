"""Cases of a test of which only some are among the fast ones."""

from collections.abc import Container, Iterable
from typing import Any

import pytest


def cases(values: Iterable[Any], *, fast: Container[Any]) -> list[Any]:
    """Give values as cases of a test: those in `fast` are run each time, the others beside them, by .ci/run."""
    return [pytest.param(value, marks=[] if value in fast else [pytest.mark.gate]) for value in values]
