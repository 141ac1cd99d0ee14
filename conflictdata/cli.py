"""The command `conflictdata`. Exit status: 0 all well, 1 no such data or sums without explanation, 2 a misspelt command."""

import io
import sys

import click

from conflictdata import citing, judgements, plotting  # noqa: F401  they add their commands to the group
from conflictdata.commands import command
from conflictdata.errors import ConflictDataError


def run(arguments: list[str] | None = None) -> int:
    """Run the command, and turn the library's errors into one line without a traceback.

    Args:
        arguments: The words after the command; by default the process's own.

    Returns:
        The exit status.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a title in a script that the terminal cannot show
    try:
        command(arguments, prog_name="conflictdata", standalone_mode=True)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 1
    except (ConflictDataError, OSError) as error:
        click.echo(f"conflictdata: {error}", err=True)
        return 1
    return 0
