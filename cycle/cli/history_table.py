"""A subject's transitions as a clerk reads them: when, what, from where to where, who, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from workflows import words
from workflows.engine import NONE
from workflows.scoring import show

COLUMNS = ("number", "at", "action", "state", "who", "note")


def entry(body: Mapping[str, Any], zone: ZoneInfo, lang: str, names: Mapping[str, str]) -> dict[str, str]:
    """One row's cells, by column; `names` are the reader's names of ids.

    Raises KeyError, TypeError, ValueError or AttributeError for what is no sealed row.
    """
    kind = body["subject"].partition(":")[0]

    def state(code: str | None) -> str:
        return _known(lambda: words.state(kind, code or NONE, lang), code or NONE)

    moved = body["before"] != body["after"]
    return {
        "number": str(body["number"]),
        "at": _when(body, zone, lang),
        "action": _known(lambda: words.action(body["action"], lang, kind), body["action"]),
        "state": f"{state(body['before'])} → {state(body['after'])}" if moved else state(body["after"]),
        "who": "\n".join(_who(body, lang, names)),
        "note": "\n".join(_notes(body, lang, names)),
    }


def table(entries: Sequence[Mapping[str, str]], lang: str) -> Table:
    """The rows as a table."""
    shown = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in COLUMNS:
        shown.add_column(
            words.word("history.column", column, lang),
            justify="right" if column == "number" else "left",
            no_wrap=column in ("number", "at", "action"),
        )
    for one in entries:
        shown.add_row(*(Text(one[column]) for column in COLUMNS))
    return shown


def _known(text: Callable[[], str], code: str) -> str:
    """A word, or the code itself where a later version wrote what this one has no word for."""
    try:
        return text()
    except KeyError:
        return code


def _when(body: Mapping[str, Any], zone: ZoneInfo, lang: str) -> str:
    entered = datetime.fromisoformat(body["at"]).astimezone(zone).strftime("%Y-%m-%d %H:%M")
    if not body["occurred_on"]:
        return entered
    return f"{entered}\n{words.phrase('history', 'occurred', lang, day=body['occurred_on'])}"


def _name(code: str, lang: str, names: Mapping[str, str]) -> str:
    """What a role, a post, a person or a department is called; roles first, some items are called alike."""
    return words.catalogue(lang)["role"].get(code) or names.get(code, code)


def _who(body: Mapping[str, Any], lang: str, names: Mapping[str, str]) -> list[str]:
    found = [_name(body["actor"], lang, names)]
    for key, code in (("on_behalf_of", "on_behalf"), ("confirmed_by", "confirmed")):
        if body[key]:
            found.append(words.phrase("history", code, lang, name=_name(body[key], lang, names)))
    return found


def _notes(body: Mapping[str, Any], lang: str, names: Mapping[str, str]) -> list[str]:
    def say(code: str, **data: object) -> str:
        return words.phrase("history", code, lang, **data)

    data = body["data"] or {}
    record = data.get("record", {})
    found = [say(key, text=body[key]) for key in ("reason", "document") if body[key]]
    found += [
        say("asked", until=form["asked"]["until"])
        for form in record.get("forms", {}).values()
        if form.get("asked")
    ]
    found += [
        say("armed", who=_name(one["who"], lang, names), due=one["due"]) for one in data.get("deadlines", ())
    ]
    if record.get("team"):
        found.append(say("team", names=words.listed([_name(m, lang, names) for m in record["team"]], lang)))
    return [
        *found,
        *(_line(one, lang, names) for one in data.get("lines", ())),
        *(_result(one, lang, names) for one in data.get("results", ())),
    ]


def _line(line: Mapping[str, Any], lang: str, names: Mapping[str, str]) -> str:
    return words.phrase(
        "history",
        "line_reversing" if line["reverses"] else "line",
        lang,
        part=_known(lambda: words.word("part", line["part"], lang), line["part"]),
        item=names.get(line["item"], line["item"]),
        points=show(line["points"]),
        note=f" {line['note']}" if line["note"] else "",
        reverses=(line["reverses"] or "").rpartition("#")[2],
    )


def _result(result: Mapping[str, Any], lang: str, names: Mapping[str, str]) -> str:
    total = result.get("total")
    return words.phrase(
        "history",
        "result",
        lang,
        department=names.get(result["department"], result["department"]),
        total="" if total is None else show(total),
        rank=result["rank"],
        grade=words.word("grade", result["grade"], lang),
    )
