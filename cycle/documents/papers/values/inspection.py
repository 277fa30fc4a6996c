"""察访核验通报: the values of the circular on a year's typical and key findings."""

from __future__ import annotations

from collections import Counter

from cycle.documents.papers.values import found
from cycle.documents.papers.values.reading import (
    NUMERALS,
    Asked,
    Values,
    head,
    listed,
    made_from,
    word,
)
from workflows.errors import Refused, Unmet


def gather(at: Asked) -> Values:
    """Raises NotFound for a year unknown, Refused where no finding of the year is worth circulating."""
    at.cycle  # noqa: B018 - a year there is none of is told first
    rows = found.standing(at)
    shown = [row for row in rows if row["record"]["severity"] in ("key", "typical")]
    if not shown:
        raise Refused(Unmet("paper_no_findings", {"year": at.year}))
    told = {row["subject"]: found.told(at, row) for row in shown}
    counts = Counter(row["record"]["severity"] for row in rows)
    groups = [
        {"severity": word("finding.severity", severity), "findings": of_severity}
        for severity in ("key", "typical")
        if (of_severity := [told[r["subject"]] for r in shown if r["record"]["severity"] == severity])
    ]
    open_ = dict.fromkeys(told[row["subject"]]["name"] for row in shown if row["state"] == "confirmed")
    return {
        **head(at),
        **made_from(at, [row["subject"] for row in shown]),
        "count": len(rows),
        **{f"{severity}_count": counts[severity] for severity in found.SEVERITIES},
        "groups": [{**group, "numeral": NUMERALS[place]} for place, group in enumerate(groups)],
        "demands": NUMERALS[len(groups)],
        "open": listed(list(open_)),
        "list": [one for group in groups for one in group["findings"]],
    }
