"""How commands speak: one result or one refusal, for people or as JSON, with the contract's exit codes."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import typer
from rich.console import Console
from rich.text import Text

from cycle.board.voice import Voice
from cycle.db import DatabaseUnfit
from cycle.settings import Settings
from workflows import words
from workflows.errors import Conflict, NotFound, Refused, Unmet

DONE, UNEXPECTED, BAD_INPUT, REFUSED, CONFLICT, UNVERIFIED = range(6)
# Wider than any table: where output goes to a file or a pipe, no figure is ever cut off.
_WIDE = 100_000


Language = Literal["zh", "en"]


class BadInput(Exception):
    """What was typed cannot be used. `code` and `data` fill a sentence of `[cli]` that says what to do.

    `entries` are the faults of a file, each already in the reader's language.
    """

    def __init__(self, code: str, *, entries: Sequence[Mapping[str, Any]] = (), **data: object) -> None:
        super().__init__(code)
        self.code = code
        self.data = data
        self.entries = tuple(entries)


@dataclass(slots=True)
class Terminal:
    """One command's way to speak. `names` gives the reader's names of ids, asked for only when needed."""

    lang: Language
    json: bool
    names: Callable[[], Mapping[str, str]] = field(default=dict)

    def tell(self, value: Any, human: Callable[[Console], None]) -> None:
        """Print `value` as the one JSON document, or let `human` print for people."""
        if self.json:
            self.document(value)
            return
        width = None if sys.stdout.isatty() else _WIDE
        human(Console(width=width, soft_wrap=True, highlight=False, markup=False, emoji=False))

    def document(self, value: Any) -> None:
        """Print the one JSON document."""
        typer.echo(json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2))

    def say(self, code: str, **data: Any) -> str:
        """A phrase of the command line in the reader's language."""
        return words.phrase("cli", code, self.lang, **data)

    def word(self, section: str, code: str) -> str:
        """The reader's word for a code."""
        return words.word(section, code, self.lang)

    def refuse(self, unmet: tuple[Unmet, ...]) -> None:
        """Say every unmet condition, grouped by what it is about; the caller leaves with REFUSED."""
        entries = self.entries(unmet)
        if self.json:
            self.document({"refused": entries})
            return
        typer.echo(self.say("refused", count=len(entries)), err=True)
        for line in self.grouped(entries):
            typer.echo(line, err=True)

    def entries(self, unmet: Sequence[Unmet]) -> list[dict[str, Any]]:
        """Unmet conditions as plain values with their sentences; `name` is what `about` is called.

        Sentences name a ledger line as lists do, by its number alone.
        """
        lines = {
            line: line.rpartition("#")[2] for one in unmet if "#" in (line := str(one.data.get("line", "")))
        }
        return Voice(self.lang, {**self.names(), **lines}).entries(unmet)

    @staticmethod
    def grouped(entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        """Lines for people: what concerns one department stands together under its name."""
        about: str | None = None
        for entry in sorted(entries, key=lambda e: e["about"] or ""):
            if entry["about"] != about:
                about = entry["about"]
                yield f"  {entry['name']} ({about})"
            yield f"{'    ' if about else '  '}- {entry['message']}"

    def fail(self, code: str, message: str, entries: Sequence[Mapping[str, Any]] = ()) -> None:
        """Say one error, with the faults of a file below it."""
        if self.json:
            error: dict[str, Any] = {"code": code, "message": message}
            if entries:
                error["faults"] = list(entries)
            self.document({"error": error})
            return
        typer.echo(message, err=True)
        for entry in entries:
            typer.echo(f"  - {entry['line']}", err=True)


def table_cell(text: str, style: str = "") -> Text:
    """A table's cell; what people wrote is shown as written, never taken for markup."""
    return Text(text, style=style)


@contextmanager
def speaking(lang: str, as_json: bool = False) -> Iterator[Terminal]:  # noqa: FBT001, FBT002 - mirrors --json
    """A terminal whose errors become sentences and exit codes."""
    terminal = Terminal("en" if lang == "en" else "zh", as_json)
    try:
        _known(lang)
        yield terminal
    except Refused as refused:
        terminal.refuse(refused.unmet)
        raise typer.Exit(REFUSED) from refused
    except Conflict as conflict:
        terminal.fail("conflict", terminal.say("conflict", subject=str(conflict)))
        raise typer.Exit(CONFLICT) from conflict
    except NotFound as missing:
        terminal.fail("not_found", terminal.say("not_found", subject=str(missing.args[0])))
        raise typer.Exit(BAD_INPUT) from missing
    except DatabaseUnfit as unfit:
        terminal.fail("database", terminal.say("database", detail=str(unfit)))
        raise typer.Exit(BAD_INPUT) from unfit
    except BadInput as bad:
        terminal.fail("bad_input", terminal.say(bad.code, **bad.data), bad.entries)
        raise typer.Exit(BAD_INPUT) from bad


def _known(lang: str) -> None:
    if lang not in words.LANGS:
        raise BadInput("lang_unknown", given=lang, known=" | ".join(words.LANGS))


def unexpected(error: Exception, lang: str, *, as_json: bool) -> int:
    """Say that something went wrong without a stack trace; the trace goes to a file for whoever mends it."""
    log = _log(error)
    terminal = Terminal("en" if lang == "en" else "zh", as_json)
    code = "unexpected" if log else "unexpected_unlogged"
    terminal.fail("unexpected", terminal.say(code, kind=type(error).__name__, log=log))
    return UNEXPECTED


def _log(error: Exception) -> str:
    """Where the trace was written; empty where it could not be."""
    try:
        folder = Settings().home
        folder.mkdir(parents=True, exist_ok=True)
        log = folder / "errors.log"
        with log.open("a", encoding="utf-8") as file:
            file.write("".join(traceback.format_exception(error)) + "\n")
    except (
        OSError,
        ValueError,
        KeyError,
    ):  # settings that do not hold are ValueError, an unknown zone KeyError
        return ""
    return str(log)
