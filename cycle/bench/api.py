"""The interface for programs, beside a bare FastAPI and SQLModel endpoint over the same rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp

from cycle import queries
from cycle.bench import rounds
from cycle.bench.asking import Answer, Asking, Question, running
from cycle.bench.beds import Bed
from cycle.bench.moves import names
from cycle.bench.office import YEAR, ZONE
from cycle.bench.rounds import Finding
from cycle.bench.sizes import Sizes
from cycle.bench.whole_city import MORNING, OTHERS, city
from cycle.clock import VirtualClock
from cycle.db import Database
from cycle.operations.catalogue import OPERATIONS
from cycle.operations.perform import perform
from cycle.operations.tokens import mint
from cycle.permissions import Act
from cycle.service import Service
from cycle.settings import Settings

Build = Callable[[Settings, Service], ASGIApp]

_HERE = f"/api/v1/cycles/{YEAR}"


class Unlike(Exception):
    """The two sides did not answer with the same rows: the comparison would be unfair."""


@dataclass(frozen=True, slots=True)
class _Compared:
    """One comparison: what either side is asked in a round, and what of an answer has to be the same."""

    code: str
    ours: Callable[[int], Sequence[Question]]
    bare: Callable[[int], Sequence[Question]]
    same: Callable[[Any], Any]


def run(build: Build, bed: Bed, sizes: Sizes) -> list[Finding]:
    """Answers a second of bare endpoints over ours, asked in this process without a server between.

    A list of a year's appraisals, its board, one appraisal with its ledger, a form saved. Ours find out who asks,
    leave out what they may not see, name and word things; what is saved is sealed, told and remembered.
    """
    # Every command loads this module, and none but this one needs the library.
    from cycle.bench import plain_api  # noqa: PLC0415

    start = city(bed, sizes.interface, sizes.before)
    ours, bare = bed.copy(start), bed.copy(start)
    service = Service(Database(ours), VirtualClock(MORNING), ZONE)
    wide = Settings(api_rate=1_000_000)
    with ExitStack() as stack:
        stack.callback(service.database.close)
        plain = plain_api.build(bare)
        stack.callback(plain.state.engine.dispose)
        asked = stack.enter_context(running(build(wide, service)))
        other = stack.enter_context(running(plain))
        return [_measured(bed, sizes, one, asked, other) for one in _comparisons(service, sizes)]


def _comparisons(service: Service, sizes: Sizes) -> list[_Compared]:
    count = sizes.requests
    with service.database.read() as session:
        office = next(
            row for row in queries.people_saying(session, "office") if "office" in row.record["roles"]
        ).key.partition(":")[2]
    reads = _token(service, office, "read")
    departments = names(min(count, sizes.interface - OTHERS - 1))
    acts = [_token(service, f"p-{department}-liaison", "act") for department in departments]

    def listed(path: str, key: str) -> _Compared:
        ours = [Question("GET", f"{_HERE}/{path}?limit={sizes.interface}", reads)] * count
        bare = [Question("GET", f"/{YEAR}/{path}?limit={sizes.interface}")] * count
        return _Compared(f"api_{key}", lambda _index: ours, lambda _index: bare, _keys)

    def sheets() -> _Compared:
        year = YEAR - min(1, sizes.before)
        each = [departments[number % len(departments)] for number in range(count)]
        ours = [Question("GET", f"/api/v1/cycles/{year}/appraisals/{one}", reads) for one in each]
        bare = [Question("GET", f"/{year}/appraisals/{one}") for one in each]
        return _Compared("api_sheet", lambda _index: ours, lambda _index: bare, _lines)

    def saved(index: int, before: str, tokens: Sequence[str]) -> list[Question]:
        found = []
        for number in range(count):
            place = number % len(departments)
            text = f"半年自评第 {index} 轮第 {number} 稿：" + "各项任务按计划完成，台账齐全。" * 20
            where = f"{before}/appraisals/{departments[place]}/save_form"
            found.append(Question("POST", where, tokens[place], json.dumps({"text": text}).encode()))
        return found

    return [
        listed("appraisals", "list"),
        listed("board", "board"),
        sheets(),
        _Compared(
            "api_act",
            lambda index: saved(index, _HERE, acts),
            lambda index: saved(index, f"/{YEAR}", [""] * len(departments)),
            lambda told: told["number"],
        ),
    ]


def _token(service: Service, person: str, scope: str) -> str:
    made = mint()
    asked = {"person": person, "scope": scope, "purpose": "bench", "days": 30}
    arguments = {**asked, "id": made.id, "sha256": made.sha256}
    perform(service, OPERATIONS["issue_token"], "issue_token", Act(person), arguments)
    return made.text


def _keys(told: Any) -> list[str]:
    """Which appraisals a list tells."""
    rows = told["items"] if isinstance(told, dict) else told
    return sorted(row.get("subject") or row["key"] for row in rows)


def _lines(told: Any) -> list[str]:
    """Which ledger lines a sheet tells."""
    return sorted(line["id"] for line in told["lines"])


def _measured(bed: Bed, sizes: Sizes, compared: _Compared, ours: Asking, bare: Asking) -> Finding:
    last: dict[str, list[Answer]] = {}

    def asked(side: str, of: Asking, questions: Sequence[Question]) -> float:
        def work() -> None:
            last[side] = of.ask(questions)

        return rounds.seconds(work)

    mine, others = rounds.alternate(
        sizes.few,
        lambda index: asked("ours", ours, compared.ours(index)),
        lambda index: asked("bare", bare, compared.bare(index)),
    )
    told = {side: [compared.same(json.loads(one.body)) for one in answers] for side, answers in last.items()}
    if told["ours"] != told["bare"]:
        raise Unlike(compared.code)
    return Finding(
        code=compared.code,
        database=bed.name,
        aim="",
        ratio=rounds.over(mine, others),
        absolute={
            "ours_answers_per_second": rounds.rate(sizes.requests, mine),
            "bare_answers_per_second": rounds.rate(sizes.requests, others),
        },
        counts={
            "requests": sizes.requests,
            "departments": sizes.interface,
            "years": sizes.before + 1,
            "answer_bytes": len(last["ours"][0].body),
            "bare_answer_bytes": len(last["bare"][0].body),
        },
    )
