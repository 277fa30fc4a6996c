"""What people type: bodies, people and levels by the names they go by, and what is said where there is none such."""

from __future__ import annotations

import pytest

from cycle.permissions import BODIES
from tests.cast import CLERK, FOURTH_REVIEWER, GENERAL, HEAD, INSPECTOR, LEADER, LIAISON, PAPER, WHY, City
from tests.cli.conftest import BAD_INPUT, REFUSED, Shell, ShellAt
from tests.held import COLLEAGUE

NAMESAKE = "p-other"


def name_of(city: City, person: str) -> str:
    """What a person is called."""
    return str(city.row(f"person:{person}").record["name"])


def namesake(shell: Shell, city: City, of: str) -> None:
    """Somebody else of the same name, at home elsewhere."""
    shell.both(
        *("person", "add", NAMESAKE, "--name", name_of(city, of), "--email", "other@wenhua.example"),
        *("--home", "wenhua", "--role", "reviewer"),
    )


@pytest.mark.parametrize("named", ["领导小组", "leading group", "Leading Group", "group"])
def test_a_body_is_named_in_either_language(shell_at: ShellAt, named: str) -> None:
    shell, city = shell_at("running")
    shell.group("advance", GENERAL, "exempt", body=named)
    assert city.last(f"appraisal:2025:{GENERAL}")["on_behalf_of"] == "group"


