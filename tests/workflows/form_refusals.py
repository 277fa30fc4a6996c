"""What stands in the way of writing a form, handing it in, returning parts of it and reporting on its targets."""

from __future__ import annotations

from typing import Any

from tests.workflows.broken_facts import Broken, row
from tests.workflows.worlds import BOOK, Departure, asked, extra, form
from workflows.form_guards import MOST_NOTE
from workflows.forms import MOST_LETTERS

FIRST = BOOK.indicators[0]
PLAN, REVIEWS = ("plan.drafting",), ("midyear.drafting", "yearend.drafting")
SENT = ("plan.submitted", "midyear.submitted", "yearend.submitted", "rectification.submitted")


def content(**entries: Any) -> Departure:
    """Ask to save exactly this."""
    return lambda world: extra(content=entries)(asked(text="")(world))


def mark(**values: Any) -> Departure:
    """Ask to save one self-mark."""
    return content(marks={FIRST.id: values})


def target(**values: Any) -> Departure:
    """Ask to save one target."""
    return content(targets={"1": values})


def progress(number: str = "1", **said: Any) -> Departure:
    """Report on one target."""
    return extra(progress={number: said})


SAVE_FORM: tuple[Broken, ...] = (
    row("text_missing", asked(text=" \n")),
    row("text_missing", content()),
    row("text_missing", target(text=" ", due=""), states=PLAN),
    row("text_missing", mark(account="", points=None), states=REVIEWS),
    row("form_too_long", content(text="字" * MOST_LETTERS)),
    row("form_entry_unknown", content(text="一", ledger="二")),
    row("form_entry_unknown", content(text="一", marks={}), states=PLAN),
    row("form_entry_unknown", content(text="一", targets={}), states=REVIEWS),
    row("form_entry_malformed", content(text=["一"])),
    row("form_entry_malformed", content(targets=["一"]), states=PLAN),
    row("form_entry_malformed", content(marks="一"), states=REVIEWS),
    *(row("target_number_unknown", content(targets={n: {}}), states=PLAN) for n in ("0", "01", "100", "一")),
    row("target_malformed", content(targets={"1": "一"}), states=PLAN),
    row("target_malformed", target(owner=7), states=PLAN),
    *(row("target_malformed", target(due=day), states=PLAN) for day in ("soon", "20251130", "2025-02-30")),
    row("form_entry_unknown", target(colour="red"), states=PLAN),
    row("item_unknown", content(marks={"content.9.9": {}}), states=REVIEWS),
    row("self_mark_malformed", content(marks={FIRST.id: 2}), states=REVIEWS),
    *(row("self_mark_malformed", mark(points=points), states=REVIEWS) for points in ("2", True)),
    row("self_mark_malformed", mark(account=["一"]), states=REVIEWS),
    row("form_entry_unknown", mark(colour="red"), states=REVIEWS),
    row("points_out_of_range", mark(points=-1), states=REVIEWS),
    row("points_out_of_range", mark(points=FIRST.points + 1), states=REVIEWS),
    row(
        "form_entry_malformed form_entry_unknown target_malformed target_number_unknown",
        content(text=1, colour="red", targets={"0": {}, "1": {"due": "soon"}}),
        states=PLAN,
    ),
)

SUBMIT: tuple[Broken, ...] = (
    row("form_entry_missing", form(gaps=["text"])),
    row("target_incomplete", form(gaps=["targets.1.owner"])),
    row("target_outside_year", form(gaps=["targets.2.year"])),
    row("self_mark_missing", form(gaps=["marks.content.1.1.points"])),
    row("account_missing", form(gaps=["marks.content.1.1.account"])),
    row(
        "account_missing form_entry_missing form_unsigned self_mark_missing target_incomplete",
        form(
            gaps=["text", "targets.1.due", "marks.content.1.1.points", "marks.content.1.1.account"], text="t2"
        ),
    ),
)

SEND_BACK: tuple[Broken, ...] = (
    row("part_unknown", extra(returned={"content.9.9": "why"})),
    row("part_unknown", extra(returned={"1": "why"}), states=SENT[1:]),
    row("part_unknown", extra(returned={"2": "why"}), states=SENT[:1]),
    row("part_unknown", extra(returned={FIRST.id: "why"}), states=(SENT[0], SENT[3])),
    row("part_reason_missing", extra(returned={"text": " "})),
    row("part_reason_missing", extra(returned={"text": None})),
    row("part_reason_missing", extra(returned={"text": "字" * (MOST_NOTE + 1)})),
    row(
        "due_missing part_reason_missing part_unknown",
        extra(returned={"x": "why", "text": ""}),
        asked(due=None),
    ),
)

REPORT_PROGRESS: tuple[Broken, ...] = (
    row("progress_missing", extra(progress={})),
    row("target_not_planned", progress("2", percent=10)),
    *(row("percent_malformed", progress(percent=percent)) for percent in (-1, 101, "40", None, True)),
    row("percent_malformed", extra(progress={"1": 40})),
    row("note_malformed", progress(percent=40, note=7)),
    row("note_malformed", progress(percent=40, note="字" * (MOST_NOTE + 1))),
    row("note_malformed", progress(percent=40, colour="red")),
    row("percent_malformed target_not_planned", extra(progress={"1": {}, "3": {"percent": 1}})),
)
