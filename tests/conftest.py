"""What all tests share. They run against the installed package; the checkout gives the record and its tools."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from conflictdata import catalog

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT))  # at the end: datasets.tools comes from the checkout, the package from where it is installed

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", settings.get_profile("default"), max_examples=2000)
settings.register_profile("mutation", settings.get_profile("default"), max_examples=30, derandomize=True, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session", autouse=True)
def fresh() -> None:
    """Open the datasets anew: a run for mutants is forked from one that had them open, with what was computed of them."""
    for opened in (catalog._release, catalog._as_of):  # noqa: SLF001
        opened.cache_clear()


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the record."""
    return ROOT / "datasets"
