"""Seats, ranks, cut lines, years. A second implementation in another manner has to agree."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows import rulebook
from workflows.cycle_guards import ruling_fits
from workflows.grading import Grading, Previous, Result, Tie, grade_all, seats, seats_of_group
from workflows.rulebook import GRADES
from workflows.scoring import Sheet

RULES = rulebook.load()
CAP = RULES.bonus_cap


def grade(sheets: Sequence[Sheet], **more: object) -> Grading:
    return grade_all(
        sheets,
        quota=RULES.quota,
        cap=CAP,
        award_rates=RULES.award_rates,
        **more,  # type: ignore[arg-type]  # previous and rulings, passed on as they come
    )


def sheet(name: str, central: int = 8000, category: str = "政府", **more: int) -> Sheet:
    points = {"public": 400, "leader": 400, "deductions": 0, "bonus": 0} | more
    return Sheet(department=name, category=category, central=central, **points)


def ladder(n: int) -> list[Sheet]:
    """`n` departments, each a hundredth behind the one before."""
    return [sheet(f"{number:03}", 9000 - number) for number in range(n)]


def by_name(grading: Grading) -> dict[str, Result]:
    return {result.department: result for result in grading.results}


# --- seats ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "given"),
    [
        (0, (0, 0, 0, 0)),
        (1, (0, 1, 0, 0)),
        (2, (0, 1, 1, 0)),
        (3, (1, 1, 1, 0)),
        (4, (1, 2, 1, 0)),
        (5, (1, 2, 2, 0)),
        (8, (2, 3, 3, 0)),
        (9, (2, 3, 3, 1)),
        (10, (3, 3, 3, 1)),
        (11, (3, 4, 4, 0)),
        (12, (3, 4, 4, 1)),
        (20, (5, 7, 7, 1)),
        (40, (10, 14, 14, 2)),
        (100, (25, 35, 34, 6)),
    ],
)
def test_seats_go_by_largest_remainder(n: int, given: tuple[int, ...]) -> None:
    assert tuple(seats(n, RULES.quota).values()) == given


def test_equal_remainders_go_to_the_better_grade() -> None:
    quarters = dict.fromkeys(GRADES, 25)
    assert list(seats(2, quarters).values()) == [1, 1, 0, 0]
    assert list(seats(5, quarters).values()) == [2, 1, 1, 1]


def test_seats_add_up_and_stay_within_one_of_the_exact_share() -> None:
    for n in range(1, 501):
        given = seats(n, RULES.quota)
        assert sum(given.values()) == n
        assert given == seats_by_hand(n)
        assert all(abs(given[g] - Fraction(n * RULES.quota[g], 100)) < 1 for g in GRADES)


@pytest.mark.parametrize("n", [*range(1, 9), 11])
def test_nobody_fails_where_the_quota_gives_no_seat(n: int) -> None:
    assert seats(n, RULES.quota)["failed"] == 0


@pytest.mark.parametrize(
    ("n", "quota"),
    [
        (-1, {"excellent": 25, "good": 35, "passed": 34, "failed": 6}),
        (4, {"excellent": 25, "good": 35, "passed": 34, "failed": 5}),
        (4, {"excellent": 25, "good": 35, "passed": 40}),
        (4, {"excellent": 25, "good": 35, "passed": 46, "failed": -6}),
    ],
)
def test_an_impossible_quota_is_refused(n: int, quota: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="no quota"):
        seats(n, quota)


# --- ranks ---------------------------------------------------------------------------------------------


def test_forty_departments_get_ten_fourteen_fourteen_and_two() -> None:
    grades = [result.grade for result in grade(ladder(40)).results]
    assert grades == ["excellent"] * 10 + ["good"] * 14 + ["passed"] * 14 + ["failed"] * 2


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (sheet("b", 8001), sheet("a", 8000)),
        (sheet("b", 8001, public=399), sheet("a", 8000, public=400)),
        (sheet("b", 8000, public=401, leader=399), sheet("a", 8000, public=400, leader=400)),
        (sheet("b", 8000, leader=401, deductions=1), sheet("a", 8000, leader=400)),
        (sheet("b", 8000, bonus=5), sheet("a", 8000, bonus=10, deductions=5)),
        (sheet("b", 8000, bonus=500), sheet("a", 7999, bonus=900)),
    ],
)
def test_the_order_is_total_central_public_leader_then_fewer_deductions(better: Sheet, worse: Sheet) -> None:
    assert [(r.department, r.rank) for r in grade([worse, better]).results] == [("b", 1), ("a", 2)]


def test_rows_equal_in_all_five_share_a_rank_and_the_next_one_skips() -> None:
    results = grade([sheet("丁", 7000), sheet("丙"), sheet("乙"), sheet("甲", 9000)]).results
    assert [(r.department, r.rank) for r in results] == [("甲", 1), ("丙", 2), ("乙", 2), ("丁", 4)]


def test_equal_rows_stand_by_the_code_points_of_their_names() -> None:
    results = grade([sheet("局"), sheet("é"), sheet("Z"), sheet("a"), sheet("𠮷"), sheet("！")]).results
    assert [r.department for r in results] == ["Z", "a", "é", "局", "！", "𠮷"]


def test_category_ranks_are_shared_and_skip_within_the_category() -> None:
    rows = [sheet("a", 9000, "党"), sheet("b"), sheet("c"), sheet("d", category="党"), sheet("e", 1, " 党 ")]
    ranks = {r.department: (r.rank, r.category_rank) for r in grade(rows).results}
    assert ranks == {"a": (1, 1), "b": (2, 1), "c": (2, 1), "d": (2, 2), "e": (5, 3)}


def test_the_bonus_in_the_result_is_the_capped_one() -> None:
    (result,) = grade([sheet("a", 9000, bonus=900, deductions=30)]).results
    assert (result.base, result.bonus, result.total) == (9800, 500, 10270)


def test_nobody_to_grade_gives_an_empty_year() -> None:
    assert grade([]) == Grading((), dict.fromkeys(GRADES, 0), ())


def test_one_department_named_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="named twice"):
        grade([sheet("A局"), sheet(" Ａ局")])


# --- ties at a cut -------------------------------------------------------------------------------------


def test_a_group_across_a_cut_takes_the_grade_of_its_best_position() -> None:
    rows = [sheet("a", 9000), sheet("d"), sheet("b"), sheet("c"), sheet("e", 7000)]
    graded = grade(rows)
    assert graded.quota == {"excellent": 1, "good": 2, "passed": 2, "failed": 0}
    assert [r.grade for r in graded.results] == ["excellent", "good", "good", "good", "passed"]
    assert graded.ties_at_cut == (Tie(("b", "c", "d"), ("good", "passed"), "good"),)


def test_a_group_may_span_every_grade() -> None:
    graded = grade([sheet(f"{number:02}") for number in range(40)])
    assert {r.grade for r in graded.results} == {"excellent"}
    assert graded.ties_at_cut[0].between == GRADES


def test_a_grade_without_a_seat_is_not_between() -> None:
    graded = grade([sheet("a"), sheet("b")])
    assert graded.ties_at_cut == (Tie(("a", "b"), ("good", "passed"), "good"),)


def test_a_group_that_ends_at_a_cut_is_no_tie() -> None:
    assert grade([sheet("a", 9000), sheet("b"), sheet("c"), sheet("d", 1)]).ties_at_cut == ()


def test_a_ruling_replaces_the_provisional_grades_and_all_that_follows_from_them() -> None:
    rows = [*ladder(37), sheet("x", 1), sheet("y", 1), sheet("z", 1)]
    before = {"x": Previous(41, 41, "failed", 2), "y": Previous(1, 1, "good", 0)}
    rulings = {"x": "failed", "y": "failed", "z": "passed"}
    graded = grade(rows, previous=before, rulings=rulings)
    assert graded.quota["failed"] == 2
    assert graded.ties_at_cut == (Tie(("x", "y", "z"), ("passed", "failed"), "passed"),)
    found = by_name(graded)
    assert {name: found[name].grade for name in "xyz"} == rulings
    assert [found[name].rank for name in "xyz"] == [38, 38, 38]
    assert [found[name].award_rate for name in "xyz"] == [-20, -20, 0]
    assert [found[name].consecutive_failures for name in "xyz"] == [3, 1, 0]
    assert [found[name].escalated for name in "xyz"] == [True, False, False]


def test_a_ruling_on_a_tie_that_has_dissolved_changes_nothing() -> None:
    rows = ladder(5)
    assert grade(rows, rulings={"000": "failed", "gone": "good"}) == grade(rows)


def test_a_ruling_with_an_unknown_grade_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown grades"):
        grade(ladder(5), rulings={"000": "splendid"})


def test_the_seats_of_a_group_are_those_of_its_positions() -> None:
    assert seats_of_group(2, 3, seats(5, RULES.quota)) == {"good": 2, "passed": 1}


# --- years ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "failures", "escalated"),
    [
        (None, 1, False),
        (Previous(1, 1, "passed", 0), 1, False),
        (Previous(1, 1, "passed", 3), 1, False),
        (Previous(1, 1, "failed", None), 2, True),
        (Previous(1, 1, "failed", 1), 2, True),
        (Previous(1, 1, "failed", 4), 5, True),
        (Previous(1, 1, "failed", 0), 1, False),
    ],
)
def test_failures_in_a_row_go_on_from_the_recorded_year_before(
    before: Previous | None, failures: int, escalated: bool
) -> None:
    last = grade(ladder(9), previous={"008": before} if before else {}).results[-1]
    assert (last.grade, last.consecutive_failures, last.escalated) == ("failed", failures, escalated)


def test_who_does_not_fail_starts_again_at_none() -> None:
    first = grade(ladder(9), previous={"000": Previous(9, 9, "failed", 4)}).results[0]
    assert (first.consecutive_failures, first.escalated) == (0, False)


def test_movement_is_the_rank_before_less_the_rank_now() -> None:
    found = by_name(
        grade(
            ladder(3), previous={"000": Previous(3, 2, "good", None), "００１": Previous(1, None, "good", 0)}
        )
    )
    assert [(r.movement, r.category_movement) for r in found.values()] == [(2, 1), (-1, None), (None, None)]
    assert (found["000"].previous_rank, found["000"].previous_category_rank) == (3, 2)
    assert (found["001"].previous_grade, found["002"].previous_grade) == ("good", None)


def test_award_rates_follow_the_grade() -> None:
    rates = {result.grade: result.award_rate for result in grade(ladder(40)).results}
    assert rates == {"excellent": 10, "good": 5, "passed": 0, "failed": -20}


# --- a second implementation ---------------------------------------------------------------------------

Text = st.sampled_from(["甲", "乙", "丙"])
Points = st.integers(0, 4)


@st.composite
def ledgers(draw: st.DrawFn) -> list[Sheet]:
    """Few different points, so that ties in every key are common."""
    n = draw(st.integers(1, 60))
    return [
        Sheet(
            department=f"部门{number}",
            category=draw(Text),
            central=100 * draw(Points),
            public=100 * draw(Points),
            leader=100 * draw(Points),
            deductions=100 * draw(Points),
            bonus=200 * draw(Points),
        )
        for number in range(n)
    ]


@st.composite
def years_before(draw: st.DrawFn) -> dict[str, Previous]:
    names = draw(st.sets(st.integers(0, 59)))
    maybe = st.none() | st.integers(1, 5)
    return {
        f"部门{name}": Previous(
            draw(st.integers(1, 60)), draw(maybe), draw(st.sampled_from(GRADES)), draw(maybe)
        )
        for name in names
    }


def beats(one: Sheet, other: Sheet) -> bool:
    """Clause by clause, with fractions instead of hundredths."""
    for better, worse in (
        (one.total(CAP), other.total(CAP)),
        (one.central, other.central),
        (one.public, other.public),
        (one.leader, other.leader),
        (other.deductions, one.deductions),
    ):
        if better != worse:
            return better > worse
    return False


def seats_by_hand(n: int) -> dict[str, int]:
    """Hand out the seats one at a time to whoever is furthest below the exact share."""
    exact = {g: Fraction(RULES.quota[g] * n, 100) for g in GRADES}
    given = {g: int(exact[g]) for g in GRADES}
    while sum(given.values()) < n:
        neediest = max(GRADES, key=lambda g: (exact[g] - given[g], -GRADES.index(g)))
        given[neediest] += 1
    return given


def grade_by_hand(one: Sheet, all_of_them: Sequence[Sheet]) -> str:
    ahead = sum(beats(other, one) for other in all_of_them)
    for g, number in seats_by_hand(len(all_of_them)).items():
        if ahead < number:
            return g
        ahead -= number
    raise AssertionError("more positions than seats")


@given(ledgers())
def test_ranks_and_grades_agree_with_counting_who_is_ahead(rows: list[Sheet]) -> None:
    found = by_name(grade(rows))
    for row in rows:
        result = found[row.department]
        assert result.rank == 1 + sum(beats(other, row) for other in rows)
        assert result.category_rank == 1 + sum(
            beats(other, row) for other in rows if other.category == row.category
        )
        assert result.grade == grade_by_hand(row, rows)


@given(ledgers())
def test_ties_at_a_cut_are_the_groups_whose_positions_differ_in_grade(rows: list[Sheet]) -> None:
    graded = grade(rows)
    line = [g for g, number in seats_by_hand(len(rows)).items() for _ in range(number)]
    expected = []
    for rank in sorted({result.rank for result in graded.results}):
        group = [result for result in graded.results if result.rank == rank]
        covered = line[rank - 1 : rank - 1 + len(group)]
        if len(set(covered)) > 1:
            between = tuple(g for g in GRADES if g in covered)
            expected.append(Tie(tuple(sorted(r.department for r in group)), between, covered[0]))
    assert list(graded.ties_at_cut) == expected


@given(ledgers())
def test_no_lower_total_has_a_better_grade(rows: list[Sheet]) -> None:
    for above, below in pairwise(grade(rows).results):
        assert above.total >= below.total
        assert GRADES.index(above.grade) <= GRADES.index(below.grade)


@given(ledgers(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(rows: list[Sheet], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis hands out a random.Random
    assert grade(shuffled) == grade(rows)


@given(ledgers(), years_before())
def test_what_is_said_of_the_year_before_follows_from_it(
    rows: list[Sheet], before: dict[str, Previous]
) -> None:
    for result in grade(rows, previous=before).results:
        known = before.get(result.department)
        assert result.previous_rank == (known.rank if known else None)
        assert result.movement == (known.rank - result.rank if known else None)
        earlier = (known.consecutive_failures or 1) if known and known.grade == "failed" else 0
        assert result.consecutive_failures == (1 + earlier if result.grade == "failed" else 0)
        assert result.escalated == (result.consecutive_failures >= 2)


@given(ledgers())
def test_handing_out_the_seats_of_a_tie_in_any_order_is_a_sound_ruling(rows: list[Sheet]) -> None:
    graded = grade(rows)
    found = by_name(graded)
    rulings: dict[str, str] = {}
    for tie in graded.ties_at_cut:
        rank = found[tie.departments[0]].rank
        held = seats_of_group(rank, len(tie.departments), graded.quota)
        grades = [g for g, number in held.items() for _ in range(number)]
        ruling = dict(zip(tie.departments, reversed(grades), strict=True))
        assert ruling_fits({"departments": tie.departments, "seats": held}, ruling)
        rulings |= ruling
    ruled = grade(rows, rulings=rulings)
    assert [r.grade for r in ruled.results].count("excellent") == graded.quota["excellent"]
    assert {g: [r.grade for r in ruled.results].count(g) for g in GRADES} == graded.quota


def test_five_thousand_departments_fill_their_seats() -> None:
    rows = [sheet(f"{number}", 7000 + number * 37 % 2000, f"类{number % 5}") for number in range(5000)]
    graded = grade(rows)
    assert graded.quota == {"excellent": 1250, "good": 1750, "passed": 1700, "failed": 300}
    totals = [result.total for result in graded.results]
    assert totals == sorted((row.total(CAP) for row in rows), reverse=True)
