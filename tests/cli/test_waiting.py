"""Confirming and taking back at the command line: keys, and acts that were about something else."""

from tests.cast import CLERK, GENERAL
from tests.cli.conftest import CONFLICT, REFUSED, ShellAt
from tests.held import COLLEAGUE

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
