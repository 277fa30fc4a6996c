"""One way to bring about every move that is told, and what its letters have to say in both languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cycle.operations.sweep import spare
from tests.cast import CLERK, DISCIPLINE, GENERAL, HEAD, LEADER, LIAISON, PERSONNEL, WHY, City, person
from tests.held import YEAR, instant

AGAIN = YEAR + 1
BLAME: dict[str, Any] = {"department": GENERAL, "lines": [{"part": "deduction", "item": "score.deduct.5.1"}]}

Play = Callable[[City], object]


@dataclass(frozen=True, slots=True)
class Told:
    """A move of one department, the kind of letter it causes and to which posts; what both readers find in it."""

    stage: str
    play: Play
    kind: str
    posts: tuple[str, ...]
    zh: tuple[str, ...]
    en: tuple[str, ...]
    colour: str = ""
    department: str = GENERAL
    year: int = YEAR

    @property
    def to(self) -> set[str]:
        """The people who hold the posts."""
        held = {"liaison": LIAISON, "head": HEAD, "leader": LEADER}
        return {held[post][self.department] for post in self.posts}


def handed_over(city: City) -> None:
    city.at("2025-02-10")
    city.save(GENERAL)
    city.ask(GENERAL, "hand_over", person(LIAISON[GENERAL]))


def filed(city: City) -> None:
    city.at("2025-02-10")
    city.file(GENERAL)


def accepted(city: City) -> None:
    filed(city)
    city.move(GENERAL, "accept")


def sent_back(city: City) -> None:
    filed(city)
    city.move(GENERAL, "send_back", due="2025-02-20")


def reopened(city: City) -> None:
    accepted(city)
    city.move(GENERAL, "reopen", due="2025-02-21")


def lapsed(city: City) -> None:
    city.at("2025-03-08 00:00")
    city.sweep()


def readmitted(city: City) -> None:
    lapsed(city)
    city.at("2025-03-10")
    city.move(GENERAL, "readmit", due="2025-03-17")


def asked(city: City) -> None:
    city.at("2025-02-26")
    city.move(GENERAL, "ask_extension", due="2025-03-11")


def extended(city: City) -> None:
    asked(city)
    city.move(GENERAL, "extend")


def refused(city: City) -> None:
    asked(city)
    city.move(GENERAL, "refuse_extension")


def spared(city: City) -> None:
    city.at("2025-03-10 09:00")
    spare(city.service, instant("2025-03-07 20:00"))


def redated(city: City) -> None:
    """The last day of February becomes a day off."""
    days = city.row(f"calendar:{YEAR}").record["days"]
    city.at("2025-02-10")
    holidays = sorted([*days["holidays"], "2025-02-28"])
    city.do("import_calendar", person(CLERK), year=YEAR, holidays=holidays, makeup=days["makeup"])


def moved_for_all(city: City) -> None:
    """The plans of the whole city are due two weeks later."""
    city.at("2025-02-10")
    city.both("move_dates", person(CLERK), year=YEAR, stage="plan", due="2025-03-14")


def blamed(city: City) -> None:
    city.at("2025-02-10")
    city.deduct(GENERAL, "score.deduct.5.1", note="通报批评一次")


def proposed(city: City) -> None:
    city.whole("propose")


def withdrawn(city: City) -> None:
    """Everybody has had the proposal by then."""
    city.whole("propose")
    with city.service.database.write() as session:
        session.driver.execute(
            "UPDATE outbox SET status = 'sent', next_at = NULL WHERE kind = 'grades_proposed'"
        )
    city.whole("withdraw_proposal")


def ratified(city: City) -> None:
    city.whole("propose")
    city.at("2026-01-20")
    city.whole("ratify")


def rectifying(city: City) -> None:
    ratified(city)
    city.sweep()


def amended(city: City) -> None:
    city.at("2026-02-02")
    city.whole("amend", changes=[BLAME])


def exempted(city: City) -> None:
    city.at("2025-02-10")
    city.move(GENERAL, "exempt")


def reinstated(city: City) -> None:
    exempted(city)
    city.at("2025-02-12")
    city.move(GENERAL, "reinstate", due="2025-03-05")


BOTH = ("liaison", "head")

MOVES: dict[str, Told] = {
    "accept": Told("running", accepted, "accepted", ("liaison", "head"), ("年度计划",), ("plan of 2025",)),
    "send_back": Told(
        "running",
        sent_back,
        "sent_back",
        BOTH,
        ("年度计划", "2月20日（周四）24:00", WHY, "韩雪峰"),
        ("plan of 2025", "Thursday 20 February", WHY, "韩雪峰"),
        "yellow",
    ),
    "reopen": Told(
        "running",
        reopened,
        "sent_back",
        BOTH,
        ("年度计划", "2月21日（周五）24:00", WHY),
        ("plan of 2025", "Friday 21 February", WHY),
        "yellow",
    ),
    "lapse": Told(
        "running",
        lapsed,
        "lapsed",
        BOTH,
        ("年度计划", "2月28日（周五）24:00", "3月7日（周五）24:00"),
        ("plan of 2025", "Friday 28 February", "Friday 7 March"),
        "red",
    ),
    "readmit": Told(
        "running",
        readmitted,
        "readmitted",
        BOTH,
        ("年度计划", "3月17日（周一）24:00", WHY),
        ("plan of 2025", "Monday 17 March", WHY),
        "yellow",
    ),
    "extend": Told(
        "running",
        extended,
        "extension_decided",
        BOTH,
        ("准予延期", "2月28日（周五）24:00", "3月11日（周二）24:00", WHY),
        ("Friday 28 February", "Tuesday 11 March", WHY),
    ),
    "refuse_extension": Told(
        "running",
        refused,
        "extension_decided",
        BOTH,
        ("不予延期", "2月28日（周五）24:00", "3月11日（周二）", WHY),
        ("Friday 28 February", "Tuesday 11 March", WHY),
    ),
    "shift_grace": Told(
        "running",
        spared,
        "date_moved",
        BOTH,
        ("年度计划", "3月7日（周五）", "3月11日（周二）", "停机"),
        ("plan of 2025", "Friday 7 March", "Tuesday 11 March"),
        "red",
    ),
    "redate": Told(
        "running",
        redated,
        "date_moved",
        BOTH,
        ("年度计划", "2月28日（周五）", "3月3日（周一）", "工作日历"),
        ("plan of 2025", "Friday 28 February", "Monday 3 March"),
        "yellow",
    ),
    "move_dates": Told(
        "running",
        moved_for_all,
        "date_moved",
        BOTH,
        ("年度计划", "2月28日（周五）", "3月14日（周五）", WHY),
        ("plan of 2025", "Friday 28 February", "Friday 14 March", WHY),
        "yellow",
    ),
    "record_line": Told(
        "running",
        blamed,
        "deduction_written",
        BOTH,
        ("score.deduct.5.1", "3.00", "通报批评一次", "绩效办〔2025〕1号", "问题第1号"),
        ("score.deduct.5.1", "3.00", "通报批评一次", "finding no. 1"),
    ),
    "propose": Told(
        "pending",
        proposed,
        "grades_proposed",
        BOTH,
        ("良好", "99.50", "第2名", "党委工作部门", "1月12日（周一）24:00", "content.1.1", "0.50"),
        ("good", "99.50", "Monday 12 January", "content.1.1", "0.50"),
        department=DISCIPLINE,
    ),
    "withdraw_proposal": Told(
        "pending",
        withdrawn,
        "proposal_withdrawn",
        BOTH,
        ("公示已撤回", WHY),
        ("withdrawn", WHY),
    ),
    "ratify": Told(
        "pending",
        ratified,
        "grades_ratified",
        BOTH,
        ("不达标", "99.00", "第3名", "党委工作部门", "绩效办〔2025〕1号", "content.1.1", "1.00"),
        ("failed", "99.00", "content.1.1", "1.00"),
        department=PERSONNEL,
    ),
    "hand_over": Told(
        "running",
        handed_over,
        "to_sign",
        ("head",),
        ("年度计划", "2月28日（周五）24:00", "送签人：魏思远", "签批之后才能报送"),
        ("plan of 2025", "Friday 28 February", "Handed over by: 魏思远"),
    ),
    "start_rectification": Told(
        "pending",
        rectifying,
        "rectification_due",
        ("head",),
        ("整改", "3月9日（周一）24:00", "3月16日（周一）24:00"),
        ("Monday 9 March", "Monday 16 March"),
        "yellow",
        department=PERSONNEL,
    ),
    "amend": Told(
        "ratified",
        amended,
        "grades_amended",
        BOTH,
        ("不达标", "97.00", "第3名", "第2版", WHY),
        ("failed", "97.00", WHY),
    ),
    "exempt": Told(
        "running",
        exempted,
        "exempted",
        BOTH,
        ("免予考评", WHY, "绩效办〔2025〕1号"),
        (WHY, "绩效办〔2025〕1号"),
    ),
    "reinstate": Told(
        "running",
        reinstated,
        "reinstated",
        BOTH,
        ("年度计划", "3月5日（周三）24:00", WHY),
        ("Wednesday 5 March", WHY),
    ),
}
"""Action of an appraisal to what its letters say; requests to the office and chasing apart."""


def filed_by(city: City, head: str) -> None:
    """The plan handed in on the tenth, signed by whoever is head by then."""
    city.at("2025-02-10")
    city.save(GENERAL)
    city.ask(GENERAL, "sign_off", person(head))
    city.move(GENERAL, "submit")
