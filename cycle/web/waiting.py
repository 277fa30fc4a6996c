"""How much waits for whoever looks, place by place: the only counts the bar shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from cycle.board import desk
from cycle.db import Statement
from cycle.operations import pending_act
from cycle.web.entry import Visit

_UNDER_REVIEW: Final = Statement(
    "SELECT count(*) FROM subject WHERE kind = 'appraisal' AND year = :year"
    " AND state IN ('plan.submitted', 'midyear.submitted', 'yearend.submitted', 'rectification.submitted')"
)

_MORE_TIME: Final = Statement(
    "SELECT count(*) FROM deadline JOIN subject ON subject.key = deadline.subject"
    " WHERE subject.kind = 'appraisal' AND subject.year = :year AND subject.state LIKE :written"
    " AND deadline.status = 'open' AND deadline.who = 'office'"
)
"""While a form is written, the office's clock is that of a request for more time."""


def under_review(visit: Visit, year: int) -> int:
    """What the office has to look through: forms, and requests for more time."""
    (forms,) = _UNDER_REVIEW.run(visit.session, year=year).fetchone()
    (requests,) = _MORE_TIME.run(visit.session, year=year, written="%.drafting").fetchone()
    return int(forms) + int(requests)


def to_confirm(visit: Visit, _year: int) -> int:
    """Acts that wait for a second person, and are not the visitor's own."""
    return sum(
        1
        for one in pending_act.waiting(visit.session)
        if one["actor"] != visit.person.id and desk.shows_waiting(visit.look, one["subject"], one["actor"])
    )


COUNTED: Final[Mapping[str, Callable[[Visit, int], int]]] = {
    "review": under_review,
    "decisions": to_confirm,
}
"""Place to what is counted there."""
