"""FILE of `--previous`: the recorded year before, our own output or a list kept by hand."""

from dataclasses import dataclass

from cycle.grading_files.cells import Cells
from cycle.grading_files.columns import PREVIOUS_COLUMNS, Row, rows_under
from cycle.grading_files.faults import Fault, FileRefused, in_order
from cycle.grading_files.table import PREVIOUS_KINDS, Table, read_table
from workflows.grading import Previous
from workflows.rulebook import GRADES
from workflows.scoring import folded

_LAST_YEAR = 9999
_GRADE_WORDS = {
    **{code: code for code in GRADES},
    **dict(zip(("优秀", "良好", "达标", "不达标"), GRADES, strict=True)),
}


@dataclass(frozen=True, slots=True)
class PreviousYear:
    """`year` is None where the file does not say; departments are keyed by name as given."""

    year: int | None
    departments: dict[str, Previous]


def read_previous(file: str, year: int | None) -> tuple[PreviousYear, list[Fault]]:
    """The year before, complete only where there is no fault; `year` is the year now graded, if known."""
    try:
        table = read_table(file, PREVIOUS_KINDS)
    except FileRefused as refused:
        return PreviousYear(None, {}), [refused.fault]
    rows, faults = rows_under(file, table.rows, PREVIOUS_COLUMNS)
    cells = Cells(file)
    departments: dict[str, Previous] = {}
    for row in rows:
        name, recorded = _department(cells, row)
        if name is not None and recorded is not None:
            departments[name] = recorded
    recorded_year = _year(cells, table, rows, year)
    ordered = in_order([*faults, *cells.faults], [column.name for column in PREVIOUS_COLUMNS])
    return PreviousYear(recorded_year, departments), ordered


def _department(cells: Cells, row: Row) -> tuple[str | None, Previous | None]:
    name = cells.name(row, "department")
    rank = cells.integer(row, "rank", 1)
    grade = _grade(cells, row)
    category_rank = cells.integer(row, "category_rank", 1, required=False)
    failures = cells.integer(row, "consecutive_failures", 0, required=False)
    if rank is None or grade is None:
        return name, None
    return name, Previous(rank, category_rank, grade, failures)


def _grade(cells: Cells, row: Row) -> str | None:
    text = cells.text(row, "grade")
    if text is None:
        return None
    grade = _GRADE_WORDS.get(folded(text).casefold())
    if grade is None:
        cells.fault(row, "grade", "out_of_range", {"why": "grades"})
    return grade


def _year(cells: Cells, table: Table, rows: list[Row], graded: int | None) -> int | None:
    """The one year all rows agree on; reported once where it is not before the year graded."""
    known: int | None = None
    for row in [Row(0, {"year": table.year}), *rows]:
        year = cells.integer(row, "year", 1, _LAST_YEAR, required=False)
        if year is None:
            continue
        if known is None:
            known = year
            if graded is not None and year >= graded:
                cells.fault(row, "year", "year_order", {"previous": str(year), "year": str(graded)})
        elif year != known:
            cells.fault(row, "year", "format", {"why": "years", "first": str(known)})
    return known
