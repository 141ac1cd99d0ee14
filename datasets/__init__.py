"""The record as people edit it, and the tools for it. Not part of the wheel."""
