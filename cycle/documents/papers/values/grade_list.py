"""等次名单: the values of the notice of the grades proposed, or of the list of those that stand."""

from __future__ import annotations

from cycle.board.decided import last
from cycle.documents.papers.values import graded
from cycle.documents.papers.values.reading import (
    Asked,
    Values,
    day,
    decided,
    head,
    listed,
    made_from,
)
from workflows.errors import Refused, Unmet


def gather(at: Asked) -> Values:
    """Raises NotFound for a year unknown, Refused where nothing is proposed yet."""
    cycle, found = at.cycle, graded.results(at)
    if found["status"] == "none" or cycle.state in ("preparing", "running"):
        raise Refused(Unmet("paper_no_grades", {"year": at.year}))
    rows = graded.grade_list(at, found["results"])
    return {
        **head(at),
        **made_from(at, [cycle.key]),
        **decided(at, last(at.look, cycle.key, ("ratify", "amend", "import_results"))),
        "proposed": found["status"] == "proposed",
        "proposed_on": day(cycle.record.get("proposed_on")),
        "objections_until": day(cycle.record.get("objections_until")),
        "graded": len(rows),
        "list": rows,
        "exempt": listed(graded.exempt(at)),
        "merged": listed(graded.merged(at)),
    }
