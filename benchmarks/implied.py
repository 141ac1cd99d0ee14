"""What follows for all cells of a month, the first call included, beside the time that the dataset takes to load.

python -m benchmarks.implied
"""

from benchmarks.fresh import measure

LOAD = "import conflictdata as cd; picss = cd.load('picss'); list(picss.figures); list(picss.statements)"
WORK = "rows = cd.implied(picss, period='2025-10', measure='killed'); assert len(rows) == 500"


def main() -> None:
    """Measure the largest dataset, with those killed in October 2025."""
    measure("picss: all cells of the killed of October 2025", LOAD, WORK, 7, target=0.5)


if __name__ == "__main__":
    main()
