"""All verdicts on claims, of all datasets, beside the time that their tables take to load.

python -m benchmarks.claims
"""

from benchmarks.fresh import measure

LOAD = """
import conflictdata as cd
opened = [cd.load(entry.name) for entry in cd.list_datasets()]
for one in opened:
    list(one.recorded("claims")), list(one.figures), list(one.statements)
"""
WORK = "assert all(len(one.claims) for one in opened if len(one.recorded('claims')))"


def main() -> None:
    """Measure all datasets together."""
    measure("all verdicts on claims", LOAD, WORK, 7, target=1.0)


if __name__ == "__main__":
    main()
