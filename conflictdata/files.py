"""Files that are written whole, or not at all."""

import contextlib
import errno
import os
from collections.abc import Iterator, Mapping
from pathlib import Path


@contextlib.contextmanager
def _named(path: Path) -> Iterator[None]:
    """Let an error name the file that was asked for, and not the one beside it."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def write_whole(contents: Mapping[Path, bytes]) -> None:
    """Write files so that nobody ever sees a half of one: each beside its place first, then all into their places.

    Args:
        contents: The files and what they are to hold. One that is there is replaced; where a link leads to it, the link
            stays. A pipe or a device, such as `/dev/stdout`, takes what it is given as it comes.

    Raises:
        OSError: If a file cannot be written; the error names it. What was there stays.
    """
    parts: dict[Path, Path] = {}
    try:
        for path, content in contents.items():
            with _named(path):
                if path.is_dir():  # of several files none is written then
                    raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
                if path.exists() and not path.is_file():  # it must not be put out of its place
                    continue
                place = path.resolve()
                parts[place] = place.with_name(f".{place.name}.{os.getpid()}")
                parts[place].write_bytes(content)
        for path, content in contents.items():
            with _named(path):
                place = path.resolve()
                if place in parts:
                    parts[place].replace(place)
                else:
                    path.write_bytes(content)
    finally:
        for part in parts.values():
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
