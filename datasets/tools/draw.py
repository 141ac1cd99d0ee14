"""Which pages to read a second time: a draw by a seed, weighted to rows with caveats."""

import random
from collections import Counter
from collections.abc import Sequence

from conflictdata.errors import Fault, RecordError
from conflictdata.models import NEXT, Source
from datasets.tools.history import DatasetRecord


def draw(datasets: Sequence[DatasetRecord], pages: int, seed: int, label: str = NEXT) -> list[Source]:
    """Draw pages, each with a weight of one and the number of its statements that have a caveat.

    Args:
        datasets: The datasets, ordered by name.
        pages: How many to draw; all if there are fewer.
        seed: What makes the draw the same for everyone.
        label: The release to draw from; `next` for the record as it stands.

    Returns:
        The pages, in the order in which they were drawn.

    Raises:
        RecordError: If there is no such release.
    """
    if label not in {NEXT, *(release.label for dataset in datasets for release in dataset.releases)}:
        raise RecordError([Fault("releases.csv", 0, "label", f"there is no release {label}")])
    left: list[Source] = []
    weights: dict[tuple[str, str], int] = {}
    for dataset in datasets:
        edition = dataset.at(label)
        caveats = Counter({page.id: 0 for page in (s.source for s in edition.statements)})
        caveats.update(s.source.id for s in edition.statements if s.caveats)
        left += sorted((page for page in edition.sources if page.id in caveats), key=lambda page: page.id)
        weights |= {(dataset.name, id): 1 + number for id, number in caveats.items()}
    rng = random.Random(seed)  # noqa: S311  a draw that anyone can repeat
    drawn: list[Source] = []
    while left and len(drawn) < pages:
        (page,) = rng.choices(left, [weights[page.dataset, page.id] for page in left])
        left.remove(page)
        drawn.append(page)
    return drawn
