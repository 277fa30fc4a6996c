"""`cycle person`: the people of the roster."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console

from cycle.board import city
from cycle.cli import typed
from cycle.cli.answers import tell
from cycle.cli.command import Work, acting, reading
from cycle.cli.department import new_id
from cycle.cli.options import On
from cycle.cli.tables import table_of
from cycle.cli.terminal import BadInput
from cycle.permissions import Act
from workflows import words

NewId = Annotated[str, typer.Argument(metavar="PERSON", help="新编号，如 p-wang-li / the new person's id")]
PersonId = Annotated[str, typer.Argument(metavar="PERSON", help="编号或姓名 / the person, by id or name")]
Name = Annotated[str, typer.Option("--name", metavar="TEXT", help="姓名 / the name")]
Email = Annotated[str, typer.Option("--email", metavar="ADDRESS", help="电子邮箱 / the e-mail address")]
Home = Annotated[str, typer.Option("--home", metavar="ID", help="所在单位的编号 / where they belong")]
Roles = Annotated[list[str], typer.Option("--role", metavar="ROLE", help="角色，可多次 / a role, repeatable")]
MailLang = Annotated[
    str, typer.Option("--mail-lang", metavar="LANG", help="信件的语言：zh 或 en / language of their letters")
]
MaybeRoles = Annotated[
    list[str] | None, typer.Option("--role", metavar="ROLE", help="角色，可多次 / a role, repeatable")
]


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="人员 / people", no_args_is_help=True)
    acting(
        below,
        "add",
        "登记一个人，须第二人确认 / register a person; a second person confirms",
        "person.register",
    )(add)
    acting(
        below,
        "change",
        "更改他人的资料，须第二人确认 / change another's entry; a second person confirms",
        "person.change",
    )(change)
    acting(
        below,
        "leave",
        "离任，先明确各岗位接任的人 / a person leaves; their posts need successors first",
        "person.leave",
    )(leave)
    reading(below, "list", "列出人员 / list the people")(list_people)
    app.add_typer(below, name="person")


def add(
    work: Work,
    act: Act,
    *,
    person: NewId,
    name: Name,
    email: Email,
    home: Home,
    role: Roles,
    office_head: Annotated[
        bool, typer.Option("--office-head", help="绩效办主任 / head of the office")
    ] = False,
    mail_lang: MailLang = "",
) -> None:
    arguments: dict[str, Any] = {
        "id": new_id(person),
        "name": _text(name, "--name"),
        "email": _email(email),
        "home": new_id(home),
        "roles": role,
        "office_head": office_head,
    }
    if mail_lang:
        arguments["lang"] = mail_lang
    tell(work, work.ask("register_person", act, arguments))


def change(
    work: Work,
    act: Act,
    *,
    person: PersonId,
    name: Name = "",
    email: Email = "",
    home: Home = "",
    role: MaybeRoles = None,
    office_head: Annotated[
        bool | None, typer.Option("--office-head/--no-office-head", help="绩效办主任 / head of the office")
    ] = None,
    mail_lang: MailLang = "",
) -> None:
    arguments: dict[str, Any] = {"id": work.person(person)}
    if name:
        arguments["name"] = _text(name, "--name")
    if email:
        arguments["email"] = _email(email)
    if home:
        arguments["home"] = new_id(home)
    if role:
        arguments["roles"] = role
    if office_head is not None:
        arguments["office_head"] = office_head
    if mail_lang:
        arguments["lang"] = mail_lang
    if len(arguments) == 1:
        raise BadInput("nothing_to_change")
    tell(work, work.ask("change_person", act, arguments))


def leave(work: Work, act: Act, *, person: PersonId, on: On) -> None:
    tell(work, work.ask("leave", act, {"id": work.person(person), "on": typed.iso(on, "--on")}))


def _text(value: str, field: str) -> str:
    if not value.strip():
        raise BadInput("blank", field=field)
    return value.strip()


def _email(value: str) -> str:
    name, at, host = value.strip().partition("@")
    if not (name and at and host) or any(c.isspace() or not c.isprintable() for c in value.strip()):
        raise BadInput("bad_email", value=value)
    return value.strip()


def list_people(
    work: Work,
    role: Annotated[str, typer.Option("--role", metavar="ROLE", help="只列此角色 / of a role")] = "",
) -> None:
    with work.read() as session:
        people = city.people(work.look(session), role=role)

    def human(console: Console) -> None:
        lang = work.terminal.lang
        known = words.catalogue(lang)["role"]
        rows = [
            (
                one["person"],
                one["name"],
                work.name(one["home"]),
                words.listed([known.get(role, role) for role in one["roles"]], lang),
                one["email"],
            )
            for one in people
        ]
        console.print(table_of(work, ("key", "who", "home", "roles", "email"), rows))
        console.print(work.terminal.say("list_count", count=len(people)))

    work.terminal.tell({"people": people}, human)
