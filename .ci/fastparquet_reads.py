"""Reads every table of the installed bundle with fastparquet, and compares texts and numbers with what the library gives."""

from pathlib import Path

import fastparquet
import pandas as pd
import pyarrow as pa

import conflictdata as cd

for path in sorted((Path(cd.__file__).parent / "data").glob("*/*.parquet")):
    found = fastparquet.ParquetFile(path).to_pandas()
    if path.stem.endswith(".closed"):
        print(f"{path.parent.name}/{path.name}: {len(found)} rows")
        continue
    expected = cd.load(path.parent.name).read(path.stem)
    compared = 0
    for field in expected.schema:
        number = pa.types.is_integer(field.type) or pa.types.is_floating(field.type)
        if not (number or pa.types.is_string(field.type) or pa.types.is_dictionary(field.type)):
            continue  # days, flags and lists come in types of its own
        read = [None if pd.isna(value) else float(value) if number else str(value) for value in found[field.name]]
        if read != expected[field.name].to_pylist():
            raise SystemExit(f"{path.parent.name}/{path.name}: {field.name} differs")
        compared += 1
    print(f"{path.parent.name}/{path.name}: {len(found)} rows, {compared} columns equal")
