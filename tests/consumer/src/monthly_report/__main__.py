"""The command `monthly-report MONTH`: exit status 0, or 1 if the data are not those of the pin."""

import argparse
import sys

import conflictdata as cd

from .report import PIN, lines, pinned


def main() -> int:
    """Print the report of a month."""
    parser = argparse.ArgumentParser(prog="monthly-report")
    parser.add_argument("month", help="such as 2025-10")
    parser.add_argument("--pin", default=PIN, help="the data to report from")
    given = parser.parse_args()
    try:
        print("\n".join(lines(pinned(given.pin), given.month)))
    except cd.ConflictDataError as error:
        print(f"monthly-report: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
