"""Which duties follow from a result and from a veto, and which of those standing have lost their ground.

A duty is what remains to be done about a result by people (use.failed, use.excellent, use.reward,
use.accountability): the system opens it and reports, it never carries it out. The written rectification and the
admonition talk are no duties: the appraisal itself waits for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from workflows.rulebook import Rulebook

ELIGIBILITY: Final = "eligibility"
SHARE: Final = "civil_servant_share"
COMMENDATION: Final = "commendation"
AWARD: Final = "award_lost"
ACCOUNTABILITY: Final = "accountability"

CLAUSES: Final[Mapping[str, str]] = {
    ELIGIBILITY: "use.failed",
    SHARE: "use.failed",
    COMMENDATION: "use.excellent",
    AWARD: "use.reward",
    ACCOUNTABILITY: "use.accountability",
}
"""Every sort of duty and the clause it rests on. The last is decided on by people, the others follow."""

VETOABLE: Final = ("confirmed", "rectified", "verified")
"""The states of a finding in which a veto on it stands."""

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Veto:
    """A veto that stands: the finding it was decided on and whom it names, `{name, post}` each (use.reward)."""

    finding: str
    persons: Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty as it stands."""

    key: str
    state: str
    record: Record


@dataclass(frozen=True, slots=True)
class Following:
    """What has to change about one department's duties: the records of those to open, the keys of those to revoke."""

    opening: Sequence[Record]
    revoked: Sequence[str]


def veto_on(key: str, state: str, record: Record) -> Veto | None:
    """The veto that stands on a finding, if any."""
    veto = record.get("veto")
    if not veto or state not in VETOABLE:
        return None
    return Veto(key, tuple(dict(person) for person in veto["persons"]))


def owed(grade: str, head: str, vetoes: Iterable[Veto], book: Rulebook) -> list[Record]:
    """The duties that follow for one department; `head` is who was head at ratification, frozen then."""
    found: list[Record] = []
    if grade == "failed":
        told = book.consequences
        found.append(_duty(ELIGIBILITY, head=head, loses=list(_names(told["eligibility_lost"]))))
        cut = {
            "cut": told["outstanding_civil_servant_share_cut"],
            "unit": told["outstanding_civil_servant_share_cut_unit"],
        }
        found.append(_duty(SHARE, **cut))
    if grade == "excellent":
        found.append(_duty(COMMENDATION))
    for veto in vetoes:
        loses = list(_names(book.consequences["award_lost_on_veto"]))
        found.append(_duty(AWARD, finding=veto.finding, persons=list(veto.persons), loses=loses))
    return found


def follow(standing: Iterable[Duty], due: Sequence[Record]) -> Following:
    """Compare what stands with what is due. What people decided on by themselves is left alone.

    A duty done or waived is not opened again; one whose ground is gone is revoked whatever became of it, since
    what was taken by it has to be given back.
    """
    known = [duty for duty in standing if duty.state != "revoked" and duty.record["duty"] != ACCOUNTABILITY]
    have = [_ground(duty.record) for duty in known]
    wanted = [_ground(record) for record in due]
    return Following(
        [record for record, ground in zip(due, wanted, strict=True) if ground not in have],
        [duty.key for duty, ground in zip(known, have, strict=True) if ground not in wanted],
    )


def _duty(duty: str, **more: object) -> Record:
    return {"duty": duty, "clause": CLAUSES[duty], **more}


def _ground(record: Record) -> tuple[Any, ...]:
    """What makes two duties of one department the same one."""
    return record["duty"], record.get("finding"), record.get("persons")


def _names(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)
