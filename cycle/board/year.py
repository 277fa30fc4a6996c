"""A year as a reader sees it: the board, the appraisals, the results in their versions. Plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cycle import queries
from cycle.board.city import cycle_of
from cycle.board.look import Look
from cycle.board.rows import board, late_first
from cycle.board.values import result_values, row_values
from cycle.db import Statement
from cycle.people import name_on
from cycle.queries import RESULT_COLUMNS, SubjectRow
from cycle.sight import Seen, seen, shows
from workflows.rulebook import GRADES

Values = dict[str, Any]

_PUBLIC: Final = ("version", "department", "name", "category", "grade")
"""What everybody sees of a result."""
_VERSIONS: Final = Statement(
    "SELECT status, version, count(*) FROM result WHERE year = :year GROUP BY status, version"
    " ORDER BY CASE WHEN status = 'proposed' THEN 0 ELSE 1 END, version"
)
_ROWS: Final = Statement(
    f"SELECT {', '.join(RESULT_COLUMNS)} FROM result WHERE year = :year AND status = :status"
    " AND version = :version ORDER BY rank, department"
)


def seen_in(look: Look, year: int) -> dict[str, Seen]:
    """What sight depends on, of every appraisal of a year, by department."""
    return {row.department: seen(row) for row in look.appraisals(year)}


def without_names(look: Look, of: Seen, who: Sequence[str]) -> list[str]:
    """Whose turn it is; the members of the review team are one body to those who are not told who they are."""
    if shows(look.reader, "team", of):
        return list(who)
    return list(dict.fromkeys("team" if look.voice.is_person(one) else one for one in who))


def board_of(look: Look, year: int, *, order: str = "late") -> list[Values]:
    """The board of a year: the rows the reader sees, the most urgent first, or by id where `order` is roster.

    Raises NotFound for a year there is none of.
    """
    cycle_of(look, year)
    known = seen_in(look, year)
    rows = board(
        look.session,
        year,
        look.now,
        look.zone,
        read=look.appraisals(year),
        every=look.departments(),
    )
    found = []
    for row in late_first(rows) if order == "late" else rows:
        of = known.get(row.department, Seen(row.department))
        if shows(look.reader, "appraisal", of):
            values = row_values(look.voice, row)
            values["turn"] = without_names(look, of, row.turn)
            values["turn_words"] = [look.voice.who(one) for one in values["turn"]]
            found.append(values)
    return found


def appraisals(look: Look, year: int) -> list[Values]:
    """The appraisals of a year the reader sees, by department. Raises NotFound for a year there is none of."""
    cycle_of(look, year)
    names = {row.department: row for row in queries.of_kind(look.session, "department")}
    return [
        appraisal_values(look, row, names[row.department])
        for row in queries.of_year(look.session, "appraisal", year)
        if shows(look.reader, "appraisal", seen(row))
    ]


def appraisal_values(look: Look, row: SubjectRow, department: SubjectRow) -> Values:
    """Where one department's year stands."""
    return {
        "subject": row.key,
        "year": row.year,
        "department": row.department,
        "name": name_on(department.record, look.today),
        "category": department.record["category"],
        "state": row.state,
        "state_word": look.voice.state("appraisal", row.state),
        "number": row.number,
        "grade": row.record.get("result", {}).get("grade") if row.record.get("result") else None,
    }


def versions(look: Look, year: int) -> list[Values]:
    """The versions of a year's results the reader sees: proposals first, the latest last."""
    cycle = queries.subject(look.session, f"cycle:{year}")
    found = [
        {"status": str(status), "version": int(version), "departments": int(count)}
        for status, version, count in _VERSIONS.run(look.session, year=year).fetchall()
    ]
    if look.reader.whole:
        return found
    # What was proposed and taken back is not published; what was ratified is, in every version.
    standing = cycle is not None and cycle.state == "proposed"
    proposed = [one for one in found if one["status"] == "proposed"][-1:] if standing else []
    return [*proposed, *(one for one in found if one["status"] != "proposed")]


def results(look: Look, year: int, status: str = "", version: int | None = None) -> Values:
    """One version of a year's results, by default the proposal that stands, else the latest: best first.

    To those who see only the list, of the others it is name, category and grade, in order of grade and name.
    """
    cycle = cycle_of(look, year)
    known = [one for one in versions(look, year) if _meant(one, cycle.state, status, version)]
    if not known:
        return {"year": year, "status": "none", "version": None, "results": []}
    chosen = known[-1]
    rows = [
        dict(zip(RESULT_COLUMNS, row, strict=True))
        for row in _ROWS.run(
            look.session, year=year, status=chosen["status"], version=chosen["version"]
        ).fetchall()
    ]
    if not _open_to(look, cycle, chosen, rows):
        return {"year": year, "status": "none", "version": None, "results": []}
    found = [_seen(look, row) for row in rows]
    if not look.reader.whole:
        found.sort(key=lambda row: (GRADES.index(row["grade"]), row["department"]))
    return {"year": year, "status": chosen["status"], "version": chosen["version"], "results": found}


def _open_to(
    look: Look, cycle: SubjectRow, chosen: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
) -> bool:
    """Whether a version is for this reader: a proposal taken back is not for those at home in a department of it."""
    taken_back = chosen["status"] == "proposed" and (
        cycle.state == "running" or chosen["version"] != cycle.record.get("proposals", 0)
    )
    own = any(look.reader.at_home(row["department"]) for row in rows)
    return not taken_back or "auditor" in look.reader.roles or not own


def _meant(one: Mapping[str, Any], state: str, status: str, version: int | None) -> bool:
    wanted = status or ("proposed" if state == "proposed" and version is None else "")
    kept = one["status"] == wanted if wanted else one["status"] != "proposed"
    return kept and version in (None, one["version"])


def _seen(look: Look, row: Mapping[str, Any]) -> Values:
    values = result_values(row)
    if shows(look.reader, "result", Seen(row["department"], published=True)):
        return values
    return {name: value if name in _PUBLIC else None for name, value in values.items()}
