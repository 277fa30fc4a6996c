"""`cycle account`: with what people sign in to the pages. Nobody learns a password here, nor sets one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from cycle import queries
from cycle.cli import instants
from cycle.cli.answers import tell, told
from cycle.cli.command import Work, acting, reading
from cycle.cli.terminal import table_cell
from cycle.correspondence.letterhead import letterhead
from cycle.operations import sessions, sign_in
from cycle.operations.accounts import credentials, mint
from cycle.permissions import Act
from cycle.settings import Settings

WELCOME: Final = "/welcome/"

Owner = Annotated[
    str, typer.Argument(metavar="PERSON", help="账号是谁的，编号或姓名 / whose account, by id or name")
]
Base = Annotated[
    str,
    typer.Option(
        "--base",
        metavar="URL",
        help="页面的地址，默认用信头的链接 / where the pages are; else the letterhead's link",
    ),
]
Hours = Annotated[
    int | None,
    typer.Option("--hours", metavar="N", help="链接有效几小时，最多720 / how many hours the link holds"),
]
Whose = Annotated[
    str,
    typer.Option("--person", metavar="PERSON", help="只看此人，编号或姓名 / of one person, by id or name"),
]
Many = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="最近几条 / how many, newest first")]


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="账号 / accounts of the pages", no_args_is_help=True)
    acting(
        below,
        "invite",
        "发设密码的链接，只显示这一次 / give out a link to set a password; shown this once",
        "account.invite",
    )(invite)
    acting(
        below,
        "suspend",
        "停用，登录和密钥立即失效 / suspend; sessions and access keys end at once",
        "account.suspend",
    )(suspend)
    acting(below, "resume", "恢复使用 / let somebody in again", "account.resume")(resume)
    reading(below, "list", "列出账号 / list the accounts")(list_accounts)
    reading(below, "log", "谁登录过、没登录成 / who signed in, and who tried to")(log)
    app.add_typer(below, name="account")


def invite(work: Work, act: Act, *, person: Owner, base: Base = "", hours: Hours = None) -> None:
    person = work.person(person)
    made = mint(person)
    wish = {
        "person": person,
        "sha256": made.sha256,
        "hours": Settings().link_hours if hours is None else hours,
    }
    answer = work.ask("invite", act, wish)
    link = _place(work, base) + WELCOME + made.text

    def human(console: Console) -> None:
        until = instants.shown(work, answer["expires"])
        console.print(work.terminal.say("account_invited", name=work.name(person), until=until))
        console.print(link)

    work.terminal.tell({**told(work, answer), "link": link}, human)


def _place(work: Work, base: str) -> str:
    """Where the pages are; empty where nobody has said so: the link is then only its path."""
    with work.read() as session:
        return (base or letterhead(session).link).rstrip("/")


def suspend(work: Work, act: Act, *, person: Owner) -> None:
    answer = work.ask("suspend_account", act, {"person": work.person(person)})

    def more(console: Console) -> None:
        if answer["revoked"]:
            console.print("  " + work.terminal.say("account_keys_revoked", count=len(answer["revoked"])))

    tell(work, answer, more)


def resume(work: Work, act: Act, *, person: Owner) -> None:
    tell(work, work.ask("resume_account", act, {"person": work.person(person)}))


def list_accounts(work: Work) -> None:
    accounts = _accounts(work)

    def human(console: Console) -> None:
        console.print(
            _table(work, "person state set expires locked sessions", [_cells(work, one) for one in accounts])
        )
        console.print(work.terminal.say("list_count", count=len(accounts)))

    work.terminal.tell({"accounts": accounts}, human)


def _accounts(work: Work) -> list[dict[str, Any]]:
    now = work.service.clock.now()
    with work.read() as session:
        rows = queries.of_kind(session, "account")
        kept, signed_in = credentials(session, now), sessions.counts(session, now, Settings())
    return [
        {
            "person": (person := row.key.partition(":")[2]),
            "state": row.state,
            "link_expires": row.record.get("link_expires"),
            **kept.get(person, {"password_set_at": None, "locked_until": None}),
            "sessions": signed_in.get(person, 0),
        }
        for row in rows
    ]


def _cells(work: Work, one: Mapping[str, Any]) -> Sequence[str]:
    state = work.terminal.word("state.account", one["state"])
    instants_ = (instants.shown(work, one[at]) for at in ("password_set_at", "link_expires", "locked_until"))
    return (f"{work.name(one['person'])} {one['person']}", state, *instants_, str(one["sessions"]))


def log(work: Work, *, person: Whose = "", limit: Many = 50) -> None:
    of = work.person(person) if person else ""
    with work.read() as session:
        found = sign_in.recent(session, limit, of)

    def human(console: Console) -> None:
        for one in found:
            outcome = work.terminal.word("sign_in.outcome", one["outcome"])
            who = work.name(one["person"]) if one["person"] else ""
            said = (instants.shown(work, one["at"]), one["address"], who, one["name_given"], outcome)
            console.print("  ".join(piece for piece in said if piece))
        console.print(work.terminal.say("list_count", count=len(found)))

    work.terminal.tell({"attempts": [dict(one) for one in found]}, human)


def _table(work: Work, columns: str, rows: Sequence[Sequence[str]]) -> Table:
    made = Table(box=SIMPLE_HEAD, pad_edge=False)
    for code in columns.split():
        made.add_column(work.terminal.say(f"account_column_{code}"), no_wrap=True)
    for cells in rows:
        made.add_row(*(table_cell(cell) for cell in cells))
    return made
