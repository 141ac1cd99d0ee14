"""What the tests of the engines share: one session of Spark."""

from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks.engines import session


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """The session of Spark, which ends with the tests."""
    made = session()
    yield made
    made.stop()
