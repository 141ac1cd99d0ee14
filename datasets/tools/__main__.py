"""The maintainers' commands on the record: `python -m datasets.tools --help` lists them."""

import argparse
import csv
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from conflictdata.errors import Fault, RecordError
from conflictdata.models import NEXT
from datasets.tools import changelog, citation, curate, explain, history, names, pages, text
from datasets.tools.build import build
from datasets.tools.draw import draw
from datasets.tools.edit import Proposal
from datasets.tools.format import format_record
from datasets.tools.read import read
from datasets.tools.release import release
from datasets.tools.text import dataset_folders

ROOT = Path(__file__).parent.parent


def _check(_: argparse.Namespace, root: Path) -> int:
    datasets = read(root)
    faults = [fault for one in datasets for fault in history.figure_faults(one, f"{root.name}/{one.name}")]
    if faults:
        raise RecordError(faults)
    for dataset in datasets:
        now, last = dataset.now, dataset.releases[-1].label if dataset.releases else "no release yet"
        waits = ", rows wait for the release to come" if dataset.pending and dataset.releases else ""
        sizes = len(now.sources), len(now.statements), len(now.claims)
        print("{}: {} sources, {} statements, {} claims; {}{}".format(dataset.name, *sizes, last, waits))
    explain.hold(datasets, root)
    return 0


def _format(given: argparse.Namespace, root: Path) -> int:
    changed = format_record(root, check=given.check)
    print("\n".join([*changed, f"{len(changed)} files {'to format' if given.check else 'formatted'}"]))
    return int(bool(given.check and changed))


def _explain(given: argparse.Namespace, root: Path) -> int:
    (dataset,) = (dataset for dataset in read(root) if dataset.name == given.dataset)
    lacking, words = explain.rows(dataset, root)
    print(lacking, end="")
    print("\n".join(words), file=sys.stderr)
    return 0


def _docs(given: argparse.Namespace, root: Path) -> int:
    stale = pages.update(root.parent / "docs", check=given.check)
    datasets = read(root)
    stale += changelog.update(root.parent / "CHANGELOG.md", datasets, check=given.check)
    stale += citation.update(root.parent, datasets, check=given.check)
    stale += names.update(root, check=given.check)
    print("\n".join([*stale, f"{'to update' if given.check else 'updated'}: {len(stale)}"]))
    return int(bool(given.check and stale))


def _build(given: argparse.Namespace, root: Path) -> int:
    build(root, given.target or root.parent / "conflictdata" / "data")
    return 0


def _proposed(proposal: Proposal, given: argparse.Namespace) -> int:
    print(proposal)
    if given.dry_run:
        print("\nnothing is written: that was a dry run")
    else:
        proposal.write()
        print("\nwritten, for the release to come")
    return 0


def _add(given: argparse.Namespace, root: Path) -> int:
    return _proposed(curate.add(root, given.form), given)


def _correct(given: argparse.Namespace, root: Path) -> int:
    return _proposed(curate.correct(root, given.dataset, given.list), given)


def _release(given: argparse.Namespace, root: Path) -> int:
    if given.day > date.today():  # noqa: DTZ011  the maintainer's own day
        raise RecordError([Fault(text.RELEASES, 0, "label", f"{given.day} has not come yet")])
    made = release(root, given.dataset, given.why, given.day, root.parent / "CHANGELOG.md")
    print(f"{made}\nrows {made.rows_digest}\nfigures {made.figures_digest}")
    return 0


def _draw(given: argparse.Namespace, root: Path) -> int:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["dataset", "source", "url"])
    for page in draw(read(root), given.pages, given.seed, given.release):
        writer.writerow([page.dataset, page.id, page.url])
    return 0


def _parser(root: Path) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m datasets.tools", description="Work on the record.")
    commands = parser.add_subparsers(dest="command", required=True)
    names = sorted(folder.name for folder in dataset_folders(root))

    def command(name: str, does: Callable[[argparse.Namespace, Path], int], told: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=told, description=told)
        made.set_defaults(does=does)
        return made

    command("check", _check, "read everything and list all faults, sums that discrepancies.csv lacks among them")
    form = command("format", _format, "put every file into canonical form")
    form.add_argument("--check", action="store_true", help="only say which files are not")
    explained = command("explain", _explain, "write the rows that a dataset's discrepancies.csv lacks")
    explained.add_argument("dataset", choices=names)
    added = command("add", _add, "add a page and what it states, as a form says it")
    added.add_argument("form", type=Path, help="a TOML file")
    corrected = command("correct", _correct, "correct or withdraw rows, as a list says it")
    corrected.add_argument("dataset", choices=names)
    corrected.add_argument("list", type=Path, help="a CSV file with the columns id, column, value, why")
    for one in (added, corrected):
        one.add_argument("--dry-run", action="store_true", help="only say what it would change")
    made = command("release", _release, "make a release of what waits for it")
    made.add_argument("dataset", choices=names)
    made.add_argument("--why", required=True, help="why it is made, in a line")
    made.add_argument("--day", type=date.fromisoformat, default=date.today(), help="the day of its label (today)")  # noqa: DTZ011
    drawn = command("draw", _draw, "draw pages to be read a second time, weighted to rows with caveats")
    drawn.add_argument("pages", type=int, help="how many")
    drawn.add_argument("--seed", type=int, required=True, help="what makes the draw the same for everyone")
    drawn.add_argument("--release", default=NEXT, help="the release to draw from (the record as it stands)")
    counted = command(
        "docs", _docs, "bring what follows from the record up to date: documentation, changelog, citation, names for editors"
    )
    counted.add_argument("--check", action="store_true", help="only say what is not")
    target = command("build", _build, "write the data files of the package")
    target.add_argument("target", type=Path, nargs="?")
    return parser


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Run one command on the record.

    Args:
        arguments: The words after the command; by default the process's own.
        root: The folder that holds the record.

    Returns:
        The exit status: 0 if all is well, 1 if the record holds faults or is not in canonical form.
    """
    given = _parser(root).parse_args(arguments)
    try:
        status: int = given.does(given, root)
    except RecordError as error:
        print(error, file=sys.stderr)
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
