"""The files of a run: history, results, cases, reminders, letters, a summary, and how people behaved."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from cycle import __version__, queries
from cycle.db import Session
from cycle.export import export
from cycle.grading_files.results import csv_bytes
from cycle.grading_files.save import save
from cycle.operations.evidence_files import damages
from cycle.operations.grades import roster_of
from cycle.service import Service
from cycle.simulation import chronicle as chronicles
from cycle.simulation import summary
from cycle.simulation.behaviour import SHIPPED
from cycle.simulation.loop import Ran
from cycle.simulation.mailing import DELIVERIES, REMINDERS, deliveries, reminders
from cycle.simulation.plan import Plan
from cycle.verify import verify
from workflows.grading import Result

HISTORY = "history.jsonl"
BEHAVIOUR = "simulation.toml"


def write(service: Service, plan: Plan, ran: Ran, folder: Path) -> dict[str, Any]:
    """Write every file of the run to `folder`; the summary. Raises OSError."""
    export(service.database, folder / HISTORY)
    chronicle = chronicles.read(_lines(folder / HISTORY))
    with service.database.read() as session:
        years = summary.ratified_years(session, plan.years)
        departments = {row.department: row for row in queries.of_kind(session, "department")}
        for year in years:
            _save(folder / f"results-{year.cycle.year}.csv", csv_bytes(_results(year)))
        cases = summary.escalations(session, years, chronicle)
        told_of = reminders(session, service.zone)
        letters = deliveries(session)
        told = {
            "version": __version__,
            "seed": plan.seed,
            "years": list(plan.years),
            "departments": _departments(session, plan.first),
            **summary.counts(chronicle),
            "reminders": len(told_of),
            "escalations": len(cases),
            **summary.lists(years, departments),
            **({"faults": dict(ran.faults)} if ran.faults else {}),
        }
    _save(folder / "escalations.csv", _table(summary.ESCALATIONS, cases))
    _save(folder / "reminders.csv", _table(REMINDERS, told_of))
    _save(folder / "deliveries.csv", _table(DELIVERIES, letters))
    _save(folder / BEHAVIOUR, SHIPPED.read_bytes())
    sound = verify(service.database).ok and not damages(service)
    told["verify"] = "ok" if sound else "failed"
    _save(folder / "summary.json", _document(told))
    return told


def _departments(session: Session, year: int) -> int:
    """How many a year was opened with; 0 where it never was."""
    cycle = queries.subject(session, f"cycle:{year}")
    return len(roster_of(session, cycle)) if cycle is not None and "roster" in cycle.record else 0


def _lines(path: Path) -> Iterator[chronicles.Row]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _results(year: summary.Year) -> list[Result]:
    """Best first, equal ranks by name, as `cycle grade` sorts them."""
    found = [_result(values) for values in year.results.values()]
    return sorted(found, key=lambda result: (result.rank, result.department))


def _result(values: Any) -> Result:
    kept = {field.name: values[field.name] for field in fields(Result)}
    kept["department"] = values["name"]
    kept["escalated"] = bool(kept["escalated"])
    return Result(**kept)


def _table(columns: Sequence[str], lines: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with BOM and CRLF, like the results."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(lines)
    return text.getvalue().encode("utf-8-sig")


def _document(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _save(path: Path, content: bytes) -> None:
    save(path, content, replace=False)
