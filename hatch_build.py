"""Builds the data files of the package from the record, whenever the package is built or installed for editing."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class RecordBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # the configuration class is hatchling's own
    """Writes `conflictdata/data`, which git ignores and the wheel carries."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  the interface's
        """Build the data before the files of the wheel are gathered.

        The files lie beside the code, and not in `force_include`, so that an editable install finds them too.
        """
        root = Path(self.root)
        sys.path.insert(0, self.root)
        try:
            from datasets.tools.build import build

            build(root / "datasets", root / "conflictdata" / "data")
        finally:
            sys.path.remove(self.root)
