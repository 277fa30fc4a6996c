"""Points: one department's sum, exact, in hundredths of a point (90 points = 9000)."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_HUNDREDTH = Decimal("0.01")
# Wide enough for any sum of points; the default 28 digits would depend on the caller's context.
_EXACT = Context(prec=40)


def over_cap(bonus: int, cap: int) -> int:
    """By how much awarded bonuses exceed the cap, in hundredths (score.bonus.cap)."""
    return max(0, bonus - cap)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one department was given in one year, in hundredths; `bonus` is what was awarded, before the cap.

    Clauses score.total, score.base.
    """

    department: str
    category: str
    central: int
    public: int
    leader: int
    deductions: int
    bonus: int

    @property
    def base(self) -> int:
        return self.central + self.public + self.leader

    def capped_bonus(self, cap: int) -> int:
        """The bonus that counts (clause score.bonus.cap)."""
        return min(self.bonus, cap)

    def bonus_excess(self, cap: int) -> int:
        """What the line 加分超上限核减 takes off again; 0 when the cap is not reached."""
        return over_cap(self.bonus, cap)

    def total(self, cap: int) -> int:
        """base − deductions + the bonus that counts; may be negative."""
        return self.base - self.deductions + self.capped_bonus(cap)


def folded(text: str) -> str:
    """The form in which texts are compared: full-width as half-width (NFKC), ends trimmed."""
    return unicodedata.normalize("NFKC", text).strip()


def parse_number(text: str) -> Decimal:
    """`[+-]?digits[.digits]` after folding, exactly as written; anything else raises ValueError."""
    plain = folded(text)
    if not _NUMBER.fullmatch(plain):
        raise ValueError(f"not a number: {text!r}")
    return Decimal(plain)


def to_hundredths(value: str | Decimal) -> int:
    """Hundredths of a point, rounded half up (halves away from zero) once, from the value as given.

    ValueError when it is no finite number or too large for points.
    """
    number = parse_number(value) if isinstance(value, str) else value
    if not number.is_finite():
        raise ValueError(f"no points: {number}")
    try:
        return int(number.quantize(_HUNDREDTH, ROUND_HALF_UP, _EXACT).scaleb(2, _EXACT))
    except InvalidOperation as refused:
        raise ValueError(f"no points: {number}") from refused


def show(points: int) -> str:
    """Two decimals and an ASCII minus: 8910 is "89.10", −300 is "-3.00"."""
    whole, part = divmod(abs(points), 100)
    return f"{'-' if points < 0 else ''}{whole}.{part:02d}"


def half_up(numerator: int, denominator: int) -> int:
    """The quotient rounded to an integer, halves away from zero; `denominator` is positive."""
    whole, rest = divmod(abs(numerator), denominator)
    rounded = whole + (2 * rest >= denominator)
    return rounded if numerator >= 0 else -rounded


def member_mean(marks: Sequence[int], trim_from: int) -> int:
    """The mean of the members' marks for one indicator, in hundredths, half up.

    From `trim_from` members on, one highest and one lowest mark are left out; 0 never trims.
    ValueError without any mark: a missing mark is missing, not zero.
    """
    if not marks:
        raise ValueError("no marks to take a mean of")
    kept = sorted(marks)
    if trim_from and len(kept) >= max(trim_from, 3):
        kept = kept[1:-1]
    return half_up(sum(kept), len(kept))


def survey_points(counts: Mapping[str, int], shares: Mapping[str, int], points: int) -> int:
    """What the answers come to, in hundredths, half up: the mean of their levels' per cent `shares` of `points`.

    ValueError without any answer: nothing asked is missing, not zero.
    """
    answers = sum(counts.get(level, 0) for level in shares)
    if answers < 1:
        raise ValueError("no answers to take a mean of")
    weighed = sum(counts.get(level, 0) * share for level, share in shares.items())
    return half_up(points * weighed, 100 * answers)


def spread_is_wide(marks: Sequence[int], points: int, percent: int) -> bool:
    """Whether highest and lowest mark lie more than `percent` per cent of the indicator's points apart."""
    return bool(marks) and (max(marks) - min(marks)) * 100 > points * percent
