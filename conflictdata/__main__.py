"""The command `conflictdata`, also as `python -m conflictdata`."""

import sys


def main() -> int:
    """Run the command.

    Returns:
        The exit status, as `conflictdata --help` lists them.
    """
    try:
        from conflictdata.cli import run

        return run()
    except ModuleNotFoundError as error:
        if error.name not in {"click", "rich"}:
            raise
        sys.stderr.write("conflictdata: the command needs its extra; install it with: pip install 'conflictdata[cli]'\n")
        return 1
    except KeyboardInterrupt:  # while the parts are loaded
        return 130


if __name__ == "__main__":
    sys.exit(main())
