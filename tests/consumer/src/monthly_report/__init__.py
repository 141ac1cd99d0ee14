"""A monthly report from one pinned release."""
