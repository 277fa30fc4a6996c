"""`cycle scheduler`: what the service did by itself, and whether it keeps watch."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from cycle.cli import instants
from cycle.cli.command import Work, reading
from cycle.cli.mail_words import counted
from cycle.cli.sweep import action_word
from cycle.cli.terminal import BadInput, table_cell
from cycle.jobs import run_log, watch
from cycle.jobs.run_log import Run
from cycle.jobs.run_words import did_words, job_word
from workflows import words

OUTAGES = 5
"""So many are shown to people, the latest; all of them with --json."""

app = typer.Typer(
    help="定时任务：做过什么、是否在值守 / what the service did by itself", no_args_is_help=True
)


def _text(work: Work, code: str, **data: object) -> str:
    return words.phrase("scheduler", code, work.terminal.lang, **data)


def log(
    work: Work,
    job: Annotated[
        str, typer.Option("--job", metavar="J", help="只看一项任务，如 deliver / of one job")
    ] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="最多几条 / at most")] = 30,
) -> None:
    known = words.catalogue(work.terminal.lang)["scheduler.job"]
    if job and job not in known:
        raise BadInput("bad_choice", field="--job", value=job, known=" | ".join(known))
    with work.read() as session:
        runs = run_log.recent(session, limit, job)
    answer = {"runs": [watch.run_values(one) for one in runs]}
    work.terminal.tell(answer, lambda console: _print_log(work, console, runs))


def _print_log(work: Work, console: Console, runs: list[Run]) -> None:
    if not runs:
        console.print(_text(work, "log_empty"))
        return
    lang = work.terminal.lang
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for code in ("at", "job", "did", "took"):
        justify: Any = "right" if code == "took" else "left"
        table.add_column(
            _text(work, f"column_{code}"), no_wrap=code != "did", overflow="fold", justify=justify
        )
    for one in runs:
        lines = [did_words(one.did, lang)] if one.did else []
        lines += [_text(work, "failed_line", what=each) for each in one.failed]
        took = _text(work, "seconds", count=f"{one.seconds:.1f}")
        table.add_row(
            *map(table_cell, (instants.shown(work, one.at), job_word(lang, one.job), "\n".join(lines), took))
        )
    console.print(table, soft_wrap=False)


def status(work: Work) -> None:
    with work.read() as session:
        answer = watch.status(work.look(session))
    work.terminal.tell(answer, lambda console: _print_status(work, console, answer))


def _print_status(work: Work, console: Console, answer: dict[str, Any]) -> None:
    lang = work.terminal.lang
    if answer["last_pass"] is None:
        console.print(_text(work, "never_passed"))
    else:
        at = answer["last_pass"]
        console.print(_text(work, "last_pass", at=instants.shown(work, at), ago=instants.ago(work, at)))
    if answer["late"]:
        console.print(_text(work, "late"))
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for code in ("job", "last", "did"):
        table.add_column(_text(work, f"column_{code}"), no_wrap=code != "did", overflow="fold")
    for one in answer["jobs"]:
        said = [did_words(one["did"], lang)] if one["did"] else []
        said += [_text(work, "failed_line", what=each) for each in one["failed"]]
        at = instants.shown(work, one["at"]) or _text(work, "not_yet")
        table.add_row(*map(table_cell, (job_word(lang, one["job"]), at, "\n".join(said))))
    console.print(table, soft_wrap=False)
    console.print(_text(work, "mail_counts", counts=counted(answer["mail"], lang)))
    if answer["oldest_waiting"]:
        at = answer["oldest_waiting"]
        console.print(_text(work, "oldest", at=instants.shown(work, at), ago=instants.ago(work, at)))
    if kept := answer["server_away"]:
        reason = words.catalogue(lang)["scheduler.away"].get(kept["reason"], kept["reason"])
        since, until = instants.shown(work, kept["since"]), instants.shown(work, kept["until"])
        line = _text(work, "server_away", since=since, reason=reason, said=kept["text"], until=until)
        console.print(line)
    _print_troubles(work, console, answer)


def _print_troubles(work: Work, console: Console, answer: dict[str, Any]) -> None:
    console.print(_text(work, "setbacks", count=len(answer["setbacks"])))
    for one in answer["setbacks"]:
        what = action_word(work, one["subject"], one["action"])
        until = instants.shown(work, one["until"])
        line = _text(work, "setback", name=one["name"], what=what, times=one["times"], until=until)
        console.print(f"  {line}\n    {one['error']}")
    console.print(_text(work, "outages", count=len(answer["outages"])))
    for gap in answer["outages"][:OUTAGES]:
        console.print(f"  {instants.shown(work, gap['from'])} – {instants.shown(work, gap['until'])}")


reading(app, "log", "系统自己做过什么 / what the jobs did")(log)
reading(app, "status", "是否在值守，有没有没办成的 / whether the service keeps watch")(status)


def mount(above: typer.Typer) -> None:
    above.add_typer(app, name="scheduler")
