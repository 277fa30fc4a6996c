"""Whom the rows of a file name: departments and people by id, name or alias, as people write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cycle import queries
from cycle.db import Session
from workflows.errors import Unmet
from workflows.scoring import folded

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Placed:
    """A row with the ids of its department and of the member whose sheet it is of, or what is against each column.

    `member` is empty where the row's kind has none.
    """

    row: Row
    department: str
    member: str
    unmet: Sequence[tuple[str, Unmet]] = ()


def placed(session: Session, rows: Sequence[Row], actor: str) -> Iterator[Placed]:
    """The rows with their ids; a sheet that names no member is the `actor`'s."""
    departments, people = departments_called(session), _people(session)
    ids = frozenset(one for several in people.values() for one in several)
    for row in rows:
        department = departments.get(folded(row["department"]).casefold(), "")
        member, unmet = _member(people, ids, row.get("member", ""), actor)
        wrong = [("member", unmet)] if unmet is not None else []
        if not department:
            wrong.insert(0, ("department", Unmet("department_unknown", {"department": row["department"]})))
        yield Placed(row, department, member, wrong)


def departments_called(session: Session) -> dict[str, str]:
    """Ids, names and aliases, folded and in lower case, to the id."""
    known = {folded(name).casefold(): to for name, to in department_names(session).items()}
    ids = (row.department for row in queries.of_kind(session, "department"))
    return known | {one: one for one in ids}


def department_names(session: Session) -> dict[str, str]:
    """Every alias and name departments ever had, folded, to the id; who has the name now comes first."""
    found: dict[str, str] = {}
    rows = sorted(queries.of_kind(session, "department"), key=lambda row: row.state != "active")
    known = (
        *((row.record["names"][-1]["name"], row.department) for row in rows),
        *((entry["name"], row.department) for row in rows for entry in row.record["names"]),
        *((alias, row.department) for row in rows for alias in row.record["aliases"]),
    )
    for name, department in known:
        found.setdefault(folded(name), department)
    return found


def _people(session: Session) -> dict[str, list[str]]:
    """Who is there by folded name; two of one name have to be told apart by their ids."""
    found: dict[str, list[str]] = {}
    for row in queries.of_kind(session, "person"):
        if row.state == "active":
            found.setdefault(folded(row.record["name"]), []).append(row.key.partition(":")[2])
    return found


def _member(
    people: Mapping[str, Sequence[str]], ids: frozenset[str], text: str, actor: str
) -> tuple[str, Unmet | None]:
    """Whose sheet a row is of: as named, else whoever hands it in."""
    wanted = folded(text)
    if not wanted or wanted in ids:
        return wanted or actor, None
    found = people.get(wanted, ())
    if len(found) > 1:
        return "", Unmet("person_several", {"person": text, "members": ",".join(found)})
    return (found[0], None) if found else ("", Unmet("person_unknown", {"person": text}))
