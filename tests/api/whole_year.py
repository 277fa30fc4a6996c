"""A whole year of a city's office, told once: whoever plays it says how things are done and how time goes by.

The service is not imported here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.api.year_setting import CLERK, COLLEAGUE, YEAR, Setting

TEAM = ("p-yi-shuheng", "p-lai-suzhen", "p-tang-guoan")
PAPER = {"document": "绩效办〔2025〕1号"}
WHY = {"reason": "情况说明"}
GROUP = {**PAPER, **WHY, "on_behalf_of": "group"}
GRADES = ("excellent", "good", "passed", "failed")
FORMS = (("plan", "2025-02-10"), ("midyear", "2025-07-07"), ("yearend", "2025-11-17"))
KEY_GROUND, VETO_GROUND = "score.deduct.1", "score.deduct.5.5"
NATIONAL, OUTSTANDING = "score.bonus.national", "score.bonus.outstanding"
PICTURE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"
    b"\x00\x00\x00\nIDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82"
)


@dataclass(frozen=True)
class Year(Setting):
    """What happens in it."""

    def play(self) -> None:
        """The year from its first paper to its archive."""
        for part in (
            self.registers,
            self.opens,
            self.plans,
            self.findings,
            self.complaint,
            self.midyear,
            self.bonuses,
            self.yearend,
            self.review,
            self.proposes,
            self.objections,
            self.ratifies,
            self.rectification,
            self.consequences,
            self.case,
        ):
            part()

    # --- before the year ---

    def registers(self) -> None:
        """Everybody else of the roster, the departments, the working days; last year's results."""
        for entry in self.papers["people"]:
            if entry["id"] not in (CLERK, COLLEAGUE):
                self.hand.register(CLERK, "person", **PAPER, **entry)
        for entry in self.papers["departments"]:
            self.hand.register(CLERK, "department", **PAPER, **entry)
        for year, days in self.papers["calendars"].items():
            self.hand.act(CLERK, f"calendar:{year}", "import", **PAPER, **days)
        grades = ["good"] * (len(self.departments) - 1) + ["failed"]
        rows = [
            {"department": entry["name"], "rank": rank, "grade": grade}
            for rank, (entry, grade) in enumerate(zip(self.papers["departments"], grades, strict=True), 1)
        ]
        self.hand.act(CLERK, f"cycle:{YEAR - 1}", "import_results", **PAPER, rows=rows, source="2024.xlsx")

    def opens(self) -> None:
        """The rulebook prepared, its figures confirmed, approved by the group; the year opened."""
        self.cycle("prepare", **({"rulebook": self.rulebook} if self.rulebook else {}))
        for figure in self.hand.to_confirm(CLERK, YEAR):
            self.hand.act(CLERK, "regulation:", "confirm", **PAPER, figure=figure)
        self.cycle("approve_rulebook", **GROUP, digest=self.hand.rulebook(CLERK, YEAR)[0])
        self.cycle("open", **PAPER)
        self.until("2025-01-10")

    # --- the three forms ---

    def form(self, form: str) -> dict[str, Any]:
        """Everything a form asks for."""
        if form == "plan":
            target = {
                "text": "办理时限压缩三成",
                "measure": "平均办理时长",
                "owner": "综合科",
                "due": f"{YEAR}-11-30",
                "evidence": "系统统计表",
            }
            return {"text": "年度计划", "targets": {"1": target}}
        if form == "rectification":
            return {"text": "整改方案"}
        marks = {item: {"points": points, "account": "已完成"} for item, points in self.most.items()}
        return {"text": "自评报告", "marks": marks}

    def file(self, department: str, form: str) -> None:
        """Write a form, have it signed and hand it in."""
        self.by_liaison(department, "save_form", content=self.form(form))
        self.move(department, "sign_off", self.post(department, "head"))
        self.by_liaison(department, "submit")

    def plans(self) -> None:
        """One is sent back, one extended, one lapses and is admitted again; the others are in time."""
        self.until(FORMS[0][1])
        first, second = self.equal
        for department in self.departments:
            if department not in (second, self.last):
                self.file(department, "plan")
        self.by_liaison(first, "withdraw")
        self.file(first, "plan")
        self.move(first, "take_up")
        self.move(first, "send_back", **WHY, due="2025-02-21", items={"1": "目标没有量化"})
        self.acknowledges(first)
        self.file(first, "plan")
        self.by_liaison(second, "ask_extension", **WHY, due="2025-03-10")
        self.move(second, "extend", **WHY)
        self.until("2025-03-10")
        self.file(second, "plan")
        self.move(self.last, "readmit", **WHY, due="2025-03-14")
        self.file(self.last, "plan")
        for department in self.departments:
            self.move(department, "accept")

    def midyear(self) -> None:
        """Everybody is in time, and tells how far the targets have come."""
        self.until(FORMS[1][1])
        for department in self.departments:
            self.file(department, "midyear")
            self.move(department, "accept")
        self.by_liaison(self.last, "report_progress", progress={"1": {"percent": 40, "note": "进度偏慢"}})

    def yearend(self) -> None:
        """The last forms, a file with one of them, and the review teams."""
        self.until(FORMS[2][1])
        for department in self.departments:
            self.file(department, "yearend")
            for member in TEAM:
                self.move(department, "assign", member=member)
            self.move(department, "accept")
        first, liaison = self.departments[0], self.post(self.departments[0], "liaison")
        piece = self.hand.hand_in(
            liaison,
            f"evidence:{YEAR}:{first}",
            "台账.txt",
            "学习台账".encode(),
            about=next(iter(self.most)),
            note="全年",
        )
        self.hand.act(TEAM[0], piece, "refuse", **WHY, version=1)
        self.hand.hand_in(liaison, piece, "签到表.png", PICTURE)
        self.hand.act(TEAM[1], piece, "accept", version=2)

    # --- what happens meanwhile ---

    def findings(self) -> None:
        """A key finding and one with a veto against the last; one against another that comes to nothing."""
        self.until("2025-04-10")
        seen = {"source": "covert_visit", "severity": "ordinary", "on": "2025-04-09", "text": "窗口无人"}
        first, inspector = self.departments[0], self.inspector(self.departments[0])
        dropped = self.make(inspector, "finding", first, "record", item=KEY_GROUND, **seen)
        self.hand.act(inspector, dropped, "notify")
        self.hand.act(inspector, dropped, "drop", **WHY)
        liaison, inspector = self.post(self.last, "liaison"), self.inspector(self.last)
        for item in (KEY_GROUND, VETO_GROUND):
            key = {**seen, **PAPER, "severity": "key", "source": "report", "item": item}
            found = self.make(inspector, "finding", self.last, "record", **key)
            self.hand.act(inspector, found, "notify")
            self.hand.act(liaison, found, "answer", text="情况属实")
            self.hand.act(CLERK, found, "confirm")
            self.hand.act(liaison, found, "rectify", text="已整改")
            self.hand.act(inspector, found, "return", **WHY)
            self.hand.act(CLERK, found, "publish", **PAPER)
        self.hand.act(CLERK, found, "veto", **GROUP, persons=[{"name": "某某", "post": "person"}])
        self.acknowledges(self.last)

    def complaint(self) -> None:
        """A complaint against the second, found true."""
        self.until("2025-05-12")
        against, inspector = self.equal[1], self.inspector(self.equal[1])
        told = {"text": "同一材料被要求提交三次", "source": "call", "on": "2025-05-09", "complainant": "张某"}
        key = self.make(inspector, "complaint", against, "receive", **told)
        self.hand.act(inspector, key, "investigate")
        self.hand.act(self.post(against, "liaison"), key, "hear", text="已一次性告知")
        self.hand.act(CLERK, key, "substantiate", **WHY)
        self.hand.act(inspector, key, "hold_accountable", text="窗口负责人批评教育")
        self.hand.act(inspector, key, "close")

    def honours(self) -> Iterator[tuple[str, str, str]]:
        """Who applies for what, and what becomes of it."""
        yield self.departments[0], NATIONAL, "withdraw"
        yield self.equal[1], OUTSTANDING, "refuse"
        best, good = self.departments[4:6] or [self.last] * 2
        yield best, NATIONAL, "approve"
        yield good, OUTSTANDING, "approve"

    def bonuses(self) -> None:
        """Applied for, examined by the group, decided by it or by the chief leader."""
        self.until("2025-09-10")
        for number, (department, item, end) in enumerate(self.honours()):
            liaison = self.post(department, "liaison")
            award = {**PAPER, "award": f"先进集体{number}", "granted_by": "上级机关", "collective": True}
            told = {"item": item, "on": "2025-09-01", "text": "成绩突出"}
            key = self.make(liaison, "bonus", department, "apply", **told, **award)
            if end == "withdraw":
                self.hand.act(liaison, key, "withdraw")
                continue
            self.hand.act(CLERK, key, "examine", **GROUP, text="情况属实")
            body = "chief" if item == OUTSTANDING else "group"
            self.hand.act(CLERK, key, end, **{**GROUP, "on_behalf_of": body})

    # --- the points ---

    def lost(self, department: str) -> int:
        """What a department loses on the first indicator, in hundredths; the first two lose the same."""
        return 20 if department in self.equal else 15 * self.departments.index(department)

    def sheet(self, department: str, member: str) -> list[dict[str, Any]]:
        """One member's marks: the second gives less than the first by as much as the third gives more."""
        apart = 30 if department == self.last else 5
        lost = self.lost(department) + (TEAM.index(member) - 1) * apart
        first, *others = self.most.items()
        marks: list[dict[str, Any]] = [{"item": first[0], "points": first[1] - lost, **WHY}]
        if department == self.departments[0]:
            marks[0]["evidence"] = [f"evidence:{YEAR}:{department}:1"]
        return marks + [{"item": item, "points": points} for item, points in others]

    def review(self) -> None:
        """Every member marks, one of them on paper; leaders rate, the survey is entered, the review is complete."""
        self.until("2025-12-18")
        self.hand.renew()
        for department in self.departments:
            for member in TEAM[:2]:
                self.move(department, "mark", member, marks=self.sheet(department, member))
            on_paper: dict[str, Any] = {"marks": self.sheet(department, TEAM[2]), "member": TEAM[2]}
            self.move(department, "mark", **PAPER, **WHY, on_behalf_of="team", **on_paper)
            if department == self.last:
                items = [next(iter(self.most))]
                self.move(department, "acknowledge_spread", TEAM[0], **WHY, items=items)
            self.rated(department)
            self.move(department, "complete", TEAM[0])

    def rated(self, department: str) -> None:
        """The leader in charge by levels, the survey by its answers."""
        respects = [one["id"] for one in self.content["parts"]["leader"]]
        level = "fair" if department == self.last else "good"
        ratings = [{"item": item, "level": level} for item in respects]
        self.move(department, "rate", self.post(department, "leader"), ratings=ratings)
        for item in self.content["parts"]["public"]:
            counts = {"satisfied": 80, "fairly": 15, "neutral": 4, "dissatisfied": 1}
            self.move(department, "record_survey", **PAPER, item=item, counts=counts)

    # --- the results ---

    def proposes(self) -> None:
        """Everybody is settled after the year's end, then the grades are proposed."""
        self.until("2026-01-05")
        for department in self.departments:
            self.move(department, "settle")
        self.cycle("propose")
        self.acknowledges(self.departments[0])
        told = [number for subject, number in self.receipts(self.equal[1]) if "appraisal" in subject]
        self.move(self.equal[1], "note_receipt", reason="已电话告知联络员", receipts=told)

    def objections(self) -> None:
        """One is upheld: the proposal is withdrawn, the complaint overturned, and proposed again."""
        self.until("2026-01-06")
        right = self.objection(self.equal[1], "points", "uphold")
        self.cycle("withdraw_proposal", **WHY)
        self.move(self.equal[1], "reopen", **WHY)
        self.hand.act(CLERK, f"complaint:{YEAR}:{self.equal[1]}:1", "overturn", **WHY)
        self.move(self.equal[1], "settle")
        self.acknowledges(self.equal[1])
        assert self.hand.state(CLERK, right) == "upheld"
        self.cycle("propose")
        self.objection(self.last, "grade", "dismiss")
        gone = self.objection(self.equal[0], "grade")
        self.hand.act(self.post(self.equal[0], "liaison"), gone, "withdraw")

    def objection(self, department: str, about: str, decided: str = "") -> str:
        """An objection, decided by the group if it is decided; its key."""
        liaison = self.post(department, "liaison")
        key = self.make(liaison, "objection", department, "file", about=about, text="请复核")
        if decided:
            self.hand.act(CLERK, key, decided, **GROUP)
        return key

    def ratifies(self) -> None:
        """The window over, the group rules on every tie and ratifies."""
        self.until("2026-01-20")
        for tie, (members, seats) in self.hand.ties(CLERK, YEAR).items():
            grades = [grade for grade in GRADES for _ in range(seats.get(grade, 0))]
            self.cycle("rule_tie", **GROUP, tie=tie, ruling=dict(zip(members, grades, strict=True)))
        self.cycle("ratify", **GROUP)
        self.until("2026-01-21")

    # --- what follows ---

    def rectification(self) -> None:
        """Who failed is talked with and says what will be done, step by step."""
        self.until("2026-02-10")
        self.file(self.last, "rectification")
        talk = {"on": "2026-02-09", "text": "诫勉谈话纪要"}
        self.move(self.last, "record_talk", self.post(self.last, "leader"), **PAPER, **talk)
        self.move(self.last, "accept")
        self.by_liaison(self.last, "add_step", text="窗口轮值", due="2026-03-10")
        for number in (1, 2):
            finding = f"finding:{YEAR}:{self.last}:{number}"
            self.hand.act(self.post(self.last, "liaison"), finding, "rectify", text="制度已完善")
            self.hand.act(self.inspector(self.last), finding, "verify")
        self.until("2026-03-10")
        self.move(self.last, "verify_step", step="1")

    def consequences(self) -> None:
        """Every duty is done or waived; then what was put right is verified, and the year is archived."""
        told = {"text": "重点工作部署落实不力"}
        self.make(CLERK, "duty", self.last, "hold_to_account", **GROUP, **told)
        owner, *others = self.hand.open_duties(CLERK, YEAR)
        self.hand.act(CLERK, owner, "assign_owner", owner=COLLEAGUE)
        self.hand.act(COLLEAGUE, owner, "close", **PAPER, text="已办结")
        for duty in others[1:]:
            self.hand.act(CLERK, duty, "close", **PAPER, text="已办结")
        self.hand.act(CLERK, others[0], "waive", **GROUP)
        self.acknowledges(self.last)
        self.move(self.last, "verify")
        self.until("2026-03-11")

    def case(self) -> None:
        """Failed twice running: studied, proposed, approved by the committee, closed."""
        case = f"case:{YEAR}:{self.last}"
        self.hand.act(CLERK, case, "study", **GROUP)
        self.hand.act(CLERK, case, "propose_handling", **GROUP, text="建议组织处理")
        self.hand.act(CLERK, case, "approve", **{**GROUP, "on_behalf_of": "committee"})
        self.hand.act(CLERK, case, "close", **WHY)
