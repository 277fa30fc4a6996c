"""Turns what was read of a rulebook, once it has no faults, into the parts a Rulebook is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from workflows.rulebook_figure import Figure
from workflows.rulebook_kinds import hundredths, month_day
from workflows.rulebook_shape import BOOK, Rows, Tables

Tree = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Group:
    """A group of indicators; `id` is the clause id, `points` int hundredths."""

    id: str
    zh: str
    en: str
    points: int


@dataclass(frozen=True, slots=True)
class Indicator:
    """One of the indicators of the central review; `id` and `group` are clause ids."""

    id: str
    group: str
    zh: str
    en: str
    points: int


@dataclass(frozen=True, slots=True)
class Deduction:
    """A ground to take points off; with `veto` a veto may be decided beside it, never by itself."""

    id: str
    zh: str
    en: str
    points: int
    per: str
    veto: bool


@dataclass(frozen=True, slots=True)
class Bonus:
    """A ground to add points, before the cap."""

    id: str
    zh: str
    en: str
    points: int
    per: str


@dataclass(frozen=True, slots=True)
class Window:
    """When a stage opens and is due, as (month, day)."""

    opens: tuple[int, int]
    due: tuple[int, int]


class Values:
    """Reads typed values out of a faultless tree and its figures."""

    def __init__(self, tree: Tree, figures: Mapping[str, Figure]) -> None:
        self._tree = tree
        self._figures = figures

    def text(self, path: str) -> str:
        return self._figures[path].value

    def number(self, path: str) -> int:
        return int(self.text(path))

    def point(self, path: str) -> int:
        return hundredths(self.text(path))

    def day(self, path: str) -> tuple[int, int]:
        return month_day(self.text(path))

    def points(self, section: str) -> Mapping[str, int]:
        return MappingProxyType({key: self.point(f"{section}.{key}") for key in self._tree[section]})

    def numbers(self, section: str) -> Mapping[str, int]:
        return MappingProxyType({key: self.number(f"{section}.{key}") for key in self._tree[section]})

    def groups(self) -> tuple[Group, ...]:
        return tuple(
            Group(row["id"], row["zh"], row["en"], hundredths(row["points"])) for row in self._tree["groups"]
        )

    def indicators(self) -> tuple[Indicator, ...]:
        return tuple(
            Indicator(
                row["id"], row["id"].rpartition(".")[0], row["zh"], row["en"], hundredths(row["points"])
            )
            for row in self._tree["indicators"]
        )

    def parts(self) -> Mapping[str, Mapping[str, int]]:
        parts = self._tree["parts"]
        public = {key: hundredths(row["points"]) for key, row in parts["public"].items()}
        leader = {row["id"]: hundredths(row["points"]) for row in parts["leader"]}
        return MappingProxyType({"public": MappingProxyType(public), "leader": MappingProxyType(leader)})

    def levels(self) -> Mapping[str, Mapping[str, int]]:
        """What an answer is worth, per cent, by part and level."""
        found = self._tree["levels"]
        return MappingProxyType(
            {
                part: MappingProxyType({row["id"]: row["percent"] for row in rows})
                for part, rows in found.items()
            }
        )

    def deductions(self) -> tuple[Deduction, ...]:
        return tuple(
            Deduction(row["id"], row["zh"], row["en"], hundredths(row["points"]), _per(row), row["veto"])
            for row in self._tree["deductions"]
        )

    def bonuses(self) -> tuple[Bonus, ...]:
        return tuple(
            Bonus(row["id"], row["zh"], row["en"], hundredths(row["points"]), _per(row))
            for row in self._tree["bonuses"]
        )

    def windows(self) -> Mapping[str, Window]:
        return MappingProxyType(
            {
                stage: Window(self.day(f"windows.{stage}.opens"), self.day(f"windows.{stage}.due"))
                for stage in self._tree["windows"]
            }
        )

    def categories(self) -> Mapping[str, str]:
        return MappingProxyType({row["id"]: row["zh"] for row in self._tree["categories"]})

    def consequences(self) -> Mapping[str, int | str | tuple[str, ...]]:
        table = self._tree["consequences"]
        raw = {key: row["percent"] if "percent" in row else row["value"] for key, row in table.items()}
        return MappingProxyType({k: tuple(v) if isinstance(v, list) else v for k, v in raw.items()})


def keyed(content: Mapping[str, object]) -> dict[str, object]:
    """The content with its lists of rows turned back into tables by id, as a TOML file has them.

    What is no such list is left as it is, for the check to name.
    """
    return _keyed(content, BOOK)


def _keyed(content: Mapping[str, object], shape: Tables) -> dict[str, object]:
    tables: dict[str, object] = {}
    for key, value in content.items():
        inner = shape.of.get(key)
        if isinstance(inner, Tables) and isinstance(value, dict):
            tables[key] = _keyed(value, inner)
        elif isinstance(inner, Rows) and isinstance(value, list):
            tables[key] = _by_id(value)
        else:
            tables[key] = value
    return tables


def _by_id(rows: list[Any]) -> object:
    if not all(isinstance(row, dict) and isinstance(row.get("id"), str) for row in rows):
        return rows
    table = {row["id"]: {key: value for key, value in row.items() if key != "id"} for row in rows}
    return table if len(table) == len(rows) else rows


def _per(row: Tree) -> str:
    per = row["per"]
    return str(per["value"] if isinstance(per, dict) else per)
