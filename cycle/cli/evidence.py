"""`cycle evidence`: files beside the forms, handed in, decided on, saved, looked after."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from cycle import queries
from cycle.cli.answers import tell
from cycle.cli.command import Work, acting, reading
from cycle.cli.matter_list import Open, picked, states
from cycle.cli.options import Department, Note, Year
from cycle.cli.terminal import UNVERIFIED, BadInput, table_cell
from cycle.operations.evidence_files import Damage, damages, hand_in, open_evidence
from cycle.permissions import Act
from cycle.queries import SubjectRow
from workflows import words
from workflows.errors import NotFound

Key = Annotated[
    str,
    typer.Argument(
        metavar="EVIDENCE", help="材料编号，见 evidence list，如 evidence:2025:caizheng:1 / its number"
    ),
]
File = Annotated[str, typer.Argument(metavar="FILE", help="材料文件 / the file")]
About = Annotated[
    str,
    typer.Option(
        "--about",
        metavar="WHAT",
        help="说明什么：plan、midyear、yearend、rectification、指标条款号、target.目标序号或问题、投诉等的编号"
        " / what it is about",
    ),
]
Version = Annotated[int, typer.Option("--version", min=0, help="第几版，默认最新 / which version")]
Out = Annotated[str, typer.Option("--out", metavar="FILE", help="写入哪个文件 / the file to write")]
Name = Annotated[str, typer.Option("--name", metavar="TEXT", help="文件名，默认原名 / its name")]
State = Annotated[str, typer.Option("--state", metavar="STATE", help=states("evidence"))]
_UNIT = 1 << 10
_COLUMNS = ("key", "about", "evidence_file", "evidence_version", "size", "handed_in", "state")


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="佐证材料 / evidence", no_args_is_help=True)
    acting(below, "offer", "提交一份佐证材料 / hand in evidence", "evidence.offer")(offer)
    acting(below, "replace", "换一份文件，旧的留存备查 / put another file in its place", "evidence.replace")(
        replace
    )
    acting(below, "accept", "认可 / accept", "evidence.accept")(accept)
    acting(below, "refuse", "不认可，写明理由 / refuse, with a reason", "evidence.refuse")(refuse)
    acting(below, "withdraw", "撤回尚未审核的材料 / withdraw", "evidence.withdraw")(withdraw)
    reading(below, "list", "列出一个部门的佐证材料 / list a department's evidence")(list_evidence)
    reading(below, "save", "把一份材料另存为文件 / save a file")(save)
    reading(below, "verify", "核对全部材料文件 / look whether every file is as it was")(verify)
    app.add_typer(below, name="evidence")


def offer(
    work: Work,
    act: Act,
    *,
    department: Department,
    file: File,
    about: About,
    year: Year = None,
    note: Note = "",
    name: Name = "",
) -> None:
    arguments = {
        "year": work.year(year),
        "department": work.department(department),
        "about": about.strip(),
        "note": note,
    }
    _hand_in(work, act, "offer_evidence", arguments, file=file, name=name)


def replace(work: Work, act: Act, *, number: Key, file: File, note: Note = "", name: Name = "") -> None:
    _hand_in(work, act, "replace_evidence", {"subject": number, "note": note}, file=file, name=name)


def _hand_in(
    work: Work, act: Act, operation: str, arguments: Mapping[str, Any], *, file: str, name: str
) -> None:
    try:
        stream = Path(file).open("rb")  # noqa: SIM115 - closed below, its own errors told apart from others
    except (OSError, ValueError) as error:
        raise BadInput("file_unreadable", field="FILE", file=file) from error
    with stream:
        called = name or Path(file).name
        done = hand_in(work.service, operation, act, arguments, name=called, stream=stream)

    def more(console: Console) -> None:
        text = work.terminal.say(
            "evidence_in", key=done["subject"], name=done["file"], version=done["version"]
        )
        console.print(text)

    tell(work, done, more)


def accept(work: Work, act: Act, *, number: Key, version: Version = 0) -> None:
    _decide(work, act, "accept", number, version)


def refuse(work: Work, act: Act, *, number: Key, version: Version = 0) -> None:
    _decide(work, act, "refuse", number, version)


def withdraw(work: Work, act: Act, *, number: Key, version: Version = 0) -> None:
    _decide(work, act, "withdraw", number, version)


def _decide(work: Work, act: Act, action: str, key: str, version: int) -> None:
    tell(work, work.ask("evidence", act, {"subject": key, "action": action, "version": version}))


def list_evidence(
    work: Work, department: Department, *, year: Year = None, state: State = "", open_: Open = False
) -> None:
    key = work.appraisal(department, year)
    _, at, wanted = key.split(":")
    with work.read() as session:
        if queries.subject(session, key) is None:
            raise NotFound(key)
        rows = queries.matters(session, "evidence", int(at), wanted)
    every = [{"department": wanted, **as_json(row, work.terminal.lang)} for row in rows]
    found = picked(work, "evidence", every, state=state, open_=open_)

    def human(console: Console) -> None:
        say = work.terminal.say
        console.print(say("in_year", year=at, name=work.name(wanted)))
        if not found:
            console.print(say("evidence_none"))
            return
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for code in _COLUMNS:
            table.add_column(say(f"column_{code}"), no_wrap=True)
        for one in found:
            newest = one["versions"][-1]
            cells = (one["subject"], _about(work, one["about"]), newest["name"], str(one["version"]))
            day = (size_text(newest["size"]), newest["on"], one["state_word"])
            table.add_row(*(table_cell(cell) for cell in (*cells, *day)))
        console.print(table)

    answer = {"year": int(at), "department": wanted, "name": work.name(wanted), "evidence": found}
    work.terminal.tell(answer, human)


def size_text(size: int) -> str:
    """A number of bytes in the unit that fits it."""
    if size < _UNIT:
        return f"{size} B"
    return f"{size / _UNIT:.1f} KB" if size < _UNIT**2 else f"{size / _UNIT**2:.1f} MB"


def _about(work: Work, about: str) -> str:
    """What evidence is about in the reader's words; numbers of matters stay as they are."""
    if about in words.catalogue(work.terminal.lang)["stage"]:
        return work.terminal.word("stage", about)
    kind, _, number = about.partition(".")
    return work.terminal.say("evidence_target", number=number) if kind == "target" else work.name(about)


