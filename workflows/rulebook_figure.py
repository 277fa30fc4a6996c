"""A figure of the rulebook: one value with the clause it rests on and how surely the text shows it."""

from dataclasses import dataclass

EVIDENCE: tuple[str, ...] = ("printed", "sum", "sense", "ambiguous", "ours")
CERTAIN: frozenset[str] = frozenset({"printed", "sum"})
TO_CONFIRM: frozenset[str] = frozenset({"sense", "ambiguous"})


@dataclass(frozen=True, slots=True)
class Figure:
    """`path` is the place in the rulebook, `clause` is empty where the regulation has none.

    `value` and `other` are text: points as decimals ("0.2"), dates as MM-DD, lists joined by commas.
    """

    path: str
    clause: str
    evidence: str
    value: str
    other: tuple[str, ...] = ()
    zh: str = ""
    en: str = ""
    note_zh: str = ""
    note_en: str = ""
