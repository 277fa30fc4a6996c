"""The columns a file may have, in either language, and the rows under them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from cycle.grading_files.faults import Fault
from workflows.scoring import folded


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    zh: str
    required: bool = True


SCORE_COLUMNS = (
    Column("department", "部门"),
    Column("category", "类别"),
    Column("central", "集中考评"),
    Column("public", "群众评议"),
    Column("leader", "领导评价"),
    Column("deductions", "扣分"),
    Column("bonus", "加分"),
)
PREVIOUS_COLUMNS = (
    Column("department", "部门"),
    Column("rank", "排名"),
    Column("grade", "等次"),
    Column("category_rank", "类内排名", required=False),
    Column("consecutive_failures", "连续不达标", required=False),
    Column("year", "年度", required=False),
)


@dataclass(frozen=True, slots=True)
class Row:
    """`cells` holds the text of every column the file has once, as given."""

    number: int
    cells: dict[str, str]


def is_blank(text: str) -> bool:
    return not folded(text)


def rows_under(
    file: str, rows: Sequence[Sequence[str]], columns: Sequence[Column]
) -> tuple[list[Row], list[Fault]]:
    """The rows that say anything in these columns, and what is wrong with the header or the whole file."""
    if all(is_blank(cell) for row in rows for cell in row):
        return [], [Fault(file, "file_empty")]
    places, faults = _locate(file, rows[0], columns)
    every = [Row(number, _cells(row, places)) for number, row in enumerate(rows[1:], start=2)]
    found = [row for row in every if not all(is_blank(cell) for cell in row.cells.values())]
    # With no column known, the header is what is wrong, not the rows.
    if not found and (places or len(rows) == 1):
        faults.append(Fault(file, "file_empty"))
    return found, faults


def _locate(
    file: str, header: Sequence[str], columns: Sequence[Column]
) -> tuple[dict[str, int], list[Fault]]:
    headings: dict[str, list[int]] = defaultdict(list)
    for place, cell in enumerate(header):
        headings[folded(cell).casefold()].append(place)
    places: dict[str, int] = {}
    faults: list[Fault] = []
    for column in columns:
        found = sorted(headings[column.name] + headings[column.zh])
        if len(found) == 1:
            places[column.name] = found[0]
        elif found:
            data = {"times": str(len(found))}
            faults.append(Fault(file, "column_duplicate", 1, column.name, header[found[1]], data))
        elif column.required:
            faults.append(Fault(file, "column_missing", 1, column.name))
    return places, faults


def _cells(row: Sequence[str], places: dict[str, int]) -> dict[str, str]:
    """A row that ends early has blanks to the right."""
    return {name: row[place] if place < len(row) else "" for name, place in places.items()}
