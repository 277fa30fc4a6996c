"""The correction of a ratified year: its file, its differences before, and the act itself.

The file: {"changes": [{"department", "reverse": [line ids], "lines": [{"part", "item", "points", "note", "again"}]}],
"rulings": {department: grade}}; points as decimals, departments by id, name or alias.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console

from cycle.cli import typed
from cycle.cli.answers import sentence, told
from cycle.cli.command import Work
from cycle.cli.terminal import BadInput
from cycle.keys import split_key
from cycle.operations.amending import preview_amendment
from cycle.operations.perform import preview
from cycle.permissions import Act
from workflows.scoring import show

FIELD = "--changes"


def amend(work: Work, act: Act, *, year: int, file: str, dry_run: bool) -> None:
    """Ask for the amendment, or only for what it would change."""
    if not file:
        raise BadInput("changes_missing")
    arguments = {"year": year, **_arguments(work, year, typed.read_json(file, FIELD))}
    if dry_run:
        found = preview(work.service, preview_amendment, act, arguments)
        answer = {"year": year, "dry_run": True, **found}
        work.terminal.tell(answer, lambda console: _print(work, console, found))
        return
    done = work.ask("amend", act, arguments)

    def human(console: Console) -> None:
        console.print(sentence(work, done))
        _print(work, console, done)

    work.terminal.tell(told(work, done), human)


def _arguments(work: Work, year: int, content: Mapping[str, Any]) -> dict[str, Any]:
    changes = _of_kind(content.get("changes"), list, "changes")
    rulings = _of_kind(content.get("rulings", {}), dict, "rulings")
    return {
        "changes": [_change(work, year, one, f"changes[{place}]") for place, one in enumerate(changes)],
        "rulings": {
            work.department(name): typed.grade(str(grade), f"{FIELD} rulings")
            for name, grade in rulings.items()
        },
    }


def _change(work: Work, year: int, one: Any, place: str) -> dict[str, Any]:
    change = _of_kind(one, dict, place)
    department = work.department(_of_kind(change.get("department"), str, f"{place}.department"))
    reverse = _of_kind(change.get("reverse", []), list, f"{place}.reverse")
    lines = _of_kind(change.get("lines", []), list, f"{place}.lines")
    return {
        "department": department,
        "reverse": [typed.line(str(line), f"appraisal:{year}:{department}") for line in reverse],
        "lines": [_line(line, f"{place}.lines[{n}]") for n, line in enumerate(lines)],
    }


def _line(one: Any, place: str) -> dict[str, Any]:
    line = _of_kind(one, dict, place)
    found: dict[str, Any] = {
        "part": typed.part(_of_kind(line.get("part"), str, f"{place}.part"), f"{FIELD} {place}.part"),
        "item": _of_kind(line.get("item"), str, f"{place}.item"),
    }
    if line.get("points") is not None:
        found["points"] = typed.points(str(line["points"]), f"{FIELD} {place}.points")
    if line.get("again") is True:
        found["again"] = True
    if line.get("note"):
        found["note"] = str(line["note"])
    return found


def _of_kind(value: Any, kind: type, place: str) -> Any:
    if not isinstance(value, kind):
        raise BadInput("changes_shape", field=FIELD, place=place)
    return value


def _print(work: Work, console: Console, told: Mapping[str, Any]) -> None:
    say, found = work.terminal.say, told.get("differences", [])
    console.print(say("amend_differences", count=len(found)) if found else say("amend_no_differences"))
    for one in found:
        changed = [_change_text(work, key, one[key]) for key in one if key != "department"]
        console.print(f"  {work.name(one['department'])}: {'; '.join(changed)}")

    for one in told.get("steps_in", []):
        item, points = work.name(one["item"]), show(one["points"])
        console.print(say("amend_steps_in", subject=one["subject"], item=item, points=points))
    _print_cases(work, console, told)
    for later in told.get("later", []):
        console.print(say("amend_later", year=later["year"]))
        _print(work, console, later)


def _print_cases(work: Work, console: Console, told: Mapping[str, Any]) -> None:
    for key in told.get("cases", []):
        revoked = key in told["revoked"]
        _, year, department = split_key(key)
        said = "amend_case_revoked" if revoked else "amend_case_opened"
        console.print(work.terminal.say(said, name=work.name(department), year=year))


def _change_text(work: Work, key: str, values: Mapping[str, Any]) -> str:
    before, after = (_value(work, key, values[when]) for when in ("before", "after"))
    return f"{work.terminal.say(f'column_{key}')} {before} → {after}"


def _value(work: Work, key: str, value: Any) -> str:
    if value is None:
        return "-"
    if key in ("grade", "previous_grade"):
        return work.terminal.word("grade", value)
    if isinstance(value, bool):
        return work.terminal.word("list.value", "yes" if value else "no")
    return show(value) if key == "total" else str(value)
