"""A mark sheet as text: each indicator with what stands beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console

from cycle.board.beside import Beside, MarkSheet
from cycle.cli.command import Work
from workflows import words
from workflows.scoring import show


def print_sheet(work: Work, console: Console, found: MarkSheet) -> None:
    """Indicator by indicator, what stands beside it indented below."""
    say, total = work.terminal.say, len(found.indicators)
    console.print(say("mark_sheet_of", year=found.year, name=work.name(found.department)))
    if not found.team:
        console.print(say("mark_nobody"))
    for member in found.team:
        done = sum(any(mark.member == member for mark in one.marks) for one in found.indicators)
        console.print(f"  {work.name(member)} ({member}) {say('mark_done', done=done, total=total)}")
    if found.unconfirmed:
        names = words.listed([work.name(one) for one in found.unconfirmed], work.terminal.lang)
        console.print(say("mark_unconfirmed", names=names))
    for one in found.indicators:
        console.print(f"{one.item} {work.name(one.item)} ({show(one.most)})")
        for told in (*_own(work, one), *_of_the_year(work, one), *_given(work, one)):
            console.print(f"    {told}")


def _own(work: Work, one: Beside) -> Iterator[str]:
    """What the department says of itself."""
    say = work.terminal.say
    if one.self_form:
        yield say(
            "mark_self",
            points="-" if one.self_points is None else show(one.self_points),
            account=one.account or "-",
        )
    if one.evidence:
        names = words.listed([f"{e.text} ({e.key})" for e in one.evidence], work.terminal.lang)
        yield say("mark_evidence", names=names)
    if one.last_year is not None:
        yield say("mark_last_year", points=show(one.last_year))
    if one.plan:
        yield say("mark_plan")
        yield from (f"  {line}" for line in one.plan.splitlines())
    for target in one.targets:
        reported = target.percent is not None
        percent = say("mark_progress", percent=target.percent) if reported else say("mark_not_reported")
        note = f" {target.note}" if target.note else ""
        text = target.planned.get("text", "")
        yield say("mark_target", number=target.number, text=text, percent=percent, note=note)


def _of_the_year(work: Work, one: Beside) -> Iterator[str]:
    """What befell it in the course of the year."""
    say, lang = work.terminal.say, work.terminal.lang
    for setback in one.setbacks:
        what = words.phrase("marking.setback", setback.what, lang, reason=setback.reason)
        form = work.terminal.word("stage", setback.form)
        yield say("mark_setback", date=setback.on.isoformat(), form=form, what=what)
    for matter in one.matters:
        kind = matter.key.partition(":")[0]
        code = "mark_complaint" if kind == "complaint" else "mark_absence"
        state = work.voice.state(kind, matter.state)
        yield say(code, date=matter.on or "-", state=state, text=matter.text)


def _given(work: Work, one: Beside) -> Iterator[str]:
    """The marks so far."""
    say = work.terminal.say
    for mark in one.marks:
        reason = f" {mark.reason}" if mark.reason else ""
        yield say("mark_given", member=work.name(mark.member), points=show(mark.points), reason=reason)
    if one.mean is not None:
        yield say("mark_mean", points=show(one.mean))
    if one.spread != "narrow":
        yield _status(work, one)


def _status(work: Work, one: Beside) -> str:
    if one.spread == "open":
        return work.terminal.say("mark_wide")
    return work.terminal.say("mark_wide_known", by=work.name(one.acknowledged_by))


def print_spreads(work: Work, console: Console, wide: Sequence[Beside]) -> None:
    """One line an indicator."""
    lang = work.terminal.lang
    for one in wide:
        marks = words.listed([f"{work.name(m.member)} {show(m.points)}" for m in one.marks], lang)
        console.print(
            work.terminal.say(
                "mark_spread_line",
                item=f"{one.item} {work.name(one.item)}",
                marks=marks,
                full=show(one.most),
                status=_status(work, one),
            )
        )
    if not wide:
        console.print(work.terminal.say("mark_spread_none"))
