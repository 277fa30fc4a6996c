"""`cycle mail`: the letters, the switch that pauses them, the letterhead, and trying the way out."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console

from cycle.cli.command import Work, acting, plain, reading
from cycle.cli.mail_list import list_letters, show_letter, waiting
from cycle.cli.mail_preview import preview
from cycle.cli.mail_retry import retry
from cycle.cli.mail_send import send, test_send
from cycle.cli.terminal import BadInput
from cycle.correspondence.letterhead import letterhead
from cycle.permissions import Act
from notifications import outbox
from workflows import words


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="信件：查看、暂停、重投、试发 / mail", no_args_is_help=True)
    reading(below, "list", "信件一览，最要紧的在前 / the letters, the most urgent first")(list_letters)
    reading(below, "waiting", "现在该发的信，暂停时也看得到 / what would go out now, paused or not")(waiting)
    reading(below, "show", "查看一封信的全文和投递情况 / one letter in full")(show_letter)
    reading(below, "send", "现在就发一遍到时的信 / send what is due, now")(send)
    acting(below, "retry", "重投失败的信 / send dead letters once more", "mail.retry_letters")(retry)
    acting(below, "pause", "暂停一切信件，须写理由 / pause all mail", "mail.pause")(pause)
    acting(below, "resume", "恢复发信 / resume mail", "mail.resume")(resume)
    acting(below, "hold", "暂存汇总信 / hold digests", "mail.hold_digests")(hold)
    acting(below, "release", "放行汇总信 / release digests", "mail.release_digests")(release)
    acting(
        below,
        "letterhead",
        "设置落款、联系人、链接和域名 / who signs, whom to call, links",
        "mail.set_letterhead",
    )(set_letterhead)
    plain(below, "preview", "用示例数据写出每一种信 / write every letter with sample data")(preview)
    reading(below, "test-send", "试发一封信，检验邮件设置 / send one test letter at once")(test_send)
    app.add_typer(below, name="mail")


def pause(work: Work, act: Act) -> None:
    _act(work, act, "pause_mail", "paused_now")


def resume(work: Work, act: Act) -> None:
    _act(work, act, "resume_mail", "resumed_now")


def hold(work: Work, act: Act) -> None:
    _act(work, act, "hold_digests", "held_now")


def release(work: Work, act: Act) -> None:
    _act(work, act, "release_digests", "released_now")


def _act(work: Work, act: Act, operation: str, code: str, arguments: dict[str, Any] | None = None) -> None:
    """Ask for an operation of the post, and say what follows from it for the letters that wait."""
    answer = work.ask(operation, act, arguments or {})
    with work.read() as session:
        counts = outbox.counts(session)
    unsent = sum(counts.get(status, 0) for status in ("pending", "retry", "unknown"))

    text = words.phrase("mail", code, work.terminal.lang, count=unsent)
    work.terminal.tell({**answer, "unsent": unsent}, lambda console: console.print(text))


def set_letterhead(
    work: Work,
    act: Act,
    *,
    office: Annotated[
        str | None, typer.Option("--office", metavar="TEXT", help="落款的单位 / who signs")
    ] = None,
    contact: Annotated[
        str | None, typer.Option("--contact", metavar="TEXT", help="联系人和电话 / whom to call")
    ] = None,
    link: Annotated[
        str | None, typer.Option("--link", metavar="URL", help="系统的网址 / address of the pages")
    ] = None,
    domain: Annotated[
        str | None, typer.Option("--domain", metavar="NAME", help="信件编号用的域名 / domain of Message-IDs")
    ] = None,
) -> None:
    given = {"office": office, "contact": contact, "link": link, "domain": domain}
    arguments = {field: text for field, text in given.items() if text is not None}
    if not arguments:
        raise BadInput("nothing_to_change")
    answer = work.ask("set_letterhead", act, arguments)
    with work.read() as session:
        head = letterhead(session)
    said = {"office": head.office, "contact": head.contact, "link": head.link, "domain": head.domain}

    def human(console: Console) -> None:
        console.print(words.word("mail", "letterhead_set", work.terminal.lang))
        for field, text in said.items():
            name = words.word("mail.field", field, work.terminal.lang)
            console.print(words.phrase("mail", "line", work.terminal.lang, name=name, value=text or "—"))

    work.terminal.tell({**answer, "letterhead": said}, human)
