"""Acts that wait at the command line: told in a few lines, confirmed and taken back by keys, about something else."""

import re
from collections.abc import Callable

import pytest

from cycle.acts.table import ROWS
from cycle.board.pending import operation_word
from cycle.permissions import BODIES
from tests.cast import CLERK, GENERAL, REVIEWERS, City, book, for_body, marks
from tests.cli.conftest import CONFLICT, REFUSED, ShellAt
from tests.held import COLLEAGUE, YEAR
from workflows import words
from workflows.machines import MACHINES

EXEMPT = ("advance", GENERAL, "exempt", "--on-behalf-of", "group")


def test_a_confirmation_may_be_sent_again_under_its_key(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    confirm = ["confirm", shell.clerk(*EXEMPT)["pending"], "--as", COLLEAGUE]
    first = shell.do(*confirm, "--key", "k-1")
    rows = city.rows()
    assert shell.do(*confirm, "--key", "k-1") == first
    shell.ask(*confirm, code=CONFLICT)
    assert city.rows() == rows


def test_an_act_may_be_taken_back_again_under_its_key(shell_at: ShellAt) -> None:
    shell, _ = shell_at("running")
    drop = ["drop", shell.clerk(*EXEMPT)["pending"], "--as", CLERK]
    assert shell.do(*drop, "--key", "k-1") == shell.do(*drop, "--key", "k-1")
    shell.ask(*drop, "--key", "k-2", code=CONFLICT)


def test_a_ratification_entered_for_an_earlier_proposal_is_a_conflict(shell_at: ShellAt) -> None:
    shell, city = shell_at("pending")
    city.whole("propose")
    shell.at("2026-01-20")
    pending = shell.clerk("advance", "2025", "ratify", "--on-behalf-of", "group")["pending"]
    city.at("2026-01-20")
    city.whole("withdraw_proposal")
    city.whole("propose")
    said = shell.ask("confirm", pending, "--as", COLLEAGUE, code=CONFLICT)
    assert said.json["error"]["code"] == "conflict"
    assert pending in said.json["error"]["message"]


def test_an_act_altered_while_it_waited_is_refused_in_a_sentence(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    pending = shell.clerk(*EXEMPT)["pending"]
    with city.service.database.write() as session:
        session.driver.execute("UPDATE pending_act SET subject = 'appraisal:2025:jiwei'")
    confirm = ("confirm", pending, "--as", COLLEAGUE)
    assert shell.ask(*confirm, code=REFUSED).unmet == ["waiting_act_altered"]
    assert "登记之后被改动过" in shell.say(*confirm).err


# --- what a second person is told ---


def told(shell_at: ShellAt, stage: str, lang: str, ask: Callable[[City], object]) -> list[str]:
    """The lines of the one act that waits once `ask` was asked."""
    shell, city = shell_at(stage)
    ask(city)
    return shell.say("waiting", "--lang", lang).out.splitlines()[:-1]


def test_an_act_is_told_by_what_it_is_about_who_asked_since_when_and_on_what_ground(
    shell_at: ShellAt,
) -> None:
    def ask(city: City) -> None:
        city.move(GENERAL, "exempt")
        city.ask(GENERAL, "reinstate", for_body("group"), due="2025-03-03")

    head, *below = told(shell_at, "running", "zh", ask)
    assert head.endswith("：2025年度办公室，恢复考评，经办韩雪峰，2025-01-10 10:00起待确认")
    assert below == [
        "    代领导小组办理",
        "    依据绩效办〔2025〕1号",
        "    理由：情况说明",
        "    截止日期：2025年3月3日",
    ]
    head, *below = told(shell_at, "running", "en", ask)
    assert "asked by 韩雪峰, waiting since 2025-01-10 10:00" in head
    assert below[0] == "    on behalf of: leading group"
    assert below[-1] == "    due: 3 March 2025"


def test_a_matter_is_told_with_its_number_and_who_loses_the_award(shell_at: ShellAt) -> None:
    def ask(city: City) -> None:
        key = city.deduct(GENERAL, "score.deduct.5.3")
        persons = [{"name": "某某", "post": "head"}]
        city.do("finding", for_body("group"), subject=key, action="veto", persons=persons)

    head, *below = told(shell_at, "running", "zh", ask)
    assert "：2025年度办公室问题第1号，一票否决，经办" in head
    assert below[-1] == "    扣发全额奖金的人员：某某（主要负责人）"


def test_a_sheet_on_paper_is_told_by_its_first_marks(shell_at: ShellAt) -> None:
    def ask(city: City) -> None:
        city.ask(GENERAL, "mark", for_body("team"), member=REVIEWERS[0], marks=marks(50))

    head, *below = told(shell_at, "reviewing", "zh", ask)
    first, count = book().indicators[0], len(book().indicators)
    assert "2025年度办公室，打分，" in head
    assert "    考核人员：文景行" in below
    assert f"    {first.zh} {(first.points - 50) / 100:.2f} 情况说明" in below
    assert f"    另有{count - 10}项" in below


def test_a_correction_is_told_department_by_department(shell_at: ShellAt) -> None:
    def ask(city: City) -> None:
        ((line,),) = city.select(
            "SELECT min(id) FROM line WHERE subject = :key AND part = 'central' AND reversed_by IS NULL",
            key=f"appraisal:{YEAR}:{GENERAL}",
        )
        item = city.select("SELECT item FROM line WHERE id = :id", id=line)[0][0]
        lines = [{"part": "central", "item": item, "points": 10, "note": "算错"}]
        change = {"department": GENERAL, "reverse": [line], "lines": lines}
        city.do("amend", for_body("group"), year=YEAR, changes=[change])

    below = told(shell_at, "ratified", "zh", ask)[1:]
    assert re.fullmatch(r"    办公室：冲销集中考评 .+ [0-9.]+（台账第[0-9]+/[0-9]+笔）", below[-2])
    assert re.fullmatch(r"    办公室：集中考评 .+ 0\.10 算错", below[-1])


def test_a_corrected_rulebook_is_told_figure_by_figure(shell_at: ShellAt) -> None:
    shell, _ = shell_at("running")
    given = ("--set", "deadlines.answer_days=7", "--on-behalf-of", "group")
    shell.clerk("whole", "correct-rulebook", str(YEAR), *given)
    assert "deadlines.answer_days.value：5改为7" in shell.say("waiting").out


@pytest.mark.parametrize("lang", words.LANGS)
def test_every_act_that_may_wait_has_a_word_of_its_own(lang: str) -> None:
    bare = words.word("cli", "operation_move", lang)
    for row in ROWS:
        moves = [move for move in MACHINES[row.place.kind].moves if move.action == row.action]
        if any(move.confirmed or {*move.who} & {*BODIES, "leader"} for move in moves):
            arguments = {} if row.operation else {"action": row.action}
            one = {"operation": row.performs, "kind": row.place.kind, "arguments": arguments}
            assert operation_word(one, lang) != bare, row.name
