"""What is another since the year before opened: the part of `cycle ready` that looks back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from cycle import queries
from cycle.cli.command import Work
from cycle.db import Session
from cycle.operations.last_year import changes_since, earlier


def of(work: Work, session: Session, year: int) -> dict[str, Any]:
    """`from` the year looked back to and `since`, what is another now; empty where that year was not opened here."""
    cycle = queries.subject(session, f"cycle:{year}")
    before = earlier(session, cycle) if cycle is not None and cycle.state == "preparing" else None
    if before is None:
        return {}
    found = changes_since(session, before, work.today)
    return {"from": before.year, "since": [asdict(each) for each in found]}


def lines(work: Work, answer: Mapping[str, Any]) -> Iterator[str]:
    """The same for people."""
    if "since" not in answer:
        return
    say = work.terminal.say
    if not answer["since"]:
        yield say("since_none", year=answer["from"])
        return
    yield say("since_header", year=answer["from"])
    for each in answer["since"]:
        named = {key: work.name(each[key]) or "-" for key in ("before", "now")}
        post = work.terminal.word("post", each["post"]) if each["post"] else ""
        said = {**named, "name": work.name(each["department"]), "post": post, "on": each["on"]}
        code = f"since_{each['code']}"
        yield f"  {say(code, **said)}"
