"""The whole program: every command under one roof, and what holds for all of them."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from typing import Annotated, Any, Final

import typer
from typer import core, rich_utils

from cycle import __version__
from cycle.cli import terminal
from cycle.cli.needs import REQUIRED
from cycle.cli.run import Program
from workflows import words

_QUOTED: Final = re.compile("'([^']*)'")


class Door(core.TyperGroup):
    """The way in and out: what goes wrong leaves as a sentence and an exit code, never as a stack trace."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 - the library's signature
        windows_expand_args: bool = True,  # noqa: FBT001, FBT002
        **extra: Any,
    ) -> Any:
        given = _language_first(self, list(sys.argv[1:] if args is None else args))
        try:
            code = super().main(
                given,
                prog_name=prog_name or "cycle",
                complete_var=complete_var,
                standalone_mode=False,
                windows_expand_args=windows_expand_args,
                **extra,
            )
        except typer.TyperException as wrong:
            code = _usage(wrong, given)
        except (typer.Abort, KeyboardInterrupt):
            code = 130
        except Exception as error:  # noqa: BLE001 - the one place where nothing may pass
            code = terminal.unexpected(error, _language(given), as_json="--json" in given)
        if not standalone_mode:
            return code
        sys.exit(code or 0)


def _language_first(program: Any, given: list[str]) -> list[str]:
    """What was typed, with a `--lang` behind the name of a group in front: groups have no options of their own."""
    at, place = program, 0
    while place < len(given):
        word = given[place]
        step = 2 if word == "--lang" else 1
        if word.partition("=")[0] == "--lang":
            if at is not program:
                told = given[place : place + step]
                return told if len(told) < step else [*told, *given[:place], *given[place + step :]]
        elif getattr(below := at.commands.get(word), "commands", None) is None:
            break
        else:
            at = below
        place += step
    return given


def _usage(wrong: typer.TyperException, given: Sequence[str]) -> int:
    """What was typed is no command of ours: say what is wrong with which part of it."""
    lang = _language(given)
    if type(wrong).__name__ == "NoArgsIsHelpError":
        typer.echo(wrong.format_message())
        return terminal.BAD_INPUT
    as_json = "--json" in given
    terminal.Terminal(lang, as_json).fail("usage", _sentence(wrong, lang))
    if not as_json:
        context: Any = getattr(wrong, "ctx", None)
        path = context.command_path if context else "cycle"
        typer.echo(words.phrase("cli", "usage_help", lang, command=path), err=True)
    return terminal.BAD_INPUT


def _sentence(wrong: typer.TyperException, lang: str) -> str:
    kind, parameter = type(wrong).__name__, getattr(wrong, "param", None)
    field = _field(parameter) if parameter is not None else getattr(wrong, "option_name", "")
    code = {
        "MissingParameter": "usage_missing",
        "BadParameter": "usage_bad",
        "NoSuchOption": "usage_no_option",
        "BadOptionUsage": "usage_no_value",
    }.get(kind, "usage_other")
    detail = _expected(parameter, lang) or str(getattr(wrong, "message", "")) or wrong.format_message()
    return _no_command(wrong, lang) or words.phrase("cli", code, lang, field=field, detail=detail)


def _no_command(wrong: typer.TyperException, lang: str) -> str:
    """That there is no such command, with those of nearly that name; empty for whatever else is wrong.

    The library tells it in a sentence of its own, with what was typed and what is near in quotes.
    """
    known = getattr(getattr(getattr(wrong, "ctx", None), "command", None), "commands", {})
    typed, *near = _QUOTED.findall(str(getattr(wrong, "message", ""))) or [""]
    if not known or not typed or typed in known or type(wrong).__name__ != "UsageError":
        return ""
    said = words.phrase("cli", "usage_no_command", lang, typed=typed)
    found = " | ".join(name for name in near if name in known)
    return said + words.phrase("cli", "usage_near", lang, near=found) if found else said


