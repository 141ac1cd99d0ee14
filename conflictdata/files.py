"""Files that are written whole, or not at all."""

import contextlib
import errno
import os
from collections.abc import Mapping
from pathlib import Path


def write_whole(contents: Mapping[Path, bytes]) -> None:
    """Write files so that nobody ever sees a half of one: each beside its place first, then all into their places.

    Args:
        contents: The files and what they are to hold. One that is there is replaced.

    Raises:
        OSError: If a file cannot be written; the error names it. What was there stays.
    """
    for path in contents:
        if path.is_dir():  # of several none is written then
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    parts = {path: path.with_name(f".{path.name}.{os.getpid()}") for path in contents}
    try:
        for path, content in contents.items():
            try:
                parts[path].write_bytes(content)
            except OSError as error:  # of the part, whose name says nothing to who gave the other
                raise OSError(error.errno, error.strerror, str(path)) from error
        for path, part in parts.items():
            try:
                part.replace(path)
            except OSError as error:
                raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        for part in parts.values():
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
