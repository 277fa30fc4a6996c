"""`cycle token`: what programs sign in with, in a person's name."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console

from cycle import queries
from cycle.cli import instants
from cycle.cli.answers import tell, told
from cycle.cli.command import Work, acting, reading
from cycle.cli.tables import table_of
from cycle.operations.tokens import mint
from cycle.permissions import Act

Owner = Annotated[
    str, typer.Argument(metavar="PERSON", help="密钥是谁的，编号或姓名 / whose token it is, by id or name")
]
TokenId = Annotated[str, typer.Argument(metavar="ID", help="密钥的编号，见 token list / its id")]
Scope = Annotated[
    str, typer.Option("--scope", metavar="SCOPE", help="read 只看，act 办理 / read looks, act does things")
]
Days = Annotated[int, typer.Option("--days", metavar="N", help="有效天数，最多366 / how many days it holds")]
Purpose = Annotated[str, typer.Option("--purpose", metavar="TEXT", help="作什么用 / what it is for")]


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="密钥 / tokens for programs", no_args_is_help=True)
    acting(below, "issue", "签发密钥，只显示这一次 / issue a token; it is shown this once", "token.issue")(
        issue
    )
    acting(below, "revoke", "吊销密钥 / revoke a token", "token.revoke")(revoke)
    reading(below, "list", "列出密钥 / list the tokens")(list_tokens)
    app.add_typer(below, name="token")


def issue(
    work: Work, act: Act, *, person: Owner, purpose: Purpose, scope: Scope = "read", days: Days = 90
) -> None:
    made = mint()
    person = work.person(person)
    arguments = {"person": person, "scope": scope, "purpose": purpose, "days": days}
    answer = work.ask("issue_token", act, {**arguments, "id": made.id, "sha256": made.sha256})

    def human(console: Console) -> None:
        until = instants.shown(work, answer["expires"])
        console.print(work.terminal.say("token_issued", name=work.name(person), until=until))
        console.print(made.text)

    work.terminal.tell({**told(work, answer), "token": made.text}, human)


def revoke(work: Work, act: Act, *, token: TokenId) -> None:
    tell(work, work.ask("revoke_token", act, {"id": token}))


def list_tokens(work: Work) -> None:
    with work.read() as session:
        rows = queries.of_kind(session, "token")
    tokens: list[dict[str, Any]] = [
        {
            "id": row.key.partition(":")[2],
            "state": row.state,
            **{field: row.record[field] for field in ("person", "scope", "purpose", "expires")},
        }
        for row in rows
    ]

    def human(console: Console) -> None:
        word = work.terminal.word
        rows = [
            (
                one["id"],
                work.name(one["person"]),
                word("token.scope", one["scope"]),
                word("state.token", one["state"]),
                instants.shown(work, one["expires"]),
                one["purpose"],
            )
            for one in tokens
        ]
        console.print(table_of(work, ("key", "who", "scope", "state", "valid_until", "purpose"), rows))
        console.print(work.terminal.say("list_count", count=len(tokens)))

    work.terminal.tell({"tokens": tokens}, human)
