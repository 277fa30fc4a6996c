"""What is wrong with a file, as values: a stable code, the place, and the data its sentence needs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    """`row` counts the rows of the file from 1 with the header; `column` is the English name.

    Either is None where the fault has no such place. `value` is the cell as given.
    """

    file: str
    code: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    data: Mapping[str, str] = field(default_factory=dict)


class FileRefused(Exception):
    """The file cannot be read at all; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


def in_order(faults: Iterable[Fault], columns: Iterable[str]) -> list[Fault]:
    """By row, then by `columns`; what concerns the whole file or row comes first."""
    place = {name: number for number, name in enumerate(columns, start=1)}
    return sorted(faults, key=lambda fault: (fault.row or 0, place.get(fault.column or "", 0)))