def as_json(row: SubjectRow, lang: str) -> dict[str, Any]:
    """A piece of evidence as plain values, its versions oldest first."""
    record = row.record
    return {
        "subject": row.key,
        "about": record["about"],
        "note": record["note"],
        "version": record["version"],
        "versions": [
            {"version": int(number), **record["versions"][number]}
            for number in sorted(record["versions"], key=int)
        ],
        "decided": record.get("decided"),
        "state": row.state,
        "state_word": words.state("evidence", row.state, lang),
    }


def save(work: Work, number: Key, out: Out, version: Version = 0) -> None:
    path, name, media_type = open_evidence(work.service, number, version)
    target = Path(out)
    try:
        with path.open("rb") as source, target.open("xb") as file:
            shutil.copyfileobj(source, file)
    except FileExistsError as error:
        raise BadInput("evidence_out_taken", file=out) from error
    except OSError as error:
        raise BadInput("evidence_unwritten", file=out, detail=error.strerror or str(error)) from error
    answer = {"subject": number, "file": out, "name": name, "media_type": media_type}
    work.terminal.tell(
        answer, lambda console: console.print(work.terminal.say("evidence_saved", name=name, file=out))
    )


def verify(work: Work) -> None:
    found = damages(work.service)

    def human(console: Console) -> None:
        for line in damage_lines(found, work.terminal.lang):
            console.print(line)

    work.terminal.tell({"sound": not found, "faults": [plain(damage) for damage in found]}, human)
    if found:
        raise typer.Exit(UNVERIFIED)


def plain(damage: Damage) -> dict[str, Any]:
    """A damage as plain values."""
    kept = damage.kept
    return {
        "code": f"evidence_{damage.code}",
        "subject": kept.subject,
        "version": kept.version,
        "sha256": kept.sha256,
        "name": kept.name,
    }


def damage_lines(found: list[Damage], lang: str) -> list[str]:
    """What was found of the files, for people."""
    if not found:
        return [words.phrase("cli", "evidence_sound", lang)]
    return [
        words.phrase(
            "cli",
            f"evidence_{damage.code}",
            lang,
            key=damage.kept.subject,
            version=damage.kept.version,
            name=damage.kept.name,
        )
        for damage in found
    ]
