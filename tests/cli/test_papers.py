"""`cycle paper` and `cycle archive`: drafts, issued papers, a year's archive, and what is said where it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from cycle.documents import portable
from cycle.documents.papers import PAPERS, SHEETS
from tests.cast import CLERK, PERSONNEL
from tests.cli.conftest import BAD_INPUT, DONE, REFUSED, Shell, ShellAt
from tests.documents.conftest import Read, close
from tests.held import YEAR

SYMBOL = "绩效办通〔2026〕1号"
BY = ["--as", CLERK]


@pytest.fixture
def shell(shell_at: ShellAt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(tmp_path)
    return shell_at("ratified")[0]


def test_every_kind_is_listed_and_has_its_command(shell: Shell) -> None:
    listed = shell.do("paper", "list")
    assert [one["paper"] for one in listed["kinds"]] == [*PAPERS, *SHEETS]
    assert listed["issued"] == []
    assert "还没有印发过公文" in shell.say("paper", "list").out
    for kind in (*PAPERS, *SHEETS):
        said = shell.say("paper", kind, "--help")
        assert (said.code, "--output" in said.out) == (DONE, True)


def test_a_draft_is_written_once_and_again_only_by_force(shell: Shell) -> None:
    said = shell.say("paper", "circular", "--year", str(YEAR), "--output", "通报.docx")
    assert (said.code, "草稿" in said.out) == (DONE, True)
    content = Path("通报.docx").read_bytes()
    assert "考评结果的通报" in Read(content).plain
    taken = shell.ask("paper", "circular", "--output", "通报.docx", code=BAD_INPUT)
    assert "--force" in taken.json["error"]["message"]
    shell.do("paper", "circular", "--output", "通报.docx", "--force")
    assert Path("通报.docx").read_bytes() == content
    sheet = shell.say("paper", "score_sheet", "--department", "组织部", "--output", "得分.xlsx")
    assert (sheet.code, "草稿" in sheet.out) == (DONE, False)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["circular", "--output", "a.doc"], BAD_INPUT, ".docx / .pdf"),
        (["issue", "circular", "--output", "a.pdf", *BY], BAD_INPUT, ".docx"),
        (["ranking", "--output", "a.docx"], BAD_INPUT, ".xlsx"),
        (["circular", "--output", "no/a.docx"], BAD_INPUT, "no"),
        (["talk", "--department", "没有这个", "--output", "a.docx"], BAD_INPUT, "没有这个"),
        (["talk", "--output", "a.docx"], REFUSED, ""),
        (["issue", "ranking", "--output", "a.docx", *BY], BAD_INPUT, "circular"),
        (["issue", "circular", "--output", "no/a.docx", *BY], BAD_INPUT, "no"),
        (["issue", "talk", "--department", "办公室", "--output", "a.docx", *BY], REFUSED, ""),
        (["copy", SYMBOL, "--output", "a.docx"], BAD_INPUT, SYMBOL),
        (["void", "胡写", *BY, "--reason", "x"], BAD_INPUT, "胡写"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_numbered(
    shell: Shell, words: list[str], code: int, said: str
) -> None:
    answer = shell.ask("paper", *words, code=code)
    assert said in answer.out
    assert shell.do("paper", "list")["issued"] == []
    assert list(Path().glob("*.docx")) == []


def test_the_same_paper_is_issued_once_more_only_by_saying_so(shell: Shell) -> None:
    shell.do("paper", "issue", "circular", "--output", "印发.docx", *BY)
    once_more = ("paper", "issue", "circular", "--output", "再.docx", *BY)
    assert shell.ask(*once_more, code=REFUSED).unmet == ["paper_issued_already"]
    assert not Path("再.docx").exists()
    assert shell.do(*once_more, "--again")["symbol"] == SYMBOL.replace("1号", "2号")


def test_a_paper_is_issued_copied_and_made_void(shell: Shell) -> None:
    issued = shell.do("paper", "issue", "circular", "--output", "印发.docx", *BY)
    assert issued["symbol"] == SYMBOL
    shell.do("paper", "issue", "rectification", "--department", PERSONNEL, "--output", "整改.docx", *BY)
    copied = shell.do("paper", "copy", SYMBOL, "--output", "again.docx")
    assert (copied["as_issued"], copied["void"]) == (True, None)
    assert Path("again.docx").read_bytes() == Path("印发.docx").read_bytes()
    assert "作废" in shell.say("paper", "void", SYMBOL, *BY, "--reason", "日期有误").out
    listed = shell.do("paper", "list", "--year", str(YEAR))["issued"]
    assert [(one["symbol"], one["void"]) for one in listed] == [
        (SYMBOL, "日期有误"),
        ("绩效办整〔2026〕1号", None),
    ]
    shown = shell.say("paper", "list").out
    assert "日期有误" in shown
    assert "组织部" in shown
    assert shell.do("history", "verify")["ok"]


def test_the_offices_own_template_is_found_below_its_home(shell: Shell) -> None:
    folder = shell.home / "templates"
    folder.mkdir(parents=True)
    (folder / "circular.docx").write_bytes(b"no template")
    refused = shell.ask("paper", "circular", "--output", "a.docx", code=REFUSED)
    assert refused.unmet == ["paper_template_broken"]
    said = shell.say("paper", "circular", "--output", "a.docx")
    assert "circular.docx" in said.err
    assert not Path("a.docx").exists()
    shell.do("paper", "grade_list", "--output", "b.docx")


def test_a_copy_with_another_template_says_so(shell: Shell) -> None:
    shell.do("paper", "issue", "circular", "--output", "a.docx", *BY)
    folder = shell.home / "templates"
    folder.mkdir(parents=True)
    shipped = Path(__file__).parents[2] / "cycle" / "documents" / "templates" / "grade_list.docx"
    shell.do("paper", "copy", SYMBOL, "--output", "b.docx")
    (folder / "circular.docx").write_bytes(shipped.read_bytes())
    said = shell.say("paper", "copy", SYMBOL, "--output", "c.docx")
    assert said.code == REFUSED  # the other template asks for what this paper does not say
    assert "circular.docx" in said.err


def test_a_closed_year_is_archived_by_one_command(
    shell_at: ShellAt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shell, city = shell_at("ratified")
    early = shell.ask("archive", str(YEAR), "--out", "档案", code=REFUSED)
    assert early.unmet == ["archive_not_closed"]
    assert "等次审定" in shell.say("archive", str(YEAR), "--out", "档案").err
    close(city)
    said = shell.say("archive", str(YEAR), "--out", "档案")
    assert said.code == DONE
    assert "清单的摘要" in said.out
    assert Path("档案/说明.txt").exists()
    taken = shell.ask("archive", str(YEAR), "--out", "档案", code=BAD_INPUT)
    assert "档案" in taken.json["error"]["message"]
    Path("file").write_bytes(b"x")
    assert shell.say("archive", str(YEAR), "--out", "file/档案").code == BAD_INPUT
    assert shell.ask("archive", "2040", "--out", "b", code=BAD_INPUT).json["error"]["code"] == "not_found"


def test_a_damaged_history_is_said_and_not_archived(shell_at: ShellAt, tmp_path: Path) -> None:
    shell, city = shell_at("installed")
    sql = "UPDATE subject SET state = 'running' WHERE key = 'cycle:2024'"
    with city.service.database.write() as session:
        session.driver.execute(sql)
    said = shell.say("archive", "2024", "--out", str(tmp_path / "a"), "--draft")
    assert said.code == 5
    assert not (tmp_path / "a").exists()
    with city.service.database.write() as session:
        session.driver.execute(sql.replace("running", "closed"))


def test_a_paper_is_written_as_pdf_where_the_machine_can(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portable, "program", lambda: None)
    missing = shell.ask("paper", "circular", "--output", "a.pdf", code=REFUSED)
    assert missing.unmet == ["pdf_missing"]
    assert not Path("a.pdf").exists()
    monkeypatch.setattr(portable, "pdf", lambda content: b"%PDF of " + content)
    assert "草稿" in shell.say("paper", "circular", "--output", "a.pdf").out
    shell.do("paper", "circular", "--output", "a.docx")
    assert Path("a.pdf").read_bytes() == b"%PDF of " + Path("a.docx").read_bytes()
