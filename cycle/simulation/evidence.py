"""Evidence: handed in with forms and with what was put right, looked at piece by piece, replaced where refused.

Only where the service has a folder for the files. Of a form whose card is `wanting` the first piece is refused once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from cycle.permissions import Act
from cycle.queries import SubjectRow
from cycle.simulation.hour import Hour
from cycle.simulation.year_plan import YearPlan
from workflows import words
from workflows.forms import in_order
from workflows.machines.appraisal import BEFORE_PROPOSAL
from workflows.rulebook import Rulebook

WANTING = "wanting"
SHORT = "材料不能说明问题，请补充原始记录"
OWN_FORMS = ("plan", "midyear", "rectification")
"""Forms of which evidence is about the form itself; that of the last one is about an indicator and a target."""


def with_form(hour: Hour, row: SubjectRow, stage: str, year: YearPlan, book: Rulebook) -> None:
    """What a department hands in with a form, before it files it for the first time."""
    dealt = row.department in year.evidence.get(stage, {})
    if dealt or (stage == "rectification" and _proves(hour, row)):
        for about in _about(hour, row, stage, book):
            _offer(hour, row, about, book)


def with_rectification(hour: Hour, finding: SubjectRow, book: Rulebook) -> None:
    """What a department hands in when it has put right what was found."""
    if _proves(hour, finding):
        _offer(hour, finding, finding.key, book)


def in_the_morning(
    hour: Hour, waiting: Sequence[SubjectRow], appraisals: Mapping[str, SubjectRow], book: Rulebook
) -> None:
    """Departments replace what was refused; the members of a team look at what is about an indicator."""
    for piece in waiting:
        row = appraisals[piece.department]
        if piece.state == "refused":
            _replace(hour, piece, row, book)
        elif member := _member(piece, row, book):
            _look(hour, piece, member, wanting=False)


def in_the_afternoon(
    hour: Hour,
    waiting: Sequence[SubjectRow],
    appraisals: Mapping[str, SubjectRow],
    year: YearPlan,
    book: Rulebook,
) -> None:
    """The office accepts or refuses the rest."""
    for piece in waiting:
        row = appraisals[piece.department]
        if piece.state == "offered" and not _member(piece, row, book):
            _look(hour, piece, hour.clerk(piece.department), wanting=_wanting(hour, piece, row, year, book))


def _proves(hour: Hour, row: SubjectRow) -> bool:
    return hour.plan.draws.chance(hour.plan.behaviour.office.proves, "proves", row.key)


def _about(hour: Hour, row: SubjectRow, stage: str, book: Rulebook) -> list[str]:
    if stage in OWN_FORMS:
        return [stage]
    draws = hour.plan.draws
    targets = in_order(row.record.get("targets", {}))
    found = [f"target.{draws.pick(targets, 'evidence of', row.key)}"] if targets else []
    return [*found, draws.pick(book.indicators, "evidence for", row.key).id]


def _member(piece: SubjectRow, row: SubjectRow, book: Rulebook) -> str:
    """Who of the team decides on a piece; empty where the office does."""
    team: Sequence[str] = row.record.get("team", ())
    of_indicator = any(piece.record["about"] == indicator.id for indicator in book.indicators)
    return team[0] if of_indicator and team else ""


def _wanting(hour: Hour, piece: SubjectRow, row: SubjectRow, year: YearPlan, book: Rulebook) -> bool:
    about = piece.record["about"]
    stage = about if about in OWN_FORMS else "yearend"
    card = year.evidence.get(stage, {}).get(row.department)
    return card == WANTING and about == _about(hour, row, stage, book)[0]


def _look(hour: Hour, piece: SubjectRow, by: str, *, wanting: bool) -> None:
    version = int(piece.record["version"])
    came = date.fromisoformat(piece.record["versions"][str(version)]["on"])
    if hour.today < hour.after(came, hour.plan.behaviour.days.looked, "looked", piece.key, version):
        return
    refused = wanting and version == 1
    act = Act(by, reason=SHORT if refused else "")
    action = "refuse" if refused else "accept"
    hour.alone("evidence", act, subject=piece.key, action=action, version=version)


def _replace(hour: Hour, piece: SubjectRow, row: SubjectRow, book: Rulebook) -> None:
    refused = date.fromisoformat(piece.record["decided"]["on"])
    due = hour.after(refused, hour.plan.behaviour.days.replaced, "replaced", piece.key)
    if hour.today < due or row.state not in BEFORE_PROPOSAL:
        return
    if hour.city.departments[row.department].state == "active":
        about = piece.record["about"]
        _bring(hour, "replace_evidence", row, (about, 2), book, subject=piece.key)


def _offer(hour: Hour, row: SubjectRow, about: str, book: Rulebook) -> None:
    whose = {"year": row.year, "department": row.department, "about": about}
    _bring(hour, "offer_evidence", row, (about, 1), book, **whose)


def _bring(
    hour: Hour, name: str, row: SubjectRow, what_version: tuple[str, int], book: Rulebook, **asked: Any
) -> None:
    if hour.service.evidence is None:
        return
    about, version = what_version
    what = _called(about, book)
    whose = hour.city.name(row.department, hour.today)
    text = f"{whose}{row.year}年度佐证材料\n{what}\n第{version}稿，{hour.today.isoformat()}\n"
    liaison = hour.city.post(row.department, "liaison", hour.today)
    hour.hand_in(name, Act(liaison), f"{what}佐证材料.txt", text, **asked)


def _called(about: str, book: Rulebook) -> str:
    """What evidence is about, as a file's name says it."""
    if about in OWN_FORMS:
        return words.word("stage", about, "zh")
    head, _, number = about.partition(".")
    if head == "target":
        return f"年度目标{number}"
    return "问题整改" if ":" in about else words.names_of(book, "zh")[about]
