"""Ranks, seats and grades of one year (clauses grade.quota, use.movement, use.consecutive, use.reward).

Integers only: points are hundredths, shares and award rates per cent.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from workflows.rulebook import GRADES
from workflows.scoring import Sheet, folded

ESCALATES_AT = 2
_MERIT = {grade: place for place, grade in enumerate(GRADES)}
_Key = tuple[int, int, int, int, int]
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Previous:
    """One department in the recorded year before; None where that record does not say."""

    rank: int
    category_rank: int | None
    grade: str
    consecutive_failures: int | None


@dataclass(frozen=True, slots=True)
class Result:
    """One department's year. The fields, in this order, are the columns of every result file."""

    department: str
    category: str
    central: int
    public: int
    leader: int
    base: int
    deductions: int
    bonus: int
    total: int
    rank: int
    category_rank: int
    grade: str
    award_rate: int
    previous_rank: int | None
    previous_category_rank: int | None
    previous_grade: str | None
    movement: int | None
    category_movement: int | None
    consecutive_failures: int
    escalated: bool


@dataclass(frozen=True, slots=True)
class Tie:
    """A group of equal rows across a cut line: `grade` is provisional until the group rules."""

    departments: tuple[str, ...]
    between: tuple[str, ...]
    grade: str


@dataclass(frozen=True, slots=True)
class Grading:
    results: tuple[Result, ...]
    quota: dict[str, int]
    ties_at_cut: tuple[Tie, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    sheet: Sheet
    key: _Key
    rank: int
    category_rank: int


def seats(n: int, quota: Mapping[str, int]) -> dict[str, int]:
    """How many of `n` departments get each grade: largest remainder, equal remainders to the better grade.

    `quota` gives each grade its share in per cent; the shares must add up to 100.
    """
    if n < 0 or set(quota) != set(GRADES) or sum(quota.values()) != 100 or min(quota.values()) < 0:
        raise ValueError(f"no quota for {n} departments: {dict(quota)}")
    given = {grade: n * quota[grade] // 100 for grade in GRADES}
    by_remainder = sorted(GRADES, key=lambda grade: (-(n * quota[grade] % 100), _MERIT[grade]))
    for grade in by_remainder[: n - sum(given.values())]:
        given[grade] += 1
    return given


def grade_all(
    sheets: Collection[Sheet],
    *,
    quota: Mapping[str, int],
    cap: int,
    award_rates: Mapping[str, int],
    previous: Mapping[str, Previous] | None = None,
    rulings: Mapping[str, str] | None = None,
) -> Grading:
    """Rank and grade every department, sorted by rank, then by the code points of the name.

    `previous` and `rulings` are keyed by department; names are compared folded. A ruling replaces the
    provisional grade of a member of a tie at a cut and has no effect on anybody else, so a ruling on a tie
    that has since dissolved does no harm. ValueError on a department named twice or an unknown grade.
    """
    _refuse_twins(sheets)
    ruled = _by_folded_name(rulings or {})
    if strange := set(ruled.values()) - set(GRADES):
        raise ValueError(f"unknown grades in rulings: {sorted(strange)}")
    before = _by_folded_name(previous or {})
    places = _ranked(sheets, cap)
    by_grade = seats(len(places), quota)
    line = _positions(by_grade)
    results: list[Result] = []
    ties: list[Tie] = []
    for group in _groups(places):
        covered = line[group[0].rank - 1 : group[0].rank - 1 + len(group)]
        straddles = covered[0] != covered[-1]
        if straddles:
            ties.append(_tie(group, covered))
        for place in group:
            name = folded(place.sheet.department)
            grade = ruled.get(name, covered[0]) if straddles else covered[0]
            results.append(_result(place, cap, grade, award_rates[grade], before.get(name)))
    return Grading(tuple(results), by_grade, tuple(ties))


def seats_of_group(rank: int, size: int, quota_seats: Mapping[str, int]) -> dict[str, int]:
    """The seats a group of `size` equal rows sharing `rank` holds, by grade, best first."""
    covered = Counter(_positions(quota_seats)[rank - 1 : rank - 1 + size])
    return {grade: covered[grade] for grade in GRADES if covered[grade]}


def _refuse_twins(sheets: Collection[Sheet]) -> None:
    counted = Counter(folded(sheet.department) for sheet in sheets)
    if len(counted) != len(sheets):
        raise ValueError(f"departments named twice: {sorted(n for n, times in counted.items() if times > 1)}")


def _by_folded_name(named: Mapping[str, _Value]) -> dict[str, _Value]:
    return {folded(name): value for name, value in named.items()}


def _ranked(sheets: Collection[Sheet], cap: int) -> list[_Place]:
    """Better first by total, central, public, leader, then fewer deductions; ranks 1, 2, 2, 4."""
    keyed = [
        ((-sheet.total(cap), -sheet.central, -sheet.public, -sheet.leader, sheet.deductions), sheet)
        for sheet in sheets
    ]
    keyed.sort(key=lambda pair: (pair[0], pair[1].department))
    overall = _Ranks()
    within: dict[str, _Ranks] = defaultdict(_Ranks)
    return [
        _Place(sheet, key, overall.rank(key), within[folded(sheet.category)].rank(key))
        for key, sheet in keyed
    ]


class _Ranks:
    """Hands out shared ranks to rows that arrive best first."""

    __slots__ = ("_key", "_rank", "_seen")

    def __init__(self) -> None:
        self._seen = 0
        self._rank = 0
        self._key: _Key | None = None

    def rank(self, key: _Key) -> int:
        self._seen += 1
        if key != self._key:
            self._key, self._rank = key, self._seen
        return self._rank


def _positions(quota_seats: Mapping[str, int]) -> list[str]:
    """The grade of each position from the top; the cut lines lie where it changes."""
    return [grade for grade in GRADES for _ in range(quota_seats[grade])]


def _groups(places: Sequence[_Place]) -> Iterator[Sequence[_Place]]:
    start = 0
    for index in range(1, len(places) + 1):
        if index == len(places) or places[index].rank != places[start].rank:
            yield places[start:index]
            start = index


def _tie(group: Sequence[_Place], covered: Sequence[str]) -> Tie:
    return Tie(
        departments=tuple(place.sheet.department for place in group),
        between=tuple(dict.fromkeys(covered)),
        grade=covered[0],
    )


def _result(place: _Place, cap: int, grade: str, award_rate: int, before: Previous | None) -> Result:
    sheet = place.sheet
    failures = _failures(grade, before)
    previous_category_rank = before.category_rank if before else None
    return Result(
        department=sheet.department,
        category=sheet.category,
        central=sheet.central,
        public=sheet.public,
        leader=sheet.leader,
        base=sheet.base,
        deductions=sheet.deductions,
        bonus=sheet.capped_bonus(cap),
        total=sheet.total(cap),
        rank=place.rank,
        category_rank=place.category_rank,
        grade=grade,
        award_rate=award_rate,
        previous_rank=before.rank if before else None,
        previous_category_rank=previous_category_rank,
        previous_grade=before.grade if before else None,
        movement=before.rank - place.rank if before else None,
        category_movement=(
            None if previous_category_rank is None else previous_category_rank - place.category_rank
        ),
        consecutive_failures=failures,
        escalated=failures >= ESCALATES_AT,
    )


def _failures(grade: str, before: Previous | None) -> int:
    """Years failed in a row up to this one (clause use.consecutive)."""
    if grade != "failed":
        return 0
    if before is None or before.grade != "failed":
        return 1
    return 1 + (1 if before.consecutive_failures is None else before.consecutive_failures)
