"""The bundle's own files on the site: every Parquet file of a dataset, and the descriptor that names them."""

from collections.abc import Iterator

from conflictdata import bundle
from datasets.tools.metadata import DESCRIPTOR


def files() -> Iterator[tuple[str, bytes]]:
    """Give the files, byte for byte those of the wheel, so that the digests of the descriptor hold on the site too."""
    for name in bundle.manifest()["files"]:
        if name.endswith((".parquet", f"/{DESCRIPTOR}")):
            yield f"data/{name}", bundle.read(name)
