"""`cycle rating`: what a leader gives the departments in their charge, and what the public answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from cycle import facts as gathering
from cycle import queries
from cycle.cli import typed
from cycle.cli.answers import tell
from cycle.cli.command import Work, acting
from cycle.cli.options import Department, Year
from cycle.cli.terminal import BadInput
from cycle.permissions import Act
from workflows import words
from workflows.rulebook_build import keyed
from workflows.scoring import folded, show

Ratings = Annotated[
    list[str],
    typer.Argument(
        metavar="RESPECT=RATING...",
        help="方面=分值或档次，如 execution=0.9、执行力=好 / by points or by level",
    ),
]
Item = Annotated[str, typer.Argument(metavar="ITEM", help="survey 问卷调查，grassroots_leaders 基层领导评议")]
Counts = Annotated[
    list[str],
    typer.Argument(metavar="LEVEL=COUNT...", help="各档份数，如 满意=120 / answers, e.g. satisfied=120"),
]
_DIGITS = 9


def mount(app: typer.Typer) -> None:
    below = typer.Typer(
        help="领导评价和群众评议 / the leader's and the public's rating", no_args_is_help=True
    )
    acting(below, "leader", "领导评价一个部门 / a leader rates a department", "appraisal.rate")(leader)
    acting(
        below, "survey", "登记问卷或者评议的份数 / record the answers of a survey", "appraisal.record_survey"
    )(survey)
    app.add_typer(below, name="rating")


def leader(work: Work, act: Act, *, department: Department, ratings: Ratings, year: Year = None) -> None:
    key = work.appraisal(department, year)
    respects, levels = _names(work, key, "parts", "leader"), _names(work, key, "levels", "leader")
    given = [_rating(text, respects, levels) for text in ratings]
    answer = work.ask("move", act, {"subject": key, "action": "rate", "ratings": given})
    said = work.terminal.say("rating_recorded", count=len(given))
    tell(work, answer, lambda console: console.print(said))


def survey(
    work: Work, act: Act, *, department: Department, item: Item, counts: Counts, year: Year = None
) -> None:
    key = work.appraisal(department, year)
    items, levels = _names(work, key, "parts", "public"), _names(work, key, "levels", "public")
    asked: dict[str, Any] = {"item": items.code(item) or item, "counts": _counts(counts, levels)}
    answer = work.ask("move", act, {"subject": key, "action": "record_survey", **asked})
    tell(work, answer, lambda console: console.print(_reckoned(work, key, asked)))


@dataclass(frozen=True, slots=True)
class _Names:
    """The codes of one section of the year's rulebook with their Chinese names, and by every name they have."""

    chinese: Mapping[str, str]
    codes: Mapping[str, str]

    def code(self, text: str) -> str | None:
        """The code meant; None where there is none such."""
        return self.codes.get(_plain(text))

    @property
    def known(self) -> str:
        """What may be typed."""
        return " | ".join(f"{code} {name}" for code, name in self.chinese.items())


def _names(work: Work, key: str, section: str, part: str) -> _Names:
    with work.read() as session:
        cycle = queries.subject(session, f"cycle:{key.split(':')[1]}")
        book = gathering.rulebook_of(session, cycle)
    content: Any = keyed(book.content())
    entries: Mapping[str, Mapping[str, Any]] = content[section][part]
    named = {
        _plain(name): code
        for code, entry in entries.items()
        for name in (code, *(entry[lang] for lang in words.LANGS))
    }
    return _Names({code: entry[words.LANGS[0]] for code, entry in entries.items()}, named)


def _plain(text: str) -> str:
    return folded(text).casefold()


def _rating(text: str, respects: _Names, levels: _Names) -> dict[str, Any]:
    respect, equals, given = text.partition("=")
    if not (equals and respect.strip() and given.strip()):
        raise BadInput("bad_rating", field="RATING", value=text)
    item = respects.code(respect) or respect
    level = levels.code(given)
    if level is not None:
        return {"item": item, "level": level}
    if not any(letter.isdecimal() for letter in given):
        raise BadInput("level_absent", field="RATING", value=given.strip(), known=levels.known)
    try:
        return {"item": item, "points": typed.points(given, "RATING")}
    except BadInput as bad:
        raise BadInput("bad_rating", field="RATING", value=text) from bad


def _counts(given: Sequence[str], levels: _Names) -> dict[str, int]:
    found: dict[str, int] = {}
    for text in given:
        name, _, number = text.partition("=")
        plain = folded(number)
        if not (plain.isascii() and plain.isdigit()) or len(plain) > _DIGITS:
            raise BadInput("bad_count", field="COUNT", value=text)
        level = levels.code(name)
        if level is None:
            raise BadInput("level_absent", field="COUNT", value=name.strip(), known=levels.known)
        if level in found:
            raise BadInput("level_twice", field="COUNT", value=text)
        found[level] = int(plain)
    return found


def _reckoned(work: Work, key: str, asked: Mapping[str, Any]) -> str:
    """What the answers came to, as the ledger has it."""
    with work.read() as session:
        lines = queries.lines(session, key)
    points = next(one.points for one in lines if (one.part, one.item) == ("public", asked["item"]))
    answers = sum(asked["counts"].values())
    return work.terminal.say("survey_recorded", answers=answers, points=show(points))
