"""When each stage of a year opens and ends by its rulebook: what is ahead of everybody alike."""

from __future__ import annotations

from datetime import date

from cycle import facts as gathering
from cycle.board.city import cycle_of
from cycle.board.look import Look


def windows(look: Look, year: int) -> dict[str, tuple[date, date]]:
    """The first and the last day of each stage the rulebook dates, as they stand there. Raises NotFound.

    Inspection ends with the cut-off; grades are proposed by a working day of the next year.
    """
    book = gathering.rulebook_of(look.session, cycle_of(look, year))
    calendar = gathering.standing_calendar(look.session)
    found = {stage: (book.opens(stage, year), calendar.next(book.due(stage, year))) for stage in book.windows}
    cutoff = book.cutoff_date(year)
    proposal = calendar.workday_of_year(year + 1, book.proposal_workday)
    return {**found, "inspection": (cutoff, cutoff), "grading": (proposal, proposal)}
