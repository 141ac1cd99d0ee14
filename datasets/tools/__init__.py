"""What the maintainers run on the record: read, check, format, build. Not part of the wheel."""
