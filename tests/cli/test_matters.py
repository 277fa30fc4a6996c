"""Lines, ties, teams, talks, steps, extensions, departments, people and posts, each by its command."""

from __future__ import annotations

from tests.cast import (
    CLERK,
    DISCIPLINE,
    FOURTH_REVIEWER,
    GENERAL,
    HEAD,
    LEADER,
    LIAISON,
    PERSONNEL,
    REVIEWERS,
)
from tests.cli.conftest import BAD_INPUT, REFUSED, ShellAt

PAPER = ["--document", "文件1号"]


def test_lines_are_listed_reversed_and_summed(shell_at: ShellAt) -> None:
    shell, _ = shell_at("running")
    shell.clerk("rating", "survey", GENERAL, "survey", "满意=1", "不满意=2")
    shell.clerk("rating", "survey", GENERAL, "基层领导评议", "fairly=7")
    listed = shell.do("line", "list", GENERAL)
    assert [(one["item"], one["points"]) for one in listed["lines"]] == [
        ("survey", "1.00"),
        ("grassroots_leaders", "1.60"),
    ]
    assert listed["sum"] == "2.60"
    short = listed["lines"][1]["id"].partition("#")[2]
    shell.clerk("line", "reverse", GENERAL, short)
    assert shell.do("line", "list", GENERAL)["sum"] == "1.00"
    assert "冲销" in shell.say("line", "list", GENERAL).out
    again = shell.ask("line", "reverse", GENERAL, short, "--as", CLERK, "--reason", "x", code=REFUSED)
    assert again.unmet == ["line_unknown"]


def test_the_group_rules_on_a_missing_rating(shell_at: ShellAt) -> None:
    shell, city = shell_at("pending")
    line = next(one for one in shell.do("line", "list", GENERAL)["lines"] if one["item"] == "survey")
    city.move(GENERAL, "reverse_line", line=line["id"])
    shell.group("line", "missing", GENERAL, "public", "survey", "1.5")
    assert shell.do("show", GENERAL)["sums"]["public"] == "3.50"


def test_ties_are_listed_and_ruled_on(shell_at: ShellAt) -> None:
    shell, city = shell_at("reviewing")
    city.to_pending(lost=(0, 0, 100))
    city.whole("propose")
    listed = shell.do("tie", "list")["ties"]
    assert [one["department"] for one in listed[0]["departments"]] == [GENERAL, DISCIPLINE]
    assert listed[0]["ruling"] is None
    refused = shell.ask(
        *("tie", "rule", "1", "办公室=优秀", "--as", CLERK, "--reason", "x", *PAPER),
        *("--on-behalf-of", "group"),
        code=REFUSED,
    )
    assert refused.unmet == ["tie_members_differ"]
    shell.group("tie", "rule", "1", "办公室=良好", f"{DISCIPLINE}=excellent")
    assert shell.do("tie", "list")["ties"][0]["ruling"] == {GENERAL: "good", DISCIPLINE: "excellent"}
    assert "优秀" in shell.say("tie", "list").out


def test_a_team_is_assigned_released_and_shown(shell_at: ShellAt) -> None:
    shell, _ = shell_at("reviewing")
    shell.clerk("team", "assign", GENERAL, FOURTH_REVIEWER)
    shell.clerk("team", "release", GENERAL, REVIEWERS[0])
    team = [one["person"] for one in shell.do("team", "show", GENERAL)["team"]]
    assert team == [*REVIEWERS[1:], FOURTH_REVIEWER]
    said = shell.ask("team", "assign", GENERAL, "p-nobody", "--as", CLERK, code=REFUSED)
    assert said.unmet == ["person_unknown"]


