"""诫勉谈话记录: the values of the form of the talk, as far as the talk is recorded."""

from __future__ import annotations

from cycle import queries
from cycle.board import department, registers
from cycle.documents.papers.values import graded
from cycle.documents.papers.values.reading import Asked, Values, day, fit, head, made_from, paragraphs
from cycle.people import holder
from workflows.errors import Refused, Unmet


def gather(at: Asked) -> Values:
    """Raises NotFound where there is no such appraisal, Refused where the department did not fail."""
    opened = department.opened(at.look, at.year, at.department, "rectification")
    result = graded.ratified(at)
    if result is None or result["grade"] != "failed":
        raise Refused(Unmet("paper_not_failed", {"year": at.year, "name": at.name}))
    (known,) = (one for one in registers.talks(at.look, at.year) if one["department"] == at.department)
    talk = opened.row.record.get("talk") or {}
    text = queries.text(at.look.session, talk["text"]) if "text" in talk else ""
    return {
        **head(at),
        **made_from(at, [opened.row.key]),
        "name": fit(result["name"]),
        "head": fit(known["head"]),
        "leader": fit(known["leader"] or _in_charge(at)),
        "on": day(known["on"]) if known["on"] else "　　　　年　　月　　日",
        "text": "\n".join(paragraphs(text)),
        "total": result["total"],
        "rank": result["rank"],
        "failures": result["consecutive_failures"],
    }


def _in_charge(at: Asked) -> str:
    """Who would hold the talk: the leader in charge today."""
    row = queries.subject(at.look.session, f"department:{at.department}")
    return at.look.voice.name(holder(row.record, "leader", at.look.today)) if row else ""
