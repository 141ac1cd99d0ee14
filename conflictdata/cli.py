"""The command `conflictdata`, with what its exit status says: `commands.STATUSES`."""

import contextlib
import io
import os
import sys

import click

from conflictdata import citing, judgements, plotting  # noqa: F401  they add their commands to the group
from conflictdata.commands import INTERRUPTED, UNANSWERED, UNREAD, command
from conflictdata.errors import ConflictDataError


def run(arguments: list[str] | None = None) -> int:
    """Run the command, and turn the library's errors, and what the system refuses, into a message without a traceback.

    Args:
        arguments: The words after the command; by default the process's own.

    Returns:
        The exit status.
    """
    if sys.stdout is None:
        return _failed("the standard output is closed")
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115  closed: the file - holds nothing
    for stream, errors in ((sys.stdout, "replace"), (sys.stderr, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)  # a title in a script that the terminal cannot show, a name that is no text
    try:
        status = _status(arguments)
        sys.stdout.flush()  # here, where what the system refuses can still be said
    except BrokenPipeError:
        _let_go()
        return UNREAD
    except (ConflictDataError, OSError) as error:
        _let_go()
        return _failed(str(error))
    return status


def _status(arguments: list[str] | None) -> int:
    """Run the command, and give its status; print what click has to say."""
    try:
        status = command.main(arguments, prog_name="conflictdata", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return INTERRUPTED
    except SystemExit:  # so click and rich leave when the reader went away; no command leaves so
        raise BrokenPipeError from None
    return status if isinstance(status, int) else 0


def _failed(problem: str) -> int:
    click.echo(f"conflictdata: {problem}", err=True)
    return UNANSWERED


def _let_go() -> None:
    """Drop what could not be written: at its end Python would try again, and complain."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
    with contextlib.suppress(OSError, ValueError), open(os.devnull, "wb") as nothing:  # noqa: PTH123  a device
        os.dup2(nothing.fileno(), sys.stdout.fileno())
