"""What a program waits for: the import, and the first typed figure.

    python -m benchmarks.start [PYTHON ...]

Each PYTHON is an interpreter with the package installed: give one with pandas and one without. By default this one.
"""

import subprocess
import sys

from benchmarks.pairs import compare, process

ROUNDS = 31

FIRST_FIGURE = "import conflictdata as cd; figure = cd.load('picss').figures[0]"

# The same classes, written down without checks or conversions, and one record of them from the same file.
PLAIN = """
from importlib.util import find_spec
from pathlib import Path
import attrs, pyarrow, pyarrow.parquet
from datetime import date
from decimal import Decimal
from enum import StrEnum

folder = Path(find_spec("conflictdata").origin).parent / "data" / "picss"

@attrs.frozen(kw_only=True)
class Source:
    dataset: str; id: str; kind: str; outlet: str; origin: str | None; mirror: bool; url: str; published: date | None
    published_from: date; published_to: date; accessed: date; language: str; title: str | None; readings: int

@attrs.frozen(kw_only=True)
class Statement:
    dataset: str; id: str; source: Source; report_period: str; period: str; area: str; scope: str; measure: str
    group: str; value: int; bound: str; subset: bool; includes: tuple; caveats: tuple; note: str; readings: int

@attrs.frozen(kw_only=True)
class Figure:
    dataset: str; period: str; start: date; end: date; period_kind: str; area: str; scope: str; measure: str; group: str
    value: int | None; bound: str | None; low: int; high: int | None; includes: tuple; status: str; marks: tuple
    caveats: tuple; sources: tuple; others: tuple; others_state: tuple; voices: int; first_published: date

@attrs.frozen(kw_only=True)
class Claim:
    dataset: str; id: str; source: Source; report_period: str; period: str; area: str; scope: str; measure: str
    group: str; claim: str; value: Decimal | None; direction: str | None; reference_period: str | None
    reference_area: str | None; bound: str; caveats: tuple; note: str; readings: int

@attrs.frozen(kw_only=True)
class Break:
    dataset: str; id: str; start: date; approximate: bool; areas: tuple; scopes: tuple; measures: tuple; description: str

names = [field.name for field in attrs.fields(Figure)]
table = pyarrow.parquet.ParquetFile(folder / "figures.parquet").read(columns=names)
figure = Figure(**table.slice(0, 1).to_pylist()[0])
"""


def main() -> None:
    """Measure with each interpreter given."""
    for python in sys.argv[1:] or [sys.executable]:
        has = subprocess.run([python, "-P", "-c", "import pandas"], check=False, capture_output=True).returncode == 0
        print(f"{python}: pandas is {'' if has else 'not '}installed")
        bare, package = process("pass", python), process("import conflictdata", python)
        compare("import conflictdata, beside a bare interpreter", {"bare": bare, "import": package}, ROUNDS, over=5)
        ways = {
            "plain classes, ParquetFile": process(PLAIN, python),
            "load('picss').figures[0]": process(FIRST_FIGURE, python),
        }
        compare("from process start to the first typed figure", ways, ROUNDS, ratio=1.3)


if __name__ == "__main__":
    main()
