"""What broke by the run log and has no setback of its own: whole jobs, a clock that is wrong, promises not kept."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import Final

from cycle.db import Session, Statement
from cycle.operations.promises import CODES

PROMISES: Final = "promises"
"""The job whose entries name what was found unkept."""
BEHIND: Final = "clock"
"""How the entry of a pass begins that decided nothing, its clock being before the last one's."""
_SWEEP: Final = "sweep"
_FAILED: Final = Statement(
    "SELECT job, failed, count(*) FROM job_run WHERE failed <> '[]' AND (until >= :told"
    " OR (job = 'sweep' AND failed LIKE :behind AND seq > (SELECT coalesce(max(seq), 0) FROM job_run"
    " WHERE job = 'failures' AND did <> '{}'))) GROUP BY job, failed ORDER BY max(seq)"
)
"""A clock that is behind dates its entries before a letter they follow: these go by the order of writing."""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """What broke, how often, and why at the last: `error` as it came, else `code` says it.

    `code` is `behind` or one of a promise not kept, then with its `subject`.
    """

    job: str
    times: int
    error: str = ""
    code: str = ""
    subject: str = ""


def breakdowns(session: Session, told: str) -> list[Breakdown]:
    """Everything since the instant `told` (as the tables hold it), the latest of its kind last."""
    found: dict[tuple[str, str], Breakdown] = {}
    unkept: list[str] = []
    for job, failed, times in _FAILED.run(session, told=told, behind=f'["{BEHIND}%').fetchall():
        texts = [text for text in json.loads(failed) if job != _SWEEP or not _set_aside(text)]
        if job == PROMISES and all(text.partition(" ")[0] in CODES for text in texts):
            unkept = texts
        elif texts:
            behind = job == _SWEEP and texts[0].startswith(BEHIND)
            code, error = ("behind", "") if behind else ("", "; ".join(texts))
            before = found.pop((job, code), Breakdown(job, 0))
            found[job, code] = replace(before, times=before.times + times, code=code, error=error)
    return [*found.values(), *_unkept(unkept)]


def _set_aside(text: str) -> bool:
    """Whether a pass wrote this of one subject that has a setback for it; what was to be spared has none.

    It names the subject, then the action; what broke the pass as a whole names the error first.
    """
    subject, action, *_ = [*text.split(" ", 2), ""]
    return not subject.endswith(":") and ":" in subject and action != "shift_grace"


def _unkept(texts: list[str]) -> list[Breakdown]:
    """By kind and subject, however many letters or rungs."""
    counted = Counter(tuple(text.split(" ", 2)[:2]) for text in texts)
    return [
        Breakdown(PROMISES, times, code=code, subject=subject) for (code, subject), times in counted.items()
    ]
