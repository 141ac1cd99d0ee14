"""The maintainers' commands: `python -m datasets.tools check | format [--check] | explain | docs [--check] | build`."""

import argparse
import sys
from pathlib import Path

from conflictdata.errors import RecordError
from datasets.tools import explain, pages
from datasets.tools.build import build
from datasets.tools.format import format_record
from datasets.tools.read import read
from datasets.tools.text import dataset_folders

ROOT = Path(__file__).parent.parent


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Run one command on the record.

    Args:
        arguments: The words after the command; by default the process's own.
        root: The folder that holds the record.

    Returns:
        The exit status: 0 if all is well, 1 if the record holds faults or is not in canonical form.
    """
    parser = argparse.ArgumentParser(prog="python -m datasets.tools", description="Work on the record.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check", help="read everything and list all faults, sums that discrepancies.csv lacks among them")
    form = commands.add_parser("format", help="put every file into canonical form")
    form.add_argument("--check", action="store_true", help="only say which files are not")
    explained = commands.add_parser("explain", help="write the rows that a dataset's discrepancies.csv lacks")
    explained.add_argument("dataset", choices=sorted(folder.name for folder in dataset_folders(root)))
    counted = commands.add_parser("docs", help="bring the parts of the documentation that are counted up to date")
    counted.add_argument("--check", action="store_true", help="only say which pages are not")
    target = commands.add_parser("build", help="write the data files of the package")
    target.add_argument("target", type=Path, nargs="?", default=root.parent / "conflictdata" / "data")
    given = parser.parse_args(arguments)
    try:
        if given.command == "check":
            datasets = read(root)
            for dataset in datasets:
                sizes = len(dataset.sources), len(dataset.statements), len(dataset.claims)
                print("{}: {} sources, {} statements, {} claims".format(dataset.name, *sizes))
            explain.hold(datasets, root)
        elif given.command == "explain":
            (dataset,) = (dataset for dataset in read(root) if dataset.name == given.dataset)
            lacking, words = explain.rows(dataset, root)
            print(lacking, end="")
            print("\n".join(words), file=sys.stderr)
        elif given.command == "docs":
            stale = pages.update(root.parent / "docs", check=given.check)
            print("\n".join([*stale, f"to update: {len(stale)}" if given.check else f"updated: {len(stale)}"]))
            return int(bool(given.check and stale))
        elif given.command == "build":
            build(root, given.target)
        else:
            changed = format_record(root, check=given.check)
            print("\n".join([*changed, f"{len(changed)} files {'to format' if given.check else 'formatted'}"]))
            return int(bool(given.check and changed))
    except RecordError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
