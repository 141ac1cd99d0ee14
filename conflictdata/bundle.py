"""The files that the package carries: read whole, and held to the digests that they were built with.

The digest of the manifest is a constant of the code, made by the build; the manifest has the digests of the other files.
A file that was damaged, cut off, exchanged or lost is one error, and never a wrong number.
"""

import functools
import hashlib
import json
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from conflictdata.errors import DamagedDataError, MissingDataError

FOLDER = Path(__file__).parent / "data"
MANIFEST = "manifest.json"


def _bytes(name: str) -> bytes:
    try:
        return (FOLDER / name).read_bytes()
    except OSError as error:
        raise DamagedDataError(FOLDER / name, error.strerror or str(error)) from error


def _held(name: str, digest: str) -> bytes:
    content = _bytes(name)
    if hashlib.sha256(content).hexdigest() != digest:
        raise DamagedDataError(FOLDER / name, "is not the file that this version was built with")
    return content


@functools.cache
def manifest() -> Mapping[str, Any]:
    """Read what the bundle holds.

    Returns:
        The manifest: the numbers of the schema and the rule, each dataset with its tables, each file with its digest.

    Raises:
        MissingDataError: If the package was never built, as in a bare checkout.
        DamagedDataError: If the manifest is not the one that the code was built with.
    """
    try:
        digest = import_module("conflictdata._manifest").DIGEST
    except ModuleNotFoundError as error:
        message = f"{FOLDER / MANIFEST} is missing: install the package (pip install .) so that its data are built"
        raise MissingDataError(message) from error
    told: Mapping[str, Any] = json.loads(_held(MANIFEST, digest))
    return told


def read(name: str) -> bytes:
    """Read one file of the bundle.

    Args:
        name: Its path below the folder of the data, with `/`.

    Returns:
        Its content.

    Raises:
        MissingDataError: If the package was never built, as in a bare checkout.
        DamagedDataError: If it is not the file that this version was built with.
    """
    return _held(name, manifest()["files"][name])
