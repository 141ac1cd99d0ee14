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
        contents: The files and what they are to hold. One that is there is replaced.

    Raises:
        OSError: If a file cannot be written; the error names it. What was there stays.
    """
    parts = {path: path.with_name(f".{path.name}.{os.getpid()}") for path in contents}
    try:
        for path, content in contents.items():
            with _named(path):
                if path.is_dir():  # of several files none is written then
                    raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
                parts[path].write_bytes(content)
        for path, part in parts.items():
            with _named(path):
                part.replace(path)
    finally:
        for part in parts.values():
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
