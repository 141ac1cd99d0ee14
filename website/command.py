"""The reference of the command: the help that it prints itself."""

from collections.abc import Iterator

import click

from conflictdata import cli  # noqa: F401  brings every part of the command
from conflictdata.commands import command

_WIDTH = 96


def files() -> Iterator[tuple[str, str]]:
    """Give the page: a section for the command and for each of its parts."""
    head = (
        "# Command\n\nThe extra `cli` brings it: `pip install 'conflictdata[cli]'`. What follows is what `--help` prints.\n"
    )
    sections = (f"## {name}\n\n```text\n{text}\n```\n" for name, text in helps())
    yield "data/command.md", "\n".join([head, *sections])


def helps() -> Iterator[tuple[str, str]]:
    """Give the name and the help of the command and of each of its parts."""
    whole = click.Context(command, info_name="conflictdata", max_content_width=_WIDTH, terminal_width=_WIDTH)
    yield "conflictdata", command.get_help(whole)
    for name, part in sorted(command.commands.items()):
        context = click.Context(part, whole, name, max_content_width=_WIDTH, terminal_width=_WIDTH)
        yield f"conflictdata {name}", part.get_help(context)