def _expected(parameter: Any, lang: str) -> str:
    """What a parameter takes, in the reader's language; empty where only the library knows."""
    takes: Any = getattr(parameter, "type_descriptor", None)
    choices = getattr(takes, "choices", None)
    if choices:
        return words.phrase("cli", "usage_choice", lang, known=" | ".join(map(str, choices)))
    if getattr(takes, "annotation", None) is int:
        return words.phrase("cli", "usage_number", lang)
    return ""


def _field(parameter: Any) -> str:
    if parameter.param_type_name == "option":
        return str(max(parameter.opts, key=len))
    return str(parameter.metavar or parameter.name)


def _language(given: Sequence[str]) -> terminal.Language:
    """The language asked for, read by hand because the reading itself is what failed."""
    found = [b for a, b in pairwise(given) if a == "--lang"]
    found += [a.partition("=")[2] for a in given if a.startswith("--lang=")]
    found += [os.environ.get("CYCLE_LANG", "")]
    return "en" if next((lang for lang in found if lang in words.LANGS), "") == "en" else "zh"


rich_utils.ARGUMENTS_PANEL_TITLE = "参数 / Arguments"
rich_utils.OPTIONS_PANEL_TITLE = "选项 / Options"
rich_utils.COMMANDS_PANEL_TITLE = "命令 / Commands"
rich_utils.REQUIRED_LONG_STRING = REQUIRED


def _folded(make: Callable[..., Any]) -> Callable[..., Any]:
    """Help is broken within a word where a line ends: Chinese has no blanks, and what is cut off is not told."""

    def made(**given: Any) -> Any:
        text = make(**given)
        text.overflow = "fold"
        return text

    return made


rich_utils._make_rich_text = _folded(rich_utils._make_rich_text)

app = typer.Typer(
    name="cycle",
    cls=Door,
    help="部门绩效考评年度 / the appraisal year of a city's departments",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)


def _version(asked: bool) -> None:  # noqa: FBT001 - the library's signature
    if asked:
        typer.echo(f"cycle {__version__}")
        raise typer.Exit


@app.callback()
def program(
    ctx: typer.Context,
    lang: Annotated[
        str,
        typer.Option(
            "--lang", envvar="CYCLE_LANG", help="文字的语言：zh 或 en，写在哪一级都可以 / language, anywhere"
        ),
    ] = "zh",
    version: Annotated[  # noqa: ARG001, FBT002 - an option, answered by its callback
        bool, typer.Option("--version", callback=_version, is_eager=True, help="版本 / version")
    ] = False,
) -> None:
    """Keep what all commands share."""
    ctx.ensure_object(Program).lang = lang


COMMANDS = (
    "setup",
    "year",
    "whole",
    "rules",
    "calendar",
    "results",
    "import_files",
    "status",
    "show",
    "preview",
    "export",
    "advance",
    "form",
    "line",
    "mark",
    "rating",
    "tie",
    "team",
    "bonus",
    "objection",
    "receipt",
    "finding",
    "complaint",
    "case",
    "duty",
    "uses",
    "paper",
    "archive",
    "talk",
    "step",
    "extension",
    "evidence",
    "department",
    "person",
    "post",
    "waiting",
    "mail",
    "sweep",
    "worker",
    "serve",
    "token",
    "account",
    "scheduler",
)
"""Modules whose `mount` adds their commands, in the order of the help."""

STANDING = ("grade", "machine", "history", "simulate", "bench", "demo")
"""Commands that stand by themselves: a module's `app`, else its function of the module's name."""


def _mount(name: str) -> None:
    module = import_module(f"cycle.cli.{name}")
    below = getattr(module, "app", None)
    if isinstance(below, typer.Typer):
        app.add_typer(below, name=name)
    else:
        app.command(name, help=getattr(module, "HELP", None))(getattr(module, name))


@cache
def build() -> typer.Typer:
    """The program with every command there is a module for."""
    for name in COMMANDS:
        import_module(f"cycle.cli.{name}").mount(app)
    for name in STANDING:
        if find_spec(f"cycle.cli.{name}"):
            _mount(name)
    return app
