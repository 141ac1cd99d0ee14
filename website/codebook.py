"""The codebook: every code of every vocabulary, what it means, and how often each dataset has it."""

import functools
import inspect
from collections import Counter
from collections.abc import Iterator, Mapping

import conflictdata as cd
from conflictdata.vocabulary import VOCABULARIES, Code, area_tree
from datasets.tools.markdown import table
from website.dictionary import TABLES, holds
from website.text import anchor, reference

# Where the codes of a vocabulary are counted: a table of a dataset and a column of it. The codes of `State` are in no table
# of a dataset: they are given on request.
COUNTED: Mapping[type[Code], tuple[tuple[str, str], ...]] = {
    cd.Area: (("statements", "area"),),
    cd.Scope: (("statements", "scope"),),
    cd.Measure: (("statements", "measure"),),
    cd.Group: (("statements", "group"),),
    cd.Bound: (("statements", "bound"),),
    cd.SourceKind: (("sources", "kind"),),
    cd.Caveat: (("statements", "caveats"), ("claims", "caveats")),
    cd.ClaimKind: (("claims", "claim"),),
    cd.Direction: (("claims", "direction"),),
    cd.Status: (("figures", "status"),),
    cd.Mark: (("figures", "marks"),),
    cd.PeriodKind: (("figures", "period_kind"),),
    cd.Axis: (("balances", "axis"), ("source_balances", "axis")),
    cd.Verdict: (("balances", "verdict"), ("source_balances", "verdict")),
    cd.Reason: (("discrepancies", "reason"),),
    cd.ClaimVerdict: (("claims", "verdict"),),
    cd.Basis: (("claims", "basis"),),
    cd.Undecided: (("claims", "undecided"),),
    cd.Slip: (("claims", "slips"),),
}

_INTRO = """# Codebook

Every code that a column of the [tables](dictionary.md) can hold, in the order of its vocabulary, with its label and what it
means. Labels and definitions are those of the library: `cd.Status("disputed").label`, `cd.Status("disputed").definition`,
or on the command line `conflictdata codes status`. The numbers say in how many rows of the newest release of each dataset a
code stands.

"""


@functools.cache
def counts(dataset: str, name: str, column: str) -> Mapping[str, int]:
    """Count the codes of a column.

    Args:
        dataset: The dataset, at its newest release.
        name: The table.
        column: The column; of a list each code counts.

    Returns:
        How many rows have each code.
    """
    found: Counter[str] = Counter()
    for cell in getattr(cd.load(cd.dataset_name(dataset)), name).to_arrow()[column].to_pylist():
        found.update(cell if isinstance(cell, list) else [] if cell is None else [cell])
    return found


def _code(code: Code) -> str:
    return f"{anchor(f'{code.axis()}-{code.value}')}`{code.value}`"


def _meaning(code: Code) -> str:
    parent = area_tree()[code].parent if isinstance(code, cd.Area) else None
    return f"{code.definition} Within [`{parent}`](#area-{parent})." if parent else code.definition


def _counted(kind: type[Code]) -> str:
    """Say how often each dataset has each code of a vocabulary, or why that is not counted."""
    places = COUNTED.get(kind)
    if places is None:
        models = [model.__name__ for model in TABLES if holds(model, kind)]
        holders = ", ".join(f"[{name}](dictionary.md#{name.lower()})" for name in models)
        return f"No table of a dataset has these; they are given on request: {holders}.\n\n"
    names = [info.name for info in cd.list_datasets()]
    rows = []
    for code in kind:
        numbers = (sum(counts(name, *place)[code.value] for place in places) for name in names)
        rows.append((f"`{code.value}`", *(f"{number:,}" for number in numbers)))
    told = " and ".join(f"`{column}` of the {name.replace('_', ' ')}" for name, column in places)
    return f"Rows by {told}:\n\n{table(('code', *(f'`{name}`' for name in names)), rows, right=1)}\n\n"


def _section(kind: type[Code]) -> str:
    head = f"## {kind.__name__} {{ #{kind.axis()} }}\n\n{inspect.getdoc(kind)} The class: {reference(kind.__name__)}.\n\n"
    rows = ((_code(code), code.label, _meaning(code)) for code in kind)
    return f"{head}{table(('code', 'label', 'meaning'), rows)}\n\n{_counted(kind)}"


def files() -> Iterator[tuple[str, str]]:
    """Give the page."""
    yield "data/codebook.md", "".join([_INTRO, *map(_section, VOCABULARIES)]).rstrip() + "\n"
