"""The regulation, clause by clause: what carries each in the service and the test that shows it, as a page.

`python3 -m cycle.regulation_pages > docs/regulation.md` writes it anew, with `zh` the Chinese one. What it says stands
in `workflows/clauses.toml`: `by` names what carries a clause (`move MACHINE ACTION`, `letter KIND`, `command WORDS`,
`figure PATH`), `tests` the tests that show it; `people` says why people carry what no program can. The command for
each move of people stands in `workflows/move_commands.toml`.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

import workflows
from workflows.guards import text_given
from workflows.machines import MACHINES

SOURCE: Final = Path(workflows.__file__).with_name("clauses.toml")
COMMANDS: Final = Path(workflows.__file__).with_name("move_commands.toml")

Lang = Literal["zh", "en"]
BY_ITSELF: Final = {"system", "import"}
MEETING: Final = ("committee", "team", "chief")
"""Bodies none of whose members acts in person: the office records what they decided."""

_HEADER: Final[Mapping[Lang, str]] = {
    "en": """\
# The regulation, clause by clause

What carries each clause in the service, and the test that shows it; or why people carry it. A move is one line of
[the processes](machines.md), with the command that does it (CAPITALS are what is to be put in; a move without one
follows by itself); a command one of `cycle --help`, a letter one of `cycle mail preview`, a figure one of
`cycle rules show --figures`. [中文](regulation.zh-CN.md)

""",
    "zh": """\
# 细则逐条对照

细则的每一条在本系统中由什么承载、由哪个测试证明；或者为什么由人来做。“办理”是[流程](machines.md)中的一步，
后面是办理它的命令（大写字母处填写具体内容；没有命令的由系统随之办理）；“命令”见`cycle --help`，
“通知”见`cycle mail preview`，“数值”见`cycle rules show --figures`。[English](regulation.md)

""",
}
_COLUMNS: Final[Mapping[Lang, Sequence[str]]] = {
    "en": ("Clause", "Carried by", "Shown by"),
    "zh": ("条款", "承载", "证明"),
}
_KINDS: Final[Mapping[Lang, Mapping[str, str]]] = {
    "en": {},
    "zh": {"move": "办理", "command": "命令", "letter": "通知", "figure": "数值", "people": "由人办理"},
}


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: `by` what carries it, `tests` as `file::name`, `people` by language why people do."""

    id: str
    zh: str
    en: str
    by: tuple[str, ...]
    tests: tuple[str, ...]
    people: Mapping[Lang, str]


def clauses() -> tuple[Clause, ...]:
    """Every clause in the order of the regulation."""
    found = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    return tuple(
        Clause(
            name,
            row["zh"],
            row["en"],
            tuple(row.get("by", ())),
            tuple(row.get("tests", ())),
            {"en": row["people"], "zh": row["people_zh"]} if "people" in row else {},
        )
        for name, row in found.items()
    )


@cache
def commands() -> Mapping[str, str]:
    """`MACHINE ACTION` of each move that people ask for to the words and options of its command alone."""
    found: dict[str, str] = tomllib.loads(COMMANDS.read_text(encoding="utf-8"))
    return found


def command(move: str) -> str:
    """The whole command that does a move (`MACHINE ACTION`), empty where it only follows from others."""
    machine, _, action = move.partition(" ")
    moves = [one for one in MACHINES[machine].moves if one.action == action]
    who = [role for one in moves for role in one.who]
    if set(who) <= BY_ITSELF:
        return ""
    meets = set(who) <= set(MEETING)
    said = ["cycle", commands()[move]]
    said += ["--text TEXT"] if all(text_given in one.needs for one in moves) else []
    said += ["--as PERSON"]
    said += [f"--on-behalf-of {who[0]}"] if meets else []
    said += ["--reason TEXT"] if all(one.reason for one in moves) else []
    said += ["--document TEXT"] if meets or all(one.document for one in moves) else []
    return " ".join(said)


def page(lang: Lang) -> str:
    """The whole page as Markdown."""
    return _HEADER[lang] + "\n".join(_rows(clauses(), lang)) + "\n"


def _rows(every: Sequence[Clause], lang: Lang) -> Iterator[str]:
    yield f"| {' | '.join(_COLUMNS[lang])} |"
    yield f"|{'---|' * len(_COLUMNS[lang])}"
    colon = "：" if lang == "zh" else ": "
    for clause in every:
        carried = [_link(one, lang) for one in clause.by]
        if clause.people:
            carried.append(f"{_KINDS[lang].get('people', 'people')}{colon}{clause.people[lang]}")
        shown = [f"`{test}`" for test in clause.tests]
        title = f"**{clause.id}** {clause.zh}" + (f"<br>{clause.en}" if lang == "en" else "")
        yield f"| {title} | {'<br>'.join(carried)} | {'<br>'.join(shown)} |"


def _link(carrier: str, lang: Lang) -> str:
    kind, _, name = carrier.partition(" ")
    does = command(name) if kind == "move" else ""
    colon = "：" if lang == "zh" else ": "
    return f"{_KINDS[lang].get(kind, kind)} `{name}`" + (f"{colon}`{does}`" if does else "")


if __name__ == "__main__":
    sys.stdout.write(page("zh" if sys.argv[1:] == ["zh"] else "en"))
