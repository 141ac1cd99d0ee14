"""The claims of the record as they were first released, with their tests: later releases change none of them."""

import conflictdata as cd
from conflictdata import CheckedClaim, Claim, ClaimTest, Dataset
from conflictdata.names import DatasetName

DATASETS = ("cmc", "crss", "picss", "pips")
RELEASE = "2026-11-22"


def opened(name: DatasetName) -> Dataset:
    """Open a dataset as it was first released."""
    return cd.load(name, release=RELEASE)


def by_name(name: DatasetName) -> dict[str, CheckedClaim]:
    """Give the claims of a dataset by their names."""
    return {claim.id: claim for claim in opened(name).claims}


def tried(name: DatasetName) -> list[tuple[Claim, ClaimTest, ClaimTest]]:
    """Give each claim with its two tests."""
    dataset = opened(name)
    tests = list(dataset.claim_tests)
    return list(zip(dataset.recorded("claims"), tests[::2], tests[1::2], strict=True))
