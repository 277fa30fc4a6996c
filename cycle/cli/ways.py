"""Which command does what: the words to type for every action that people ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Console

from cycle.board.actions import Possible
from cycle.cli.command import Work
from cycle.keys import split_key
from cycle.permissions import BODIES
from workflows import words
from workflows.errors import Unmet
from workflows.matters import MATTERS

NOBODYS: Final = frozenset({"carry", "redate"})
"""What follows from acts on other subjects and is never asked for on its own."""

_OF_YEAR: Final[Mapping[str, str]] = {
    "save_form": "form save {department}",
    "report_progress": "form progress {department} N=PERCENT",
    "ask_extension": "extension ask {department}",
    "extend": "extension grant {department}",
    "refuse_extension": "extension refuse {department}",
    "assign": "team assign {department} PERSON",
    "release": "team release {department} PERSON",
    "mark": "mark give {department} ITEM POINTS",
    "confirm_marks": "mark confirm {department}",
    "acknowledge_spread": "mark acknowledge {department} ITEM",
    "rate": "rating leader {department} RESPECT=RATING",
    "record_survey": "rating survey {department} ITEM LEVEL=COUNT",
    "reverse_line": "line reverse {department} LINE",
    "rule_missing": "line missing {department} PART ITEM POINTS",
    "record_talk": "talk record {department}",
    "add_step": "step add {department}",
    "verify_step": "step verify {department} STEP",
}
"""Actions on a department's year that have a command of their own; `cycle advance` does the others."""

_OF_MATTERS: Final[Mapping[tuple[str, str], str]] = {
    ("duty", "assign_owner"): "duty assign {key} PERSON",
    ("evidence", "replace"): "evidence replace {key} FILE",
}
"""Actions on matters whose command is not called like them."""

_OF_ALL: Final[Mapping[str, str]] = {
    "acknowledge": "receipt acknowledge {key} NUMBER",
    "note_receipt": "receipt note {key} NUMBER",
}

OPTION_OF: Final[Mapping[str, str]] = {
    "reason_missing": "--reason",
    "document_missing": "--document",
    "due_missing": "--due",
    "text_missing": "--text",
    "day_missing": "--on",
    "member_not_reviewer": "--member",
    "member_absent": "--member",
    "line_unknown": "--line",
    "step_unknown": "--step",
    "progress_missing": "cycle form progress",
    "matter_not_open": "--matter",
    "new_year_not_next": "--new-year",
    "lines_missing": "cycle line missing",
    "marks_missing": "cycle mark give",
    "items_missing": "cycle mark spread",
    "ratings_missing": "cycle rating leader",
    "survey_unanswered": "cycle rating survey",
}
"""What is unmet as long as nothing is given, to the option or the command that gives it."""

_TYPED: Final[Mapping[str, str]] = {
    "reason_missing": "--reason TEXT",
    "document_missing": "--document TEXT",
    "due_missing": "--due DATE",
    "text_missing": "--text TEXT",
    "day_missing": "--on DATE",
    "matter_not_open": "--matter KEY",
    "new_year_not_next": "--new-year YEAR",
    "persons_missing": "--person NAME:POST",
    "receipt_not_named": "",
}
"""The same as it is typed behind a command; what is empty stands among the arguments of its command."""


def options(unmet: Sequence[Unmet]) -> list[str]:
    """What gives what is still missing."""
    return list(dict.fromkeys(OPTION_OF[one.code] for one in unmet if one.code in OPTION_OF))


def command(kind: str, action: str, key: str) -> str:
    """The command for an action on a subject, as far as it is the same whoever asks."""
    _, year, department = split_key(key)
    if kind in MATTERS:
        own = _OF_MATTERS.get((kind, action)) or f"{kind} {action.replace('_', '-')} {{key}}"
    elif kind == "appraisal":
        own = _OF_YEAR.get(action) or f"advance {{department}} {action}"
    else:
        own = f"advance {{key}} {action}"
    own = _OF_ALL.get(action) or own
    told = f"cycle {own.format(key=key, department=department)}"
    return f"{told} --year {year}" if "{department}" in own else told


def line(one: Possible, key: str, lang: str) -> str:
    """The whole command for what may be done next, with a word in capitals for whatever is to be filled in."""
    unmet = (*one.to_give, *one.in_the_way)
    found = [command(key.partition(":")[0], one.action, key)]
    found += dict.fromkeys(_TYPED[each.code] for each in unmet if _TYPED.get(each.code))
    if set(one.who) <= set(BODIES):
        found.append(f"--on-behalf-of {_body(one.who, lang)}")
        found += [] if _TYPED["document_missing"] in found else [_TYPED["document_missing"]]
    return " ".join((*found, "--as PERSON"))


def _body(who: Sequence[str], lang: str) -> str:
    if len(who) > 1:
        return "WHO"
    return words.word("role", who[0], lang) if lang == words.LANGS[0] else who[0]


def asked_for(next_: Sequence[Possible]) -> list[Possible]:
    """What there is a command for."""
    return [one for one in next_ if one.action not in NOBODYS]


def values(work: Work, one: Possible, key: str) -> dict[str, Any]:
    """What may be done next as plain values."""
    lang = work.terminal.lang
    return {
        "action": one.action,
        "word": words.action(one.action, lang, key.partition(":")[0]),
        "who": list(one.who),
        "to_give": options(one.to_give),
        "unmet": work.terminal.entries(_in_the_way(one)),
        "command": line(one, key, lang),
    }


def print_actions(work: Work, console: Console, key: str, next_: Sequence[Possible]) -> None:
    """A line for each, with what is in its way below."""
    terminal = work.terminal
    for one in next_:
        roles = words.listed([work.voice.who(role) for role in one.who], terminal.lang)
        action = words.action(one.action, terminal.lang, key.partition(":")[0])
        told = terminal.say("way", action=action, roles=roles, command=line(one, key, terminal.lang))
        console.print(f"  {told}")
        for entry in terminal.entries(_in_the_way(one)):
            console.print(f"    - {entry['message']}")


def _in_the_way(one: Possible) -> tuple[Unmet, ...]:
    return tuple(unmet for unmet in one.in_the_way if unmet.code not in _TYPED)
