"""The command `conflictdata`, also as `python -m conflictdata`."""

import sys


def main() -> int:
    """Run the command.

    Returns:
        The exit status: 0 if all went well, 1 for a question that has no answer here, 2 for a misspelt command.
    """
    try:
        from conflictdata.cli import run
    except ModuleNotFoundError as error:
        if error.name not in {"click", "rich"}:
            raise
        sys.stderr.write("conflictdata: the command needs its extra; install it with: pip install 'conflictdata[cli]'\n")
        return 1
    return run()


if __name__ == "__main__":
    sys.exit(main())
