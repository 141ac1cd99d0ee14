"""What users write wrongly: each line is an error to both type checkers, who complain if a mark here is not needed.

The function is never called.
"""

import conflictdata as cd
from conflictdata.names import CellCodes


def misuses(text: str, texts: list[str], cell: dict[str, str]) -> None:
    """Names with a typo, names that nobody checked, codes of another axis, records and columns that there are not."""
    picss = cd.load("picss")

    # A dataset with a typo; a text from outside, which dataset_name() takes.
    cd.load("piccs")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    cd.load(text)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    cd.load("picss", as_off="2025-11-05")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    cd.load("picss", undated="include")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    cd.diff("picsss", "2026-11-22")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    # A code with a typo, of another axis, among others, in another case; a condition that there is not.
    picss.figures.filter(measure="kiled")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    picss.figures.filter(group="PK")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    picss.figures.filter(area=cd.Scope.ALL)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    picss.figures.filter(area=["PK-BA", "PK-SDD"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    picss.figures.filter(area=texts)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    picss.figures.filter(status="Disputed")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    picss.figures.filter(region="PK-BA")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    picss.figures.filter(period=2025)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    picss.figures.filter(subset="yes")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    picss.figures.filter(**cell)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    wrong: CellCodes = {"measure": "deaths"}  # type: ignore[typeddict-item]  # pyright: ignore[reportAssignmentType]
    picss.figures.filter(**wrong)

    # A series without an axis, and by spans that the calendar does not have.
    cd.series("picss", measure="killed", group="total", area="PK")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    cd.series("picss", measure="killed", group="total", area="PK", scope="all", every="week")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    # Columns that no table has, and what a wide frame cannot hold.
    picss.figures.select("period", "valeu")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    picss.figures.wide("values")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    picss.statements.wide()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]

    # Fields that a record does not have, that may be null, that cannot be set.
    _ = picss.figures[0].count_  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType]
    _ = picss.figures[0].value + 1  # type: ignore[operator]  # pyright: ignore[reportOptionalOperand, reportUnknownVariableType]
    picss.figures[0].value = 457  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]

    # An axis that the record's structure does not have; a layout that nobody published; publishers and scopes with a typo.
    cd.balance(picss.figures, axis="group")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
    cd.EventMapping.ready("gde", countries={})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    cd.compare("picss", "pis", measure="killed", group="total", scope="all")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    cd.compare("picss", "pips", measure="killed", group="total", scope={"pis": "all"})  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    cd.implied(picss, period="2025-10", group="rebels")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    # Names that the package does not have.
    cd.get("picss")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
