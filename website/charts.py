"""The pictures of the site: the guide's charts, and which cells of each dataset have figures for which spans."""

import functools
from collections.abc import Iterator, Mapping

import conflictdata as cd
from conflictdata.charting import Drawn
from conflictdata.charts import Grid
from conflictdata.names import AreaCode
from conflictdata.pictures import image
from conflictdata.tables import charted

FOLDER = "data/charts"
REGIONS: tuple[AreaCode, ...] = ("PK-BA", "PK-KP", "PK-KP-MAINLAND", "PK-TA", "PK-SD", "PK-PB")

# The releases that the guide draws, so that its words stay those of its pictures.
PICSS, PIPS = "2026-11-23", "2026-11-22.1"


def _guide() -> Iterator[tuple[str, Drawn]]:
    """Make the charts of the guide: the very calls that stand in `docs/charts.md`."""
    picss, pips = cd.load("picss", release=PICSS), cd.load("pips", release=PIPS)
    deaths = picss.figures.filter(measure="killed", area="PK", scope="all", period_kind="month", within=["2025", "2026"])
    yield "deaths-by-group", charted(deaths)
    attacks = picss.figures.filter(measure="incidents", scope="militant_attacks", area=REGIONS, period_kind="month")
    yield "attacks-by-region", charted(attacks)
    yield "series", charted(cd.series(picss, measure="killed", group="total", area="PK", scope="militant_attacks"))
    yield "restated", charted(picss.revisions.filter(measure=["incidents", "killed"]))
    both = cd.compare(picss, pips, measure="killed", group="total", scope="militant_attacks")
    yield "publishers", charted(both.table)


def _coverage(name: str) -> Iterator[tuple[str, Drawn]]:
    """Make the pictures of what a dataset has: of the country all cells, of its parts the totals of the widest scopes."""
    rows = cd.load(cd.dataset_name(name)).coverage()
    yield f"coverage-{name}", charted(rows.filter(area="PK"))
    parts = [area for area in cd.Area if area is not cd.Area.PK]
    yield f"coverage-{name}-areas", charted(rows.filter(group="total", scope=["all", "militant_attacks"], area=parts))


@functools.cache
def charts() -> Mapping[str, Drawn]:
    """Give all charts of the site, by the path of their picture below `docs/`."""
    made = [*_guide(), *(one for entry in cd.list_datasets() for one in _coverage(entry.name))]
    return {f"{FOLDER}/{name}.svg": chart for name, chart in made}


def alts() -> dict[str, str]:
    """Say what each picture shows, by its path: the alternative text for the pages that have it."""
    return {path: chart.alt for path, chart in charts().items()}


def cells(name: str) -> int:
    """Count the cells that a picture of what there is shows."""
    chart = charts()[f"{FOLDER}/{name}.svg"]
    return len(chart.rows) if isinstance(chart, Grid) else 0


def files() -> Iterator[tuple[str, bytes]]:
    """Give the pictures."""
    for path, chart in charts().items():
        yield path, image(chart, ".svg")