def test_every_body_there_is_can_be_named_and_an_unknown_one_is_told_all_of_them(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    before = city.rows()
    exempt = ("advance", GENERAL, "exempt", "--as", CLERK, "--reason", WHY, "--document", PAPER)
    for named in ("党委", "市委", "party committee", "考核组", "review team", "主要领导", "chief leader"):
        said = shell.ask(*exempt, "--on-behalf-of", named, code=REFUSED)
        assert said.unmet == ["behalf_not_possible"]
    for unknown in ("市长", "council"):
        said = shell.say(*exempt, "--on-behalf-of", unknown)
        assert (said.code, said.out) == (BAD_INPUT, "")
        assert unknown in said.err
        assert all(body in said.err for body in (*BODIES, "领导小组", "党委", "考核组", "主要领导"))
    assert city.rows() == before


def test_a_leader_acted_for_is_named_by_name_or_id(shell_at: ShellAt) -> None:
    shell, city = shell_at("reviewing")
    rate = ("rating", "leader", GENERAL, "执行力=好")
    shell.group(*rate, body=name_of(city, LEADER[GENERAL]))
    assert city.last(f"appraisal:2025:{GENERAL}")["on_behalf_of"] == LEADER[GENERAL]


def test_people_are_named_by_name_wherever_one_is_asked_for(shell_at: ShellAt) -> None:
    shell, city = shell_at("reviewing")
    clerk, fourth = name_of(city, CLERK), name_of(city, FOURTH_REVIEWER)
    why = ("--reason", WHY, "--document", PAPER)
    shell.do("team", "assign", GENERAL, fourth, "--as", clerk, *why)
    assert city.last(f"appraisal:2025:{GENERAL}")["actor"] == CLERK
    assert FOURTH_REVIEWER in [one["person"] for one in shell.do("team", "show", GENERAL)["team"]]
    shell.do("advance", GENERAL, "release", "--member", fourth, "--as", clerk, *why)
    theirs = [
        one["action"] for one in shell.do("show", GENERAL, "--as", name_of(city, HEAD[GENERAL]))["actions"]
    ]
    assert theirs == [one["action"] for one in shell.do("show", GENERAL, "--as", HEAD[GENERAL])["actions"]]
    shell.do(
        "post",
        "appoint",
        GENERAL,
        "填报员",
        name_of(city, LIAISON["jiwei"]),
        "--on",
        "2025-12-11",
        *why,
        "--as",
        clerk,
    )
    assert city.row(f"department:{GENERAL}").record["posts"][-1]["person"] == LIAISON["jiwei"]
    shell.do("token", "issue", clerk, "--purpose", "试用", "--as", clerk)
    assert [one["person"] for one in shell.do("token", "list")["tokens"]] == [CLERK]
    change = ("person", "change", fourth, "--email", "new@example.com", "--as", clerk, *why)
    shell.do("confirm", shell.do(*change)["pending"], "--as", name_of(city, COLLEAGUE))
    assert city.row(f"person:{FOURTH_REVIEWER}").record["email"] == "new@example.com"


def test_a_name_that_several_bear_is_answered_with_their_ids_and_homes(shell_at: ShellAt) -> None:
    shell, city = shell_at("reviewing")
    namesake(shell, city, FOURTH_REVIEWER)
    before, named = city.rows(), name_of(city, FOURTH_REVIEWER)
    said = shell.say("team", "assign", GENERAL, named, "--as", CLERK)
    assert said.code == BAD_INPUT
    home = city.row(f"person:{FOURTH_REVIEWER}").record["home"]
    assert f"“{named}”" in said.err
    for person, of in ((NAMESAKE, "wenhua"), (FOURTH_REVIEWER, home)):
        assert any(person in line and of in line for line in said.err.splitlines())
    assert city.rows() == before
    assert shell.do("team", "assign", GENERAL, FOURTH_REVIEWER, "--as", CLERK)["action"] == "assign"


def test_whoever_has_left_takes_nobodys_name_away(shell_at: ShellAt) -> None:
    shell, city = shell_at("reviewing")
    namesake(shell, city, FOURTH_REVIEWER)
    shell.clerk("person", "leave", NAMESAKE, "--on", "2025-12-11")
    shell.do("team", "assign", GENERAL, name_of(city, FOURTH_REVIEWER), "--as", CLERK)
    assert FOURTH_REVIEWER in [one["person"] for one in shell.do("team", "show", GENERAL)["team"]]


@pytest.mark.parametrize(
    "words", [("team", "assign", GENERAL, "无名氏", "--as", CLERK), ("show", GENERAL, "--as", "无名氏")]
)
def test_whom_nobody_knows_is_said_to_have_been_looked_for_by_id_and_name(
    shell_at: ShellAt, words: tuple[str, ...]
) -> None:
    shell, _ = shell_at("reviewing")
    said = shell.say(*words)
    assert said.code == BAD_INPUT
    assert "编号或者姓名是“无名氏”" in said.err


@pytest.mark.parametrize(
    ("words", "known"),
    [
        (("rating", "leader", GENERAL, "执行力=很好"), ("excellent 好", "good 较好", "fair 一般", "poor 差")),
        (
            ("rating", "survey", GENERAL, "survey", "很好=3"),
            ("satisfied 满意", "fairly 基本满意", "neutral 一般", "dissatisfied 不满意"),
        ),
    ],
)
def test_an_unknown_level_is_answered_with_those_there_are(
    shell_at: ShellAt, words: tuple[str, ...], known: tuple[str, ...]
) -> None:
    shell, city = shell_at("reviewing")
    before = city.rows()
    said = shell.say(*words, "--as", CLERK)
    assert said.code == BAD_INPUT
    assert "“很好”" in said.err
    assert all(level in said.err for level in known)
    assert "应写成" not in said.err
    assert city.rows() == before


def test_a_count_that_is_none_and_a_level_named_twice_are_told_apart(shell_at: ShellAt) -> None:
    shell, _ = shell_at("reviewing")
    survey = ("rating", "survey", GENERAL, "survey")
    assert "写了两次" in shell.say(*survey, "满意=1", "satisfied=2", "--as", CLERK).err
    assert "档次=份数" in shell.say(*survey, "满意=1.5", "--as", CLERK).err
    assert "档次=份数" in shell.say(*survey, "满意", "--as", CLERK).err


def test_a_code_that_is_none_is_answered_with_codes_and_their_words(shell_at: ShellAt) -> None:
    shell, _ = shell_at("running")
    record = ("finding", "record", GENERAL, "score.deduct.1", "--on", "2025-01-09", "--as", INSPECTOR)
    said = shell.say(*record, "--source", "传闻", "--text", "一")
    assert "covert_visit 暗访" in said.err


def test_the_language_may_stand_anywhere_on_the_line(shell_at: ShellAt) -> None:
    shell, _ = shell_at("running")
    wanted = shell.say("--lang", "en", "finding", "list").out
    assert wanted == "No findings.\n"
    assert shell.say("finding", "--lang", "en", "list").out == wanted
    assert shell.say("finding", "--lang=en", "list").out == wanted
    assert shell.say("finding", "list", "--lang", "en").out == wanted
    assert "fr" in shell.say("finding", "--lang", "fr", "list").err
    assert shell.say("finding", "--lang").code == BAD_INPUT
