"""`cycle mail preview`: every letter there is, with sample data, as files to look at."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Annotated, Any

import typer

from cycle.cli.terminal import BadInput, Terminal
from notifications.rendering import render
from notifications.samples import samples
from workflows import words

Out = Annotated[
    str, typer.Option("--out", metavar="DIR", help="写入哪个文件夹，须为空 / the folder to write, empty")
]
_PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>body {{ font-family: sans-serif; margin: 2em auto; max-width: 60em; padding: 0 1em; }}
td {{ padding: .3em 1em .3em 0; vertical-align: top; }}</style></head>
<body><h1>{title}</h1>
<p>{note}</p>
<table>
{rows}
</table>
</body></html>
"""
_ROW = (
    '<tr><td><a href="{name}.html">{title}</a></td><td>{to}</td>'
    '<td><a href="{name}.txt">{text}</a></td><td><code>{name}</code></td></tr>'
)


def preview(terminal: Terminal, out: Out) -> None:
    folder = _folder(out)
    lang = terminal.lang
    found: list[dict[str, Any]] = []
    for letter in samples(lang):
        rendered = render(letter)
        name = "-".join(letter.key.split(":")[1:])
        _write(folder / f"{name}.html", rendered.html)
        _write(folder / f"{name}.txt", f"{rendered.title}\n\n{rendered.body}")
        found.append({"name": name, "kind": letter.kind, "title": rendered.title, "to": letter.to.name})
    rows = "\n".join(
        _ROW.format(
            name=escape(one["name"]),
            title=escape(one["title"]),
            to=escape(one["to"]),
            text=escape(words.word("mail", "preview_text", lang)),
        )
        for one in found
    )
    title, note = words.word("mail", "preview_title", lang), words.word("mail", "preview_note", lang)
    _write(folder / "index.html", _PAGE.format(lang=lang, title=title, note=note, rows=rows))
    text = words.phrase("mail", "previewed", lang, count=len(found), file=(folder / "index.html").as_posix())
    terminal.tell({"folder": out, "letters": found}, lambda console: console.print(text))


def _folder(out: str) -> Path:
    """The folder, there and empty. Raises BadInput."""
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise BadInput("folder_full", folder=out)
    except OSError as error:
        raise BadInput("folder_unfit", folder=out, detail=error.strerror or str(error)) from error
    return folder


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise BadInput(
            "folder_unfit", folder=str(file.parent), detail=error.strerror or str(error)
        ) from error