def test_an_extension_is_asked_for_and_granted_or_refused(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    ask = ["extension", "ask", GENERAL, "--due", "2025-03-20", "--reason", "换届"]
    shell.do(*ask, "--as", LIAISON[GENERAL])
    assert shell.do("show", GENERAL)["forms"]["plan"]["extension_asked"]["until"] == "2025-03-20"
    shell.clerk("extension", "refuse", GENERAL)
    shell.do(*ask, "--as", LIAISON[GENERAL])
    shell.clerk("extension", "grant", GENERAL, "--due", "2025-03-14")
    assert city.form(GENERAL, "plan")["due"] == "2025-03-14"
    form = shell.do("show", GENERAL)["forms"]["plan"]
    assert (form["original_due"], form["extensions"]) == ("2025-02-28", 1)


def test_a_failed_department_is_talked_to_and_its_steps_verified(shell_at: ShellAt) -> None:
    shell, city = shell_at("ratified")
    city.at("2026-02-10")
    failed = PERSONNEL
    assert city.state(failed) == "rectification.drafting"
    shell.group("talk", "record", failed, "--on", "2026-02-09", "--text", "谈话", body=LEADER[failed])
    add = ["step", "add", failed, "--text", "整改学习制度", "--due", "2026-03-02"]
    shell.do(*add, "--as", LIAISON[failed])
    city.file(failed)
    city.move(failed, "accept")
    listed = shell.do("step", "list", failed)["steps"]
    assert listed == [{"step": "1", "text": "整改学习制度", "due": "2026-03-02", "verified": None}]
    shell.clerk("step", "verify", failed, "1")
    assert shell.do("step", "list", failed)["steps"][0]["verified"] == "2026-02-10"
    sheet = shell.do("show", failed)
    assert sheet["talk"] == {"on": "2026-02-09", "by": LEADER[failed], "text": "谈话"}
    assert sheet["stages"]["rectification"] == "underway"
    assert "整改学习制度" in shell.say("show", failed).out
    every = shell.do("duty", "list", "--year", "2025")["duties"]
    owed = [one["subject"] for one in every if one["department"] == failed]
    assert len(owed) == 2
    for duty in owed:
        said = shell.ask("advance", failed, "verify", "--as", CLERK, code=REFUSED)
        assert said.unmet == ["department_duties_open"]
        shell.clerk("duty", "close", duty, "--text", "已办理")
    assert shell.clerk("advance", failed, "verify")["after"] == "closed"
    assert shell.do("show", failed)["stages"]["rectification"] == "done"


def test_a_case_is_moved_by_its_key(shell_at: ShellAt) -> None:
    shell, city = shell_at("pending again")
    city.to_ratified(2026)
    cases = city.select("SELECT key FROM subject WHERE kind = 'case'")
    assert len(cases) == 1
    key = str(cases[0][0])
    done = shell.group("advance", key, "study", "--text", "已研究")
    assert (done["after"], done["kind"], done["year"]) == ("studied", "case", 2026)
    unknown = shell.ask("advance", f"case:2025:{GENERAL}", "study", "--as", CLERK, *PAPER, code=BAD_INPUT)
    assert unknown.json["error"]["code"] == "not_found"


def test_departments_are_added_renamed_and_merged(shell_at: ShellAt) -> None:
    shell, _ = shell_at("running")
    add = [
        "department",
        "add",
        "shuju",
        "--name",
        "数据局",
        "--category",
        "government",
        "--alias",
        "信息中心",
    ]
    posts = ["--liaison", LIAISON[GENERAL], "--head", HEAD[GENERAL], "--leader", LEADER[GENERAL]]
    assert shell.clerk(*add, *posts, "--since", "2025-01-02")["name"] == "数据局"
    assert shell.do("show", "信息中心")["department"] == "shuju"
    shell.clerk("department", "rename", "数据局", "--name", "大数据局", "--on", "2025-01-05")
    names = {one["department"]: one["name"] for one in shell.do("department", "list")["departments"]}
    assert names["shuju"] == "大数据局"
    shell.clerk("department", "merge", "大数据局", DISCIPLINE, "--on", "2025-01-09")
    left = [one["department"] for one in shell.do("department", "list")["departments"]]
    assert left == ["bangongshi", "shuju", "zuzhi"]
    every = {
        one["department"]: one["state"] for one in shell.do("department", "list", "--all")["departments"]
    }
    assert every[DISCIPLINE] == "closed"
    taken = shell.ask(
        *("department", "add", "xin", "--name", "组织部", "--category", "party", "--as", CLERK), code=REFUSED
    )
    assert taken.unmet == ["name_taken"]


def test_people_are_added_changed_and_put_in_posts(shell_at: ShellAt) -> None:
    shell, _ = shell_at("running")
    shell.both(
        *("person", "add", "p-new", "--name", "新来", "--email", "new@bangongshi.example"),
        *("--home", GENERAL, "--role", "department"),
    )
    shell.both("person", "change", "p-new", "--email", "newer@bangongshi.example")
    found = [one for one in shell.do("person", "list")["people"] if one["person"] == "p-new"]
    assert (found[0]["email"], found[0]["roles"]) == ("newer@bangongshi.example", ["department"])
    shell.clerk("post", "appoint", GENERAL, "填报员", "p-new", "--on", "2025-01-10")
    posts = [one for one in shell.do("post", "list", GENERAL)["posts"] if one["post"] == "liaison"]
    assert [(one["person"], one["until"]) for one in posts] == [
        (LIAISON[GENERAL], "2025-01-10"),
        ("p-new", None),
    ]
    roles = shell.ask(
        *("person", "change", "p-new", "--role", "admin", "--role", "office"),
        *("--as", CLERK, "--reason", "x"),
        code=REFUSED,
    )
    assert roles.unmet == ["roles_not_apart"]
