"""FILE of `cycle grade`: one row a department with its points."""

from collections.abc import Mapping
from decimal import Decimal

from cycle.grading_files.cells import Cells
from cycle.grading_files.columns import SCORE_COLUMNS, Row, rows_under
from cycle.grading_files.faults import Fault, FileRefused, in_order
from cycle.grading_files.table import SCORE_KINDS, read_table
from workflows.scoring import Sheet, to_hundredths


def read_scores(file: str, components: Mapping[str, int]) -> tuple[list[Sheet], list[Fault]]:
    """The sheets, complete only where there is no fault; `components` are the full points in hundredths.

    `file` is a path as given on the command line; faults name it so.
    """
    try:
        table = read_table(file, SCORE_KINDS)
    except FileRefused as refused:
        return [], [refused.fault]
    rows, faults = rows_under(file, table.rows, SCORE_COLUMNS)
    cells = Cells(file)
    sheets = [_sheet(cells, row, components) for row in rows]
    ordered = in_order([*faults, *cells.faults], [column.name for column in SCORE_COLUMNS])
    return [sheet for sheet in sheets if sheet is not None], ordered


def _sheet(cells: Cells, row: Row, components: Mapping[str, int]) -> Sheet | None:
    department = cells.name(row, "department")
    category = cells.text(row, "category")
    central = cells.number(row, "central", 0, _points(components["central"]))
    public = cells.number(row, "public", 0, _points(components["public"]))
    leader = cells.number(row, "leader", 0, _points(components["leader"]))
    deductions = cells.number(row, "deductions", 0, None)
    bonus = cells.number(row, "bonus", 0, None)
    if (
        department is None
        or category is None
        or central is None
        or public is None
        or leader is None
        or deductions is None
        or bonus is None
    ):
        return None
    return Sheet(
        department=department,
        category=category,
        central=to_hundredths(central),
        public=to_hundredths(public),
        leader=to_hundredths(leader),
        deductions=to_hundredths(deductions),
        bonus=to_hundredths(bonus),
    )


def _points(hundredths: int) -> Decimal:
    """Without trailing zeros, as a message shows it."""
    whole, rest = divmod(hundredths, 100)
    return Decimal(whole) if rest == 0 else Decimal(hundredths).scaleb(-2)
