"""Points are exact: text in, hundredths inside, text out."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.scoring import (
    Sheet,
    folded,
    half_up,
    member_mean,
    parse_number,
    show,
    spread_is_wide,
    to_hundredths,
)


@pytest.mark.parametrize(
    ("text", "hundredths"),
    [
        ("0", 0),
        ("90", 9000),
        ("89.1", 8910),
        ("89.10", 8910),
        ("1.005", 101),
        ("1.00499999999999989", 100),
        ("0.125", 13),
        ("2.675", 268),
        ("0.004", 0),
        ("0.005", 1),
        ("-0", 0),
        ("-0.005", -1),
        ("-0.004", 0),
        ("-3", -300),
        ("+5", 500),
        ("007.50", 750),
        ("9999999999", 999999999900),
        ("  4.9 ", 490),
        ("　８９．１　", 8910),
        ("－３．５", -350),
        ("＋２", 200),
        ("0." + "0" * 500 + "1", 0),
        ("0.00" + "9" * 500, 1),
    ],
)
def test_text_is_rounded_half_up_once_from_the_value_as_given(text: str, hundredths: int) -> None:
    assert to_hundredths(text) == hundredths


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            ".5",
            "5.",
            ".",
            "-",
            "+",
            "--5",
            "+-5",
            "5-",
            "1 000",
            "1,000",
            "1e3",
            "1E3",
            "5%",
            "5分",
        ),
        *("1.2.3", "inf", "nan", "Infinity", "0x10", "1_000", "−5", "½", "٣", "五", "5\n5", "=5", "'5"),
    ],
)
def test_whatever_is_not_plain_digits_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        parse_number(text)


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("1E+60")])
def test_a_decimal_that_is_no_amount_is_refused(value: Decimal) -> None:
    with pytest.raises(ValueError, match="no points"):
        to_hundredths(value)


def test_a_decimal_with_an_endless_tail_costs_nothing() -> None:
    assert to_hundredths(Decimal("1E-999999")) == 0


@pytest.mark.parametrize(
    ("points", "text"),
    [(0, "0.00"), (1, "0.01"), (-1, "-0.01"), (-300, "-3.00"), (8910, "89.10"), (123456789, "1234567.89")],
)
def test_points_are_shown_with_two_decimals_and_an_ascii_minus(points: int, text: str) -> None:
    assert show(points) == text


@given(st.integers(-(10**15), 10**15))
def test_what_is_shown_reads_back_to_the_same_points(points: int) -> None:
    assert to_hundredths(show(points)) == points


@given(st.decimals(-(10**10), 10**10, allow_nan=False, allow_infinity=False, places=9))
def test_rounding_is_to_the_nearest_hundredth_with_halves_away_from_zero(value: Decimal) -> None:
    exact = Fraction(value) * 100
    whole = int(abs(exact) + Fraction(1, 2))
    assert to_hundredths(value) == (whole if exact >= 0 else -whole)
    assert to_hundredths(f"{value:f}") == to_hundredths(value)


def test_halves_go_away_from_zero() -> None:
    assert [half_up(n, 2) for n in (-3, -1, 0, 1, 3)] == [-2, -1, 0, 1, 2]


def test_a_sheet_adds_up_with_the_bonus_capped() -> None:
    sheet = Sheet("财政局", "政府", central=8500, public=450, leader=480, deductions=120, bonus=700)
    assert (sheet.base, sheet.capped_bonus(500), sheet.bonus_excess(500)) == (9430, 500, 200)
    assert sheet.total(500) == 9430 - 120 + 500


def test_a_bonus_below_the_cap_stays_and_a_total_may_be_negative() -> None:
    sheet = Sheet("团委", "群团", central=0, public=0, leader=0, deductions=300, bonus=100)
    assert (sheet.capped_bonus(500), sheet.bonus_excess(500), sheet.total(500)) == (100, 0, -200)


@pytest.mark.parametrize(
    ("marks", "trim_from", "mean"),
    [
        ([300], 5, 300),
        ([300, 301], 5, 301),
        ([100, 200, 200], 5, 167),
        ([0, 300, 300, 300], 5, 225),
        ([0, 300, 300, 300, 500], 5, 300),
        ([0, 0, 500, 500, 500], 5, 333),
        ([0, 300, 300, 300, 500], 6, 280),
        ([0, 300, 300, 300, 500], 0, 280),
        ([100, 200], 1, 150),
        ([100, 200, 600], 3, 200),
    ],
)
def test_a_mean_of_members_is_trimmed_from_enough_members_on(
    marks: list[int], trim_from: int, mean: int
) -> None:
    assert member_mean(marks, trim_from) == mean


def test_no_marks_have_no_mean() -> None:
    with pytest.raises(ValueError, match="no marks"):
        member_mean([], 5)


@given(st.lists(st.integers(0, 2000), min_size=1, max_size=9), st.integers(0, 9))
def test_a_mean_lies_between_the_marks_whatever_their_order(marks: list[int], trim_from: int) -> None:
    mean = member_mean(marks, trim_from)
    assert min(marks) <= mean <= max(marks)
    assert mean == member_mean(marks[::-1], trim_from)


@pytest.mark.parametrize(
    ("marks", "wide"),
    [([], False), ([500], False), ([400, 500], False), ([399, 500], True), ([0, 500], True)],
)
def test_a_spread_over_a_fifth_of_the_points_is_wide(marks: list[int], wide: bool) -> None:
    assert spread_is_wide(marks, points=500, percent=20) is wide


def test_names_are_compared_half_width_and_trimmed() -> None:
    assert folded("　发改委（Ａ） ") == "发改委(A)"
