"""Who gets how much of the base award of a year, and who loses it on a veto (use.reward). Rates in whole per cent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflows.duties import Veto


@dataclass(frozen=True, slots=True)
class Forfeit:
    """Somebody who loses the whole award; `post` is person, head or deputy, `finding` what the veto rests on."""

    name: str
    post: str
    finding: str


@dataclass(frozen=True, slots=True)
class Settled:
    """One department's line of the settlement: `rate` beside the base award, `share` of it that is paid."""

    department: str
    name: str
    category: str | None
    rank: int
    grade: str
    rate: int
    forfeits: tuple[Forfeit, ...]

    @property
    def share(self) -> int:
        return 100 + self.rate


def settlement(results: Sequence[Mapping[str, Any]], vetoes: Mapping[str, Sequence[Veto]]) -> list[Settled]:
    """The settlement table, best first as the results come. A veto takes awards from persons, not the grade."""
    return [
        Settled(
            department=result["department"],
            name=result["name"],
            category=result["category"],
            rank=result["rank"],
            grade=result["grade"],
            rate=result["award_rate"],
            forfeits=tuple(
                Forfeit(person["name"], person["post"], veto.finding)
                for veto in vetoes.get(result["department"], ())
                for person in veto.persons
            ),
        )
        for result in results
    ]
