"""`conflictdata/names.py`: the names that users write as text, for editors and type checkers."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import conflictdata as cd
from conflictdata.changes import KINDS
from conflictdata.layouts import layouts
from conflictdata.models import Record
from conflictdata.schema import schema
from conflictdata.timeline import CALENDAR
from conflictdata.vocabulary import VOCABULARIES, Code
from datasets.tools.text import dataset_folders

FILE = "conflictdata/names.py"
_WIDTH = 125  # characters of a line, as the formatter has it

_HEAD = '''"""The names that are written as text, for editors and type checkers: datasets, codes, columns.

Made by `python -m datasets.tools docs`. A code is taken as its text or as its member. A text that is known only when a
program runs becomes a member by its vocabulary, `Area(text)`, and the name of a dataset by `dataset_name(text)`.
"""

from typing import Literal, TypeAlias, TypedDict

'''


def _alias(name: str, texts: Iterable[str], told: str, member: str = "") -> Iterator[str]:
    """Write a name for some texts, and the members of a vocabulary beside them, as the formatter does."""
    quoted = [f'"{text}"' for text in texts]
    line = f"{name}: TypeAlias = {f'{member} | ' if member else ''}Literal[{', '.join(quoted)}]"
    if len(line) <= _WIDTH:
        yield line
    elif member:
        yield from (
            f"{name}: TypeAlias = (",
            f"    {member}",
            "    | Literal[",
            *(f"        {one}," for one in quoted),
            "    ]",
            ")",
        )
    else:
        yield from (f"{name}: TypeAlias = Literal[", *(f"    {one}," for one in quoted), "]")
    yield f'"""{told}"""'
    yield ""


def code_name(vocabulary: type[Code]) -> str:
    """Give the name under which the codes of a vocabulary stand."""
    return f"{vocabulary.__name__}Code"


def models() -> list[type[Record]]:
    """Give the public records, whose tables users hold."""
    public = (getattr(cd, name) for name in cd.__all__)
    return [one for one in public if isinstance(one, type) and issubclass(one, Record) and one is not Record]


def written(datasets: Sequence[str]) -> str:
    """Write the file.

    Args:
        datasets: The names of the datasets.

    Returns:
        Its text.
    """
    imports = "".join(f"    {name},\n" for name in sorted(codes.__name__ for codes in VOCABULARIES))
    lines = [f"from conflictdata.vocabulary import (\n{imports})\n"]
    lines += _alias("DatasetName", datasets, "A dataset.")
    for codes in VOCABULARIES:
        told = (codes.__doc__ or "").splitlines()[0]
        lines += _alias(code_name(codes), [code.value for code in codes], told, codes.__name__)
    every = [kind.value for kind in CALENDAR]
    lines += _alias("EveryCode", every, "The spans of a series: those of the calendar.", "PeriodKind")
    named = sorted({name for model in models() for name in schema(model).names})
    lines += ["", "class CellCodes(TypedDict, total=False):", '    """The axes of a cell, as `**cell`."""', ""]
    axes = ("area", "scope", "measure", "group")
    lines += [*(f"    {axis}: {axis.title()}Code" for axis in axes), "", ""]
    lines += _alias("ColumnName", named, "A column of a table.")
    lines += _alias("ChangeKind", KINDS, "What became of a row between two releases.")
    lines += _alias("LayoutName", layouts(), "A published layout of event data.")
    return _HEAD + "\n".join(lines).rstrip("\n") + "\n"


def update(root: Path, *, check: bool) -> list[str]:
    """Bring the file of a checkout up to date.

    Args:
        root: The folder of the record. One beside which no package stands has no such file.
        check: Whether only to look.

    Returns:
        The name of the file, if it was not up to date.
    """
    path = root.parent / FILE
    if not path.is_file():
        return []
    text = written(sorted(folder.name for folder in dataset_folders(root)))
    if path.read_text(encoding="utf-8") == text:
        return []
    if not check:
        path.write_text(text, encoding="utf-8", newline="")
    return [FILE]
