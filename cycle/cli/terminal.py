"""How commands speak: one result or one refusal, for people or as JSON, with the exit codes of the contract."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import typer
from rich.console import Console

from cycle.db import DatabaseUnfit
from cycle.settings import Settings
from workflows import words
from workflows.errors import Conflict, NotFound, Refused, Unmet

DONE, UNEXPECTED, BAD_INPUT, REFUSED, CONFLICT, UNVERIFIED = range(6)


class BadInput(Exception):
    """What was typed cannot be used; the message is in the reader's language and says what to do."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """One command's way to speak."""

    lang: str
    json: bool

    def tell(self, value: Any, human: Callable[[Console], None]) -> None:
        """Print `value` as the one JSON document, or let `human` print for people."""
        if self.json:
            typer.echo(json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2))
        else:
            human(Console(soft_wrap=True, highlight=False))

    def say(self, section: str, code: str, **data: Any) -> str:
        """A phrase of the catalogue in the reader's language."""
        return words.phrase(section, code, self.lang, **data)

    def refuse(self, unmet: tuple[Unmet, ...]) -> None:
        """Say every unmet condition; the caller leaves with REFUSED."""
        entries = [
            {"code": u.code, "about": u.about or None, "data": dict(u.data), "message": words.say(u, self.lang)}
            for u in unmet
        ]
        if self.json:
            typer.echo(json.dumps({"refused": entries}, ensure_ascii=False, sort_keys=True, indent=2))
            return
        typer.echo(self.say("cli", "refused"), err=True)
        for entry in entries:
            about = f"{entry['about']}: " if entry["about"] else ""
            typer.echo(f"  - {about}{entry['message']}", err=True)

    def fail(self, code: str, message: str) -> None:
        """Say one error."""
        if self.json:
            typer.echo(json.dumps({"error": {"code": code, "message": message}}, ensure_ascii=False))
        else:
            typer.echo(message, err=True)


@contextmanager
def speaking(lang: str, as_json: bool = False) -> Iterator[Terminal]:  # noqa: FBT001, FBT002 - mirrors --json
    """A terminal whose errors become sentences and exit codes."""
    terminal = Terminal(_known(lang), as_json)
    try:
        yield terminal
    except Refused as refused:
        terminal.refuse(refused.unmet)
        raise typer.Exit(REFUSED) from refused
    except Conflict as conflict:
        terminal.fail("conflict", terminal.say("cli", "conflict", subject=str(conflict)))
        raise typer.Exit(CONFLICT) from conflict
    except NotFound as missing:
        terminal.fail("not_found", terminal.say("cli", "not_found", subject=str(missing.args[0])))
        raise typer.Exit(BAD_INPUT) from missing
    except DatabaseUnfit as unfit:
        terminal.fail("database", terminal.say("cli", "database", detail=str(unfit)))
        raise typer.Exit(BAD_INPUT) from unfit
    except BadInput as bad:
        terminal.fail("bad_input", str(bad))
        raise typer.Exit(BAD_INPUT) from bad


def _known(lang: str) -> str:
    if lang not in words.LANGS:
        typer.echo(f"--lang: {lang}: {' | '.join(words.LANGS)}", err=True)
        raise typer.Exit(BAD_INPUT)
    return lang


def unexpected(error: Exception) -> int:
    """Say that something went wrong without a stack trace; the trace goes to a file for whoever mends it."""
    folder = Settings().home
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "errors.log"
    with log.open("a", encoding="utf-8") as file:
        file.write("".join(traceback.format_exception(error)) + "\n")
    message = words.phrase("cli", "unexpected", "zh", kind=type(error).__name__, log=str(log))
    english = words.phrase("cli", "unexpected", "en", kind=type(error).__name__, log=str(log))
    sys.stderr.write(f"{message}\n{english}\n")
    return UNEXPECTED
