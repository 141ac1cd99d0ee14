"""The parts of the documentation that are counted from the record: written here, compared by the tests."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import conflictdata as cd
from conflictdata.balances import COUNTS, Balance, along, sum_of, verdict_of
from conflictdata.definitions import Definitions, Rule
from conflictdata.models import cell_label
from conflictdata.structure import Structure
from conflictdata.vocabulary import Reason, Verdict
from datasets.tools import claims_page, statement_page
from datasets.tools.markdown import table

# One balance of the record for each verdict and each reason: dataset, page (none: the figures), axis, and its cell.
Example = tuple[str, str | None, str, dict[str, Any]]
_KILLED: dict[str, Any] = {"area": "PK", "scope": "all", "measure": "killed", "group": "total"}
_ATTACKS: dict[str, Any] = {**_KILLED, "scope": "militant_attacks"}
VERDICTS: dict[Verdict, Example] = {
    Verdict.BALANCED: ("picss", "worldnewsam-cc25c7", "groups", {**_KILLED, "period": "2025-10"}),
    Verdict.PARTIAL: ("picss", None, "groups", {**_ATTACKS, "period": "2024-06", "area": "PK-KP-MAINLAND"}),
    Verdict.SHORT: ("picss", "dailytimespk-bab5c8", "groups", {**_KILLED, "period": "2025-10"}),
    Verdict.OVER: ("picss", "pakistantoday-744755", "groups", {**_ATTACKS, "period": "2023-02"}),
    Verdict.OPEN: ("picss", None, "groups", {**_ATTACKS, "period": "2025-06"}),
}
REASONS: dict[Reason, Example] = {
    Reason.PART_NOT_REPORTED: ("picss", "dailytimespk-bab5c8", "groups", {**_KILLED, "period": "2025-10"}),
    Reason.COUNTED_INSIDE_ANOTHER_GROUP: (
        "picss",
        "dunyanews-8eef7a",
        "scopes",
        {**_KILLED, "period": "2025-05", "group": "militants"},
    ),
    Reason.MISPRINT: ("pips", None, "within", {**_ATTACKS, "period": "2024-09", "group": "civilians"}),
    Reason.RESTATED_LATER: ("picss", None, "time", {**_ATTACKS, "period": "2022"}),
    Reason.DEFINITION_DIFFERS: ("crss", None, "time", {**_KILLED, "period": "2013-01/2018-12"}),
    Reason.OUTLET_ERROR: ("picss", "shiawaves-700a64", "groups", {**_KILLED, "period": "2024-11"}),
    Reason.CODING_DOUBT: ("picss", None, "time", {**_KILLED, "scope": "suicide_attacks", "period": "2023-01/2023-07"}),
    Reason.UNEXPLAINED: ("picss", None, "groups", {**_KILLED, "scope": "suicide_attacks", "period": "2018"}),
}


def example(told: Example) -> Balance:
    """Find the balance of an example.

    Args:
        told: Dataset, page, axis and cell.

    Returns:
        The one balance there is; on the axis within the one that does not hold.
    """
    dataset, page, axis, cell = told
    opened = cd.load(cd.dataset_name(dataset))
    table = opened.source_balances.filter(source=page) if page else opened.balances
    found = [b for b in table.filter(axis=cd.Axis(axis), **cell) if axis != "within" or b.reason]
    (balance,) = found
    return balance


def _where(balance: Balance) -> str:
    b = balance
    page = f", [{b.source.outlet}]({b.source.url})" if b.source else ""
    return f"{cell_label(b)}, {along(b)}{page}"


def structure() -> str:
    """Say what adds up to what."""
    declared = Structure.declared()
    rows = []
    for rule in declared.sums:
        parts = " + ".join(f"`{part}`" for part in rule.required)
        parts += "".join(f" (+ `{part}`)" for part in rule.optional)
        parts = " or ".join(f"`{part}`" for part in rule.required) if rule.calendar else parts
        limits = "; ".join(f"{column} {', '.join(codes)}" for column, codes in rule.only.items()) or "all"
        rows.append((rule.axis, f"`{rule.whole}`", parts, limits, rule.reason))
    rows += [
        ("within", f"`{rule.whole}`", ", ".join(f"`{part}`" for part in rule.parts), "all", rule.reason)
        for rule in declared.within
    ]
    own = "A count of a part of a cell is held against the cell, and nothing else."
    rows.append(("within", "any cell", "`subset` counts of that cell", "all", own))
    return table(("axis", "whole", "parts (optional)", "where", "why"), rows)


def verdicts() -> str:
    """Give a real case of each verdict."""
    rows = []
    for verdict, told in VERDICTS.items():
        balance = example(told)
        rows.append((f"`{verdict}`", verdict.definition, _where(balance), f"{verdict_of(balance)}: {sum_of(balance)}"))
    return table(("verdict", "meaning", "for example", ""), rows)


def reasons() -> str:
    """Give a real case of each reason."""
    rows = []
    for reason, told in REASONS.items():
        balance = example(told)
        page = f" ([{balance.shown_by.outlet}]({balance.shown_by.url}))" if balance.shown_by else ""
        said = f"{verdict_of(balance)}: {sum_of(balance)}. {balance.explanation}{page}"
        rows.append((f"`{reason}`", reason.definition, _where(balance), said))
    return table(("reason", "meaning", "for example", ""), rows)


def tally() -> str:
    """Count the totals of every dataset and axis, and the statements that no balance protects."""
    datasets = [cd.load(info.name) for info in cd.list_datasets()]
    blocks = []
    for level in ("figures", "sources"):
        rows = [row for dataset in datasets for row in dataset.tally() if row.level == level and row.totals]
        head = ("dataset", "axis", *COUNTS)
        counted = ((f"`{r.dataset}`", r.axis, *(f"{getattr(r, name):,}" for name in COUNTS)) for r in rows)
        title = "Over the figures:" if level == "figures" else "On each page by itself:"
        blocks += [title, table(head, counted, right=2)]
    return "\n\n".join([*blocks, statement_page.unprotected()])


def counts() -> str:
    """Say what each publisher counts under each scope."""
    told = Definitions.declared().counts
    rows = [(f"`{name}`", f"`{scope}`", said) for name, scopes in told.items() for scope, said in scopes.items()]
    return table(("dataset", "scope", "what is counted"), rows)


def _days(rule: Rule) -> str:
    ends = (("from", rule.since), ("until", rule.until))
    return " ".join(f"{word} {day}" for word, day in ends if day) or "all"


def comparisons() -> str:
    """Say what may be compared with what."""
    rows = []
    for rule in Definitions.declared().rules:
        members = ", ".join(f"`{member}`" for member in rule.members)
        limits = ", ".join((*rule.measures, *rule.groups, *rule.areas)) or "all"
        rows.append(("the same" if rule.same else "not the same", members, limits, _days(rule), rule.reason))
    return table(("they count", "scopes", "where", "days", "why"), rows)


BLOCKS: dict[str, dict[str, Callable[[], str]]] = {
    "balances.md": {"structure": structure, "verdicts": verdicts, "reasons": reasons, "tally": tally},
    "claims.md": claims_page.BLOCKS,
    "comparing.md": {"counts": counts, "comparisons": comparisons},
    "index.md": statement_page.START,
    "statement.md": statement_page.STATEMENT,
}


def written(docs: Path) -> dict[Path, str]:
    """Write the counted parts of each page anew.

    Args:
        docs: The folder of the documentation.

    Returns:
        The text of each page that has such parts.
    """
    made = {}
    for name, blocks in BLOCKS.items():
        text = (docs / name).read_text(encoding="utf-8")
        for block, write in blocks.items():
            start, end = f"<!-- {block}: counted from the record -->\n", f"<!-- end of {block} -->"
            before, _, rest = text.partition(start)
            _, _, after = rest.partition(end)
            text = f"{before}{start}\n{write()}\n\n{end}{after}"
        made[docs / name] = text
    return made


def update(docs: Path, *, check: bool) -> list[str]:
    """Bring the counted parts of the documentation up to date.

    Args:
        docs: The folder of the documentation.
        check: Whether only to look.

    Returns:
        The pages that were not up to date.
    """
    stale = {path: text for path, text in written(docs).items() if path.read_text(encoding="utf-8") != text}
    if not check:
        for path, text in stale.items():
            path.write_text(text, encoding="utf-8", newline="")
    return [f"{docs.name}/{path.name}" for path in stale]
