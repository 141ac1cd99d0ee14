"""October 2025 in Pakistan by scopes and groups: the cells that questions of what follows are about."""

from typing import Any

OCTOBER: dict[str, Any] = {"period": "2025-10", "area": "PK", "scope": "all", "measure": "killed", "group": "total"}
SCOPES = ("militant_attacks", "security_operations")
GROUPS = ("militants", "security_forces", "civilians", "peace_committee")
