"""Reads the raw tables of a rulebook against its shape, and collects every fault on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from workflows.rulebook_faults import RuleFault
from workflows.rulebook_figure import CERTAIN, EVIDENCE, Figure
from workflows.rulebook_kinds import Kind, Read, Unfit
from workflows.rulebook_shape import BOOK, CLAUSE, Leaf, Notes, Plain, PlainOrLeaf, Rows, Shape, Tables, Words

_FIGURE_KEYS = ("zh", "en", "evidence")


@dataclass(slots=True)
class Reading:
    """What was read: `tree` is canonical and plain JSON, rows as lists with their `id`.

    `unread` holds the paths whose values could not be read, so that no sum is blamed for them.
    """

    tree: dict[str, object] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)
    faults: list[RuleFault] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)

    def knows(self, path: str) -> bool:
        """True when nothing at, above or below the path was left unread."""
        return not any(
            path == other or other.startswith(f"{path}.") or path.startswith(f"{other}.")
            for other in self.unread
        )


def read(data: Mapping[str, object]) -> Reading:
    """Read the raw tables; faults are in the order of the rulebook's shape."""
    reading = Reading()
    reader = _Reader(reading)
    reading.tree.update(reader.tables(dict(data), BOOK, "", ""))
    return reading


class _Reader:
    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def fault(self, path: str, code: str, **data: str) -> None:
        self._reading.faults.append(RuleFault(path, code, data))

    def tables(self, raw: object, shape: Tables, path: str, clause: str) -> dict[str, object]:
        table = self._table(raw, path)
        if table is None:
            return {}
        clean = {
            key: self._any(table[key], inner, _join(path, key), clause)
            for key, inner in shape.of.items()
            if self._has(table, key, path, needed=key not in shape.optional, value=True)
        }
        self._refuse_unknown(table, set(shape.of), path)
        return clean

    def _any(self, raw: object, shape: Shape, path: str, clause: str) -> object:
        clean: object = raw
        match shape:
            case Words():
                clean = self._words(raw, path)
            case Plain(kind):
                self._read(kind.read, raw, path)
            case Leaf():
                clean = self._leaf(raw, shape, path, clause)
            case PlainOrLeaf(kind):
                inner: Shape = Leaf(kind) if isinstance(raw, dict) else Plain(kind)
                clean = self._any(raw, inner, path, clause)
            case Tables():
                clean = self.tables(raw, shape, path, clause)
            case Rows():
                clean = self._rows(raw, shape, path)
            case Notes():
                clean = self._notes(raw, path)
        return clean

    def _rows(self, raw: object, shape: Rows, path: str) -> list[dict[str, object]]:
        table = self._table(raw, path)
        if table is None:
            return []
        if not table:
            self._reading.unread.add(path)
            self.fault(path, "empty")
        rows = []
        for key, row in table.items():
            if not shape.ids.fullmatch(key):
                self.fault(_join(path, key), "id_malformed", value=key)
            clean = self._leaf(row, shape.leaf, _join(path, key), key if shape.clauses else "")
            rows.append({"id": key} | clean)
        return rows

    def _leaf(self, raw: object, leaf: Leaf, path: str, clause: str) -> dict[str, object]:
        table = self._table(raw, path)
        if table is None:
            return {}
        unit = leaf.kind.unit
        clean: dict[str, object] = {
            key: self._words(table[key], _join(path, key))
            for key in _FIGURE_KEYS
            if self._has(table, key, path)
        }
        text = self._value(table, leaf.kind, path)
        if text is not None:
            clean[unit] = text if unit == "points" else table[unit]
        if not clause and "clause" in table:
            clean["clause"] = self._words(table["clause"], _join(path, "clause"))
        other = self._other(table, leaf.kind, path)
        if other:
            clean["other"] = table["other"] if unit != "points" else other
        self._judge(clean, path, clause, (text, other, "other" in table))
        for key, shape in leaf.extra.items():
            if self._has(table, key, path):
                clean[key] = self._any(table[key], shape, _join(path, key), clause)
        known = {unit, *_FIGURE_KEYS, "other", *leaf.extra} | (set() if clause else {"clause"})
        self._refuse_unknown(table, known, path)
        return clean

    def _judge(
        self, clean: dict[str, object], path: str, row: str, read_as: tuple[str | None, list[str], bool]
    ) -> None:
        """Check evidence, clause and other readings together, and keep the figure."""
        text, other, given = read_as
        evidence, clause = str(clean.get("evidence", "")), row or str(clean.get("clause", ""))
        if evidence and evidence not in EVIDENCE:
            self.fault(
                _join(path, "evidence"), "evidence_unknown", value=evidence, allowed=", ".join(EVIDENCE)
            )
        if clause and not row and not CLAUSE.fullmatch(clause):
            self.fault(_join(path, "clause"), "clause_malformed", value=clause)
        if "clause" not in clean and not row and evidence != "ours":
            self.fault(_join(path, "clause"), "missing_key")
        if evidence == "ambiguous" and not given:
            self.fault(_join(path, "other"), "other_missing")
        if evidence in CERTAIN and given:
            self.fault(_join(path, "other"), "other_certain", evidence=evidence)
        for place, value in enumerate(other):
            if value in [text, *other[:place]]:
                self.fault(_join(path, "other"), "other_same", value=value)
        if text is not None:
            titles = str(clean.get("zh", "")), str(clean.get("en", ""))
            self._reading.figures[path] = Figure(path, clause, evidence, text, tuple(other), *titles)

    def _value(self, table: Mapping[str, object], kind: Kind, path: str) -> str | None:
        if not self._has(table, kind.unit, path, value=True):
            return None
        text = self._read(kind.read, table[kind.unit], _join(path, kind.unit))
        if text is None:
            self._reading.unread.add(_join(path, kind.unit))
        return text

    def _other(self, table: Mapping[str, object], kind: Kind, path: str) -> list[str]:
        path = _join(path, "other")
        raw = table.get("other", [])
        if not isinstance(raw, list):
            self.fault(path, "wrong_type", expected="list")
            return []
        if "other" in table and not raw:
            self.fault(path, "empty")
        read_as = [self._read(kind.reading, item, path) for item in raw]
        return [text for text in read_as if text is not None]

    def _notes(self, raw: object, path: str) -> dict[str, object]:
        table = self._table(raw, path)
        notes: dict[str, object] = {}
        for key, row in (table or {}).items():
            figure = self._reading.figures.get(key)
            if figure is None and self._reading.knows(key):
                self.fault(_join(path, key), "note_unknown", value=key)
            words = self.tables(row, Tables({"zh": Words(), "en": Words()}), _join(path, key), "")
            if figure is not None:
                texts = {f"note_{lang}": str(text) for lang, text in words.items()}
                self._reading.figures[key] = _noted(figure, texts)
            notes[key] = words
        return notes

    def _words(self, raw: object, path: str) -> str:
        return self._read(_line, raw, path) or ""

    def _read(self, read_raw: Read, raw: object, path: str) -> str | None:
        try:
            return read_raw(raw)
        except Unfit as unfit:
            self.fault(path, unfit.code, **unfit.data)
            return None

    def _table(self, raw: object, path: str) -> dict[str, object] | None:
        if isinstance(raw, dict):
            return raw
        self._reading.unread.add(path)
        self.fault(path, "wrong_type", expected="table")
        return None

    def _has(
        self, table: Mapping[str, object], key: str, path: str, *, needed: bool = True, value: bool = False
    ) -> bool:
        """Is the key there; `value` says that what it holds would count in a sum or an order."""
        if key not in table and needed:
            self.fault(_join(path, key), "missing_key")
            if value:
                self._reading.unread.add(_join(path, key))
        return key in table

    def _refuse_unknown(self, table: Mapping[str, object], known: set[str], path: str) -> None:
        for key in table:
            if key not in known:
                self.fault(_join(path, key), "unknown_key")


def _line(raw: object) -> str:
    if not isinstance(raw, str):
        raise Unfit("wrong_type", expected="text")
    if not raw.strip():
        raise Unfit("blank")
    return raw


def _noted(figure: Figure, texts: Mapping[str, str]) -> Figure:
    return replace(figure, note_zh=texts.get("note_zh", ""), note_en=texts.get("note_en", ""))


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
