"""`cycle advance`: move one department's year, one case, or a whole year."""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer

from cycle.cli import amendment, typed
from cycle.cli.answers import tell
from cycle.cli.command import Work, acting
from cycle.cli.options import Due, On, Text, TextFile, Year
from cycle.cli.terminal import BadInput
from cycle.permissions import Act
from workflows.errors import Refused, Unmet
from workflows.machines import MACHINES

Returned = Annotated[
    list[str] | None,
    typer.Option(
        "--item",
        metavar="ITEM=REASON",
        help="逐项退回：条款号、目标序号或 text，及理由 / for send_back: one part of the form and why",
    ),
]

_YEAR = re.compile(r"(?:cycle:)?([0-9]{4})")
_WHOLE = {
    "prepare": "prepare",
    "open": "open",
    "declare_unrecorded": "declare_unrecorded",
    "accept_provisional_calendar": "accept_provisional_calendar",
    "propose": "propose",
    "withdraw_proposal": "withdraw_proposal",
    "ratify": "ratify",
}
"""Acts on a whole year that need nothing beside the year: action to operation."""
_ELSEWHERE = {
    "approve_rulebook": "cycle approve",
    "replace_rulebook": "cycle prepare --replace",
    "import_results": "cycle results import",
    "redate": "cycle calendar import",
    "correct_rulebook": "cycle whole correct-rulebook",
    "move_dates": "cycle whole move-dates",
    "rule_tie": "cycle tie rule",
}


def mount(app: typer.Typer) -> None:
    acting(app, "advance", "办理一个事项：部门、个案或整个年度 / move a department, a case or a year")(
        advance
    )


def advance(
    work: Work,
    act: Act,
    *,
    subject: Annotated[
        str,
        typer.Argument(
            metavar="SUBJECT", help="部门；年度如 2025；或键 case:2025:ID / department, year or key"
        ),
    ],
    action: Annotated[str, typer.Argument(metavar="ACTION", help="事项，见 machine show / see machine show")],
    year: Year = None,
    due: Due = "",
    text: Text = "",
    text_file: TextFile = "",
    member: Annotated[str, typer.Option("--member", metavar="PERSON", help="考核组成员 / a reviewer")] = "",
    on: On = "",
    stage: Annotated[str, typer.Option("--stage", metavar="STAGE", help="中途纳入的阶段 / for enrol")] = "",
    matter: Annotated[str, typer.Option("--matter", metavar="KEY", help="结转的事项 / for carry_over")] = "",
    new_year: Annotated[int, typer.Option("--new-year", help="结转到的年度 / for carry_over")] = 0,
    line: Annotated[str, typer.Option("--line", metavar="LINE", help="台账编号 / a ledger line")] = "",
    step: Annotated[str, typer.Option("--step", metavar="STEP", help="整改措施编号 / a step")] = "",
    item: Returned = None,
    changes: Annotated[
        str, typer.Option("--changes", metavar="FILE", help="更正内容的 JSON 文件 / for amend")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只看更正前后的差异 / for amend: only show the differences")
    ] = False,
) -> None:
    whole = _YEAR.fullmatch(subject)
    if whole:
        _advance_year(work, act, year=int(whole[1]), action=action, changes=changes, dry_run=dry_run)
        return
    if changes or dry_run:
        raise BadInput("amend_only")
    arguments: dict[str, Any] = {"subject": _key(work, subject, year), "action": action}
    kind = arguments["subject"].partition(":")[0]
    if action not in MACHINES[kind].actions:
        raise BadInput("action_unknown", action=action, known=", ".join(MACHINES[kind].actions))
    arguments |= {
        key: value
        for key, value in {
            "due": typed.iso(due, "--due"),
            "on": typed.iso(on, "--on"),
            "text": typed.content(text, text_file),
            "member": work.person(member) if member else "",
            "stage": stage,
            "matter": matter,
            "new_year": new_year,
            "line": line,
            "step": step,
            "items": dict(_returned(one) for one in item or ()),
        }.items()
        if value
    }
    tell(work, work.ask("case" if kind == "case" else "move", act, arguments))


def _returned(text: str) -> tuple[str, str]:
    """A part of a form and why it is returned by itself. Raises BadInput."""
    part, equals, reason = text.partition("=")
    if not (part.strip() and equals and reason.strip()):
        raise BadInput("form_item_shape", field="--item", value=text)
    return part.strip(), reason.strip()


def _key(work: Work, subject: str, year: int | None) -> str:
    """A key as it is where it is one (its department may be a name), else the department's year."""
    kind, colon, rest = subject.partition(":")
    if not colon:
        return work.appraisal(subject, year)
    at, _, department = rest.partition(":")
    if kind not in ("appraisal", "case") or not re.fullmatch("[0-9]{4}", at):
        raise BadInput("subject_unknown", subject=subject)
    return f"{kind}:{at}:{work.department(department)}"


def _advance_year(work: Work, act: Act, *, year: int, action: str, changes: str, dry_run: bool) -> None:
    if action == "amend":
        amendment.amend(work, act, year=year, file=changes, dry_run=dry_run)
        return
    if changes or dry_run:
        raise BadInput("amend_only")
    if action in _ELSEWHERE:
        raise BadInput("action_elsewhere", action=action, command=_ELSEWHERE[action])
    if action not in MACHINES["cycle"].actions:
        raise BadInput("action_unknown", action=action, known=", ".join((*_WHOLE, "amend")))
    if action not in _WHOLE:  # the clock's own: closing, opening the plans
        raise Refused(Unmet("role_missing", {"roles": "system"}))
    tell(work, work.ask(_WHOLE[action], act, {"year": year}))
