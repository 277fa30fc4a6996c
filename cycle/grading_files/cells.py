"""One cell at a time: its text, number or name, or the fault that is in it."""

from collections.abc import Mapping
from decimal import Decimal

from cycle.grading_files.columns import Row, is_blank
from cycle.grading_files.faults import Fault
from workflows.scoring import folded, parse_number

MAX_DIGITS = 10


class Cells:
    """Reads the cells of one file and keeps every fault it meets; each method gives None where there is none.

    A cell of a column the file does not have is silent: the missing column is reported once, by itself.
    """

    def __init__(self, file: str) -> None:
        self.faults: list[Fault] = []
        self._file = file
        self._rows_by_name: dict[str, int] = {}

    def text(self, row: Row, column: str, *, required: bool = True) -> str | None:
        """The text with its ends trimmed."""
        raw = row.cells.get(column)
        if raw is None:
            return None
        if is_blank(raw):
            if required:
                self.fault(row, column, "blank")
            return None
        # Full-width ＝ counts: spreadsheets take it for a formula sign too.
        if folded(raw).startswith("="):
            self.fault(row, column, "formula")
            return None
        return raw.strip()

    def name(self, row: Row, column: str) -> str | None:
        """A text that no other row may have, compared folded."""
        name = self.text(row, column)
        if name is None:
            return None
        first = self._rows_by_name.setdefault(folded(name), row.number)
        if first != row.number:
            self.fault(row, column, "duplicate_department", {"first": str(first)})
            return None
        return name

    def number(
        self, row: Row, column: str, low: int, high: Decimal | None, *, required: bool = True
    ) -> Decimal | None:
        """A number within low … high (None: no upper end), checked as given, before any rounding."""
        text = self.text(row, column, required=required)
        if text is None:
            return None
        try:
            number = parse_number(text)
        except ValueError:
            self.fault(row, column, "not_a_number")
            return None
        if number < low or (high is not None and number > high):
            self.fault(row, column, "out_of_range", _range(low, high))
            return None
        if sum(character.isdigit() for character in folded(text)) > MAX_DIGITS:
            self.fault(row, column, "out_of_range", {"why": "digits", "digits": str(MAX_DIGITS)})
            return None
        return number

    def integer(
        self, row: Row, column: str, low: int, high: int | None = None, *, required: bool = True
    ) -> int | None:
        number = self.number(row, column, low, None if high is None else Decimal(high), required=required)
        if number is None:
            return None
        if number != number.to_integral_value():
            self.fault(row, column, "out_of_range", {"low": str(low), "why": "whole"})
            return None
        return int(number)

    def fault(self, row: Row, column: str, code: str, data: Mapping[str, str] | None = None) -> None:
        """Row 0 stands for what the whole file says outside its rows."""
        place = row.number or None
        self.faults.append(Fault(self._file, code, place, column, row.cells[column], data or {}))


def _range(low: int, high: Decimal | None) -> dict[str, str]:
    return {"low": str(low)} | ({"why": "open"} if high is None else {"high": f"{high:f}"})
