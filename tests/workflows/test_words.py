"""Everything people read is there in both languages, and says what to do next."""

import re
from datetime import date
from string import Formatter

import pytest

from tests.workflows.unmet_codes import Made, refusals
from workflows import words
from workflows.deadlines import LAMPS
from workflows.engine import NONE
from workflows.errors import Unmet
from workflows.machines import MACHINES
from workflows.machines.appraisal import STATES
from workflows.rulebook import GRADES, STAGES, load

MADE = tuple(refusals())
CODES = sorted({made.code for made in MADE if made.code})
TEXTS = [
    (lang, section, code, text)
    for lang in words.LANGS
    for section, texts in sorted(words.catalogue(lang).items())
    for code, text in sorted(texts.items())
]


def placeholders(text: str) -> set[str]:
    """The names in braces of a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


# --- the two files ---


def test_both_languages_have_the_same_sections_and_codes() -> None:
    zh, en = (
        {section: set(texts) for section, texts in words.catalogue(lang).items()} for lang in words.LANGS
    )
    assert zh == en


def test_both_languages_fill_the_same_placeholders() -> None:
    zh, en = words.catalogue("zh"), words.catalogue("en")
    differing = {
        (section, code)
        for section, texts in zh.items()
        for code, text in texts.items()
        if placeholders(text) != placeholders(en[section][code])
    }
    assert differing == set()


def test_no_text_is_empty() -> None:
    assert [entry[:3] for entry in TEXTS if not entry[3].strip()] == []


def bare(text: str) -> str:
    """What is Chinese in a text: no placeholders, no commands in backquotes or on lines of their own."""
    return re.sub(r"`[^`]*`|(?m:^  .*$\n?)|\{\w+\}( (?=\{))?", "", text).removesuffix("\n")


CHINESE = [(section, code, bare(text)) for lang, section, code, text in TEXTS if lang == "zh"]


def test_chinese_texts_hold_no_latin_letters_beside_placeholders_and_commands() -> None:
    assert [entry for entry in CHINESE if re.search(r"[A-Za-z]", entry[2])] == []


def test_chinese_texts_are_punctuated_in_full_width_and_never_spaced() -> None:
    assert [entry for entry in CHINESE if re.search(r"[,;:!?()\s\"'！]", entry[2])] == []


@pytest.mark.parametrize(
    "word",
    [
        "workflow instance",
        "token",
        "node",
        "illegal",
        "invalid",
        "OK",
        "流程实例",
        "令牌",
        "节点",
        "非法",
        "无效",
        "错误",
        "您",
    ],
)
def test_words_of_machines_and_of_blame_are_not_used(word: str) -> None:
    assert [
        entry[:3] for entry in TEXTS if re.search(rf"\b{word}\b" if word.isascii() else word, entry[3])
    ] == []


# --- every refusal ---


def test_every_refusal_is_written_out_so_that_it_can_be_found() -> None:
    assert [made.place for made in MADE if made.code is None or made.given is None] == []


def test_every_refusal_of_the_source_is_worded_and_no_other() -> None:
    assert set(words.catalogue("zh")["unmet"]) == set(CODES)


@pytest.mark.parametrize("lang", words.LANGS)
def test_a_refusals_placeholders_are_given_wherever_it_is_made(lang: str) -> None:
    def missing(made: Made) -> set[str]:
        return placeholders(words.word("unmet", made.code or "", lang)) - (made.given or set())

    assert {made.place: missing(made) for made in MADE if missing(made)} == {}


SAMPLES: dict[str, str | int] = {
    **dict.fromkeys(("cutoff", "day", "due", "earliest", "opens", "today", "until"), "2025-07-01"),
    **dict.fromkeys(("count", "days", "have", "most", "need", "points"), 3),
    "action": "submit",
    "entries": "owner,due",
    "entry": "owner",
    "form": "plan",
    "machine": "appraisal",
    "from": "plan.drafting,midyear.drafting",
    "part": "central",
    "post": "head",
    "role": "office",
    "roles": "office,group",
    "seats": "excellent=1,good=2",
    "state": "plan.accepted",
    "window": "midyear",
    "year": 2025,
}
OF_THE_CYCLE = {"cycle_not_running": {"state": "proposed"}, "whole_cycle_only": {"action": "propose"}}


@pytest.mark.parametrize("lang", words.LANGS)
@pytest.mark.parametrize("code", CODES)
def test_every_refusal_can_be_said_without_a_bare_code(code: str, lang: str) -> None:
    given = frozenset().union(*(made.given or () for made in MADE if made.code == code))
    data = {key: SAMPLES.get(key, "x-1") for key in given} | OF_THE_CYCLE.get(code, {})
    said = words.say(Unmet(code, data), lang)
    assert not re.search(r"[{}_]|[a-z]\.[a-z]", said)
    assert said.endswith(".") == (lang == "en")
    if lang == "zh":
        assert not re.search(r"[A-Za-z]", re.sub(r"x-1|`[^`]*`", "", said))


@pytest.mark.parametrize(
    ("unmet", "zh", "en"),
    [
        (
            Unmet("due_too_near", {"days": 3, "earliest": "2025-12-04"}),
            "新的截止日至少在3个工作日之后，请选2025年12月4日或更晚的日期",
            "The new due date must be at least 3 working days ahead; choose 4 December 2025 or later.",
        ),
        (
            Unmet(
                "wrong_state",
                {"action": "submit", "state": "plan.lapsed", "from": "plan.drafting,midyear.drafting"},
            ),
            "“报送”只能在这些环节办理：年度计划填报或半年自评填报；现在是“年度计划逾期未报”",
            '"submit" is possible only at: plan (drafting) or mid-year review (drafting).'
            ' This stands at "plan (lapsed)".',
        ),
        (
            Unmet("wrong_state", {"action": "open", "state": "running", "from": "preparing"}),
            "“启动年度”只能在这些环节办理：筹备；现在是“进行中”",
            '"open the year" is possible only at: preparing. This stands at "running".',
        ),
        (
            Unmet(
                "wrong_state",
                {"machine": "case", "action": "close", "state": "proposed", "from": "approved,rejected"},
            ),
            "“结案”只能在这些环节办理：已批准或未批准；现在是“已提出处理建议”",
            '"close the case" is possible only at: approved or rejected. This stands at "handling proposed".',
        ),
        (
            Unmet("points_out_of_range", {"item": "survey", "points": 350, "most": 300}),
            "“问卷调查”写的是3.50分，应在0至3.00分之间，请改正",
            '"Questionnaire" has 3.50 points where 0 to 3.00 are possible; correct it.',
        ),
        (
            Unmet("part_missing", {"part": "public", "items": "survey,grassroots_leaders"}),
            "“基层和群众评议”缺分：问卷调查、基层领导评议；请补记，或者由领导小组裁定",
            "Points are missing under public rating: Questionnaire and Leaders of grassroots units."
            " Record them, or let the leading group rule.",
        ),
        (
            Unmet("role_missing", {"roles": "office,group"}),
            "这个事项由绩效办或领导小组办理，请转交有权办理的人",
            "This is for office or leading group; pass it on.",
        ),
        (
            Unmet("tie_seats_differ", {"tie": "T1", "seats": "excellent=1,good=2"}),
            "并列“T1”可用的名额是优秀1个、良好2个，裁定的等次应当与名额一致",
            'The tie "T1" has these seats: 1 excellent and 2 good. Rule as many grades as there are seats.',
        ),
        (
            Unmet("extensions_used", {"most": 2}),
            "同一份材料最多申请2次延期，次数已用完，请在现有期限内报送",
            "A form can be extended 2 times at most, and all are used; file it by the present date.",
        ),
        (
            Unmet("behalf_not_possible", {"principal": "committee"}),
            "这个事项不能代党委办理，请由有权办理的人直接办理",
            "Nobody can do this on behalf of party committee; let somebody with the right to it act.",
        ),
    ],
)
def test_what_is_said(unmet: Unmet, zh: str, en: str) -> None:
    book = load()
    assert words.say(unmet, "zh", words.names_of(book, "zh")) == zh
    assert words.say(unmet, "en", words.names_of(book, "en")) == en


def test_names_are_the_readers_and_an_id_without_one_stays() -> None:
    unmet = Unmet("recused", {"person": "p-1", "department": "caizheng"})
    assert words.say(unmet, "zh", {"caizheng": "财政局"}) == "p-1是财政局的人，应当回避，请由其他人办理"


@pytest.mark.parametrize(
    ("unmet", "shown"),
    [
        (Unmet("action_unknown", {"action": "fly"}), "“fly”"),
        (Unmet("role_unknown", {"roles": "king"}), "king"),
        (Unmet("post_unknown", {"post": "cook"}), "“cook”"),
        (Unmet("stage_not_movable", {"window": "autumn"}), "统一延期"),
        (Unmet("item_unknown", {"part": "gift", "item": "a.1"}), "“gift”"),
        (Unmet("roles_not_apart", {"roles": "admin,king"}), "系统管理员、king"),
        (Unmet("behalf_not_possible", {"principal": "p-9"}), "代p-9"),
    ],
)
def test_what_the_asker_wrote_is_repeated_as_it_came(unmet: Unmet, shown: str) -> None:
    assert shown in words.say(unmet, "zh")


@pytest.mark.parametrize(
    ("section", "code", "lang"),
    [("unmet", "no_such", "zh"), ("no_such", "plan", "zh"), ("stage", "plan", "fr")],
)
def test_an_unknown_text_is_an_error_and_never_a_bare_code(section: str, code: str, lang: str) -> None:
    with pytest.raises(KeyError):
        words.word(section, code, lang)


@pytest.mark.parametrize(
    "unmet",
    [
        Unmet("no_such"),
        Unmet("team_short", {"have": 1}),
        Unmet("form_empty", {"form": "no_such"}),
        Unmet("not_here", {"action": "no_such", "state": "plan.drafting"}),
        Unmet("not_here", {"action": "submit", "state": "no_such"}),
    ],
)
def test_a_refusal_of_unknown_code_or_data_is_an_error(unmet: Unmet) -> None:
    with pytest.raises(KeyError):
        words.say(unmet, "zh")


# --- the rest of the vocabulary ---


@pytest.mark.parametrize("lang", words.LANGS)
@pytest.mark.parametrize("name", sorted(MACHINES))
def test_every_state_action_and_role_of_every_machine_is_worded(name: str, lang: str) -> None:
    machine = MACHINES[name]
    states = [words.state(name, code, lang) for code in (NONE, *machine.states)]
    assert len(set(states)) == len(states)
    actions = [words.action(code, lang, name) for code in machine.actions]
    assert len(set(actions)) == len(actions)
    assert all(words.word("role", role, lang) for move in machine.moves for role in move.who)
    assert words.word("kind", name, lang)


def test_no_state_and_no_action_is_worded_that_no_machine_has() -> None:
    worded = words.catalogue("zh")
    assert {s.partition(".")[2]: set(t) for s, t in worded.items() if s.startswith("state.")} == {
        name: set(machine.states) for name, machine in MACHINES.items()
    }
    assert set(worded["action"]) == {action for machine in MACHINES.values() for action in machine.actions}
    assert all(set(worded[s]) <= set(worded["action"]) for s in worded if s.startswith("action."))


def test_the_same_code_reads_differently_where_it_means_another_thing() -> None:
    assert words.action("close", "zh") == words.action("close", "zh", "cycle") == "归档"
    assert words.action("close", "zh", "case") == "结案"


def test_the_small_vocabularies_are_those_of_the_rules() -> None:
    zh = words.catalogue("zh")
    book = load()
    assert set(zh["grade"]) == set(GRADES)
    assert set(zh["colour"]) == set(LAMPS)
    assert set(zh["part"]) == {*book.components, "deduction", "bonus", "cap"}
    assert set(zh["post"]) == {"liaison", "head", "leader"}
    assert set(zh["stage"]) == {*STAGES, *(state.partition(".")[0] for state in STATES if "." in state)}
    assert set(zh["phase"]) == {state.partition(".")[2] for state in STATES if "." in state}


@pytest.mark.parametrize(
    ("stage", "zh"),
    [
        ("plan", "年度计划"),
        ("midyear", "半年自评"),
        ("yearend", "年终自评"),
        ("central_review", "集中考评"),
        ("inspection", "察访核验"),
        ("grading", "等次评定"),
        ("rectification", "整改"),
    ],
)
def test_stages_bear_the_regulations_terms(stage: str, zh: str) -> None:
    assert words.word("stage", stage, "zh") == zh


def test_grades_bear_the_regulations_terms() -> None:
    assert [words.word("grade", grade, "zh") for grade in GRADES] == ["优秀", "良好", "达标", "不达标"]


def test_dates_and_lists_read_naturally() -> None:
    on = date(2026, 3, 5)
    assert (words.day(on, "zh"), words.day(on, "en")) == ("2026年3月5日", "5 March 2026")
    assert [words.listed(list("abc")[:n], "en") for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert words.listed(["甲", "乙", "丙"], "zh") == "甲、乙、丙"
    assert words.listed(["甲", "乙"], "zh", "either") == "甲或乙"


def test_errors_have_their_words() -> None:
    assert words.phrase("error", "refused", "zh", action="报送", count=2) == "还不能“报送”，差2项："
    assert set(words.catalogue("en")["error"]) >= {"conflict", "not_found", "refused", "unconfirmed"}
