"""How the service itself stands: its watch, its jobs, the post, where the data is kept, how it is set up."""

from __future__ import annotations

import platform
from datetime import datetime
from importlib import metadata
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle import __version__
from cycle.board import post_office
from cycle.correspondence.letterhead import letterhead
from cycle.jobs import checkpoints, custody, run_log, watch
from cycle.jobs.run_words import action_word, did_words, job_word
from cycle.sight import may_ask
from cycle.web.dated import dated
from cycle.web.entry import Visit, visiting
from cycle.web.pages import page
from cycle.web.places import year_of
from cycle.web.setting_rows import checks, groups
from cycle.web.setup import tabs
from cycle.web.taking import read
from workflows import words

Values = dict[str, Any]

_RUNS: Final = 15
_MORE_RUNS: Final = 200
_OUTAGES: Final = 5
_CHECKPOINTS: Final = 5
_COPIES: Final = 5
_LIBRARIES: Final = (
    *("starlette", "fastapi", "uvicorn", "jinja2", "pydantic", "sqlalchemy", "alembic", "psycopg"),
    *("apscheduler", "aiosmtplib", "openpyxl", "docxtpl"),
)


def _page(request: Request) -> Response:
    with visiting(request, "scheduler") as visit:
        look, reader = visit.look, visit.look.reader
        known = words.catalogue(visit.lang)["scheduler.job"]
        job = request.query_params.get("job", "")
        job = job if job in known else ""
        status = watch.status(look)
        runs = run_log.recent(look.session, _MORE_RUNS if job else _RUNS, job)
        return page(
            visit,
            "service.html",
            "service",
            **_above(visit),
            here_is=job,
            dated=dated(visit),
            ago=_ago(visit, status["last_pass"]),
            watch={**status, "outages": status["outages"][:_OUTAGES]},
            setbacks=[
                {**one, "what": action_word(visit.lang, one["subject"], one["action"])}
                for one in status["setbacks"]
            ],
            outages=len(status["outages"]),
            jobs=[{**one, "word": known[one["job"]], "said": _did(visit, one)} for one in status["jobs"]],
            runs=[_run(visit, one) for one in runs],
            post=post_office.standing(look) if may_ask(reader, "outbox") else None,
            kept=_kept(visit) if may_ask(reader, "settings") else None,
            **_checkpoints(visit),
        )


def _above(visit: Visit) -> Values:
    """For the office this stands among the pages of its setup; to others it is a place of its own."""
    year, office = year_of(visit), "office" in visit.look.reader.roles
    here = f"/{year}/setup" if office else "/service"
    return {"office": office, "tab": tabs(visit, year), "here": here}


def _ago(visit: Visit, at: str | None) -> str:
    """How long ago an instant was, in words; empty for none."""
    if at is None:
        return ""
    minutes = int((visit.now - datetime.fromisoformat(at)).total_seconds()) // 60
    for code, size in (("days", 1440), ("hours", 60), ("minutes", 1)):
        if minutes >= size:
            return words.phrase("scheduler", f"ago_{code}", visit.lang, count=minutes // size)
    return words.phrase("scheduler", "ago_now", visit.lang)


def _did(visit: Visit, one: Values) -> str:
    return did_words(one["did"], visit.lang)


def _run(visit: Visit, one: run_log.Run) -> Values:
    values = watch.run_values(one)
    return {**values, "word": job_word(visit.lang, one.job), "said": _did(visit, values)}


def _kept(visit: Visit) -> Values:
    """Where the data is kept, how the service is set up and of what it is made."""
    service, session, settings = visit.service, visit.session, visit.settings
    database = custody.database(service, session)
    copies = custody.copies(service, session, settings.home / "backups")
    return {
        "database": database,
        "evidence": custody.evidence(service, session),
        "copies": {**copies, "files": copies["files"][:_COPIES]} if copies else None,
        "copied": len(copies["files"]) if copies else 0,
        "settings": groups(settings, database["place"]),
        "checks": checks(settings, letterhead(session)),
        "versions": _versions(database),
    }


def _versions(database: Values) -> list[tuple[str, str]]:
    found = [("cycle", __version__), ("Python", platform.python_version())]
    found.append((database["kind"], database["version"]))
    for name in _LIBRARIES:
        try:
            found.append((name, metadata.version(name)))
        except metadata.PackageNotFoundError:
            continue
    return found


def _checkpoints(visit: Visit) -> Values:
    """The checkpoints of the nights, for those who verify the history; to the administrator how the last one is."""
    verifies = may_ask(visit.look.reader, "verification")
    if not verifies and not may_ask(visit.look.reader, "settings"):
        return {"checkpoints": None, "checked": 0, "verifies": False}
    every = checkpoints.every(visit.settings.home / "checkpoints")
    return {
        "checkpoints": every[: _CHECKPOINTS if verifies else 1],
        "checked": len(every),
        "verifies": verifies,
    }


ROUTES: Final = (read("/service", _page),)
