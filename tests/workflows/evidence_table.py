"""What the machine of evidence does, written out by hand, and what stands in its way."""

from __future__ import annotations

from collections.abc import Mapping

from tests.workflows.broken_facts import Broken, row
from tests.workflows.worlds import Departure, asked, extra

MOVES: Mapping[str, Mapping[str, str]] = {
    "none": {"offer": "offered"},
    "offered": {
        "replace": "offered",
        "accept": "accepted",
        "refuse": "refused",
        "withdraw": "withdrawn",
    },
    "refused": {"replace": "offered"},
    "accepted": {},
    "withdrawn": {},
}
REASON = "refuse"
DOCUMENT = ""
WHO: Mapping[str, str] = {
    "department": "offer replace withdraw",
    "office": "accept refuse",
    "reviewer": "accept refuse",
}
ENDS = {"accepted", "withdrawn"}

CLOSED = extra(appraisal="grading.proposed")
FULL = extra(size=(1 << 20) + 1)

TAKING: Mapping[str, str] = {
    "finding": "notified answered confirmed rectified",
    "complaint": "received investigating heard",
    "bonus": "applied examined",
    "objection": "filed",
    "duty": "open",
}
DECIDED: Mapping[str, str] = {
    "finding": "dropped verified",
    "complaint": "substantiated unsubstantiated closed",
    "bonus": "approved refused withdrawn",
    "objection": "upheld dismissed withdrawn",
    "duty": "closed waived revoked",
}


def beside(kind: str, state: str) -> Departure:
    """Evidence about a matter of a kind that stands at a state."""
    return extra(about=f"{kind}:2025:caizheng:1", about_found=True, matter=(kind, state))


REFUSALS: Mapping[str, tuple[Broken, ...]] = {
    "offer": (
        *(
            row("evidence_closed", extra(appraisal=state))
            for state in ("none", "grading.proposed", "grading.ratified", "closed", "exempted")
        ),
        row("evidence_about_unknown", extra(about="content.9.9")),
        row("evidence_about_unknown", extra(about="grading")),
        row("", extra(about="target.3", about_found=True)),
        row("", extra(about="rectification", appraisal="rectification.drafting")),
        *(
            row("", CLOSED, beside(kind, state))
            for kind, states in TAKING.items()
            for state in states.split()
        ),
        *(
            row("evidence_matter_decided", beside(kind, state))
            for kind, states in DECIDED.items()
            for state in states.split()
        ),
        row("evidence_room_short", FULL),
        row("evidence_about_unknown evidence_closed evidence_room_short", CLOSED, FULL, extra(about="")),
    ),
    "replace": (
        row("evidence_closed", CLOSED),
        row("evidence_matter_decided", beside("duty", "closed")),
        row("evidence_same", extra(sha256="b")),
        row("", extra(sha256="a")),
        row("evidence_room_short", FULL),
        row("evidence_closed evidence_room_short evidence_same", CLOSED, FULL, extra(sha256="b")),
    ),
    "accept": (row("evidence_replaced", extra(version=1)), row("", extra(version=0))),
    "refuse": (
        row("evidence_replaced", extra(version=1)),
        row("evidence_replaced reason_missing", extra(version=1), asked(reason=" ")),
    ),
    "withdraw": (
        row("evidence_closed", CLOSED),
        row("evidence_matter_decided", beside("objection", "upheld")),
    ),
}
