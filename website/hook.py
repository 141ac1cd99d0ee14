"""What mkdocs runs before it looks for pages."""

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from website.make import files, write


def on_pre_build(config: Any) -> None:  # noqa: ARG001  the interface's
    """Write the pages that follow from the record, before the pages are gathered."""
    write(files())
