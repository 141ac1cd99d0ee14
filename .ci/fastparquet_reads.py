"""Reads every table of the installed bundle with fastparquet, and compares it with what the library gives."""

from pathlib import Path

import fastparquet

import conflictdata as cd

for path in sorted((Path(cd.__file__).parent / "data").glob("*/*.parquet")):
    expected = getattr(cd.load(path.parent.name), path.stem).to_arrow()
    found = fastparquet.ParquetFile(path).to_pandas()
    for name in expected.column_names:
        if name in found.columns:  # fastparquet leaves out what it cannot show in a frame
            texts = [None if value is None else str(value) for value in expected[name].to_pylist()]
            read = [None if value != value or value is None else str(value) for value in found[name].tolist()]  # noqa: PLR0124
            if not name.startswith(("start", "end", "published", "accessed", "first_published")) and not any(
                isinstance(value, list) for value in expected[name].to_pylist()[:1]
            ):
                same = [str(float(t)) if t and r and r.endswith(".0") else t for t, r in zip(texts, read, strict=True)]
                if same != read:
                    raise SystemExit(f"{path.parent.name}/{path.name}: {name} differs")
    print(f"{path.parent.name}/{path.name}: {len(found)} rows, {len(found.columns)} of {len(expected.column_names)} columns")
