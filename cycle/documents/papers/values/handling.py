"""组织处理建议: the values of what the leading group proposed to the party committee."""

from __future__ import annotations

from cycle import queries
from cycle.board import city
from cycle.board.decided import last
from cycle.documents.papers.values.reading import (
    LANG,
    Asked,
    Values,
    decided,
    fit,
    head,
    made_from,
    paragraphs,
)
from cycle.operations.report import fields_of, thawed
from cycle.operations.report.wording import said
from workflows.errors import Refused, Unmet


def gather(at: Asked) -> Values:
    """Raises NotFound where there is no case, Refused where the leading group has not proposed anything yet."""
    row = city.case_of(at.look, at.year, at.department)
    body = last(at.look, row.key, ("propose_handling",))
    kept = row.record.get("texts", {}).get("propose_handling")
    if body is None or kept is None or row.state in ("opened", "revoked"):
        raise Refused(Unmet("paper_no_proposal", {"year": at.year, "name": at.name}))
    report = thawed(queries.text(at.look.session, row.record["report_data"]))
    fields = fields_of(report, LANG)
    results = [said(fact, LANG) for fact in report.facts if fact.code.startswith("result")]
    proposal, reason = paragraphs(queries.text(at.look.session, kept)), fit(body["reason"] or "")
    return {
        **head(at),
        **made_from(at, [row.key]),
        **decided(at, body),
        "name": fit(fields["department"]),
        "count": fields["count"],
        "facts": results,
        "first_line": fields["first_line"],
        "heads": fields["heads"],
        "tenures": fields["tenures"],
        "proposal": proposal,
        "reason": "" if reason in proposal else reason,
    }
