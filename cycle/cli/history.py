"""`cycle history`: verify it, read it, take it away, and fix its ends in a checkpoint."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console

from cycle.board.verdict import document, verdict_lines
from cycle.checkpoint import CheckpointDamaged, encoded, load
from cycle.cli import history_table
from cycle.cli.command import Work, reading
from cycle.cli.evidence import damage_lines, plain
from cycle.cli.options import Year
from cycle.cli.terminal import BAD_INPUT, UNVERIFIED
from cycle.export import RowDamaged, export
from cycle.grading_files.save import save
from cycle.history_stream import rows_of
from cycle.operations.evidence_files import damages
from cycle.verify import take_checkpoint, verify
from workflows import words
from workflows.errors import NotFound
from workflows.ledger import parsed
from workflows.wake import stamp

Against = Annotated[
    str,
    typer.Option(
        "--against",
        metavar="CHECKPOINT",
        help="对照另存的检查点文件 / compare with a checkpoint kept elsewhere",
    ),
]
Out = Annotated[str, typer.Option("--out", metavar="FILE", help="写入哪个文件 / the file to write")]
Force = Annotated[bool, typer.Option("--force", help="覆盖已有的文件 / replace an existing file")]
SubjectArgument = Annotated[
    str,
    typer.Argument(
        metavar="SUBJECT",
        help="事项（如 appraisal:2025:caizheng），或者部门 / a subject, or a department's id, name or alias",
    ),
]

app = typer.Typer(help="流转历史：核验、查看、导出、检查点 / the history", no_args_is_help=True)


def verify_history(work: Work, against: Against = "") -> None:
    checkpoint = None
    if against:
        try:
            checkpoint = load(Path(against))
        except CheckpointDamaged as damaged:
            what = words.word("history.checkpoint", damaged.code, work.terminal.lang)
            _stop(work, "checkpoint_unfit", file=against, what=what)
    verdict = verify(work.service.database, checkpoint)
    lost = damages(work.service) if verdict.ok else []

    def human(console: Console) -> None:
        for text in verdict_lines(verdict, work.terminal.lang, work.service.zone):
            console.print(text)
        for text in damage_lines(lost, work.terminal.lang) if lost else ():
            console.print(text)

    found = document(verdict, work.terminal.lang)
    work.terminal.tell({**found, "evidence": [plain(damage) for damage in lost]}, human)
    if not verdict.ok or lost:
        raise typer.Exit(UNVERIFIED)


def show(work: Work, subject: SubjectArgument, year: Year = None) -> None:
    key = subject if ":" in subject else work.appraisal(subject, year)
    with work.read() as session:
        rows = rows_of(session, key)
        if not rows:
            raise NotFound(key)
    try:
        bodies = [{**parsed(body), "hash": hash_} for body, hash_ in rows]
        entries = [
            history_table.entry(body, work.service.zone, work.terminal.lang, work.called) for body in bodies
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        _unverified(work, "row_damaged", place=key)

    def human(console: Console) -> None:
        console.print(history_table.table(entries, work.terminal.lang))

    work.terminal.tell({"subject": key, "rows": bodies}, human)


def export_history(work: Work, out: Out = "history.jsonl", *, force: Force = False) -> None:
    try:
        rows = export(work.service.database, Path(out), replace=force)
    except RowDamaged as damaged:
        _unverified(work, "row_damaged", place=damaged.place)
    except OSError as error:
        _unwritten(work, out, error)
    _told(work, {"file": out, "rows": rows}, "exported", file=out, rows=rows)


def checkpoint(work: Work, out: Out = "", *, force: Force = False) -> None:
    now = stamp(work.service.clock.now())
    verdict, taken = take_checkpoint(work.service.database, now)
    if taken is None:
        lines = [words.word("history", "no_checkpoint", work.terminal.lang)]
        lines += verdict_lines(verdict, work.terminal.lang, work.service.zone)
        work.terminal.tell(document(verdict, work.terminal.lang), lambda console: _print(console, lines))
        raise typer.Exit(UNVERIFIED)
    file = out or f"checkpoint-{now[:10]}T{now[11:19].replace(':', '')}Z.json"
    try:
        save(Path(file), encoded(taken), replace=force)
    except OSError as error:
        _unwritten(work, file, error)
    counts = {"subjects": len(taken.heads), "rows": taken.rows, "digest": taken.digest}
    _told(work, {"file": file, "made_at": now, **counts}, "checkpointed", file=file, **counts)


def _print(console: Console, lines: list[str]) -> None:
    for text in lines:
        console.print(text)


def _told(work: Work, value: dict[str, Any], code: str, **data: object) -> None:
    text = words.phrase("history", code, work.terminal.lang, **data)
    work.terminal.tell(value, lambda console: console.print(text))


def _stop(work: Work, code: str, **data: object) -> NoReturn:
    work.terminal.fail("bad_input", words.phrase("history", code, work.terminal.lang, **data))
    raise typer.Exit(BAD_INPUT)


def _unverified(work: Work, code: str, **data: object) -> NoReturn:
    work.terminal.fail("unverified", words.phrase("history", code, work.terminal.lang, **data))
    raise typer.Exit(UNVERIFIED)


def _unwritten(work: Work, file: str, error: OSError) -> NoReturn:
    if isinstance(error, FileExistsError):
        _stop(work, "file_exists", file=file)
    _stop(work, "file_unwritable", file=file, detail=error.strerror or str(error))


reading(app, "verify", "核验全部历史和现存数据 / verify the history and what stands")(verify_history)
reading(app, "show", "查看一个事项的流转 / one subject's transitions")(show)
reading(app, "export", "导出全部历史 / write the whole history as history.jsonl")(export_history)
reading(app, "checkpoint", "制作检查点，另存到系统之外 / write a checkpoint, to be kept elsewhere")(
    checkpoint
)
